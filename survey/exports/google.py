"""Google Forms: one header row, the first column a time; downloaded directly or through Sheets."""

from __future__ import annotations

import re

from survey.errors import ExportError
from survey.exports.dates import is_padded, usual_order
from survey.exports.export import Export
from survey.exports.headings import numbered_columns
from survey.exports.moments import moment
from survey.exports.sheet import Sheet
from survey.study.study import DateOrder

PLATFORM, LABEL = "google", "Google Forms"
TIMESTAMPS = {
    "timestamp", "时间戳记", "時間戳記", "タイムスタンプ", "타임스탬프", "horodateur", "zeitstempel",
    "marca temporal", "carimbo de data/hora", "informazioni cronologiche", "отметка времени",
    "sygnatura czasowa",
}  # fmt: skip
ACCOUNTS = (
    "email address", "username", "电子邮件地址", "電子郵件地址", "用户名", "使用者名稱", "adresse e-mail",
    "nom d'utilisateur", "e-mail-adresse", "nutzername", "dirección de correo electrónico",
    "nombre de usuario", "endereço de e-mail", "nome de usuário", "indirizzo email", "nome utente",
    "メールアドレス", "ユーザー名", "이메일 주소", "사용자 이름", "адрес электронной почты", "adres e-mail",
    "nazwa użytkownika",
)  # fmt: skip
SCORES = {
    "score", "分数", "分數", "スコア", "점수", "punktzahl", "puntuación", "pontuação", "punteggio", "баллы",
    "wynik",
}  # fmt: skip
# Through Sheets 9/1/2025 10:04:11, directly 2025/09/01 10:04:11 AM GMT+8; other programs write ISO times.
THROUGH_SHEETS = re.compile(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2}")
DIRECT = re.compile(r"\d{4}/\d{1,2}/\d{1,2} (?:[上下]午)?\d{1,2}:\d{2}:\d{2}.*\b(?:GMT|UTC|[A-Z]{3,4})\S*")
ISO = re.compile(r"\d{4}-")
GRID = re.compile(r"^(.*\S)\s*\[([^\[\]]+)\]$", re.DOTALL)


def recognise(sheet: Sheet) -> bool:
    """Say whether the first column is a Google time under one of its headers."""
    header, time = sheet.header[0].casefold(), _first_time(sheet)
    if header not in TIMESTAMPS:
        return False
    other = header != "timestamp" and not ISO.match(time) and moment(time) is not None
    return bool(THROUGH_SHEETS.fullmatch(time) or DIRECT.fullmatch(time) or other)


def read(sheet: Sheet) -> Export:
    """Return the answers of a Google Forms file; raises ExportError."""
    header = sheet.header
    if header[0].casefold() not in TIMESTAMPS:
        raise ExportError(sheet.file, key="export.no_timestamp", header=header[0])
    grids = [match[1] for text in header if (match := GRID.match(text))]
    headings = {}
    for i, text in enumerate(header[1:], 1):
        if text.casefold() not in (*ACCOUNTS, *SCORES):
            match = GRID.match(text)
            headings[i] = (match[1], match[2]) if match and grids.count(match[1]) > 1 else (text, "")
    return sheet.export(
        PLATFORM,
        numbered_columns(sheet, headings),
        sheet.paradata(submitted=sheet.body[:, 0], usual=_usual_order(sheet)),
        separator=";" if DIRECT.fullmatch(_first_time(sheet)) else ", ",
        unticked=frozenset({""}),
        user=sheet.under(*ACCOUNTS, places=sheet.places(str.casefold)),
    )


def _usual_order(sheet: Sheet) -> DateOrder | None:
    """Return the order of day and month that the heading's language and the zeros agree on.

    Through Sheets a date is written as in the country of the sheet, which need not speak that language.
    """
    english = sheet.header[0].casefold() == "timestamp"
    padded = is_padded(sheet.body[:, 0])
    if english:
        return None if padded else "mdy"
    return usual_order(sheet.header[:1]) if padded else None


def _first_time(sheet: Sheet) -> str:
    """Return the first time of submission as written; "" if there is none."""
    return next((str(cell) for cell in sheet.body[:, 0] if cell), "")
