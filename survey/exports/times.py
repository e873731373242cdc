"""Times of submission and times taken, as the platforms write them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from survey.errors import ExportError, shown
from survey.numeric.array_types import Floats, Ints, Texts

FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%Y/%m/%d",
    "%Y/%m/%d %I:%M:%S %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
)
# Fractions of a second and the zone: what counts is the clock the respondent saw.
ZONE = r"(?:\.\d{1,9})?\s*(?:[Zz]|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?|GMT|UTC)$"
ZONED = r"(?:[Zz]|GMT|UTC|:\d{2}(?:\.\d+)?[+-]\d)"
DAY_FIRST = r"^(\d{1,2})/(\d{1,2})/(\d{4})\b"
DURATION = re.compile(r"(?:(\d{1,9})小?时)?(?:(\d{1,9})分钟?)?(?:(\d{1,9}(?:\.\d+)?)秒?)?")


def read_times(cells: Texts, file: str, rows: Ints) -> np.ndarray:
    """Return times, shape (n,), datetime64[s]; NaT where blank.

    Raises
    ------
    ExportError
        Naming the row of the first cell that is no time; `rows` are the numbers of the rows.
    """
    texts = pd.Series(cells, dtype=object)
    times = _parsed(texts, FORMATS[0])
    unread = times.isna() & (texts != "")
    if unread.any():  # most files hold one plain format, and cleaning takes longer than reading
        # Slashes, no zone and no fraction of a second, the month before the day.
        cleaned = texts[unread]
        zoned = cleaned.str.contains(ZONED, regex=True)
        cleaned = cleaned.where(~zoned, cleaned.str.replace(ZONE, "", regex=True))
        cleaned = cleaned.str.replace(r"(:\d{2})\.\d{1,9}$", r"\1", regex=True)
        cleaned = cleaned.str.replace("-", "/", regex=False).str.replace("T", " ", regex=False).str.strip()
        if (pd.to_numeric(cleaned.str.extract(DAY_FIRST)[0]) > 12).any():  # 13/9/2025 has no other reading
            cleaned = cleaned.str.replace(DAY_FIRST, r"\2/\1/\3", regex=True)
        for form in FORMATS:
            unread = times.isna() & (texts != "")
            if unread.any():
                times[unread] = _parsed(cleaned[unread[unread].index], form)
    bad = np.flatnonzero(times.isna().to_numpy() & (texts != "").to_numpy())
    if bad.size:
        raise ExportError(
            f"{file}, row {rows[bad[0]]}",
            f'"{shown(str(cells[bad[0]]))}" is not a time',
            "expected one such as 2023/9/4 9:04:11",
        )
    return times.to_numpy(dtype="datetime64[s]")


def _parsed(texts: pd.Series, form: str) -> pd.Series:
    """Return times, NaT where a text is none, as "now" and "today" are, which pandas takes from the clock."""
    times = pd.to_datetime(texts, format=form, errors="coerce")
    return times.mask(texts.isin(["now", "today"]))


def read_durations(cells: Texts, file: str, rows: Ints) -> Floats:
    """Return seconds, shape (n,); NaN where blank; raises ExportError naming row and cell."""
    codes, texts = pd.factorize(cells)
    values = np.full(len(texts), np.nan)
    for i, text in enumerate(map(str, texts)):
        match = DURATION.fullmatch(text.replace(" ", ""))
        if text == "":
            continue
        if match is None:
            row = rows[int(np.flatnonzero(codes == i)[0])]
            raise ExportError(
                f"{file}, row {row}",
                f'"{shown(text)}" is not a time taken',
                "expected one such as 136秒 or 136",
            )
        hours, minutes, seconds = (float(group or 0) for group in match.groups())
        values[i] = 3600 * hours + 60 * minutes + seconds
    return np.asarray(values[codes], dtype=np.float64)
