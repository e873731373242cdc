"""PostgreSQL: a table fetched by its own protocol as texts, then counted by DuckDB.

Where the database is and who may read it is said by the settings of every client of PostgreSQL (PGHOST,
PGDATABASE, a password file, a service), never by a study file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import narwhals as nw

from survey.errors import ExportError, shown
from survey.exports.extras import extra_package
from survey.sources import duck
from survey.sources.tables import Engine, quoted
from survey.study.study import Wave

# As the client's settings say; without an answer within ten seconds there is no server.
ADDRESS = "postgresql://?connect_timeout=10"
ANSWERS = "answers"
SETTINGS = f"SET statement_timeout = '{duck.PATIENCE}s'; SET default_transaction_read_only = on"


@contextmanager
def opened(wave: Wave) -> Iterator[Engine]:
    """Return the table of a wave, open within a `with` block; raises ExportError if it cannot be read."""
    if not wave.in_database:
        raise ExportError(wave.responses.name, key="engine.file_for_postgresql")
    table = quoted(str(wave.table), '"')
    adbc = extra_package("adbc_driver_manager", "--engine postgresql")
    driver = extra_package("adbc_driver_postgresql", "--engine postgresql")
    counter = extra_package("duckdb", "--engine postgresql")
    with duck.empty(wave) as engine:
        try:
            with (
                driver.connect(ADDRESS) as database,
                adbc.AdbcConnection(database) as connection,
                adbc.AdbcStatement(connection) as statement,
            ):
                statement.set_sql_query(SETTINGS)
                statement.execute_update()
                names = engine.from_arrow(_rows(statement, f"SELECT * FROM {table} LIMIT 0")).columns
                texts = ", ".join(f"{mark}::text AS {mark}" for mark in map(_marked, names))
                engine.from_arrow(_rows(statement, f"SELECT {texts} FROM {table}")).create(ANSWERS)
        except counter.InterruptException:
            raise
        except (adbc.Error, counter.Error) as error:
            # What the server says of a value may hold somebody's answer.
            named = isinstance(error, adbc.Error) and not isinstance(error, adbc.DataError)
            said = _first_line(error) if named else type(error).__name__
            raise ExportError(f'table "{wave.table}"', key="engine.postgresql", reason=said) from None
        yield duck.Duck(engine, nw.from_native(engine.table(ANSWERS)), "table")


def _rows(statement: Any, query: str) -> Any:
    """Return a stream of the rows of a query, for one reading."""
    statement.set_sql_query(query)
    return statement.execute_query()[0]


def _marked(name: str) -> str:
    """Return the name of a column as SQL writes it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _first_line(error: Exception) -> str:
    """Return the first line of what the server says, from its own word on."""
    line = (str(error).splitlines() or [""])[0]
    for sign in ("ERROR:", "FATAL:", "failed:"):
        line = line.partition(sign)[2] or line
    return shown(line.strip())
