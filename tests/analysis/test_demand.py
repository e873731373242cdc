"""Demand at a fee: worked numbers, cases by hand, properties, what is refused or withheld."""

import numpy as np
import pandas as pd
import pytest
from fees import answers_of, clustered, raked
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import (
    Estimates,
    demand,
    demand_from_chances,
    elasticity,
    fee_heaps,
    read_estimates,
    shares,
)
from survey.errors import EstimateError

SETS = {(0,): "yes", (0, 1): ("yes", "depends")}
DESIGNS = {"optin400": raked, "strat24": clustered}
CURVES = [
    f"{name}_{who}_{how}"
    for name, districts in (("optin400", 5), ("strat24", 3))
    for who in ("yes", "yes_or_depends")
    for how in (
        *("class_all", "lower_all", "upper_all"),
        *(f"class_district={d}" for d in range(districts)),
    )
]


def small(intents, fees, **columns):
    return survey.from_frame(pd.DataFrame({"intent": intents, "fee": fees, **columns}))


def near(expected):
    return pytest.approx(np.asarray(expected, dtype=float), rel=1e-8, abs=1e-11)


@pytest.fixture(scope="module")
def samples():
    return {name: design() for name, design in DESIGNS.items()}


@pytest.mark.parametrize("name", CURVES)
def test_worked_curves(vector, samples, name):
    case = vector("demand")[name]
    asked, expected = case["input"], case["expected"]
    district = asked["domain"].partition("=")[2]
    call = {"intent": "intent", "willing": SETS[tuple(asked["set"])], "fee": "fee", "at": asked["fees"]}
    call |= {"silent": asked["silent"], "by": "district" if district else None, "rules": ANYTHING}
    sample = samples[name.split("_")[0]]
    table = demand(sample, **call, interval="wilson", variance="taylor")
    rows = np.flatnonzero(table.frame["group"] == (f"c{district}" if district else ""))
    frame = table.frame.iloc[rows]
    assert frame["estimate"].to_numpy() == near(expected["S"])
    assert frame["std_error"].to_numpy() == near(expected["se"])
    assert frame[["conf_low", "conf_high"]].to_numpy() == near(expected["wilson"])
    assert set(frame["df"]) == {expected["df"]}
    assert set(frame["n"]) == {expected["n_base"]}
    if "cov" in expected:
        assert table.covariance[np.ix_(rows, rows)] == near(expected["cov"])
    if "band" in expected:
        assert frame[["band_low", "band_high"]].to_numpy() == near(expected["band"]["monotone"])
    if expected["se_leverage"] is not None:
        default = demand(sample, **call).frame.iloc[rows]
        assert default["std_error"].to_numpy() == near(expected["se_leverage"])
    quiet = expected["share_silent_of_willing"]
    assert set(frame["note"] == "silent") == {asked["silent"] == "class" and quiet > 0.1}


def test_worked_elasticities(vector, samples):
    case = vector("demand")["optin400_yes_class_all"]
    steps = case["expected"]["elasticity"]
    table = demand(
        samples["optin400"], intent="intent", willing="yes", fee="fee", at=case["input"]["fees"],
        rules=ANYTHING, variance="taylor",
    )  # fmt: skip
    found = elasticity(table, [(step["from"], step["to"]) for step in steps]).frame
    assert found["estimate"].to_numpy() == near([step["elasticity"] for step in steps])
    assert found["std_error"].to_numpy() == near([step["se"] for step in steps])
    assert found[["conf_low", "conf_high"]].to_numpy() == near([step["ci"] for step in steps])
    assert found["option"].tolist() == [f"{step['from']} - {step['to']}" for step in steps]
    assert set(found["flag"]) == {"caution"}


def test_a_curve_by_hand():
    # Of 100: 40 say yes, half of them naming 1,000 and a quarter 2,000; a quarter name none.
    sample = small(["yes"] * 40 + ["no"] * 60, [1000] * 20 + [2000] * 10 + [None] * 70)
    call = {"intent": "intent", "willing": "yes", "fee": "fee", "at": [1000, 1001, 2000]}
    by_class = demand(sample, **call).frame
    assert by_class["estimate"].tolist() == pytest.approx([0.4, 0.4 / 3, 0.4 / 3])
    assert set(by_class["note"]) == {"silent"}
    assert demand(sample, **call, silent="lower").frame["estimate"].tolist() == pytest.approx([0.3, 0.1, 0.1])
    assert demand(sample, **call, silent="upper").frame["estimate"].tolist() == pytest.approx([0.4, 0.2, 0.2])


def test_with_nobody_silent_it_is_the_share_of_those_who_would_pay():
    frame = answers_of("optin400")
    frame = frame[(frame["intent"] == "no") | frame["fee"].notna()]
    pays = np.where((frame["intent"] != "no") & (frame["fee"] >= 1500), "pays", "not")
    sample = survey.from_frame(frame[["intent", "fee"]].assign(pays=pays))
    found = demand(sample, intent="intent", willing=("yes", "depends"), fee="fee", at=[1500]).frame
    share = shares(sample, "pays").rows(option="pays")
    for column in ("estimate", "std_error", "conf_low", "conf_high", "n_eff"):
        assert found[column].item() == pytest.approx(share[column].item(), rel=1e-10)


def test_worked_heaps(vector, samples):
    expected = vector("demand")["optin400_heaping"]["expected"]
    call = {"intent": "intent", "willing": ("yes", "depends"), "fee": "fee", "rules": ANYTHING}
    found = fee_heaps(samples["optin400"], at=[1000, 1500, 2000, 3000], **call)
    for amount, share in expected["share_multiple_of"].items():
        assert found.rows(measure="share_round", option=amount)["estimate"].item() == near(share)
    for fee, step in expected["steps"].items():
        assert found.rows(measure="demand_at_exactly", option=fee)["estimate"].item() == near(step["mass"])
    at, above = demand(samples["optin400"], at=[1000, 1000.01], silent="lower", **call).frame["estimate"]
    assert at - above == near(expected["steps"]["1000"]["mass"])


def test_curves_of_answers_apart_add_up(samples):
    call = {"intent": "intent", "fee": "fee", "at": [800, 1500], "by": "district", "rules": ANYTHING}
    both = demand(samples["optin400"], willing=("yes", "depends"), **call)
    apart = demand(samples["optin400"], willing=("yes", "depends"), apart=True, **call)
    assert apart.frame["option"].iloc[:4].tolist() == ["yes@800", "yes@1500", "depends@800", "depends@1500"]
    added = np.kron(np.eye(5), np.kron(np.ones((1, 2)), np.eye(2)))
    assert added @ apart.frame["estimate"].to_numpy() == pytest.approx(both.frame["estimate"].to_numpy())
    assert added @ apart.covariance @ added.T == pytest.approx(both.covariance, abs=1e-15)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["yes", "no"]), st.integers(1, 30)), min_size=8, max_size=60))
def test_a_curve_never_rises_and_its_band_holds_it(people):
    people += [("yes", 30), ("no", 1)]
    sample = small([a for a, _ in people], [100.0 * fee if a == "yes" else None for a, fee in people])
    at = [100.0, 500.0, 1000.0, 2000.0, 3000.0]
    frame = demand(sample, intent="intent", willing="yes", fee="fee", at=at, rules=ANYTHING).frame
    for column, sense in (("estimate", -1), ("band_low", -1), ("band_high", -1)):
        assert (sense * np.diff(frame[column]) >= -1e-12).all()
    assert (frame["band_low"] <= frame["estimate"] + 1e-12).all()
    assert (frame["band_high"] >= frame["estimate"] - 1e-12).all()
    wider = demand(
        sample, intent="intent", willing="yes", fee="fee", at=at, rules=ANYTHING, band="bonferroni"
    )
    assert (wider.frame["band_high"] >= frame["band_high"] - 1e-12).all()


def test_above_30_percent_silent_only_bounds_are_given():
    sample = small(["yes"] * 100 + ["no"] * 100, [1000] * 66 + [None] * 134)
    call = {"intent": "intent", "willing": "yes", "fee": "fee", "at": [1000]}
    row = demand(sample, **call).frame.iloc[0]
    assert (row["flag"], row["note"]) == ("suppress", "bounds_only")
    assert row[["estimate", "band_low", "band_high"]].isna().all()
    bounds = [demand(sample, **call, silent=how).frame["estimate"].item() for how in ("lower", "upper")]
    assert bounds == pytest.approx([0.33, 0.5])


def test_replicates_compute_the_curve_again():
    frame = answers_of("optin400")[["intent", "fee"]]
    drawn = survey.make_replicates(survey.from_frame(frame), "jk1")
    call = {"intent": "intent", "willing": ("yes", "depends"), "fee": "fee", "at": [800, 1500]}
    linear = demand(survey.from_frame(frame), **call).frame["std_error"]
    assert demand(drawn, **call).frame["std_error"].to_numpy() == pytest.approx(linear.to_numpy(), rel=0.01)


def test_a_table_with_a_band_is_read_as_it_was_written(tmp_path, samples):
    table = demand(samples["optin400"], intent="intent", willing="yes", fee="fee", at=[800, 1500])
    table.to_csv(tmp_path / "demand.csv")
    pd.testing.assert_frame_equal(read_estimates(tmp_path / "demand.csv").frame, table.frame)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"at": [9000]}, "at=9000: is above the largest fee named, 2000"),
        ({"at": [1000, 800]}, "not fees in rising order"),
        ({"at": [0]}, "no fees above 0"),
        ({"at": []}, "no fees above 0"),
        ({"willing": "perhaps"}, 'willing="perhaps": is none of no, yes'),
        ({"willing": ("yes", "yes")}, "names 2 answers"),
        ({"willing": ("yes", "no")}, "the share of everybody is unknown"),
        ({"fee": "intent"}, "not of kind number"),
        ({"intent": "fee"}, "has no options"),
        ({"silent": "drop"}, "silent"),
        ({"band": "sup_t"}, "band"),
    ],
)
def test_refused(changed, words):
    sample = small(["yes"] * 40 + ["no"] * 60, [1000] * 20 + [2000] * 20 + [None] * 60)
    call = {"intent": "intent", "willing": "yes", "fee": "fee", "at": [1000]}
    with pytest.raises(EstimateError, match=words):
        demand(sample, **(call | changed))


def test_a_file_of_those_asked_alone_has_no_share_of_everybody():
    sample = small(["yes", "depends"] * 50, [1000, 2000] * 50)
    with pytest.raises(EstimateError, match="not only those asked for a fee"):
        demand(sample, intent="intent", willing=("yes", "depends"), fee="fee", at=[1000])


def test_elasticity_of_what_is_withheld_or_nobody_pays_is_withheld():
    intents, fees = ["yes"] * 100 + ["no"] * 100, [1000] * 50 + [1500] * 50 + [None] * 100
    sample = small(intents, fees, place=["a", "b"] * 50 + ["a", "b"] * 50)
    # Everybody of place a named at most 1,000.
    frame = pd.DataFrame({"intent": intents, "place": ["a"] * 50 + ["b"] * 50 + ["a", "b"] * 50, "fee": fees})
    table = demand(
        survey.from_frame(frame), intent="intent", willing="yes", fee="fee", at=[1000, 1500], by="place"
    )
    found = elasticity(table, [(1000, 1500)]).frame
    assert found["note"].tolist() == ["nobody", "wide_interval"]
    assert found["estimate"].isna().tolist() == [True, False]
    whole = demand(sample, intent="intent", willing="yes", fee="fee", at=[1000, 1500])
    hidden = Estimates(whole.frame.assign(flag="suppress"), whole.joint)
    assert elasticity(hidden, [(1000, 1500)]).frame["note"].item() == "share_withheld"
    for between, words in (([(1500, 1000)], "rising order"), ([(1000, 1400)], "not in the demand")):
        with pytest.raises(EstimateError, match=words):
            elasticity(whole, between)
    with pytest.raises(EstimateError, match="no demand with its covariance"):
        elasticity(Estimates(whole.frame), [(1000, 1500)])


def test_chances_are_probabilities_of_use():
    # Weights 1, 2, 1 and chances 10, 5, 0: half.
    frame = pd.DataFrame({"chance": [10, 5, 0] * 50, "w": [1, 2, 1] * 50, "fee": [1000, 2000, None] * 50})
    sample = survey.from_frame(frame, "w")
    assert demand_from_chances(sample, chance="chance").frame["estimate"].item() == pytest.approx(0.5)
    curve = demand_from_chances(sample, chance="chance", fee="fee", at=[1000, 2000]).frame
    assert curve["estimate"].tolist() == pytest.approx([0.5, 0.25])
    with pytest.raises(EstimateError, match="holds 11; give chances of 0 to 10"):
        demand_from_chances(survey.from_frame(frame.assign(chance=11)), chance="chance")
    with pytest.raises(EstimateError, match="go together"):
        demand_from_chances(sample, chance="chance", fee="fee")
