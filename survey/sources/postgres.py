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
        raise ExportError(wave.responses.name, key="engine.file_for_postgresql")
    if shutil.which(CLIENT) is None:
        raise ExportError("--engine postgresql", key="engine.no_client", client=CLIENT)
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
            raise ExportError(f'table "{wave.table}"', key="engine.postgresql", reason=shown(said))
        with duck.opened_files(wave, [copy], "csv") as engine:
            yield engine
