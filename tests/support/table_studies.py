"""A study of made-up answers stored as one file, as a folder of parts or as a table of a database."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from analysis import estimate
from survey import read_responses, read_study, screen, weigh

BATCHES = {"burst", "regular_arrivals", "near_copies", "lump", "address_run"}
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
thousands = ","
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
