import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import person_weights
from scipy.optimize import linprog

import survey
from survey.errors import CalibrationError, MarginError
from survey.numeric import calibration
from survey.numeric.calibration import calibration_factors, membership, widest_needed

UNBOUNDED = (0.0, np.inf)


def test_raking_equals_the_reference_weights(vector, small, optin60):
    case = vector("raking")["optin60_sex_age_edu"]["expected"]
    weights = person_weights(optin60[1], small["optin60"], ["sex", "age", "edu"])
    np.testing.assert_allclose(weights, case["w"], rtol=1e-9)


def test_membership_marks_each_category_and_then_the_numbers():
    cells, numbers = np.array([[0, 2], [1, 0], [1, 1]], dtype=np.uint8), np.array([5.0, 6.0, 7.0])
    found = membership(cells, np.array([2, 3]), [numbers])
    assert found.tolist() == [[1, 0, 0, 0, 1, 5], [0, 1, 1, 0, 0, 6], [0, 1, 0, 1, 0, 7]]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from(["raking", "linear"]))
def test_a_step_solved_outright_goes_where_least_squares_go(seed, distance):
    random = np.random.default_rng(seed)
    codes = np.column_stack([random.integers(0, 3, 40), random.integers(0, 4, 40)])
    x, base = membership(codes, np.array([3, 4])), random.uniform(0.5, 2, 40)
    # Targets that weights meet for certain: those of other weights.
    totals = x.T @ (base * random.uniform(0.5, 2, 40))
    fast = calibration_factors(x, base, totals, distance=distance)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(calibration, "_solved", lambda *_: None)
        slow = calibration_factors(x, base, totals, distance=distance)
    np.testing.assert_allclose(fast.factor, slow.factor, rtol=1e-10)
    assert max(fast.worst, slow.worst) < 1e-12


def test_a_step_that_has_no_solution_is_left_to_least_squares():
    hessian, residual = np.diag([1.0, 0.0]), np.array([1.0, 1.0])
    assert calibration._solved(hessian, residual) is None
    # Of one record with x = (1, 0), where the Hessian and the residual are these.
    x, base, totals = np.array([[1.0, 0.0]]), np.ones(1), np.array([2.0, 1.0])
    shape = calibration.Shape("linear", -np.inf, np.inf)
    start = calibration._state(x, base, totals, np.zeros(2), shape)
    np.testing.assert_array_equal(start.residual, residual)
    step = calibration._step(x, base, totals, start, shape)
    assert step is not None
    np.testing.assert_allclose(step.multipliers, [1.0, 0.0])
    redundant, far = np.ones((2, 2)), np.array([1.0, 1.0 + 1e-9])
    assert calibration._solved(redundant, far) is None
    np.testing.assert_allclose(redundant @ calibration._solved(redundant, np.ones(2)), 1.0)


@pytest.mark.parametrize("apart", [1e-8, 1e-9, 1e-12])
def test_margins_that_hardly_contradict_come_as_near_as_by_least_squares(monkeypatch, apart):
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"a": random.choice(list("xyz"), 900), "b": random.choice(list("pq"), 900)})
    cells = {(a, b): 1 / 6 for a in "xyz" for b in "pq"}
    margins = {"a": {"x": 1 / 3 + apart, "y": 1 / 3, "z": 1 / 3 - apart}, ("a", "b"): cells}
    start = survey.from_frame(frame)
    fast = survey.rake(start, margins, bounds=UNBOUNDED).history.weighting.gap
    monkeypatch.setattr(calibration, "_solved", lambda *_: None)
    slow = survey.rake(start, margins, bounds=UNBOUNDED).history.weighting.gap
    assert fast == pytest.approx(slow, rel=0.01, abs=1e-15)


def test_raking_keeps_the_odds_ratio_of_the_table(vector):
    case = vector("raking")["two_by_two"]
    x = membership(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([2, 2]))
    base = np.array(case["input"]["cells"], dtype=float).reshape(-1)
    totals = np.array([*case["input"]["row_targets"], *case["input"]["col_targets"]], dtype=float)
    cells = base * calibration_factors(x, base, totals).factor
    np.testing.assert_allclose(cells, np.array(case["expected"]["cells"]).reshape(-1), rtol=1e-9)
    assert cells[0] * cells[3] / (cells[1] * cells[2]) == pytest.approx(6.0, rel=1e-12)


@pytest.mark.parametrize(("upper", "feasible"), [(3.6, True), (3.5, False)])
def test_bounds_are_reached_exactly_or_refused(small, optin60, upper, feasible):
    margins = {name: small["targets"][name] for name in ("sex", "age", "edu")}
    if feasible:
        raked = survey.rake(optin60[0], margins, bounds=(0.2, upper))
        assert raked.calibration.factor.max() == pytest.approx(upper, abs=1e-12)
        assert raked.history.weighting.gap < 1e-12
        return
    with pytest.raises(CalibrationError, match=r"bounds = \[0.2, 3.6\] would do"):
        survey.rake(optin60[0], margins, bounds=(0.2, upper))


def test_coinciding_questions_with_other_targets_are_refused_by_name():
    frame = pd.DataFrame({"a": ["x", "y"] * 50, "b": ["p", "q"] * 50})
    margins = {"a": {"x": 0.5, "y": 0.5}, "b": {"p": 0.3, "q": 0.7}}
    with pytest.raises(CalibrationError) as caught:
        survey.rake(survey.from_frame(frame), margins, bounds=UNBOUNDED)
    for word in ('"a"', '"b"', "contradict", "b q", "a x"):
        assert word in str(caught.value)


def test_of_three_margins_only_the_two_in_conflict_are_named():
    frame = pd.DataFrame({"a": ["x", "y"] * 50, "b": ["p", "q"] * 50, "c": ["u", "u", "v", "v"] * 25})
    margins = {"c": {"u": 0.6, "v": 0.4}, "a": {"x": 0.5, "y": 0.5}, "b": {"p": 0.3, "q": 0.7}}
    with pytest.raises(CalibrationError) as caught:
        survey.rake(survey.from_frame(frame), margins)
    assert 'margins "a" and "b"' in str(caught.value)
    assert '"c"' not in str(caught.value)


def test_an_empty_interior_cell_is_harmless_when_the_margins_can_be_met(vector):
    case = vector("raking")["zero_cell_feasible"]
    x = membership(np.array([[0, 0], [1, 0], [1, 1]]), np.array([2, 2]))
    base = np.array([10.0, 5.0, 10.0])
    solved = calibration_factors(x, base, np.array([10.0, 15.0, 12.0, 13.0]))
    expected = [case["expected"]["cells"][i][j] for i, j in ((0, 0), (1, 0), (1, 1))]
    np.testing.assert_allclose(base * solved.factor, expected, rtol=1e-9)


def test_unreachable_margins_leave_a_gap_that_linear_programming_confirms(vector):
    case = vector("raking")["zero_cell_infeasible"]["expected"]
    x = membership(np.array([[0, 0], [1, 0], [1, 1]]), np.array([2, 2]))
    base, totals = np.array([10.0, 5.0, 10.0]), np.array([16.0, 9.0, 12.0, 13.0])
    assert calibration_factors(x, base, totals).worst > 1e-2
    # Proportional fitting stalls at 0.16 in one margin; the least total miss is as large.
    equal = np.hstack([x.T * base / 25, np.eye(4), -np.eye(4)])
    least = linprog([0] * 3 + [1] * 8, A_eq=equal, b_eq=totals / 25, bounds=(0, None))
    assert least.status == 0
    assert least.fun >= case["max_rel_margin_error"] - 1e-9


def test_margins_with_two_totals_are_refused():
    frame = pd.DataFrame({"a": ["x", "y"] * 5, "b": ["p", "p", "q", "q", "p"] * 2})
    with pytest.raises(MarginError, match="different populations: 30 and 25"):
        survey.rake(survey.from_frame(frame), {"a": {"x": 15, "y": 15}, "b": {"p": 12, "q": 13}})


def test_a_target_nobody_answers_and_an_answer_without_target_are_refused():
    frame = pd.DataFrame({"a": pd.Categorical(["x", "y"] * 5, categories=["x", "y", "z"])})
    with pytest.raises(MarginError, match="category z has no respondents"):
        survey.rake(survey.from_frame(frame), {"a": {"x": 1, "y": 1, "z": 1}})
    with pytest.raises(MarginError, match="no figure for y, which 5 people answered"):
        survey.rake(survey.from_frame(frame), {"a": {"x": 1}})


def test_unknown_categories_keep_their_share(vector):
    case = vector("raking")["unknown_own_target"]
    edu = np.array(case["input"]["edu"])
    sex = np.array(case["input"]["sex"])
    x = membership(np.column_stack([np.where(sex < 0, 2, sex), edu]), np.array([3, 2]))
    totals = np.array([*case["expected"]["sex_targets_used"], *case["input"]["edu_targets"]])
    base = np.full(len(sex), 1 / len(sex))
    np.testing.assert_allclose(
        base * calibration_factors(x, base, totals).factor, case["expected"]["w"], rtol=1e-9
    )


def test_a_sample_uses_own_targets_and_records_them():
    frame = pd.DataFrame({"sex": ["m"] * 40 + ["f"] * 55 + [None] * 5})
    raked = survey.rake(survey.from_frame(frame), {"sex": {"m": 0.5, "f": 0.5}})
    targets = {c.codes: c.target for c in raked.history.weighting.margins[0].categories}
    assert targets == pytest.approx({("m",): 0.475, ("f",): 0.475, ("",): 0.05})


def test_over_a_tenth_unknown_is_refused():
    frame = pd.DataFrame({"sex": ["m"] * 40 + ["f"] * 45 + [None] * 15})
    with pytest.raises(MarginError, match=r"15\.0% of the answers have no known sex"):
        survey.rake(survey.from_frame(frame), {"sex": {"m": 0.5, "f": 0.5}})


def test_the_smallest_upper_bound_is_the_one_that_works(small, optin60):
    frame = small["optin60"]
    codes = np.column_stack([frame[n].astype("category").cat.codes for n in ("sex", "age", "edu")])
    x = membership(codes, np.array([2, 3, 2]))
    totals = np.array([v for n in ("sex", "age", "edu") for v in small["targets"][n].values()])
    needed = widest_needed(x, np.full(60, 1000 / 60), totals, 0.2)
    assert 3.5 < needed < 3.6


@st.composite
def tables(draw):
    """Two crossed questions with every cell occupied, and reachable margins."""
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    counts = np.array(draw(st.lists(st.integers(1, 60), min_size=rows * columns, max_size=rows * columns)))
    tilt = np.array(draw(st.lists(st.floats(0.4, 2.5), min_size=rows * columns, max_size=rows * columns)))
    return counts.reshape(rows, columns), (counts * tilt).reshape(rows, columns)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(tables())
def test_weights_meet_every_margin_and_do_not_depend_on_scale_or_order(table):
    counts, population = table
    rows, columns = counts.shape
    cells = np.array([[i, j] for i in range(rows) for j in range(columns)])
    x, base = membership(cells, np.array([rows, columns])), counts.reshape(-1).astype(float)
    totals = np.concatenate([population.sum(axis=1), population.sum(axis=0)])
    scaled = base * totals[:rows].sum() / base.sum()
    solved = calibration_factors(x, scaled, totals)
    assert solved.worst < 1e-10
    np.testing.assert_allclose(x.T @ (scaled * solved.factor), totals, rtol=1e-8)
    again = calibration_factors(x, scaled * 7, totals * 7)
    np.testing.assert_allclose(again.factor, solved.factor, rtol=1e-6)
    order = np.arange(len(cells))[::-1]
    turned = calibration_factors(x[order], scaled[order], totals)
    np.testing.assert_allclose(turned.factor[order], solved.factor, rtol=1e-6)


def test_the_smallest_set_of_margins_in_conflict_is_named():
    """Of four margins only three cannot hold together, and any two of those can."""
    frame = pd.DataFrame({"a": list("0011"), "b": list("0101"), "c": list("0110"), "d": list("0011")})
    frame = pd.concat([frame] * 30, ignore_index=True)
    margins = {"d": {"0": 0.6, "1": 0.4}, **{name: {"0": 0.6, "1": 0.4} for name in "abc"}}
    survey.rake(survey.from_frame(frame), margins, bounds=UNBOUNDED)
    # c is 1 where a and b differ, so at least 0.9 + 0.9 - 1 of the people are 0 in all three.
    margins |= {"a": {"0": 0.9, "1": 0.1}, "d": {"0": 0.9, "1": 0.1}, "b": {"0": 0.9, "1": 0.1}}
    margins["c"] = {"0": 0.1, "1": 0.9}
    with pytest.raises(CalibrationError) as caught:
        survey.rake(survey.from_frame(frame), margins, bounds=UNBOUNDED)
    named = str(caught.value).split(":")[0]
    assert named in ('margins "d" and "b" and "c"', 'margins "a" and "b" and "c"')
    assert "meet all" in str(caught.value)


def test_a_contradiction_of_a_ten_millionth_is_one_and_no_matter_of_bounds():
    frame = pd.DataFrame({"a": ["x", "y", "y"] * 30, "b": ["p", "q", "q"] * 30})
    margins = {"a": {"x": 1, "y": 2}, "b": {"p": 0.3333333, "q": 0.6666667}}
    with pytest.raises(CalibrationError, match='"a" and "b": contradict'):
        survey.rake(survey.from_frame(frame), margins)


def test_a_category_of_one_person_is_refused(small):
    frame = pd.DataFrame({"d": ["a"] * 150 + ["b"] * 149 + ["c"], "q": ["y", "n"] * 150})
    with pytest.raises(MarginError, match=r"category c has one respondent.*\[weighting.collapse\]"):
        survey.rake(survey.from_frame(frame), {"d": {"a": 0.5, "b": 0.49, "c": 0.01}})


def test_totals_out_of_reach_are_proved_so_in_a_few_steps():
    """Two people in a hundred cannot be three at weights up to 1.2; hundreds of steps would not tell more."""
    x = np.array([[1.0, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]])
    base = np.array([2.0, 0, 48, 50])
    found = calibration_factors(x, base, np.array([3.0, 97, 50, 50]), bounds=(0.5, 1.2))
    assert found.worst > 1e-4
    assert found.cycles <= 10


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from([(0.3, 3.0), (0.0, np.inf), (0.8, 1.25)]))
def test_totals_within_reach_are_never_taken_for_others(seed, bounds):
    """Targets made by factors within the bounds, some of them at a bound, are met."""
    rng = np.random.default_rng(seed)
    x = membership(rng.integers(0, 3, (40, 3)), np.array([3, 3, 3]))
    base = rng.uniform(0.5, 2, 40)
    factors = np.clip(np.exp(x @ rng.normal(0, 0.4, 9)), *bounds)
    assert calibration_factors(x, base, x.T @ (base * factors), bounds=bounds).worst < 1e-9
