"""Change between waves with people in common."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import change, panel_change, shares
from analysis.precision import ShareRules
from survey.errors import EstimateError

ANYTHING = ShareRules(people=2, too_wide=2, narrow=2, wide=2, df=0)


def wave(name, people, price, **columns):
    frame = pd.DataFrame({"who": people, "price": np.asarray(price, dtype=float), **columns})
    return survey.from_frame(frame, multiple={"c": ["price"]}, key="who", sample="opt-in", wave=name)


def test_worked_case_of_overlapping_waves(vector, small):
    expected = vector("variance_taylor")["overlapping_waves"]["expected"]
    price = small["optin60"]["price"].to_numpy()
    old = wave("0", [f"p{i}" for i in range(1, 31)], price[:30])
    new = wave("1", [f"p{i}" for i in range(16, 46)], price[30:])
    row = panel_change(new, old, "c", rules=ANYTHING).frame.iloc[0]
    assert row["estimate"] == pytest.approx(expected["diff"], rel=1e-8)
    assert row["std_error"] == pytest.approx(expected["se"], rel=1e-8)
    apart = wave("1", [f"q{i}" for i in range(30)], price[30:])
    alone = panel_change(apart, old, "c", rules=ANYTHING).frame.iloc[0]
    # 60 units now, of which the worked case has 45.
    again = alone["std_error"] * np.sqrt(59 / 60 * 45 / 44)
    assert again == pytest.approx(expected["se_if_independent"], rel=1e-8)


def test_the_same_people_with_the_same_answers_have_not_changed():
    price = [1, 0, 1, 1, 0, 0, 1, 0]
    one, two = (wave(name, list("abcdefgh"), price) for name in ("1", "2"))
    row = panel_change(two, one, "c", rules=ANYTHING).frame.iloc[0]
    assert row["estimate"] == 0
    assert row["std_error"] == pytest.approx(0, abs=1e-12)


@settings(deadline=None, max_examples=20, derandomize=True)
@given(st.integers(0, 10_000))
def test_without_anybody_in_common_it_is_the_change_of_independent_waves(seed):
    random = np.random.default_rng(seed)
    sizes = random.integers(200, 400, 2)
    samples = []
    for i, n in enumerate(sizes):
        sex = random.choice(["m", "f"], n)
        price = (random.random(n) < np.where(sex == "m", 0.7, 0.4)).astype(float)
        one = wave(str(i), [f"{i}-{j}" for j in range(n)], price, sex=sex)
        samples.append(survey.rake(one, {"sex": {"m": 0.5, "f": 0.5}}))
    found = panel_change(samples[1], samples[0], "c", rules=ANYTHING).frame.iloc[0]
    plain = change(*(shares(s, "c", rules=ANYTHING) for s in reversed(samples))).frame.iloc[0]
    assert found["estimate"] == pytest.approx(plain["estimate"])
    assert found["std_error"] == pytest.approx(plain["std_error"], rel=0.01)


def test_each_wave_keeps_its_raking_and_people_who_come_back_narrow_the_change():
    random = np.random.default_rng(8)
    people = [f"p{i}" for i in range(500)]
    sex = random.choice(["m", "f"], 500, p=[0.3, 0.7])
    first = (random.random(500) < np.where(sex == "m", 0.7, 0.4)).astype(float)
    second = np.where(random.random(500) < 0.15, 1 - first, first)
    half = {"sex": {"m": 0.5, "f": 0.5}}
    old = survey.rake(wave("1", people, first, sex=sex), half)
    new = survey.rake(wave("2", people, second, sex=sex), half)
    other = survey.rake(wave("2", [f"q{i}" for i in range(500)], second, sex=sex), half)
    found = panel_change(new, old, "c")
    assert found.frame["std_error"].iloc[0] < 0.6 * panel_change(other, old, "c").frame["std_error"].iloc[0]
    assert set(found.records) == {"1", "2"}
    assert all(r.weighting.margins for r in found.records.values())
    # A sample with a key has the errors of one without.
    plain = survey.from_frame(
        pd.DataFrame({"sex": sex, "price": first}), multiple={"c": ["price"]}, sample="opt-in"
    )
    np.testing.assert_allclose(
        shares(old, "c").frame["std_error"], shares(survey.rake(plain, half), "c").frame["std_error"]
    )


def test_clusters_come_back_too():
    random = np.random.default_rng(2)
    frames = [
        pd.DataFrame({"school": np.repeat(list("abcdefghij"), 20), "price": (random.random(200) < 0.5) * 1.0})
        for _ in range(2)
    ]
    lift = np.repeat(random.normal(0, 0.5, 10), 20)
    for frame in frames:
        frame["price"] = (random.random(200) < 0.5 + lift * 0.6).astype(float)
    one, two = (
        survey.from_frame(f, clusters="school", key="school", multiple={"c": ["price"]}, wave=str(i))
        for i, f in enumerate(frames)
    )
    together = panel_change(two, one, "c", rules=ANYTHING).frame.iloc[0]
    apart = change(shares(two, "c", rules=ANYTHING), shares(one, "c", rules=ANYTHING)).frame.iloc[0]
    assert together["std_error"] < 0.7 * apart["std_error"]
    assert together["df"] == 9


def test_what_has_no_names_or_is_no_plain_list_is_refused(optin60):
    people = list("abcd")
    one = wave("1", people, [1, 0, 1, 0])
    with pytest.raises(EstimateError, match='both samples are of wave "1"'):
        panel_change(one, one, "c")
    with pytest.raises(EstimateError, match="make it with key="):
        panel_change(one, optin60[0], "c")
    frame = pd.DataFrame({"who": people, "price": [1.0, 0, 1, 0], "h": list("aabb")})
    layered = survey.from_frame(frame, strata="h", key="who", multiple={"c": ["price"]}, wave="2")
    with pytest.raises(EstimateError, match="strata or sampling fractions"):
        panel_change(layered, one, "c")
    with pytest.raises(EstimateError, match="name each person once"):
        wave("2", list("abca"), [1, 0, 1, 0])
