"""Estimates for questions that only the volunteers were asked, joined with a random sample (methods 9)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from numbers import Real

import numpy as np

import survey.numeric.special_functions as special
from analysis.bases import By, by_name
from analysis.blending.errors_of_two import of_reference, of_volunteers
from analysis.blending.further import with_columns
from analysis.blending.joined import Method, Model, joined, joint_of
from analysis.blending.matching import Matched, matched
from analysis.blending.model import AnyFamily, Measure, Size, model_of, with_family
from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_table, table_keys
from analysis.numeric.blending.joining import Fit
from analysis.numeric.covariance import degrees_of_freedom
from analysis.publication.rules import NCHS, NumberRules, ShareRules, Verdict, judge_number, judge_share
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@on_one_thread
def blend(  # noqa: PLR0913 - one door for every method
    volunteers: WeightedSample,
    reference: WeightedSample,
    question: str,
    *,
    covariates: Sequence[str],
    outcome_covariates: Sequence[str] | None = None,
    family: AnyFamily = "auto",
    method: Method = "ipw",
    joining: Fit = "pseudo_likelihood",
    size: Size = "own",
    measure: Measure = "mean",
    neighbours: int = 5,
    by: By = None,
    confidence: float = 0.95,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return shares or means of volunteers joined with a random sample beside them (methods 9).

    Right where everything that moves both joining and the answer is among the covariates; otherwise wrong
    with a tidy interval, which `analysis.reference_bias` tells for questions that both samples have.
    Intervals are normal; `std_error` holds both parts, in the columns `se_volunteers` and `se_reference`.
    Measure is the method, with "_total" after it for totals. Where the volunteers are raked, the joined
    weights are raked to the same margins last. A sample with replicates has its part of the error from
    them: everything is done again in each.

    Parameters
    ----------
    volunteers : WeightedSample
        An open link; weighted by raking alone, or not at all.
    reference : WeightedSample
        A random sample of the same population, with weights that add up to it (`survey.reference`).
    covariates : sequence of str
        Single or number questions of both samples, which the chance of joining depends on.
    outcome_covariates : sequence of str, optional
        Which the answers depend on; the same unless given.
    family : {"auto", "linear", "logistic"}
        Of the regression of the answers: logistic for shares and for numbers that are 0 or 1.
    method : {"ipw", "ipw_calibrated", "mass_imputation", "doubly_robust", "nearest_neighbour"}
        Weights of one over the chance of joining, fitted by pseudo-likelihood or by calibration to the
        random sample's totals; answers carried over to the random sample by a regression, or from those
        most alike; or both, which is right where either model is.
    joining : {"pseudo_likelihood", "calibrated"}
        How "doubly_robust" fits the chances.
    size : {"own", "reference"} or float
        What a mean of weighted volunteers divides by: the sum of its weights, that of the random sample's,
        or a known number of people.
    neighbours : int
        How many of those most alike.
    by : str or sequence of str, optional
        Single questions to group by; the whole design of the random sample is kept.

    Raises
    ------
    EstimateError
        If a covariate is of different kinds, or has a category that somebody of one sample is in and nobody
        of the other; if nobody overlaps; if the weights of the random sample do not add up to the population.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> joined = pd.DataFrame({"age": ["old", "young", "young"] * 40, "uses": [1, 0, 0] * 40})
    >>> link = survey.from_frame(joined)
    >>> names = survey.reference(pd.DataFrame({"age": ["old", "young"] * 50, "w": [20.0] * 100}), weight="w")
    >>> blend(link, names, "uses", covariates=["age"]).frame["estimate"].round(3).tolist()
    [0.5]
    """
    check_confidence(confidence)
    named, model = model_of(
        covariates,
        outcome_covariates,
        method,
        joining,
        family,
        size=size,
        measure=measure,
        neighbours=neighbours,
    )
    pair = matched(volunteers, reference, question, named, by)
    model = with_family(model, pair, family)
    _check_asked(pair, model, by)
    joint, result = joined(joint_of(pair, model))
    parts, known_size = result.parts, 1.0
    if measure == "total" and isinstance(size, Real):
        known_size = float(size)
    first, second = of_volunteers(joint, result, parts.u), of_reference(joint, result)
    errors = {"se_reference": _errors(second, known_size)}
    unknown = np.full(len(parts.estimate), np.nan)
    errors["se_volunteers"] = unknown if first is None else _errors(first, known_size)
    both = np.sqrt(np.nan_to_num(errors["se_volunteers"]) ** 2 + errors["se_reference"] ** 2)
    if parts.stacked is not None:
        stacked = of_volunteers(joint, result, parts.stacked)
        assert stacked is not None
        errors["std_error_stacked"] = np.sqrt(_errors(stacked, known_size) ** 2 + errors["se_reference"] ** 2)
    joint_covariance = (second if first is None else first + second) * known_size**2
    estimate = parts.estimate * known_size
    return _table(pair, model, by, estimate, both, errors, joint_covariance, measure, confidence, rules)


def _errors(covariance: Floats, size: float) -> Floats:
    return np.asarray(size * np.sqrt(np.maximum(np.diag(covariance), 0.0)), dtype=np.float64)


def _check_asked(pair: Matched, model: Model, by: By) -> None:
    """Refuse what the random sample does not tell: who would have been asked, and who is in which group."""
    weighted = model.method in ("ipw", "ipw_calibrated") and model.size == "own"
    if not weighted and not pair.asked:
        raise EstimateError(f'question "{pair.question}"', key="blend.not_asked")
    if not weighted and not pair.in_reference:
        raise EstimateError(f'by="{by_name(by)}"', key="blend.no_group")
    if isinstance(model.size, float) and len(pair.groups) > 1:
        raise EstimateError(f"size={model.size:g}", key="blend.size_of_groups")
    if model.size == "total" and not pair.known_b[pair.tally_b.base > 0].all():
        raise EstimateError('measure="total"', key="blend.unknown_in_total")


def _table(
    pair: Matched,
    model: Model,
    by: By,
    estimate: Floats,
    error: Floats,
    errors: dict[str, Floats],
    covariance: Floats,
    measure: Measure,
    confidence: float,
    rules: ShareRules,
) -> Estimates:
    half = special.ndtri(0.5 + confidence / 2) * error
    n = np.repeat(pair.people_a, len(pair.items))
    inside = pair.target.z_b if pair.in_reference else pair.known_b[:, None] & np.ones(len(pair.groups), bool)
    of_domains = np.array([degrees_of_freedom(domain, pair.records_b) for domain in inside.T])
    df = np.repeat(of_domains, len(pair.items))
    shares = pair.items != ("",) and measure == "mean"
    with np.errstate(invalid="ignore", divide="ignore"):
        n_eff = estimate * (1 - estimate) / error**2 if shares else np.full(len(estimate), np.nan)
    verdicts = _verdicts(pair, (estimate, n_eff, df, half), rules, shares=shares)
    if model.method == "nearest_neighbour" and np.isnan(errors["se_volunteers"]).all():
        alone = Verdict("caution", "error_of_reference_alone")
        verdicts = [verdict if verdict.flag == "suppress" else alone for verdict in verdicts]
    columns = table_keys(
        wave=pair.volunteers.wave,
        question=pair.question,
        by=by_name(by),
        groups=pair.groups,
        options=pair.items,
        measure=model.method + ("_total" if measure == "total" else ""),
    )
    columns |= {
        "estimate": estimate,
        "std_error": error,
        "conf_low": estimate - half,
        "conf_high": estimate + half,
        "confidence": confidence,
        "method": "normal",
        "df": df,
        "n": n,
        "n_eff": n_eff,
        "flag": [verdict.flag for verdict in verdicts],
        "note": [verdict.note for verdict in verdicts],
    }
    table = make_table(columns, covariance, {pair.volunteers.wave: pair.volunteers.history})
    return with_columns(table, errors)


def _verdicts(
    pair: Matched, figures: tuple[Floats, Floats, Floats, Floats], rules: ShareRules, *, shares: bool
) -> list[Verdict]:
    """Return whether each estimate may be printed, from it, its n_eff, df and half width."""
    # Whoever is fewer decides.
    least = np.minimum(pair.people_a, pair.people_b) if pair.in_reference else pair.people_a
    people = np.repeat(least, len(pair.items))
    rows = np.column_stack([people, *figures]).tolist()
    return [
        _verdict(estimate, n, n_eff, df, (estimate - half, estimate + half), shares=shares, rules=rules)
        for n, estimate, n_eff, df, half in rows
    ]


def _verdict(
    estimate: float,
    people: float,
    effective: float,
    df: float,
    limits: tuple[float, float],
    *,
    shares: bool,
    rules: ShareRules,
) -> Verdict:
    """Return whether a joined estimate may be printed: a share as a share is, a mean as a mean is."""
    if not isfinite(estimate):
        return Verdict("suppress", "no_answers")
    if shares:
        inside = min(max(estimate, 0.0), 1.0)
        return judge_share(inside, people, effective if isfinite(effective) else people, df, limits, rules)
    return judge_number(people, people, df, NumberRules(rules.people, rules.df))
