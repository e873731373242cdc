"""A process of its own in which SPSS and Stata files are read: a damaged one can crash its reader.

`main` takes "sav" or "dta" and the name of the file as arguments and writes a pickle of what it read.
"""

from __future__ import annotations

import pickle
import sys
from dataclasses import dataclass
from typing import Any

import pandas as pd

MEMORY = 4 * 2**30
FAILED = 3


@dataclass(frozen=True, slots=True, eq=False)
class StatisticsFile:
    """The values of a statistics file and what its dictionary says of them.

    Attributes
    ----------
    headers : dict of str to str or None
        The label of each variable.
    labels : dict of str to dict
        For a variable the labels of its values.
    ranges, user_missing : dict of str to list
        For a variable the values declared missing.
    sets : dict
        Multiple-response sets by name.
    """

    frame: pd.DataFrame
    headers: dict[str, str | None]
    labels: dict[str, dict[Any, str]]
    ranges: dict[str, list[Any]]
    user_missing: dict[str, list[Any]]
    sets: dict[str, Any]
    encoding: str


def read(kind: str, path: str) -> StatisticsFile:
    """Return what a file holds, in its own encoding or GB18030; raises whatever the library raises."""
    import pyreadstat

    reader = pyreadstat.read_sav if kind == "sav" else pyreadstat.read_dta
    try:
        frame, about = reader(path, user_missing=True)
    except (pyreadstat.ReadstatError, UnicodeError):
        frame, about = reader(path, user_missing=True, encoding="gb18030")
    return StatisticsFile(
        frame=frame,
        headers=dict(about.column_names_to_labels),
        labels=dict(about.variable_value_labels),
        ranges=dict(about.missing_ranges or {}),
        user_missing=dict(about.missing_user_values or {}),
        sets=dict(about.mr_sets or {}),
        encoding=str(about.file_encoding or "").lower(),
    )


def main() -> int:
    """Return 0 after writing the pickle, `FAILED` after saying what was wrong."""
    try:  # a wrong size in a damaged file would fill the memory, where the system does not limit it
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    except ImportError:
        pass
    try:
        values = read(*sys.argv[1:3])
    except Exception as error:  # noqa: BLE001  (damage shows in whatever the library meets first)
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return FAILED
    sys.stdout.buffer.write(pickle.dumps(values))
    return 0
