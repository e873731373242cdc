"""Nothing withheld leaks: what is worked out from it, the digits of the rest, the marks of doubt."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import write_sound

import survey
from analysis import read_estimates, shares
from analysis.estimates import NUMBERS, make_estimates
from analysis.numeric.intervals import korn_graubard
from analysis.publication.measures import SOURCES
from analysis.publication.published import published, rounded, sources_of
from analysis.publication.rules import judge_share
from analysis.publication.sums import Ties
from reports.cli import main
from survey.errors import EstimateError

WHOLE = {"wave": "2", "question": "q", "option": "a", "measure": "share", "estimate": 0.43, "n": 51}
# One row of every measure that is worked out from the share of option a, in the whole sample or in group g.
DERIVED = [
    *({"measure": measure} for measure in ("share_of_asked", "share_of_all", "share_of_mentions", "change")),
    *({"measure": m} for m in ("lowest_share", "highest_share", "imputed_share", "proxy_correlation")),
    {"measure": "difference", "option": "a - b"},
    {"measure": "difference", "option": "b - a"},
    {"measure": "alternative_share", "by": "base", "group": "asked"},
    {"measure": "alternative_share", "by": "copies_left_out"},
    {"measure": "tipping_ratio", "by": "claim", "group": "half"},
    {"measure": "tipping_unreached", "by": "claim x reached", "group": "half x 0.5"},
    {"measure": "defect_correlation", "by": "moved", "group": "0.05"},
    {"measure": "random_equivalent", "by": "moved", "group": "0.05"},
    {"measure": "share_if_selected", "by": "phi", "group": "1"},
    {"measure": "benchmark_error"},
    {"measure": "mean_absolute_error", "question": "", "option": ""},
    {"measure": "bias", "question": "", "option": ""},
    {"measure": "total_error", "by": "prior", "group": "0.06"},
    {"measure": "weighting_move"},
    {"measure": "margin_move", "by": "margin_left_out", "group": "sex"},
    {"measure": "times_needed", "by": "margin_left_out x claim", "group": "sex x half"},
]
IN_GROUP = ("share", "difference_from_rest", "rank", "model_share", "change")


def table(*rows):
    return make_estimates([{**WHOLE, **row} for row in rows], None, {})


def closed(*rows):
    return published(table(*rows), Ties())


def flags(estimates):
    return estimates.frame["flag"].tolist()


@pytest.mark.parametrize("row", DERIVED, ids=lambda row: f"{row['measure']} {row.get('by', '')}")
def test_what_is_worked_out_from_a_withheld_share_is_withheld(row):
    other, error = {"option": "b"}, {"measure": "benchmark_error"}
    wave = "2 - 1" if row["measure"] == "change" else "2"
    rows = [
        other,
        {**WHOLE, **row, "wave": wave},
        *([error] if row["measure"] in ("bias", "mean_absolute_error") else []),
    ]
    kept = closed({}, {"wave": "1"}, *rows)
    assert flags(kept) == [""] * len(kept)
    withheld = closed({"flag": "suppress", "note": "interval_too_wide"}, {"wave": "1"}, *rows)
    assert withheld.frame["flag"].tolist()[:4] == ["suppress", "", "", "suppress"]
    assert withheld.frame["note"][3] in ("share_withheld", "complementary")
    assert withheld.frame.loc[3, [n for n in NUMBERS if n != "confidence"]].isna().all()
    marked = closed({"flag": "caution", "note": "wide_interval"}, {"wave": "1"}, *rows)
    assert flags(marked)[:4] == ["caution", "", "", "caution"]


@pytest.mark.parametrize("wave", ["1", "2"])
@pytest.mark.parametrize("measure", IN_GROUP[1:])
def test_what_is_worked_out_from_a_withheld_group_is_withheld(measure, wave):
    at = {"by": "d", "group": "g"}
    rows = [{**at, "wave": w, "flag": "suppress" if w == wave else ""} for w in ("1", "2")]
    rows += [{**at, "group": "h", "wave": w} for w in ("1", "2")]
    rows += [{**at, "measure": measure, "wave": "2 - 1" if measure == "change" else wave}]
    rows += [{**at, "group": "h", "measure": measure, "wave": "2 - 1" if measure == "change" else wave}]
    assert flags(closed(*rows))[4:] == ["suppress", ""]


@pytest.mark.parametrize("measure", ["change_tipping", "alternative_change"])
def test_what_is_said_of_a_change_needs_both_waves(measure):
    row = {"measure": measure, "wave": "2 - 1", "by": "", "group": ""}
    for withheld in ("1", "2"):
        shares = [{"wave": wave, "flag": "suppress" if wave == withheld else ""} for wave in ("1", "2")]
        assert flags(closed(*shares, row))[2] == "suppress"
    assert flags(closed({"wave": "1"}, {}, row))[2] == ""


def test_the_allowance_for_bias_goes_with_a_benchmark_that_is_withheld():
    rows = [
        {},
        {"question": "known", "flag": "suppress"},
        {"question": "known", "measure": "benchmark_error"},
    ]
    rows += [{"measure": m, "question": "", "option": ""} for m in ("mean_absolute_error", "bias")]
    assert flags(closed(*rows, {"measure": "total_error"}))[2:] == ["suppress"] * 4


def test_a_share_that_weighting_fixes_marks_nothing():
    rows = [
        {"flag": "caution", "note": "fixed_by_margins"},
        {"measure": "alternative_share", "by": "unweighted"},
    ]
    assert flags(closed(*rows)) == ["caution", ""]


def test_quantiles_go_with_a_withheld_mean():
    rows = [{"measure": "mean", "option": "", "flag": "suppress"}, {"measure": "quantile", "option": "0.5"}]
    assert flags(closed(*rows)) == ["suppress"] * 2


def test_a_measure_of_unknown_sources_is_refused():
    with pytest.raises(EstimateError, match='the measure "odds", of which it is not said'):
        closed({"measure": "odds"})


def test_every_measure_of_a_run_says_what_it_is_worked_out_from(demo, tmp_path):
    """A measure of this table is nowhere but in `SOURCES`; a row worked out from others finds them."""
    for path in (demo, _small_run(tmp_path)):
        frame = read_estimates(path / "estimates.csv").frame
        derived = [bool(SOURCES[measure]) for measure in frame["measure"]]
        found = sources_of(frame)
        alone = frame[[d and i not in found for i, d in enumerate(derived)]]
        # Benchmarks are questions of their own; of an option offered once there is one wave's share.
        assert set(alone["measure"]) <= {"benchmark_error", "bias"}
        suppressed = frame["flag"].eq("suppress").to_numpy()
        for row, sources in found.items():
            assert suppressed[row] or not suppressed[sources].any(), frame.loc[row].to_dict()


def _small_run(folder):
    assert main(["report", str(write_sound(folder)), "--out", str(folder / "out")]) == 0
    return folder / "out"


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.floats(1e-9, 1))
def test_four_digits_are_kept_and_no_more(value):
    frame = rounded(
        table({"estimate": value, "p_value": value}, {"measure": "mean", "estimate": value}).frame
    )
    assert frame["estimate"][0] == pytest.approx(value, abs=0.5000001e-4)
    assert round(frame["estimate"][0], 4) == frame["estimate"][0]
    assert frame["estimate"][1] == frame["p_value"][0] == float(f"{value:.3e}")


def test_digits_by_hand():
    rows = [{"estimate": 1 / 3, "std_error": 0.024653, "n_eff": 343.4459, "n": 12345.0},
            {"measure": "quantile", "estimate": 1834.6, "std_error": 12.3456},
            {"measure": "change", "estimate": -0.00001},
            {"measure": "tipping_ratio", "estimate": 2.345678}]  # fmt: skip
    frame = rounded(table(*rows).frame)
    assert frame.loc[0, ["estimate", "std_error", "n_eff", "n"]].tolist() == [0.3333, 0.0247, 343.4, 12345.0]
    assert frame.loc[1, ["estimate", "std_error"]].tolist() == [1835.0, 12.35]
    assert str(frame["estimate"][2]) == "0.0"
    assert frame["estimate"][3] == 2.346
    assert np.isnan(frame["conf_low"][0])


def test_the_files_of_a_run_hold_no_more_digits(demo):
    pd.testing.assert_frame_equal(rounded(_stored(demo)), _stored(demo))


def _stored(demo):
    return read_estimates(demo / "estimates.csv").frame


def test_all_digits_go_only_to_a_file_asked_for_that_says_what_it_gives_away(tmp_path, capsys):
    study, full = write_sound(tmp_path), tmp_path / "kept" / "full.csv"
    assert main(["report", str(study), "--out", str(tmp_path / "out")]) == 0
    assert not full.exists()
    command = ["report", str(study), "--out", str(tmp_path / "out"), "--full-precision"]
    assert main([*command, str(full)]) == 0
    first, text = full.read_text(encoding="utf-8").split("\n", 1)
    assert "not for publication" in first
    (tmp_path / "bare.csv").write_text(text, encoding="utf-8")
    frame, printed = read_estimates(tmp_path / "bare.csv").frame, _stored(tmp_path / "out")
    pd.testing.assert_frame_equal(rounded(frame), printed)
    assert not frame.equals(printed)
    with pytest.raises(EstimateError, match="columns"):
        read_estimates(full)
    capsys.readouterr()
    assert main([*command, str(tmp_path / "out" / "full.csv")]) == 2
    assert "the folder of what is published" in capsys.readouterr().err


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_whether_a_group_is_printed_does_not_depend_on_how_it_came_out(seed, other):
    """Only the answers of group b differ: its own flag stays, but for the mark of nobody and everybody."""
    random = np.random.default_rng(seed)
    group = random.choice(list("abcd"), 500, p=[0.5, 0.1, 0.2, 0.2])
    flags = []
    for share in (0.3, other):
        random = np.random.default_rng(seed + 1)
        chosen = random.random(500) < np.where(group == "b", share, 0.3)
        frame = pd.DataFrame({"g": group, "q": np.where(chosen, "x", "y")})
        table = shares(survey.from_frame(frame), "q", by="g").frame.query("group == 'b'")
        flags.append(table["flag"].where(~table["note"].isin(["nobody", "everybody"]), "").tolist())
    assert [f == "suppress" for f in flags[0]] == [f == "suppress" for f in flags[1]]


def test_a_group_is_judged_by_the_others_and_two_by_both():
    rows = [("a", 200, 20), ("b", 40, 20), ("c", 300, 30)]
    frame = pd.concat([pd.DataFrame({"g": g, "q": ["x"] * k + ["y"] * (n - k)}) for g, n, k in rows])
    three = shares(survey.from_frame(frame.reset_index(drop=True)), "q", by="g").frame.query("option == 'x'")
    # 40 answers at the others' 10%: too wide for so small a share. At its own 50% it is too wide by itself.
    assert three["note"].tolist() == ["", "relative_width", ""]
    both = frame[frame["g"] != "c"].reset_index(drop=True)
    two = shares(survey.from_frame(both), "q", by="g").frame.query("option == 'x' and group == 'b'")
    assert judge_share(1 / 6, 40, 40, 39, _limits(1 / 6, 40)).note == two["note"].iloc[0]


def _limits(p, n):
    low, high = korn_graubard(*(np.array([v]) for v in (p, n, n, n - 1.0)), 0.95)
    return float(low[0]), float(high[0])
