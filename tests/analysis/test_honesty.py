"""What a share of volunteers hangs on: claims, joining, margins, benchmarks, silence; each by hand too."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING
from volunteers import MARGINS, volunteers

import survey
from analysis import shares
from analysis.estimates import make_estimates
from analysis.numeric.opt_in import self_selection_bias
from analysis.sensitivity.benchmarks import benchmark_errors, bias_allowance
from analysis.sensitivity.data_defect import data_defect_correlation
from analysis.sensitivity.imputed_shares import imputed_shares, item_nonresponse
from analysis.sensitivity.proxies import probit, proxy_pattern_mixture
from analysis.sensitivity.tipping import differential_participation, tipping_points
from survey import read_study
from survey.errors import EstimateError

DEMO = Path(__file__).parents[2] / "data" / "taiyuan" / "study.toml"


def one_share(p, low, high, **more):
    row = {"wave": "w", "question": "q", "option": "a", "measure": "share", "estimate": p, "n": 900.0}
    row |= {"conf_low": low, "conf_high": high, "confidence": 0.95, "std_error": 0.02, "df": 899.0}
    return make_estimates([row | more], None, {})


# --- claims


def test_the_claims_of_eight_in_ten_by_hand():
    found = tipping_points(one_share(0.8, 0.75, 0.84)).frame.set_index("group")
    ratio = found[found["measure"] == "tipping_ratio"]
    assert ratio.loc["half", "estimate"] == pytest.approx(4.0)
    assert ratio.loc["half", "conf_low"] == pytest.approx(3.0)
    assert ratio.loc["two_thirds", "estimate"] == pytest.approx(2.0)
    assert ratio.loc["three_quarters", "note"] == "not_borne"  # the interval begins there
    assert found.loc["half x 0.25", "estimate"] == pytest.approx(0.4)
    assert found.loc["half x 0.5", "estimate"] == pytest.approx(0.2)
    assert found.loc["half x 0.75", "note"] == "impossible"


def test_a_claim_the_interval_does_not_bear_is_named():
    found = tipping_points(one_share(0.48, 0.45, 0.51)).frame.set_index("group")
    assert found.loc["half", "note"] == "not_borne"
    assert found.loc["two_thirds", "note"] == ""


def test_the_wave_before_is_a_claim_too():
    found = tipping_points(one_share(0.7, 0.67, 0.72), previous=one_share(0.8, 0.78, 0.82))
    row = found.rows(group="previous", measure="tipping_ratio").iloc[0]
    assert row["estimate"] == pytest.approx((0.7 / 0.3) / (0.8 / 0.2))
    assert row["note"] == ""


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.floats(0.05, 0.95), st.floats(0.005, 0.04))
def test_joining_at_the_ratio_gives_the_share_seen(p, half):
    for row in (
        tipping_points(one_share(p, p - half, p + half)).rows(measure="tipping_ratio").to_dict("records")
    ):
        t = {"quarter": 1 / 4, "third": 1 / 3, "half": 1 / 2, "two_thirds": 2 / 3, "three_quarters": 3 / 4}
        k, truth = row["estimate"], t[row["group"]]
        assert k * truth / (k * truth + 1 - truth) == pytest.approx(p)
        said = differential_participation(k, row["conf_low"], row["conf_high"])
        assert said.choosers == (p >= truth)
        assert said.times >= 1
        assert said.cautious <= said.times
        assert (said.cautious > 1) == (row["note"] == "") or said.cautious == pytest.approx(1)


def test_withheld_and_unanimous_shares_have_no_claim():
    held = one_share(np.nan, np.nan, np.nan, flag="suppress", note="few_answers")
    for estimates in (held, one_share(1.0, 0.95, 1.0)):
        frame = tipping_points(estimates).frame
        assert set(frame["flag"]) == {"suppress"}
        assert frame["estimate"].isna().all()
    with pytest.raises(EstimateError, match="no share of the whole sample"):
        tipping_points(make_estimates([], None, {}))
    with pytest.raises(EstimateError, match="between 0 and 1"):
        tipping_points(held, reached=[1.0])


# --- Meng's reading


def test_the_correlation_moves_the_share_so_far():
    sample = survey.rake(volunteers(), MARGINS)
    table = shares(sample, "q")
    found = data_defect_correlation(table, 100_000).frame
    p = float(table.frame["estimate"].iloc[0])
    record = sample.history.weighting
    cv = np.sqrt(record.design_effect - 1)
    for distance, rho in zip(
        ("0.01", "0.05", "0.1"),
        found[(found["option"] == "yes") & (found["measure"] == "defect_correlation")]["estimate"],
        strict=True,
    ):
        moved = self_selection_bias(rho, p - float(distance), n=1200, population=100_000, cv=cv)
        assert moved == pytest.approx(float(distance))
    worth = found[(found["option"] == "yes") & (found["measure"] == "random_equivalent")]["estimate"]
    assert worth.is_monotonic_decreasing
    with pytest.raises(EstimateError, match="not more than the 1200 people"):
        data_defect_correlation(table, 1200)


# --- the margins as a proxy


def test_a_probit_of_two_groups_is_their_two_shares_by_hand():
    from scipy.stats import norm

    x, people = np.eye(2), np.array([4e6, 4e6])
    beta = probit(x, people * [0.3, 0.8], people)
    assert beta[1] - beta[0] == pytest.approx(norm.ppf(0.8) - norm.ppf(0.3), abs=1e-4)
    alike = probit(x, np.array([0.0, 50.0]), np.array([50.0, 50.0]))
    assert np.isfinite(alike).all()


def test_an_answer_that_follows_the_margins_shows_what_selection_on_it_would_do():
    found = proxy_pattern_mixture(survey.rake(volunteers(tie=0.9), MARGINS), "q").frame
    yes = found[found["option"] == "yes"].set_index("group")
    rho = yes[yes["measure"] == "proxy_correlation"]["estimate"].iloc[0]
    assert rho > 0.8
    p = shares(survey.rake(volunteers(tie=0.9), MARGINS), "q").frame["estimate"].iloc[0]
    assert yes.loc["0", "estimate"] == pytest.approx(p)
    # Women were too many and say yes: the more the answer itself decided, the lower the truth.
    assert p > yes.loc["0.5", "estimate"] > yes.loc["1", "estimate"]


def test_an_answer_the_margins_say_nothing_of_is_named_weak():
    found = proxy_pattern_mixture(survey.rake(volunteers(), MARGINS), "q").frame
    assert set(found["note"]) == {"weak"}
    assert set(found["measure"]) == {"proxy_correlation"}
    assert (found["estimate"] >= 0).all()
    with pytest.raises(EstimateError, match="not weighted"):
        proxy_pattern_mixture(volunteers(), "q")


# --- benchmarks


def test_benchmarks_by_hand():
    sample = volunteers()
    table = shares(sample, "age", rules=ANYTHING).frame.set_index("option")
    known = {"age": {"a": 0.4, "b": 0.3, "c": 0.3}}
    found = benchmark_errors(sample, known)
    gaps = np.array([table.loc[k, "estimate"] - v for k, v in known["age"].items()])
    assert found.rows(measure="benchmark_error")["estimate"].tolist() == pytest.approx(gaps.tolist())
    assert found.rows(measure="mean_absolute_error")["estimate"].iloc[0] == pytest.approx(np.abs(gaps).mean())
    errors = table["std_error"].to_numpy()
    bias = np.sqrt(max((gaps**2 - errors**2).mean(), 0))
    assert found.rows(measure="bias")["estimate"].iloc[0] == pytest.approx(bias)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "no known shares"),
        ({"age": {"a": 0.5, "b": 0.5}}, '"c" is left out'),
        ({"age": {"a": 0.4, "b": 0.3, "d": 0.3}}, '"d" is not an option'),
        ({"age": {"a": 0.4, "b": 0.4, "c": 0.4}}, "add up to 1.2"),
        ({"age": {"a": 1.4, "b": -0.2, "c": -0.2}}, "outside 0 to 1"),
    ],
)
def test_benchmarks_that_are_none_are_refused(known, words):
    with pytest.raises(EstimateError, match=words):
        benchmark_errors(volunteers(), known)


def test_an_allowance_is_wider_than_the_interval_and_named_by_its_source():
    table = shares(volunteers(), "q")
    row = table.frame.iloc[0]
    found = bias_allowance(table).frame.iloc[0]
    assert found["note"] == "elsewhere"
    assert found["conf_low"] < row["conf_low"] < row["conf_high"] < found["conf_high"]
    half = np.sqrt((1.959963984540054 * 0.1) ** 2 + (row["estimate"] - table.frame["conf_low"].iloc[0]) ** 2)
    assert bias_allowance(table, bias=0.1).frame.iloc[0]["note"] == "benchmarks"
    assert bias_allowance(table, bias=0.1).frame.iloc[0]["conf_low"] == pytest.approx(
        row["estimate"] - half, abs=2e-3
    )


# --- silence


def with_blanks(n=900, *, seed=3):
    """Women say yes, men no, for the most part; men leave it blank more often."""
    random = np.random.default_rng(seed)
    sex = random.choice(["f", "m"], n)
    yes = random.random(n) < np.where(sex == "f", 0.8, 0.3)
    answer = np.where(yes, "yes", "no").astype(object)
    answer[random.random(n) < np.where(sex == "f", 0.05, 0.45)] = None
    return survey.from_frame(pd.DataFrame({"sex": sex, "q": answer}), sample="opt-in")


def test_the_silent_are_filled_in_from_people_of_their_own_kind():
    sample = survey.rake(with_blanks(), {"sex": {"f": 0.5, "m": 0.5}})
    assert item_nonresponse(sample, "q") == pytest.approx(0.25, abs=0.04)
    answered = shares(sample, "q").frame.set_index("option")
    filled = imputed_shares(sample, "q", seed=1).frame.set_index("option")
    by_sex = shares(sample, "q", by="sex").frame.query("option == 'yes'")["estimate"].to_numpy()
    # Within a sex the silent are like the others, so the truth is the mean of the two sexes.
    assert filled.loc["yes", "estimate"] == pytest.approx(by_sex.mean(), abs=0.01)
    assert answered.loc["yes", "estimate"] > filled.loc["yes", "estimate"] + 0.03
    assert filled.loc["yes", "std_error"] > 0.8 * answered.loc["yes", "std_error"]
    assert filled["estimate"].sum() == pytest.approx(1)


def test_the_same_seed_fills_in_the_same_and_another_about_the_same():
    sample = survey.rake(with_blanks(), {"sex": {"f": 0.5, "m": 0.5}})
    one, again, other = (imputed_shares(sample, "q", seed=s).frame["estimate"].to_numpy() for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    np.testing.assert_allclose(one, other, atol=0.02)
    assert not np.array_equal(one, other)


def test_intervals_of_imputed_shares_hold_the_truth():
    held, runs = 0, 60
    for seed in range(runs):
        sample = survey.rake(with_blanks(400, seed=seed), {"sex": {"f": 0.5, "m": 0.5}})
        row = imputed_shares(sample, "q", seed=seed, imputations=10).frame.set_index("option").loc["yes"]
        held += row["conf_low"] <= 0.55 <= row["conf_high"]
    assert held >= 52  # 95% of 60, less three standard errors


def test_what_cannot_be_imputed_is_refused():
    sample = with_blanks()
    with pytest.raises(EstimateError, match="nobody to impute"):
        imputed_shares(volunteers(), "q", seed=1)
    with pytest.raises(EstimateError, match="too few"):
        imputed_shares(sample, "q", seed=1, imputations=1)


# --- the table of a study file


def demo_with(folder, old, new):
    """The demonstration with one text replaced."""
    for path in DEMO.parent.iterdir():
        if path.suffix in (".csv", ".xlsx"):
            shutil.copy(path, folder)
    text = DEMO.read_text(encoding="utf-8")
    assert old in text
    path = folder / "study.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("population = 120000", "population = 0", "the number of people in the target population"),
        (
            'population_source = { zh = "示例数字", en = "a made-up figure" }',
            "",
            "population_source: is missing",
        ),
        ("population = 120000", "population = 120000\nreached = [2.0]", "shares between 0 and 1"),
        ("under_5000 = 0.133", "under_5000 = 13.3", "a share from 0 to 1"),
        ("under_5000 = 0.133, ", "", "under_5000: is missing"),
        ("under_5000 = 0.133", "under_5000 = 0.2", "not 1"),
        ('question = "income"\nshares', 'question = "incom"\nshares', 'no question "incom"'),
        ("[honesty]", "[honesty]\npeople = 3", "people"),
        ('id = "census2010"', 'id = "census 2010"', "letters, digits"),
    ],
)
def test_mistakes_in_the_table_are_named(tmp_path, capsys, old, new, words):
    from reports.cli import main

    assert main(["check", str(demo_with(tmp_path, old, new))]) == 2
    assert words in capsys.readouterr().err


def test_a_study_may_waive_what_its_shares_hang_on_and_a_probability_sample_has_no_claims(tmp_path):
    from reports.commands.report import run_estimates

    path = demo_with(tmp_path, 'sensitivity = ["concerns"]', "sensitivity = []")
    waived = run_estimates(read_study(path), tmp_path / "a", say=lambda _: None).frame
    assert not {"tipping_ratio", "total_error", "proxy_correlation"} & set(waived["measure"])
    assert "alternative_share" not in set(waived["measure"])
    path = demo_with(tmp_path, 'sample = "opt-in"', 'sample = "probability"')
    drawn = run_estimates(read_study(path), tmp_path / "b", say=lambda _: None).frame
    assert not {"tipping_ratio", "total_error", "proxy_correlation", "defect_correlation"} & set(
        drawn["measure"]
    )
    assert {"margin_left_out", "rule_left_out", "screening"} <= set(
        drawn.query("measure == 'alternative_share'")["by"]
    )
