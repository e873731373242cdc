"""DuckDB: folders of Parquet or CSV, and tables of a DuckDB file, on this machine."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd

from survey.errors import ExportError, closest
from survey.sources.tables import Engine, Form, csv_separator, files_of
from survey.study.study import Wave

# What does not fit is put on disk; nothing comes from the network.
SETTINGS: dict[str, Any] = {
    "memory_limit": "1GB",
    "max_temp_directory_size": "20GB",
    "preserve_insertion_order": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# Seconds after which a table is given up: a view may have no end. Fifty million responses take seven.
PATIENCE = 900


@dataclass(frozen=True, slots=True, eq=False)
class Duck:
    """A table that DuckDB has opened; see `Engine`."""

    connection: Any
    table: nw.LazyFrame[Any]
    form: str

    def rows(self, lazy: nw.LazyFrame[Any]) -> Iterator[Sequence[object]]:
        """Yield the rows of an expression, in no order."""
        relation: Any = lazy.to_native()
        yield from relation.iter_rows()

    def kept(self, lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return an expression worked out once, for others to use several times."""
        relation: Any = lazy.to_native()
        frame: nw.LazyFrame[Any] = nw.from_native(relation.materialize())
        return frame

    def small(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> nw.LazyFrame[Any]:
        """Return a small table of texts to join with."""
        texts = pd.DataFrame([*rows], columns=[*names], dtype=object)
        frame: nw.LazyFrame[Any] = nw.from_native(self.connection.from_df(texts))
        return frame


@contextmanager
def opened_files(wave: Wave, files: Sequence[Path], form: Form, *, separator: str = ",") -> Iterator[Engine]:
    """Return files as one table, open within a `with` block; raises ExportError if they cannot be read.

    Parameters
    ----------
    separator : str
        Between the cells of CSV files.
    """
    with _connected(":memory:", wave, read_only=False) as connection:
        names = [str(path) for path in files]
        if form == "parquet":
            table = connection.read_parquet(names, union_by_name=True, hive_partitioning=False)
        else:
            # Nothing is left to the engine's guess, which can take whole rows for one cell.
            table = connection.read_csv(
                names,
                header=True,
                sep=separator,
                quotechar='"',
                escapechar='"',
                all_varchar=True,
                union_by_name=True,
                hive_partitioning=False,
            )
        yield Duck(connection, nw.from_native(table), form)


@contextmanager
def empty(wave: Wave) -> Iterator[Any]:
    """Return a connection to a database on disk that holds nothing yet, and goes when the block ends."""
    with (
        tempfile.TemporaryDirectory() as folder,  # which nobody else can read
        _connected(str(Path(folder) / "answers.duckdb"), wave, read_only=False) as connection,
    ):
        yield connection


@contextmanager
def opened(wave: Wave) -> Iterator[Engine]:
    """Return the table of a wave, open within a `with` block; raises ExportError if it cannot be read."""
    if wave.in_database:
        raise ExportError(f'table "{wave.table}"', key="engine.not_in_file")
    if wave.table is None:
        form, files = files_of(wave.responses)
        separator = csv_separator(files[0]) if form == "csv" else ","
        with opened_files(wave, files, form, separator=separator) as engine:
            yield engine
        return
    with _connected(str(wave.responses), wave, read_only=True) as connection:
        # A view may name any file: it reads none.
        connection.execute("SET enable_external_access = false")
        query = "SELECT table_name FROM information_schema.tables ORDER BY 1"
        known = [str(name) for (name,) in connection.execute(query).fetchall()]
        if wave.table not in known:
            near = closest(wave.table, known)
            raise ExportError(
                wave.responses.name,
                key="engine.no_table",
                table=wave.table,
                tables=known,
                nearest=near,
                remedies={("table",): near} if near else {},
            )
        quoted = wave.table.replace('"', '""')
        table = connection.sql(f'SELECT * FROM "{quoted}"')
        yield Duck(connection, nw.from_native(table), "duckdb")


@contextmanager
def _connected(database: str, wave: Wave, *, read_only: bool) -> Iterator[Any]:
    """Return a connection that spills to a folder of its own; raises ExportError if that fails."""
    import duckdb

    with tempfile.TemporaryDirectory() as spilt:
        settings = {**SETTINGS, "temp_directory": spilt}
        try:
            with duckdb.connect(database, read_only=read_only, config=settings) as connection:
                alarm = threading.Timer(PATIENCE, connection.interrupt)
                alarm.daemon = True
                alarm.start()
                try:
                    yield connection
                finally:
                    alarm.cancel()
        except duckdb.InterruptException:
            raise ExportError(wave.responses.name, key="engine.patience", seconds=PATIENCE) from None
        except (duckdb.Error, OSError) as error:
            # Not what the engine says, which may hold somebody's answers.
            raise ExportError(wave.responses.name, key="engine.duckdb", reason=type(error).__name__) from None
