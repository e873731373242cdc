"""Platforms read as plain tables but for their own columns: whom they mark, and which words are no answer.

Of none of them a genuine file with answers could be seen; what is read comes from public programs that
read such files, and every export says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from survey.errors import ExportError
from survey.exports.export import BLANK, Column, Export, Families
from survey.exports.sheet import Sheet, marked
from survey.exports.tick_columns import Folded, counted, split_off
from survey.study.questionnaire import Missing

NOTE = (
    "no genuine {} file with answers was at hand when this was written: compare the counts below with the "
    "platform's own report"
)
OPTION_FIRST = re.compile(r":(?!\s)")
TYPED = "other - write in"


def option_named(columns: Sequence[Column]) -> Folded:
    """Return the columns, those headed "option:question" or "question__1" as options of one question."""
    stems: dict[int, tuple[str, str]] = {}
    headers = [column.header for column in columns]
    for i, header in enumerate(headers):
        beside = [headers[j] for j in (i - 1, i + 1) if 0 <= j < len(headers)]
        for colon in OPTION_FIRST.finditer(header):
            if any(
                other.endswith(header[colon.start() :]) or other == header[colon.end() :] for other in beside
            ):
                stems[i] = (header[colon.end() :], header[: colon.start()].strip())
                break
        code = re.fullmatch(r"(\w+?)__(\d+)", header)
        if code and any(other.startswith(code[1] + "__") for other in beside):
            stems[i] = (code[1], code[2])
    read, families = [], {question for question, _ in stems.values()}
    for i, column in enumerate(columns):
        question, option = stems.get(i, (column.header, ""))
        typed = option.casefold() == TYPED and question in headers
        read.append(
            replace(
                column,
                header=question,
                option=option,
                name=question if question in families else "",
                typed=typed,
            )
        )
    return read, ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that one platform adds to a plain table.

    Attributes
    ----------
    PLATFORM, LABEL : str
        Its name in a study file, and in print.
    signs : frozenset of str
        Names, in small letters, that other programs do not write: two of them are needed.
    own : pattern
        Of the names of all its own columns.
    submitted, started, seconds : tuple of str
        Names of the columns of times and of the time taken.
    real, complete : (str, frozenset of str) or None
        A column, and the words in it that mark an answer that is no test, or is finished.
    rejected : (str, frozenset of str) or None
        A column, and the words in it by which an answer is rejected.
    marks : mapping of str to Missing
        Cells that are no answer.
    options : callable
        Returns the columns with those of one question's options told, and notes on how.
    families, separator
        As `Export` has them.
    """

    PLATFORM: str
    LABEL: str
    signs: frozenset[str]
    own: re.Pattern[str]
    submitted: tuple[str, ...] = ()
    started: tuple[str, ...] = ()
    seconds: tuple[str, ...] = ()
    real: tuple[str, frozenset[str]] | None = None
    complete: tuple[str, frozenset[str]] | None = None
    rejected: tuple[str, frozenset[str]] | None = None
    marks: Mapping[str, Missing] = field(default_factory=lambda: BLANK)
    options: Callable[[Sequence[Column]], Folded] = option_named
    families: Families = "told"
    separator: str = ""

    def recognise(self, sheet: Sheet) -> bool:
        """Say whether the header has two of the names that only this platform writes."""
        return len(self.signs & {text.strip().casefold() for text in sheet.header}) > 1

    def read(self, sheet: Sheet) -> Export:
        """Return the answers of a file of this platform; raises ExportError."""
        header = sheet.header
        own = {i for i, text in enumerate(header) if self.own.fullmatch(text.strip().casefold())}
        # A question may be headed as a column of the platform's is, which stands before it.
        own = {i for i in own if header.index(header[i]) == i}
        places = [i for i, text in enumerate(header) if text and i not in own]
        if not places or not self.recognise(sheet):
            raise ExportError(
                sheet.file, key="export.not_of_platform", platform=self.LABEL, remedies={("export",): None}
            )
        under = partial(sheet.under, places=sheet.places(str.casefold))
        real, complete, rejected = (
            None if flag is None else marked(under(flag[0]), flag[1])
            for flag in (self.real, self.complete, self.rejected)
        )
        columns = [Column.of(header[i], sheet.body[:, i], marks=self.marks, place=i) for i in places]
        columns, notes = self.options(columns)
        export = sheet.export(
            self.PLATFORM,
            columns,
            sheet.paradata(
                submitted=under(*self.submitted),
                started=under(*self.started),
                seconds=under(*self.seconds),
                preview=None if real is None else ~real,
                unfinished=None if complete is None else ~complete,
                rejected=rejected,
            ),
            separator=self.separator,
            device=under("ip address"),
            notes=(NOTE.format(self.LABEL), *notes),
        )
        return replace(export, families=self.families)


SOSCI = Layout(
    "sosci", "SoSci Survey",
    frozenset({"questnnr", "q_viewer", "lastpage", "maxpage", "lastdata", "missrel", "time_rsi", "mailsent"}),
    re.compile(r"case|serial|ref|questnnr|mode|started|time\d{3}|time_sum|mailsent|lastdata|status"
               r"|finished|q_viewer|lastpage|maxpage|missing|missrel|time_rsi|deg_time|language"),
    submitted=("lastdata",), started=("started",), seconds=("time_sum",),
    real=("mode", frozenset({"interview"})), complete=("finished", frozenset({"1", "true"})),
    marks={**BLANK, "-9": Missing.BLANK},
    options=counted,
)  # fmt: skip
UNIPARK = Layout(
    "unipark", "Unipark",
    frozenset({"lfdn", "external_lfdn", "tester", "dispcode", "date_of_last_access", "date_of_first_mail"}),
    re.compile(r"lfdn|external_lfdn|tester|dispcode|lastpage|quality|duration|[cp]_\d{4}|browser|referer"
               r"|device_type|quota|page_history|[hv]flip|output_mode|javascript|flash|session_id|language|cleaned"
               r"|ats|datetime|date_of_last_access|date_of_first_mail|rts\d+"),
    submitted=("date_of_last_access", "datetime"), seconds=("duration",),
    real=("tester", frozenset({"0"})),
    complete=("dispcode", frozenset({"31", "32", "completed", "completed after break"})),
    marks={**BLANK, "-77": Missing.BLANK, "-99": Missing.BLANK, "-66": Missing.NOT_ASKED},
    families="by_place",
)  # fmt: skip
ALCHEMER = Layout(
    "alchemer", "Alchemer",
    frozenset({"time started", "date submitted", "sessionid", "legacy comments"}),
    re.compile(r"response id|time started|date submitted|status|contact id|(?:legacy )?comments|language"
               r"|referer|sessionid|user agent|tags|ip address|longitude|latitude|country|city|state/region"
               r"|postal"),
    submitted=("date submitted",), started=("time started",),
    complete=("status", frozenset({"complete", "disqualified"})),
    rejected=("status", frozenset({"disqualified"})),
)  # fmt: skip
SURVEY_SOLUTIONS = Layout(
    "surveysolutions", "Survey Solutions",
    frozenset({"interview__key", "interview__id", "interview__status", "sssys_irnd", "assignment__id"}),
    re.compile(r"interview__\w+|sssys_irnd|has__errors|assignment__id|responsible"),
    rejected=(
        "interview__status", frozenset({"65", "125", "rejectedbysupervisor", "rejectedbyheadquarters"})
    ),
    marks={"": Missing.NOT_ASKED, "-999999999": Missing.BLANK, "##N/A##": Missing.BLANK},
)  # fmt: skip
EUSURVEY = Layout(
    "eusurvey", "EUSurvey",
    frozenset({"invitation number", "contribution id"}),
    re.compile(r"invitation number|contribution id|user name|creation date|last update|languages"),
    submitted=("creation date",),
    options=split_off, separator=";",
)  # fmt: skip
LAYOUTS = (SOSCI, UNIPARK, ALCHEMER, SURVEY_SOLUTIONS, EUSURVEY)
