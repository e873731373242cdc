"""The table of estimates as Parquet, and with all its digits for the archive."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from analysis import Estimates
from analysis.estimates import NUMBERS
from reports.folder.results import write_together
from survey.errors import ReportError
from survey.exports.extras import extra_package
from survey.messages.lines import Say, line

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": True,
    "autoinstall_known_extensions": False,
}


PARQUET = "estimates.parquet"
# The first line of a table with all its digits.
GIVES_AWAY = (
    "# Full digits. With a public margin the suppressed figures can be worked out from these: "
    "not for publication. estimates.csv holds the same rows as they may be published."
)


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


def check_apart(full: Path | None, out: Path) -> None:
    """Refuse a file of all digits among the results, which are passed on."""
    if full is not None and full.resolve().is_relative_to(out.resolve()):
        raise ReportError(f"--full-precision {full}", key="output.apart", out=str(out))


def write_full(full: Estimates, path: Path | None, *, say: Say) -> None:
    """Write the table with all its digits to the file asked for, with what it can give away above it."""
    if path is not None:
        text = f"{GIVES_AWAY}\n{full.to_csv()}"
        write_together(path.parent, {path.name: text.encode("utf-8")})
        say(line("run.full_digits", file=str(path)))
