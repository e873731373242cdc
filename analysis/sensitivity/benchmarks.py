"""Benchmarks: questions with a known answer in the population that was not weighted on (methods 4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np

from analysis.estimates import Estimates, make_estimates
from analysis.numeric.opt_in import total_error
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.shares import shares
from survey.errors import EstimateError
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

# Root mean square bias of weighted opt-in samples elsewhere: nine of them were off by 5.8 to 10 points
# on average (Pew Research Center 2016).
ELSEWHERE = 0.06
# What the errors come to is taken over all of them, also of shares that may not be printed.
NO_RULES = ShareRules(people=2, too_wide=2, narrow=2, wide=2, df=0)


@on_one_thread
def benchmark_errors(sample: WeightedSample, known: Mapping[str, Mapping[str, float]]) -> Estimates:
    """Return the errors of weighted shares against known ones, by option and on average (methods 4.5).

    Measure "benchmark_error": p - P with its standard error, suppressed where p is (methods 3.5). Then,
    without a question, "mean_absolute_error", the mean of |p - P| over all options, and "bias", the root
    of the mean of (p - P)² - V where that is above 0, which is what chance does not account for.

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
        raise EstimateError(
            "benchmark_errors", "was given no known shares", "give {question: {option: share}}"
        )
    rows: list[dict[str, object]] = []
    errors, variances = [], []
    for question, truth in known.items():
        frame, printed = (shares(sample, question, rules=rules).frame for rules in (NO_RULES, NCHS))
        where, options = f'benchmark "{question}"', [str(option) for option in frame["option"]]
        for option in [*truth, *options]:
            if option not in options or option not in truth:
                problem = f'"{option}" is {"not an option" if option not in options else "left out"}'
                raise EstimateError(where, problem, f"give a share for each of {', '.join(options)}")
        if not all(0 <= share <= 1 for share in truth.values()):
            raise EstimateError(where, "has a share outside 0 to 1", "give shares such as 0.4")
        total = sum(truth.values())
        if sample.tally.question(question)[0].kind == "single" and abs(total - 1) > 0.005:
            raise EstimateError(where, f"its shares add up to {total:.4g}, not 1", "correct them")
        for row, flag in zip(frame.to_dict("records"), printed["flag"], strict=True):
            known_share = truth[str(row["option"])]
            names = ("wave", "question", "option", "n", "df", "confidence", "method", "std_error")
            values: dict[str, object] = {name: row[name] for name in names}
            values |= {name: float(row[name]) - known_share for name in ("estimate", "conf_low", "conf_high")}
            values |= {"flag": flag, "note": "share_withheld" if flag == "suppress" else ""}
            rows.append(values | {"measure": "benchmark_error"})
            errors.append(float(row["estimate"]) - known_share)
            variances.append(float(row["std_error"]) ** 2)
    bias = sqrt(max(float((np.array(errors) ** 2 - np.array(variances)).mean()), 0.0))
    for measure, value in (("mean_absolute_error", float(np.abs(errors).mean())), ("bias", bias)):
        rows.append({"wave": sample.wave, "measure": measure, "method": "benchmarks", "estimate": value})
    return make_estimates(rows, None, {sample.wave: sample.history})


def bias_allowance(estimates: Estimates, *, bias: float = ELSEWHERE, confidence: float = 0.95) -> Estimates:
    """Return the shares of the whole sample with limits that allow for a bias of this size (methods 4.5).

    Measure "total_error": `conf_low` and `conf_high` are p ± √((t se)² + (1.96 b)²), cut at 0 and 1. For a
    sentence, never for an error bar. Note "elsewhere" where the bias is the default, which is what
    weighted opt-in samples of other countries showed, and "benchmarks" where it is given.
    """
    rows: list[dict[str, object]] = []
    for row in estimates.rows(measure="share", by="").to_dict("records"):
        keys = {str(name): row[name] for name in ("wave", "question", "option", "n", "confidence")}
        keys |= {"measure": "total_error", "method": "bias_allowance"}
        if row["flag"] == "suppress":
            rows.append(keys | {"flag": "suppress", "note": "share_withheld"})
            continue
        p, error = float(row["estimate"]), float(row["std_error"])
        low, high = total_error(p, error, bias=bias, df=float(row["df"]), confidence=confidence)
        rows.append(
            keys
            | {"estimate": p, "conf_low": max(low, 0.0), "conf_high": min(high, 1.0)}
            | {"note": "elsewhere" if bias == ELSEWHERE else "benchmarks"}
        )
    return make_estimates(rows, None, estimates.histories)
