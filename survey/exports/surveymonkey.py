"""SurveyMonkey: CSV or workbook with two header rows, questions over options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet
from survey.study.questionnaire import Missing
from survey.text import normalised

PLATFORM, LABEL = "surveymonkey", "SurveyMonkey"
METADATA = {
    "respondentid", "collectorid", "startdate", "enddate", "ipaddress", "emailaddress", "firstname",
    "lastname", "customdata1",
}  # fmt: skip
WHOLE = {"response", "openendedresponse", ""}
# The column beside a question in which an answer of one's own is typed.
TYPED = re.compile(r"specify|注明|请说明|其他|其它|(?<![a-z])others?(?![a-z])")
UNTICKED = frozenset({"", "Not selected", "NA"})
# The publisher's cleaned variant writes NA for a question that was not put.
MARKS = {"": Missing.BLANK, "NA": Missing.NOT_ASKED}


def _name(header: str) -> str:
    return "".join(header.lower().split()).replace("-", "")


def recognise(sheet: Sheet) -> bool:
    """Say whether the respondent's number has nothing below it in the second row, which names answers."""
    names = [_name(cell) for cell in sheet.header]
    if "respondentid" not in names or sheet.grid[1, names.index("respondentid")]:
        return False
    second = {_name(cell) for cell in sheet.grid[1]}
    return bool(second & {"response", "openendedresponse"}) or "collectorid" in names


def read(sheet: Sheet) -> Export:
    """Return the answers of a SurveyMonkey export; raises ExportError."""
    sheet = replace(sheet, header_rows=2)
    if not len(sheet.body):
        raise ExportError(sheet.file, key="export.no_answers")
    columns = []
    question, number = "", 0
    for i, (text, second) in enumerate(zip(sheet.header, sheet.grid[1], strict=True)):
        if _name(text) in METADATA:
            continue
        cells = sheet.body[:, i]
        if not second and not (cells != "").any():  # put in by hand: SurveyMonkey says what stands below
            columns += [Column.of(text, cells, place=i)] if text else []
            continue
        if text:
            question, number = text, number + 1
        option = "" if _name(second) in WHOLE else str(second)
        columns.append(Column.of(question, cells, number=number, option=option, marks=MARKS, place=i))
    columns = _with_ticks(_with_other(columns))
    under = partial(sheet.under, places=sheet.places(_name))
    export = sheet.export(
        PLATFORM,
        columns,
        sheet.paradata(submitted=under("enddate"), started=under("startdate"), usual="mdy"),
        unticked=UNTICKED,
        device=under("ipaddress"),
        user=under("emailaddress"),
    )
    return replace(export, singles="whole_or_split", channel=under("collectorid"))


def _with_other(columns: Sequence[Column]) -> list[Column]:
    """Return the columns; who typed an answer beside a single question has "other" there, and not a blank."""
    answers = {column.number: i for i, column in enumerate(columns) if not column.option}
    read = list(columns)
    for i, column in enumerate(columns):
        place = answers.get(column.number)
        if place is None or not column.option or not TYPED.search(normalised(column.option)):
            continue
        whole = read[place]
        only_typed = (whole.missing == Missing.BLANK) & (column.missing == Missing.ANSWERED)
        cells = np.where(only_typed, column.option, whole.cells)
        missing = np.where(only_typed, int(Missing.ANSWERED), whole.missing)
        read[place] = whole.holding(cells, missing)
        read[i] = replace(column, typed=True)
    return read


def _with_ticks(columns: Sequence[Column]) -> list[Column]:
    """Return the columns, with 1 for a tick where each holds its option's own text or its own place alone.

    An option may be called No, and a place be taken for a rank. In a matrix of ticks, headed "row - option",
    each row is a question of its own.
    """
    read = list(columns)
    for number in dict.fromkeys(column.number for column in columns):
        places = [i for i, column in enumerate(columns) if column.number == number]
        if any(not columns[i].option for i in places):
            continue
        closed = [i for i in places if not TYPED.search(normalised(columns[i].option))]
        if _own_only(closed, [columns[i].option for i in closed], places, columns):
            for i in closed:
                read[i] = _ticked(columns[i])
        elif all(" - " in columns[i].option for i in places):
            rows: dict[str, list[int]] = {}
            for i in places:
                rows.setdefault(columns[i].option.rpartition(" - ")[0], []).append(i)
            options = {i: columns[i].option.rpartition(" - ")[2] for i in places}
            if all(_own_only(of, [options[i] for i in of], of, columns) for of in rows.values()):
                for row, of in rows.items():
                    for i in of:
                        header = f"{columns[i].header} - {row}"
                        named = replace(columns[i], header=header, name=header, number=None)
                        read[i] = replace(_ticked(named), option=options[i])
    return read


def _ticked(column: Column) -> Column:
    unticked = np.array([text in UNTICKED for text in column.texts], dtype=bool)[column.codes]
    ticked = (column.missing == Missing.ANSWERED) & ~unticked
    return column.holding(np.where(ticked, "1", column.cells).astype(object), column.missing)


def _own_only(
    closed: Sequence[int], options: Sequence[str], places: Sequence[int], columns: Sequence[Column]
) -> bool:
    """Say whether the columns `closed`, of those at `places`, hold only their own options or own places."""
    given = [set(columns[i].answers()) - UNTICKED for i in closed]
    answered = np.array([columns[i].missing == Missing.ANSWERED for i in closed])
    if not answered.any():
        return False
    if all(cells <= {option} for cells, option in zip(given, options, strict=True)):
        return True
    own = all(cells <= {str(places.index(i) + 1)} for cells, i in zip(given, closed, strict=True))
    return own and bool((answered.any(axis=0) & ~answered.all(axis=0)).any())  # ranks leave none out
