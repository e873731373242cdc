"""A folder or a table counted by an engine gives what the same answers in a file give, to the last digit."""

import os
import shutil
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_studies import answers, assert_the_same, run, stored

from analysis.study.check import check_study
from reports.cli import main
from reports.folder import run_record
from survey import read_responses, read_study, screen
from survey.errors import EstimateError, ExportError


@pytest.mark.parametrize("form", ["parquet", "csv", "table"])
def test_every_form_gives_what_the_file_gives(tmp_path, form):
    frame = answers(3_000)
    expected = run(stored(tmp_path, frame, "file"))
    found = run(stored(tmp_path, frame, form))
    assert_the_same(found, expected)
    removed = {step.rule: step.removed for step in found[0].steps}
    assert min(removed[rule] for rule in ("ineligible", "incomplete", "duplicate", "speeder")) > 20


@given(st.integers(12, 60), st.integers(0, 10_000), st.booleans())
@settings(max_examples=25, deadline=None)
def test_any_few_answers_give_the_same_flow(tmp_path_factory, n, seed, timed):
    folder, frame = tmp_path_factory.mktemp("few"), answers(n, seed)
    frame = frame if timed else frame.drop(columns=["seconds", "ip"])
    flows = []
    for form in ("file", "parquet"):
        study = read_study(stored(folder, frame, form))
        flow = screen(read_responses(study), study)[1]
        flows.append([(s.rule, s.removed, s.met) for s in flow.steps if s.rule != "burst"])
    assert flows[0] == flows[1]


def test_what_grouping_keeps_and_counts_by_hand(tmp_path):
    """Five people: two alike and slow, two at one address three minutes apart, one too fast."""
    row = {
        "district": "east",
        "intent": "yes",
        "concerns": "price",
        "birth": "2022-11",
        "fee": "",
        "note": "",
    }
    frame = pd.DataFrame([row] * 5).assign(
        ip=["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.3", "192.0.2.5"],
        submitted=[f"2023-09-05 10:{m:02}:00" for m in (0, 20, 30, 33, 50)],
        seconds=[300, 290, 310, 305, 30],
    )
    study = read_study(stored(tmp_path, frame, "parquet"))
    responses = read_responses(study)
    assert responses.paradata.grouped.median == 300
    assert sorted(responses.paradata.count) == [1, 1, 1, 2]
    assert responses.frame["people"].sum() == 5
    flow = screen(responses, study)[1]
    assert {s.rule: s.removed for s in flow.steps if s.removed} == {"duplicate": 1, "speeder": 1}
    (found,) = check_study(study)
    assert found.returned == 5
    assert {q.id: q.answered for q in found.questions}["concerns"] == 5
    assert any("batches" in str(note) for note in found.notes)


def test_times_in_words_and_columns_nobody_reads(tmp_path):
    frame = answers(400)
    words = frame.assign(seconds=[f"{int(s) // 60}分{int(s) % 60}秒" if s else "" for s in frame["seconds"]])
    found = run(stored(tmp_path, words.assign(extra="x"), "parquet"))
    assert_the_same(found, run(stored(tmp_path, frame, "file")))
    study = read_study(tmp_path / "study-parquet.toml")
    assert read_responses(study).unread == ("extra",)


def test_days_before_months_are_told_from_all_days(tmp_path):
    """Two answers of one address a minute apart, one on each side of midnight; the 13th tells the order."""
    frame = answers(300).assign(ip=[f"192.0.2.{i}" for i in range(330)], user="")
    frame["submitted"] = [f"13/9/2023 10:{i % 60:02}:00" for i in range(330)]
    row = {"intent": "no", "birth": "2022-11-03", "seconds": "200", "ip": "198.51.100.1"}
    frame.loc[:1, [*row]] = [*row.values()]
    frame.loc[1, [*frame.columns]] = frame.loc[0, [*frame.columns]]
    frame.loc[:1, "submitted"] = ["4/9/2023 23:59:30", "5/9/2023 00:00:30"]
    expected = run(stored(tmp_path, frame, "file"))
    assert_the_same(run(stored(tmp_path, frame, "csv")), expected)
    assert {step.rule: step.removed for step in expected[0].steps}["duplicate"] == 1


def test_nobody_too_fast_in_words(tmp_path):
    frame = answers(400).assign(seconds="5分钟")
    assert_the_same(run(stored(tmp_path, frame, "parquet")), run(stored(tmp_path, frame, "file")))


def test_a_speed_it_was_not_told_of_is_refused(tmp_path):
    from dataclasses import replace

    study = read_study(stored(tmp_path, answers(200), "parquet"))
    responses = read_responses(study)
    other = replace(study, screening=replace(study.screening, share_of_median=0.4))
    with pytest.raises(EstimateError, match=r"share_of_median: is 0\.4"):
        screen(responses, other)


def test_a_changed_part_makes_results_stale(tmp_path):
    path = stored(tmp_path, answers(400), "csv")
    out = tmp_path / "out"
    assert main(["estimate", str(path), "--out", str(out)]) == 0
    assert run_record.estimates_current(out, path)
    part = tmp_path / "csv" / "part-1.csv"
    part.write_text(part.read_text(encoding="utf-8").replace("price", "quality", 1), encoding="utf-8")
    assert not run_record.estimates_current(out, path)


def test_spark_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    study = read_study(stored(tmp_path, answers(60), "parquet"), engine="spark")
    with pytest.raises(ExportError, match="--engine spark: needs pyspark"):
        read_responses(study)


@pytest.mark.service
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_what_duckdb_gives(tmp_path):
    pytest.importorskip("pyspark", reason="the optional extra spark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java, which Spark needs, is not on this machine")
    frame = answers(2_000)
    expected = run(stored(tmp_path, frame, "file"))
    for form in ("parquet", "csv"):
        assert_the_same(run(stored(tmp_path, frame, form), engine="spark"), expected)
    part = tmp_path / "csv" / "part-1.csv"
    part.write_text(part.read_text(encoding="utf-8") + '"cut off', encoding="utf-8")
    with pytest.raises(ExportError, match="never closed"):
        run(tmp_path / "study-csv.toml", engine="spark")
