"""Spark: the same folders of Parquet or CSV on a cluster, or on this machine where no cluster is named."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from survey.errors import ExportError
from survey.sources.tables import Engine, csv_separator, files_of, quoted
from survey.study.study import Wave

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
CSV: dict[str, Any] = {
    "header": True,
    "multiLine": True,
    "quote": '"',
    "escape": '"',
    "enforceSchema": False,
}


@dataclass(frozen=True, slots=True, eq=False)
class Spark:
    """A table that Spark has opened; see `Engine`."""

    session: Any
    table: nw.LazyFrame[Any]
    form: str

    def rows(self, lazy: nw.LazyFrame[Any]) -> Iterator[Sequence[object]]:
        """Yield the rows of an expression, in no order."""
        native: Any = lazy.to_native()
        yield from native.toLocalIterator()

    def kept(self, lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return an expression worked out once, for others to use several times."""
        native: Any = lazy.to_native()
        frame: nw.LazyFrame[Any] = nw.from_native(native.cache())
        return frame

    def small(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> nw.LazyFrame[Any]:
        """Return a small table of texts to join with."""
        schema = ", ".join(f"{name} string" for name in names)
        with warnings.catch_warnings():  # of a pandas newer than its own, which is not used here
            warnings.simplefilter("ignore", FutureWarning)
            native = self.session.createDataFrame([tuple(row) for row in rows], schema)
        frame: nw.LazyFrame[Any] = nw.from_native(native)
        return frame


@contextmanager
def opened(wave: Wave) -> Iterator[Engine]:
    """Return the table of a wave, open within a `with` block; raises ExportError if it cannot be read."""
    if wave.table is not None and not wave.in_database:
        raise ExportError(wave.responses.name, key="engine.table_of_duckdb")
    form, files = ("table", []) if wave.in_database else files_of(wave.responses)
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise ExportError("--engine spark", key="engine.no_pyspark") from None
    builder: Any = SparkSession.builder
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    try:  # of the cluster that Spark's own settings name
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    except Exception as error:  # noqa: BLE001 - Java missing, no cluster: of many types, all the same here
        raise ExportError("--engine spark", key="engine.spark_start", reason=type(error).__name__) from None
    try:
        names = [path.resolve().as_uri() for path in files]
        if form == "table":
            table = session.table(quoted(str(wave.table), "`"))
        elif form == "parquet":
            table = session.read.parquet(*names)
        else:
            strict = session.read.option("mode", "FAILFAST")
            table = strict.csv(names, sep=csv_separator(files[0]), **CSV)
        yield Spark(session, nw.from_native(table), form)
    except (PySparkException, Py4JError, OSError) as error:
        # Not what the engine says, which may hold somebody's answers.
        raise ExportError(wave.responses.name, key="engine.spark", reason=type(error).__name__) from None
