"""Where the files put a question in other words than the study file, or than the wave before."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.errors import shown
from survey.responses.responses import Responses
from survey.study.questionnaire import Question
from survey.text import normalised


def wording_notes(returned: Mapping[str, Responses]) -> dict[str, list[str]]:
    """Return for each wave what a person should compare: other words may be another question.

    Nothing is said of questions found by their header, which is then the wording, nor of those whose
    wave has a text of its own in the study file or is declared comparable.
    """
    notes: dict[str, list[str]] = {}
    earlier: Responses | None = None
    for wave, responses in returned.items():
        notes[wave] = []
        for question in responses.questionnaire:
            notes[wave] += _of_study(question, responses) or _of_wave(question, responses, earlier)
        earlier = responses
    return notes


def _of_study(question: Question, responses: Responses) -> list[str]:
    asked = question.as_asked(responses.wave.id)
    header = responses.headers.get(question.id, "")
    if not header or not isinstance(asked.column, int):
        return []
    # A row of a grid has the grid's wording before its own.
    known = {_words(text)[: len(_words(header)) if asked.row else None] for _, text in asked.text.texts}
    if _words(header) in known:
        return []
    return [
        f'{question.id}: the file asks "{shown(header)}", the study file '
        f'"{asked.text}": see that they are one question'
    ]


def _of_wave(question: Question, responses: Responses, earlier: Responses | None) -> list[str]:
    if earlier is None or earlier.platform != responses.platform:
        return []
    forms = question.form(earlier.wave.id), question.form(responses.wave.id)
    headers = earlier.headers.get(question.id, ""), responses.headers.get(question.id, "")
    if not all(headers) or any(form.text or form.comparable or form.column for form in forms):
        return []
    if _words(headers[0]) == _words(headers[1]):
        return []
    return [
        f'{question.id}: asked as "{shown(headers[1])}" here and as "{shown(headers[0])}" in '
        f"{earlier.wave.id}: write the wording under [questions.{question.id}.waves], with "
        "comparable = true if it is the same question"
    ]


def _words(text: str) -> str:
    """Return a wording without remarks in brackets and punctuation, which forms add and leave out."""
    return re.sub(r"[\W_]", "", re.sub(r"\([^()]*\)", "", normalised(text)))
