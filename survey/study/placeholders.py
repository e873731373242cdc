"""What a drafted study file leaves for a person to write, found again where it still stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from survey.errors import listing
from survey.study.questionnaire import Label, Question
from survey.study.study import Study
from survey.text import normalised

# In a draft, in place of a text that only a person knows; and the id of its wave.
TO_FILL = {"zh": "待填", "en": "FILL IN"}
FIRST_WAVE = "first"
HEAD = ("title", "publisher", "population")
UNFILLED = re.compile(r"待填|FILL IN|^(?:TITLE|PUBLISHER|PEOPLE ASKED)$")
# Wordings whose answers are numbers of something, such as "how many children?".
COUNT = re.compile(r"几|多少|数量|人数|次数|how many|how often|number of")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place in a study file that still holds what the draft put there.

    Attributes
    ----------
    where : str
        Table and key, such as "[study] title".
    problem, remedy : str
        What stands there, and what to write in its place.
    """

    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return the three on one line."""
        return f"{self.where}: {self.problem}; {self.remedy}"


def placeholders(study: Study) -> tuple[Placeholder, ...]:
    """Return what is not written yet, in the order of the study file; empty where it is complete."""
    found = [
        Placeholder(f"[study] {key}", f'is still "{label}"', f"write the {key}")
        for key in HEAD
        if _unfilled(label := getattr(study, key))
    ]
    for language in study.languages:
        if lacking := list(_without(study, language)):
            problem = f'lists "{language}", and these have no text in it: {listing(lacking)}'
            found.append(Placeholder("[study] languages", problem, f"add {language} = …, or take it out"))
    found += [
        Placeholder("[[waves]] id", f'is still "{wave.label}"', 'write its year or month, such as "2025"')
        for wave in study.waves
        if str(wave.label) == FIRST_WAVE or _unfilled(wave.label)
    ]
    questions = study.questionnaire
    if unwritten := [q.id for q in questions if any(map(_unfilled, (q.text, q.label or q.text)))]:
        problem = f"{listing(unwritten)} have a text to fill in"
        found.append(Placeholder("[questions]", problem, "write the wording"))
    if numbered := [question.id for question in questions if _labels_are_places(question)]:
        problem = f"the options of {listing(numbered)} have only their place in the list for a label"
        found.append(Placeholder("[questions]", problem, "write what each of them says"))
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
        if lacking or any(_other_words(option.label, language) for option in question.options):
            yield f"questions.{question.id}"


def _other_words(label: Label, language: str) -> bool:
    return language not in label.languages and any(c.isalpha() for c in label.in_(language))
