"""What holds of weights and shares whatever the data: small random files, every one of them weightable."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rules import ANY_NUMBER, ANYTHING

import survey
from analysis import means, shares

TICKS = {"q": ["x", "y"]}
COLUMNS = ["estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_eff", "deff"]
DESIGNS = {
    "people": {},
    "strata": {"strata": "s"},
    "clusters": {"clusters": "c"},
    "stages": {"strata": "s", "clusters": ["c", "d"]},
}


@st.composite
def files(draw, *, most=120, gaps=False):
    """Draw a frame of answers, and margins that some weights between half and twice the base weights meet.

    So raking between 0.25 and 4 times the average weight may never be refused.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, equal = draw(st.integers(40, most)), draw(st.booleans())
    frame = pd.DataFrame({"g": rng.choice(list("abc"), n), "h": rng.choice(list("uv"), n, p=[0.7, 0.3])})
    frame["k"] = rng.choice(list("pqr"), n)
    frame["x"] = (rng.random(n) < np.where(frame["g"] == "a", 0.8, 0.4)).astype(int)
    frame["y"] = rng.integers(0, 2, n)
    frame["number"] = rng.normal(20, 5, n).round(1)
    frame["w"] = 1.0 if equal else rng.choice([0.5, 1.0, 2.5], n)
    frame["s"] = rng.integers(0, 2, n)
    frame["c"] = rng.integers(0, 6, n)
    frame["d"] = rng.integers(0, 3, n)
    assume(frame[["g", "h"]].apply(lambda v: v.value_counts().min()).min() >= 3)
    if gaps:
        frame["h"] = frame["h"].astype(object).mask(rng.permutation(n) < draw(st.integers(0, n // 10)), None)
    unknown = frame["h"].isna()
    assume(frame["w"][unknown].sum() <= 0.1 * frame["w"].sum())
    assume(frame["h"].value_counts().min() >= 2)
    # Those who left a gap keep their share of the weights.
    wanted = frame["w"] * rng.uniform(0.5, 2, n)
    for part in (unknown, ~unknown):
        wanted = wanted.where(~part, wanted * frame["w"][part].sum() / wanted[part].sum())
    whole = draw(st.sampled_from([1.0, 1e5]))
    sums = {name: wanted.groupby(frame[name]).sum() for name in ("g", "h")}
    margins = {name: (found / found.sum() * whole).to_dict() for name, found in sums.items()}
    return frame, margins


def sample_of(frame, margins=None, **design):
    used = ["g", "h", "k", "number", "x", "y", "w"]
    used += [c for c in ("s", "c", "d") if c in str(design)]
    sample = survey.from_frame(frame[used], "w", multiple=TICKS, **design)
    return sample if margins is None else survey.rake(sample, margins, bounds=(0, np.inf))


def tables(sample, variance=None):
    """Return shares of both kinds of questions, of everybody and by group."""
    asked = {"variance": variance, "rules": ANYTHING}
    return [
        shares(sample, "q", **asked),
        shares(sample, "k", by="g", **asked),
        shares(sample, "q", by="k", **asked),
    ]


def same(found, expected, rtol):
    """Check that tables agree, their joint covariance too, where noise is that of its largest number."""
    for one, two in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.frame[COLUMNS], two.frame[COLUMNS], rtol=rtol, atol=1e-14)
        assert one.frame.drop(columns=COLUMNS).equals(two.frame.drop(columns=COLUMNS))
        largest = np.abs(two.covariance).max()
        np.testing.assert_allclose(one.covariance, two.covariance, rtol=rtol, atol=rtol * largest)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(files(gaps=True), st.sampled_from([(0, np.inf), (0.2, 5.0), (0.25, 4.0)]))
def test_weights_that_could_be_are_found_and_meet_every_margin(drawn, bounds):
    frame, margins = drawn
    raked = survey.rake(sample_of(frame), margins, bounds=bounds)
    weight = raked.weight * raked.tally.count
    population = sum(margins["g"].values()) if sum(margins["g"].values()) > 2 else frame["w"].sum()
    assert weight.sum() == pytest.approx(population, rel=1e-9)
    for name, figures in margins.items():
        levels, codes = raked.tally.question(name)
        found = np.bincount(codes, weights=weight, minlength=len(levels.missing))
        unknown = frame["w"][frame[name].isna()].sum() / frame["w"].sum()
        shares_of = np.array([figures[code] for code in levels.options]) / sum(figures.values())
        expected = [*(shares_of * (1 - unknown)), unknown]
        np.testing.assert_allclose(found / population, expected, rtol=1e-7, atol=1e-12)
    factor = raked.factor * frame["w"].sum() / population
    assert bounds[0] - 1e-12 <= factor.min() <= 1 + 1e-12
    assert 1 - 1e-12 <= factor.max() <= bounds[1] + 1e-12


@pytest.mark.parametrize("design", DESIGNS)
@settings(deadline=None, max_examples=12, derandomize=True)
@given(files(), st.floats(1e-3, 1e3), st.booleans())
def test_the_unit_of_the_base_weights_changes_no_share_error_or_interval(design, drawn, unit, raked):
    frame, margins = drawn
    one, two = (
        sample_of(f, margins if raked else None, **DESIGNS[design])
        for f in (frame, frame.assign(w=frame["w"] * unit))
    )
    same(tables(two), tables(one), 1e-9)


@pytest.mark.parametrize("design", DESIGNS)
@settings(deadline=None, max_examples=12, derandomize=True)
@given(files(), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_rows_changes_nothing(design, drawn, random, raked):
    frame, margins = drawn
    order = list(range(len(frame)))
    random.shuffle(order)
    one, two = (
        sample_of(f, margins if raked else None, **DESIGNS[design]) for f in (frame, frame.iloc[order])
    )
    same(tables(two), tables(one), 1e-10)


def one_by_one(sample):
    """Return the sample with a record for each person, its calibration included."""
    old = sample.tally
    place = np.repeat(np.arange(len(old)), old.count)
    each = {name: getattr(old, name)[place] / old.count[place] for name in ("base", "base_square")}
    tally = replace(
        old,
        codes={name: codes[place] for name, codes in old.codes.items()},
        count=np.ones(len(place), dtype=np.int64),
        stratum=old.stratum[place],
        units=tuple(unit[place] for unit in old.units),
        **each,
    )
    calibration = sample.calibration
    if calibration is not None:
        calibration = replace(calibration, cell=calibration.cell[place])
    return replace(sample, tally=tally, calibration=calibration)


@pytest.mark.parametrize("variance", ["leverage", "taylor"])
@settings(deadline=None, max_examples=20, derandomize=True)
@given(files(most=200))
def test_a_record_of_many_is_as_many_records(variance, drawn):
    frame, margins = drawn
    # Without the number most people share a record.
    plain = survey.from_frame(frame[["g", "h", "k", "x", "y", "w"]], "w", multiple=TICKS)
    assume(plain.tally.count.max() >= 3)
    same(tables(one_by_one(plain), variance), tables(plain, variance), 1e-11)
    raked, apart = (survey.rake(s, margins, bounds=(0, np.inf)) for s in (plain, one_by_one(plain)))
    assert len(apart.tally) == len(frame) > len(raked.tally)
    expected = tables(raked, variance)
    same(tables(one_by_one(raked), variance), expected, 1e-11)
    same(tables(apart, variance), expected, 1e-11)
    for name in ("n", "n_eff", "design_effect", "smallest", "median", "largest"):
        found, wanted = (getattr(s.history.weighting, name) for s in (apart, raked))
        assert found == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize("variance", ["leverage", "taylor"])
@settings(deadline=None, max_examples=20, derandomize=True)
@given(files())
def test_shares_of_records_are_means_of_people(variance, drawn):
    """Beside a number that tells everybody apart nobody shares a record with anybody."""
    frame, margins = drawn
    frame["number"] = np.arange(len(frame)) + 0.5
    sample = sample_of(frame, margins)
    for by in (None, "k"):
        together = means(sample, "q", by=by, variance=variance, rules=ANY_NUMBER)
        apart = means(sample, ["q", "number"], by=by, variance=variance, rules=ANY_NUMBER)
        ticks = np.flatnonzero(apart.frame["question"] == "q")
        for name in ("estimate", "std_error"):
            np.testing.assert_allclose(
                apart.frame.loc[ticks, name], together.frame[name], rtol=1e-11, atol=1e-14
            )
        np.testing.assert_allclose(
            apart.covariance[np.ix_(ticks, ticks)], together.covariance, rtol=1e-10, atol=1e-16
        )


def by_hand(frame, margins, y, inside, variance):
    """Return shares and covariance from sums over people: proportional fitting, then methods 2.3 and 2.4.

    Parameters
    ----------
    y : float array, shape (n, k)
    inside : bool array, shape (n, g)
    """
    d, n = frame["w"].to_numpy(), len(frame)
    codes = {name: np.searchsorted(sorted(figures), frame[name]) for name, figures in margins.items()}
    targets = {name: np.array([f[c] for c in sorted(f)]) / sum(f.values()) for name, f in margins.items()}
    w, gap = d / d.sum(), 1.0
    for _ in range(5000):
        gap = 0.0
        for name, code in codes.items():
            ratio = targets[name] / np.bincount(code, weights=w)
            gap, w = max(gap, np.abs(ratio - 1).max()), w * ratio[code]
        if gap < 1e-15:
            break
    assert gap < 1e-14
    x = np.hstack([np.eye(len(targets[name]))[code] for name, code in codes.items()])
    total = w @ inside
    p = (inside * w[:, None]).T @ y / total[:, None]
    u = (inside[:, :, None] * (y[:, None, :] - p) / total[:, None]).reshape(n, -1)
    inverse = np.linalg.pinv(x.T @ (d[:, None] * x))
    e = u - x @ (inverse @ (x.T @ (d[:, None] * u)))
    z = w[:, None] * e
    if variance == "taylor":
        z = z - z.mean(axis=0)
        return p, n / (n - 1) * z.T @ z
    h = d * np.einsum("ij,jk,ik->i", x, inverse, x)
    z = z / (1 - h)[:, None]
    return p, (n - 1) / n * z.T @ z


@pytest.mark.parametrize("variance", ["leverage", "taylor"])
@settings(deadline=None, max_examples=30, derandomize=True)
@given(files())
def test_records_give_what_sums_over_people_give(variance, drawn):
    frame, margins = drawn
    groups = sorted(frame["k"].unique())
    assume(frame["k"].value_counts().min() >= 5)
    y = frame[["x", "y"]].to_numpy(dtype=float)
    domains = {
        "k": np.column_stack([frame["k"] == group for group in groups]),
        None: np.ones((len(frame), 1)),
    }
    sample = sample_of(frame, margins)
    for by, inside in domains.items():
        p, covariance = by_hand(frame, margins, y, inside, variance)
        found = shares(sample, "q", by=by, variance=variance, rules=ANYTHING)
        np.testing.assert_allclose(found.frame["estimate"], p.reshape(-1), rtol=1e-12, atol=1e-15)
        error = np.sqrt(np.diag(covariance))
        moving = ~np.isin(p.reshape(-1).round(12), (0, 1))
        np.testing.assert_allclose(found.frame["std_error"][moving], error[moving], rtol=1e-10)
        assert (found.frame["std_error"][~moving] == 0).all()
        np.testing.assert_allclose(
            found.covariance, covariance, rtol=1e-10, atol=1e-10 * np.abs(covariance).max()
        )


@pytest.mark.parametrize("design", DESIGNS)
@settings(deadline=None, max_examples=12, derandomize=True)
@given(files(), st.booleans())
def test_shares_of_a_question_with_one_answer_add_up_to_one_in_every_group(design, drawn, raked):
    frame, margins = drawn
    frame["k"] = frame["k"].astype(object).where(frame["g"] != "c", None)
    sample = sample_of(frame, margins if raked else None, **DESIGNS[design])
    whole = shares(sample, "k", rules=ANYTHING)
    assert whole.frame["estimate"].sum() == pytest.approx(1, abs=1e-12)
    for by in ("g", ["h", "g"]):
        found = shares(sample, "k", by=by, rules=ANYTHING)
        groups = found.frame.assign(held=found.frame["flag"] == "suppress").groupby("group", sort=False)
        # Nobody in c answered; among a few people an option may be withheld too.
        complete = ~groups["held"].any()
        assert complete.any()
        assert not complete[complete.index.str.endswith("c")].any()
        np.testing.assert_allclose(groups["estimate"].sum()[complete], 1, rtol=0, atol=1e-12)
        # What adds up to 1 has no error: the blocks of the covariance add up to 0.
        size = len(complete)
        blocks = found.covariance.reshape(size, -1, size, found.covariance.shape[0] // size).sum(axis=(1, 3))
        assert np.abs(blocks).max() <= 1e-12 * np.abs(found.covariance).max()
