"""Traps other programs fall into: targets that cannot hold, options at 0 and 100 per cent, raked waves."""

import numpy as np
import pandas as pd
import pytest
from people import person_weights
from rules import ANYTHING

import survey
from analysis import change, shares
from analysis.statistics.shares import INTERVALS
from survey.errors import CalibrationError, MarginError

N = 1500
OPTIONS = ["nobody", "everybody", "three", "price"]
TARGETS = {
    "district": {"A": 0.3, "B": 0.25, "C": 0.25, "D": 0.2},
    "sex": {"f": 0.52, "m": 0.48},
    "edu": {"low": 0.45, "high": 0.55},
}


def people(seed=11, n=N):
    """Return answers; in district D all are of high schooling, and nine in ten of these have a plan."""
    rng = np.random.default_rng(seed)
    district = rng.choice(["A", "B", "C", "D"], n, p=[0.4, 0.25, 0.2, 0.15])
    high = (district == "D") | (rng.random(n) < 0.6)
    frame = pd.DataFrame({"district": district, "sex": rng.choice(["f", "m"], n, p=[0.7, 0.3])})
    frame["edu"] = np.where(high, "high", "low")
    three = np.isin(np.arange(n), rng.choice(n, 3, replace=False))
    frame["plan"] = np.where(rng.random(n) < np.where(high, 0.9, 0.1), "yes", "no")
    price = rng.random(n) < np.where(high, 0.75, 0.9)
    return frame.assign(nobody=0, everybody=1, three=three.astype(int), price=price.astype(int))


def sample_of(frame, **settings):
    return survey.from_frame(frame, multiple={"concerns": OPTIONS}, **settings)


def without(frame, column, n):
    """Return the frame with the first n answers in a column left out."""
    return frame.assign(**{column: frame[column].astype(object).where(np.arange(len(frame)) >= n, None)})


@pytest.fixture(scope="module")
def raked():
    return survey.rake(sample_of(people()), TARGETS)


def test_the_data_are_as_they_should_be_and_sound_targets_are_met(raked):
    frame = people()
    assert frame[["nobody", "everybody", "three"]].sum().tolist() == [0, N, 3]
    assert 0.75 < frame["price"].mean() < 0.85
    for name, figures in TARGETS.items():
        found = shares(raked, name).frame.set_index("option")["estimate"]
        assert found.to_dict() == pytest.approx(figures, rel=1e-9)


def figures(name, **changed):
    return TARGETS | {name: {k: v for k, v in (TARGETS[name] | changed).items() if v is not None}}


# each name with the frame, the targets, the error and words of its text
REFUSED = {
    "gaps beyond a tenth": (
        without(people(), "district", 165), TARGETS, MarginError,
        ['"district"', "11.0%", "no known district"]),
    "target nobody answered": (
        people(), figures("district", D=0.15, E=0.05), MarginError,
        ['"district"', "category E has no respondents, so it cannot be weighted to its target"]),
    "answer without target": (
        people(), figures("district", C=0.45, D=None), MarginError,
        ['"district"', "no figure for D", f"{(people()['district'] == 'D').sum()} people"]),
    "totals that disagree": (
        people(),
        {
            "district": {k: 110_000 * v for k, v in TARGETS["district"].items()},
            "sex": {k: 100_000 * v for k, v in TARGETS["sex"].items()},
        },
        MarginError, ['"district"', '"sex"', "110,000", "100,000"]),
    "contradiction": (
        people(),
        figures("district", A=0.2, D=0.3) | {"edu": {"low": 0.8, "high": 0.2}},
        CalibrationError,
        ['"district" and "edu"', "contradict", "district D", "edu high", "no weights meet"]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_target_that_cannot_hold_is_refused_by_name(name):
    frame, targets, error, words = REFUSED[name]
    with pytest.raises(error) as caught:
        survey.rake(sample_of(frame), targets)
    line = str(caught.value)
    assert [word for word in words if word not in line] == [], line
    innocent = [name for name in TARGETS if not any(f'"{name}"' in word for word in words)]
    assert [name for name in innocent if f'"{name}"' in line] == [], line


def test_a_contradiction_is_one_in_counts_and_without_bounds_too():
    targets = {name: {k: 1e5 * v for k, v in TARGETS[name].items()} for name in TARGETS}
    targets["edu"] = {"low": 81_000, "high": 19_000}
    with pytest.raises(CalibrationError, match='margins "district" and "edu": contradict'):
        survey.rake(sample_of(people()), targets, bounds=(0, np.inf))


@pytest.mark.parametrize("gaps", [1, 75, 150])
def test_gaps_up_to_a_tenth_keep_their_share_and_the_rest_is_scaled(gaps):
    frame = without(people(), "district", gaps)
    targets = {name: {k: 1e5 * v for k, v in TARGETS[name].items()} for name in TARGETS}
    sample = survey.rake(sample_of(frame), targets)
    assert sample.weight @ sample.tally.count == pytest.approx(1e5, rel=1e-9)
    margins = {m.name: {c.codes: c for c in m.categories} for m in sample.history.weighting.margins}
    for code, figure in targets["district"].items():
        met = margins["district"][(code,)]
        assert met.target == pytest.approx(figure / 1e5 * (1 - gaps / N), rel=1e-12)
        assert met.weighted == pytest.approx(met.target, rel=1e-7)
    unknown = margins["district"][("",)]
    assert (unknown.target, unknown.weighted) == pytest.approx((gaps / N, gaps / N), rel=1e-7)
    assert margins["sex"][("f",)].weighted == pytest.approx(0.52, rel=1e-7)
    # Among those whose district is known the shares are the figures themselves.
    known = shares(sample, "district").frame.set_index("option")["estimate"]
    assert known.to_dict() == pytest.approx(TARGETS["district"], rel=1e-7)


@pytest.mark.parametrize("by", [None, "district"])
@pytest.mark.parametrize("interval", INTERVALS)
def test_every_option_has_a_row_and_limits_between_0_and_1(raked, interval, by):
    assert len(INTERVALS) == 8
    table = shares(raked, "concerns", by=by, interval=interval, rules=ANYTHING).frame
    groups = list(TARGETS["district"]) if by else [""]
    assert list(zip(table["group"], table["option"], strict=True)) == [
        (g, o) for g in groups for o in OPTIONS
    ]
    assert np.isfinite(table[["estimate", "std_error", "conf_low", "conf_high"]].to_numpy()).all()
    assert (table["conf_low"] >= 0).all()
    assert (table["conf_high"] <= 1).all()
    assert (table["conf_low"] <= table["estimate"]).all()
    # A sum of weights over itself may be 1 and a last bit: above 1 there is neither share nor likelihood.
    assert (table["estimate"] <= table["conf_high"]).all()
    assert (table["conf_low"] < table["conf_high"]).all()
    for row in table.to_dict("records"):
        if row["option"] == "nobody":
            assert (row["estimate"], row["conf_low"]) == (0, 0)
        elif row["option"] == "everybody":
            assert (row["estimate"], row["conf_high"]) == (pytest.approx(1, rel=1e-12), 1)
        elif row["option"] == "price":
            assert 0 < row["conf_low"] < row["estimate"] < row["conf_high"] < 1


def test_by_the_rules_of_print_all_and_none_are_marked_and_three_ticks_are_printed(raked):
    rows = shares(raked, "concerns").frame.set_index("option")
    assert rows["note"].to_dict() == {"nobody": "nobody", "everybody": "everybody", "three": "", "price": ""}
    assert rows.loc["nobody", "conf_high"] < 0.005
    assert rows.loc["everybody", "conf_low"] > 0.995
    assert 0 < rows.loc["three", "conf_low"] < 0.002 < rows.loc["three", "conf_high"] < 0.02


@pytest.fixture(scope="module")
def waves():
    """Two waves of answers, and each raked to its own figures."""
    frames = {"2023": people(21), "2024": people(22, 1200)}
    targets = {"2023": TARGETS, "2024": figures("edu", low=0.42, high=0.58)}
    return frames, {w: survey.rake(sample_of(f, wave=w), targets[w]) for w, f in frames.items()}


def taken_plainly(frame, sample):
    """Return the wave with its raked weights as if they were weights of a design."""
    return sample_of(
        frame.assign(w=person_weights(sample, frame, list(TARGETS))), weight="w", wave=sample.wave
    )


@pytest.mark.parametrize("question", ["plan", "concerns"])
@pytest.mark.parametrize("variance", ["leverage", "taylor"])
def test_a_change_of_raked_waves_keeps_what_raking_won(waves, variance, question):
    frames, samples = waves
    asked = {"question": question, "variance": variance, "rules": ANYTHING}
    one, two = (shares(samples[w], **asked) for w in ("2023", "2024"))
    found = change(two, one)
    both = one.frame["std_error"] ** 2 + two.frame["std_error"] ** 2
    np.testing.assert_allclose(found.frame["std_error"], np.sqrt(both), rtol=1e-12)
    np.testing.assert_allclose(found.covariance, one.covariance + two.covariance, rtol=1e-12)
    plain = change(*(shares(taken_plainly(frames[w], samples[w]), **asked) for w in ("2024", "2023"))).frame
    np.testing.assert_allclose(plain["estimate"], found.frame["estimate"], rtol=1e-9, atol=1e-12)
    # Schooling is raked, so what goes with it varies less than it would by the weights alone.
    tied = found.frame["option"].isin(["yes", "no", "price"])
    assert tied.any()
    narrower = found.frame.loc[tied, "std_error"] / plain.loc[tied, "std_error"]
    assert (narrower < (0.75 if question == "plan" else 0.99)).all()


def test_the_change_of_what_raking_fixes_has_no_error(waves):
    frames, samples = waves
    found = change(shares(samples["2024"], "edu"), shares(samples["2023"], "edu")).frame.set_index("option")
    assert found["estimate"].to_dict() == pytest.approx({"low": -0.03, "high": 0.03}, rel=1e-7)
    assert found["std_error"].tolist() == [0, 0]
    assert set(found["note"]) == {"fixed_by_margins"}
    plain = change(*(shares(taken_plainly(frames[w], samples[w]), "edu") for w in ("2024", "2023"))).frame
    assert (plain["std_error"] > 0.015).all()
