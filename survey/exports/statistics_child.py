"""A process of its own in which SPSS and Stata files are read: a damaged one can crash its reader.

`main` takes "sav" or "dta" and the name of the file as arguments and writes what it read as an .npz archive
without objects: whatever a spoilt child writes, reading it runs nothing.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from survey.exports.labelled_columns import value_text

MEMORY = 4 * 2**30
FAILED = 3
# A name that no variable has.
DICTIONARY = "dictionary of the file"


@dataclass(frozen=True, slots=True, eq=False)
class StatisticsFile:
    """The values of a statistics file and what its dictionary says of them.

    Dates and times among the values become texts as a person writes them, once they have been packed.

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


def packed(file: StatisticsFile) -> bytes:
    """Return a statistics file as an .npz archive: an array for each variable, and JSON about them."""
    arrays, different = dict[str, np.ndarray](), dict[str, list[object]]()
    for i, name in enumerate(file.frame.columns):
        values = file.frame[name]
        if values.dtype.kind in "iuf":
            arrays[str(i)] = values.to_numpy()
            continue
        arrays[str(i)], found = pd.factorize(values, use_na_sentinel=True)
        different[str(i)] = [v if isinstance(v, (str, int, float)) else value_text(v) for v in found]
    about = {
        "columns": [*map(str, file.frame.columns)],
        "different": different,
        "headers": file.headers,
        "labels": {name: [*texts.items()] for name, texts in file.labels.items()},
        "ranges": file.ranges,
        "user_missing": file.user_missing,
        "sets": file.sets,
        "encoding": file.encoding,
    }
    text = json.dumps(about, default=lambda value: value.item())  # a number of numpy's
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **{DICTIONARY: np.frombuffer(text.encode(), np.uint8)}, **arrays)
    return out.getvalue()


def unpacked(data: bytes) -> StatisticsFile:
    """Return the statistics file that `packed` wrote.

    Raises
    ------
    ValueError
        If the bytes are anything else.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            about = json.loads(archive[DICTIONARY].tobytes())
            columns, different = about.pop("columns"), about.pop("different")
            values = [archive[str(i)] for i in range(len(columns))]
        for i, texts in different.items():
            codes = values[int(i)]
            if codes.size and not -1 <= codes.min() <= codes.max() < len(texts):
                raise IndexError(f"variable {i}")
            values[int(i)] = np.array([*texts, np.nan], dtype=object)[codes]
        about["labels"] = {name: dict(texts) for name, texts in about["labels"].items()}
        return StatisticsFile(pd.DataFrame(dict(zip(columns, values, strict=True))), **about)
    except Exception as error:  # spoilt bytes show in whatever meets them first
        raise ValueError("not what was packed") from error


def main() -> int:
    """Return 0 after writing what was read, `FAILED` after saying what was wrong."""
    try:  # a wrong size in a damaged file would fill the memory, where the system does not limit it
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))
    except ImportError:
        pass
    try:
        data = packed(read(*sys.argv[1:3]))
    except Exception as error:  # noqa: BLE001  (damage shows in whatever the library meets first)
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return FAILED
    sys.stdout.buffer.write(data)
    return 0
