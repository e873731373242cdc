"""All reference answers for volunteers beside a random sample, met through the public calls."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis
import survey

FOLDER = Path(__file__).parents[1] / "vectors" / "nonprob"
STORED = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
TEXTS = dict.fromkeys(("district", "edu", "kids", "stype", "size", "nace", "region"), str)
FAMILY = {"binomial": "logistic", "gaussian": "linear"}
FIT = {"mle": "pseudo_likelihood", "gee": "calibrated"}
COLUMNS = {
    "std_error": "std_error",
    "conf_low": "conf_low",
    "conf_high": "conf_high",
    "se_opt_in": "se_volunteers",
    "se_reference": "se_reference",
    "std_error_stacked": "std_error_stacked",
    "z": "statistic",
    "p_value": "p_value",
    "bias_squared": "bias_squared",
    "weight_opt_in": "weight_volunteers",
}
# Of these the scale is their own, not that of the estimate.
OWN_SCALE = ("z", "p_value", "bias_squared", "weight_opt_in")


@pytest.fixture(scope="module")
def pairs():
    """The volunteers and the random sample of each pair."""
    found = {}
    for name, pair in STORED["pairs"].items():
        link, drawn = (
            pd.read_csv(FOLDER / f"{name}_{part}.csv.gz", dtype=TEXTS) for part in ("optin", "reference")
        )
        design = pair["design"]
        found[name] = (
            survey.from_frame(link),
            survey.reference(
                drawn,
                weight=design["weights"],
                strata=design.get("strata"),
                clusters=design.get("psu"),
                fpc=design.get("fpc"),
            ),
        )
    return found


def names(terms):
    return [term.strip() for term in terms.split("+")]


def arguments_of(asked, known):
    """What `blend` takes for the arguments of a case."""
    kind, size = asked.get("statistic", "mean"), asked.get("pop_size", "own")
    given = {"measure": "mean" if kind == "mean" else "total"}
    given["size"] = known if "known" in (size, kind.removeprefix("total_")) else size
    if "domain" in asked:
        given["by"] = asked["domain"][0]
    if asked["method"] == "ipw":
        method = "ipw" if asked["propensity"] == "mle" else "ipw_calibrated"
        return given | {"method": method, "covariates": names(asked["selection"])}
    answers = names(asked["outcome_model"])
    if asked["method"] == "nn":
        return given | {"method": "nearest_neighbour", "covariates": answers, "neighbours": asked["k"]}
    given["family"] = FAMILY[asked["family"]]
    if asked["method"] == "mi":
        return given | {"method": "mass_imputation", "covariates": answers}
    joining = {"joining": FIT[asked["propensity"]], "covariates": names(asked["selection"])}
    return given | joining | {"method": "doubly_robust", "outcome_covariates": answers}


def table_of(asked, link, drawn, known):
    y = asked["y"]
    if asked["method"] == "opt_in_mean":
        return analysis.means(link, y)
    if asked["method"] == "reference_mean":
        return analysis.means(drawn, y, by=asked.get("domain", [None])[0])
    if asked["method"] not in ("bias", "composite"):
        return analysis.blend(link, drawn, y, **arguments_of(asked, known))
    call = analysis.reference_bias if asked["method"] == "bias" else analysis.composite
    if asked["kind"] == "raw":
        return call(link, drawn, y)
    given = {"covariates": names(asked["selection"])}
    if "outcome_model" in asked:
        given |= {"outcome_covariates": names(asked["outcome_model"]), "family": FAMILY[asked["family"]]}
    adjustment = "ipw" if asked["kind"].startswith("ipw") else "doubly_robust"
    return call(link, drawn, y, adjustment=adjustment, **given)


@pytest.mark.parametrize("case", STORED["cases"], ids=lambda case: case["id"])
def test_every_reference_answer(pairs, case):
    asked, tolerance = case["arguments"], case["tolerance"]
    frame = table_of(asked, *pairs[case["pair"]], STORED["pairs"][case["pair"]]["N"]).frame
    row = frame[frame["group"] == asked["domain"][1]].iloc[0] if "domain" in asked else frame.iloc[0]
    scale = max(abs(case["estimate"]), case["std_error"])
    assert row["estimate"] == pytest.approx(case["estimate"], rel=0, abs=tolerance["estimate"] * scale)
    plain = asked["method"] in ("opt_in_mean", "reference_mean")  # whose intervals here are t intervals
    for key, column in COLUMNS.items():
        if key in case and (key == "std_error" or not plain):
            size = max(abs(case[key]), 1e-3) if key in OWN_SCALE else scale
            assert row[column] == pytest.approx(case[key], rel=0, abs=tolerance["std_error"] * size), key


def test_largest_weights(pairs):
    cases = [c for c in STORED["cases"] if c["id"].endswith((".send.mle.own", ".high.mle.own"))]
    assert len(cases) >= 4
    for case in cases:
        table = analysis.balance(*pairs[case["pair"]], names(case["arguments"]["selection"]))
        largest = float(table.rows(measure="largest_weight")["estimate"].iloc[0])
        assert largest == pytest.approx(case["largest_weight"], rel=1e-6)


def test_only_the_bias_tells_that_the_driver_is_missing(pairs):
    """Where joining follows the answer by way of a covariate left out, every interval misses the truth."""
    link, drawn = pairs["driver"]
    covariates = ["district", "edu", "age", "kids"]
    truth = 0.5752666666666667
    without = [
        analysis.blend(link, drawn, "send", covariates=covariates, method=method).frame.iloc[0]
        for method in ("ipw", "ipw_calibrated", "mass_imputation", "doubly_robust")
    ]
    assert all(row["conf_low"] > truth for row in without)
    bias = analysis.reference_bias(link, drawn, "send", adjustment="ipw", covariates=covariates).frame
    assert float(bias["p_value"].iloc[0]) < 0.01
    mended = analysis.blend(link, drawn, "send", covariates=[*covariates, "works"]).frame.iloc[0]
    assert mended["conf_low"] < truth < mended["conf_high"]
    assert np.isfinite(mended["se_reference"])
