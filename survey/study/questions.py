"""The [questions] and [derived] tables of a study file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import get_args

from survey.errors import StudyError, listing, nearest
from survey.study.questionnaire import (
    Condition,
    Decimal,
    Kind,
    Missing,
    Option,
    Order,
    Question,
    Questionnaire,
    Thousands,
    WaveForm,
)
from survey.study.toml_table import Table, label_of
from survey.text import normalised

OPTION_KEYS = ("match", "column", "exclusive", "ineligible", "typed", "keywords", "between", "of")
GAPS = tuple(kind for kind in Missing if kind not in (Missing.ANSWERED, Missing.NOT_ASKED))
CODE = re.compile(r"\w+")


def read_questionnaire(questions: Table, derived: Table, folder: Path = Path()) -> Questionnaire:
    """Return the questionnaire of the two tables; raises StudyError naming table and key.

    Files that the tables name are looked for in `folder`.
    """
    known: dict[str, Question] = {}
    for name, table in questions.named_tables():
        known[name] = _question(_checked_code(name, table), table, folder)
    if not known:
        raise StudyError(questions.where(), "has no questions", "add [questions.NAME] tables")
    for name, table in derived.named_tables():
        if name in known:
            raise StudyError(table.where(), "has the name of a question", "choose another name")
        known[name] = _derived(_checked_code(name, table), table, known)
    for question in known.values():
        for condition in question.asked_if:
            where = f"{questions.file}, [questions.{question.id}] asked_if"
            check_condition(condition, known, where)
            source = known[condition.question].derived_from
            if source is not None:
                # Derived variables are computed after the questions not asked are marked.
                raise StudyError(
                    where, f'"{condition.question}" is derived', f'use "{source}", which was asked'
                )
    return Questionnaire(known)


def _checked_code(code: str, table: Table) -> str:
    """Return the code if it is letters, digits and underscores: " - " joins codes in results."""
    if not CODE.fullmatch(code):
        raise StudyError(
            table.where(), f'"{code}" is not a usable name', "use letters, digits and underscores only"
        )
    return code


def _question(name: str, table: Table, folder: Path) -> Question:
    question = Question(
        id=name,
        kind=table.choice("kind", get_args(Kind)),
        text=table.label("text"),
        label=table.optional(table.label, "label"),
        options=_options(table),
        column=_column(table),
        row=table.optional(table.text, "row"),
        separator=table.optional(table.text, "separator"),
        asked_if=tuple(read_condition(t) for t in table.tables("asked_if")),
        missing=_missing(table),
        valid=table.optional(table.pair, "valid"),
        decimal=table.choice("decimal", get_args(Decimal)) if table.has("decimal") else None,
        thousands=_thousands(table),
        unit=table.optional(table.text, "unit"),
        top=table.whole("top", least=1, of="places") if table.has("top") else None,
        coded=folder / table.text("coded") if table.has("coded") else None,
        order=table.choice("order", get_args(Order), "questionnaire"),
    )
    forms = []
    for wave, form_table in table.table("waves").named_tables():
        form = WaveForm(
            asked=form_table.flag("asked", default=True),
            column=_column(form_table),
            text=form_table.optional(form_table.label, "text"),
            options=form_table.texts("options"),
            comparable=form_table.flag("comparable"),
        )
        for code in form.options:
            known_code(question, code, form_table.where("options"))
        form_table.done()
        forms.append((wave, form))
    table.done()
    _check_options(question, table)
    if question.top is not None and question.kind != "multiple":
        raise StudyError(table.where("top"), 'belongs to kind "multiple" only', "leave it out")
    if table.has("order") and not question.options:
        raise StudyError(table.where("order"), "belongs to questions with options only", "leave it out")
    for key in ("valid", "decimal", "thousands", "unit"):
        if getattr(question, key) is not None and question.kind != "number":
            raise StudyError(table.where(key), 'belongs to kind "number" only', "leave it out")
    if question.thousands is not None and question.thousands == question.decimal:
        raise table.refuse("thousands", "another mark than decimal")
    return replace(question, forms=tuple(forms))


def _missing(table: Table) -> tuple[tuple[str, Missing], ...]:
    if not table.has("missing") or isinstance(table.raw("missing"), list):
        # In a list without kinds, the texts mean that the question was left blank.
        return tuple((text, Missing.BLANK) for text in table.texts("missing"))
    kinds = table.table("missing")
    missing = tuple((text, kind) for kind in GAPS for text in kinds.texts(kind.key))
    kinds.done()
    if len({normalised(text) for text, _ in missing}) < len(missing):
        raise table.refuse("missing", "each text under one kind only")
    return missing


def _thousands(table: Table) -> Thousands | None:
    """Return the mark between thousands, which may be a blank."""
    value = table.raw("thousands") if table.has("thousands") else None
    marks: tuple[Thousands, ...] = get_args(Thousands)
    for mark in marks:
        if value == mark:
            return mark
    if value is not None:
        raise table.refuse("thousands", "one of " + ", ".join(f'"{mark}"' for mark in marks))
    return None


def _column(table: Table) -> int | str | None:
    if not table.has("column"):
        return None
    value = table.raw("column")
    if isinstance(value, bool) or not isinstance(value, (int, str)) or value in ("", 0):
        raise table.refuse("column", "a question number or the text of a column header")
    if isinstance(value, str) and value.strip().isdecimal():
        raise table.refuse("column", f"a question number without quotes, column = {value.strip()}")
    return value


def _options(table: Table) -> tuple[Option, ...]:
    options = []
    for code, option in table.table("options").named_tables():
        options.append(
            Option(
                code=_checked_code(code, option),
                label=label_of(option, OPTION_KEYS),
                match=option.texts("match"),
                column=option.optional(option.text, "column"),
                exclusive=option.flag("exclusive"),
                ineligible=option.flag("ineligible"),
                typed=option.flag("typed"),
                keywords=option.texts("keywords"),
                between=option.optional(option.pair, "between"),
                of=option.texts("of"),
            )
        )
    return tuple(options)


def _check_options(question: Question, table: Table) -> None:
    """Refuse options that cannot be distinguished, and kinds that lack or cannot have options."""
    closed = question.kind in ("single", "multiple")
    if closed and not question.options:
        raise StudyError(table.where("options"), "is missing", "list the answers people could give")
    if not closed and question.options:
        raise StudyError(
            table.where("options"),
            f'do not belong to kind "{question.kind}"',
            'leave them out, or make it kind = "single"',
        )
    if sum(option.typed for option in question.options) > 1:
        raise StudyError(table.where("options"), "has two options with typed = true", "keep it at one")
    columns = [option.column for option in question.options]
    if any(columns) and (question.column is not None or not all(columns) or question.kind != "multiple"):
        raise StudyError(
            table.where("options"),
            "mixes a column for the question with columns for options",
            "give either column for the question or column for every option of a multiple question",
        )
    if question.derived_from is None and not any(columns) and question.column is None:
        raise StudyError(table.where("column"), "is missing", "give its number or header text")
    seen: dict[str, str] = {}
    for option in question.options:
        for spelling in map(normalised, option.spellings):
            if seen.setdefault(spelling, option.code) != option.code:
                raise StudyError(
                    table.where(f"options.{option.code}"),
                    f'"{spelling}" also stands for option "{seen[spelling]}"',
                    "make every label and match different",
                )


def _derived(name: str, table: Table, known: Mapping[str, Question]) -> Question:
    """Return a variable derived from bands, from groups of options, or from a month of birth (the age)."""
    source = known_question(table.text("from"), known, table.where("from"))
    label = table.optional(table.label, "label")
    text = label or source.text
    if table.has("age"):
        table.choice("age", ("completed_months",))
        if source.kind != "month":
            raise table.refuse("age", f'[questions.{source.id}] to be of kind "month"')
        table.done()
        return Question(name, "number", text, label, derived_from=source.id)
    options = _options(table)
    table.done()
    if source.kind not in ("single", "number"):
        raise StudyError(
            table.where("from"),
            f'"{source.id}" is of kind "{source.kind}"',
            "derive from a number, a single question or a month of birth",
        )
    for option in options:
        place = table.where(f"options.{option.code}")
        if source.kind == "number" and (option.between is None or option.of):
            raise StudyError(place, "needs a band", "add between = [lowest, highest]")
        if source.kind == "single" and (not option.of or option.between):
            raise StudyError(place, "needs source options", 'add of = ["code", …]')
        for code in option.of:
            known_code(source, code, place)
    question = Question(name, "single", text, label, options, derived_from=source.id)
    _check_options(question, table)
    bands = sorted(o.between for o in question.options if o.between)
    for (_, high), (low, _) in pairwise(bands):
        if low <= high:
            raise StudyError(
                table.where("options"),
                f"bands overlap at {low:g}",
                "both ends of a band are included: start the next one higher",
            )
    used = [code for option in question.options for code in option.of]
    for code in used:
        if used.count(code) > 1:
            raise StudyError(table.where("options"), f'"{code}" is in two groups', "keep it in one")
    return question


def read_condition(table: Table) -> Condition:
    """Return the condition a table such as ``{ question = "intent", in = ["yes"] }`` states."""
    condition = Condition(
        question=table.text("question"),
        codes=table.texts("in"),
        not_codes=table.texts("not_in"),
        between=table.optional(table.pair, "between"),
    )
    table.done()
    if sum((bool(condition.codes), bool(condition.not_codes), condition.between is not None)) != 1:
        raise StudyError(table.where(), "needs exactly one of in, not_in, between", "keep one of them")
    return condition


def check_condition(condition: Condition, known: Mapping[str, Question], where: str) -> None:
    """Refuse a condition on an unknown question or code, or of the wrong kind."""
    question = known_question(condition.question, known, where)
    if condition.between is not None and question.kind != "number":
        raise StudyError(
            where,
            f'between does not fit "{question.id}", which is not a number',
            "use in or not_in with option codes",
        )
    if condition.between is None and question.kind not in ("single", "multiple"):
        raise StudyError(
            where,
            f'in and not_in do not fit "{question.id}", which has no options',
            "use between = [lowest, highest]",
        )
    for code in (*condition.codes, *condition.not_codes):
        known_code(question, code, where)


def known_question(name: str, known: Mapping[str, Question], where: str) -> Question:
    """Return the question of this name; raises StudyError with the nearest name."""
    if name not in known:
        raise StudyError(
            where, f'there is no question "{name}" (there are {listing(known, 30)})', nearest(name, known)
        )
    return known[name]


def known_code(question: Question, code: str, where: str) -> None:
    """Refuse a code that is not an option of the question; raises StudyError with the nearest."""
    if code not in question.codes:
        raise StudyError(
            where,
            f'"{code}" is not an option of "{question.id}" ({listing(question.codes, 30)})',
            nearest(code, question.codes),
        )
