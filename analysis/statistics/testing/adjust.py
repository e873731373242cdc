"""Many comparisons at once: p-values adjusted for the family they belong to (methods 3.8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

import survey.numeric.special_functions as special
from analysis.domains import check_confidence
from analysis.estimates import Estimates
from survey.errors import EstimateError, check_choice
from survey.numeric.array_types import Floats

Adjustment = Literal["holm", "bonferroni", "bh"]
Simultaneous = Literal["bonferroni", "sidak", "tukey"]


def adjusted_p_values(p: Floats, method: Adjustment = "holm") -> Floats:
    """Return p-values adjusted for their number, in the order given.

    "holm" and "bonferroni" hold the chance of any false finding in the family, "bh" (Benjamini and
    Hochberg 1995) the share of false ones among the findings, for a first look only.
    """
    # Not statsmodels' multipletests: it takes longer to load than all the rest of an estimate, and
    # collects garbage at every call.
    p = np.asarray(p, dtype=np.float64)
    m, order = len(p), np.argsort(p, kind="stable")
    rank = np.arange(1, m + 1)
    if method == "bonferroni":
        return np.minimum(m * p, 1.0)
    adjusted = np.empty(m)
    if method == "holm":
        adjusted[order] = np.maximum.accumulate((m - rank + 1) * p[order])
    else:
        adjusted[order] = np.minimum.accumulate((m * p[order] / rank)[::-1])[::-1]
    return np.minimum(adjusted, 1.0)


def adjust(estimates: Estimates, family: str, *, method: Adjustment = "holm") -> Estimates:
    """Return the estimates with `p_adjusted` over all their tests, the family named (methods 3.8).

    The column `family` then reads such as "holm, 12 tests: concerns by district".

    Parameters
    ----------
    family : str
        What the tests have in common, in the reader's words: one printed table.
    method : {"holm", "bonferroni", "bh"}
        As `adjusted_p_values`.

    Raises
    ------
    EstimateError
        If there is no test among the estimates, the method is unknown or the family has no name.
    """
    check_choice("method", method, Adjustment)
    if not isinstance(family, str) or not family.strip():
        raise EstimateError("family", key="test.family")
    p = estimates.frame["p_value"].to_numpy(dtype=np.float64)
    tested = np.isfinite(p)
    if not tested.any():
        raise EstimateError("adjust", key="test.none")
    adjusted = np.full(len(p), np.nan)
    adjusted[tested] = adjusted_p_values(p[tested], method)
    named = np.where(tested, f"{method}, {int(tested.sum())} tests: {family}", "").astype(object)
    return replace(estimates, frame=estimates.frame.assign(p_adjusted=adjusted, family=named))


def simultaneous_z(k: int, *, confidence: float = 0.95, method: Simultaneous = "bonferroni") -> float:
    """Return the normal quantile that makes k intervals hold together (methods 3.8).

    Parameters
    ----------
    method : {"bonferroni", "sidak", "tukey"}
        1 - a/2k; (1 + c^(1/k))/2 for independent estimates; the studentised range over √2 for all
        pairs of k independent ones of one error.

    Raises
    ------
    EstimateError
        If k is not a whole number above 0 (above 1 for pairs), or the confidence no level.
    """
    check_choice("method", method, Simultaneous)
    if not isinstance(k, (int, np.integer)) or k < (2 if method == "tukey" else 1):
        raise EstimateError(f"k={k}", key="test.intervals")
    check_confidence(confidence)
    if method == "tukey":
        from scipy.stats import studentized_range

        return float(studentized_range.ppf(confidence, k, np.inf) / np.sqrt(2))
    tail = 1 - (1 - confidence) / (2 * k) if method == "bonferroni" else (1 + confidence ** (1 / k)) / 2
    return float(special.ndtri(tail))
