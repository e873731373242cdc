"""REDCap's data dictionary: a table with a row for each field, its choices and its branching logic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion, in_languages
from survey.drafting.codebooks.skips import conditions
from survey.exports.sheet import Sheet
from survey.study.questionnaire import Kind

# Headings of the file that is downloaded, and of the one that programs are given.
FIELDS = {
    "variable / field name": "name", "field_name": "name",
    "field type": "type", "field_type": "type",
    "field label": "label", "field_label": "label",
    "choices, calculations, or slider labels": "choices", "select_choices_or_calculations": "choices",
    "text validation type or show slider number": "validation",
    "text_validation_type_or_show_slider_number": "validation",
    "field annotation": "annotation", "field_annotation": "annotation",
    "branching logic (show field only if...)": "logic", "branching_logic": "logic",
}  # fmt: skip
KINDS: dict[str, Kind] = {
    "radio": "single", "dropdown": "single", "yesno": "single", "truefalse": "single", "checkbox": "multiple",
    "slider": "number", "calc": "number", "text": "text", "notes": "text",
}  # fmt: skip
CHOICES = {"yesno": "1, Yes | 0, No", "truefalse": "1, True | 0, False"}
NUMBER, DATE = re.compile(r"integer|number"), re.compile(r"date")
ALONE = re.compile(r"@NONEOFTHEABOVE\s*=\s*['\"]?([\w, -]+)")
MOST = re.compile(r"@MAXCHECKED\s*=\s*['\"]?(\d+)")


def of(sheet: Sheet) -> Codebook:
    """Return the codebook in a data dictionary."""
    fields = [FIELDS.get(text.casefold(), "") for text in sheet.header]
    rows = [dict(zip(fields, map(str, row), strict=True)) for row in sheet.body]
    notes = tuple(in_languages([("", row.get("label"))]) for row in rows if row["type"] == "descriptive")
    return Codebook(sheet.file, tuple(_question(row) for row in rows if row["type"] in KINDS), notes)


def _question(row: Mapping[str, str]) -> CodebookQuestion:
    kind, validation, logic = KINDS[row["type"]], row.get("validation", ""), row.get("logic", "")
    if kind == "text" and (NUMBER.match(validation) or DATE.match(validation)):
        kind = "number" if NUMBER.match(validation) else "month"
    choices = CHOICES.get(row["type"]) or (row.get("choices", "") if kind in ("single", "multiple") else "")
    annotation = row.get("annotation", "")
    alone = {code.strip() for found in ALONE.findall(annotation) for code in found.split(",")}
    most = MOST.search(annotation)
    options = [_choice(part) for part in choices.split("|") if part.strip()]
    if kind == "multiple":
        options = [replace(option, exclusive=option.value in alone) for option in options]
    return CodebookQuestion(
        name=row["name"],
        kind=kind,
        texts=in_languages([("", row.get("label"))]) or (("en", row["name"]),),
        options=tuple(options),
        asked_if=conditions(logic) if logic else (),
        skip=logic,
        day=kind == "month",
        most=int(most[1]) if most else 0,
        shown="fixed",
        constraint=validation,
    )


def _choice(part: str) -> CodebookOption:
    """Return the option in "2, Not sure about staff, hygiene": the first comma parts code and label."""
    code, _, label = part.partition(",")
    return CodebookOption(code.strip(), in_languages([("", label.strip() or code.strip())]))
