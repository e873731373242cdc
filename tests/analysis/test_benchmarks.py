"""Errors against known shares, and the bias allowed for."""

import numpy as np
import pytest
from rules import ANYTHING
from volunteers import volunteers

from analysis import shares
from analysis.sensitivity.benchmarks import benchmark_errors, bias_allowance
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
    bias = np.sqrt(max((gaps**2 - errors**2).mean(), 0))
    assert found.rows(measure="bias")["estimate"].iloc[0] == pytest.approx(bias)


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


def test_an_allowance_is_wider_than_the_interval_and_named_by_its_source():
    table = shares(volunteers(), "q")
    row = table.frame.iloc[0]
    found = bias_allowance(table).frame.iloc[0]
    assert found["note"] == "elsewhere"
    assert found["conf_low"] < row["conf_low"] < row["conf_high"] < found["conf_high"]
    half = np.sqrt((1.959963984540054 * 0.1) ** 2 + (row["estimate"] - table.frame["conf_low"].iloc[0]) ** 2)
    assert bias_allowance(table, bias=0.1).frame.iloc[0]["note"] == "benchmarks"
    assert bias_allowance(table, bias=0.1).frame.iloc[0]["conf_low"] == pytest.approx(
        row["estimate"] - half, abs=2e-3
    )
