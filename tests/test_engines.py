"""A folder or a table counted by an engine gives what the same answers in a file give, to the last digit."""

import os
import shutil
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import estimate
from analysis.study_check import check_study
from reports import provenance
from reports.cli import main
from survey import read_responses, read_study, screen, weigh
from survey.errors import EstimateError, ExportError, StudyError

sys.path.insert(0, str(Path(__file__).parent))

BATCHES = {"burst", "regular_arrivals", "alike_block", "address_run"}
STUDY = """
[study]
id = "engines"
title = { en = "Engines" }
publisher = { en = "Example" }
population = { en = "Parents" }
sample = "opt-in"
synthetic = true
[[waves]]
id = "2023"
responses = "WHERE"
fieldwork = [2023-09-04, 2023-09-30]
[questions.district]
kind = "single"
column = "district"
text = "District?"
[questions.district.options]
east = { en = "East" }
west = { en = "West" }
[questions.intent]
kind = "single"
column = "intent"
text = "Intent?"
[questions.intent.options]
yes = { en = "Yes" }
no = { en = "No" }
elsewhere = { en = "I live elsewhere", ineligible = true }
[questions.concerns]
kind = "multiple"
column = "concerns"
separator = "┋"
asked_if = [{ question = "intent", in = ["yes"] }]
text = "Concerns?"
[questions.concerns.options]
price = { en = "Price" }
quality = { en = "Quality" }
[questions.birth]
kind = "month"
column = "birth"
text = "Birth?"
[questions.fee]
kind = "number"
column = "fee"
text = "Fee?"
missing = { dont_know = ["不知道"] }
[questions.note]
kind = "text"
column = "note"
text = "Note?"
[derived.months]
from = "birth"
age = "completed_months"
label = "Months"
[screening]
eligible = [{ question = "months", between = [0, 35] }]
complete = ["intent", "concerns"]
[weighting]
method = "raking"
[[weighting.margins]]
file = "district.csv"
source = "made up"
[estimates]
shares = ["concerns", "intent"]
by = ["district"]
"""


def answers(n, seed=1):
    """Made-up answers in which addresses and accounts come again, some within minutes."""
    random = np.random.default_rng(seed)
    sent = pd.Timestamp("2023-09-04") + pd.to_timedelta(random.integers(0, 20 * 86_400, n), unit="s")
    frame = pd.DataFrame(
        {
            "district": random.choice(["east", "West", ""], n, p=[0.55, 0.41, 0.04]),
            "intent": random.choice(["yes", "no", "elsewhere", ""], n, p=[0.6, 0.3, 0.05, 0.05]),
            "concerns": random.choice(["price", "price┋quality", "Quality", ""], n),
            "birth": random.choice(["2021-05", "2022-11-03", "2019-02", ""], n, p=[0.4, 0.4, 0.1, 0.1]),
            "fee": random.choice(["1000", "2,000", "不知道", "", "1500"], n),
            "note": random.choice(["", "call 13800138000", "no idea"], n),
            "ip": [f"192.0.2.{i}" for i in random.integers(0, n, n)],
            "user": [f"u{i}" if i < n / 2 else "" for i in random.integers(0, n, n)],
            "submitted": sent.strftime("%Y/%m/%d %H:%M:%S"),
            "seconds": np.where(
                random.random(n) < 0.1, "20", random.choice(["", *map(str, range(100, 400))], n)
            ),
        }
    )
    twice = frame.sample(n // 10, random_state=seed)
    later = pd.to_datetime(twice["submitted"]) + pd.Timedelta("3min")
    return pd.concat(
        [frame, twice.assign(submitted=later.dt.strftime("%Y/%m/%d %H:%M:%S"))], ignore_index=True
    )


def study_of(folder, where, more=""):
    """Return the path of a study of the answers at `where`."""
    (folder / "district.csv").write_text("district,population\neast,5000\nwest,4000\n", encoding="utf-8")
    path = folder / f"study-{Path(where).stem}.toml"
    path.write_text(STUDY.replace('"WHERE"', f'"{where}"\n{more}'), encoding="utf-8")
    return path


def stored(folder, frame, form):
    """Store answers in one of the forms, and return the path of a study of them."""
    if form == "file":
        frame.to_csv(folder / "one.csv", index=False)
        return study_of(folder, "one.csv")
    if form == "table":
        with duckdb.connect(str(folder / "city.duckdb")) as connection:
            connection.register("frame", frame)
            connection.execute('CREATE TABLE "the answers" AS SELECT * FROM frame')
        return study_of(folder, "city.duckdb", 'table = "the answers"')
    (folder / form).mkdir()
    for i, part in enumerate(np.array_split(np.arange(len(frame)), 3)):
        rows = frame.iloc[part]
        if form == "csv":
            rows.to_csv(folder / form / f"part-{i}.csv", index=False)
        else:
            duckdb.from_df(rows).write_parquet(str(folder / form / f"part-{i}.parquet"))
    return study_of(folder, form)


def run(path, engine="duckdb"):
    """Return the flow, the weighted sample and estimates.csv of a study."""
    study = read_study(path, engine=engine)
    kept, flow = screen(read_responses(study), study)
    sample = weigh(kept, study)
    return flow, sample, estimate(study, {"2023": sample}, say=lambda _: None).to_csv()


def assert_the_same(found, expected):
    (flow, sample, table), (flow_of_file, sample_of_file, table_of_file) = found, expected
    steps = [(s.rule, s.removed, s.met) for s in flow.steps]
    assert steps == [(s.rule, s.removed, s.met) for s in flow_of_file.steps]
    assert (flow.returned, flow.analysed) == (flow_of_file.returned, flow_of_file.analysed)
    marks = [(f.name, f.met) for f in flow_of_file.flags if f.name not in BATCHES]
    assert [(f.name, f.met) for f in flow.flags if f.name not in BATCHES] == marks
    assert not any(one.judged for one in flow.flags if one.name in BATCHES)
    assert np.array_equal(sample.tally.count, sample_of_file.tally.count)
    assert all(np.array_equal(sample.tally.codes[q], c) for q, c in sample_of_file.tally.codes.items())
    assert np.array_equal(sample.weight, sample_of_file.weight)
    assert table == table_of_file


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


def test_what_pooling_keeps_and_counts_by_hand(tmp_path):
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
    assert responses.pooled.median == 300
    assert sorted(responses.count) == [1, 1, 1, 2]
    assert responses.frame["people"].sum() == 5
    flow = screen(responses, study)[1]
    assert {s.rule: s.removed for s in flow.steps if s.removed} == {"duplicate": 1, "speeder": 1}
    (found,) = check_study(study)
    assert found.returned == 5
    assert {q.id: q.answered for q in found.questions}["concerns"] == 5
    assert any("batches" in note for note in found.notes)


def test_times_in_words_and_columns_nobody_reads(tmp_path):
    frame = answers(400)
    words = frame.assign(seconds=[f"{int(s) // 60}分{int(s) % 60}秒" if s else "" for s in frame["seconds"]])
    found = run(stored(tmp_path, words.assign(extra="x"), "parquet"))
    assert_the_same(found, run(stored(tmp_path, frame, "file")))
    study = read_study(tmp_path / "study-parquet.toml")
    assert read_responses(study).unread == ("extra",)


def test_a_speed_it_was_not_told_of_is_refused(tmp_path):
    from dataclasses import replace

    study = read_study(stored(tmp_path, answers(200), "parquet"))
    responses = read_responses(study)
    other = replace(study, screening=replace(study.screening, share_of_median=0.4))
    with pytest.raises(EstimateError, match=r"share_of_median: is 0\.4"):
        screen(responses, other)


def refusal(path, capsys, command="check"):
    capsys.readouterr()
    assert main([command, str(path)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1, error
    return error


def test_weights_by_respondent_are_refused(tmp_path, capsys):
    path = stored(tmp_path, answers(300), "parquet")
    assert main(["estimate", str(path), "--out", str(tmp_path / "out"), "--weights", "row"]) == 2
    assert "puts people alike together" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_bad_folders_are_refused_by_name(tmp_path, capsys):
    path = stored(tmp_path, answers(60), "parquet")
    folder = tmp_path / "parquet"
    (folder / "part-9.parquet").write_bytes((folder / "part-0.parquet").read_bytes()[:300])
    assert "part-9.parquet: is not a whole Parquet file" in refusal(path, capsys)
    duckdb.from_df(answers(20).drop(columns="intent")).write_parquet(str(folder / "part-9.parquet"))
    assert "part-9.parquet: has not the columns of part-0.parquet: it lacks intent" in refusal(path, capsys)
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
    from fuzz_exports import spoilt

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
    assert "part-1.csv: has not the columns of part-0.csv: it lacks district" in refusal(path, capsys)
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


def test_a_changed_part_makes_results_stale(tmp_path):
    path = stored(tmp_path, answers(400), "csv")
    out = tmp_path / "out"
    assert main(["estimate", str(path), "--out", str(out)]) == 0
    assert provenance.estimates_current(out, path)
    part = tmp_path / "csv" / "part-1.csv"
    part.write_text(part.read_text(encoding="utf-8").replace("price", "quality", 1), encoding="utf-8")
    assert not provenance.estimates_current(out, path)


def test_spark_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    study = read_study(stored(tmp_path, answers(60), "parquet"), engine="spark")
    with pytest.raises(ExportError, match="--engine spark: needs pyspark"):
        read_responses(study)


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_what_duckdb_gives(tmp_path):
    pytest.importorskip("pyspark", reason="the optional extra spark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java, which Spark needs, is not on this machine")
    frame = answers(2_000)
    expected = run(stored(tmp_path, frame, "file"))
    for form in ("parquet", "csv"):
        assert_the_same(run(stored(tmp_path, frame, form), engine="spark"), expected)
