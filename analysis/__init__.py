"""Numbers with their uncertainty: shares, contrasts and changes, in one table."""

from analysis.estimates import Estimates, combine, read_estimates
from analysis.former_names import MODULES, NAMES
from analysis.models.adjusted_shares import adjusted_shares
from analysis.models.regression import Model, regression, term_test
from analysis.publication.complementary import complementary
from analysis.sensitivity.alternative_shares import screening_variants
from analysis.statistics.comparisons.change import change
from analysis.statistics.comparisons.combinations import linear, smooth
from analysis.statistics.comparisons.contrasts import group_difference, option_difference
from analysis.statistics.comparisons.panel import panel_change
from analysis.statistics.comparisons.ranks import ranks
from analysis.statistics.means import means, ratios, totals, variances
from analysis.statistics.quantiles import quantiles
from analysis.statistics.share_bounds import share_bounds
from analysis.statistics.shares import shares
from analysis.statistics.small_areas import small_areas
from analysis.statistics.testing.adjust import adjust
from analysis.statistics.testing.associations import TableTest, rao_scott, wald
from analysis.statistics.testing.rank_tests import RankTest, rank_test
from analysis.statistics.trimming_error import trimming_error
from analysis.study.estimate import estimate
from survey.former_names import former_names

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

__getattr__ = former_names("analysis", NAMES, MODULES)
