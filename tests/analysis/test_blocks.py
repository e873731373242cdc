"""A variance reckoned a block of rows at a time is the variance reckoned at once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import shares
from analysis.bases import question_base
from analysis.domains import domain_means, linearised_means
from analysis.numeric.covariance import covariance, covariance_and_unexplained, unexplained

MARGINS = {"g": {"a": 0.5, "b": 0.3, "c": 0.2}, "h": {"u": 0.4, "v": 0.6}}


def sample_of(seed, n=300, *, alike, blank=0):
    """Return a raked sample; where nobody is alike each has a weight of their own."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"g": rng.choice(["a", "b", "c"], n), "h": rng.choice(["u", "v"], n)})
    frame["w"] = rng.choice([1.0, 2.0], n) if alike else rng.lognormal(0, 0.4, n)
    frame = frame.assign(x=rng.integers(0, 2, n), y=rng.integers(0, 2, n))
    if blank:
        frame.loc[rng.choice(n, blank, replace=False), "h"] = None
    start = survey.from_frame(frame, "w", multiple={"q": ["x", "y"]}, sample="opt-in")
    return start, survey.rake(start, MARGINS, bounds=(0, np.inf), unknown="fractional")


def in_blocks(monkeypatch, size):
    for name in (
        "analysis.numeric.linearised.BLOCK",
        "analysis.numeric.covariance.FEW",
        "survey.numeric.calibration.BLOCK",
    ):
        monkeypatch.setattr(name, size)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.integers(0, 10_000), st.booleans(), st.sampled_from([None, "g", ["g", "h"]]))
@pytest.mark.parametrize("blank", [0, 20])
@pytest.mark.parametrize("size", [7, 64])
def test_blocks_add_up_to_the_whole(size, blank, seed, alike, by):
    whole = shares(sample_of(seed, alike=alike, blank=blank)[1], "q", by=by)
    with pytest.MonkeyPatch.context() as monkeypatch:
        in_blocks(monkeypatch, size)
        parts = shares(sample_of(seed, alike=alike, blank=blank)[1], "q", by=by)
    pd.testing.assert_frame_equal(parts.frame, whole.frame, rtol=1e-8, atol=1e-12)
    assert np.abs(parts.covariance - whole.covariance).max() < 1e-9 * np.abs(whole.covariance).max()


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("trimmed", [True, False])
def test_blocks_are_what_the_functions_for_whole_arrays_give(monkeypatch, alike, trimmed):
    _, sample = sample_of(11, alike=alike)
    if trimmed:
        sample = survey.trim(sample, value=1.3)
        assert sample.trimming is not None
    base = question_base(sample, "q", ["g", "h"])
    u, _, _ = linearised_means(base.inside, base)
    expected = covariance(u, base.records, "leverage"), unexplained(u, base.records)
    in_blocks(monkeypatch, 16)
    for given_as in (u, domain_means(base.inside, base)):
        found = covariance_and_unexplained(given_as, base.records, "leverage")
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-9, atol=1e-16)
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-9)


def test_values_of_a_domain_are_made_row_by_row():
    """Two people of weight 1 in one domain, of whom one chose the first option: u = (y - 1/2) / 2."""
    frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "x": [1, 0, 1, 1], "y": [0, 0, 1, 1]})
    base = question_base(survey.from_frame(frame, multiple={"q": ["x", "y"]}), "q", "g")
    means = domain_means(base.inside, base)
    chose = base.y[:, 0] == 1
    first = means.rows(slice(0, 1))
    np.testing.assert_array_equal(first, means.whole()[:1])
    in_a = base.inside[:, 0]
    assert means.whole()[in_a & chose, 0] == pytest.approx([0.25])
    assert means.whole()[in_a & ~chose, 0] == pytest.approx([-0.25])
    assert not means.whole()[~in_a, 0].any()
