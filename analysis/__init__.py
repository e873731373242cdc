"""Numbers with their uncertainty: shares, contrasts and changes, in one table."""

from analysis.associations import TableTest, rao_scott, wald
from analysis.change import change
from analysis.combinations import linear, smooth
from analysis.contrasts import group_difference, option_difference
from analysis.estimates import Estimates, combine, read_estimates
from analysis.means import means, ratios, totals, variances
from analysis.plan import estimate
from analysis.quantiles import quantiles
from analysis.shares import shares

__all__ = [
    "Estimates",
    "TableTest",
    "change",
    "combine",
    "estimate",
    "group_difference",
    "linear",
    "means",
    "option_difference",
    "quantiles",
    "rao_scott",
    "ratios",
    "read_estimates",
    "shares",
    "smooth",
    "totals",
    "variances",
    "wald",
]
