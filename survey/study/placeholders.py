"""What a drafted study file leaves for a person to write, found again where it still stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey.errors import Place, StudyError
from survey.study.questionnaire import Label, Question
from survey.study.study import Study
from survey.study.toml_table import LANGUAGES, Table
from survey.text import normalised

# The id of the wave of a draft.
FIRST_WAVE = "first"
HAN_LANGUAGE, HAN = "zh", re.compile(r"[\u3400-\u9fff]")
HEAD = ("title", "publisher", "population")
UNFILLED = re.compile(r"待填|FILL IN|^(?:TITLE|PUBLISHER|PEOPLE ASKED)$")
# Wordings whose answers are numbers of something, such as "how many children?".
COUNT = re.compile(r"几|多少|数量|人数|次数|how many|how often|number of")


def placeholders(study: Study) -> tuple[StudyError, ...]:
    """Return what is not written yet, as errors that nothing raises; in the order of the study file."""
    file, questions = study.path.name, study.questionnaire
    found = [
        StudyError(Place(file, ("study",), (key,)), key="left.placeholder", text=str(label), name=key)
        for key in HEAD
        if _unfilled(label := getattr(study, key))
    ]
    for language in study.languages:
        if lacking := list(_without(study, language)):
            place = Place(file, ("study",), ("languages",))
            found.append(StudyError(place, key="left.language", language=language, lacking=lacking))
    found += [
        StudyError(Place(file, ("waves", i), ("id",)), key="left.wave", text=str(wave.label))
        for i, wave in enumerate(study.waves)
        if str(wave.label) == FIRST_WAVE or _unfilled(wave.label)
    ]
    for key, waiting in (
        ("left.wording", [q.id for q in questions if any(map(_unfilled, (q.text, q.label or q.text)))]),
        ("left.labels", [q.id for q in questions if _labels_are_places(q)]),
    ):
        if waiting:
            found.append(StudyError(Place(file, ("questions",)), key=key, questions=waiting))
    return tuple(found)


def _unfilled(label: Label) -> bool:
    return any(UNFILLED.search(text) for _, text in label.texts)


def _labels_are_places(question: Question) -> bool:
    """Say whether a label waits to be filled in, or all are 1, 2, 3 … and the wording does not explain them.

    Numbers of children, and a scale that tells what its first and last point mean, explain themselves.
    """
    labels = [str(option.label).strip() for option in question.options]
    if any(_unfilled(option.label) for option in question.options):
        return True
    if not labels or labels != [str(place) for place in range(1, len(labels) + 1)]:
        return False
    wording = normalised(f"{question.text} {question.label or ''}")
    ends = [re.search(rf"(?<!\d){end}(?!\d)", wording) for end in (labels[0], labels[-1])]
    return not (COUNT.search(wording) or all(ends))


def _without(study: Study, language: str) -> Iterator[str]:
    """Yield what would be printed in another language than this one.

    Figures need no translation. What is typed is never printed, so neither is its question.
    """
    for key in HEAD:
        if _other_words(getattr(study, key), language):
            yield key
    for wave in study.waves:
        if _other_words(wave.label, language):
            yield f"wave {wave.id}"
    for question in study.questionnaire:
        if question.kind == "text":
            continue
        printed = [label for label in (question.label, question.text) if label is not None]
        lacking = all(_other_words(label, language) for label in printed)
        others = [option.label for option in question.options] + ([question.unit] if question.unit else [])
        if lacking or any(_other_words(label, language) for label in others):
            yield f"questions.{question.id}"
    plan = study.weighting
    texts = [text for margin in plan.margins for text in (margin.source, margin.note, margin.population)]
    texts += [alternative.label for alternative in plan.alternatives]
    if any(text is not None and _other_words(text, language) for text in texts):
        yield "weighting"
    for table in (study.honesty, study.briefing, study.disclosure):
        for key, value in table.values.items():
            if any(_other_words(label, language) for label in _labels_in(value, table)):
                yield f"{table.path[0]}.{key}"


def _labels_in(value: object, table: Table) -> Iterator[Label]:
    """Yield the texts in several languages in what stands under a key of a table, at any depth."""
    if isinstance(value, list):
        for entry in value:
            yield from _labels_in(entry, table)
    elif isinstance(value, dict) and value and not value.keys() - set(LANGUAGES):
        yield Label(tuple((language, str(text)) for language, text in value.items()))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _labels_in(inner, table)
    elif isinstance(value, str) and table.path[:1] == ("disclosure",):
        yield Label(tuple((language, value) for language in LANGUAGES))


def _other_words(label: Label, language: str) -> bool:
    """Say whether a label has words, and none in the language: none under its name, or Han under another."""
    text = label.in_(language)
    if UNFILLED.search(text):  # which is named for itself
        return False
    if language not in label.languages:
        return any(c.isalpha() for c in text)
    return language != HAN_LANGUAGE and HAN.search(text) is not None
