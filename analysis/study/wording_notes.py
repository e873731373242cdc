"""Questions that a wave's file words differently from the study file, or from the wave before."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey.errors import shown
from survey.messages.lines import Line, line
from survey.responses.responses import Responses
from survey.text import normalised


def wording_notes(returned: Mapping[str, Responses]) -> dict[str, list[Line]]:
    """Return for each wave the wordings that a person should compare, as they may be different questions.

    There is no note on a question found by its header, which is then its wording; nor a comparison of
    waves of which one has its own text in the study file or is declared comparable.
    """
    notes: dict[str, list[Line]] = {}
    earlier: Responses | None = None
    for wave, responses in returned.items():
        notes[wave] = []
        otherwise = worded_otherwise(responses)
        for question in responses.questionnaire:
            asked = question.as_asked(responses.wave.id)
            header = responses.headers.get(question.id, "")
            if question.id in otherwise:
                notes[wave].append(
                    line("wording.file", question=question.id, header=shown(header), text=asked.text)
                )
                continue
            if earlier is None or earlier.platform != responses.platform:
                continue
            forms = question.form(earlier.wave.id), question.form(responses.wave.id)
            before = earlier.headers.get(question.id, "")
            declared = any(form.text or form.comparable or form.column for form in forms)
            if header and before and not declared and _letters(before) != _letters(header):
                told = {"question": question.id, "wave": earlier.wave.id}
                told |= {"header": shown(header), "before": shown(before)}
                notes[wave].append(Line("wording.waves", told))
        earlier = responses
    return notes


def worded_otherwise(responses: Responses) -> dict[str, str]:
    """Return the file's wording of questions found by number that the study file words otherwise."""
    found = {}
    for question in responses.questionnaire:
        asked = question.as_asked(responses.wave.id)
        header = responses.headers.get(question.id, "")
        # A row of a grid has the grid's wording before its own.
        length = len(_letters(header)) if asked.row else None
        wordings = {_letters(text)[:length] for _, text in asked.text.texts}
        if header and isinstance(asked.column, int) and _letters(header) not in wordings:
            found[question.id] = header
    return found


def _letters(text: str) -> str:
    """Return the letters and digits of a wording, without remarks in brackets, which forms add and drop."""
    return re.sub(r"[\W_]", "", re.sub(r"\([^()]*\)", "", normalised(text)))
