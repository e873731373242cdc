"""What a newer download, or the download of another wave, writes into the study file."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from reports.desk.edits import Edits
from reports.desk.pages.forms import at
from survey.drafting.downloads.newer import Change, Differences
from survey.errors import Keys
from survey.study.questionnaire import Question
from survey.study.study import Study, Wave

# How a file is read holds for the next download of the same questionnaire too.
READ_BY = ("export", "encoding", "sheet", "header", "dates")


def replaced(study: Study, wave: Wave, found: Differences, file: str) -> Edits:
    """Return the edits by which a wave reads a newer file: its last day, moved questions, new options."""
    place = study.waves.index(wave)
    edits: dict[Keys, object] = {("waves", place, "responses"): file}
    if found.days[1] is not None and wave.fieldwork is not None:
        first = min(wave.fieldwork[0], found.days[1][0])
        edits["waves", place, "fieldwork"] = [first, found.days[1][1]]
    for change in found.changes:
        if change.kind == "moved" and change.column is not None:
            own = () if len(study.waves) == 1 else ("waves", wave.id)
            edits["questions", change.question, *own, "column"] = change.column
    return edits | _new_options(study, found, [])


def new_wave(study: Study, found: Differences, file: str, table: Any) -> tuple[int, dict[str, object]]:
    """Return where another wave is put among those there are, by its days, and its table.

    Parameters
    ----------
    table
        Of the wave with which the file was compared, as the study file has it.
    """
    days, taken = found.days[1], {wave.id for wave in study.waves}
    id = name = str(days[1].year) if days else f"wave_{len(taken) + 1}"
    more = 1
    while id in taken:
        more += 1
        id = f"{name}_{more}"
    later = [i for i, w in enumerate(study.waves) if days and w.fieldwork and w.fieldwork[0] > days[0]]
    values: dict[str, object] = {"id": id, "responses": file}
    if days:
        values["fieldwork"] = [*days]
    values |= {key: value for key in READ_BY if (value := at(table, key)) is not None}
    return later[0] if later else len(study.waves), values


def asked_otherwise(
    study: Study, found: Differences, wave: str, comparable: Collection[str], *, like: str
) -> Edits:
    """Return the edits that say how another wave asked what it asked otherwise.

    Parameters
    ----------
    comparable : collection of str
        The questions that a person says are the same all the same.
    like : str
        The wave that it was compared with: what that one asked otherwise than the rest, this one did too.
    """
    edits: dict[Keys, object] = {}
    language = study.languages[0]
    for question in study.questionnaire:
        form = question.form(like)
        kept: dict[str, object] = {
            "column": form.column,
            "options": [*form.options] or None,
            "asked": form.asked and None,
        }
        kept["text"] = None if form.text is None else dict(form.text.texts)
        for key, value in kept.items():
            if value is not None:
                edits["questions", question.id, "waves", wave, key] = value
    for change in found.changes:
        edits |= {
            ("questions", change.question, "waves", wave, key): value
            for key, value in _form(change, language).items()
        }
    for question, lost in _options(study, found, "gone").items():
        without = [code for code in question.codes if code not in lost]
        edits["questions", question.id, "waves", wave, "options"] = without
    otherwise = [change.question for change in found.changes] + [o.question for o in found.option_changes]
    for name in dict.fromkeys(otherwise):
        if name in comparable:
            edits["questions", name, "waves", wave, "comparable"] = True
    return edits | _new_options(study, found, [w.id for w in study.waves])


def _form(change: Change, language: str) -> dict[str, object]:
    """Return how a question was asked, as the study file has it."""
    if change.kind == "absent":
        return {"asked": False}
    form: dict[str, object] = {} if change.column is None else {"column": change.column}
    return form | ({"text": {language: change.text}} if change.kind == "reworded" else {})


def _options(study: Study, found: Differences, kind: str) -> dict[Question, list[str]]:
    """Return by question the options of a kind: labels of new ones, codes of those that are gone."""
    options: dict[Question, list[str]] = {}
    for change in found.option_changes:
        if change.kind == kind:
            question = study.questionnaire[change.question]
            option = question.spelt(change.label)
            options.setdefault(question, []).append(change.label if option is None else option.code)
    return options


def _new_options(study: Study, found: Differences, others: Collection[str]) -> dict[Keys, object]:
    """Return the edits that add options at the end; waves named by `others` did not offer them."""
    edits: dict[Keys, object] = {}
    for question, labels in _options(study, found, "new").items():
        place = len(question.codes)
        for label in labels:
            place += 1
            while f"o{place}" in question.codes:
                place += 1
            edits["questions", question.id, "options", f"o{place}"] = {study.languages[0]: label}
        for wave in others:
            if not question.form(wave).options:
                edits["questions", question.id, "waves", wave, "options"] = [*question.codes]
    return edits
