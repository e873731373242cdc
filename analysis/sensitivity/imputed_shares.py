"""Shares with the silent filled in from people like them, several times over (Rubin 1987; methods 7.3)."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pandas as pd

from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.intervals import t_quantile, wilson
from analysis.numeric.rubin import Pooled, pool
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.shares import shares
from survey.errors import EstimateError
from survey.numeric.array_types import Bools, Floats, Ints
from survey.study.questionnaire import Missing
from survey.weighting.recipe import CalibrationStep
from survey.weighting.run import run_recipe
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Tally

IMPUTATIONS, DONORS = 20, 5
MUCH = 0.10  # silence past which a share is imputed in the run


def silence(sample: WeightedSample, question: str) -> float:
    """Return the share of the people asked who did not answer, by base weight, 0-1 (methods 7.3)."""
    levels, codes = sample.tally.question(question)
    asked = (levels.missing != Missing.NOT_ASKED)[codes]
    silent = asked & ~levels.answered[codes]
    total = float(sample.tally.base[asked].sum())
    return float(sample.tally.base[silent].sum() / total) if total > 0 else 0.0


def imputed_shares(
    sample: WeightedSample,
    question: str,
    *,
    seed: int,
    imputations: int = IMPUTATIONS,
    confidence: float = 0.95,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the shares among all who were asked, the silent imputed from donors alike (methods 7.3).

    Each silent person takes the whole answer of somebody who answered and is in the same categories of
    the margins (of the first margin, or of all, where fewer than five are); donors are drawn anew in each
    imputation (approximate Bayesian bootstrap), and the weights made anew by the sample's recipe.
    Measure "imputed_share"; variance and degrees of freedom by Rubin's and Barnard and Rubin's rules,
    Wilson's interval at the effective number they give. It assumes that the silent think as those like
    them who answered: `share_bounds` shows what it hangs on.

    Parameters
    ----------
    seed : int
        Of the draws.

    Raises
    ------
    EstimateError
        If nobody answered or nobody was silent, or the sample has replicate weights.
    """
    check_confidence(confidence)
    if imputations < 2:
        raise EstimateError(f"imputations={imputations}", "is too few", "give 20 or more")
    start = sample if sample.start is None else sample.start
    if start.sampling.replicates is not None:
        raise EstimateError("imputed_shares", "the sample has replicate weights", "impute before making them")
    levels, _ = start.tally.question(question)
    if not levels.options:
        raise EstimateError(f'question "{question}"', "has no options", "impute questions with options")
    tally, donors_of = _donor_classes(start, sample, question)
    asked = (levels.missing != Missing.NOT_ASKED)[tally.codes[question]]
    silent = asked & ~levels.answered[tally.codes[question]]
    if not silent.any() or not (asked & ~silent).any():
        raise EstimateError(
            f'question "{question}"', "has nobody to impute, or to impute from", "use shares()"
        )
    random = np.random.default_rng(seed)
    frames = []
    for _ in range(imputations):
        filled = _filled(tally, question, silent, asked & ~silent, donors_of, random)
        made = run_recipe(sample.recipe, replace(start, tally=filled))
        frames.append(shares(made, question, confidence=confidence, rules=rules).frame)
    rows = []
    for i, first in enumerate(frames[0].to_dict("records")):
        at: dict[str, object] = {str(k): first[k] for k in ("wave", "question", "option", "n", "confidence")}
        at |= {"measure": "imputed_share", "method": "rubin_wilson"}
        rows.append(at | _pooled_row([_texts(frame, i) for frame in frames], confidence))
    return make_estimates(rows, None, {sample.wave: sample.history})


def _texts(frame: pd.DataFrame, i: int) -> dict[str, object]:
    return {str(name): value for name, value in frame.iloc[i].items()}


def _pooled_row(found: list[dict[str, object]], confidence: float) -> dict[str, object]:
    values = {k: [float(str(one[k])) for one in found] for k in ("estimate", "std_error", "df")}
    if any(one["flag"] == "suppress" for one in found) or not all(e > 0 for e in values["std_error"]):
        return {"flag": "suppress", "note": "share_withheld"}
    pooled: Pooled = pool(values["estimate"], [e**2 for e in values["std_error"]], df=min(values["df"]))
    p, variance = pooled.estimate, pooled.std_error**2
    n_eff = p * (1 - p) / variance
    t = t_quantile(confidence, np.array(pooled.df if pooled.df > 0 else inf))
    low, high = wilson(np.array(p), np.array(n_eff), t)
    flag = "caution" if any(one["flag"] == "caution" for one in found) else ""
    numbers = {"estimate": p, "std_error": pooled.std_error, "conf_low": float(low), "conf_high": float(high)}
    return numbers | {"df": pooled.df, "n_eff": n_eff, "flag": flag}


def _donor_classes(start: WeightedSample, sample: WeightedSample, question: str) -> tuple[Tally, list[Ints]]:
    """Return the tally over question and margins, and each record's class, finest first."""
    names = [
        [name for margin in step.margins for name in margin.questions]
        for step in sample.recipe.steps
        if isinstance(step, CalibrationStep)
    ]
    margins = list(dict.fromkeys(name for step in names for name in step))
    tally, _ = start.tally.project([*margins, question])
    classes = []
    for some in (margins, margins[:1], []):
        keys = [tally.codes[name] for name in some]
        place = np.zeros(len(tally), dtype=np.int64)
        for key in keys:
            place = place * (int(key.max()) + 1) + key
        classes.append(np.unique(place, return_inverse=True)[1].reshape(-1).astype(np.int64))
    return tally, classes


def _filled(
    tally: Tally,
    question: str,
    silent: Bools,
    answered: Bools,
    classes: list[Ints],
    random: np.random.Generator,
) -> Tally:
    """Return the tally with every silent person given a donor's answer."""
    codes, count = tally.codes[question], tally.count
    size = len(tally.levels[question].missing)
    source: list[int] = list(np.flatnonzero(~silent))
    level: list[int] = list(codes[~silent])
    people: list[int] = list(count[~silent])
    drawn: dict[tuple[int, int], Floats] = {}
    for record in np.flatnonzero(silent):
        for step, place in enumerate(classes):
            same = answered & (place == place[record])
            if count[same].sum() >= DONORS or step == len(classes) - 1:
                break
        key = (step, int(place[record]))
        if key not in drawn:
            given = np.bincount(codes[same], weights=count[same], minlength=size)
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
        codes={name: one[at] for name, one in tally.codes.items()}
        | {question: np.array(level, dtype=np.int64)},
        count=np.array(people, dtype=np.int64),
        base=tally.base[at] * part,
        base_square=tally.base_square[at] * part,
        stratum=tally.stratum[at],
        units=tuple(unit[at] for unit in tally.units),
    )
