"""Every measure that a run may hold, what each is worked out from, and which are no shares (methods 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from survey.study.reference_plan import JoiningMethod

# "cell": the share of the same option in the same group, of all waves, options or groups of a difference;
# "whole": that of the whole sample, in both waves, where `by` and `group` name a claim or a choice; "mean":
# of one number in the same group, "mean_of_all" of everybody; "curve": demand at the fees that the option
# names; "places": all demand of the group, or of all groups, at the fee; "errors": all errors against
# benchmarks of the wave; "bias": what they come to; "reference": the share of a random sample beside it.
Source = Literal["cell", "whole", "mean", "mean_of_all", "errors", "bias", "curve", "places", "reference"]
# Measures of a table of places: those given, which no answer is in, and those worked out from demand.
GIVEN = ("children", "existing_places")
PLACES = (
    *("places_at_low_take_up", "places_at_high_take_up", "expected_places"),
    *("places_by_cost", "places_to_add"),
    *("gap", "short", "chance_short", "children_without_place", "demand_met", "places_per_1000_children"),
    *("sum_of_shortages", "sum_of_surpluses", "places_q10", "places_q50", "places_q90"),
)
# Of volunteers beside a random sample: joined estimates by method, and what both samples give together.
METHODS: tuple[str, ...] = get_args(JoiningMethod)
BESIDE = (
    *("bias_unweighted", "bias_weighted", *map("bias_{}".format, METHODS)),
    *("composite", "random_answers"),
)
# Every measure that a run may hold. One without a source is judged by a rule of its own.
SOURCES: Mapping[str, tuple[Source, ...]] = {
    "share": (),
    "mean": (),
    "total": (),
    **dict.fromkeys(("quantile", "share_named"), ("mean",)),
    "mean_difference_from_rest": ("mean", "mean_of_all"),
    **dict.fromkeys(("share_of_asked", "share_of_all", "share_of_everybody", "share_of_mentions"), ("cell",)),
    "demand": (),
    "share_round": (),
    "share_silent": (),
    **dict.fromkeys(
        ("lowest_demand", "highest_demand", "demand_if_overstated", "elasticity", "demand_at_exactly"),
        ("curve",),
    ),
    "demand_lost": ("curve",),
    **dict.fromkeys(PLACES, ("places",)),
    **dict.fromkeys(GIVEN, ()),
    **dict.fromkeys(("difference", "difference_from_first", "difference_from_rest"), ("cell",)),
    **dict.fromkeys(("pair_difference", "change", "trend", "rank", "model_share"), ("cell",)),
    **dict.fromkeys(("alternative_share", "lowest_share", "highest_share", "imputed_share"), ("whole",)),
    **dict.fromkeys(("tipping_ratio", "tipping_unreached", "change_tipping"), ("whole",)),
    **dict.fromkeys(("alternative_change", "weighting_move", "margin_move", "times_needed"), ("whole",)),
    **dict.fromkeys(("defect_correlation", "random_equivalent"), ("whole",)),
    **dict.fromkeys(("proxy_correlation", "share_if_selected", "benchmark_error"), ("whole",)),
    **dict.fromkeys(("mean_absolute_error", "bias"), ("errors",)),
    "total_error": ("whole", "bias", "reference"),
    "reference_share": (),
    **dict.fromkeys(BESIDE, ("whole", "reference")),
    **dict.fromkeys(METHODS, ("cell",)),
    **dict.fromkeys(
        ("standardised_difference", "largest_weight", "effective_n", "overlap", "reference_people"), ()
    ),
    # Diagnostics: counts withhold themselves, and so do shares by arrival and channel.
    **dict.fromkeys(("composition", "day", "margin_unknown", "weight_percentile", "weight_share"), ()),
    **dict.fromkeys(("arrival_share", "arrival_difference"), ("whole",)),
    **dict.fromkeys(("channel_share", "channel_difference"), ("whole",)),
    "influence": ("cell",),
}
# Measures that are not on the scale of a share.
AMOUNTS = (
    "weight_percentile",
    *("mean", "total", "quantile", "mean_difference_from_rest", "rank", "elasticity", *PLACES),
    *("tipping_ratio", "change_tipping", "times_needed", "defect_correlation", "random_equivalent"),
    *("random_answers", "largest_weight", "effective_n", "standardised_difference", "reference_people"),
)
