"""What SPSS and Stata files have in common: reading them, and which variables are no answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey.array_types import Texts
from survey.errors import ExportError
from survey.exports.plain_answers import Column, Export
from survey.exports.times import read_times
from survey.questionnaire import plain_text

SUBMITTED = re.compile(r"^(?:提交(?:答卷)?时间|submit_?date|submitted|end_?date|datestamp)$")
DEVICE = re.compile(r"^(?:来自ip|ip|ip_?addr(?:ess)?)$")
USER = re.compile(r"^(?:.*openid|用户id|user_?id|e-?mail(?: address)?)$")


def read_with(reader: Callable[..., tuple[pd.DataFrame, Any]], path: Path) -> tuple[pd.DataFrame, Any]:
    """Return the values and the dictionary of a statistics file, in its own encoding or GB18030.

    Raises
    ------
    ExportError
        If the file is damaged, or holds no answers.
    """
    frame = about = None
    problem: Exception | None = None
    for encoding in (None, "gb18030"):
        try:
            frame, about = reader(str(path), user_missing=True, encoding=encoding)
        # Damage shows in whatever the library meets first: sizes, numbers, text, memory.
        except Exception as error:  # noqa: BLE001
            problem = problem or error
        else:
            break
    if frame is None:
        raise ExportError(
            path.name,
            f"cannot be read ({type(problem).__name__}: {problem})",
            "save it again from the program that wrote it, or export it as CSV",
        ) from None
    if not len(frame) or not len(frame.columns):
        raise ExportError(path.name, "holds no answers", "export it again with its answers")
    return frame, about


def export_of(
    columns: Sequence[Column],
    platform: str,
    path: Path,
    about: Any,
    n: int,
    *,
    separator: str = "",
    unticked: frozenset[str] = frozenset({"", "0"}),
) -> Export:
    """Return the export of these columns, with times and identifiers taken out from among them."""
    rows = np.arange(1, n + 1, dtype=np.int64)
    own = [_own(column) for column in columns]

    def of(kind: str) -> Texts | None:
        return next((column.cells for column, what in zip(columns, own, strict=True) if what == kind), None)

    submitted = of("submitted")
    return Export(
        platform=platform,
        file=path.name,
        encoding=str(about.file_encoding or "").lower(),
        coding="text",
        columns=tuple(column for column, what in zip(columns, own, strict=True) if not what),
        rows=rows,
        separator=separator,
        unticked=unticked,
        submitted=None if submitted is None else read_times(submitted, path.name, rows),
        device=of("device"),
        user=of("user"),
    )


def _own(column: Column) -> str:
    """Return what a column is if it is no answer: "submitted", "device", "user"; else ""."""
    for kind, pattern in (("submitted", SUBMITTED), ("device", DEVICE), ("user", USER)):
        if any(pattern.match(plain_text(text)) for text in (column.name, column.header)):
            return kind
    return ""
