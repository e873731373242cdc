"""Tables of demand: a row a fee and group, with the interval of one fee and the band of a curve."""

from __future__ import annotations

from typing import TypedDict, Unpack

import numpy as np

from analysis.bases import By
from analysis.domains import DomainShares, check_confidence
from analysis.estimates import BAND, Estimates
from analysis.numeric.demand.simultaneous_band import Band, curve_band
from analysis.publication.complementary import suppress
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.share_rows import Interval
from analysis.statistics.shares import share_table
from survey.errors import check_choice
from survey.numeric.array_types import Floats
from survey.weighting.sample import WeightedSample

# Shares of the willing who named no fee: said above the first; above the second only bounds are given.
SAID, BOUNDS_ONLY = 0.1, 0.3


class TableSettings(TypedDict, total=False):
    """How a table of demand is made, as the arguments of `analysis.demand` of the same names."""

    confidence: float
    band: Band
    interval: Interval
    rules: ShareRules


def demand_table(
    sample: WeightedSample,
    question: str,
    by: By,
    domains: DomainShares,
    *,
    curves: int = 1,
    silence: Floats | None = None,
    **settings: Unpack[TableSettings],
) -> Estimates:
    """Return the table of a demand curve with its band, which holds each curve of each group by itself.

    Parameters
    ----------
    domains : DomainShares
        Shares of the fees in each group, one curve after the other.
    curves : int
        How many curves a group has.
    silence : float array, shape (g,), optional
        Share of the willing in each group who named no fee.

    Raises
    ------
    EstimateError
        If there is no such level or band.
    """
    confidence, band = settings.get("confidence", 0.95), settings.get("band", "hunter_worsley")
    check_confidence(confidence)
    check_choice("band", band, Band)
    interval, rules = settings.get("interval", "wilson_smoothed"), settings.get("rules", NCHS)
    table = share_table(sample, question, by, domains, "demand", confidence, interval, rules)
    low, high = _bands(domains, curves, confidence, band)
    frame = table.frame
    low, high = (
        np.where(np.isnan(edge), frame[name].to_numpy(dtype=np.float64), edge)
        for edge, name in zip((low, high), ("conf_low", "conf_high"), strict=True)
    )
    shown = (frame["flag"] != "suppress").to_numpy()
    frame = frame.assign(**{BAND[0]: np.where(shown, low, np.nan), BAND[1]: np.where(shown, high, np.nan)})
    table = Estimates(frame, table.joint, table.histories)
    if silence is None:
        return table
    quiet = np.repeat(np.nan_to_num(silence), len(domains.options))
    table = suppress(table, shown & (quiet > BOUNDS_ONLY), "bounds_only")
    marked = ((table.frame["flag"] != "suppress") & (quiet > SAID)).to_numpy()
    flags, notes = table.frame["flag"].mask(marked, "caution"), table.frame["note"].mask(marked, "silent")
    return Estimates(table.frame.assign(flag=flags, note=notes), table.joint, table.histories)


def _bands(domains: DomainShares, curves: int, confidence: float, band: Band) -> tuple[Floats, Floats]:
    """Return the band of every curve of every group, shape (g k,) each."""
    share = domains.share.reshape(len(domains.groups), curves, -1)
    m = share.shape[2]
    low, high = np.full(share.size, np.nan), np.full(share.size, np.nan)
    for i, (j, k) in enumerate(np.ndindex(share.shape[:2])):
        rows = slice(i * m, (i + 1) * m)
        if np.isfinite(share[j, k]).all() and domains.df[j] >= 1:
            low[rows], high[rows] = curve_band(
                share[j, k],
                domains.covariance[rows, rows],
                df=float(domains.df[j]),
                confidence=confidence,
                band=band,
            )
    return low, high
