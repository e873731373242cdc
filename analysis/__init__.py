"""Numbers with their uncertainty: shares, contrasts and changes, in one table."""

from analysis.blending.balance import balance
from analysis.blending.blend import blend
from analysis.blending.composite import composite
from analysis.blending.reference_bias import reference_bias
from analysis.blending.worth import worth_in_random_answers
from analysis.estimates import Estimates, combine, read_estimates
from analysis.former_names import FUNCTIONS, MODULES, NAMES
from analysis.models.adjusted_shares import adjusted_shares
from analysis.models.regression import Model, regression, term_test
from analysis.numeric.opt_in import (
    Proxy,
    biserial,
    data_defect,
    population_share,
    reach_bounds,
    self_selection_bias,
    standardised_bias,
    tipping_ratio,
    tipping_unreached,
    total_error,
)
from analysis.numeric.rubin import pool
from analysis.publication.complementary import suppress_complementary
from analysis.publication.rules import CountRules, NumberRules, ShareRules
from analysis.sensitivity.alternative_shares import (
    rule_alternatives,
    screening_variants,
    weighting_alternatives,
)
from analysis.sensitivity.benchmarks import benchmark_errors, bias_allowance
from analysis.sensitivity.imputed_shares import imputed_shares
from analysis.sensitivity.margin_robustness import margin_robustness
from analysis.sensitivity.proxies import proxy_pattern_mixture
from analysis.sensitivity.tipping import change_tipping, data_defect_correlation, tipping_points
from analysis.statistics.comparisons.combinations import delta_method, linear_combinations
from analysis.statistics.comparisons.contrasts import change, group_difference
from analysis.statistics.comparisons.mean_difference import mean_difference
from analysis.statistics.comparisons.options import difference_from_first, option_difference
from analysis.statistics.comparisons.panel import panel_change
from analysis.statistics.comparisons.ranks import rank_ranges, ranks
from analysis.statistics.comparisons.trend import trend
from analysis.statistics.crosstabs.crosstab import crosstab
from analysis.statistics.crosstabs.result import Crosstab
from analysis.statistics.demand.chances import demand_from_chances
from analysis.statistics.demand.curve import demand
from analysis.statistics.demand.elasticity import demand_lost, elasticity
from analysis.statistics.demand.from_intervals import demand_from_bands, demand_from_bids, demand_from_ladder
from analysis.statistics.demand.heaps import fee_heaps
from analysis.statistics.demand.places import places
from analysis.statistics.demand.silence import fee_silence
from analysis.statistics.demand.take_up import TakeUp, take_up
from analysis.statistics.means import means, ratios, totals, variances
from analysis.statistics.quantiles import quantiles
from analysis.statistics.share_bounds import share_bounds
from analysis.statistics.shares import shares
from analysis.statistics.small_areas import small_areas
from analysis.statistics.testing.adjust import adjust, simultaneous_z
from analysis.statistics.testing.associations import TableTest, mcnemar, rao_scott, wald
from analysis.statistics.testing.rank_tests import RankTest, rank_test
from analysis.statistics.testing.score_tests import ScoreTest, paired_score_test, score_test
from analysis.statistics.testing.tick_tests import tick_all_test
from analysis.statistics.trimming_error import trimming_error
from analysis.study.estimate import estimate
from survey.former_names import former_names, public_names

__all__ = [
    "CountRules",
    "Crosstab",
    "Estimates",
    "Model",
    "NumberRules",
    "Proxy",
    "RankTest",
    "ScoreTest",
    "ShareRules",
    "TableTest",
    "TakeUp",
    "adjust",
    "adjusted_shares",
    "balance",
    "benchmark_errors",
    "bias_allowance",
    "biserial",
    "blend",
    "change",
    "change_tipping",
    "combine",
    "composite",
    "crosstab",
    "data_defect",
    "data_defect_correlation",
    "delta_method",
    "demand",
    "demand_from_bands",
    "demand_from_bids",
    "demand_from_chances",
    "demand_from_ladder",
    "demand_lost",
    "difference_from_first",
    "elasticity",
    "estimate",
    "fee_heaps",
    "fee_silence",
    "group_difference",
    "imputed_shares",
    "linear_combinations",
    "margin_robustness",
    "mcnemar",
    "mean_difference",
    "means",
    "option_difference",
    "paired_score_test",
    "panel_change",
    "places",
    "pool",
    "population_share",
    "proxy_pattern_mixture",
    "quantiles",
    "rank_ranges",
    "rank_test",
    "ranks",
    "rao_scott",
    "ratios",
    "reach_bounds",
    "read_estimates",
    "reference_bias",
    "regression",
    "rule_alternatives",
    "score_test",
    "screening_variants",
    "self_selection_bias",
    "share_bounds",
    "shares",
    "simultaneous_z",
    "small_areas",
    "standardised_bias",
    "suppress_complementary",
    "take_up",
    "term_test",
    "tick_all_test",
    "tipping_points",
    "tipping_ratio",
    "tipping_unreached",
    "total_error",
    "totals",
    "trend",
    "trimming_error",
    "variances",
    "wald",
    "weighting_alternatives",
    "worth_in_random_answers",
]

__getattr__ = former_names("analysis", NAMES, MODULES, FUNCTIONS)
__dir__ = public_names(__all__)
