"""PostgreSQL: a table copied out by its own client, then counted by DuckDB.

Where the database is and who may read it is said by the client's own settings (PGHOST, PGDATABASE, a
password file, a service), never by a study file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.errors import ExportError, shown
from survey.sources import duck
from survey.sources.tables import Engine, quoted
from survey.study.study import Wave

CLIENT = "psql"
SETTINGS = ("--no-psqlrc", "--quiet", "--no-password", "--set", "ON_ERROR_STOP=1")


@contextmanager
def opened(wave: Wave) -> Iterator[Engine]:
    """Return the table of a wave, open within a `with` block; raises ExportError if it cannot be read."""
    if not wave.in_database:
        raise ExportError(
            wave.responses.name,
            "is a file, not a table of PostgreSQL",
            "leave --engine out, or name a table and no responses",
        )
    if shutil.which(CLIENT) is None:
        raise ExportError(
            "--engine postgresql", f"needs {CLIENT}, PostgreSQL's client", "install it, or use a CSV folder"
        )
    table = quoted(str(wave.table), '"')
    query = f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')"
    with tempfile.TemporaryDirectory() as folder:  # which nobody else can read
        copy = Path(folder) / "answers.csv"
        with copy.open("wb") as stream:
            ran = subprocess.run(
                [CLIENT, *SETTINGS, "--command", query],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.PIPE,
                env={"PGCONNECT_TIMEOUT": "10", **os.environ},
                check=False,
            )
        if ran.returncode:
            said = (ran.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"])[0]
            raise ExportError(
                f'table "{wave.table}"',
                f"cannot be read from PostgreSQL ({shown(said)})",
                "check the table's name and the settings of psql, such as PGHOST and PGDATABASE",
            )
        with duck.opened_files(wave, [copy], "csv") as engine:
            yield engine
