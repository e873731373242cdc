"""Change between waves with people in common."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import change, panel_change, shares
from survey.errors import EstimateError


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
    v = np.diag(expected["vcov"])
    assert expected["se_if_independent"] == pytest.approx(np.sqrt(v.sum()), rel=1e-8)


def test_the_same_people_with_the_same_answers_have_not_changed():
    price = [1, 0, 1, 1, 0, 0, 1, 0]
    one, two = (wave(name, list("abcdefgh"), price) for name in ("1", "2"))
    row = panel_change(two, one, "c", rules=ANYTHING).frame.iloc[0]
    assert row["estimate"] == 0
    assert row["std_error"] == pytest.approx(0, abs=1e-12)


@settings(deadline=None, max_examples=20, derandomize=True)
@given(st.integers(0, 10_000))
def test_with_one_person_in_common_it_is_nearly_the_change_of_independent_waves(seed):
    random = np.random.default_rng(seed)
    sizes = random.integers(200, 400, 2)
    samples = []
    for i, n in enumerate(sizes):
        sex = random.choice(["m", "f"], n)
        price = (random.random(n) < np.where(sex == "m", 0.7, 0.4)).astype(float)
        people = ["the one", *(f"{i}-{j}" for j in range(1, n))]
        one = wave(str(i), people, price, sex=sex)
        samples.append(survey.rake(one, {"sex": {"m": 0.5, "f": 0.5}}))
    found = panel_change(samples[1], samples[0], "c", rules=ANYTHING).frame.iloc[0]
    plain = change(*(shares(s, "c", rules=ANYTHING) for s in reversed(samples))).frame.iloc[0]
    assert found["estimate"] == pytest.approx(plain["estimate"])
    assert found["std_error"] == pytest.approx(plain["std_error"], rel=0.02)


def test_each_wave_keeps_its_raking_and_people_who_come_back_narrow_the_change():
    random = np.random.default_rng(8)
    people = [f"p{i}" for i in range(500)]
    sex = random.choice(["m", "f"], 500, p=[0.3, 0.7])
    first = (random.random(500) < np.where(sex == "m", 0.7, 0.4)).astype(float)
    second = np.where(random.random(500) < 0.15, 1 - first, first)
    half = {"sex": {"m": 0.5, "f": 0.5}}
    old = survey.rake(wave("1", people, first, sex=sex), half)
    new = survey.rake(wave("2", people, second, sex=sex), half)
    strangers = ["p0", *(f"q{i}" for i in range(1, 500))]
    other = survey.rake(wave("2", strangers, second, sex=sex), half)
    found = panel_change(new, old, "c")
    assert found.frame["std_error"].iloc[0] < 0.6 * panel_change(other, old, "c").frame["std_error"].iloc[0]
    assert set(found.histories) == {"1", "2"}
    assert all(r.weighting.margins for r in found.histories.values())
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


def test_keys_of_another_type_are_the_same_people():
    frame = pd.DataFrame({"who": [1, 2, 3, 4], "price": [1.0, 0, 1, 0]})
    one = survey.from_frame(frame, multiple={"c": ["price"]}, key="who", wave="1")
    two = survey.from_frame(
        frame.assign(who=frame["who"].astype(float)), multiple={"c": ["price"]}, key="who", wave="2"
    )
    assert panel_change(two, one, "c", rules=ANYTHING).frame["std_error"].iloc[0] < 1e-12
    other = survey.from_frame(
        frame.assign(who=frame["who"] + 10), multiple={"c": ["price"]}, key="who", wave="3"
    )
    with pytest.raises(EstimateError, match='no unit of wave "3" has the key'):
        panel_change(other, one, "c")


def test_names_stay_with_their_people_through_weighting_classes():
    random = np.random.default_rng(3)
    waves = []
    for i in range(2):
        frame = pd.DataFrame({"who": random.permutation(300), "came": random.choice(["y", "n"], 300)})
        frame["price"] = (frame["who"] % 3 == 0).astype(float)
        sample = survey.from_frame(frame, multiple={"c": ["price"]}, key="who", wave=str(i))
        waves.append((survey.adjust_nonresponse(sample, "came", "y"), frame[frame["came"] == "y"]))
    (new, after), (old, before) = waves[1], waves[0]
    both = pd.Series(0.0, sorted(set(after["who"]) | set(before["who"])))
    for frame, sign in ((after, 1), (before, -1)):
        z = (frame["price"] - frame["price"].mean()) / len(frame)
        both[frame["who"]] += sign * z.to_numpy()
    n = len(both)
    by_hand = np.sqrt(n / (n - 1) * (both**2).sum())
    assert panel_change(new, old, "c").frame["std_error"].iloc[0] == pytest.approx(by_hand)


def test_what_the_margins_fix_in_both_waves_has_no_test():
    people = [f"p{i}" for i in range(200)]
    sex = np.array(["m", "f"] * 100)
    waves = [
        survey.rake(wave(str(i), people, [0, 1] * 100, sex=sex), {"sex": {"m": m, "f": 1 - m}})
        for i, m in enumerate((0.5, 0.52))
    ]
    found = panel_change(waves[1], waves[0], "sex").frame
    assert set(found["note"]) == {"fixed_by_margins"}
    assert found["p_value"].isna().all()


def test_a_change_from_nobody_to_everybody_is_clear_and_has_limits():
    people = [f"p{i}" for i in range(200)]
    one, two = wave("1", people, [0] * 200), wave("2", people, [1] * 200)
    row = panel_change(two, one, "c").frame.iloc[0]
    assert row["method"] == "score_skewness"
    assert 0.9 < row["conf_low"] < 1
    assert row["p_value"] < 1e-20


def test_a_share_that_margins_fix_near_the_edge_has_no_interval_of_its_own():
    people = [f"p{i}" for i in range(300)]
    q = np.where(np.arange(300) < 25, "x", "y")
    old = wave("1", people, [0] * 300, q=q)
    new = survey.rake(wave("2", people, [0] * 300, q=q), {"q": {"x": 0.05, "y": 0.95}})
    found = panel_change(new, old, "q").frame.set_index("option")
    plain = change(shares(new, "q"), shares(old, "q")).frame.set_index("option")
    for option in "xy":
        pair = found.loc[option], plain.loc[option]
        assert pair[0]["conf_low"] == pytest.approx(pair[1]["conf_low"], abs=1e-3)
        assert pair[0]["conf_high"] == pytest.approx(pair[1]["conf_high"], abs=1e-3)
    assert found.loc["x", "conf_low"] == pytest.approx(-found.loc["y", "conf_high"])
