"""Weights go back to the rows of the file; who counts for nothing stays in the design."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANY_NUMBER, ANYTHING

import survey
from analysis import means, regression, shares

UNBOUNDED = (0.0, np.inf)
CITY = {"sex": {"f": 0.55, "m": 0.45}, "age": {"young": 0.3, "middle": 0.3, "old": 0.4}}


def people(n=300, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "city": rng.choice(["north", "south"], n, p=[0.6, 0.4]),
        "sex": rng.choice(["f", "m"], n),
        "age": rng.choice(["young", "middle", "old"], n),
        "use": rng.choice(["yes", "no"], n),
        "unit": rng.integers(0, 25, n),
    })  # fmt: skip
    frame.index = pd.Index(rng.permutation(n) + 7, name="person")
    # The south knows an age of its own, which the north's margins do not.
    frame.loc[(frame["city"] == "south") & (frame["age"] == "old"), "age"] = "unknown to the north"
    return frame


@settings(deadline=None, max_examples=20, derandomize=True)
@given(st.integers(0, 1_000), st.integers(40, 200))
def test_weights_stand_on_the_index_and_meet_the_margins(seed, n):
    frame = people(n, seed)[["sex", "use"]]
    weights = survey.weights(survey.rake(survey.from_frame(frame), {"sex": CITY["sex"]}, bounds=UNBOUNDED))
    assert weights.index.equals(frame.index)
    assert weights.groupby(frame["sex"]).sum().to_dict() == pytest.approx({"f": 0.55 * n, "m": 0.45 * n})


def test_weights_by_hand_through_every_step():
    frame = pd.DataFrame({"answered": ["yes", "no", "yes", "yes"], "sex": ["f", "f", "m", "m"]}, list("abcd"))
    sample = survey.adjust_nonresponse(survey.from_frame(frame), "answered", "yes", classes=["sex"])
    assert survey.weights(sample).to_dict() == {"a": 2.0, "b": 0.0, "c": 1.0, "d": 1.0}
    many = survey.from_frame(pd.concat([frame] * 30, ignore_index=True))
    sample = survey.adjust_nonresponse(many, "answered", "yes", classes=["sex"])
    again = survey.make_replicates(sample, "poisson", seed=1, replicates=50)
    assert survey.weights(again).tolist() == survey.weights(sample).tolist() == [2.0, 0.0, 1.0, 1.0] * 30


def test_balanced_replicates_keep_the_rows():
    frame = pd.DataFrame({"stratum": list("xxyyzz"), "sex": ["f", "m"] * 3, "w": np.arange(1.0, 7)})
    sample = survey.from_frame(frame, "w", strata="stratum")
    assert survey.weights(survey.make_replicates(sample, "brr")).tolist() == frame["w"].tolist()


def test_many_columns_give_the_same_rows_as_few():
    """Where there are too many combinations to count in a table, rows are grouped by sorting."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({f"q{i}": rng.integers(0, 9, 60).astype(str) for i in range(9)})
    frame["w"] = rng.uniform(1, 2, 60)
    np.testing.assert_allclose(survey.weights(survey.from_frame(frame, "w")), frame["w"])


@pytest.mark.parametrize("design", [{}, {"clusters": "unit"}, {"clusters": "unit", "df": "design"}])
def test_a_domain_raked_by_itself_has_the_weights_of_its_part(design):
    """The design keeps those outside, so that units without anybody of the domain still count."""
    frame = people()
    north = frame[frame["city"] == "north"]
    whole = survey.rake(survey.from_frame(frame, **design), CITY, domain={"city": "north"}, bounds=UNBOUNDED)
    part = survey.rake(survey.from_frame(north, **design), CITY, bounds=UNBOUNDED)
    assert whole.calibration is not None
    assert whole.calibration.gram is None  # no category of the south is shared out over those of the north
    weights = survey.weights(whole)
    assert (weights[frame["city"] == "south"] == 0).all()
    np.testing.assert_allclose(weights[north.index], survey.weights(part), rtol=1e-10)
    assert "among city = north" in str(whole.recipe)
    found, alone = (shares(sample, "use", variance="taylor").frame for sample in (whole, part))
    for name in ("estimate", "n"):
        np.testing.assert_allclose(found[name], alone[name], rtol=1e-10)
    assert set(shares(whole, "use", by="city").rows(group="south")["note"]) == {"no_answers"}
    if not design:  # n/(n - 1) with the n of the whole file
        n, m = len(frame), len(north)
        ratio = np.sqrt((n / (n - 1)) / (m / (m - 1)))
        np.testing.assert_allclose(found["std_error"], alone["std_error"] * ratio, rtol=1e-7)
    assert regression(whole, "use == 'yes' ~ sex").n == len(north)
    assert survey.run_recipe(whole.recipe, survey.from_frame(frame, **design)).scale == whole.scale


def test_a_domain_is_raked_again_in_every_replicate():
    sample = survey.from_frame(people(), clusters="unit")
    raked = survey.rake(sample, CITY, domain={"city": ["north"]}, bounds=UNBOUNDED)
    linear = shares(raked, "use").frame
    repeated = shares(survey.make_replicates(raked, "jk1"), "use").frame
    np.testing.assert_allclose(repeated["std_error"], linear["std_error"], rtol=0.05)
    replicates = survey.make_replicates(raked, "jk1").sampling.replicates
    assert replicates is not None
    assert replicates.failed == 0


def test_weights_of_0_are_not_trimmed_up():
    raked = survey.rake(survey.from_frame(people()), CITY, domain={"city": "north"}, bounds=UNBOUNDED)
    weights, before = survey.weights(survey.trim(raked, value=1.1, floor=0.2)), survey.weights(raked)
    assert (weights[before == 0] == 0).all()
    assert weights.sum() == pytest.approx(before.sum())


def test_a_unit_of_weight_0_stays_in_the_design():
    """By hand: two strata of three clusters, one of them without weight."""
    frame = pd.DataFrame({
        "stratum": list("aaabbb"), "unit": range(6), "w": [1.0, 1, 0, 1, 1, 1], "x": [1.0, 2, 50, 3, 5, 7]
    })  # fmt: skip
    row = means(survey.from_frame(frame, "w", strata="stratum", clusters="unit"), "x", rules=ANY_NUMBER)
    mean = (1 + 2 + 3 + 5 + 7) / 5
    z = frame["w"] * (frame["x"] - mean) / 5
    variance = sum(3 / 2 * ((part - part.mean()) ** 2).sum() for part in (z[:3], z[3:]))
    assert row.frame["estimate"].item() == pytest.approx(mean)
    assert row.frame["std_error"].item() == pytest.approx(np.sqrt(variance), rel=1e-12)
    assert row.frame["n"].item() == 5
    assert row.frame["df"].item() == 5 - 2


def test_degrees_of_freedom_of_the_design_count_every_unit():
    """R counts all units of the design, whoever answered: degf() of a subset made inside svymean."""
    frame = people().assign(few=np.where(np.arange(300) < 60, "in", "out"))
    frame["unit"] = np.arange(300) // 12
    found = {
        df: shares(survey.from_frame(frame, clusters="unit", df=df), "use", by="few", rules=ANYTHING).frame
        for df in ("answers", "design")
    }
    assert set(found["answers"].loc[found["answers"]["group"] == "in", "df"]) == {4}
    assert set(found["design"]["df"]) == {24}
    np.testing.assert_array_equal(found["answers"]["std_error"], found["design"]["std_error"])


def test_a_target_of_0_for_nobody_changes_nothing():
    frame = people()[["sex", "use"]]
    plain = survey.rake(survey.from_frame(frame), {"sex": {"f": 110, "m": 90}})
    more = survey.rake(survey.from_frame(frame), {"sex": {"f": 110, "m": 90, "other": 0}})
    np.testing.assert_array_equal(plain.weight, more.weight)
    assert shares(plain, "use").frame.equals(shares(more, "use").frame)
    neighbours = survey.rake(
        survey.from_frame(frame), {"sex": {"f": 110, "m": 90, "other": 0}}, collapse={"sex": "neighbours"}
    )
    np.testing.assert_allclose(plain.weight, neighbours.weight)
