"""The tables that leave the house beside the briefings: workbook, Parquet, and the record of all files."""

import hashlib
import json
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import python_calamine
from small_study import reported, write_sound

ROOT = Path(__file__).parents[2]
HOSTILE = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A study with a label that a spreadsheet would run, printed."""
    return reported(write_sound(tmp_path_factory.mktemp("files"), ('en = "Price"', f'en = "{HOSTILE}"')))


@pytest.fixture(scope="module")
def estimates(out):
    return pd.read_csv(out / "estimates.csv", keep_default_na=False, na_values={"estimate": [""]})


def test_the_workbook_holds_a_sheet_a_table_and_every_estimate(out, estimates):
    book = python_calamine.CalamineWorkbook.from_path(out / "estimates.xlsx")
    assert book.sheet_names[:2] == ["表1", "表A1"]
    assert [name for name in book.sheet_names if name.startswith("Table")]
    header, *rows = book.get_sheet_by_name("estimates").to_python()
    assert header == list(estimates.columns)
    assert len(rows) == len(estimates)
    place = header.index("estimate")
    found = [row[place] for row in rows]
    expected = [None if np.isnan(value) else value for value in estimates["estimate"]]
    assert found == pytest.approx([value if value is not None else "" for value in expected])
    notes = "\n".join(str(cell) for row in book.get_sheet_by_name("notes").to_python() for cell in row)
    assert "suppress：不予公布" in notes
    assert "Made-up data" in notes


def test_no_cell_is_a_formula_or_a_link(out):
    with zipfile.ZipFile(out / "estimates.xlsx") as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        assert len(sheets) > 4
        for name in sheets:
            text = book.read(name).decode("utf-8")
            assert "<f>" not in text
            assert "hyperlink" not in text
        assert HOSTILE.replace("'", "&apos;") in book.read("xl/sharedStrings.xml").decode("utf-8").replace(
            "'", "&apos;"
        )


def test_every_sheet_says_that_the_data_are_made_up(out):
    book = python_calamine.CalamineWorkbook.from_path(out / "estimates.xlsx")
    for name in book.sheet_names:
        if name == "estimates":
            continue
        cells = [str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row]
        assert any("非真实" in cell or "Made-up" in cell for cell in cells), name


def test_parquet_holds_the_same_table(out, estimates):
    found = duckdb.sql(f"SELECT * FROM read_parquet('{out / 'estimates.parquet'}')").df()
    assert list(found.columns) == list(estimates.columns)
    assert found["estimate"].to_numpy() == pytest.approx(estimates["estimate"].to_numpy(), nan_ok=True)
    assert found["flag"].tolist() == estimates["flag"].tolist()
    held = duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{out / 'estimates.parquet'}') WHERE isnan(estimate)"
    ).fetchall()
    assert held == [(0,)]


def test_the_run_record_names_every_file_by_its_hash(out):
    named = json.loads((out / "run.json").read_text(encoding="utf-8"))["briefings"]["sha256"]
    written = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert set(named) == written - {"run.json", "estimates.csv"}
    for name, value in named.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == value
