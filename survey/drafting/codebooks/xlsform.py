"""XLSForm, of KoboToolbox and ODK: a workbook with the sheets survey and choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion, Texts, in_languages
from survey.drafting.codebooks.skips import conditions
from survey.errors import Cell, ExportError
from survey.exports.sheet import read_sheet
from survey.study.questionnaire import Kind

KINDS: dict[str, Kind] = {
    "select_one": "single",
    "select_multiple": "multiple",
    "rank": "multiple",
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "date": "month",
    "datetime": "month",
    "text": "text",
}
# not(selected(., 'none') and count-selected(.) > 1): nothing beside it; count-selected(.) <= 3: the most.
ALONE = re.compile(r"selected\(\s*\.\s*,\s*['\"]([^'\"]+)['\"]\s*\)")
AT_MOST = re.compile(r"count-selected\(\s*\.\s*\)\s*(<=?)\s*(\d+)")
NAME, VALUE = r"\$\{(\w+)\}", r"['\"]([^'\"]+)['\"]"
OF_OTHER = re.compile(rf"selected\(\s*{NAME}\s*,\s*{VALUE}|{NAME}\s*=\s*{VALUE}")
READ_ONLY = ("note", "acknowledge")


def read(path: Path) -> Codebook:
    """Return the codebook of an XLSForm; raises ExportError if it lacks a sheet or a column."""
    survey, choices = _rows(path, "survey"), _rows(path, "choices")
    lists: dict[str, list[CodebookOption]] = {}
    for row in choices:
        option = CodebookOption(row.get("name", ""), _labels(row))
        lists.setdefault(row.get("list_name") or row.get("list name", ""), []).append(option)
    questions, notes = [], []
    for row in survey:
        form = row.get("type", "").replace("select one", "select_one")
        words = form.replace("select multiple", "select_multiple").split()
        if words and words[0].casefold() in READ_ONLY:
            notes.append(_labels(row))
        # Not a group, or what the telephone fills in.
        if not words or words[0].casefold() not in KINDS or not row.get("name"):
            continue
        options = list(lists.get(words[1], ())) if len(words) > 1 else []
        if "or_other" in words:
            options.append(CodebookOption("other", (("zh", "其他"), ("en", "Other")), typed=True))
        questions.append(_question(row, words[0].casefold(), options))
    columns = [key.partition("::")[2] for key in (survey[0] if survey else ()) if key.startswith("label::")]
    declared = tuple(dict(in_languages((name, name) for name in columns)))
    return Codebook(path.name, tuple(_with_typed(questions)), tuple(notes), declared)


def _question(row: Mapping[str, str], form: str, options: Sequence[CodebookOption]) -> CodebookQuestion:
    skip, constraint, kind = row.get("relevant", ""), row.get("constraint", ""), KINDS[form]
    alone = set(ALONE.findall(constraint)) if "count-selected" in constraint else set()
    limit = None if alone else AT_MOST.search(constraint)
    if kind == "multiple":
        options = [replace(option, exclusive=option.value in alone) for option in options]
    return CodebookQuestion(
        name=row["name"],
        kind=kind,
        texts=_labels(row) or (("en", row["name"]),),
        options=tuple(options),
        asked_if=conditions(skip) if skip else (),
        skip=skip,
        day=kind == "month" and not re.search(r"month-year|\byear\b", row.get("appearance", "")),
        most=int(limit[2]) - (limit[1] == "<") if limit else 0,
        shown="random" if re.search(r"randomize\s*=\s*true", row.get("parameters", "")) else "fixed",
        constraint=constraint,
    )


def _with_typed(questions: Sequence[CodebookQuestion]) -> list[CodebookQuestion]:
    """Return questions whose options know of the text question that is shown for them."""
    typed = {
        (found[1] or found[3], found[2] or found[4])
        for question in questions
        if question.kind == "text" and (found := OF_OTHER.search(question.skip))
    }
    return [
        replace(q, options=tuple(replace(o, typed=o.typed or (q.name, o.value) in typed) for o in q.options))
        for q in questions
    ]


def _rows(path: Path, sheet: str) -> list[dict[str, str]]:
    table = read_sheet(path, None, sheet)
    header = [text.strip().casefold() for text in table.header]
    needed = "type" if sheet == "survey" else "name"
    if needed not in header:
        raise ExportError(Cell(file=path.name, sheet=sheet), key="codebook.no_column", column=needed)
    return [dict(zip(header, map(str, row), strict=True)) for row in table.body]


def _labels(row: Mapping[str, str]) -> Texts:
    labels = [(key.partition("::")[2], text) for key, text in row.items() if key.startswith("label")]
    return in_languages(labels)
