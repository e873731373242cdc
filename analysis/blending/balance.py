"""How alike the two samples are before and after joining, and how far they overlap (methods 9.6)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.blending.covariates import Covariates
from analysis.blending.joined import Model, Result, joined, joint_of
from analysis.blending.matching import Matched, matched
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.blending.estimators import joined_weights
from analysis.numeric.blending.joining import Fit
from analysis.publication.rules import COUNTS, CountRules
from survey.errors import EstimateError, check_choice
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import question_names

BEFORE, AFTER = "before", "after"


@on_one_thread
def balance(
    volunteers: WeightedSample,
    reference: WeightedSample,
    covariates: Sequence[str],
    *,
    joining: Fit = "pseudo_likelihood",
    rules: CountRules = COUNTS,
) -> Estimates:
    """Return how the volunteers differ from a random sample before and after joining (methods 9.6).

    Measure "standardised_difference": volunteers less random sample in standard deviations of the random
    sample, for each category and number of the covariates; `by` "adjustment", `group` "before" and "after".
    A category of few people of either sample is suppressed. Then, without a question, "largest_weight",
    "effective_n" of the joined weights, and "overlap", the share of the random sample's weight (0-1) of
    people with a chance of joining between the smallest and the largest of the volunteers.

    Parameters
    ----------
    joining : {"pseudo_likelihood", "calibrated"}
        How the chances are fitted.

    Raises
    ------
    EstimateError
        As `blend`.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> link = survey.from_frame(pd.DataFrame({"age": ["old", "young", "young"] * 40}))
    >>> names = survey.reference(pd.DataFrame({"age": ["old", "young"] * 50, "w": [20.0] * 100}), weight="w")
    >>> table = balance(link, names, ["age"])
    >>> table.rows(option="old")["estimate"].round(3).abs().tolist()
    [0.333, 0.0]
    >>> table.rows(measure="effective_n")["estimate"].round(1).tolist()
    [106.7]
    """
    check_choice("joining", joining, Fit)
    named = question_names("covariates", covariates)
    if not named:
        raise EstimateError("covariates", key="blend.no_covariates")
    pair = matched(volunteers, reference, named[0], named)
    model = Model("ipw", named, named, joining, "linear", "own", 1)
    joint, result = joined(joint_of(pair, model))
    assert joint.joining is not None
    rows = _differences(pair, joint.joining, result, rules)
    rows += _weights(joint.joining, result)
    at = {"wave": volunteers.wave, "method": "ipw"}
    history = {volunteers.wave: volunteers.history}
    return make_estimates([at | row for row in rows], None, history)


def _differences(
    pair: Matched, columns: Covariates, result: Result, rules: CountRules
) -> list[dict[str, object]]:
    assert result.joining is not None
    a, d = columns.pair.a, columns.pair.d
    weight = a * joined_weights(result.joining, result.last)
    rows: list[dict[str, object]] = []
    for name in dict.fromkeys(question for question, _ in columns.names):
        codes, of_a, of_b = _with_first(pair, columns, name)
        mean = d @ of_b / d.sum()
        spread = np.sqrt(d @ (of_b - mean) ** 2 / d.sum())
        counts = pair.records_b.count * pair.known_b
        people = [np.full(len(codes), float(sums)) for sums in (a.sum(), counts.sum())]
        if codes != ("",):
            people = [a @ of_a, counts @ of_b]
        fewest = np.minimum(*people)
        for group, by_weight in ((BEFORE, a), (AFTER, weight)):
            difference = (by_weight @ of_a / by_weight.sum() - mean) / spread
            for j, code in enumerate(codes):
                few = fewest[j] < rules.people
                rows.append(
                    {
                        "question": name,
                        "option": code,
                        "by": "adjustment",
                        "group": group,
                        "measure": "standardised_difference",
                        "estimate": difference[j],
                        "n": fewest[j],
                        "flag": "suppress" if few else "",
                        "note": "few_answers" if few else "",
                    }
                )
    return rows


def _with_first(pair: Matched, columns: Covariates, name: str) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return the categories of a covariate, the first one too, and their columns in both samples."""
    at = [j for j, (question, _) in enumerate(columns.names) if question == name]
    codes = tuple(columns.names[j][1] for j in at)
    of_a, of_b = columns.raw_a[:, at], columns.raw_b[:, at] * pair.known_b[:, None]
    if codes == ("",):
        return codes, of_a, of_b
    first = next(code for question, code in columns.firsts if question == name)
    rest_a, rest_b = 1 - of_a.sum(axis=1), pair.known_b - of_b.sum(axis=1)
    return (first, *codes), np.column_stack([rest_a, of_a]), np.column_stack([rest_b, of_b])


def _weights(columns: Covariates, result: Result) -> list[dict[str, object]]:
    joining, a, d = result.joining, columns.pair.a, columns.pair.d
    assert joining is not None
    weight = joined_weights(joining, result.last)
    inside = d > 0
    reached = (joining.p_b >= joining.p_a.min()) & (joining.p_b <= joining.p_a.max())
    n = a.sum()
    return [
        {"measure": "largest_weight", "estimate": float(weight[a > 0].max()), "n": n},
        {"measure": "effective_n", "estimate": float((a @ weight) ** 2 / (a @ weight**2)), "n": n},
        {"measure": "overlap", "estimate": float(d[inside & reached].sum() / d.sum()), "n": n},
    ]
