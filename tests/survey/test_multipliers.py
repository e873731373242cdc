"""Replicates that are drawn: the same on any machine, and drawn as often as they should be."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.numeric.multipliers import BATCH, draw_multinomial, draw_poisson, draw_rao_wu

COUNT = np.array([3, 1, 40, 7, 9])
STRATUM = np.array([0, 0, 1, 1, 1])
DRAWS = {
    "multinomial": lambda size, seed: draw_multinomial(COUNT, 0.0, size=size, seed=seed),
    "poisson": lambda size, seed: draw_poisson(COUNT, 0.0, size=size, seed=seed),
    "rao_wu": lambda size, seed: draw_rao_wu(STRATUM, COUNT, np.zeros(2), size=size, seed=seed),
}


@pytest.mark.parametrize("name", DRAWS)
def test_the_number_of_processors_changes_nothing(monkeypatch, name):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    alone = DRAWS[name](5 * BATCH + 3, 8).times
    for processors in (2, 7, None):
        monkeypatch.setattr(os, "cpu_count", lambda processors=processors: processors)
        np.testing.assert_array_equal(DRAWS[name](5 * BATCH + 3, 8).times, alone)


@pytest.mark.parametrize("name", DRAWS)
def test_more_replicates_keep_those_already_drawn(name):
    few, many = DRAWS[name](3 * BATCH + 7, 1), DRAWS[name](7 * BATCH + 1, 1)
    np.testing.assert_array_equal(many.times[:, : 3 * BATCH + 7], few.times)
    assert not np.array_equal(many.times[:, BATCH : 2 * BATCH], few.times[:, :BATCH])
    assert not np.array_equal(DRAWS[name](3 * BATCH + 7, 2).times, few.times)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.integers(1, 30), min_size=2, max_size=9), st.integers(1, 3 * BATCH), st.integers(0, 99))
def test_as_many_people_are_drawn_as_there_are(counts, size, seed):
    count = np.array(counts)
    drawn = draw_multinomial(count, 0.0, size=size, seed=seed).times * count[:, None]
    np.testing.assert_allclose(drawn.sum(axis=0), count.sum(), rtol=1e-12)
    assert drawn.shape == (len(count), size)
    np.testing.assert_allclose(drawn, drawn.round(), atol=1e-9)


def test_people_are_drawn_as_often_as_the_multinomial_says():
    made = draw_multinomial(COUNT, 0.0, size=40_000, seed=3)
    drawn, n = made.times * COUNT[:, None], COUNT.sum()
    share = COUNT / n
    np.testing.assert_allclose(drawn.mean(axis=1), COUNT, rtol=0.02)
    expected = n * (np.diag(share) - np.outer(share, share))
    np.testing.assert_allclose(np.cov(drawn), expected, atol=0.04 * n * share.max())
    assert made.coefficients.sum() == pytest.approx(n / (n - 1))
