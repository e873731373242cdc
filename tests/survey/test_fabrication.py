"""Batches that somebody made up are found, and a busy hour or a short questionnaire is not taken for one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.numeric.fabrication import address_runs, identical_bursts, regular_arrivals


def arrivals(n, seconds, seed=20261126):
    """Times of n people who come by themselves, so many seconds apart on average."""
    return np.cumsum(np.random.default_rng(seed).exponential(seconds, n)).astype(np.int64)


def test_a_batch_sent_every_minute_is_found_and_nobody_else():
    clock = np.concatenate([arrivals(1000, 600), 600_000 * 2 + 60 * np.arange(30)])
    found = regular_arrivals(clock)
    assert found[-30:].all()
    assert found[:-31].sum() == 0
    # In any order of the rows.
    mixed = np.random.default_rng(3).permutation(len(clock))
    assert (regular_arrivals(clock[mixed]) == found[mixed]).all()


def test_half_a_file_made_at_one_pace_is_found_too():
    clock = np.concatenate([arrivals(300, 600), 10**7 + 7 * np.arange(300)])
    assert regular_arrivals(clock)[-300:].all()


@pytest.mark.parametrize("kept_to", [1, 60])
@pytest.mark.parametrize(("n", "seconds"), [(200, 600), (1000, 60), (3000, 5)])
def test_people_who_come_by_themselves_raise_no_alarm(n, seconds, kept_to):
    alarms = sum(
        regular_arrivals(arrivals(n, seconds, seed) // kept_to * kept_to).any() for seed in range(60)
    )
    assert alarms == 0


def test_a_busy_hour_raises_no_alarm():
    rng = np.random.default_rng(11)
    pace = np.where(rng.random(40) < 0.2, 2, 120)
    alarms = [regular_arrivals(np.cumsum(rng.exponential(np.repeat(pace, 100))).astype(np.int64)).any()
              for _ in range(30)]  # fmt: skip
    assert sum(alarms) <= 2


def test_four_equal_gaps_in_a_small_file_are_nothing():
    assert not regular_arrivals(np.array([0, 10, 20, 30, 40, 97])).any()
    assert not regular_arrivals(np.array([5])).any()
    assert regular_arrivals(np.zeros(0, dtype=np.int64)).shape == (0,)


def test_a_run_from_one_address_is_found_where_addresses_are_many():
    rng = np.random.default_rng(5)
    address, clock = rng.integers(0, 400, 1000), arrivals(1000, 60)
    address[500:512] = 7
    found = address_runs(address, clock)
    assert found[500:512].all()
    assert found.sum() <= 14
    # Where all come from one place, a run of it is nothing.
    assert not address_runs(np.zeros(1000, dtype=np.int64), clock).any()
    assert not address_runs(np.full(1000, -1), clock).any()


@pytest.mark.parametrize("questions", [3, 6, 12])
def test_a_short_questionnaire_raises_few_alarms(questions):
    alarms = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        answers = (rng.random((500, questions)) < 0.3).astype(np.int64)
        alarms += identical_bursts(answers, arrivals(500, 60, seed), minutes=10).any()
    assert alarms <= 3


def test_a_burst_of_identical_answers_is_found_by_hand():
    rng = np.random.default_rng(8)
    answers, clock = rng.integers(0, 4, (400, 12)), 3600 * np.arange(400)
    answers[[10, 11, 12]] = answers[10]
    answers[[50, 51]] = answers[50]
    clock[[10, 11, 12]] = 36_000 + np.array([0, 600, 1200])
    clock[[50, 51]] = 180_000 + np.array([0, 5])
    assert np.flatnonzero(identical_bursts(answers, clock, minutes=10)).tolist() == [10, 11, 12]
    assert not identical_bursts(answers, clock, minutes=9.9).any()
    assert not identical_bursts(answers, clock, minutes=10, least=4).any()
    answers[12, 3] += 1
    assert not identical_bursts(answers, clock, minutes=10).any()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1), st.integers(-(10**9), 10**9), st.integers(2, 60))
def test_when_the_clock_starts_makes_no_difference(seed, shift, n):
    rng = np.random.default_rng(seed)
    clock, answers = rng.integers(0, 5000, n), rng.integers(-1, 2, (n, 4))
    for shifted in (clock, clock + shift):
        assert (regular_arrivals(shifted) == regular_arrivals(clock)).all()
        again = identical_bursts(answers, shifted, minutes=10)
        assert (again == identical_bursts(answers, clock, minutes=10)).all()
