"""Shares of small districts that borrow from the others, as a labelled second figure (methods 4.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

import survey.numeric.special_functions as special
from analysis.bases import question_base, technique_of
from analysis.domains import DomainShares, check_confidence, shares_in
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.fay_herriot import AreaModel, Fit, fay_herriot
from analysis.publication.rules import NO_RULES
from analysis.statistics.shares import shares
from survey.errors import EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

Scale = Literal["share", "arcsine"]
# Districts for a model; answers under which a district's figure, and under which their number, is suppressed.
LEAST, FEW, THIN = 8, 5, 30


@on_one_thread
def small_areas(
    sample: WeightedSample,
    question: str,
    by: str,
    *,
    covariates: Mapping[str, Sequence[float]] | None = None,
    fit: Fit = "adjusted",
    scale: Scale = "share",
    confidence: float = 0.95,
) -> Estimates:
    """Return model-based shares by district, each drawn towards the others where it is thin (methods 4.7).

    Measure "model_share", one row an option and group, for print beside the direct share and labelled as
    model-based; they are never ranked. Direct variances are smoothed, p(1 - p) deff / n with the city's p
    and design effect, so that a district at 100% does not take all the weight. All are multiplied so that
    they add up to the city's direct share. A model's interval that is wider than the direct one is not given
    (note "wider_than_direct"); nor is one where, by another fit than "adjusted", the districts do not
    differ by more than chance, and every one has the pooled share (note "not_separated"). Districts of
    fewer than five answers are suppressed, and the number of answers under thirty.

    Parameters
    ----------
    covariates : mapping of str to numbers, optional
        For each group, what may explain its share, such as [1] for urban; the constant is added.
    fit : {"adjusted", "reml", "ml", "moment"}
    scale : {"share", "arcsine"}
        Model the share itself, or its variance-stabilising transform.

    Raises
    ------
    EstimateError
        If fewer than eight districts have answers, or covariates are missing for one.
    """
    check_confidence(confidence)
    check_choice("scale", scale, Scale)
    base = question_base(sample, question, by)
    direct, _ = shares_in(base.inside, base, technique_of(sample, None))
    modelled: Bools = direct.n >= 2
    if modelled.sum() < LEAST:
        raise EstimateError(f'by="{by}"', key="area.groups", found=int(modelled.sum()), least=LEAST)
    x = np.ones((len(direct.groups), 1))
    if covariates is not None:
        absent = [group for group in direct.groups if group not in covariates]
        if absent or len({len(covariates[group]) for group in direct.groups}) != 1:
            raise EstimateError("covariates", key="area.absent" if absent else "area.lengths", groups=absent)
        x = np.array([[1.0, *covariates[group]] for group in direct.groups], dtype=np.float64)
    weight = base.inside.T @ (base.records.base * base.records.factor)
    printed = shares(sample, question, by=by, rules=NO_RULES, confidence=confidence).frame
    width = (printed["conf_high"] - printed["conf_low"]).to_numpy(dtype=np.float64)
    widths = dict(zip(zip(printed["group"], printed["option"], strict=True), width.tolist(), strict=True))
    rows: list[dict[str, object]] = []
    for k, option in enumerate(direct.options):
        keys: dict[str, object] = {"wave": sample.wave, "question": question, "option": option, "by": by}
        keys |= {"measure": "model_share", "method": f"fay_herriot_{fit}", "confidence": confidence}
        city = float(weight[modelled] @ direct.share[modelled, k] / weight[modelled].sum())
        fitted = _fitted(direct, modelled, k, city, x[modelled], fit, scale, confidence)
        own = [widths.get((group, option), np.inf) for group in direct.groups]
        rows += _rows(direct, modelled, keys, fitted, weight, city, own)
    return make_estimates(rows, None, {sample.wave: sample.history})


# Estimate and limits of each area; limits are NaN where the areas do not differ.
_Fitted = tuple[Floats, Floats, Floats, bool]


def _fitted(
    direct: DomainShares,
    modelled: Bools,
    k: int,
    city: float,
    x: Floats,
    fit: Fit,
    scale: Scale,
    confidence: float,
) -> _Fitted:
    n, p = direct.n[modelled], np.clip(direct.share[modelled, k], 0.0, 1.0)
    # One design effect for all: the sum of Kish's effective numbers.
    n_eff = n * direct.n_kish[modelled].sum() / n.sum()
    z = float(special.ndtri(1 - (1 - confidence) / 2))
    if not 0 < city < 1:  # nobody anywhere, or everybody everywhere
        return np.full(len(n), city), np.full(len(n), np.nan), np.full(len(n), np.nan), True
    if scale == "share":
        model = fay_herriot(p, city * (1 - city) / n_eff, x=x, fit=fit)
        half = z * np.sqrt(np.maximum(model.error, 0.0))
        return model.estimate, model.estimate - half, model.estimate + half, model.spread == 0
    model = fay_herriot(np.arcsin(np.sqrt(p)), 1 / (4 * n_eff), x=x, fit=fit)
    low, high = arcsine_limits(model, z)
    return arcsine_back(model), low, high, model.spread == 0


def arcsine_back(model: AreaModel) -> Floats:
    """Return shares from a model of asin √p: E sin² of a normal of variance g1 (methods 4.7)."""
    return np.asarray(0.5 - 0.5 * np.exp(-2 * model.own) * np.cos(2 * model.estimate), dtype=np.float64)


def arcsine_limits(model: AreaModel, z: float) -> tuple[Floats, Floats]:
    """Return limits of shares from a model of asin √p, transformed back and cut at 0 and 1 (methods 4.7)."""
    half = z * np.sqrt(np.maximum(model.error, 0.0))
    ends = (np.clip(model.estimate + sign * half, 0, np.pi / 2) for sign in (-1, 1))
    low, high = (np.sin(end) ** 2 for end in ends)
    return low, high


def _rows(
    direct: DomainShares,
    modelled: Bools,
    keys: dict[str, object],
    fitted: _Fitted,
    weight: Floats,
    city: float,
    widths: Sequence[float],
) -> list[dict[str, object]]:
    """Return the rows of an option; `widths` are those of the direct intervals, group by group."""
    estimate, low, high, together = fitted
    sum_of = float(weight[modelled] @ estimate / weight[modelled].sum())
    ratio = city / sum_of if sum_of > 0 else 1.0
    place = {int(g): i for i, g in enumerate(np.flatnonzero(modelled))}
    rows = []
    for g, group in enumerate(direct.groups):
        row = keys | {"group": group} | ({"n": float(direct.n[g])} if direct.n[g] >= THIN else {})
        if direct.n[g] < FEW:
            rows.append(row | {"flag": "suppress", "note": "few_answers"})
            continue
        i = place[g]
        row["estimate"] = float(np.clip(estimate[i] * ratio, 0, 1))
        if together:
            rows.append(row | {"note": "not_separated"})
            continue
        limits = [float(np.clip(limit[i] * ratio, 0, 1)) for limit in (low, high)]
        if limits[1] - limits[0] > widths[g]:
            rows.append(row | {"note": "wider_than_direct"})
            continue
        rows.append(row | {"conf_low": limits[0], "conf_high": limits[1]})
    return rows
