"""A straight line through the shares of three or more waves (methods 3.10)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.estimates import Estimates, make_table
from analysis.numeric.intervals import t_quantile
from analysis.numeric.score import two_sided_p_value
from analysis.numeric.score_trend import likeliest_rise, rise_limits, rise_weights, score_trend
from analysis.statistics.comparisons.contrasts import KEYS, check_alike, one_wave, share_places
from analysis.statistics.comparisons.difference import STILL, Side, interval_levels, side_of_rows, with_sides
from analysis.statistics.testing.adjust import adjust_families
from survey.errors import EstimateError
from survey.numeric.array_types import Floats

LEAST = 3


def trend(
    waves: Sequence[Estimates], *, times: Sequence[float] | None = None, confidence: float | None = None
) -> Estimates:
    """Return how far each share rises or falls along a straight line through three or more waves.

    Measure "trend", from the first wave to the last, of the shares that all waves have in common. The waves
    are independent cross-sections. Interval and p-value are those of the score test of Cochran and Armitage
    at effective numbers, corrected for skewness (method "score_trend", methods 3.10); for two waves it would
    be that of `change`. `p_adjusted` is Holm's over the trends of a question. A trend carries the worst flag
    of its shares.

    Parameters
    ----------
    waves : sequence of Estimates
        Shares of one wave each, the oldest first.
    times : sequence of float, optional
        When each was asked, in any unit; equally far apart unless given.
    confidence : float, optional
        Level of the intervals, that of the shares unless given.

    Raises
    ------
    EstimateError
        If there are fewer than three waves, the times do not rise, or the shares are unlike (`change`).
    """
    names = [one_wave(table) for table in waves]
    when = np.arange(float(len(names))) if times is None else np.asarray(times, dtype=np.float64)
    if len(names) < LEAST or len(when) != len(names) or not (np.diff(when) > 0).all():
        raise EstimateError("trend", key="change.trend", waves=names)
    check_alike(*waves)
    places = [share_places(table) for table in waves]
    common = [key for key in places[0] if all(key in of for of in places)]
    if not common:
        raise EstimateError("trend", key="change.nothing_common", later=names[-1], earlier=names[0])
    rows = [table.frame.loc[[of[key] for key in common]] for table, of in zip(waves, places, strict=True)]
    sides = [side_of_rows(side) for side in rows]
    variances = np.stack([side["std_error"].to_numpy(dtype=np.float64) ** 2 for side in rows], axis=1)
    columns = _columns(
        sides,
        variances=variances,
        times=(when - when[0]) / (when[-1] - when[0]),
        confidence=interval_levels(rows[-1], confidence),
    )
    columns |= {name: rows[-1][name].to_numpy() for name in KEYS}
    columns |= {"wave": "; ".join(names), "measure": "trend"}
    columns["n"] = np.min([side["n"].to_numpy(dtype=np.float64) for side in rows], axis=0)
    histories = {wave: history for table in waves for wave, history in table.histories.items()}
    return adjust_families(make_table(columns, None, histories))


def _columns(
    sides: Sequence[Side], *, variances: Floats, times: Floats, confidence: Floats
) -> dict[str, object]:
    """Return the columns of straight lines through the shares of several waves.

    Parameters
    ----------
    variances : float array, shape (m, waves)
    times : float array, shape (waves,)
        0 at the first wave, 1 at the last.
    """
    fixed = np.all([side.fixed for side in sides], axis=0)
    still = np.all([side.size >= STILL for side in sides], axis=0)
    rows = np.flatnonzero(~(np.any([side.suppressed for side in sides], axis=0) | still))
    p, m, df = (
        np.stack([getattr(side, name) for side in sides], axis=1)[rows] for name in ("share", "size", "df")
    )
    rise, found = likeliest_rise(p, m, times), {}
    parts = rise_weights(p, m, times, rise) ** 2 * variances[rows]
    # Welch and Satterthwaite's, for as many waves as there are.
    total, inverse = parts.sum(axis=1), (parts**2 / df).sum(axis=1)
    degrees = np.divide(total**2, inverse, out=np.full(len(rows), np.inf), where=inverse > 0)
    limits = rise_limits(p, m, times, estimate=rise, quantile=t_quantile(confidence[rows], degrees))
    statistic = score_trend(p, m, times, np.zeros(len(rows)))
    values = {
        "estimate": rise,
        "std_error": np.sqrt(total),
        "conf_low": limits[0],
        "conf_high": limits[1],
        "df": np.where(np.isinf(degrees), np.nan, degrees),
        "statistic": statistic,
        "p_value": two_sided_p_value(statistic, degrees),
    }
    for name, of_rows in values.items():
        found[name] = np.full(len(still), np.nan)
        found[name][rows] = of_rows
    found["estimate"] = np.where(still, sides[-1].share - sides[0].share, found["estimate"])
    return with_sides(found, sides, fixed) | {"confidence": confidence, "method": "score_trend"}
