"""Errors against known shares, and the bias allowed for."""

import numpy as np
import pytest
from rules import ANYTHING
from volunteers import volunteers

from analysis import shares
from analysis.sensitivity.benchmarks import benchmark_errors, bias_allowance, bias_allowances, squares_of
from survey.errors import EstimateError


def test_benchmarks_by_hand():
    sample = volunteers()
    table = shares(sample, "age", rules=ANYTHING).frame.set_index("option")
    known = {"age": {"a": 0.4, "b": 0.3, "c": 0.3}}
    found = benchmark_errors(sample, known)
    gaps = np.array([table.loc[k, "estimate"] - v for k, v in known["age"].items()])
    assert found.rows(measure="benchmark_error")["estimate"].tolist() == pytest.approx(gaps.tolist())
    assert found.rows(measure="mean_absolute_error")["estimate"].iloc[0] == pytest.approx(np.abs(gaps).mean())
    errors = table["std_error"].to_numpy()
    assert squares_of(found) == pytest.approx(((gaps**2 - errors**2).mean(),))


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "no known shares"),
        ({"age": {"a": 0.5, "b": 0.5}}, '"c" is left out'),
        ({"age": {"a": 0.4, "b": 0.3, "d": 0.3}}, '"d" is not an option'),
        ({"age": {"a": 0.4, "b": 0.4, "c": 0.4}}, "add up to 1.2"),
        ({"age": {"a": 1.4, "b": -0.2, "c": -0.2}}, "outside 0 to 1"),
    ],
)
def test_benchmarks_that_are_none_are_refused(known, words):
    with pytest.raises(EstimateError, match=words):
        benchmark_errors(volunteers(), known)


def test_allowances_hold_the_interval_at_both_ends_of_what_is_known():
    table = shares(volunteers(), "q")
    own = table.frame.set_index("option")
    known = benchmark_errors(volunteers(), {"age": {"a": 0.4, "b": 0.3, "c": 0.3}})
    for benchmarks, note in ((None, "elsewhere"), (known, "benchmarks")):
        found = bias_allowances(table, benchmarks)
        widths = []
        for prior in (0.06, 0.1):
            at = found.rows(by="prior", group=f"{prior:g}")
            alone = bias_allowance(table.rows(option="yes"), benchmarks, prior=prior)
            row = at[at["option"] == "yes"].iloc[0]
            assert (row["conf_low"], row["conf_high"], row["note"]) == (alone.low, alone.high, note)
            assert at[at["measure"] == "bias"]["estimate"].tolist() == [alone.bias]
            assert (
                row["conf_low"] < own.loc["yes", "conf_low"] < own.loc["yes", "conf_high"] < row["conf_high"]
            )
            widths.append(row["conf_high"] - row["conf_low"])
        assert widths[0] < widths[1]
    assert bias_allowance(table.rows(option="yes"), known).bias < 0.08
