"""Worked numbers that no other test tries, asked of public functions, each within its file's tolerance."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from people import person_weights
from rules import ANY_COUNT, ANY_NUMBER, ANYTHING

import survey
from analysis import delta_method, linear_combinations, means, option_difference, ratios, shares, totals
from survey.errors import CalibrationError, EstimateError, MarginError
from survey.numeric.weight_summary import summarise

OPTIONS = ["price", "quality", "distance"]
UNBOUNDED = (0.0, np.inf)


def close_in(topic):
    """Return a check that numbers are as near as the file of the topic asks: abs + rel * |expected|."""
    path = Path(__file__).parents[1] / "vectors" / f"{topic}.json"
    tolerance = json.loads(path.read_text(encoding="utf-8"))["tolerance"]
    return partial(np.testing.assert_allclose, rtol=tolerance["rel"], atol=tolerance["abs"])


def table_frame(cells):
    """Return as many people as a table counts, with their row and column."""
    places = [(f"r{i}", f"c{j}") for i, row in enumerate(cells) for j, n in enumerate(row) for _ in range(n)]
    return pd.DataFrame(places, columns=["row", "column"])


def margins_of(case):
    rows, columns = case["input"]["row_targets"], case["input"]["col_targets"]
    return {
        "row": {f"r{i}": v for i, v in enumerate(rows)},
        "column": {f"c{j}": v for j, v in enumerate(columns)},
    }


def raked_cells(case, margins):
    """Return the weighted table of people raked to margins, an empty cell as 0."""
    frame = table_frame(case["input"]["cells"])
    sample = survey.rake(survey.from_frame(frame), margins, bounds=UNBOUNDED)
    weights = person_weights(sample, frame, ["row", "column"])
    found = pd.crosstab(frame["row"], frame["column"], weights, aggfunc="sum").fillna(0)
    return sample, found.to_numpy()


@pytest.mark.parametrize("name", ["two_by_two", "zero_cell_feasible"])
def test_a_raked_table(vector, name):
    case, close = vector("raking")[name], close_in("raking")
    sample, cells = raked_cells(case, margins_of(case))
    close(cells, case["expected"]["cells"])
    assert sample.history.weighting.gap < 1e-10
    if name == "two_by_two":
        close(cells / case["input"]["cells"], case["expected"]["cell_weight_factor"])
        close(cells[0, 0] * cells[1, 1] / (cells[0, 1] * cells[1, 0]), case["expected"]["odds_ratio"])


def test_margins_out_of_reach_give_no_weights(vector):
    case = vector("raking")["zero_cell_infeasible"]
    assert case["expected"]["status"] == "not_converged"
    with pytest.raises(CalibrationError, match='"row" and "column": contradict') as caught:
        raked_cells(case, margins_of(case))
    assert "row r0" in str(caught.value)
    assert "column c0" in str(caught.value)


def test_margins_of_two_totals_are_refused_and_taken_as_shares_give_the_worked_table(vector):
    case = vector("raking")["inconsistent_totals"]
    margins = margins_of(case)
    with pytest.raises(MarginError, match=r'"row" and margin "column": .* 30 and 25'):
        raked_cells(case, margins)
    as_shares = {
        name: {k: v / sum(figures.values()) for k, v in figures.items()} for name, figures in margins.items()
    }
    cells = raked_cells(case, as_shares)[1]
    close_in("raking")(cells / cells.sum(), case["expected"]["if_targets_rescaled_to_shares"]["cells"])


def test_a_target_without_people_and_people_without_target_are_refused(vector):
    case = vector("raking")["empty_target_category"]
    with pytest.raises(MarginError, match='margin "column": category c1 has no respondents'):
        raked_cells(case, margins_of(case))
    case = vector("raking")["category_not_in_targets"]["input"]
    people = pd.DataFrame({"sex": ["male", "female", case["respondent_category"]] * 20})
    with pytest.raises(MarginError, match='margin "sex": has no figure for unknown, which 20 people'):
        survey.rake(survey.from_frame(people), {"sex": case["targets"]})


def unknown_frame(case):
    given = case["input"]
    return pd.DataFrame({name: [None if c < 0 else f"c{c}" for c in given[name]] for name in ("sex", "edu")})


def test_a_fifth_unknown_is_refused_but_may_be_a_category_of_its_own(vector):
    case = vector("raking")["unknown_own_target"]
    frame = unknown_frame(case)
    margins = {n: {f"c{i}": v for i, v in enumerate(case["input"][f"{n}_targets"])} for n in ("sex", "edu")}
    with pytest.raises(MarginError, match=r'"sex": 20\.0% of the answers have no known sex'):
        survey.rake(survey.from_frame(frame), margins, bounds=UNBOUNDED)
    frame["sex"] = frame["sex"].fillna("c2")
    margins["sex"] = {f"c{i}": v for i, v in enumerate(case["expected"]["sex_targets_used"])}
    sample = survey.rake(survey.from_frame(frame), margins, bounds=UNBOUNDED)
    weights = person_weights(sample, frame, ["sex", "edu"])
    close = close_in("raking")
    close(weights / weights.sum(), case["expected"]["w"])


def test_shares_and_range_of_raked_weights(vector, optin60):
    expected, close = vector("raking")["optin60_sex_age_edu"]["expected"], close_in("raking")
    found = shares(optin60[1], "concerns", rules=ANYTHING).frame
    close(found["estimate"], [expected["shares"][option] for option in found["option"]])
    weight = optin60[1].weight
    close([weight.min(), weight.max()], [expected["w_min"], expected["w_max"]])


KISH = ["equal", "two_values", "one_big", "with_tiny", "single", "optin60_raked"]


@pytest.mark.parametrize("name", KISH)
def test_what_weights_cost(vector, name):
    case, close = vector("kish")[name], close_in("kish")
    w = case["input"].get("w") or vector("raking")["optin60_sex_age_edu"]["expected"]["w"]
    w, expected = np.array(w, dtype=float), case["expected"]
    summaries = [summarise(w, np.ones(len(w), dtype=np.int64))]
    # The same through a sample, where people of one weight are one record; a sample of one is refused.
    frame = pd.DataFrame({"w": w, "q": "yes"})
    if len(w) > 1:
        sample = survey.from_frame(frame, "w")
        assert len(sample.tally) == len(np.unique(w))
        close(sample.weight @ sample.tally.count, expected["sum"])
        summaries.append(sample.history.weighting)
    else:
        with pytest.raises(EstimateError, match="one row"):
            survey.from_frame(frame, "w")
    for summary in summaries:
        assert summary.n == expected["n"]
        close(summary.n_eff, expected["n_eff"])
        close(summary.n_eff / summary.n, expected["efficiency"])
        close(summary.design_effect, expected["deff"])
        close(summary.design_effect - 1, expected["cv2"])
        close([summary.smallest, summary.largest], [expected["min_over_mean"], expected["max_over_mean"]])
        assert summary.smallest <= summary.median <= summary.largest


def test_every_worked_set_of_weights_is_tried(vector):
    assert list(vector("kish")) == KISH


@pytest.mark.parametrize("name", ["equal", "two_values", "one_big", "with_tiny"])
def test_the_effective_number_at_everybody_is_that_of_kish(vector, name):
    """At 100 per cent a share has no variance of its own, and Kish's number stands in."""
    case, close = vector("kish")[name], close_in("kish")
    frame = pd.DataFrame({"w": case["input"]["w"], "q": "yes"})
    row = shares(survey.from_frame(frame, "w"), "q", rules=ANYTHING).frame.iloc[0]
    close([row["n"], row["n_eff"], row["deff"]], [case["expected"][k] for k in ("n", "n_eff", "deff")])


DESIGNS = {
    "srs": {},
    "strat": {"strata": "stratum"},
    "clus": {"clusters": "psu"},
    "sc3": {"strata": "stratum", "clusters": "psu"},
    "sc3f": {"strata": "stratum", "clusters": "psu", "fpc": "npsu"},
}


def design48(small, *, lonely_stratum=False, numbers=False, **design):
    """Return the designed sample; the options one question, or a number each."""
    frame = small["design48"]
    frame = frame if lonely_stratum else frame[frame["stratum"] < 4]
    return survey.from_frame(frame, "w", multiple=None if numbers else {"concerns": OPTIONS}, **design)


@pytest.mark.parametrize("name", DESIGNS)
def test_totals_errors_and_degrees_of_freedom_of_designs(vector, small, name):
    expected, close = vector("variance_taylor")[name]["expected"], close_in("variance_taylor")
    sample = design48(small, lonely_stratum=not name.startswith("sc3"), **DESIGNS[name])
    found = shares(sample, "concerns", variance="taylor", rules=ANYTHING).frame
    close(found["estimate"], expected["est"])
    close(found["std_error"], expected["se"])
    assert set(found["df"]) == {expected["df"]}
    price = totals(sample, "concerns", variance="taylor", rules=ANY_COUNT).rows(option="price").iloc[0]
    close([price["estimate"], price["std_error"]], [expected["total_price"], expected["se_total_price"]])


# R's "certainty" and "remove" are two names of adding nothing.
LONELY = {"remove": "remove", "certainty": "remove", "average": "average", "adjust": "adjust"}


@pytest.mark.parametrize("rule", LONELY)
def test_what_a_lonely_unit_adds(vector, small, rule):
    case, close = vector("variance_taylor")[f"lonely_{rule}"], close_in("variance_taylor")
    assert case["input"]["lonely_psu"] == rule
    sample = design48(small, lonely_stratum=True, lonely=LONELY[rule], **DESIGNS["sc3"])
    row = shares(sample, "concerns", rules=ANYTHING).rows(option="price").iloc[0]
    close([row["estimate"], row["std_error"]], [case["expected"]["est"], case["expected"]["se"]])
    assert row["df"] == case["expected"]["df"]


def first_two(frame):
    """Return coefficients of the share of "price" in the first district less that in the second."""
    sides = frame["group"].map({"c0": 1.0, "c1": -1.0, "c2": 0.0})
    return np.where(frame["option"] == "price", sides, 0.0)


def test_two_domains_against_each_other_and_their_degrees_of_freedom(vector, small):
    expected, close = vector("variance_taylor")["domains"]["expected"], close_in("variance_taylor")
    found = shares(design48(small, **DESIGNS["sc3"]), "concerns", by="district", rules=ANYTHING)
    price = found.frame["option"] == "price"
    assert found.frame.loc[price, "df"].tolist() == expected["df_by_domain"]
    difference = linear_combinations(found, {"c0 - c1": first_two(found.frame)}).frame.iloc[0]
    close([difference["estimate"], difference["std_error"]], expected["diff_0_1"])


def test_ratios_of_numbers_and_of_two_options(vector, small):
    sample, close = design48(small, numbers=True, **DESIGNS["sc3"]), close_in("variance_taylor")
    expected = vector("variance_taylor")["ratio_hours_quality"]["expected"]
    row = ratios(sample, "hours", "quality", rules=ANY_NUMBER).frame.iloc[0]
    close([row["estimate"], row["std_error"]], [expected["est"], expected["se"]])
    expected = vector("variance_taylor")["paired_options"]["expected"]
    row = ratios(sample, "price", "quality", rules=ANY_NUMBER).frame.iloc[0]
    close([row["estimate"], row["std_error"]], [expected["ratio"], expected["se_ratio"]])
    # The same from the joint covariance of the two means.
    pair = means(sample, ["price", "quality"], rules=ANY_NUMBER)
    row = delta_method(pair, {"price / quality": lambda e: e[0] / e[1]}).frame.iloc[0]
    close([row["estimate"], row["std_error"]], [expected["ratio"], expected["se_ratio"]])


def test_a_difference_of_options_needs_their_covariance(vector, small):
    expected, close = vector("variance_taylor")["paired_options"]["expected"], close_in("variance_taylor")
    found = shares(design48(small, **DESIGNS["sc3"]), "concerns", rules=ANYTHING)
    row = option_difference(found, "price", "quality").frame.iloc[0]
    close([row["estimate"], row["std_error"]], [expected["diff"], expected["se"]])
    apart = np.hypot(*found.frame.set_index("option").loc[["price", "quality"], "std_error"])
    close(apart, expected["se_if_treated_as_independent"])
    assert row["std_error"] > 1.3 * apart


def test_the_design_effect_of_a_share(vector, small):
    expected, close = vector("variance_taylor")["deff"]["expected"], close_in("variance_taylor")
    row = shares(design48(small, **DESIGNS["sc3"]), "concerns", rules=ANYTHING).rows(option="price").iloc[0]
    close(row["deff"], expected["deff_binomial_n"])
    close(row["n"] / row["n_eff"], expected["deff_binomial_n"])
    close(row["deff"] * (row["n"] - 1) / row["n"], expected["deff_replace_n_minus_1"])
    population = small["design48"].query("stratum < 4")["w"].sum()
    fraction = row["n"] / population
    close(row["deff"] * (row["n"] - 1) / row["n"] / (1 - fraction), expected["r_deff_true"])


@pytest.mark.parametrize("weighting", ["unweighted", "raked"])
def test_bases_of_a_question_with_several_answers(vector, small, weighting):
    """Ticks of those who answered, ticks of everybody, and all that follows from them."""
    expected = vector("multi_response")["optin60_bases"]["expected"][weighting]
    close = close_in("multi_response")
    frame = small["optin60"].drop(columns="id").astype(dict.fromkeys([*OPTIONS, "answered"], float))
    for option in OPTIONS:
        frame[f"all {option}"] = np.where(frame["answered"] == 1, frame[option], 0.0)
        frame[option] = frame[option].where(frame["answered"] == 1)
        frame[f"number {option}"] = frame[option]
    frame["ticks"] = frame[OPTIONS].sum(axis=1, skipna=False)
    sample = survey.from_frame(frame, multiple={"concerns": OPTIONS})
    if weighting == "raked":
        margins = {name: small["targets"][name] for name in ("sex", "age", "edu")}
        sample = survey.rake(sample, margins, bounds=UNBOUNDED)
    plain = {"variance": "taylor", "rules": ANY_NUMBER}
    found = shares(sample, "concerns", variance="taylor", rules=ANYTHING)
    assert set(found.frame["n"]) == {expected["n_answered"]}
    for row in found.frame.to_dict("records"):
        option = row["option"]
        close(
            [row["estimate"], row["std_error"]], [expected[option]["base_answered"], expected[option]["se"]]
        )
        close(means(sample, f"all {option}", **plain).frame["estimate"], expected[option]["base_all"])
        mentions = ratios(sample, f"number {option}", "ticks", **plain).frame["estimate"]
        close(mentions, expected["share_of_mentions"][option])
    close(means(sample, "answered", **plain).frame["estimate"], expected["item_response_rate_weighted"])
    close(means(sample, "ticks", **plain).frame["estimate"], expected["mean_options_ticked"])
    pair, of_pair = (
        option_difference(found, "price", "quality").frame.iloc[0],
        expected["price_minus_quality"],
    )
    z = pair["estimate"] / pair["std_error"]
    close([pair["estimate"], pair["std_error"], z], [of_pair[k] for k in ("diff", "se", "z")])


def test_post_stratification_by_sex(vector, optin60):
    expected, close = (
        vector("calibration")["optin60_poststratified_by_sex"]["expected"],
        close_in("calibration"),
    )
    for method in (survey.rake, survey.calibrate):
        sample = method(optin60[0], {"sex": {"c0": 510, "c1": 490}})
        by_cell = dict(zip(sample.tally.codes["sex"], sample.weight, strict=True))
        close([by_cell[0], by_cell[1]], expected["w_by_cell"])
        row = shares(sample, "concerns", variance="taylor", rules=ANYTHING).rows(option="price").iloc[0]
        close([row["estimate"], row["std_error"]], [expected["price"], expected["se"]])


def test_two_raked_domains_against_each_other(vector, optin60):
    expected = vector("calibration")["optin60_raked_district_domains"]["expected"]
    close = close_in("calibration")
    found = shares(optin60[1], "concerns", by="district", variance="taylor", rules=ANYTHING)
    chosen = first_two(found.frame)
    row = linear_combinations(found, {"c0 - c1": chosen}).frame.iloc[0]
    close([row["estimate"], row["std_error"]], [expected["diff_0_1"], expected["se_diff_0_1"]])
    close(np.sqrt(chosen**2 @ found.frame["std_error"] ** 2), expected["se_diff_if_covariance_ignored"])


def replicated(frame, factors, **settings):
    names = [f"r{i}" for i in range(factors.shape[1])]
    wide = pd.concat([frame, pd.DataFrame(factors, columns=names, index=frame.index)], axis=1)
    return survey.from_replicates(
        wide, "w", replicates=names, method="bootstrap", content="factors", **settings
    )


def test_the_rescaled_bootstrap_about_the_estimate_and_about_its_mean(vector, small):
    case, close = vector("variance_replicate")["rao_wu_m_nh_minus_1"], close_in("variance_replicate")
    frame = small["design48"].query("stratum < 4")[["price", "stratum", "psu", "w"]].reset_index(drop=True)
    drawn = np.array([case["input"]["multiplicity_by_psu"][str(psu)] for psu in frame["psu"]])
    units = frame.groupby("stratum")["psu"].transform("nunique").to_numpy()
    factors = drawn * (units / (units - 1))[:, None]
    expected = case["expected"]
    about = means(replicated(frame, factors), "price", rules=ANY_NUMBER)
    close(about.frame["estimate"], expected["est"])
    close(about.covariance, [[expected["var_mse"]]])
    size = case["input"]["B"]
    centred = replicated(frame, factors, centre="replicates", scale=1 / (size - 1))
    close(means(centred, "price", rules=ANY_NUMBER).covariance, [[expected["var_centred"]]])
