"""The table of estimates as Parquet."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from analysis import Estimates
from analysis.estimates import NUMBERS
from survey.errors import ReportError
from survey.exports.extras import extra_package

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": True,
    "autoinstall_known_extensions": False,
}


PARQUET = "estimates.parquet"


def parquet_writer() -> Any:
    """Return what writes Parquet; raises ReportError where it is not there, before a run and not after."""
    return extra_package("duckdb", PARQUET, error=ReportError)


def parquet(estimates: Estimates) -> bytes:
    """Return the table of estimates as the bytes of a Parquet file; what is suppressed is null."""
    duckdb = parquet_writer()
    frame = estimates.frame.astype({name: object for name in estimates.frame if name not in NUMBERS})
    columns = ", ".join(
        f'CASE WHEN isnan("{name}") THEN NULL ELSE "{name}" END AS "{name}"'
        if name in NUMBERS
        else f'"{name}"'
        for name in frame.columns
    )
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:", config=SETTINGS) as connection:
        path = Path(folder) / "estimates.parquet"
        connection.register("estimates", frame)
        connection.sql(f"SELECT {columns} FROM estimates").write_parquet(str(path), compression="zstd")
        return path.read_bytes()
