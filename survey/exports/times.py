"""Times of submission and times taken, as the platforms write them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from survey.array_types import Floats, Ints, Texts
from survey.errors import ExportError, shown

FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%Y/%m/%d")
DURATION = re.compile(r"(?:(\d{1,9})小?时)?(?:(\d{1,9})分钟?)?(?:(\d{1,9}(?:\.\d+)?)秒?)?")


def read_times(cells: Texts, file: str, rows: Ints) -> np.ndarray:
    """Return times, shape (n,), datetime64[s]; NaT where blank.

    Raises
    ------
    ExportError
        Naming the row of the first cell that is no time; `rows` are the numbers of the rows.
    """
    texts = pd.Series(cells, dtype=object).str.replace("-", "/", regex=False)
    texts = texts.str.replace("T", " ", regex=False)
    times = pd.to_datetime(texts, format=FORMATS[0], errors="coerce")
    for fallback in FORMATS[1:]:
        if not times.isna().any():
            break
        times = times.fillna(pd.to_datetime(texts, format=fallback, errors="coerce"))
    bad = np.flatnonzero(times.isna().to_numpy() & (texts != "").to_numpy())
    if bad.size:
        raise ExportError(
            f"{file}, row {rows[bad[0]]}",
            f'"{shown(str(cells[bad[0]]))}" is not a time',
            "expected one such as 2023/9/4 9:04:11",
        )
    return times.to_numpy(dtype="datetime64[s]")


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
