"""The table of estimates as Parquet."""

from __future__ import annotations

import tempfile
from pathlib import Path

from analysis import Estimates
from analysis.estimates import NUMBERS

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": True,
    "autoinstall_known_extensions": False,
}


def parquet(estimates: Estimates) -> bytes:
    """Return the table of estimates as the bytes of a Parquet file; what is suppressed is null."""
    import duckdb

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
