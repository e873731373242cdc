"""XLSForm, of KoboToolbox and ODK: a workbook with the sheets survey and choices."""

from __future__ import annotations

from collections.abc import Mapping
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


def read(path: Path) -> Codebook:
    """Return the codebook of an XLSForm; raises ExportError if it lacks a sheet or a column."""
    survey, choices = _rows(path, "survey"), _rows(path, "choices")
    lists: dict[str, list[CodebookOption]] = {}
    for row in choices:
        option = CodebookOption(row.get("name", ""), _labels(row))
        lists.setdefault(row.get("list_name") or row.get("list name", ""), []).append(option)
    questions = []
    for row in survey:
        form = row.get("type", "").replace("select one", "select_one")
        words = form.replace("select multiple", "select_multiple").split()
        # Not a group, a note or what the telephone fills in.
        if not words or words[0].casefold() not in KINDS or not row.get("name"):
            continue
        options = list(lists.get(words[1], ())) if len(words) > 1 else []
        if "or_other" in words:
            options.append(CodebookOption("other", (("zh", "其他"), ("en", "Other"))))
        skip = row.get("relevant", "")
        questions.append(
            CodebookQuestion(
                name=row["name"],
                kind=KINDS[words[0].casefold()],
                texts=_labels(row) or (("en", row["name"]),),
                options=tuple(options),
                asked_if=conditions(skip) if skip else (),
                skip=skip,
            )
        )
    return Codebook(path.name, tuple(questions))


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
