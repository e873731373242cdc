"""Names that stood elsewhere until version 0.2: they keep working for one release."""

NAMES: dict[str, str] = {
    "complementary": "suppress_complementary",
    "defect_reading": "data_defect_correlation",
    "linear": "linear_combinations",
    "proxy_reading": "proxy_pattern_mixture",
    "smooth": "delta_method",
}
MODULES = {
    "analysis.associations": "analysis.statistics.testing.associations",
    "analysis.change": "analysis.statistics.comparisons.contrasts",
    "analysis.fay_herriot": "analysis.numeric.fay_herriot",
    "analysis.honesty": "analysis.sensitivity",
    "analysis.honesty.benchmarks": "analysis.sensitivity.benchmarks",
    "analysis.honesty.choices": "analysis.sensitivity.alternative_shares",
    "analysis.honesty.imputation": "analysis.numeric.rubin",
    "analysis.honesty.imputed_shares": "analysis.sensitivity.imputed_shares",
    "analysis.honesty.screening_variants": "analysis.sensitivity.alternative_shares",
    "analysis.honesty.sensitivity": "analysis.numeric.opt_in",
    "analysis.intervals": "analysis.numeric.intervals",
    "analysis.multiplicity": "analysis.statistics.testing.adjust",
    "analysis.precision": "analysis.publication.rules",
    "analysis.ranks": "analysis.statistics.comparisons.ranks",
    "analysis.shares": "analysis.statistics.shares",
    "analysis.variance": "analysis.numeric.covariance",
}
# Of modules that documents named; they are loaded with the package.
FUNCTIONS = {
    "analysis.numeric.opt_in": {"moved_by": "self_selection_bias"},
    "analysis.numeric.rubin": {"Pooled": "PooledEstimate"},
    "analysis.sensitivity.alternative_shares": {
        "rule_choices": "rule_alternatives",
        "weighting_choices": "weighting_alternatives",
    },
    "analysis.sensitivity.benchmarks": {"allowance": "bias_allowance"},
    "analysis.sensitivity.imputed_shares": {"silence": "item_nonresponse"},
}
