"""Rows of whole numbers put together where they are alike, whatever the size of the numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.numeric import distinct_rows
from survey.numeric.distinct_rows import count_rows, group_rows

ROWS = 2**62  # above this the keys of a group no longer fit one whole number


def check_groups(keys):
    """Compare with pandas: the same groups, and of each its first row."""
    first, group = group_rows(keys)
    table = pd.DataFrame(dict(enumerate(keys)))
    expected = table.groupby(list(table.columns), sort=False).ngroup().to_numpy()
    pairs = pd.Series(group).groupby(expected)
    assert (pairs.nunique() == 1).all()
    assert len(first) == group.max() + 1 == expected.max() + 1
    np.testing.assert_array_equal(group[first], np.arange(len(first)))
    assert pd.Series(np.arange(len(group))).groupby(group).min().tolist() == first.tolist()


# Widths of 2**40 overflow the mixed radix at the second key: what came before is renumbered.
WIDTHS = st.lists(st.sampled_from([1, 2, 5, 2**20, 2**40, 2**50]), min_size=1, max_size=6)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(WIDTHS, st.integers(0, 10_000), st.integers(1, 40))
def test_groups_are_those_of_pandas(widths, seed, n):
    rng = np.random.default_rng(seed)
    few = [rng.integers(0, width, 3) for width in widths]
    check_groups([rng.choice(values, n) for values in few])


def test_renumbering_happens_and_keeps_groups_apart(monkeypatch):
    calls = []
    unique = np.unique
    monkeypatch.setattr(np, "unique", lambda *a, **k: calls.append(len(a[0])) or unique(*a, **k))
    a, b = np.array([0, 2**40, 0, 2**40, 7]), np.array([2**40, 0, 2**40, 3, 3])
    first, group = group_rows([a, b])
    assert len(calls) == 2
    assert len(first) == 4
    assert group[0] == group[2]
    assert len(set(group[[0, 1, 3, 4]])) == 4


def test_whole_numbers_of_any_size_are_kept_apart():
    check_groups([np.arange(5), np.array([4, ROWS, ROWS, ROWS, 0])])


def test_no_rows_have_no_groups():
    first, group = group_rows([np.zeros(0, dtype=np.int64)])
    assert (len(first), len(group)) == (0, 0)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    st.lists(st.sampled_from([1, 2, 5, 40]), min_size=1, max_size=3),
    st.integers(0, 10_000),
    st.integers(1, 40),
    st.sampled_from([1, 7, 1 << 16]),
)
def test_counted_rows_are_the_groups_and_their_sizes(widths, seed, n, at_once):
    rng = np.random.default_rng(seed)
    keys = [rng.integers(0, width, n) for width in widths]
    first, group = group_rows(keys)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(distinct_rows, "SOME", at_once)
        found = count_rows(keys)
    assert found is not None
    for key, distinct in zip(keys, found[0], strict=True):
        np.testing.assert_array_equal(distinct, key[first])
    np.testing.assert_array_equal(found[1], np.bincount(group))


def test_a_table_longer_than_the_rows_are_worth_is_not_counted():
    assert count_rows([np.array([0, 2**20]), np.array([3, 0])]) is None


# A key that just fits two bytes, and the first that does not; with one before it that says nothing.
@pytest.mark.parametrize("width", [2**7, 2**8, 2**15 - 1, 2**15, 2**15 + 1])
@pytest.mark.parametrize("before", [[], [np.zeros(4, dtype=np.int8)]])
def test_keys_at_the_edge_of_a_type_are_not_wrapped(width, before):
    keys = [*before, np.array([width - 1, 0, width - 1, 5])]
    check_groups(keys)
    found = count_rows(keys)
    assert found is not None
    assert found[0][-1].tolist() == [0, 5, width - 1]
    assert found[1].tolist() == [1, 1, 2]


def test_codes_of_one_byte_are_counted_as_any():
    rng = np.random.default_rng(6)
    short = [rng.integers(0, 127, 500).astype(np.int8), rng.integers(0, 255, 500).astype(np.uint8)]
    found, wide = count_rows(short), count_rows([key.astype(np.int64) for key in short])
    for one, other in zip((*found[0], found[1]), (*wide[0], wide[1]), strict=True):
        np.testing.assert_array_equal(one, other)
