"""What weighting did to a sample, in a few numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.numeric import weight_summary
from survey.numeric.weight_summary import summarise


def test_a_case_known_by_hand():
    found = summarise(np.array([1.0, 3.0, 2.0]), np.array([2, 1, 1]))
    assert (found.n, found.smallest, found.largest) == (4, 1 / 1.75, 3 / 1.75)
    assert found.median == pytest.approx(1.5 / 1.75)
    assert found.n_eff == pytest.approx(49 / 15)
    assert found.design_effect == pytest.approx(4 * 15 / 49)


WEIGHT = st.one_of(st.floats(1e-6, 1e6), st.sampled_from([1.0, 1 + 2**-52, 1 - 2**-53]))


@settings(deadline=None, max_examples=300, derandomize=True)
@given(st.lists(st.tuples(WEIGHT, st.integers(1, 5)), min_size=1, max_size=40), st.sampled_from([1, 3, 1024]))
def test_the_median_is_that_of_all_people(records, bands):
    weights, count = np.array([w for w, _ in records]), np.array([n for _, n in records])
    everybody = np.repeat(weights, count)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(weight_summary, "BANDS", bands)
        found = summarise(weights, count)
    assert found.median * everybody.mean() == pytest.approx(np.median(everybody), rel=1e-12)
