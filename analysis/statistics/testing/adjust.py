"""Many comparisons at once: p-values adjusted for the family they belong to (methods 3.8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

import survey.numeric.special_functions as special
from analysis.domains import check_confidence
from analysis.estimates import BAND, Estimates
from survey.errors import EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats
from survey.study.reference_plan import JoiningMethod

Adjustment = Literal["holm", "bonferroni", "bh"]
# Differences by what they are of, and what the tests of one printed table have in common.
BIASES = ("bias_unweighted", "bias_weighted", *(f"bias_{method}" for method in get_args(JoiningMethod)))
FAMILIES = {
    "arrival_difference": "early against late answers to {question}",
    **{measure: f"{measure.replace('_', ' ')}, questions of both samples" for measure in BIASES},
    "channel_difference": "{question}",
    "change": "change of {question}",
    "difference": "pairs of options",
    "difference_from_rest": "{question}",
    "mean_difference_from_rest": "mean of {question}",
    "trend": "trend of {question}",
}
FAMILY_KEYS = ("measure", "question", "by", "option")
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
    named = np.where(tested, _named(method, int(tested.sum()), family), "").astype(object)
    return replace(estimates, frame=estimates.frame.assign(p_adjusted=adjusted, family=named))


def adjust_families(estimates: Estimates, primary: tuple[str, str] | None = None) -> Estimates:
    """Return differences with `p_adjusted` by Holm within each family, named; other rows as they are.

    Limits that hold together (`BAND`) are left to those that stand.

    A family is what is printed together (methods 3.8): the changes of a question between two waves, in all
    groups; its groups against the rest; all pairs of options of a wave. Rows without a p-value, as
    withheld ones are, do not count.

    Parameters
    ----------
    primary : (question, option), optional
        The change in the whole sample since the wave before that was named before the fieldwork: a test by
        itself, which the family of the other changes does without.
    """
    frame = estimates.frame
    told = frame["measure"].isin(FAMILIES) & np.isfinite(frame["p_value"].to_numpy(dtype=np.float64))
    adjusted = frame["p_adjusted"].to_numpy(dtype=np.float64, copy=True)
    named = frame["family"].to_numpy(dtype=object, copy=True)
    anew = frame["measure"].isin(FAMILIES).to_numpy()
    adjusted[anew], named[anew] = np.nan, ""
    tested = frame.reset_index(drop=True)[told.to_numpy()]
    keys = (tested[name] for name in FAMILY_KEYS)
    families = pd.Series([_family(primary, *key) for key in zip(*keys, strict=True)], tested.index, object)
    for (_, family), rows in tested.groupby([tested["wave"], families], sort=False).groups.items():
        adjusted[rows] = adjusted_p_values(tested.loc[rows, "p_value"].to_numpy(dtype=np.float64))
        named[rows] = _named("holm", len(rows), str(family))
    gone = anew & ~stand(frame["confidence"], adjusted)
    limits = {name: frame[name].mask(gone) for name in BAND if name in frame}
    return replace(estimates, frame=frame.assign(p_adjusted=adjusted, family=named, **limits))


def stand(confidence: pd.Series | Floats, p_adjusted: Floats) -> Bools:
    """Return which differences stand in their families: with an adjusted p below one minus the level."""
    return np.asarray(p_adjusted < 1 - np.asarray(confidence, dtype=np.float64) - 1e-12)


def _named(method: Adjustment, tests: int, family: str) -> str:
    """Return the text of the column `family`."""
    return f"{method}, {tests} test{'s' if tests > 1 else ''}: {family}"


def _family(primary: tuple[str, str] | None, measure: str, question: str, by: str, option: str) -> str:
    """Return the name of the family that a difference belongs to."""
    if measure == "change" and not by and (question, option) == primary:
        return f"primary comparison, change of {question} {option}"
    name = FAMILIES[measure].format(question=question)
    return f"{name} by {by}" if by else name


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
