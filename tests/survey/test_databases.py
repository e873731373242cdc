"""A table that PostgreSQL or Spark holds: named in the study, reached by the command, never up to date."""

import os
import shutil
import stat
import subprocess
import sys

import pytest
from table_studies import STUDY, answers, assert_the_same, run, stored, study_of

from reports.cli import main
from reports.folder import run_record
from survey import read_responses, read_study, screen
from survey.errors import ExportError

# Stands in for the client: writes the file beside it and notes what it was asked.
CLIENT = """#!{python}
import shutil, sys
open({asked!r}, "w").write(sys.argv[-1])
if "nobody" in sys.argv[-1]:
    sys.exit('psql: error: relation "nobody" does not exist')
shutil.copyfileobj(open({answers!r}), sys.stdout)
"""


def in_database(folder, table):
    """Return the path of a study of a table in a database."""
    path = study_of(folder, "one.csv")
    text = STUDY.replace('responses = "WHERE"', f'table = "{table}"')
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def client(tmp_path, monkeypatch):
    """A folder with answers and a psql that gives them."""
    answers(400).to_csv(tmp_path / "answers.csv", index=False)
    place = tmp_path / "bin"
    place.mkdir()
    text = CLIENT.format(
        python=sys.executable, asked=str(tmp_path / "asked.txt"), answers=str(tmp_path / "answers.csv")
    )
    (place / "psql").write_text(text, encoding="utf-8")
    (place / "psql").chmod((place / "psql").stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(place) + os.pathsep + os.environ["PATH"])
    return tmp_path


def flow_of(path, engine="duckdb"):
    study = read_study(path, engine=engine)
    flow = screen(read_responses(study), study)[1]
    return [(s.rule, s.removed, s.met) for s in flow.steps]


def test_a_table_of_postgresql_gives_what_the_file_gives(client):
    found = run(in_database(client, "city.answers"), "postgresql")
    assert_the_same(found, run(stored(client, answers(400), "file")))
    asked = (client / "asked.txt").read_text(encoding="utf-8")
    assert asked.startswith('COPY (SELECT * FROM "city"."answers") TO STDOUT')


def test_results_of_a_database_are_never_up_to_date(client):
    path, out = in_database(client, "answers"), client / "out"
    command = ["estimate", str(path), "--engine", "postgresql", "--out", str(out)]
    assert main(command) == 0
    assert not run_record.estimates_current(out, path)
    record = run_record.read_run(out)["estimates"]
    assert record["databases"] == ["answers"]
    assert set(record["inputs"]) == {path.name, "district.csv"}


@pytest.mark.parametrize(
    ("table", "engine", "told"),
    [
        ("answers", "duckdb", 'table "answers": is not in a file; name the DuckDB file under responses'),
        ("nobody", "postgresql", 'cannot be read from PostgreSQL (psql: error: relation "nobody" does not'),
        ('a\\"; DROP TABLE x; --', "postgresql", "is not the name of a table"),
        ("city.", "postgresql", "is not the name of a table"),
    ],
)
def test_a_table_that_cannot_be_reached_is_named(client, capsys, table, engine, told):
    assert main(["check", str(in_database(client, table)), "--engine", engine]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1


def test_without_the_client_or_with_files_postgresql_is_refused(tmp_path, monkeypatch):
    study = read_study(stored(tmp_path, answers(60), "parquet"), engine="postgresql")
    with pytest.raises(ExportError, match="is a file, not a table of PostgreSQL"):
        read_responses(study)
    monkeypatch.setenv("PATH", str(tmp_path))
    study = read_study(in_database(tmp_path, "answers"), engine="postgresql")
    with pytest.raises(ExportError, match="needs psql"):
        read_responses(study)


def test_a_real_server_where_there_is_one(tmp_path):
    """Run with PGHOST and the rest set for a server that lets this user make a schema."""
    if "PGHOST" not in os.environ or shutil.which("psql") is None:
        pytest.skip("no PostgreSQL server is named by PGHOST")
    answers(400).to_csv(tmp_path / "answers.csv", index=False)
    columns = ", ".join(f'"{name}" text' for name in answers(12).columns)
    setting_up = (
        f'DROP SCHEMA IF EXISTS "intent test" CASCADE; CREATE SCHEMA "intent test"; '
        f'CREATE TABLE "intent test".answers ({columns})'
    )
    subprocess.run(["psql", "-c", setting_up], check=True, capture_output=True)
    copy = f"\\copy \"intent test\".answers FROM '{tmp_path / 'answers.csv'}' CSV HEADER"
    subprocess.run(["psql", "-c", copy], check=True, capture_output=True)
    try:
        found = flow_of(in_database(tmp_path, "intent test.answers"), "postgresql")
        assert found == flow_of(stored(tmp_path, answers(400), "file"))
    finally:
        subprocess.run(["psql", "-c", 'DROP SCHEMA "intent test" CASCADE'], check=True, capture_output=True)


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
