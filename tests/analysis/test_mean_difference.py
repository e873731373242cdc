"""Each group's mean against the rest: by hand, against a regression, as a property, what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tiny_study import tiny_study

import survey
from analysis import mean_difference, regression
from analysis.estimates import make_estimates
from analysis.numeric.intervals import with_skewness, without_skewness
from analysis.publication.published import published, sources_of
from analysis.publication.sums import Overlap, Ties
from analysis.statistics.testing.adjust import adjusted_p_values
from analysis.study.run import run_study
from survey.errors import EstimateError, StudyError


def people(n=240, seed=5):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "y": np.round(rng.lognormal(7, 0.5, n), -2), "g": rng.choice(["a", "b", "c"], n, p=[0.2, 0.3, 0.5]),
        "w": rng.uniform(1, 3, n), "s": np.repeat(["p", "q"], n // 2),
    })  # fmt: skip


def test_a_difference_by_hand():
    frame = people()
    found = mean_difference(survey.from_frame(frame, "w"), "y", "g").frame
    n, w, y = len(frame), frame["w"].to_numpy(), frame["y"].to_numpy()
    p_values = []
    for _, row in found.iterrows():
        inside = (frame["g"] == row["group"]).to_numpy()
        z, variances, df = np.zeros(n), [], []
        for side, sign in ((inside, 1), (~inside, -1)):
            mean = np.average(y[side], weights=w[side])
            part = np.where(side, w * (y - mean) / w[side].sum(), 0.0)
            z, variances, df = z + sign * part, [*variances, (part**2).sum()], [*df, side.sum() - 1]
        difference = np.average(y[inside], weights=w[inside]) - np.average(y[~inside], weights=w[~inside])
        error = np.sqrt(n / (n - 1) * (z**2).sum())
        welch = sum(variances) ** 2 / sum(v**2 / d for v, d in zip(variances, df, strict=True))
        skew = (z**3).sum() / (z**2).sum() ** 1.5
        t = difference / error
        g = ((1 + skew * t / 3) ** 3 - 1) / skew + skew / 6
        p_values.append(2 * stats.t.sf(abs(g), welch))
        assert row["estimate"] == pytest.approx(difference, rel=1e-12)
        assert row["std_error"] == pytest.approx(error, rel=1e-10)
        assert (row["df"], row["statistic"]) == pytest.approx((welch, g), rel=1e-9)
        assert (row["method"], row["measure"]) == ("t_skewness", "mean_difference_from_rest")
    assert found["p_value"].to_numpy() == pytest.approx(p_values, rel=1e-9)
    assert found["p_adjusted"].tolist() == pytest.approx(adjusted_p_values(np.array(p_values)).tolist())
    assert found["family"].iloc[0] == "holm, 3 tests: mean of y by g"


def test_two_groups_are_the_slope_of_a_regression_on_one_of_them():
    """A second program of this package: Binder's sandwich, which knows nothing of domains."""
    frame = people().query("g != 'c'")
    for design in ({}, {"strata": "s"}):
        sample = survey.from_frame(frame, "w", **design)
        row = mean_difference(sample, "y", "g").frame.iloc[1]
        slope = regression(sample, "y ~ g").frame.query("term.str.contains('b')").iloc[0]
        assert row["estimate"] == pytest.approx(slope["estimate"], rel=1e-9)
        assert row["std_error"] == pytest.approx(slope["std_error"], rel=1e-6)
        assert row["method"] == ("t" if design else "t_skewness")


@settings(deadline=None, max_examples=25, derandomize=True)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100), level=st.floats(0.6, 0.99))
def test_units_do_not_matter_and_limits_agree_with_the_test(seed, factor, level):
    frame = people(seed=seed)
    one, two = (
        mean_difference(survey.from_frame(data, "w"), "y", "g", confidence=level).frame
        for data in (frame, frame.assign(y=factor * frame["y"]))
    )
    assert two["estimate"].to_numpy() == pytest.approx(factor * one["estimate"].to_numpy(), rel=1e-7)
    assert two["p_value"].to_numpy() == pytest.approx(one["p_value"].to_numpy(), rel=1e-6)
    outside = (one["conf_low"] > 0) | (one["conf_high"] < 0)
    assert outside.tolist() == (one["p_value"] < 1 - level).tolist()


def test_the_correction_is_undone_by_its_inverse_and_is_none_without_skewness():
    t = np.linspace(-4, 4, 17)
    for skewness in (-0.4, 0.0, 1e-14, 0.3):
        g = without_skewness(t, np.full(17, skewness))
        assert with_skewness(g, np.full(17, skewness)) == pytest.approx(t, abs=1e-9)
        assert (np.diff(g) > 0).all()
    assert without_skewness(t, np.zeros(17)) == pytest.approx(t)


def test_small_groups_and_options_are_refused():
    frame = people(300)
    frame.loc[frame.index[:20], "g"] = "few"
    frame.loc[frame.index[20:], "g"] = "rest"
    rows = mean_difference(survey.from_frame(frame, "w"), "y", "g").frame
    assert rows["flag"].tolist() == ["suppress"] * 2
    assert rows["estimate"].isna().all()
    with pytest.raises(EstimateError, match="which group_difference compares"):
        mean_difference(survey.from_frame(frame, "w"), "s", "g")
    with pytest.raises(EstimateError, match="confidence"):
        mean_difference(survey.from_frame(frame, "w"), "y", "g", confidence=2)


def amounts(*groups, whole=""):
    """Rows of means by d, and by e, each with the quantile and the difference that belong to it."""
    key = {"wave": "1", "question": "fee", "option": "", "confidence": 0.95, "n": 40.0}
    rows = [{**key, "by": "", "group": "", "measure": "mean", "estimate": 1000.0, "flag": whole, "n": 300.0}]
    for by, group, flag, size in groups:
        one = {**key, "by": by, "group": group, "flag": flag, "n": size}
        rows += [{**one, "measure": "mean", "estimate": 900.0}]
        rows += [{**one, "measure": "quantile", "option": "0.5", "estimate": 900.0, "flag": ""}]
        rows += [{**one, "measure": "mean_difference_from_rest", "estimate": -100.0, "flag": ""}]
    return make_estimates(rows, None, {})


def test_nothing_that_comes_from_a_withheld_mean_is_published():
    table = amounts(("d", "a", "suppress", 20.0), ("d", "b", "", 50.0), ("d", "c", "", 90.0))
    frame = published(table, Ties()).frame.set_index(["group", "measure"])
    # The mean of one other group goes too, since the groups add up to everybody; the third stays.
    assert frame.loc[["a", "b"], "flag"].eq("suppress").all()
    assert frame.loc[["a", "b"], "estimate"].isna().all()
    assert frame.loc["c", "flag"].eq("").all()
    whole = published(amounts(("d", "a", "", 60.0), whole="suppress"), Ties()).frame
    assert whole.loc[whole["measure"] == "mean_difference_from_rest", "flag"].eq("suppress").all()


def test_a_mean_is_not_worked_out_from_a_grouping_that_holds_the_same_people():
    rows = [
        ("d", g, "suppress" if g == "a" else "", n) for g, n in zip("abcd", (20, 40, 35, 50), strict=True)
    ]
    table = amounts(*rows, ("e", "r", "", 60), ("e", "s", "", 85))
    loose = published(table, Ties()).frame.set_index(["measure", "by", "group"])["flag"]["mean"]
    assert loose["d"].tolist() == ["suppress", "", "suppress", ""]
    tied = Ties(
        overlaps=(
            Overlap("1", ("d", ("a", "b")), ("e", ("r",))),
            Overlap("1", ("d", ("c", "d")), ("e", ("s",))),
        )
    )
    flags = published(table, tied).frame.set_index(["measure", "by", "group"])["flag"]["mean"]
    # Region r less b was a.
    assert flags["d"]["b"] == "suppress" or flags["e"]["r"] == "suppress"


def test_every_row_by_group_names_the_mean_it_comes_from():
    frame = amounts(("d", "a", "", 60.0)).frame
    assert {i: sorted(of) for i, of in sources_of(frame).items()} == {2: [1], 3: [0, 1]}


TABLES = """
[questions.fee]
kind = "number"
column = "fee"
text = { zh = "费用" }
[questions.town]
kind = "single"
column = "town"
text = { zh = "区" }
options.a = { zh = "甲" }
options.b = { zh = "乙" }
[weighting]
method = "none"
"""


def test_a_study_estimates_amounts_by_its_own_groupings_or_those_of_its_shares(tmp_path):
    rng = np.random.default_rng(1)
    rows = [f"{rng.integers(5, 30) * 100},{'甲乙'[i % 2]}" for i in range(200)]
    for keys in ('by = ["town"]', 'amounts_by = ["town"]'):
        estimates = f'[estimates]\nshares = ["town"]\namounts = ["fee"]\n{keys}\n'
        study = tiny_study(tmp_path, TABLES + estimates, "fee,town\n" + "\n".join(rows))
        run = run_study(study)
        found = run.full.frame.query("by == 'town' and question == 'fee'")
        assert found["measure"].value_counts().to_dict() == {
            "quantile": 6,
            "mean": 2,
            "mean_difference_from_rest": 2,
        }


def test_groupings_without_amounts_are_refused(tmp_path):
    study = tiny_study(
        tmp_path, TABLES + '[estimates]\nshares = ["town"]\namounts_by = ["town"]\n', "fee,town\n1,甲"
    )
    with pytest.raises(StudyError, match="groups amounts, and no amounts are named"):
        run_study(study)
