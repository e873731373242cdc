"""The tally: people alike are one record, and nothing is lost by counting them together."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import shares
from survey.errors import EstimateError
from survey.numeric.distinct_rows import group_rows
from survey.weighting import frame_columns
from survey.weighting.design import opt_in
from survey.weighting.tally import Levels, _people, tally_of

YES_NO = Levels("single", ("yes", "no"), np.vstack([np.eye(2), np.zeros((1, 2))]), np.array([0, 0, 1]))
NUMBER = Levels("number", (), np.array([[5.0], [7.0], [0.0]]), np.array([0, 0, 1]))


def people(codes, base=None, stratum=None, cluster=None):
    """Return the tally of people given by the levels of their answers to two questions."""
    n = len(codes)
    design = opt_in(n) if base is None else replace(opt_in(n), base=np.array(base, float))
    if stratum is not None:
        sampling = replace(design.sampling, fractions=(np.zeros(max(stratum) + 1),))
        design = replace(design, stratum=np.array(stratum), sampling=sampling)
    if cluster is not None:
        design = replace(design, units=(np.array(cluster),))
    a, b = np.array(codes).T
    return tally_of({"a": (YES_NO, a), "b": (NUMBER, b)}, design)[0]


def as_counts(tallied, *names):
    """Return the number of people by their answers."""
    keys = zip(*(tallied.codes[name].tolist() for name in names), strict=True)
    found = {}
    for key, count in zip(keys, tallied.count.tolist(), strict=True):
        found[key] = found.get(key, 0) + count
    return found


def frame_of(seed, n=240, base=(1.0,)):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"g": rng.choice(["a", "b", "c"], n), "h": rng.choice(["u", "v"], n)})
    frame["w"] = rng.choice(base, n)
    return frame.assign(x=rng.integers(0, 2, n), y=rng.integers(0, 2, n))


def sample_of(frame, **design):
    return survey.from_frame(frame, "w", multiple={"q": ["x", "y"]}, **design)


def test_a_tally_of_people_is_their_count():
    codes = [(0, 0), (1, 2), (0, 0), (0, 1), (2, 2), (0, 0), (1, 2)]
    found = people(codes)
    assert as_counts(found, "a", "b") == {(0, 0): 3, (1, 2): 2, (0, 1): 1, (2, 2): 1}
    assert (len(found), found.n) == (4, 7)
    np.testing.assert_array_equal(found.base, found.count)
    np.testing.assert_array_equal(found.base_square, found.count)
    assert found.levels["a"].answered.tolist() == [True, True, False]


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60))
def test_a_tally_equals_a_count_by_pandas(codes):
    expected = pd.DataFrame(codes, columns=["a", "b"]).value_counts().to_dict()
    found = people(codes)
    assert as_counts(found, "a", "b") == expected
    assert len(found) == len(expected)
    for name, place in (("a", 0), ("b", 1)):
        projected, group = found.project([name])
        assert list(projected.codes) == list(projected.levels) == [name]
        assert as_counts(projected, name) == {
            (k,): v for k, v in pd.Series([c[place] for c in codes]).value_counts().items()
        }
        np.testing.assert_array_equal(projected.codes[name][group], found.codes[name])


def test_answers_and_weights_of_different_length_are_refused():
    with pytest.raises(EstimateError, match="question a: has 3 answers for 2 base weights"):
        tally_of({"a": (YES_NO, np.array([0, 1, 1]))}, opt_in(2))
    with pytest.raises(EstimateError, match=r"question aa: is not in the sample \(which has a, b\)"):
        people([(0, 0), (1, 1)]).question("aa")


def test_people_of_different_base_weights_are_different_records():
    found = people([(0, 0)] * 5, base=[1, 2, 1, 2, 4])
    assert sorted(zip(found.count, found.base, found.base_square, strict=True)) == [
        (1, 4, 16), (2, 2, 2), (2, 4, 8)
    ]  # fmt: skip
    projected, _ = found.project(["a"])
    assert sorted(zip(projected.count, projected.base, projected.base_square, strict=True)) == [
        (1, 4, 16), (2, 2, 2), (2, 4, 8)
    ]  # fmt: skip


def test_people_of_different_strata_or_clusters_are_different_records():
    codes, stratum, cluster = [(0, 0)] * 6, [0, 0, 0, 1, 1, 1], [0, 0, 1, 2, 3, 3]
    assert people(codes, stratum=stratum).count.tolist() == [3, 3]
    both = people(codes, stratum=stratum, cluster=cluster)
    found = zip(both.stratum, both.units[0], both.count, strict=True)
    assert sorted(found) == [(0, 0, 2), (0, 1, 1), (1, 2, 1), (1, 3, 2)]
    assert len(both.project([])[0]) == 4


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from([(1.0,), (1.0, 2.5), (0.1, 0.3, 0.7)]))
def test_project_keeps_totals(seed, base):
    found = sample_of(frame_of(seed, base=base)).tally
    extra = np.arange(len(found)) % 2
    for names, more in (([], []), (["g"], []), (["q"], [extra]), (["g", "h", "q"], [])):
        projected, group = found.project(names, more)
        for part in ("count", "base", "base_square"):
            whole, sums = getattr(found, part), getattr(projected, part)
            np.testing.assert_allclose(sums, np.bincount(group, weights=whole), rtol=1e-12)
            assert sums.sum() == pytest.approx(whole.sum(), rel=1e-12)
        for name in names:
            np.testing.assert_array_equal(projected.codes[name][group], found.codes[name])
        if more:
            assert len(np.unique(np.column_stack([group, extra]), axis=0)) == len(projected)


@settings(deadline=None, max_examples=30, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60))
def test_counting_people_of_one_weight_is_grouping_them(codes):
    a, b = np.array(codes).T
    answers = {"b": (NUMBER, b), "a": (YES_NO, a)}
    design = replace(opt_in(len(codes)), base=np.full(len(codes), 2.5))
    counted, grouped = tally_of(answers, design)[0], _people(answers, design).project(["b", "a"])[0]
    for part in ("count", "base", "base_square", "stratum"):
        np.testing.assert_array_equal(getattr(counted, part), getattr(grouped, part))
    for name in answers:
        np.testing.assert_array_equal(counted.codes[name], grouped.codes[name])


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("exclusive", [(), ("none",)])
def test_patterns_nobody_gave_are_no_levels(monkeypatch, blank, exclusive):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"price": rng.integers(0, 2, 90), "far": 0, "none": rng.integers(0, 2, 90)})
    frame = frame.astype(float)
    if blank:
        frame.loc[[4, 7], "price"] = np.nan
    options = {"multiple": {"q": ["price", "far", "none"]}, "exclusive": exclusive}
    few = survey.from_frame(frame, **options).tally
    monkeypatch.setattr(frame_columns, "FEW", 0)
    many = survey.from_frame(frame, **options).tally
    assert few.levels["q"].answered.sum() == (3 if exclusive else 4)
    assert 1 <= (~few.levels["q"].answered).sum() <= (3 if blank else 1)
    np.testing.assert_array_equal(few.levels["q"].values, many.levels["q"].values)
    np.testing.assert_array_equal(few.levels["q"].missing, many.levels["q"].missing)
    np.testing.assert_array_equal(few.codes["q"], many.codes["q"])
    np.testing.assert_array_equal(few.count, many.count)


@pytest.mark.parametrize("options", [1, 7, 8, 9])
@pytest.mark.parametrize("blank", [0, 5])
def test_shares_of_ticks_are_means_of_columns(options, blank):
    rng = np.random.default_rng(options)
    columns = [f"o{i}" for i in range(options)]
    frame = pd.DataFrame(rng.integers(0, 2, (3000, options)), columns=columns).astype(float)
    frame.loc[: blank - 1, "o0"] = np.nan
    found = shares(survey.from_frame(frame, multiple={"q": columns}), "q").frame
    np.testing.assert_allclose(found["estimate"], frame.dropna().mean(), rtol=1e-12)


@pytest.mark.parametrize("more", [0, 9])
def test_a_tick_given_stays_a_tick_where_another_cell_is_empty(more):
    frame = pd.DataFrame({"price": [1, 1, 0, 0] * 20, "far": [1, np.nan, 0, np.nan] * 20}, dtype=float)
    columns = ["price", "far", *(f"o{i}" for i in range(more))]
    frame = frame.assign(**dict.fromkeys(columns[2:], 0.0))
    sample = survey.from_frame(frame, multiple={"q": columns})
    for base, n, far in (("answered", 40, 0.5), ("asked", 80, 0.25), ("all", 80, 0.25)):
        found = shares(sample, "q", base=base, rules=ANYTHING).frame
        assert found["n"].tolist()[:2] == [n, n]
        assert found["estimate"].tolist()[:2] == [0.5, far]


def test_columns_of_ticks_and_gaps_alone_are_refused_unless_told_what_a_gap_is():
    frame = pd.DataFrame({"price": [1, 1, np.nan, np.nan, 1], "far": [np.nan, 1, 1, np.nan, 1]})
    with pytest.raises(survey.EstimateError, match=r'column "price".*no 0.*empty="unticked"'):
        survey.from_frame(frame, multiple={"q": ["price", "far"]})
    unticked = survey.from_frame(frame, multiple={"q": ["price", "far"]}, empty="unticked")
    assert shares(unticked, "q", rules=ANYTHING).frame["estimate"].tolist() == [0.6, 0.6]
    assert shares(unticked, "q", rules=ANYTHING).frame["n"].tolist() == [5, 5]
    unanswered = survey.from_frame(frame, multiple={"q": ["price", "far"]}, empty="unanswered")
    assert shares(unanswered, "q", rules=ANYTHING).frame["n"].tolist() == [2, 2]
    with pytest.raises(survey.EstimateError, match='"unanswered", "unticked"'):
        survey.from_frame(frame, multiple={"q": ["price", "far"]}, empty="no")


def test_an_infinite_number_is_no_answer():
    with pytest.raises(survey.EstimateError, match='column "y", row 2: is infinite'):
        survey.from_frame(pd.DataFrame({"y": [1.0, np.inf, 2.0]}))


def merged(sample, names):
    """Return the sample with records alike in answers put together whatever their base weights."""
    old = sample.tally
    first, group = group_rows([*(old.codes[name] for name in names), old.stratum])
    sums = [np.bincount(group, weights=v) for v in (old.count, old.base, old.base_square)]
    new = replace(
        old,
        codes={name: old.codes[name][first] for name in names},
        count=sums[0].round().astype(np.int64),
        base=sums[1],
        base_square=sums[2],
        stratum=old.stratum[first],
    )
    assert len(new) < len(old)
    return replace(sample, tally=new)


MARGINS = {"g": {"a": 0.5, "b": 0.3, "c": 0.2}, "h": {"u": 0.4, "v": 0.6}}


@pytest.mark.parametrize("raked", [False, True])
@pytest.mark.parametrize("by", [None, "g"])
@pytest.mark.parametrize("strata", [None, "s"])
def test_merging_base_weights_leaves_the_plain_technique_exact(raked, by, strata):
    frame = frame_of(7, base=(0.4, 1.0, 2.5))
    if strata:
        frame["s"] = np.arange(len(frame)) % 3
    whole = sample_of(frame, strata=strata)
    small = merged(whole, ["g", "h", "q"])
    if raked:
        whole, small = (survey.rake(sample, MARGINS) for sample in (whole, small))
    expected, found = (
        shares(sample, "q", by=by, variance="taylor", rules=ANYTHING) for sample in (whole, small)
    )
    np.testing.assert_allclose(found.frame["estimate"], expected.frame["estimate"], rtol=1e-10)
    np.testing.assert_allclose(found.covariance, expected.covariance, rtol=1e-8, atol=1e-18)
    assert expected.covariance[0, 0] > 1e-6
    assert found.frame["n"].tolist() == expected.frame["n"].tolist()


def test_the_sum_of_squares_is_what_keeps_it_exact():
    whole = sample_of(frame_of(7, base=(0.4, 1.0, 2.5)))
    small = merged(whole, ["g", "h", "q"])
    tallied = small.tally
    wrong = replace(small, tally=replace(tallied, base_square=tallied.base**2 / tallied.count))
    expected, found = (shares(s, "q", variance="taylor", rules=ANYTHING).covariance for s in (whole, wrong))
    assert found[0, 0] < 0.9 * expected[0, 0]


@settings(deadline=None, max_examples=30, derandomize=True)
@given(st.integers(0, 10_000))
def test_the_order_of_people_does_not_matter(seed):
    frame = frame_of(seed, n=60, base=(1.0, 2.0))
    one, two = (sample_of(f).tally for f in (frame, frame.sample(frac=1, random_state=seed)))
    records = [
        sorted(
            zip(
                *(t.levels[n].values[t.codes[n]].tolist() for n in ("g", "h", "q")),
                t.count, t.base, t.base_square, strict=True,
            )
        )
        for t in (one, two)
    ]  # fmt: skip
    assert records[0] == records[1]
