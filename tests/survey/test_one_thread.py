"""Matrices on one thread: figures do not hang on the number of processors, the setting is as before."""

import inspect
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import analysis
import survey
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


def threads():
    """Return how many threads each library of matrices would use now."""
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_thread_inside_and_as_many_as_before_outside():
    with threadpool_limits(2, "blas"):
        before = threads()
        assert set(on_one_thread(threads)()) == {1}
        assert threads() == before
    assert on_one_thread(threads).__name__ == "threads"


def test_what_scipy_brings_is_on_one_thread_too():
    import scipy.linalg  # noqa: F401 - a library of its own

    with threadpool_limits(2, "blas"):
        assert set(on_one_thread(threads)()) == {1}


def test_the_setting_is_left_as_it_was_after_an_error():
    before = threads()
    with pytest.raises(ZeroDivisionError):
        on_one_thread(lambda: 1 / 0)()
    assert threads() == before


def test_two_threads_of_a_script_leave_the_setting_as_it_was():
    first_in, second_in, first_out = Event(), Event(), Event()
    seen = []

    @on_one_thread
    def first():
        first_in.set()
        assert second_in.wait(10)

    @on_one_thread
    def second():
        second_in.set()
        assert first_out.wait(10)
        seen.extend(threads())

    before = threads()
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert first_in.wait(10)
        two = pool.submit(second)
        one.result(10)
        first_out.set()
        two.result(10)
        assert set(seen) == {1}
        assert threads() == before


def samples(function):
    """Return whether a function takes a sample, or several."""
    hints = [str(p.annotation) for p in inspect.signature(function).parameters.values()]
    return any(WeightedSample.__name__ in hint for hint in hints)


@pytest.mark.parametrize("package", [survey, analysis])
def test_every_function_of_a_sample_that_works_with_matrices_is_on_one_thread(package):
    # These ask others of the list, or count people only.
    others = {"person_weights", "weights", "adjust_nonresponse", "rake", "calibrate", "trim", "trim_and_rake"}
    others |= {"share_bounds"}
    named = {name for name in package.__all__ if inspect.isfunction(getattr(package, name))}
    found = {name for name in named if samples(getattr(package, name))} - others
    assert found
    assert {name for name in found if not hasattr(getattr(package, name), "__wrapped__")} == set()


def test_any_number_of_processors_gives_the_same_bits():
    random = np.random.default_rng(2)
    n = 60_000
    frame = pd.DataFrame({f"q{i}": random.choice(list("abcd"), n) for i in range(4)})
    frame = frame.assign(
        w=random.lognormal(0, 0.4, n), x=random.integers(0, 2, n), y=random.integers(0, 2, n)
    )
    margins = {f"q{i}": {"a": 0.2, "b": 0.3, "c": 0.3, "d": 0.2} for i in range(4)}

    def figures():
        start = survey.from_frame(frame, "w", multiple={"q": ["x", "y"]}, sample="opt-in")
        raked = survey.rake(start, margins)
        made = analysis.shares(raked, "q", by="q0")
        sizes = [sample.history.weighting.n_eff for sample in (start, raked)]
        return made.covariance, made.frame["std_error"].to_numpy(), np.array(sizes)

    with threadpool_limits(1, "blas"):
        one = figures()
    with threadpool_limits(2, "blas"):
        two = figures()
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
