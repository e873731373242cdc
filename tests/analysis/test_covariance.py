import gc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING
from scipy import stats

import survey
from analysis import change, option_difference, score_test, shares
from analysis.statistics.comparisons.contrasts import group_difference
from analysis.statistics.testing.adjust import adjusted_p_values
from survey.errors import EstimateError

OPTIONS = ["price", "quality", "distance"]


def design48(small, rows=None, **design):
    frame = small["design48"]
    frame = frame if rows is None else frame[rows(frame)]
    return survey.from_frame(frame, "w", multiple={"concerns": OPTIONS}, **design)


@pytest.mark.parametrize(
    ("case", "rows", "design"),
    [
        ("srs", None, {}),
        ("strat", None, {"strata": "stratum"}),
        ("clus", None, {"clusters": "psu"}),
        ("sc3", lambda f: f["stratum"] < 4, {"strata": "stratum", "clusters": "psu"}),
        ("sc3f", lambda f: f["stratum"] < 4, {"strata": "stratum", "clusters": "psu", "fpc": "npsu"}),
    ],
)
def test_covariance_equals_the_reference(vector, small, case, rows, design):
    expected = vector("variance_taylor")[case]["expected"]
    found = shares(design48(small, rows, **design), "concerns", variance="taylor", rules=ANYTHING)
    np.testing.assert_allclose(found.frame["estimate"], expected["est"], rtol=1e-12)
    np.testing.assert_allclose(found.covariance, expected["vcov"], rtol=1e-9, atol=1e-14)


def test_a_lonely_unit_is_set_against_the_mean_of_all(vector, small):
    expected = vector("variance_taylor")["lonely_adjust"]["expected"]
    sample = design48(small, strata="stratum", clusters="psu")
    row = shares(sample, "concerns", rules=ANYTHING).frame.iloc[0]
    assert row["std_error"] == pytest.approx(expected["se"], rel=1e-10)
    assert row["df"] == expected["df"]


def test_domains_keep_the_design(vector, small):
    expected = vector("variance_taylor")["domains"]["expected"]
    sample = design48(small, lambda f: f["stratum"] < 4, strata="stratum", clusters="psu")
    found = shares(sample, "concerns", by="district", rules=ANYTHING)
    price = found.frame.index[found.frame["option"] == "price"]
    np.testing.assert_allclose(found.frame.loc[price, "estimate"], expected["est"], rtol=1e-12)
    np.testing.assert_allclose(
        found.covariance[np.ix_(price, price)], expected["vcov"], rtol=1e-9, atol=1e-14
    )


def test_two_options_of_the_same_people(vector, small):
    expected = vector("variance_taylor")["paired_options"]["expected"]
    sample = design48(small, lambda f: f["stratum"] < 4, strata="stratum", clusters="psu")
    row = option_difference(shares(sample, "concerns", rules=ANYTHING), "price", "quality").frame.iloc[0]
    assert row["estimate"] == pytest.approx(expected["diff"], rel=1e-12)
    assert row["std_error"] == pytest.approx(expected["se"], rel=1e-10)
    assert row["estimate"] / row["std_error"] == pytest.approx(expected["t"], rel=1e-10)
    # The score takes the variance as it is without a difference: d / sqrt(V pi / (pi - d^2)), pi the
    # weighted share that chose just one of the two.
    frame = small["design48"][lambda f: f["stratum"] < 4]
    just_one = np.average(frame["price"] != frame["quality"], weights=frame["w"])
    without = np.sqrt(just_one / (just_one - expected["diff"] ** 2))
    assert row["statistic"] == pytest.approx(expected["t"] / without, rel=1e-10)
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(row["statistic"], row["df"]))


def test_residual_and_leverage_techniques_after_raking(vector, optin60):
    expected = vector("calibration")["optin60_raking"]["expected"]
    plain = shares(optin60[1], "concerns", variance="taylor", rules=ANYTHING)
    np.testing.assert_allclose(plain.frame["estimate"], [expected["est"][o] for o in OPTIONS], rtol=1e-9)
    np.testing.assert_allclose(plain.covariance, expected["vcov"], rtol=1e-8)
    corrected = shares(optin60[1], "concerns", rules=ANYTHING)
    np.testing.assert_allclose(corrected.frame["std_error"], expected["se_leverage_corrected"], rtol=1e-8)


def test_domains_after_raking(vector, optin60):
    expected = vector("calibration")["optin60_raked_district_domains"]["expected"]
    found = shares(optin60[1], "concerns", by="district", variance="taylor", rules=ANYTHING)
    price = found.frame.index[found.frame["option"] == "price"]
    np.testing.assert_allclose(found.frame.loc[price, "estimate"], expected["est"], rtol=1e-8)
    np.testing.assert_allclose(found.covariance[np.ix_(price, price)], expected["vcov"], rtol=1e-7)


def test_base_weights_enter_the_projection(vector, small):
    case = vector("calibration")["design48_unequal_base_raking"]
    frame = small["design48"][lambda f: f["stratum"] < 4]
    sample = survey.from_frame(frame, "w", strata="stratum", clusters="psu", multiple={"concerns": OPTIONS})
    total, sex, edu = case["input"]["totals"]
    margins = {"sex": {"c0": total - sex, "c1": sex}, "edu": {"c0": total - edu, "c1": edu}}
    row = shares(survey.rake(sample, margins, bounds=(0, np.inf)), "concerns", rules=ANYTHING).frame.iloc[0]
    assert row["estimate"] == pytest.approx(case["expected"]["price"], rel=1e-8)
    assert row["std_error"] == pytest.approx(case["expected"]["se"], rel=1e-7)


def test_blank_answers_leave_the_base(vector, small):
    expected = vector("multi_response")["optin60_bases"]["expected"]["raked"]
    frame = small["optin60"].drop(columns="id").astype(dict.fromkeys(OPTIONS, float))
    frame.loc[frame["answered"] == 0, OPTIONS] = np.nan
    sample = survey.from_frame(frame, multiple={"concerns": OPTIONS})
    margins = {name: small["targets"][name] for name in ("sex", "age", "edu")}
    found = shares(
        survey.rake(sample, margins, bounds=(0, np.inf)), "concerns", variance="taylor", rules=ANYTHING
    )
    for row in found.frame.to_dict("records"):
        assert row["estimate"] == pytest.approx(expected[row["option"]]["base_answered"], rel=1e-8)
        assert row["std_error"] == pytest.approx(expected[row["option"]]["se"], rel=1e-7)
        assert row["n"] == expected["n_answered"]
    pair = option_difference(found, "price", "quality").frame.iloc[0]
    assert pair["estimate"] == pytest.approx(expected["price_minus_quality"]["diff"], rel=1e-8)
    assert pair["std_error"] == pytest.approx(expected["price_minus_quality"]["se"], rel=1e-7)
    # The worked interval is Wald's on the 59 degrees of freedom of the whole file.
    limits = expected["price_minus_quality"]["ci95_wald_t"]
    half = stats.t.ppf(0.975, 59) * pair["std_error"]
    assert half == pytest.approx((limits[1] - limits[0]) / 2, rel=1e-7)
    assert np.isnan(pair["df"])  # a plain list of people: normal
    assert pair["conf_high"] - pair["conf_low"] == pytest.approx(2 * half, rel=0.1)


def test_mcnemar_by_hand(vector):
    case = vector("multi_response")["srs_mcnemar"]
    cells = [("both", 1, 1), ("a_only", 1, 0), ("b_only", 0, 1), ("neither", 0, 0)]
    rows = [(a, b) for name, a, b in cells for _ in range(case["input"][name])]
    sample = survey.from_frame(pd.DataFrame(rows, columns=["a", "b"]), multiple={"q": ["a", "b"]})
    row = option_difference(shares(sample, "q", rules=ANYTHING), "a", "b").frame.iloc[0]
    assert row["estimate"] == pytest.approx(case["expected"]["diff"], rel=1e-12)
    assert row["std_error"] == pytest.approx(case["expected"]["se_linearised_n_minus_1"], rel=1e-12)


def test_the_share_of_a_weighting_category_has_no_error_and_says_so(small):
    frame = pd.concat([small["optin60"].drop(columns="id")] * 4, ignore_index=True)
    raked = survey.rake(survey.from_frame(frame), {"sex": small["targets"]["sex"]})
    row = shares(raked, "sex").frame.iloc[0]
    assert (row["estimate"], row["std_error"]) == (pytest.approx(0.51), 0.0)
    assert (row["flag"], row["note"]) == ("caution", "fixed_by_margins")


def test_group_against_the_rest_by_hand():
    frame = pd.DataFrame(
        {
            "d": ["a"] * 100 + ["b"] * 100 + ["c"] * 100,
            "q": [1] * 80 + [0] * 20 + [1] * 50 + [0] * 50 + [1] * 45 + [0] * 55,
        }
    )
    sample = survey.from_frame(frame, multiple={"q": ["q"]})
    rows = group_difference(sample, "q", "d", rules=ANYTHING).frame
    assert list(rows["estimate"]) == pytest.approx([0.8 - 0.475, 0.5 - 0.625, 0.45 - 0.65])
    n = 300
    expected = n / (n - 1) * (0.8 * 0.2 / 100 + (95 - 45.125) / 200**2)
    assert rows["std_error"].iloc[0] ** 2 == pytest.approx(expected, rel=1e-9)
    assert list(rows["p_adjusted"]) == pytest.approx(list(adjusted_p_values(rows["p_value"].to_numpy())))


def test_leverage_is_refused_where_there_are_strata(small):
    with pytest.raises(EstimateError, match="without strata and clusters"):
        shares(design48(small, strata="stratum"), "concerns", variance="leverage")


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.integers(0, 10_000), st.floats(0.1, 50))
def test_order_and_scale_of_weights_do_not_matter(seed, scale):
    rng = np.random.default_rng(seed)
    n = 120
    frame = pd.DataFrame(
        {
            "g": rng.choice(["a", "b"], n),
            "h": rng.choice(["u", "v"], n),
            "w": rng.uniform(1, 3, n),
            "x": rng.integers(0, 2, n),
            "y": rng.integers(0, 2, n),
        }
    )
    margins = {"g": {"a": 0.6, "b": 0.4}, "h": {"u": 0.5, "v": 0.5}}

    def result(data):
        sample = survey.from_frame(data, "w", multiple={"q": ["x", "y"]})
        return shares(survey.rake(sample, margins), "q", by="g")

    first = result(frame)
    again = result(frame.sample(frac=1, random_state=seed).assign(w=lambda f: f["w"] * scale))
    np.testing.assert_allclose(again.frame["estimate"], first.frame["estimate"], rtol=1e-9)
    np.testing.assert_allclose(again.covariance, first.covariance, rtol=1e-6, atol=1e-15)


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.integers(0, 10_000))
def test_the_tally_gives_what_a_sum_over_people_gives(seed):
    """The records of the tally against the formulas of methods 2.3 and 2.4 written out person by person."""
    rng = np.random.default_rng(seed)
    n = 150
    g, y = rng.integers(0, 3, n), rng.integers(0, 2, n)
    frame = pd.DataFrame({"g": np.array(["a", "b", "c"])[g], "y": y})
    raked = survey.rake(
        survey.from_frame(frame, multiple={"q": ["y"]}), {"g": {"a": 0.2, "b": 0.5, "c": 0.3}}
    )
    x = np.eye(3)[g]
    w = np.array([0.2, 0.5, 0.3])[g] * n / x.sum(axis=0)[g]
    p = w @ y / w.sum()
    u = (y - p) / w.sum()
    e = u - x @ np.linalg.solve(x.T @ x, x.T @ u)
    h = 1 / x.sum(axis=0)[g]
    found = shares(raked, "q")
    assert found.frame["estimate"].iloc[0] == pytest.approx(p, rel=1e-10)
    assert found.covariance[0, 0] == pytest.approx((n - 1) / n * ((w * e / (1 - h)) ** 2).sum(), rel=1e-9)


def test_waves_are_compared_with_their_own_records():
    rng = np.random.default_rng(5)
    first = pd.DataFrame({"q": rng.random(400) < 0.6}).astype(int)
    second = pd.DataFrame({"q": rng.random(500) < 0.5}).astype(int)
    a, b = (survey.from_frame(f, multiple={"q": ["q"]}, wave=w) for f, w in ((first, "1"), (second, "2")))
    one, two = shares(a, "q"), shares(b, "q")
    row = change(two, one).frame.iloc[0]
    v1, v2 = one.covariance[0, 0], two.covariance[0, 0]
    assert row["wave"] == "2 - 1"
    assert row["std_error"] == pytest.approx(np.sqrt(v1 + v2), rel=1e-12)
    assert np.isnan(row["df"])  # plain lists of people: normal
    p1, p2 = one.frame["estimate"].iloc[0], two.frame["estimate"].iloc[0]
    test = score_test(p2, sizes_of(two).iloc[0], p1, sizes_of(one).iloc[0])
    assert row["p_value"] == pytest.approx(test.p_value, rel=1e-9)
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((test.conf_low, test.conf_high))
    with pytest.raises(EstimateError, match='both estimates are of wave "1"'):
        change(one, one)


def sizes_of(table):
    """Return the smoothed effective numbers of the shares of equal weights (methods 3.1), by hand."""
    frame = table.frame
    behind = frame["n"] * frame["estimate"] * (1 - frame["estimate"])
    return frame["n"] * (behind + 10) / (behind * frame["deff"] + 10)


def test_clusters_have_the_degrees_of_freedom_of_both_waves():
    rng, samples = np.random.default_rng(9), []
    for name, clusters in (("1", 12), ("2", 20)):
        frame = pd.DataFrame({"q": rng.random(clusters * 20) < 0.5}).astype(int)
        frame["village"] = np.repeat(np.arange(clusters), 20)
        samples.append(survey.from_frame(frame, multiple={"q": ["q"]}, clusters="village", wave=name))
    one, two = (shares(sample, "q") for sample in samples)
    row = change(two, one).frame.iloc[0]
    v1, v2 = one.covariance[0, 0], two.covariance[0, 0]
    assert row["df"] == pytest.approx((v1 + v2) ** 2 / (v1**2 / 11 + v2**2 / 19), rel=1e-12)
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(row["statistic"]), row["df"]))


def ticks(*groups):
    """Return a sample of one yes-or-no question: for each group how many said yes, and how many there are."""
    rows = [(name, int(i < yes)) for name, yes, n in groups for i in range(n)]
    return survey.from_frame(pd.DataFrame(rows, columns=["g", "y"]), multiple={"q": ["y"]})


def test_nobody_in_a_small_group_is_no_proof_of_a_difference():
    """0 of 40 against 40 of 1,000: Fisher's exact test says 0.40, a quotient by the standard error 1e-9."""
    row = group_difference(ticks(("a", 0, 40), ("b", 40, 1000)), "q", "g", rules=ANYTHING).frame.iloc[0]
    assert row["method"] == "score_skewness"
    assert 0.15 < row["p_value"] < 0.6
    assert row["conf_low"] < 0 < row["conf_high"]


@pytest.fixture
def without_garbage():
    """Statsmodels looks through all of memory at every adjustment; a simulation makes many."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("share", [0.02, 0.05, 0.3, 0.95])
def test_false_findings_are_rare_where_groups_do_not_differ(share, without_garbage):
    rng, found = np.random.default_rng(7), 0
    for _ in range(150):
        yes = [
            (name, int(rng.binomial(n, share)), n)
            for name, n in zip("abcd", (40, 150, 300, 600), strict=True)
        ]
        found += bool((group_difference(ticks(*yes), "q", "g").frame["p_adjusted"] < 0.05).any())
    assert found / 150 < 0.1


def test_the_p_value_belongs_to_the_interval():
    rows = group_difference(
        ticks(("a", 3, 60), ("b", 40, 300), ("c", 20, 500)), "q", "g", rules=ANYTHING
    ).frame
    for row in rows.to_dict("records"):
        sure = 1 - row["p_value"]
        again = (
            group_difference(
                ticks(("a", 3, 60), ("b", 40, 300), ("c", 20, 500)), "q", "g", confidence=sure, rules=ANYTHING
            )
            .frame.query("group == @row['group']")
            .iloc[0]
        )
        assert min(abs(again["conf_low"]), abs(again["conf_high"])) < 1e-9


def test_a_difference_is_withheld_with_either_side():
    rows = group_difference(ticks(("a", 250, 500), ("b", 1, 1)), "q", "g").frame
    assert list(rows["flag"]) == ["suppress", "suppress"]
    assert rows["estimate"].isna().all()


def test_differences_that_weighting_fixes_are_no_findings(small):
    frame = pd.concat([small["optin60"].drop(columns="id")] * 6, ignore_index=True)
    cells = frame.groupby(["sex", "age"]).size() / len(frame)
    raked = survey.rake(survey.from_frame(frame), {("sex", "age"): cells.to_dict()})
    for rows in (
        group_difference(raked, "sex", "age").frame,
        option_difference(shares(raked, "sex"), "c0", "c1").frame,
    ):
        shown = rows[rows["flag"] != "suppress"]
        assert set(shown["note"]) == {"fixed_by_margins"}
        assert shown["p_value"].isna().all()
        assert (shown["std_error"] == 0).all()


def test_no_variance_without_margins_is_withheld_or_called_a_census():
    couples = pd.DataFrame({"q": ["m", "f"] * 40, "unit": np.repeat(np.arange(40), 2), "n": 1.0})
    row = shares(survey.from_frame(couples[["q", "unit"]], clusters="unit"), "q").frame.iloc[0]
    assert (row["flag"], row["note"]) == ("suppress", "no_variation")
    row = shares(survey.from_frame(couples[["q", "n"]], fpc="n"), "q").frame.iloc[0]
    assert (row["estimate"], row["std_error"]) == (0.5, 0.0)
    assert (row["flag"], row["note"]) == ("caution", "census")
    one = couples.assign(unit=1)[["q", "unit"]]
    row = shares(survey.from_frame(one, clusters="unit"), "q").frame.iloc[0]
    assert (row["flag"], row["note"]) == ("suppress", "one_unit")


def test_nobody_among_few_effective_answers_is_withheld():
    frame = pd.DataFrame({"y": [0] * 32, "w": [100.0] * 4 + [1.0] * 28})
    row = shares(survey.from_frame(frame, "w", multiple={"q": ["y"]}), "q").frame.iloc[0]
    assert (row["flag"], row["note"]) == ("suppress", "few_effective_answers")


def test_waves_estimated_differently_are_not_compared():
    one = shares(ticks(("a", 20, 90)), "q")
    later = survey.from_frame(pd.DataFrame({"y": [0, 1] * 60}), multiple={"q": ["y"]}, wave="2")
    for other in ({"confidence": 0.9}, {"interval": "korn_graubard"}):
        with pytest.raises(EstimateError, match="estimate both alike"):
            change(shares(later, "q", **other), one)


def test_two_options_that_everybody_and_nobody_chose_are_told_apart():
    frame = pd.DataFrame({"q": pd.Categorical(["x"] * 160, categories=["x", "y"])})
    row = option_difference(shares(survey.from_frame(frame), "q"), "x", "y").frame.iloc[0]
    assert row["method"] == "score_paired"
    assert 0.9 < row["conf_low"] < 1 == row["conf_high"]
    assert row["p_value"] == pytest.approx(stats.chi2.sf(160, 1))  # McNemar's
