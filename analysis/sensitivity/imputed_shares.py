"""Shares with item nonresponse imputed several times from donors (Rubin 1987; methods 7.3)."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pandas as pd

from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.intervals import t_quantile, wilson
from analysis.numeric.rubin import pool
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.shares import shares
from survey.errors import Cell, EstimateError
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.one_thread import on_one_thread
from survey.study.questionnaire import Missing
from survey.weighting.recipe import CalibrationStep
from survey.weighting.run import run_recipe
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Tally

IMPUTATIONS, DONORS = 20, 5
IMPUTED_ABOVE = 0.10  # item nonresponse above which a run imputes the shares


def item_nonresponse(sample: WeightedSample, question: str) -> float:
    """Return the share of the people asked who did not answer, by base weight, 0-1 (methods 7.3)."""
    asked, answered = _response(sample.tally, question)
    total = float(sample.tally.base[asked].sum())
    return float(sample.tally.base[asked & ~answered].sum() / total) if total > 0 else 0.0


@on_one_thread
def imputed_shares(
    sample: WeightedSample,
    question: str,
    *,
    seed: int,
    imputations: int = IMPUTATIONS,
    confidence: float = 0.95,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the shares among all who were asked, item nonresponse imputed from donors (methods 7.3).

    Each nonrespondent takes the whole answer of a respondent in the same categories of the margins (of
    the first margin, or of all people, where fewer than five answered); donors are drawn anew in each
    imputation (approximate Bayesian bootstrap), and the weights made anew by the sample's recipe.
    Measure "imputed_share"; variance and degrees of freedom by Rubin's and Barnard and Rubin's rules,
    Wilson's interval at the effective number they give. It assumes that nonrespondents would answer as
    the respondents like them did: `share_bounds` shows the shares without that assumption.

    Parameters
    ----------
    seed : int
        Of the draws.

    Raises
    ------
    EstimateError
        If nobody answered or everybody asked did, or the sample has replicate weights.
    """
    check_confidence(confidence)
    if imputations < 2:
        raise EstimateError(f"imputations={imputations}", key="honesty.few_imputations")
    start = sample if sample.start is None else sample.start
    if start.sampling.replicates is not None:
        raise EstimateError("imputed_shares", key="honesty.impute_replicates")
    if not start.tally.question(question)[0].options:
        raise EstimateError(Cell(question=question), key="honesty.impute_options")
    steps = [step for step in sample.recipe.steps if isinstance(step, CalibrationStep)]
    names = [name for step in steps for margin in step.margins for name in margin.questions]
    margins = list(dict.fromkeys(names))
    tally, _ = start.tally.project([*margins, question])
    classes = []  # each record's donor class, the finest classes first
    for grouping in (margins, margins[:1], []):
        place = np.zeros(len(tally), dtype=np.int64)
        for codes in (tally.codes[name] for name in grouping):
            place = place * (int(codes.max()) + 1) + codes
        classes.append(np.unique(place, return_inverse=True)[1].reshape(-1).astype(np.int64))
    asked, answered = _response(tally, question)
    nonrespondents = asked & ~answered
    if not nonrespondents.any() or not answered.any():
        raise EstimateError(Cell(question=question), key="honesty.impute_nobody")
    random = np.random.default_rng(seed)
    frames = []
    for _ in range(imputations):
        completed = _completed(tally, question, nonrespondents, answered, classes, random)
        weighted = run_recipe(sample.recipe, replace(start, tally=completed))
        frames.append(shares(weighted, question, confidence=confidence, rules=rules).frame)
    rows: list[dict[str, object]] = []
    for i, first in enumerate(frames[0].to_dict("records")):
        keys = {str(name): first[name] for name in ("wave", "question", "option", "n", "confidence")}
        keys |= {"measure": "imputed_share", "method": "rubin_wilson"}
        rows.append(keys | _pooled_values(pd.DataFrame([frame.iloc[i] for frame in frames]), confidence))
    return make_estimates(rows, None, {sample.wave: sample.history})


def _response(tally: Tally, question: str) -> tuple[Bools, Bools]:
    """Return which records were asked a question, and which answered it."""
    levels, codes = tally.question(question)
    asked = (levels.missing != Missing.NOT_ASKED)[codes] & (tally.base > 0)
    return asked, asked & levels.answered[codes]


def _pooled_values(imputed: pd.DataFrame, confidence: float) -> dict[str, object]:
    """Return one share's values over its imputations, a row of `imputed` each."""
    error = imputed["std_error"].to_numpy(dtype=np.float64)
    if (imputed["flag"] == "suppress").any() or not (error > 0).all():
        return {"flag": "suppress", "note": "share_withheld"}
    pooled = pool(
        imputed["estimate"].to_list(), [e**2 for e in error.tolist()], df=float(imputed["df"].min())
    )
    p, n_eff = pooled.estimate, pooled.estimate * (1 - pooled.estimate) / pooled.std_error**2
    t = t_quantile(confidence, np.array(pooled.df if pooled.df > 0 else inf))
    low, high = wilson(np.array(p), np.array(n_eff), t)
    return {
        "estimate": p,
        "std_error": pooled.std_error,
        "conf_low": float(low),
        "conf_high": float(high),
        "df": pooled.df,
        "n_eff": n_eff,
        "flag": "caution" if (imputed["flag"] == "caution").any() else "",
    }


def _completed(
    tally: Tally,
    question: str,
    nonrespondents: Bools,
    answered: Bools,
    classes: list[Ints],
    random: np.random.Generator,
) -> Tally:
    """Return the tally with a donor's answer given to every nonrespondent."""
    codes, count = tally.codes[question], tally.count
    size = len(tally.levels[question].missing)
    source: list[int] = list(np.flatnonzero(~nonrespondents))
    level: list[int] = list(codes[~nonrespondents])
    people: list[int] = list(count[~nonrespondents])
    drawn: dict[tuple[int, int], Floats] = {}
    for record in np.flatnonzero(nonrespondents):
        for step, place in enumerate(classes):
            donors = answered & (place == place[record])
            if count[donors].sum() >= DONORS or step == len(classes) - 1:
                break
        key = (step, int(place[record]))
        if key not in drawn:
            given = np.bincount(codes[donors], weights=count[donors], minlength=size)
            drawn[key] = random.multinomial(int(given.sum()), given / given.sum()) / given.sum()
        for code, number in enumerate(random.multinomial(int(count[record]), drawn[key])):
            if number:
                source.append(int(record))
                level.append(code)
                people.append(int(number))
    at = np.array(source, dtype=np.int64)
    part = np.array(people) / count[at]
    return replace(
        tally,
        codes={name: values[at] for name, values in tally.codes.items()}
        | {question: np.array(level, dtype=np.int64)},
        count=np.array(people, dtype=np.int64),
        base=tally.base[at] * part,
        base_square=tally.base_square[at] * part,
        stratum=tally.stratum[at],
        units=tuple(unit[at] for unit in tally.units),
    )
