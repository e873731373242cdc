"""The [questions] and [derived] tables of a study file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import get_args

from survey.errors import StudyError, note, noting
from survey.study.questionnaire import (
    Condition,
    Decimal,
    Kind,
    Label,
    Missing,
    Option,
    Order,
    Question,
    Questionnaire,
    Thousands,
    UnreadQuestion,
    WaveForm,
)
from survey.study.references import check_kind, known_codes, known_question, read_conditions
from survey.study.toml_table import Table, label_of
from survey.text import normalised

OPTION_KEYS = ("match", "column", "exclusive", "ineligible", "typed", "keywords", "between", "of", "says")
GAPS = tuple(kind for kind in Missing if kind not in (Missing.ANSWERED, Missing.NOT_ASKED))
# Keys that belong to one kind only.
KIND_OF: dict[str, Kind] = {
    "top": "multiple", "valid": "number", "decimal": "number", "thousands": "number", "unit": "number",
}  # fmt: skip
CODE = re.compile(r"\w+")
PLACE = re.compile(r"\{(?:lower)?\}")  # of a label in what its group is called


def read_questionnaire(questions: Table, derived: Table, folder: Path = Path()) -> Questionnaire:
    """Return the questionnaire of the two tables; raises StudyError naming table and key.

    Files that the tables name are looked for in `folder`.
    """
    known: dict[str, Question] = {}
    tables = dict(questions.named_tables())
    for name, table in tables.items():
        known[name] = _question(_checked_code(name, table), table, folder)
    if not known and questions.sound():
        note(StudyError(questions.where(), key="study.no_questions"))
    for name, table in derived.named_tables():
        if name in known:
            note(StudyError(table.where(), key="study.name_of_question", name=name))
        else:
            known[name] = _derived(_checked_code(name, table), table, known)
    for name, table in tables.items():
        known[name] = replace(known[name], asked_if=_skips(table, known))
    return Questionnaire(known)


def _checked_code(code: str, table: Table) -> str:
    """Return the code; one that is not letters, digits and underscores is noted: " - " joins codes."""
    if not CODE.fullmatch(code):
        note(StudyError(table.where(), key="study.bad_name", name=code))
    return code


def _question(name: str, table: Table, folder: Path) -> Question:
    missing = _missing(table)
    question = Question(
        id=name,
        kind=table.choice("kind", get_args(Kind)),
        text=table.label("text"),
        label=table.optional(table.label, "label"),
        options=_options(table),
        column=_column(table),
        row=table.optional(table.text, "row"),
        separator=_separator(table),
        missing=missing,
        valid=table.optional(table.pair, "valid"),
        decimal=table.choice("decimal", get_args(Decimal)) if table.has("decimal") else None,
        thousands=_thousands(table),
        unit=table.optional(table.label, "unit"),
        top=table.whole("top", least=1, of="places") if table.has("top") else None,
        coded=folder / table.text("coded") if table.has("coded") else None,
        order=table.choice("order", get_args(Order), "questionnaire"),
        groups=table.optional(table.label, "groups"),
        group=_group(table),
    )
    forms = tuple((wave, _form(question, form)) for wave, form in table.table("waves").named_tables())
    table.has("asked_if")  # read when all questions are known
    table.done()
    _check_options(question, table)
    for key, kind in KIND_OF.items():
        if table.has(key) and question.kind != kind and table.sound("kind"):
            table.spoilt(key, StudyError(table.where(key), key="study.other_kind_only", kind=kind))
    if question.thousands is not None and question.thousands == question.decimal:
        table.spoilt("thousands", table.refuse("thousands", "another_mark"))
    if table.has("order") and not question.options and table.sound("options"):
        table.spoilt("order", StudyError(table.where("order"), key="study.order_of_no_options"))
    if not table.sound("kind") or not (question.options or table.sound("options")):
        return UnreadQuestion(name, question.kind, question.text, question.label, question.options)
    return replace(question, forms=forms)


def _group(table: Table) -> Label | None:
    """Return how one of the groups is called; notes a text without the place of its label."""
    group = table.optional(table.label, "group")
    if group is not None and any(len(PLACE.findall(text)) != 1 for _, text in group.texts):
        table.spoilt("group", table.refuse("group", "group_template"))
        return None
    return group


def _missing(table: Table) -> tuple[tuple[str, Missing], ...]:
    """Return the texts that mean "no answer" with their kind."""
    if not table.has("missing") or isinstance(table.raw("missing"), list):
        # In a list without kinds, the texts mean that the question was left blank.
        return tuple((text, Missing.BLANK) for text in table.texts("missing"))
    kinds = table.table("missing")
    missing = tuple((text, kind) for kind in GAPS for text in kinds.texts(kind.key))
    kinds.done()
    if len({normalised(text) for text, _ in missing}) < len(missing):
        table.spoilt("missing", table.refuse("missing", "one_kind"))
    return missing


def _form(question: Question, table: Table) -> WaveForm:
    form = WaveForm(
        asked=table.flag("asked", default=True),
        column=_column(table),
        text=table.optional(table.label, "text"),
        options=known_codes(question, table.texts("options"), table.where("options")),
        comparable=table.flag("comparable"),
    )
    table.done()
    return form


def _skips(table: Table, known: Mapping[str, Question]) -> tuple[Condition, ...]:
    """Return the conditions under which a question was asked."""
    conditions = read_conditions(table, "asked_if", known)
    for condition in conditions:
        source = known[condition.question].derived_from
        if source is not None:
            # Derived variables are computed after the questions not asked are marked.
            where = table.where("asked_if")
            note(StudyError(where, key="study.skip_derived", question=condition.question, source=source))
    return conditions


def _thousands(table: Table) -> Thousands | None:
    """Return the mark between thousands, which may be a blank."""
    marks: tuple[Thousands, ...] = get_args(Thousands)
    mark = next((mark for mark in marks if mark == table.values.get("thousands")), None)
    if table.has("thousands") and mark is None:
        listed = ", ".join(f'"{mark}"' for mark in marks)
        table.spoilt("thousands", table.refuse("thousands", "choice", choices=listed))
    return mark


def _separator(table: Table) -> str | None:
    """Return what joins ticks, which may be a line break or a blank."""
    sign = table.values.get("separator")
    if table.has("separator") and not (isinstance(sign, str) and sign):
        table.spoilt("separator", table.refuse("separator", "text"))
    return sign if isinstance(sign, str) and sign else None


def _column(table: Table) -> int | str | None:
    if not table.has("column"):
        return None
    value = table.raw("column")
    if isinstance(value, bool) or not isinstance(value, (int, str)) or value in ("", 0):
        table.spoilt("column", table.refuse("column", "column"))
    elif isinstance(value, str) and value.strip().isdecimal():
        error = table.refuse("column", "column_unquoted", number=value.strip())
        error.remedies = {table.where("column").path: int(value)}
        table.spoilt("column", error)
    else:
        return value
    return None


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
                says=option.optional(option.label, "says"),
            )
        )
    return tuple(options)


def _check_options(question: Question, table: Table) -> None:
    """Note options that cannot be distinguished, and kinds that lack or cannot have options."""
    where = table.where("options")
    closed = question.kind in ("single", "multiple")
    if closed and not question.options and table.sound("kind", "options"):
        table.spoilt("options", StudyError(where, key="study.no_options"))
    if not closed and question.options and table.sound("kind"):
        table.spoilt("kind", StudyError(where, key="study.options_of_kind", kind=question.kind))
    if sum(option.typed for option in question.options) > 1:
        note(StudyError(where, key="study.two_typed"))
    columns = [option.column for option in question.options]
    whole = question.column is not None or question.derived_from is not None
    if table.sound("column", "options", "kind"):
        if any(columns) and (whole or not all(columns) or not closed):
            note(StudyError(where, key="study.mixed_columns"))
        if question.derived_from is None and not any(columns) and question.column is None:
            note(StudyError(table.where("column"), key="study.no_column"))
    seen: dict[str, str] = {}
    for option in question.options:
        for spelling in filter(None, map(normalised, option.spellings)):
            if (other := seen.setdefault(spelling, option.code)) != option.code:
                place = table.where("options", option.code)
                note(StudyError(place, key="study.same_label", label=spelling, other=other))


def _derived(name: str, table: Table, known: Mapping[str, Question]) -> Question:
    """Return a variable derived from bands, from groups of options, or from a month of birth (the age)."""
    label, options, source_name = table.optional(table.label, "label"), _options(table), table.text("from")
    groups, group = table.optional(table.label, "groups"), _group(table)
    if table.has("age"):
        table.choice("age", ("completed_months",))
    table.done()
    with noting():
        table.check_sound("from", "age")
        source = known_question(source_name, known, table.where("from"))
        text = label or source.text
        if table.has("age"):
            check_kind(source, ("month",), table.refuse("age", "age_of_month", source=source.id))
            return Question(name, "number", text, label, derived_from=source.id)
        place, kind = table.where("from"), source.kind
        error = StudyError(place, key="study.derived_kind", question=source.id, kind=kind)
        check_kind(source, ("single", "number"), error)
        question = Question(
            name, "single", text, label, options, derived_from=source.id, groups=groups, group=group
        )
        _check_options(question, table)
        return replace(question, options=_gathered(source, options, table))
    return UnreadQuestion(
        name,
        "single",
        label or Label(tuple((language, name) for language in table.languages)),
        label,
        options,
    )


def _gathered(source: Question, options: Sequence[Option], table: Table) -> tuple[Option, ...]:
    """Return derived options with the codes each gathers; notes bands and groups that are none or overlap."""
    gathered = []
    for option in options:
        place = table.where("options", option.code)
        codes: tuple[str, ...] = ()
        if not table.inside("options").inside(option.code).sound("between", "of"):
            pass
        elif source.kind == "number" and (option.between is None or option.of):
            note(StudyError(place, key="study.no_band"))
        elif source.kind == "single" and (not option.of or option.between):
            note(StudyError(place, key="study.no_group"))
        else:
            codes = known_codes(source, option.of, place)
        gathered.append(replace(option, of=codes))
    bands = sorted(o.between for o in gathered if o.between)
    for (_, high), (low, _) in pairwise(bands):
        if low <= high:
            note(StudyError(table.where("options"), key="study.bands_overlap", at=f"{low:g}"))
    for code, times in Counter(code for option in gathered for code in option.of).items():
        if times > 1:
            note(StudyError(table.where("options"), key="study.two_groups", code=code))
    return tuple(gathered)
