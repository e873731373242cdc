"""Microsoft Forms: start, completion, e-mail and name before the questions, in the owner's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from survey.errors import ExportError
from survey.exports.dates import is_padded, usual_order
from survey.exports.export import Export
from survey.exports.headings import numbered_columns, one_line
from survey.exports.sheet import Sheet

PLATFORM, LABEL = "msforms", "Microsoft Forms"
# Headings of the start and of the completion.
ENGLISH = "start time"
TIMES = {
    ENGLISH: "completion time", "开始时间": "完成时间", "開始時間": "完成時間",
    "startzeit": "fertigstellungszeit", "heure de début": "heure de fin",
    "hora de inicio": "hora de finalización", "開始時刻": "完了時刻", "ora di inizio": "ora di completamento",
    "hora de início": "hora de conclusão",
}  # fmt: skip
EMAIL = (
    "email", "e-mail", "电子邮件", "电子邮件地址", "電子郵件", "adresse de messagerie", "correo electrónico",
    "メール", "posta elettronica", "endereço de email",
)  # fmt: skip
# Beside them, before the first question.
OWN = {
    "id", "name", "姓名", "名称", "名稱", "nom", "nombre", "名前", "nome", "last modified time",
    "上次修改时间", "上次修改時間", "zeitpunkt der letzten änderung", "uhrzeit der letzten änderung",
    "heure de la dernière modification", "hora de la última modificación", "最終変更時刻",
    "ora ultima modifica", "hora da última modificação", "language", "语言", "語言", "sprache", "langue",
    "idioma", "言語", "lingua", "total points", "总分", "總分", "gesamtpunkte", "gesamtpunktzahl",
    "total des points", "total de puntos", "quiz feedback", "测验反馈", "feedback zum quiz",
    "commentaires sur le questionnaire", "commentaires du quiz", "comentarios del cuestionario",
}  # fmt: skip
# A dot without blanks between a question and a row; the question has letters, so that 1.2 is no matrix.
ROW, LETTER = re.compile(r"(?<=\S)\.(?=\S)"), re.compile(r"[^\W\d_]")


def recognise(sheet: Sheet) -> bool:
    """Say whether the start and the completion are named in one language, beside an account or a number."""
    names = _names(sheet)
    return bool(_start(names)) and bool({"id", *EMAIL} & set(names))


def read(sheet: Sheet) -> Export:
    """Return the answers of a Microsoft Forms file; raises ExportError."""
    names = _names(sheet)
    start = _start(names)
    if not start:
        raise ExportError(sheet.file, key="export.no_completion")
    places = _question_places(names, {start, TIMES[start]}, (sheet.body != "").any(axis=0).tolist())
    if not places:
        raise ExportError(sheet.file, key="export.no_question")
    headings = [one_line(sheet.header[i]) for i in places]
    under = partial(sheet.under, places=sheet.places(_name))
    completed = sheet.body[:, names.index(TIMES[start])]
    return sheet.export(
        PLATFORM,
        numbered_columns(sheet, dict(zip(places, _with_rows(headings), strict=True))),
        sheet.paradata(
            submitted=completed,
            started=under(start),
            # As in the United States; other English dates, with zeros, may put the day first.
            usual=usual_order([start]) or ("mdy" if start == ENGLISH and not is_padded(completed) else None),
        ),
        separator=";",
        unticked=frozenset({""}),
        user=under(*EMAIL),
    )


def _name(heading: str) -> str:
    return one_line(heading).casefold()


def _names(sheet: Sheet) -> list[str]:
    return [_name(heading) for heading in sheet.header]


def _start(names: Sequence[str]) -> str:
    """Return the heading of the start whose completion is there too; "" if there is none."""
    return next((start for start, end in TIMES.items() if {start, end} <= set(names)), "")


def _question_places(names: Sequence[str], times: set[str], answered: Sequence[bool]) -> list[int]:
    """Return the places of the questions: behind the platform's own columns, without points and feedback.

    Among these may stand a column put in by hand and never filled.
    """
    platform = {*times, *EMAIL, *OWN}
    first = next((i for i, name in enumerate(names) if name not in platform and answered[i]), len(names))
    own = {names.index(name) for name in {*times, *EMAIL} if name in names}  # wherever they stand
    own |= {i for i in range(first) if names[i] in OWN}
    asked: list[int] = []
    for i in range(len(names)):
        _, dash, question = names[i].partition(" - ")
        about = dash and any(question == names[earlier] for earlier in asked)  # Points - Where do you live?
        if i not in own and not about:
            asked.append(i)
    return asked


def _with_rows(headings: Sequence[str]) -> list[tuple[str, str]]:
    """Return question and row of each heading: those that share a beginning up to a dot are a matrix."""
    starts = [
        [start for match in ROW.finditer(text) if LETTER.search(start := text[: match.start()])]
        for text in headings
    ]
    parts = []
    for i, text in enumerate(headings):
        beside = {*(starts[i - 1] if i else ()), *(starts[i + 1] if i + 1 < len(starts) else ())}
        question = next((start for start in starts[i] if start in beside), "")
        parts.append((question, text[len(question) + 1 :]) if question else (text, ""))
    return parts
