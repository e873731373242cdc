"""The tables that leave the house beside the briefings: Parquet, and the record of all files."""

import hashlib
import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from small_study import reported, write_sound

ROOT = Path(__file__).parents[2]
HOSTILE = "=cmd|' /C calc'!A0"


PARQUET = ("[briefing]\n", '[briefing]\nfiles = ["parquet"]\n')


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A study with a label that a spreadsheet would run, printed."""
    hostile = ('en = "Price"', f'en = "{HOSTILE}"')
    return reported(write_sound(tmp_path_factory.mktemp("files"), hostile, PARQUET))


@pytest.fixture(scope="module")
def estimates(out):
    return pd.read_csv(out / "estimates.csv", keep_default_na=False, na_values={"estimate": [""]})


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
