"""What SPSS and Stata files have in common: reading them, and which variables are no answers."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.statistics_child import FAILED, StatisticsFile
from survey.exports.times import read_times
from survey.numeric.array_types import Texts
from survey.text import plain_text

# Imported by its name, so that what it pickles is found again here.
CHILD = "import sys; from survey.exports.statistics_child import main; sys.exit(main())"
PATIENCE = 300
SUBMITTED = re.compile(r"^(?:提交(?:答卷)?时间|submit_?date|submitted|end_?date|datestamp)$")
DEVICE = re.compile(r"^(?:来自ip|ip|ip_?addr(?:ess)?)$")
USER = re.compile(r"^(?:.*openid|用户id|user_?id|e-?mail(?: address)?)$")


def read_statistics(kind: Literal["sav", "dta"], path: Path) -> StatisticsFile:
    """Return the values and the dictionary of a statistics file.

    It is read in a process of its own: the library crashes on some damaged files, and would take
    everything else with it.

    Raises
    ------
    ExportError
        If the file is damaged, or holds no answers.
    """
    command = [sys.executable, "-c", CHILD, kind, str(path)]
    try:
        ran = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise _damaged(path, f"not read within {PATIENCE} seconds") from None
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _damaged(path, said[-1] if said and ran.returncode == FAILED else "its reader crashed")
    found = pickle.loads(ran.stdout)
    if not isinstance(found, StatisticsFile) or not len(found.frame) or not len(found.frame.columns):
        raise ExportError(path.name, "holds no answers", "export it again with its answers")
    return found


def _damaged(path: Path, reason: str) -> ExportError:
    return ExportError(
        path.name,
        f"cannot be read ({reason})",
        "save it again from the program that wrote it, or export it as CSV",
    )


def export_of(
    columns: Sequence[Column],
    platform: str,
    path: Path,
    about: StatisticsFile,
    *,
    separator: str = "",
    unticked: frozenset[str] = frozenset({"", "0"}),
) -> Export:
    """Return the export of these columns, with times and identifiers taken out from among them."""
    rows = np.arange(1, len(about.frame) + 1, dtype=np.int64)
    own = [_own(column) for column in columns]

    def of(kind: str) -> Texts | None:
        return next((column.cells for column, what in zip(columns, own, strict=True) if what == kind), None)

    submitted = of("submitted")
    return Export(
        platform=platform,
        file=path.name,
        encoding=about.encoding,
        coding="text",
        columns=tuple(column for column, what in zip(columns, own, strict=True) if not what),
        paradata=Paradata(
            rows,
            submitted=None if submitted is None else read_times(submitted, path.name, rows),
        ),
        separator=separator,
        unticked=unticked,
        device=of("device"),
        user=of("user"),
    )


def _own(column: Column) -> str:
    """Return what a column is if it is no answer: "submitted", "device", "user"; else ""."""
    for kind, pattern in (("submitted", SUBMITTED), ("device", DEVICE), ("user", USER)):
        if any(pattern.match(plain_text(text)) for text in (column.name, column.header)):
            return kind
    return ""
