"""A table that PostgreSQL or Spark holds: named in the study, reached by the command, never up to date."""

import os
import shutil
import sys

import adbc_driver_manager as adbc
import adbc_driver_postgresql as postgresql
import pytest
from postgres_server import programs, server
from table_studies import STUDY, answers, assert_the_same, run, stored, study_of

from reports.cli import main
from reports.folder import run_record
from survey import read_responses, read_study, screen
from survey.errors import ExportError
from survey.sources import postgres


def in_database(folder, table):
    """Return the path of a study of a table in a database."""
    path = study_of(folder, "one.csv")
    text = STUDY.replace('responses = "WHERE"', f'table = "{table}"')
    path.write_text(text, encoding="utf-8")
    return path


service = pytest.mark.service


@pytest.fixture(scope="module")
def settings():
    """How a client finds a server that holds tables of the same answers."""
    if programs() is None:
        pytest.skip("PostgreSQL (initdb, pg_ctl) is not on this machine")
    with server() as found:
        address = f"postgresql://{found['PGUSER']}@{found['PGHOST']}:{found['PGPORT']}/{found['PGDATABASE']}"
        with postgresql.connect(address) as database, adbc.AdbcConnection(database) as connection:
            for statement in tables():
                with adbc.AdbcStatement(connection) as asked:
                    asked.set_sql_query(statement)
                    asked.execute_update()
        yield found


def tables():
    """Yield the statements that make the tables."""
    frame = answers(400)
    columns = ", ".join(f'"{name}" text' for name in frame.columns)
    cells = ", ".join(
        "(" + ", ".join("NULL" if not cell else f"$t${cell}$t$" for cell in row) + ")"
        for row in frame.fillna("").astype(str).itertuples(index=False)
    )
    yield "CREATE SCHEMA city"
    yield 'CREATE SCHEMA "intent test"'
    for table in ("answers", "city.answers", '"intent test"."answers"'):
        yield f"CREATE TABLE {table} ({columns})"
        yield f"INSERT INTO {table} VALUES {cells}"
    yield "CREATE SEQUENCE counter"
    yield "CREATE VIEW writes AS SELECT nextval('counter')::text AS district FROM answers"
    yield "CREATE VIEW spoilt AS SELECT (district || 'secret')::int AS district FROM answers"
    yield (
        'CREATE TABLE typed AS SELECT district, fee::text AS "a ""fee""", intent = \'I would\' AS yes, '
        "CURRENT_DATE AS sent FROM answers"
    )


@pytest.fixture
def client(settings, tmp_path, monkeypatch):
    """A folder for studies, with the settings of the client set."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def flow_of(path, engine="duckdb"):
    study = read_study(path, engine=engine)
    flow = screen(read_responses(study), study)[1]
    return [(s.rule, s.removed, s.met) for s in flow.steps]


@service
@pytest.mark.parametrize("table", ["answers", "city.answers", "intent test.answers"])
def test_a_table_of_postgresql_gives_what_the_file_gives(client, table):
    found = run(in_database(client, table), "postgresql")
    assert_the_same(found, run(stored(client, answers(400), "file")))


@service
def test_results_of_a_database_are_never_up_to_date(client):
    path, out = in_database(client, "answers"), client / "out"
    command = ["estimate", str(path), "--engine", "postgresql", "--out", str(out)]
    assert main(command) == 0
    assert not run_record.estimates_current(out, path)
    record = run_record.read_run(out)["estimates"]
    assert record["databases"] == ["answers"]
    assert set(record["inputs"]) == {path.name, "district.csv"}


@service
@pytest.mark.parametrize(
    ("table", "engine", "told"),
    [
        ("answers", "duckdb", 'table "answers": is not in a file; name the DuckDB file under responses'),
        ("nobody", "postgresql", 'cannot be read from PostgreSQL (relation "nobody" does not exist)'),
        ("writes", "postgresql", "cannot be read from PostgreSQL ("),
        ("spoilt", "postgresql", "cannot be read from PostgreSQL ("),
    ],
)
def test_a_table_that_cannot_be_read_is_named(client, capsys, table, engine, told):
    assert main(["check", str(in_database(client, table)), "--engine", engine]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1
    assert "secret" not in error


@pytest.mark.parametrize("table", ['a\\"; DROP TABLE x; --', "city."])
def test_what_is_no_name_of_a_table_is_refused_before_any_server_is_asked(tmp_path, capsys, table):
    assert main(["check", str(in_database(tmp_path, table)), "--engine", "postgresql"]) == 2
    assert "is not the name of a table" in capsys.readouterr().err


@service
def test_cells_are_texts_as_the_server_writes_them(client):
    study = read_study(in_database(client, "typed"), engine="postgresql")
    with postgres.opened(study.waves[0]) as engine:
        assert engine.table.collect_schema().names() == ["district", 'a "fee"', "yes", "sent"]
        row = next(iter(engine.rows(engine.table)))
        assert [type(cell) for cell in row if cell is not None] == [str] * sum(c is not None for c in row)
        assert row[2] in ("true", "false", None)


@service
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("PGUSER", "stranger", 'role "stranger" does not exist'), ("PGPORT", "1", "Connection refused"),
     ("PGDATABASE", "other", 'database "other" does not exist')],
)  # fmt: skip
def test_a_server_that_cannot_be_reached_is_named(client, monkeypatch, capsys, name, value, told):
    monkeypatch.setenv(name, value)
    assert main(["check", str(in_database(client, "answers")), "--engine", "postgresql"]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "PGHOST" in error
    assert len(error.splitlines()) == 1


def test_without_the_driver_or_with_files_postgresql_is_refused(tmp_path, monkeypatch):
    study = read_study(stored(tmp_path, answers(60), "parquet"), engine="postgresql")
    with pytest.raises(ExportError, match="is a file, not a table of PostgreSQL"):
        read_responses(study)
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    study = read_study(in_database(tmp_path, "answers"), engine="postgresql")
    with pytest.raises(ExportError, match="pip install adbc-driver-postgresql"):
        read_responses(study)


@service
@pytest.mark.filterwarnings("ignore")
def test_a_table_of_sparks_catalogue(tmp_path):
    sql = pytest.importorskip("pyspark.sql", reason="the optional extra spark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java, which Spark needs, is not on this machine")
    frame = answers(400)
    session = sql.SparkSession.builder.getOrCreate()
    rows = [tuple(row) for row in frame.itertuples(index=False)]
    session.createDataFrame(rows, list(frame.columns)).createOrReplaceTempView("answers")
    found = flow_of(in_database(tmp_path, "answers"), "spark")
    assert found == flow_of(stored(tmp_path, frame, "file"))
    with pytest.raises(ExportError, match="cannot be read by Spark"):
        flow_of(in_database(tmp_path, "nobody"), "spark")
