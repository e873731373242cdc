"""Places at a fee: worked numbers, by hand, ranges and clear gaps, what is refused or withheld."""

from math import inf, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import TakeUp, demand, places, take_up
from analysis.estimates import make_estimates
from analysis.numeric.demand.planning_range import demanded
from survey.errors import EstimateError

EXACT = {"rel": 1e-12, "abs": 1e-12}


def table_of(shares, *, groups=("",), options=("1000",), covariance=None):
    """Return demand with these shares, None withheld, group by group."""
    keys = [(group, option) for group in groups for option in options]
    rows = [
        {
            "wave": "2026", "question": "fee", "option": option, "by": "district" if group else "",
            "group": group, "measure": "demand", "n": 400.0, "df": inf,
            "estimate": np.nan if share is None else share, "flag": "suppress" if share is None else "",
        }
        for (group, option), share in zip(keys, shares, strict=True)
    ]  # fmt: skip
    joint = np.zeros((len(rows), len(rows))) if covariance is None else np.array(covariance, dtype=float)
    return make_estimates(rows, joint, {})


def range_of(given):
    low, high = given if isinstance(given, list) else (given, given)
    return TakeUp(low, high, "worked numbers")


def value(table, measure, group=""):
    return table.rows(measure=measure, group=group)["estimate"].item()


@pytest.mark.parametrize("name", ["hand_1", "hand_2", "hand_4", "hand_5"])
def test_worked_by_hand(vector, name):
    case = vector("places")[name]
    asked, expected = case["input"], case["expected"]
    found = places(
        table_of([asked["share_at_fee"]]),
        children=asked["children"],
        take_up=range_of(asked["take_up"]),
        attendance=asked["attendance"],
        existing=asked["existing_places"],
    )
    for measure in ("expected_places", "gap", "short"):
        assert value(found, measure) == pytest.approx(expected[measure], **EXACT)
    assert value(found, "places_per_1000_children") == pytest.approx(expected["places_per_1000_children"])
    if expected["share_of_demand_met"] is None:
        assert found.rows(measure="demand_met")["note"].item() == "no_demand"
    else:
        assert value(found, "demand_met") == pytest.approx(expected["share_of_demand_met"], **EXACT)


def by_district(asked, shares):
    names = [district["name"] for district in asked["districts"]]
    of = {
        key: {district["name"]: district[key] for district in asked["districts"]}
        for key in ("children", "existing_places")
    }
    return places(
        table_of(shares, groups=names),
        children=of["children"],
        existing=of["existing_places"],
        take_up=range_of(asked["take_up"]),
    )


def test_a_worked_table_adds_shortages_apart_from_surpluses(vector):
    case = vector("places")["table_takeup_0.45"]
    found = by_district(case["input"], [d["share_at_fee"] for d in case["input"]["districts"]])
    of_groups = found.rows(measure="expected_places").iloc[:-1]
    assert of_groups["estimate"].to_numpy() == pytest.approx(case["expected"]["expected_places"], **EXACT)
    assert value(found, "expected_places") == pytest.approx(case["expected"]["total_expected"], **EXACT)
    assert value(found, "gap") == pytest.approx(case["expected"]["net_gap"], rel=1e-10)
    for measure in ("sum_of_shortages", "sum_of_surpluses"):
        assert value(found, measure) == pytest.approx(case["expected"][measure], **EXACT)


@pytest.mark.parametrize(
    ("name", "note"), [("refuse_children_unknown", "children_unknown"), ("refuse_withheld", "share_withheld")]
)
def test_what_is_unknown_of_one_district_is_unknown_of_all_together(vector, name, note):
    case = vector("places")[name]
    found = by_district(case["input"], [district["share"] for district in case["input"]["districts"]])
    expected = [np.nan if v is None else v for v in case["expected"]["expected_places"]]
    rows = found.rows(measure="expected_places")
    assert rows["estimate"].to_numpy() == pytest.approx([*expected, np.nan], nan_ok=True, **EXACT)
    assert rows["note"].tolist() == ["", note, "", note]
    for group in ("", "B"):
        rows = found.rows(group=group)
        assert rows["estimate"][rows["method"] != "given"].isna().all()


def test_each_district_at_its_own_fee(vector):
    case = vector("places")["own_fee"]
    districts = case["input"]["districts"]
    fees = list(districts[0]["S"])
    names = [district["name"] for district in districts]
    found = places(
        table_of([d["S"][fee] for d in districts for fee in fees], groups=names, options=fees),
        children={d["name"]: d["children"] for d in districts},
        existing={d["name"]: d["existing_places"] for d in districts},
        take_up=range_of(case["input"]["take_up"]),
        fees={d["name"]: d["fee"] for d in districts},
    )
    assert set(found.frame["option"]) == {"own fee"}
    for measure in ("expected_places", "gap"):
        by_group = [value(found, measure, name) for name in names]
        assert by_group == pytest.approx(case["expected"][measure], **EXACT)


@pytest.mark.parametrize("name", ["delta_1", "delta_2", "delta_3"])
def test_worked_errors(vector, name):
    case = vector("places")[name]
    asked, expected = case["input"], case["expected"]
    half = asked["se_take_up"] * sqrt(12) / 2
    row = places(
        table_of([asked["share"]], covariance=[[asked["se_share"] ** 2]]),
        children=asked["children"],
        children_error=asked["se_children"],
        take_up=TakeUp(asked["take_up"] - half, asked["take_up"] + half, "worked numbers"),
    ).rows(measure="expected_places")
    assert row["estimate"].item() == pytest.approx(expected["expected"], **EXACT)
    assert row["std_error"].item() == pytest.approx(expected["se_delta"], rel=1e-9)
    assert row[["conf_low", "conf_high"]].iloc[0].tolist() == pytest.approx(expected["ci_delta"], rel=1e-9)


def test_the_total_takes_the_joint_covariance(vector):
    case = vector("places")["total_covariance_0.45"]
    asked, expected = case["input"], case["expected"]
    found = places(
        table_of(asked["share"], groups="abc", covariance=asked["cov"]),
        children=dict(zip("abc", asked["children"], strict=True)),
        take_up=range_of(asked["take_up"]),
    )
    total = found.rows(measure="expected_places", group="")
    assert total["estimate"].item() == pytest.approx(expected["total"], **EXACT)
    assert total["std_error"].item() == pytest.approx(expected["se"], rel=1e-10)


def test_answers_with_a_take_up_of_their_own(vector):
    case = vector("places")["two_classes_covariance"]
    asked, expected = case["input"], case["expected"]
    apart = table_of(
        asked["share_yes_depends"], options=("yes@1000", "depends@1000"), covariance=asked["cov"]
    )
    ranges = dict(zip(("yes", "depends"), map(range_of, asked["take_up"]), strict=True))
    row = places(apart, children=asked["children"], take_up=ranges).rows(measure="expected_places")
    assert row["estimate"].item() == pytest.approx(expected["expected"], **EXACT)
    assert row["std_error"].item() == pytest.approx(expected["se"], rel=1e-10)
    assert row["option"].item() == "1000"
    with pytest.raises(EstimateError, match="give a range for each of yes, depends"):
        places(apart, children=1000, take_up=range_of(0.5))


@pytest.mark.parametrize("k", [1, 3, 4, 5, 7])
def test_worked_planning_ranges(vector, k):
    case = vector("places")[f"planning_range_{k}"]
    asked, expected = case["input"], case["expected"]
    found = places(
        table_of([asked["share"]], covariance=[[asked["se_share"] ** 2]]),
        children=asked["children"],
        children_error=asked["se_children"],
        take_up=range_of(asked["take_up"]),
        existing=asked["existing_places"],
        costs=(asked["cost_child_turned_away"], asked["cost_empty_place"]),
    )
    worked = {
        **dict(zip(("places_q10", "places_q50", "places_q90"), expected["q10_50_90"], strict=True)),
        "places_at_low_take_up": expected["at_low_take_up"],
        "places_at_high_take_up": expected["at_high_take_up"],
        "places_by_cost": expected["newsvendor_places"],
        "places_to_add": expected["places_to_add"],
        "chance_short": expected["chance_demand_above_existing"],
        "children_without_place": expected["expected_children_turned_away"],
    }
    for measure, number in worked.items():
        assert value(found, measure) == pytest.approx(number, rel=1e-6, abs=1e-6), measure


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0.02, 0.98), st.floats(0.001, 0.1), st.floats(0.0, 0.9), st.floats(0.0, 0.1), st.floats(10, 1e5)
)
def test_quantiles_are_where_the_chance_is(share, error, low, spread, children):
    made = demanded(np.array([share]), np.array([[error**2]]), np.array([[low, low + spread]]), children, 0.0)
    x = [made.quantile(rate) for rate in (0.1, 0.5, 0.9)]
    assert x == sorted(x)
    if low > 0:
        assert [made.below(v) for v in x] == pytest.approx([0.1, 0.5, 0.9], abs=1e-6)
        assert 0 <= x[0] <= x[2] <= children * (low + spread)


def test_a_gap_is_clear_where_every_take_up_and_the_interval_say_so():
    def note(existing, error=0.02, groups=("a", "b")):
        found = places(
            table_of([0.4] * len(groups), groups=groups, covariance=np.eye(len(groups)) * error**2),
            children=dict.fromkeys(groups, 1000),
            take_up=TakeUp(0.3, 0.6, "an example"),
            existing=dict.fromkeys(groups, existing),
        )
        return found.rows(measure="gap", group="a")["note"].item()

    # 120 at the lowest take-up, 240 at the highest; ± 12 % of the share at 97.5 %.
    assert note(100) == "clear_shortage"
    assert note(110) == ""
    assert note(200) == ""
    assert note(270) == "clear_surplus"
    assert note(107, groups=("a",)) == "clear_shortage"
    assert note(107, groups=tuple("abcdefgh")) == ""
    assert note(107, groups=("a",), error=0.05) == ""


def test_places_of_a_survey_are_of_its_demand_table():
    rng = np.random.default_rng(5)
    willing = rng.random(600) < 0.5
    fee = np.where(willing, rng.choice([800, 1200, 1500], 600), np.nan)
    frame = pd.DataFrame({"intent": np.where(willing, "yes", "no"), "fee": fee, "district": ["a", "b"] * 300})
    curve = demand(
        survey.from_frame(frame), intent="intent", willing="yes", fee="fee", at=[1200], by="district"
    )
    found = places(curve, children={"a": 1000, "b": 3000}, take_up=TakeUp(0.5, 0.5, "an example"))
    shares = curve.frame["estimate"].to_numpy()
    assert value(found, "expected_places") == pytest.approx(500 * shares[0] + 1500 * shares[1])
    assert found.rows(group="a")["n"].unique().tolist() == [300.0]


def test_take_up_of_an_earlier_answer():
    frame = pd.DataFrame({"then": ["yes"] * 100 + ["no"] * 100, "now": ["yes"] * 30 + ["no"] * 170})
    table = take_up(survey.from_frame(frame), intent="then", used="now").frame
    assert table["option"].tolist() == ["no", "yes"]
    assert table["estimate"].tolist() == pytest.approx([0.0, 0.3])
    assert set(table["measure"]) == {"take_up"}
    with pytest.raises(EstimateError, match="is no answer to now"):
        take_up(survey.from_frame(frame), intent="then", used="now", yes="ja")


@pytest.mark.parametrize("ends", [(0.5, 1.1), (-0.1, 0.5), (0.6, 0.5), (None, 0.5), (True, 1), (np.nan, 1.0)])
def test_what_is_no_range(ends):
    with pytest.raises(EstimateError, match="take-up"):
        TakeUp(*ends, "worked numbers")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"children": -5}, "is -5"),
        ({"children": inf}, "is inf"),
        ({"children": {"x": 5}}, 'children of "x": is no group'),
        ({"existing": -1}, "is -1"),
        ({"take_up": None}, "stated intent is not use"),
        ({"take_up": 0.5}, "take-up"),
        ({"take_up": {"": 0.5}}, "is no TakeUp"),
        ({"fees": {"": 9000}}, r"fee 9000: is not in the demand \(1000\)"),
        ({"fees": {}}, "is not given"),
        ({"attendance": 1.5}, "attendance=1.5"),
        ({"quantiles": (0, 1)}, "not between 0 and 1"),
        ({"costs": (0, 0)}, "costs"),
        ({"costs": (-1, 2)}, "costs"),
    ],
)
def test_refused(changed, words):
    call = {"children": 1000, "take_up": range_of(0.5), "existing": 100}
    with pytest.raises(EstimateError, match=words):
        places(table_of([0.4]), **(call | changed))
    with pytest.raises(EstimateError, match="no source"):
        TakeUp(0.2, 0.4, " ")


def test_no_demand_no_places():
    with pytest.raises(EstimateError, match="outside 0 to 1"):
        places(table_of([1.2]), children=1000, take_up=range_of(0.5))
    with pytest.raises(EstimateError, match="one number for 2 groups"):
        places(table_of([0.4, 0.4], groups="ab"), children=1000, take_up=range_of(0.5))
    table = table_of([0.4])
    table.frame["measure"] = "share"
    with pytest.raises(EstimateError, match="found no demand"):
        places(table, children=1000, take_up=range_of(0.5))
    nobody = places(table_of([0.4]), children=0, take_up=range_of(0.5), existing=100)
    assert value(nobody, "expected_places") == 0
    assert value(nobody, "gap") == -100
    assert nobody.rows(measure="demand_met")["note"].item() == "no_demand"
