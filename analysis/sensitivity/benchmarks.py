"""Benchmarks: questions with a known answer in the population that was not weighted on (methods 4.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

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


def squares_of(benchmarks: Estimates | None) -> tuple[float, ...]:
    """Return the mean of (p - P)² - V over the options of each benchmark question; none without any."""
    if benchmarks is None:
        return ()
    frame = benchmarks.rows(measure="benchmark_error")
    frame = frame[frame["flag"] != "suppress"]
    return tuple(
        float((rows["estimate"].astype(float) ** 2 - rows["std_error"].astype(float) ** 2).mean())
        for _, rows in frame.groupby("question", sort=False)
    )


def bias_allowances(estimates: Estimates, benchmarks: Estimates | None = None) -> Estimates:
    """Return the shares of the whole sample with limits that allow for bias, at both ends of what is known.

    Measure "total_error", `by` "prior", `group` 0.06 and 0.1: `conf_low` and `conf_high` as
    `bias_allowance` has them; note "benchmarks" where the study has its own, else "elsewhere". Then "bias",
    without a question: what was allowed for.
    """
    squares = squares_of(benchmarks)
    wave, rows = "", list[dict[str, object]]()
    for prior in RANGE:
        bias = shrunk_bias(squares, prior)
        for row in estimates.rows(measure="share", by="").to_dict("records"):
            keys = {str(name): row[name] for name in ("wave", "question", "option", "n", "confidence")}
            keys |= {
                "measure": "total_error",
                "method": "bias_allowance",
                "by": "prior",
                "group": f"{prior:g}",
            }
            wave = row["wave"]
            if row["flag"] == "suppress":
                rows.append(keys | {"flag": "suppress", "note": "share_withheld"})
                continue
            p = float(row["estimate"])
            low, high = allowed_limits(p, float(row["conf_low"]), float(row["conf_high"]), bias=bias)
            keys |= {"estimate": p, "conf_low": low, "conf_high": high}
            rows.append(keys | {"note": "benchmarks" if squares else "elsewhere"})
        at = {
            "wave": wave,
            "measure": "bias",
            "by": "prior",
            "group": f"{prior:g}",
            "method": "bias_allowance",
        }
        rows.append(at | {"estimate": bias})
    return make_estimates(rows, None, estimates.histories)


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
