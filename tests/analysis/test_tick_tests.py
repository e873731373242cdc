"""The test of ticks by group, the examples of crosstabs, and calls that are refused."""

import doctest

import numpy as np
import pandas as pd
import pytest

import survey
from analysis import crosstab, rao_scott, tick_all_test
from survey.errors import EstimateError

TICKS = ["price", "quality", "distance"]


def ticks(n=400, seed=2, **extra):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.integers(0, 2, (n, 3)), columns=TICKS)
    return frame.assign(area=rng.choice(["n", "s", "w"], n), w=rng.uniform(0.5, 2, n), **extra)


def test_one_option_is_tested_as_a_table_of_two_rows():
    frame = ticks()
    frame["told"] = np.where(frame["price"] == 1, "yes", "no")
    sample = survey.from_frame(frame, "w", multiple={"ticks": ["price"]})
    one, table = tick_all_test(sample, "ticks", "area"), rao_scott(sample, "told", "area")
    assert one.statistic == pytest.approx(table.statistic, rel=1e-9)
    assert one.p_value == pytest.approx(table.p_value, rel=1e-9)


def test_the_same_option_twice_says_no_more_than_once():
    frame = ticks().assign(again=lambda f: f["price"])
    once, twice = (
        tick_all_test(survey.from_frame(frame, "w", multiple={"ticks": columns}), "ticks", "area")
        for columns in (["price"], ["price", "again"])
    )
    assert twice.chi_square == pytest.approx(2 * once.chi_square)
    assert twice.p_value == pytest.approx(once.p_value, rel=1e-9)
    assert twice.numerator == pytest.approx(once.numerator)


def test_the_test_of_ticks_keeps_its_level_and_finds_a_difference():
    """Of 600 files of related ticks and no difference about 5 in 100 are significant."""
    rng, p = np.random.default_rng(19), []
    for _ in range(600):
        mood = rng.normal(size=(120, 1))
        frame = pd.DataFrame((mood + rng.normal(size=(120, 3)) > 0).astype(int), columns=TICKS)
        frame["area"] = rng.choice(["n", "s"], 120)
        p.append(tick_all_test(survey.from_frame(frame, multiple={"t": TICKS}), "t", "area").p_value)
    assert 0.03 < np.mean(np.array(p) < 0.05) < 0.08
    frame["price"] = (frame["area"] == "n").astype(int)
    assert tick_all_test(survey.from_frame(frame, multiple={"t": TICKS}), "t", "area").p_value < 1e-10


def test_options_that_do_not_vary_are_left_out_and_named():
    frame = ticks(nobody=0)
    sample = survey.from_frame(frame, multiple={"ticks": [*TICKS, "nobody"]})
    found = crosstab(sample, "ticks", by="area").rao_scott.set_index("option")
    assert found.loc["nobody", "note"] == "no_variation"
    assert found.loc[TICKS, "p_adjusted"].ge(found.loc[TICKS, "p_value"]).all()
    alone = survey.from_frame(frame, multiple={"ticks": TICKS})
    assert found.loc["", "p_value"] == pytest.approx(tick_all_test(alone, "ticks", "area").p_value)


def test_the_examples_run():
    from analysis.statistics.crosstabs import crosstab as module
    from analysis.statistics.testing import tick_tests
    from survey.weighting import person_weights

    for one in (module, tick_tests, person_weights):
        ran = doctest.testmod(one)
        assert ran.attempted > 0
        assert ran.failed == 0


WRONG = {
    "no sample": (lambda s: crosstab("x", "ticks", by="area"), "sample"),
    "unknown question": (lambda s: crosstab(s, "price", by="area"), '"?price"?'),
    "unknown letters": (lambda s: crosstab(s, "ticks", by="area", letters="wald"), 'letters="wald"'),
    "withheld unknown": (lambda s: crosstab(s, "ticks", by="area", withheld="all"), 'withheld="all"'),
    "wave of one sample": (lambda s: crosstab(s, "ticks", by="wave"), "several"),
    "one wave": (lambda s: crosstab({"a": s}, "ticks", by="wave"), "1 waves"),
    "by nothing": (lambda s: crosstab(s, "ticks", by=[]), "by"),
    "rows twice": (lambda s: crosstab(s, ["ticks", "ticks"], by="area"), "rows"),
    "ticks of a single question": (lambda s: tick_all_test(s, "area", "area"), "several answers"),
    "by ticks": (lambda s: tick_all_test(s, "ticks", "ticks"), "multiple"),
    "ticks that say nothing": (
        lambda s: tick_all_test(survey.from_frame(ticks(none=0), multiple={"t": ["none"]}), "t", "area"),
        "nothing to test",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_calls_are_refused_by_name(name):
    call, words = WRONG[name]
    with pytest.raises(EstimateError, match=words):
        call(survey.from_frame(ticks(), multiple={"ticks": TICKS}))
