"""Parquet: a table of columns, read as the texts a CSV would hold."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey.errors import Cell, ExportError
from survey.exports.extras import extra_package
from survey.exports.labelled_columns import value_text
from survey.exports.sheet import Sheet

PLATFORM, LABEL = "parquet", "Parquet"
# Nothing from the network, and no more memory than a questionnaire needs.
SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "800MB",
}


def recognise(start: bytes) -> bool:
    """Say whether a file begins as Parquet files do."""
    return start.startswith(b"PAR1")


def read_sheet(path: Path) -> Sheet:
    """Return the table of a Parquet file as a grid of texts under its headers.

    Raises
    ------
    ExportError
        If it is damaged, empty, or has a column of lists or tables; if DuckDB, an extra, is not installed.
    """
    duckdb = extra_package("duckdb", path.name)
    with tempfile.TemporaryDirectory() as folder:
        readable = path
        if set("*?[") & set(str(path)):  # which would be taken for a pattern of names
            readable = Path(shutil.copy(path, Path(folder) / "answers.parquet"))
        try:
            with duckdb.connect(":memory:", config=SETTINGS) as connection:
                table = connection.execute("SELECT * FROM read_parquet(?)", [str(readable)])
                names = [str(column[0]) for column in table.description]
                columns = list(zip(*table.fetchall(), strict=True))
        except (duckdb.Error, OSError, ValueError, OverflowError) as error:
            raise ExportError(path.name, key="export.parquet_damaged", reason=type(error).__name__) from None
    if not columns or not len(columns[0]):
        raise ExportError(path.name, key="export.no_answers")
    grid = np.full((len(columns[0]) + 1, len(columns)), "", dtype=object)
    for i, (name, values) in enumerate(zip(names, columns, strict=True)):
        if any(isinstance(value, (list, dict, tuple)) for value in values):
            raise ExportError(Cell(file=path.name, column=str(name)), key="export.nested")
        column = np.empty(len(values), dtype=object)
        column[:] = values
        codes, distinct = pd.factorize(column)  # -1 where there is no value
        grid[0, i] = name.strip()
        grid[1:, i] = np.array([*map(value_text, distinct), ""], dtype=object)[codes]
    return Sheet(path.name, PLATFORM, grid, np.arange(1, len(grid) + 1, dtype=np.int64))
