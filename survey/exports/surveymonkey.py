"""SurveyMonkey: CSV or workbook with two header rows, questions over options."""

from __future__ import annotations

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import elapsed, read_times
from survey.numeric.array_types import Texts
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "surveymonkey", "SurveyMonkey"
METADATA = {
    "respondentid",
    "collectorid",
    "startdate",
    "enddate",
    "ipaddress",
    "emailaddress",
    "firstname",
    "lastname",
    "customdata1",
}
WHOLE = {"response", "openendedresponse", ""}
UNTICKED = frozenset({"", "Not selected", "NA"})


def _name(header: str) -> str:
    return "".join(header.lower().split()).replace("-", "")


def recognise(cells: Cells) -> bool:
    """Say whether the first column is the respondent's number and the second row names answers."""
    second = {_name(cell) for cell in cells.grid[1]}
    return _name(cells.header[0]) == "respondentid" and bool(second & {"response", "openendedresponse"})


def read(cells: Cells) -> Export:
    """Return the answers of a SurveyMonkey export; raises ExportError."""
    header, second, body, rows = cells.header, cells.grid[1], cells.grid[2:], cells.rows[2:]
    if not len(body):
        raise ExportError(
            cells.file, "holds no answers below its two header rows", "export it with its answers"
        )
    columns = []
    question, number = "", 0
    for i, text in enumerate(header):
        if _name(text) in METADATA:
            continue
        if text:
            question, number = text, number + 1
        option = "" if _name(second[i]) in WHOLE else str(second[i])
        found = np.where(body[:, i] == "", int(Missing.BLANK), 0)
        # The publisher's cleaned variant writes NA for a question that was not put.
        found = np.where(body[:, i] == "NA", int(Missing.NOT_ASKED), found).astype(np.int64)
        columns.append(Column(question, number, option, body[:, i], found))
    starts, ends = _metadata(cells, "startdate"), _metadata(cells, "enddate")
    submitted = None if ends is None else read_times(ends, cells.file, rows)
    begun = None if starts is None else read_times(starts, cells.file, rows)
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=tuple(columns),
        paradata=Paradata(
            rows,
            submitted=submitted,
            seconds=elapsed(begun, submitted),
        ),
        unticked=UNTICKED,
        device=_metadata(cells, "ipaddress"),
        user=_metadata(cells, "emailaddress"),
    )


def _metadata(cells: Cells, name: str) -> Texts | None:
    for i, header in enumerate(cells.header):
        if _name(header) == name:
            return np.asarray(cells.grid[2:, i], dtype=object)
    return None
