import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.numeric.straight_lines import straight_lines


def test_worked_grid(vector):
    case = vector("data_quality")["straightlining"]
    grid = np.array([[np.nan if v is None else v for v in row] for row in case["input"]["grid"]], dtype=float)
    found = straight_lines(grid, minimum=case["input"]["min_items"])
    for i, expected in enumerate(case["expected"]):
        assert found.answered[i] == expected["n"]
        assert found.judged[i] == (expected["straightline"] is not None)
        if found.judged[i]:
            assert found.straight[i] == expected["straightline"]
            assert found.same[i] == expected["max_same_share"]
            assert found.run[i] == expected["longest_run"]
            assert abs(found.deviation[i] - expected["sd"]) < 1e-12


def test_nobody_gives_nothing():
    assert len(straight_lines(np.zeros((0, 5))).answered) == 0


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.integers(1, 5), min_size=5, max_size=12))
def test_a_straight_line_has_one_answer_one_run_and_no_spread(answers):
    found = straight_lines(np.array([answers], dtype=float))
    assert found.straight[0] == (len(set(answers)) == 1) == (found.deviation[0] == 0)
    assert found.run[0] <= found.same[0] * len(answers) + 1e-9
