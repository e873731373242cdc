"""Parquet: a table of columns, read as the texts a CSV would hold."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

from survey.errors import ExportError
from survey.exports.cells import Cells
from survey.exports.labelled_columns import value_text

PLATFORM, LABEL = "parquet", "Parquet"


def recognise(start: bytes) -> bool:
    """Say whether a file begins as Parquet files do."""
    return start.startswith(b"PAR1")


def read_cells(path: Path) -> Cells:
    """Return the table of a Parquet file as a grid of texts under its headers.

    Raises
    ------
    ExportError
        If it is damaged, empty, or has a column of lists or tables.
    """
    import fastparquet

    try:
        frame = fastparquet.ParquetFile(io.BytesIO(path.read_bytes())).to_pandas()
    # Damage shows in whatever the library meets first.
    except Exception as error:  # noqa: BLE001
        raise ExportError(
            path.name,
            f"is not a whole Parquet file ({type(error).__name__})",
            "write it again, or export it as CSV",
        ) from None
    if not len(frame) or not len(frame.columns):
        raise ExportError(path.name, "holds no answers", "write it again with its answers")
    grid = np.full((len(frame) + 1, len(frame.columns)), "", dtype=object)
    for i, name in enumerate(frame.columns):
        grid[0, i] = str(name).strip()
        codes, distinct = _distinct(frame[name], path.name)
        grid[1:, i] = np.array([*map(value_text, distinct), ""], dtype=object)[codes]
    return Cells(path.name, PLATFORM, grid, np.arange(1, len(grid) + 1, dtype=np.int64))


def _distinct(column: pd.Series, file: str) -> tuple[np.ndarray, pd.Index]:
    try:
        codes, distinct = pd.factorize(column.astype(object))
    except TypeError:
        codes, distinct = None, pd.Index([])
    if codes is None or any(isinstance(value, (list, dict, np.ndarray)) for value in distinct):
        raise ExportError(
            f'{file}, column "{column.name}"',
            "holds lists or tables in its cells",
            "write a column for each option instead",
        )
    return np.asarray(codes), pd.Index(distinct)
