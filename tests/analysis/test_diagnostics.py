"""Diagnostics of a wave: each figure by hand, what is withheld, and what a study without times says."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pdf import words_of
from small_study import reported, study_with, write_sound

import survey
from analysis import shares
from analysis.plans.estimates import read_estimate_plan
from analysis.study.arrival import (
    ARRIVAL,
    PLATFORM_CHANNEL,
    arrival_times,
    by_arrival,
    by_channel,
    with_question,
)
from analysis.study.diagnostics import MEASURES, _shares_of, wave_diagnostics
from analysis.study.run import run_study
from reports.cli import main
from survey.privacy import channel_names

DEMO = "data/taiyuan/study.toml"


@pytest.fixture(scope="module")
def demo():
    study = survey.read_study(DEMO)
    returned = survey.read_responses(study, "2024")
    kept, _ = survey.screen(returned, study)
    sample = survey.weigh(kept, study)
    return study, sample, returned, kept, wave_diagnostics(study, sample, returned, kept)


def rows(demo, measure, **keys):
    return demo[4].rows(measure=measure, **keys)


def test_weights_by_hand(demo):
    weights = np.sort(survey.weights(demo[1]).to_numpy())
    n, total = len(weights), weights.sum()
    found = rows(demo, "weight_percentile").set_index("option")["estimate"]
    for level in (0.05, 0.5, 0.95):
        wanted = np.quantile(weights, level, method="inverted_cdf") / weights.mean()
        assert found[f"{level:g}"] == pytest.approx(wanted)
    assert found["0"] == pytest.approx(weights[0] * n / total)
    part = rows(demo, "weight_share").set_index("option")["estimate"]
    assert part["largest"] == pytest.approx(weights[-1] / total)
    assert part["0.05"] == pytest.approx(weights[-int(np.ceil(0.05 * n)) :].sum() / total)


def test_influence_is_the_most_that_leaving_out_the_heaviest_answer_moves(demo):
    _, sample, _, kept, _ = demo
    weights, frame = survey.weights(sample), kept.frame
    ticked = frame["concerns.price"]
    inside = ticked.notna() & (frame["district"] == "gujiao")
    w, y = weights[inside].to_numpy(), ticked[inside].to_numpy(dtype=float)
    heavy = np.flatnonzero(np.isclose(w, w.max()))
    p = w @ y / w.sum()
    moves = [abs((w @ y - w[i] * y[i]) / (w.sum() - w[i]) - p) for i in heavy]
    found = rows(demo, "influence", option="price", group="gujiao")["estimate"].item()
    assert found == pytest.approx(w.max() * max(p, 1 - p) / (w.sum() - w.max()))
    assert max(moves) <= found + 1e-12


def test_composition_and_days_are_counts_of_people(demo):
    _, _, returned, kept, _ = demo
    aside = ~np.isin(returned.paradata.rows, kept.paradata.rows)
    sex = returned.frame["sex"]
    counts = sex[aside].value_counts()
    found = rows(demo, "composition", question="sex", group="set_aside").set_index("option")
    assert found.loc["female", "estimate"] == pytest.approx(counts["female"] / counts.sum())
    days = pd.Series(kept.paradata.submitted.astype("datetime64[D]")).value_counts(normalize=True)
    found = rows(demo, "day").set_index("option")["estimate"]
    assert found.to_dict() == pytest.approx({str(day.date()): share for day, share in days.items()})


def test_early_and_late_are_domains_of_the_same_weights(demo):
    _, sample, _, kept, _ = demo
    early = kept.paradata.submitted <= np.sort(kept.paradata.submitted)[(len(kept) - 1) // 2]
    weights, price = survey.weights(sample).to_numpy(), kept.frame["concerns.price"]
    answered = price.notna().to_numpy()
    inside = early & answered
    share = weights[inside] @ price[inside].to_numpy(dtype=float) / weights[inside].sum()
    found = rows(demo, "arrival_share", option="price", group="early").iloc[0]
    assert found["estimate"] == pytest.approx(share)
    assert found["n"] == inside.sum()
    whole = shares(sample, "concerns").frame
    split = with_question(sample, ARRIVAL, ("early", "late"), np.where(early, 0, 1))
    pd.testing.assert_frame_equal(shares(split, "concerns").frame, whole)


def test_a_difference_by_time_is_found(demo):
    study, _, _, kept, _ = demo
    order = np.argsort(kept.answers["concerns"].values[:, 0], kind="stable")
    times = np.empty(len(kept), dtype="datetime64[s]")
    times[order] = np.datetime64("2024-09-02") + np.arange(len(kept)).astype("timedelta64[m]")
    late = replace(kept, paradata=replace(kept.paradata, submitted=times))
    sample = survey.weigh(late, study)
    parts = [*by_arrival(sample, late, ["concerns"], read_estimate_plan(study))]
    difference = parts[1].rows(option="price").iloc[0]
    assert difference["p_value"] < 1e-10
    assert difference["estimate"] < -0.3


def test_small_counts_and_what_would_give_them_away_are_withheld():
    flags = [row.get("flag", "") for row in _shares_of(np.array([40, 3, 9, 0]), {}, "abcd")]
    assert flags == ["", "suppress", "suppress", ""]
    flags = [row.get("flag", "") for row in _shares_of(np.array([40, 3, 2]), {}, "abc")]
    assert flags == ["", "suppress", "suppress"]
    assert all(row["flag"] == "suppress" for row in _shares_of(np.array([20, 9]), {}, "ab"))
    assert all(row["note"] == "no_answers" for row in _shares_of(np.array([0, 0]), {}, "ab"))


def test_answers_without_times_have_no_arrival(demo):
    study, sample, _, kept, _ = demo
    for times in (None, np.full(len(kept), np.datetime64("NaT", "s"))):
        silent = replace(kept, paradata=replace(kept.paradata, submitted=times))
        assert arrival_times(silent) is None
        assert list(by_arrival(sample, silent, ["concerns"], read_estimate_plan(study))) == []


def test_channels_are_compared_and_a_second_is_withheld_beside_one(demo):
    study, sample, _, kept, _ = demo
    codes = np.where(np.arange(len(kept)) < 20, 0, np.where(np.arange(len(kept)) < 500, 1, 2))
    split = with_question(sample, "source", ("poster", "clinic", "group"), codes)
    plan = replace(read_estimate_plan(study), channels=("source",))
    table, differences = by_channel(split, ["concerns"], plan)
    gone = table.frame[table.frame["flag"] == "suppress"]
    assert set(gone.loc[gone["option"] == "price", "group"]) == {"poster", "clinic"}
    shown = differences.frame[differences.frame["flag"] != "suppress"]
    assert set(shown["group"]) == {"group"}


def test_the_platforms_own_channels_are_compared_unless_the_study_says_otherwise(tmp_path, demo):
    _, sample, returned, kept, diagnosed = demo
    found = diagnosed.rows(measure="channel_share", option="price", by=PLATFORM_CHANNEL).set_index("group")
    assert {*found.index} == {*returned.channel}
    weights, price = survey.weights(sample).to_numpy(), kept.frame["concerns.price"]
    inside = (kept.channel == "链接") & price.notna().to_numpy()
    share = weights[inside] @ price[inside].to_numpy(dtype=float) / weights[inside].sum()
    assert found.loc["链接", "estimate"] == pytest.approx(share)
    assert found.loc["链接", "n"] == inside.sum()
    differences = diagnosed.rows(measure="channel_difference", option="price")
    # Of two channels the one says what the other does.
    assert len(differences) == (1 if len(found) == 2 else len(found))
    shutil.copytree(Path(DEMO).parent, tmp_path / "taiyuan")
    path = tmp_path / "taiyuan" / "study.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[estimates]\n", "[estimates]\nchannels = []\n", 1), encoding="utf-8")
    silent = wave_diagnostics(survey.read_study(path), sample, returned, kept)
    assert len(silent.rows(measure="channel_share")) == 0


def test_rare_channels_go_by_one_name():
    cells = np.array(["link"] * 60 + ["qr"] * 30 + ["Auntie Wang"] * 29 + [""] * 3, dtype=object)
    names = channel_names(cells)
    assert [*names[[0, 60, 90, -1]]] == ["link", "qr", "other", "other"]
    many = np.repeat([f"c{i}" for i in range(12)], np.arange(60, 48, -1)).astype(object)
    assert set(channel_names(many)) == {*(f"c{i}" for i in range(8)), "other"}
    assert channel_names(None) is None
    assert channel_names(cells[:60]) is None
    assert channel_names(cells[90:]) is None


def test_they_are_in_the_run_and_in_check(tmp_path, capsys):
    path = write_sound(tmp_path)
    found = run_study(survey.read_study(path)).estimates
    assert {*MEASURES} - {"channel_share", "channel_difference"} <= {*found.frame["measure"]} | {"day"}
    cells = found.frame[found.frame["measure"] == "share"].set_index(["question", "option", "by", "group"])[
        "flag"
    ]
    moves = found.rows(measure="influence").set_index(["question", "option", "by", "group"])["flag"]
    assert (moves[cells.reindex(moves.index) == "suppress"] == "suppress").all()
    assert main(["check", str(path), "--json"]) == 0
    quality = json.loads(capsys.readouterr().out)["waves"][0]["quality"]
    assert {row["measure"] for row in quality} >= {"weight_share", "composition", "influence"}
    assert all(row.get("estimate") is None for row in quality if row.get("flag") == "suppress")


def test_unknown_channels_are_refused(tmp_path, capsys):
    path = study_with(tmp_path, 'sections = ["results", "methods", "quality", "disclosure"]')
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[estimates]\n", '[estimates]\nchannels = ["intnt"]\n', 1), encoding="utf-8")
    assert main(["check", str(path)]) == 2
    assert 'did you mean "intent"?' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Qualityofthesample", "weightsrunfrom", "Leavingouttheresponse", "Setaside"]),
        ("zh", ["样本质量", "权数为平均权数的", "去掉权数最大的一份答卷", "剔除"]),
    ],
)
def test_the_section_prints_them(tmp_path, language, words):
    path = study_with(tmp_path, 'sections = ["results", "methods", "quality", "disclosure"]')
    text = words_of(reported(path) / f"briefing-{language}.pdf")
    assert [word for word in words if word not in text] == []
