"""Whether all files of a folder have the same columns: one that lacks a column would count as blanks."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from survey.errors import ExportError, listing, shown

Form = Literal["parquet", "csv"]


def check_headers(files: Sequence[Path], form: Form) -> None:
    """Refuse a file whose columns are not those of the first; raises ExportError naming it and them."""
    found = _of_parquet(files) if form == "parquet" else ((path, _of_csv(path)) for path in files)
    first: frozenset[str] | None = None
    for path, names in found:
        first = names if first is None else first
        if names != first:
            lacking, more = sorted(first - names), sorted(names - first)
            problem = f"has not the columns of {files[0].name}"
            problem += f": it lacks {listing(map(shown, lacking))}" if lacking else ""
            problem += f": it has {listing(map(shown, more))} beside them" if more and not lacking else ""
            raise ExportError(path.name, problem, "write all files of the folder with the same columns")


def _of_csv(path: Path) -> frozenset[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            line = next(iter(stream), "")
    except UnicodeDecodeError:
        raise ExportError(path.name, "is not UTF-8 text", "save the files of the folder as UTF-8") from None
    separator = max((",", ";", "\t"), key=line.count)
    return frozenset(next(csv.reader([line.rstrip("\r\n")], delimiter=separator), []))


def _of_parquet(files: Sequence[Path]) -> Iterable[tuple[Path, frozenset[str]]]:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        for path in files:
            try:
                names = connection.read_parquet(str(path), hive_partitioning=False).columns
            except duckdb.Error as error:
                problem = f"is not a whole Parquet file ({type(error).__name__})"
                raise ExportError(path.name, problem, "write it again") from None
            yield path, frozenset(map(str, names))
