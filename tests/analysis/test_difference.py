"""A difference of two shares is built in one way, in tables of changes, groups, options and panels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING
from scipy import stats

import survey
from analysis import (
    change,
    combine,
    group_difference,
    option_difference,
    paired_score_test,
    score_test,
    shares,
)
from analysis.statistics.comparisons.difference import (
    STILL,
    Side,
    correlation_of,
    difference_columns,
    paired_columns,
    side_of_rows,
)


def side(shares_, *, n=200.0, flag="", note="", df=np.inf):
    """Return shares of one side, each of n effective answers."""
    m = len(shares_)
    texts = (np.full(m, text, dtype=object) for text in (flag, note))
    return Side(np.array(shares_, dtype=float), np.full(m, n), np.full(m, df), *texts)


def columns(one, two, *, correlation=0.0, fixed=False, df=np.inf):
    variance = one.share * (1 - one.share) / 200 + two.share * (1 - two.share) / 200
    m = len(one.share)
    return difference_columns(
        one,
        two,
        variance=variance,
        df=np.full(m, df),
        correlation=np.full(m, correlation),
        fixed=np.full(m, fixed),
        confidence=0.95,
    )


@pytest.mark.parametrize("share", [0.0, 0.05, 0.0999, 0.1001, 0.5, 0.9, 0.95, 1.0])
@pytest.mark.parametrize("df", [np.inf, 18.0])
def test_every_share_is_tested_in_the_same_way(share, df):
    row = columns(side([share]), side([0.3], n=900.0), correlation=0.2, df=df)
    expected = score_test(share, 200, 0.3, 900, correlation=0.2, df=df)
    assert row["method"] == "score_skewness"
    found = [row[name][0] for name in ("statistic", "p_value", "conf_low", "conf_high")]
    assert found == pytest.approx(
        [expected.statistic, expected.p_value, expected.conf_low, expected.conf_high]
    )
    assert (row["df"][0] == df) if np.isfinite(df) else np.isnan(row["df"][0])


def test_evidence_does_not_jump_at_ten_per_cent():
    near = np.linspace(0.095, 0.105, 21)
    p = columns(side(near, n=76.0), side(np.full(21, 0.3), n=1900.0))["p_value"]
    assert (np.diff(np.log(p)) > 0).all()
    assert (np.abs(np.diff(np.log(p))) < 0.2).all()


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("share", [0.5, 0.02])
@pytest.mark.parametrize("fixed", [True, False])
def test_a_difference_is_suppressed_where_either_share_is(which, share, fixed):
    sides = [side([share]), side([share])]
    sides[which] = side([np.nan], flag="suppress", note="few_answers")
    row = columns(*sides, fixed=fixed)
    assert (row["flag"][0], row["note"][0]) == ("suppress", "share_withheld")
    assert np.isnan(row["p_value"][0])


@pytest.mark.parametrize("which", [0, 1])
def test_a_difference_carries_the_doubt_of_either_side(which):
    sides = [side([0.5]), side([0.4])]
    sides[which] = side([0.6], flag="caution", note="wide_interval")
    row = columns(*sides)
    assert (row["flag"][0], row["note"][0]) == ("caution", "wide_interval")
    assert np.isfinite(row["p_value"][0])


def test_a_share_that_weighting_fixes_is_no_doubt_of_its_difference_from_another():
    row = columns(side([0.5], n=STILL, flag="caution", note="fixed_by_margins"), side([0.4]))
    assert (row["flag"][0], row["note"][0]) == ("", "")
    assert row["p_value"][0] == pytest.approx(score_test(0.5, STILL, 0.4, 200).p_value)


@pytest.mark.parametrize("share", [0.5, 0.02])
def test_what_weighting_fixes_has_no_error_and_no_test(share):
    row = columns(side([share]), side([0.3]), fixed=True)
    assert (row["flag"][0], row["note"][0]) == ("caution", "fixed_by_margins")
    assert row["std_error"][0] == 0
    assert row["conf_low"][0] == row["conf_high"][0] == row["estimate"][0] == share - 0.3
    assert np.isnan([row["statistic"][0], row["p_value"][0]]).all()


def test_two_shares_without_sampling_error_have_a_difference_and_no_test():
    row = columns(side([0.5], n=STILL), side([0.3], n=STILL))
    assert row["conf_low"][0] == row["conf_high"][0] == row["estimate"][0]
    assert np.isnan([row["statistic"][0], row["p_value"][0]]).all()


def test_the_correlation_comes_back_from_three_variances():
    one, two, r = np.array([4.0, 1.0, 0.0]), np.array([9.0, 1.0, 2.0]), np.array([0.5, -1.0, 0.0])
    difference = one + two - 2 * r * np.sqrt(one * two)
    np.testing.assert_allclose(correlation_of(one, two, difference), r)


@pytest.mark.parametrize("interval", ["wilson_smoothed", "wilson", "korn_graubard", "logit"])
def test_effective_numbers_come_from_the_rows_whatever_their_interval(interval):
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"q": random.random(500) < 0.04, "w": random.lognormal(0, 0.6, 500)})
    table = shares(survey.from_frame(frame.astype({"q": int}), "w", multiple={"q": ["q"]}), "q",
                   interval=interval, rules=ANYTHING)  # fmt: skip
    row, size = table.frame.iloc[0], side_of_rows(table.frame).size[0]
    behind, kish = (
        row["n"] * row["estimate"] * (1 - row["estimate"]),
        frame["w"].sum() ** 2 / (frame["w"] ** 2).sum(),
    )
    smoothed = row["n"] * (behind + 10) / (behind * row["deff"] + 10 * row["n"] / kish)
    assert size == pytest.approx(smoothed if interval == "wilson_smoothed" else row["n_eff"], rel=1e-8)


ANSWERS = st.lists(st.tuples(st.booleans(), st.booleans(), st.floats(0.2, 5)), min_size=30, max_size=80)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(ANSWERS)
def test_two_ticks_of_one_person_are_set_off_against_each_other(answers):
    frame = pd.DataFrame(answers, columns=["a", "b", "w"]).astype(float)
    sample = survey.from_frame(frame, "w", multiple={"q": ["a", "b"]})
    row = option_difference(shares(sample, "q", rules=ANYTHING), "a", "b").frame.iloc[0]
    p10, p01 = (
        np.average((frame[x] == 1) & (frame[y] == 0), weights=frame["w"]) for x, y in (("a", "b"), ("b", "a"))
    )
    if row["std_error"] > 1e-9 and abs(p10 - p01) < 0.999:
        n = (p10 + p01 - (p10 - p01) ** 2) / row["std_error"] ** 2
        expected = paired_score_test(p10, p01, n)
        assert row["p_value"] == pytest.approx(expected.p_value, rel=1e-6, abs=1e-12)
        assert (row["conf_low"], row["conf_high"]) == pytest.approx(
            (expected.conf_low, expected.conf_high), abs=1e-8
        )
    if p10 == p01:
        assert row["p_value"] == pytest.approx(1)


def test_ticks_are_set_off_within_every_group_and_of_mentions_never():
    random = np.random.default_rng(5)
    frame = pd.DataFrame(random.random((400, 3)) < [0.6, 0.5, 0.3], columns=list("abc")).astype(int)
    frame["g"] = random.choice(["x", "y"], 400)
    sample = survey.from_frame(frame, multiple={"q": list("abc")})
    found = option_difference(shares(sample, "q", by="g", rules=ANYTHING), "c", "a").frame
    for row in found.to_dict("records"):
        group = frame[frame["g"] == row["group"]]
        more, less = ((group["c"] > group["a"]).sum(), (group["c"] < group["a"]).sum())
        # McNemar; effective numbers of the jackknife are within n / (n - 1) of the people.
        expected = stats.chi2.sf((more - less) ** 2 / (more + less), 1)
        assert row["p_value"] == pytest.approx(expected, rel=0.1)
    mentions = shares(sample, "q", base="mentions", rules=ANYTHING)
    row = option_difference(mentions, "a", "c").frame.iloc[0]
    shares_ = mentions.frame.set_index("option")["estimate"]
    just_one = shares_["a"] + shares_["c"]
    d = shares_["a"] - shares_["c"]
    assert row["statistic"] == pytest.approx(
        d / np.sqrt(row["std_error"] ** 2 * just_one / (just_one - d**2))
    )


def test_paired_shares_alike_in_everybody_are_no_evidence():
    one = side([0.4])
    row = paired_columns(one, one, both=np.array([0.4]), variance=np.zeros(1), df=np.array([np.inf]),
                         fixed=np.zeros(1, dtype=bool), confidence=np.array([0.95]))  # fmt: skip
    q = stats.norm.ppf(0.975)
    assert row["p_value"][0] == 1
    assert row["conf_high"][0] == pytest.approx(q**2 / (200 + q**2))


def test_a_group_and_the_rest_agree_with_the_test_of_two_shares():
    rows = [("a", i < 70) for i in range(80)] + [("b", i < 700) for i in range(1000)]
    frame = pd.DataFrame(rows, columns=["g", "q"]).astype({"q": int})
    row = group_difference(survey.from_frame(frame, multiple={"q": ["q"]}), "q", "g").frame.iloc[0]
    expected = score_test(70 / 80, 80, 0.7, 1000)
    # Effective numbers of the jackknife are within n / (n - 1) of the people.
    assert row["p_value"] == pytest.approx(expected.p_value, rel=0.1)
    assert row["conf_low"] == pytest.approx(expected.conf_low, abs=0.002)


def test_a_change_carries_the_doubt_of_either_wave():
    def wave(name, yes, n):
        frame = pd.DataFrame({"q": [1] * yes + [0] * (n - yes)})
        return shares(survey.from_frame(frame, multiple={"q": ["q"]}, wave=name), "q")

    sure, wide, nobody = wave("1", 300, 600), wave("2", 40, 80), wave("3", 0, 80)
    assert wide.frame["note"].tolist() == ["wide_interval"]
    for later, note in ((wide, "wide_interval"), (nobody, "nobody")):
        row = change(later, sure).frame.iloc[0]
        assert (row["flag"], row["note"]) == ("caution", note)


def test_what_only_one_wave_has_is_named():
    def wave(name, options, areas):
        frame = pd.DataFrame({"use": options * 60, "area": np.repeat(areas, 60 * len(options) // len(areas))})
        sample = survey.from_frame(frame, wave=name)
        return combine([shares(sample, "use"), shares(sample, "use", by="area")])

    later = wave("2024", ["yes", "no", "unsure"], ["n", "s", "w"])
    found = change(later, wave("2023", ["yes", "no"], ["n", "s"])).frame
    alone = found[found["note"].isin(["only_later", "only_earlier"])]
    assert set(alone["option"]) == {"unsure", "yes", "no"}
    assert set(alone.loc[alone["option"] == "yes", "group"]) == {"w"}
    assert (alone["flag"] == "suppress").all()
    assert alone[["estimate", "p_adjusted"]].isna().all(axis=None)
    assert set(alone["wave"]) == {"2024 - 2023"}
    assert len(found) - len(alone) == 2 + 4
    back = change(wave("2022", ["yes", "no"], ["n", "s"]), later).frame
    assert set(back.loc[back["option"] == "unsure", "note"]) == {"only_earlier"}
