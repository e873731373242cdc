"""Benchmarks: questions with a known answer in the population that was not weighted on (methods 4.5)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

import survey.numeric.special_functions as special
from analysis.estimates import Estimates, make_estimates, one_row
from analysis.publication.rules import NCHS, NO_RULES
from analysis.statistics.shares import shares
from survey.errors import EstimateError
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

# Root mean square bias of weighted samples of volunteers elsewhere: nine were off by 5.8 to about 10 points
# on average (Pew Research Center 2016); the root mean square is about a quarter larger.
ELSEWHERE, RANGE = 0.08, (0.06, 0.10)
PRIOR_QUESTIONS = 5  # what is known from elsewhere counts as so many benchmark questions: a judgement


@on_one_thread
def benchmark_errors(sample: WeightedSample, known: Mapping[str, Mapping[str, float]]) -> Estimates:
    """Return the errors of weighted shares against known ones, by option and on average (methods 4.5).

    Measure "benchmark_error": p - P with its standard error, suppressed where p is (methods 3.5). Then,
    without a question, "mean_absolute_error", the mean of |p - P| over all options.

    Parameters
    ----------
    known : mapping of str to mapping of str to float
        For each question, every option's share in the population.

    Raises
    ------
    EstimateError
        If an option is unknown or left out, or shares do not add up to 1 where only one can be chosen.
    """
    if not known:
        raise EstimateError("benchmark_errors", key="honesty.no_benchmarks")
    rows: list[dict[str, object]] = []
    errors = []
    for question, truth in known.items():
        # What the errors come to is taken over all of them, also of shares that may not be printed.
        frame, printed = (shares(sample, question, rules=rules).frame for rules in (NO_RULES, NCHS))
        where, options = f'benchmark "{question}"', [str(option) for option in frame["option"]]
        for option in [*truth, *options]:
            if option not in options or option not in truth:
                raise EstimateError(
                    where,
                    key="honesty.benchmark_unknown" if option not in options else "honesty.benchmark_absent",
                    option=option,
                    options=options,
                )
        if not all(0 <= share <= 1 for share in truth.values()):
            raise EstimateError(where, key="honesty.benchmark_share")
        total = sum(truth.values())
        if sample.tally.question(question)[0].kind == "single" and abs(total - 1) > 0.005:
            raise EstimateError(where, key="honesty.benchmark_sum", total=total)
        for row, flag in zip(frame.to_dict("records"), printed["flag"], strict=True):
            known_share = truth[str(row["option"])]
            names = ("wave", "question", "option", "n", "df", "confidence", "method", "std_error")
            values: dict[str, object] = {name: row[name] for name in names}
            values |= {name: float(row[name]) - known_share for name in ("estimate", "conf_low", "conf_high")}
            values |= {"flag": flag, "note": "share_withheld" if flag == "suppress" else ""}
            rows.append(values | {"measure": "benchmark_error"})
            errors.append(float(row["estimate"]) - known_share)
    mean = {
        "measure": "mean_absolute_error",
        "method": "benchmarks",
        "estimate": float(np.abs(errors).mean()),
    }
    rows.append({"wave": sample.wave} | mean)
    return make_estimates(rows, None, {sample.wave: sample.history})


@dataclass(frozen=True, slots=True)
class BiasAllowance:
    """A share with limits that allow for bias, for a sentence and never for an error bar.

    Attributes
    ----------
    bias : float
        Root mean square bias allowed for.
    squares : tuple of float
        Of each benchmark question the mean over its options of (p - P)² - V, which may be below 0.
    """

    low: float
    high: float
    bias: float
    squares: tuple[float, ...]


def bias_allowance(
    share: Estimates | pd.DataFrame, benchmarks: Estimates | None = None, *, prior: float = ELSEWHERE
) -> BiasAllowance:
    """Return limits of a share that allow for the bias of benchmarks and of other surveys (methods 4.5).

    Parameters
    ----------
    share : Estimates or DataFrame
        One row with estimate, conf_low and conf_high, such as ``shares(sample, "q").rows(option="yes")``.
    benchmarks : Estimates, optional
        Those of `benchmark_errors`. Options of one question count once, and all questions are shrunk to the
        prior, which counts as five, so that one benchmark that happens to agree does not end the doubt.
    prior : float
        What such samples showed elsewhere, 0-1: between 0.06 and 0.10.

    Raises
    ------
    EstimateError
        If the share is not one row, is suppressed, or the interval does not hold it.
    """
    row = one_row("bias_allowance", share)
    squares = squares_of(benchmarks)
    bias = shrunk_bias(squares, prior)
    limits = (float(row[name]) for name in ("estimate", "conf_low", "conf_high"))
    return BiasAllowance(*allowed_limits(*limits, bias=bias), bias, squares)


def squares_of(errors: Estimates | None) -> tuple[float, ...]:
    """Return the mean of (p - P)² - V over the options of each question; none without any.

    Parameters
    ----------
    errors : Estimates, optional
        Those of `benchmark_errors`, or biases against a random sample.
    """
    if errors is None:
        return ()
    frame = errors.frame[errors.frame["measure"] != "mean_absolute_error"]
    frame = frame[frame["flag"] != "suppress"]
    return tuple(
        float((rows["estimate"].astype(float) ** 2 - rows["std_error"].astype(float) ** 2).mean())
        for _, rows in frame.groupby("question", sort=False)
    )


def bias_allowances(
    estimates: Estimates, benchmarks: Estimates | None = None, measured: Estimates | None = None
) -> Estimates:
    """Return the shares of the whole sample with limits that allow for bias, at both ends of what is known.

    Measure "total_error", `by` "prior", `group` 0.06 and 0.1: `conf_low` and `conf_high` as
    `bias_allowance` has them; note "benchmarks" where the study has its own, "reference" where a random
    sample was asked other questions, else "elsewhere". Then "bias", without a question: what was allowed for.

    Parameters
    ----------
    measured : Estimates, optional
        Biases against a random sample. For a question that it was asked too the measured bias takes the place
        of all that, as √((p - P)² + V), `group` "reference"; the others count as benchmarks.
    """
    squares = (*squares_of(benchmarks), *squares_of(measured))
    note = "benchmarks" if squares_of(benchmarks) else "reference" if squares else "elsewhere"
    own = _measured(measured)
    shares = estimates.rows(measure="share", by="").to_dict("records")
    rows: list[dict[str, object]] = []
    for prior in RANGE if shares else ():
        bias = shrunk_bias(squares, prior)
        rows += [
            _allowed(row, f"{prior:g}", bias, note)
            for row in shares
            if (row["question"], row["option"]) not in own
        ]
        at: dict[str, object] = {"wave": shares[-1]["wave"], "by": "prior", "group": f"{prior:g}"}
        rows.append(at | {"measure": "bias", "method": "bias_allowance", "estimate": bias})
    rows += [
        _allowed(row, "reference", bias, "reference")
        for row in shares
        if (bias := own.get((row["question"], row["option"]), -1.0)) != -1.0
    ]
    return make_estimates(rows, None, estimates.histories)


def _allowed(row: Mapping[Hashable, Any], group: str, bias: float, note: str) -> dict[str, object]:
    """Return a share with limits that allow for a bias; withheld where it, or the bias, is."""
    keys: dict[str, object] = {
        str(name): row[name] for name in ("wave", "question", "option", "n", "confidence")
    }
    keys |= {"measure": "total_error", "method": "bias_allowance", "by": "prior", "group": group}
    if row["flag"] == "suppress" or not bias >= 0:
        return keys | {"flag": "suppress", "note": "share_withheld"}
    p, *limits = (float(row[name]) for name in ("estimate", "conf_low", "conf_high"))
    low, high = allowed_limits(p, *limits, bias=bias)
    return keys | {"estimate": p, "conf_low": low, "conf_high": high, "note": note}


def _measured(bias: Estimates | None) -> dict[tuple[str, str], float]:
    """Return by question and option what to allow for, √((p - P)² + V); NaN where that is suppressed."""
    if bias is None:
        return {}
    frame = bias.frame
    allowed = np.sqrt(frame["estimate"].astype(float) ** 2 + frame["std_error"].astype(float) ** 2)
    return dict(zip(zip(frame["question"], frame["option"], strict=True), allowed.tolist(), strict=True))


def shrunk_bias(squares: Sequence[float], prior: float = ELSEWHERE) -> float:
    """Return the root mean square bias to allow for, from benchmarks and from elsewhere (methods 4.5).

    √max(0, (5 b² + Σm)/(5 + Q)), b the prior.

    Parameters
    ----------
    squares : sequence of float
        m of each of Q benchmark questions: the mean over its options of (p - P)² - V, which may be below 0.
    prior : float
        What such samples showed elsewhere.
    """
    total = PRIOR_QUESTIONS * prior**2 + sum(squares)
    return sqrt(max(0.0, total / (PRIOR_QUESTIONS + len(squares))))


def allowed_limits(p: float, low: float, high: float, *, bias: float) -> tuple[float, float]:
    """Return the limits of a share widened for a bias, never inside the interval (methods 4.5).

    p - √((p-L)² + (1.96 b)²) and p + √((U-p)² + (1.96 b)²), cut at 0 and 1.

    Raises
    ------
    EstimateError
        If the interval does not hold the share, or the bias is below 0.
    """
    if not (low <= p <= high and bias >= 0):
        raise EstimateError(f"p={p:g}", key="honesty.limits", low=low, high=high)
    reach = special.ndtri(0.975) * bias
    return max(0.0, p - sqrt((p - low) ** 2 + reach**2)), min(1.0, p + sqrt((high - p) ** 2 + reach**2))
