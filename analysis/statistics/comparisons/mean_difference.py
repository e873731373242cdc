"""Each group's mean of a number against that of everybody else (methods 3.10)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.bases import Base, base_of, technique_of
from analysis.domains import FIXED, check_confidence, linearised_means
from analysis.estimates import Estimates, make_table, table_keys
from analysis.numeric.covariance import Technique, degrees_of_freedom
from analysis.numeric.intervals import t_quantile, with_skewness, without_skewness
from analysis.numeric.score import two_sided_p_value
from analysis.publication.rules import NUMBERS, NumberRules
from analysis.statistics.comparisons.contrasts import covariance_from_rest, welch_df
from analysis.statistics.comparisons.difference import STILL, Side, t_columns, with_sides
from analysis.statistics.means import means_in
from analysis.statistics.testing.adjust import adjust_families
from survey.errors import Cell, EstimateError
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@on_one_thread
def mean_difference(
    sample: WeightedSample,
    question: str,
    by: str,
    *,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: NumberRules = NUMBERS,
) -> Estimates:
    """Return each group's mean minus the mean among everybody else, in the number's unit, after Holm.

    One row a group, measure "mean_difference_from_rest" (methods 3.10). The rest are the people of the
    other groups who gave a number; those of unknown group are in neither. Interval and p-value are those
    of Student's t on the covariance of both sides: for a plain list of people freed of the skewness of the
    difference (Hall 1992; method "t_skewness") and at Welch and Satterthwaite's degrees of freedom, which
    are those of a small group; else (method "t") at the units less strata. The family of Holm's
    adjustment is this table. A row carries the worse flag of the two sides.

    Raises
    ------
    EstimateError
        As `analysis.means`, or if the question has options.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"fee": [9.0, 11.0] * 20 + [19.0, 21.0] * 20, "town": ["a"] * 40 + ["b"] * 40})
    >>> found = mean_difference(survey.from_frame(frame), "fee", "town").frame
    >>> found[["group", "estimate"]].round(1).values.tolist()
    [['a', -10.0], ['b', 10.0]]
    """
    check_confidence(confidence)
    technique, base = technique_of(sample, variance), base_of(sample, [question], by)
    if base.items != ((question, ""),):
        raise EstimateError(Cell(question=question), key="estimate.no_mean_difference")
    anybody: Bools = np.asarray(base.inside.any(axis=1))
    others: Bools = anybody[:, None] & ~base.inside
    parts = [base, replace(base, inside=others)]
    group, rest = (
        means_in(sample, part, by, confidence=confidence, variance=variance, rules=rules).frame
        for part in parts
    )
    u, u_rest = (linearised_means(part.inside, part)[0] for part in parts)
    covariance, left = covariance_from_rest(u, u_rest, base, others, technique)
    one, two = _side(group), _side(rest)
    df, plain = _degrees(one, two, group, rest), base.records.plain and technique != "replicates"
    if not plain:
        df = np.full(len(covariance), max(degrees_of_freedom(anybody, base.records), 1.0))
    tested = t_columns(one.share - two.share, np.diag(covariance), df, confidence)
    if plain:
        tested |= _skewed(tested, _skewness(u - u_rest, base), confidence)
    measure = "mean_difference_from_rest"
    columns = table_keys(
        wave=sample.wave, question=question, by=by, groups=base.groups, options=[""], measure=measure
    )
    columns |= with_sides(tested, (one, two), left < FIXED)
    columns |= {
        "n": group["n"].to_numpy(),
        "confidence": confidence,
        "method": "t_skewness" if plain else "t",
    }
    return adjust_families(make_table(columns, covariance, {sample.wave: sample.history}))


def _side(rows: pd.DataFrame) -> Side:
    """Return means as one side of differences."""
    mean, df = (rows[name].to_numpy(dtype=np.float64) for name in ("estimate", "df"))
    flag, note = (rows[name].to_numpy(dtype=object) for name in ("flag", "note"))
    return Side(mean, np.full(len(rows), STILL), df, flag, note)


def _degrees(one: Side, two: Side, *rows: pd.DataFrame) -> Floats:
    """Return Welch and Satterthwaite's degrees of freedom of plain lists; 1 where a mean is withheld."""
    errors = [side["std_error"].to_numpy(dtype=np.float64) ** 2 for side in rows]
    terms = np.nan_to_num(np.array([*errors, one.df, two.df]), nan=1.0)
    return np.maximum([welch_df(*column) for column in terms.T.tolist()], 1.0)


def _skewness(u: Floats, base: Base) -> Floats:
    """Return the skewness of each difference from linearised values u, shape (r, g): Σ z³ / (Σ z²)^1.5."""
    count = base.records.count[:, None].astype(np.float64)
    each = u * (base.records.base * base.records.factor)[:, None] / count
    square, cube = (count * each**2).sum(axis=0), (count * each**3).sum(axis=0)
    return np.asarray(np.divide(cube, square**1.5, out=np.zeros(len(cube)), where=square > 0))


def _skewed(columns: dict[str, Floats], skewness: Floats, confidence: float) -> dict[str, Floats]:
    """Return statistic, p-value and limits freed of the skewness of the differences."""
    error, df = columns["std_error"], columns["df"]
    statistic, quantile = without_skewness(columns["statistic"], skewness), t_quantile(confidence, df)
    return {
        "statistic": statistic,
        "p_value": two_sided_p_value(statistic, df),
        "conf_low": columns["estimate"] - error * with_skewness(quantile, skewness),
        "conf_high": columns["estimate"] - error * with_skewness(-quantile, skewness),
    }
