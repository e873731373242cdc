"""Qualtrics .qsf: a survey as JSON, with recode values and the order of choices."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from survey.drafting.codebooks.codebook import (
    Codebook,
    CodebookOption,
    CodebookQuestion,
    in_languages,
    without_tags,
)
from survey.errors import ExportError
from survey.study.questionnaire import Condition, Kind

LOCATOR = re.compile(r"^q://(QID\d+)/SelectableChoice/(\d+)$")
MULTIPLE = {"MAVR", "MAHR", "MACOL", "MSB"}
NUMBERS, DATES = ("ValidNumber",), ("ValidDate", "ValidUSDate", "ValidEuropeanDate")


def read(path: Path) -> Codebook:
    """Return the codebook of a .qsf file; raises ExportError if it is no survey."""
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"))
        elements = whole["SurveyElements"]
        asked = [
            e["Payload"] for e in elements if e.get("Element") == "SQ" and isinstance(e.get("Payload"), dict)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ExportError(path.name, key="codebook.not_qsf") from None
    by_id = {str(payload.get("QuestionID")): payload for payload in asked}
    questions, notes = [], []
    for payload in asked:
        form = payload.get("QuestionType")
        if form == "DB":
            notes.append(in_languages([("", payload.get("QuestionText"))]))
        if form not in ("MC", "Matrix", "TE"):  # not answered, such as a text on its own
            continue
        multiple = payload.get("Selector") in MULTIPLE or payload.get("SubSelector") == "MultipleAnswer"
        kind: Kind = _typed_kind(payload) if form == "TE" else "multiple" if multiple else "single"
        options = tuple(_choices(payload, "Choices", "ChoiceOrder"))
        rows: tuple[CodebookOption, ...] = ()
        if form == "Matrix":
            rows, options = options, tuple(_choices(payload, "Answers", "AnswerOrder"))
        logic = payload.get("DisplayLogic")
        questions.append(
            CodebookQuestion(
                name=str(payload.get("DataExportTag") or payload.get("QuestionID")),
                kind=kind,
                texts=in_languages([("", payload.get("QuestionText"))]) or (("en", "?"),),
                options=options if form != "TE" else (),
                rows=rows,
                asked_if=_asked_if(logic, by_id),
                skip=without_tags(json.dumps(logic, ensure_ascii=False)) if logic else "",
                day=kind == "month",
                most=_most(payload) if multiple else 0,
                shown="random" if _is_random(payload) else "fixed",
                constraint=_content(payload),
            )
        )
    return Codebook(path.name, tuple(questions), tuple(notes))


def _settings(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    validation = payload.get("Validation")
    settings = validation.get("Settings") if isinstance(validation, dict) else None
    return settings if isinstance(settings, dict) else {}


def _content(payload: Mapping[str, Any]) -> str:
    """Return what a typed answer must be, such as "ValidNumber"; "" for anything."""
    return str(_settings(payload).get("ContentType") or "")


def _typed_kind(payload: Mapping[str, Any]) -> Kind:
    content = _content(payload)
    return "number" if content in NUMBERS else "month" if content in DATES else "text"


def _most(payload: Mapping[str, Any]) -> int:
    most = str(_settings(payload).get("MaxChoices") or "")
    return int(most) if most.isdecimal() and int(most) < len(payload.get("Choices") or ()) else 0


def _is_random(payload: Mapping[str, Any]) -> bool:
    """Say whether the choices are shown in an order of their own to each person."""
    order = payload.get("Randomization")
    return isinstance(order, dict) and str(order.get("Type", "None")) not in ("None", "")


def _choices(payload: Mapping[str, Any], key: str, order: str) -> list[CodebookOption]:
    """Return choices in the order shown, with the numbers that exports write for them."""
    listed = payload.get(key)
    if isinstance(listed, list):
        listed = dict(enumerate(listed, 1))
    choices = {str(place): choice for place, choice in (listed if isinstance(listed, dict) else {}).items()}
    recoded = payload.get("RecodeValues") if key == "Choices" or "AnswerOrder" in payload else None
    values = recoded if isinstance(recoded, dict) else {}
    options = []
    for place in map(str, payload.get(order) or choices):
        if place in choices:
            choice = choices[place]
            own = choice if isinstance(choice, dict) else {"Display": choice}
            options.append(
                CodebookOption(
                    str(values.get(place, place)),
                    in_languages([("", own.get("Display"))]),
                    exclusive=_is_set(own.get("ExclusiveAnswer")),
                    typed=_is_set(own.get("TextEntry")),
                )
            )
    return options


def _is_set(value: object) -> bool:
    return str(value).casefold() in ("true", "1", "on", "yes")


def _asked_if(logic: object, by_id: Mapping[str, Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Return the condition of a display logic on the selected choices of one question, joined by or."""
    terms = [term for group in _inner(logic) for term in _inner(group)]
    values: list[str] = []
    names: set[str] = set()
    for i, term in enumerate(terms):
        match = LOCATOR.match(str(term.get("ChoiceLocator") or term.get("LeftOperand")))
        joined = str(term.get("Conjuction") or term.get("Conjunction") or "Or")
        if (
            match is None
            or term.get("Operator") != "Selected"
            or (i and joined != "Or")
            or match[1] not in by_id
        ):
            return ()
        payload = by_id[match[1]]
        recoded = payload.get("RecodeValues")
        names.add(str(payload.get("DataExportTag") or match[1]))
        values.append(str(recoded.get(match[2], match[2])) if isinstance(recoded, dict) else match[2])
    return (Condition(names.pop(), codes=tuple(dict.fromkeys(values))),) if len(names) == 1 else ()


def _inner(logic: object) -> list[Any]:
    """Return the numbered members of a logic block, in their order."""
    if not isinstance(logic, dict):
        return []
    return [
        logic[key]
        for key in sorted((k for k in logic if str(k).isdecimal()), key=int)
        if isinstance(logic[key], dict)
    ]
