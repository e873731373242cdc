"""What SPSS and Stata files have in common: reading them, and which variables are no answers."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from survey.errors import ExportError
from survey.exports.dates import Dates
from survey.exports.export import Column, Export, Paradata
from survey.exports.statistics_child import FAILED, StatisticsFile, unpacked
from survey.exports.times import times_and_order
from survey.numeric.array_types import Texts
from survey.text import normalised

CHILD = "import sys; from survey.exports.statistics_child import main; sys.exit(main())"
PATIENCE = 300
PARADATA = {
    "submitted": re.compile(r"^(?:提交(?:答卷)?时间|submit_?date|submitted|end_?date|datestamp)$"),
    "device": re.compile(r"^(?:来自ip|ip|ip_?addr(?:ess)?)$"),
    "user": re.compile(r"^(?:.*openid|用户id|user_?id|e-?mail(?: address)?)$"),
}


def read_statistics(kind: Literal["sav", "dta"], path: Path) -> StatisticsFile:
    """Return the values and the dictionary of a statistics file.

    It is read in a process of its own: the library crashes on some damaged files, and would take
    everything else with it.

    Raises
    ------
    ExportError
        If the file is damaged, or holds no answers.
    """
    command = [sys.executable, "-P", "-c", CHILD, kind, str(path)]
    try:
        ran = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise _damaged(path, f"not read within {PATIENCE} seconds") from None
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _damaged(path, said[-1] if said and ran.returncode == FAILED else "its reader crashed")
    try:
        read = unpacked(ran.stdout)
    except ValueError:
        raise _damaged(path, "its reader crashed") from None
    if not read.frame.size:
        raise ExportError(path.name, key="export.no_answers")
    return read


def _damaged(path: Path, reason: str) -> ExportError:
    return ExportError(path.name, key="export.damaged", reason=reason)


def export_of(
    columns: Sequence[Column],
    platform: str,
    path: Path,
    about: StatisticsFile,
    *,
    dates: Dates,
    separator: str = "",
    unticked: frozenset[str] = frozenset({"", "0"}),
) -> Export:
    """Return the export of these columns, with times and identifiers taken out from among them."""
    rows = np.arange(1, len(about.frame) + 1, dtype=np.int64)
    answers: list[Column] = []
    own: list[str] = []
    paradata: dict[str, Texts] = {}
    for column in columns:
        names = normalised(column.name), normalised(column.header)
        kind = next((kind for kind, pattern in PARADATA.items() if any(map(pattern.match, names))), None)
        if kind is None:
            answers.append(column)
        else:
            paradata.setdefault(kind, column.cells)
            own.append(column.name)
    submitted = paradata.get("submitted")
    times, remark = None, ""
    if submitted is not None:
        times, _, remark = times_and_order(submitted, path.name, rows, dates=dates)
    return Export(
        platform,
        path.name,
        about.encoding,
        "text",
        tuple(answers),
        Paradata(rows, times),
        separator=separator,
        unticked=unticked,
        zeros="answer",
        singles="whole_or_split",
        device=paradata.get("device"),
        user=paradata.get("user"),
        notes=(remark,) if remark else (),
        own=tuple(own),
    )
