"""How shares are estimated in a sensitivity analysis."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.numeric.covariance import Technique
from analysis.statistics.shares import Interval


@dataclass(frozen=True, slots=True)
class ShareStyle:
    """How shares are estimated: confidence level, kind of interval, technique of the variance."""

    confidence: float = 0.95
    interval: Interval = "wilson_smoothed"
    variance: Technique | None = None


USUAL = ShareStyle()
