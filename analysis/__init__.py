"""Numbers with their uncertainty: shares, contrasts and changes, in one table."""

from analysis.adjusted import adjusted_shares
from analysis.associations import TableTest, rao_scott, wald
from analysis.change import change
from analysis.combinations import linear, smooth
from analysis.complementary import complementary
from analysis.contrasts import group_difference, option_difference
from analysis.estimates import Estimates, combine, read_estimates
from analysis.honesty.item_nonresponse import share_bounds
from analysis.honesty.screening_variants import screening_variants
from analysis.means import means, ratios, totals, variances
from analysis.models import Model, regression, term_test
from analysis.multiplicity import adjust
from analysis.panel import panel_change
from analysis.plan import estimate
from analysis.quantiles import quantiles
from analysis.rank_tests import RankTest, rank_test
from analysis.ranks import ranks
from analysis.shares import shares
from analysis.small_areas import small_areas
from analysis.trimming_error import trimming_error

__all__ = [
    "Estimates",
    "Model",
    "RankTest",
    "TableTest",
    "adjust",
    "adjusted_shares",
    "change",
    "combine",
    "complementary",
    "estimate",
    "group_difference",
    "linear",
    "means",
    "option_difference",
    "panel_change",
    "quantiles",
    "rank_test",
    "ranks",
    "rao_scott",
    "ratios",
    "read_estimates",
    "regression",
    "screening_variants",
    "share_bounds",
    "shares",
    "small_areas",
    "smooth",
    "term_test",
    "totals",
    "trimming_error",
    "variances",
    "wald",
]
