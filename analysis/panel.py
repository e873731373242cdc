"""Change between waves in which some of the same people, or the same clusters, took part (methods 2.7).

Notation: z a unit's weighted residual in one wave, n the units of both waves together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.contrasts import t_row
from analysis.domains import (
    By,
    by_name,
    check_confidence,
    linearised_means,
    question_base,
    shares_in,
    technique_of,
)
from analysis.estimates import Estimates, make_estimates
from analysis.precision import NCHS, ShareRules
from analysis.shares import verdicts_of
from analysis.variance import Technique, residuals
from survey.array_types import Floats
from survey.errors import EstimateError
from survey.weighted_sample import WeightedSample


@dataclass(frozen=True, slots=True, eq=False)
class _Wave:
    """One wave's shares, flat, and what each named unit adds to their error, shape (units, g k)."""

    share: Floats
    held: list[bool]
    z: Floats
    keys: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    n: Floats
    count: Floats


def panel_change(
    later: WeightedSample,
    earlier: WeightedSample,
    question: str,
    *,
    by: By = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the change of every share, later minus earlier, where units come back (methods 2.7).

    Both samples were made with `key`; each keeps its own weighting. The waves are taken as one file
    in which a unit named in both is one, so that what it said twice is set off against itself.
    Without any name in common it is the change of two independent waves. The degrees of freedom
    are the units of both waves that are in the domain less 1. Where a share is under 10 % or over
    90 %, the t interval is poor: read the two shares beside it.

    Parameters
    ----------
    by : str or sequence of str, optional
        As `shares`.
    variance : {"leverage", "taylor"}, optional
        As `shares`.
    rules : ShareRules
        A change is withheld where a share is.

    Raises
    ------
    EstimateError
        If a sample has no key, has strata, replicates or drawn fractions, both are of one wave, or
        the options or groups differ.
    """
    check_confidence(confidence)
    if later.wave == earlier.wave:
        problem = f'both samples are of wave "{later.wave}"'
        raise EstimateError("panel_change", problem, "give two, made with wave=")
    new, old = (_wave(sample, question, by, variance, rules) for sample in (later, earlier))
    if new.rows != old.rows:
        raise EstimateError("panel_change", "options or groups differ between the waves", "code both alike")
    names = {name: i for i, name in enumerate(dict.fromkeys([*new.keys, *old.keys]))}
    moved, present = np.zeros((len(names), len(new.share))), np.zeros((len(names), len(new.share)))
    for wave, sign in ((new, 1.0), (old, -1.0)):
        at = [names[key] for key in wave.keys]
        np.add.at(moved, at, sign * wave.z)
        np.maximum.at(present, at, wave.count)
    total = len(names)
    centred = moved - moved.mean(axis=0)
    joint = total / (total - 1) * (centred.T @ centred)
    df = present.sum(axis=0) - 1
    rows = []
    for i, (group, option) in enumerate(new.rows):
        row: dict[str, object] = {
            "wave": f"{later.wave} - {earlier.wave}",
            "question": question,
            "option": option,
            "by": by_name(by),
            "group": group,
            "measure": "change",
            "method": "t",
            "confidence": confidence,
            "n": min(new.n[i], old.n[i]),
        }
        if new.held[i] or old.held[i]:
            row |= {"flag": "suppress", "note": "share_withheld"}
        else:
            row |= t_row(float(new.share[i] - old.share[i]), float(joint[i, i]), float(df[i]), confidence)
        rows.append(row)
    return make_estimates(rows, joint, {earlier.wave: earlier.record, later.wave: later.record})


def _wave(
    sample: WeightedSample, question: str, by: By, variance: Technique | None, rules: ShareRules
) -> _Wave:
    _check(sample)
    technique = technique_of(sample, variance)
    base = question_base(sample, question, by)
    found, _ = shares_in(base.inside, base, technique)
    u, share, _ = linearised_means(base.inside, base)
    weighted = residuals(u, base.records, technique)
    assert sample.keys is not None
    unit, k = base.records.units[0], len(base.items)
    z, count = (np.zeros((len(sample.keys), u.shape[1])) for _ in range(2))
    np.add.at(z, unit, weighted)
    np.maximum.at(count, unit, np.repeat(base.inside.astype(np.float64), k, axis=1))
    return _Wave(
        share=np.nan_to_num(share.reshape(-1)),
        held=[verdict.flag == "suppress" for verdict in verdicts_of(found, rules)],
        z=z,
        keys=sample.keys,
        rows=tuple((group, option) for group in base.groups for _, option in base.items),
        n=np.repeat(found.n, k),
        count=count,
    )


def _check(sample: WeightedSample) -> None:
    where = f'wave "{sample.wave}"'
    if sample.keys is None or sample.sampling.replicates is not None:
        raise EstimateError(where, "has no names for its units", "make it with key= in from_frame")
    if len(sample.sampling.fractions[0]) > 1 or any(f.any() for f in sample.sampling.fractions):
        problem = "has strata or sampling fractions"
        raise EstimateError(where, problem, "use change, which takes the waves as independent")
