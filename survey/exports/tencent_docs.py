"""腾讯文档收集表: （自动） behind the platform's own headings, （必填） behind required questions."""

from __future__ import annotations

import re
from dataclasses import replace

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.headings import numbered_columns, one_line
from survey.exports.sheet import Sheet
from survey.study.questionnaire import Missing
from survey.text import normalised

PLATFORM, LABEL = "tencent_docs", "腾讯文档收集表"
SUBMITTED, BY, OWN = "提交时间(自动)", "提交者(自动)", "(自动)"
REQUIRED = re.compile(r"\s*[(（]必填[)）]\s*$")
MARKS = {"": Missing.BLANK, "-": Missing.BLANK}
LINK = re.compile(r"https?://\S+")
NOTE = (
    "no genuine 腾讯文档 file with a tick-all question was at hand when this was written: compare the counts "
    'below with the platform\'s own report, and give separator = "…" for a tick-all question'
)


def recognise(sheet: Sheet) -> bool:
    """Say whether the submitter and the time are marked （自动）, or one of them beside a （必填）."""
    names = {normalised(text) for text in sheet.header}
    own = len({SUBMITTED, BY} & names)
    return own == 2 or (own == 1 and any(map(REQUIRED.search, sheet.header)))


def read(sheet: Sheet) -> Export:
    """Return the answers of a 腾讯文档收集表; raises ExportError."""
    headings = {
        i: (one_line(REQUIRED.sub("", text)), "")
        for i, text in enumerate(sheet.header)
        if not normalised(text).endswith(OWN)
    }
    if not headings:
        raise ExportError(sheet.file, key="export.no_question")
    places = sheet.places(normalised)
    columns = numbered_columns(sheet, headings, marks=MARKS)
    return sheet.export(
        PLATFORM,
        [replace(c, left_out="links to uploaded files") if _holds_links(c) else c for c in columns],
        sheet.paradata(submitted=sheet.under(SUBMITTED, places=places)),
        user=sheet.under(BY, places=places),
        notes=(NOTE,),
    )


def _holds_links(column: Column) -> bool:
    answers = column.answers()
    return len(answers) > 0 and all(map(LINK.match, answers))
