"""The bias of volunteers, measured against a random sample that was asked the same question (methods 9.4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import survey.numeric.special_functions as special
from analysis.blending.against_reference import Adjustment, Against, against_reference
from analysis.blending.further import with_columns
from analysis.blending.model import AnyFamily
from analysis.domains import check_confidence
from analysis.estimates import Estimates, combine, make_table, table_keys
from analysis.publication.rules import NCHS, NumberRules, ShareRules, Verdict, judge_number, judge_share
from survey.errors import EstimateError
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import question_names


@on_one_thread
def reference_bias(
    volunteers: WeightedSample,
    reference: WeightedSample,
    questions: str | Sequence[str],
    *,
    adjustment: Adjustment = "volunteers",
    covariates: Sequence[str] = (),
    outcome_covariates: Sequence[str] | None = None,
    family: AnyFamily = "auto",
    confidence: float = 0.95,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return what volunteers say less what a random sample says, with interval and test (methods 9.4).

    Measure "reference_bias", for each option of each question, 0-1 for shares; `n` is of the smaller sample,
    `statistic` the bias over its error, `p_value` two-sided and normal. `se_volunteers` and `se_reference`
    are the errors of the two estimates, which are not independent where the volunteers are joined with the
    random sample: their covariance is taken off. A row is suppressed where either estimate would be.

    Parameters
    ----------
    questions : str or sequence of str
        That both samples were asked.
    adjustment : {"volunteers", "ipw", "ipw_calibrated", "mass_imputation", "doubly_robust"}
        The volunteers as they are weighted, or not, or joined with the random sample as `blend` does.
    covariates, outcome_covariates, family
        As `blend`, where they are joined.

    Raises
    ------
    EstimateError
        As `blend`; and if a question is of another kind, or has other options, in the random sample.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> link = survey.from_frame(pd.DataFrame({"uses": [1, 1, 0] * 40}))
    >>> names = survey.reference(pd.DataFrame({"uses": [1, 0] * 50, "w": [20.0] * 100}), weight="w")
    >>> reference_bias(link, names, "uses").frame[["estimate", "statistic"]].round(2).values.tolist()
    [[0.17, 2.51]]
    """
    check_confidence(confidence)
    named = question_names("questions", questions)
    if not named:
        raise EstimateError("questions", key="blend.no_questions")
    tables = []
    for question in named:
        found = against_reference(
            volunteers,
            reference,
            question,
            adjustment=adjustment,
            covariates=covariates,
            outcome_covariates=outcome_covariates,
            family=family,
        )
        tables.append(_table(volunteers, question, found, confidence, rules))
    return combine(tables)


def _table(
    volunteers: WeightedSample, question: str, found: Against, confidence: float, rules: ShareRules
) -> Estimates:
    error = np.sqrt(found.variance)
    half = special.ndtri(0.5 + confidence / 2) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = found.bias / error
    verdicts = verdicts_of(found, rules)
    columns = table_keys(
        wave=volunteers.wave,
        question=question,
        by="",
        groups=("",),
        options=found.options,
        measure="reference_bias",
    )
    columns |= {
        "estimate": found.bias,
        "std_error": error,
        "conf_low": found.bias - half,
        "conf_high": found.bias + half,
        "confidence": confidence,
        "method": "normal",
        "n": min(found.n_volunteers, found.n_reference),
        "statistic": statistic,
        "p_value": 2 * special.ndtr(-np.abs(statistic)),
        "flag": [verdict.flag for verdict in verdicts],
        "note": [verdict.note for verdict in verdicts],
    }
    table = make_table(columns, None, {volunteers.wave: volunteers.history})
    return with_columns(
        table,
        {"se_volunteers": np.sqrt(found.v_volunteers), "se_reference": np.sqrt(found.v_reference)},
    )


def verdicts_of(found: Against, rules: ShareRules) -> list[Verdict]:
    """Return for each option whether what is worked out from both samples may be printed."""
    verdicts = []
    for i in range(len(found.options)):
        both = [
            _verdict(float(share[i]), float(variance[i]), people, rules, number=found.options == ("",))
            for share, variance, people in (
                (found.volunteers, found.v_volunteers, found.n_volunteers),
                (found.reference, found.v_reference, found.n_reference),
            )
        ]
        worst = [next((one for one in both if one.flag == flag), None) for flag in ("suppress", "caution")]
        verdicts.append(next((one for one in worst if one is not None), Verdict("", "")))
    return verdicts


def _verdict(share: float, variance: float, people: int, rules: ShareRules, *, number: bool) -> Verdict:
    if number:
        return judge_number(people, people, people - 1, NumberRules(rules.people, rules.df))
    inside = min(max(share, 0.0), 1.0)
    effective = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else people
    half = float(special.ndtri(0.975)) * variance**0.5
    return judge_share(inside, people, effective, people - 1, (share - half, share + half), rules)
