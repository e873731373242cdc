"""Folders and tables that are spoilt, incomplete or hostile are refused by one line that names them."""

import shutil

import duckdb
import numpy as np
import pytest
from broken_exports import spoilt
from table_studies import answers, stored

from reports.cli import main
from survey import read_study
from survey.errors import StudyError
from survey.sources import duck


def refusal(path, capsys, command="check"):
    capsys.readouterr()
    assert main([command, str(path)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1, error
    return error


def test_weights_by_respondent_are_refused(tmp_path, capsys):
    path = stored(tmp_path, answers(300), "parquet")
    assert main(["estimate", str(path), "--out", str(tmp_path / "out"), "--weights", "row"]) == 2
    assert "where an engine groups respondents" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_bad_folders_are_refused_by_name(tmp_path, capsys):
    path = stored(tmp_path, answers(60), "parquet")
    folder = tmp_path / "parquet"
    (folder / "part-9.parquet").write_bytes((folder / "part-0.parquet").read_bytes()[:300])
    assert "part-9.parquet: is not a whole Parquet file" in refusal(path, capsys)
    duckdb.from_df(answers(20).drop(columns="intent")).write_parquet(str(folder / "part-9.parquet"))
    error = refusal(path, capsys)
    assert "part-9.parquet: does not have the columns of part-0.parquet: it lacks intent" in error
    (folder / "part-9.parquet").unlink()
    (folder / "more.csv").write_text("district\neast\n", encoding="utf-8")
    assert "a folder with Parquet and CSV files" in refusal(path, capsys)
    (folder / "more.csv").rename(folder / "_SUCCESS")
    (folder / "day=1").mkdir()
    shutil.copy(folder / "part-0.parquet", folder / "day=1")
    assert "keeps a column in its name" in refusal(path, capsys)
    shutil.rmtree(folder / "day=1")
    shutil.copy(folder / "part-0.parquet", folder / "part[1].parquet")
    assert "has a bracket" in refusal(path, capsys)
    (folder / "part[1].parquet").unlink()
    assert main(["check", str(path)]) == 0
    for part in folder.glob("*.parquet"):
        part.unlink()
    assert "a folder with no .parquet and no .csv" in refusal(path, capsys)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_spoilt_part_gives_an_answer_or_one_line(tmp_path, capsys, form):
    random, path = np.random.default_rng(5), stored(tmp_path, answers(80), form)
    part = sorted((tmp_path / form).iterdir())[1]
    sound, ends = part.read_bytes(), []
    for _ in range(40):
        part.write_bytes(spoilt(sound, random))
        capsys.readouterr()
        ends.append(main(["check", str(path)]))
        lines = capsys.readouterr().err.splitlines()
        assert ends[-1] in (0, 2)
        assert len(lines) == 0 if ends[-1] == 0 else all(line.startswith("parent-intent: ") for line in lines)
    assert 0 < ends.count(2) < 40


def test_an_answer_that_fits_no_option_names_no_row(tmp_path, capsys):
    frame = answers(60)
    frame.loc[[7, 9], "intent"] = "perhaps"
    error = refusal(stored(tmp_path, frame, "parquet"), capsys)
    assert error.startswith('parent-intent: parquet, question intent: "perhaps" is not one of its options')
    assert "2 rows hold such values" in error
    error = refusal(stored(tmp_path, frame.drop(columns="district"), "csv"), capsys)
    assert 'has no column "district"' in error
    frame = answers(60).assign(seconds="soon")
    shutil.rmtree(tmp_path / "parquet")
    error = refusal(stored(tmp_path, frame, "parquet"), capsys)
    assert error.startswith('parent-intent: parquet: "soon" is not a time taken')
    shutil.rmtree(tmp_path / "parquet")
    error = refusal(stored(tmp_path, answers(60).assign(submitted="someday"), "parquet"), capsys)
    assert error.startswith('parent-intent: parquet: "someday" is not a time')


def test_tables_are_found_by_name_and_read_no_other_file(tmp_path, capsys):
    path = stored(tmp_path, answers(60), "table")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("the answers", "the anwsers"), encoding="utf-8")
    assert 'did you mean "the answers"?' in refusal(path, capsys)
    secret = tmp_path / "secret.csv"
    answers(60).to_csv(secret, index=False)
    with duckdb.connect(str(tmp_path / "city.duckdb")) as connection:
        connection.execute(f"CREATE VIEW elsewhere AS SELECT * FROM read_csv('{secret}')")
    path.write_text(text.replace("the answers", "elsewhere"), encoding="utf-8")
    assert "cannot be read by DuckDB (PermissionException)" in refusal(path, capsys)
    path.write_text(text.replace("city.duckdb", "district.csv"), encoding="utf-8")
    assert "cannot be read by DuckDB" in refusal(path, capsys)


def test_csv_parts_are_utf8_with_one_header(tmp_path, capsys):
    path = stored(tmp_path, answers(60), "csv")
    part = tmp_path / "csv" / "part-1.csv"
    sound = part.read_text(encoding="utf-8")
    part.write_text(sound.replace("district", "quarter", 1), encoding="utf-8")
    assert "part-1.csv: does not have the columns of part-0.csv: it lacks district" in refusal(path, capsys)
    part.write_text(sound.replace("district", "区县", 1), encoding="gb18030")
    assert "part-1.csv: is not UTF-8 text" in refusal(path, capsys)


def test_links_out_of_the_folder_are_refused(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    path = stored(inside, answers(60), "parquet")
    (inside / "parquet" / "part-0.parquet").rename(tmp_path / "elsewhere.parquet")
    (inside / "parquet" / "part-0.parquet").symlink_to(tmp_path / "elsewhere.parquet")
    with pytest.raises(StudyError, match="outside its folder"):
        read_study(path)
    read_study(path, read=[tmp_path])


@pytest.mark.parametrize("column", ["intent", "seconds", "note"])
@pytest.mark.parametrize("cell", ["[{0}]", "{{'a': {0}}}", "MAP {{'a': {0}}}"])
def test_lists_and_tables_in_cells_are_refused_by_column(tmp_path, capsys, column, cell):
    path = stored(tmp_path, answers(60), "table")
    with duckdb.connect(str(tmp_path / "city.duckdb")) as connection:
        nested = f'SELECT * REPLACE ({cell.format(column)} AS {column}) FROM "the answers"'
        connection.execute(f'CREATE OR REPLACE TABLE "the answers" AS {nested}')
    assert f'city.duckdb, column "{column}": holds lists or tables in its cells' in refusal(path, capsys)


def test_a_view_without_an_end_is_given_up(tmp_path, capsys, monkeypatch):
    path = stored(tmp_path, answers(60), "table")
    with duckdb.connect(str(tmp_path / "city.duckdb")) as connection:
        connection.execute('ALTER TABLE "the answers" RENAME TO kept')
        connection.execute(
            'CREATE VIEW "the answers" AS WITH RECURSIVE more AS '
            "(SELECT * FROM kept UNION ALL SELECT * FROM more) SELECT * FROM more"
        )
    monkeypatch.setattr(duck, "PATIENCE", 0.5)
    assert "was not read within 0.5 seconds; check that the table or view has an end" in refusal(path, capsys)
