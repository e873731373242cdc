"""SurveyMonkey: CSV or workbook with two header rows, questions over options."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "surveymonkey", "SurveyMonkey"
METADATA = {
    "respondentid", "collectorid", "startdate", "enddate", "ipaddress", "emailaddress", "firstname",
    "lastname", "customdata1",
}  # fmt: skip
WHOLE = {"response", "openendedresponse", ""}
UNTICKED = frozenset({"", "Not selected", "NA"})
# The publisher's cleaned variant writes NA for a question that was not put.
MARKS = {"": Missing.BLANK, "NA": Missing.NOT_ASKED}


def _name(header: str) -> str:
    return "".join(header.lower().split()).replace("-", "")


def recognise(sheet: Sheet) -> bool:
    """Say whether the first column is the respondent's number and the second row names answers."""
    second = {_name(cell) for cell in sheet.grid[1]}
    return _name(sheet.header[0]) == "respondentid" and bool(second & {"response", "openendedresponse"})


def read(sheet: Sheet) -> Export:
    """Return the answers of a SurveyMonkey export; raises ExportError."""
    sheet = replace(sheet, header_rows=2)
    if not len(sheet.body):
        raise ExportError(
            sheet.file, "holds no answers below its two header rows", "export it with its answers"
        )
    columns = []
    question, number = "", 0
    for i, (text, second) in enumerate(zip(sheet.header, sheet.grid[1], strict=True)):
        if _name(text) in METADATA:
            continue
        if text:
            question, number = text, number + 1
        option = "" if _name(second) in WHOLE else str(second)
        cells = sheet.body[:, i]
        columns.append(Column.of(question, cells, number=number, option=option, marks=MARKS, place=i))
    under = partial(sheet.under, places=sheet.places(_name))
    return sheet.export(
        PLATFORM,
        columns,
        sheet.paradata(submitted=under("enddate"), started=under("startdate"), usual="mdy"),
        unticked=UNTICKED,
        device=under("ipaddress"),
        user=under("emailaddress"),
    )
