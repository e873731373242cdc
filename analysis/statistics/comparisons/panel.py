"""Change between waves in which some of the same people, or the same clusters, took part (methods 2.7).

Notation: z a unit's weighted residual in one wave, n the units of both waves together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.bases import By, by_name, question_base
from analysis.domains import check_confidence, linearised_means, shares_in, technique_of
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.covariance import Technique, of_margins, unit_residuals
from analysis.numeric.intervals import ORDINARY, mover
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.comparisons.contrasts import fixed_row, t_row
from analysis.statistics.shares import verdicts_of, wilson_limits
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@dataclass(frozen=True, slots=True, eq=False)
class _Wave:
    """One wave's shares, flat, and what each named unit adds to their error, shape (units, g k)."""

    share: Floats
    held: list[bool]
    notes: list[str]
    limits: tuple[Floats, Floats]
    margins: Floats
    z: Floats
    keys: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    n: Floats
    count: Floats


@on_one_thread
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
    The degrees of freedom are the units of both waves that are in the domain less 1. Where a share
    is under 10 % or over 90 % the interval is recovered from the two shares' own Wilson limits and
    their correlation (method "mover_wilson_smoothed"), without a p-value, as in `change`.

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
        If a sample has no key, has strata, replicates or drawn fractions, both are of one wave,
        no unit is in both, or the options or groups differ.
    """
    check_confidence(confidence)
    if later.wave == earlier.wave:
        problem = f'both samples are of wave "{later.wave}"'
        raise EstimateError("panel_change", problem, "give two, made with wave=")
    new, old = (_wave(sample, question, by, variance, rules, confidence) for sample in (later, earlier))
    if new.rows != old.rows:
        raise EstimateError("panel_change", "options or groups differ between the waves", "code both alike")
    if not set(new.keys) & set(old.keys):
        problem = f'no unit of wave "{later.wave}" has the key of one of wave "{earlier.wave}"'
        raise EstimateError("panel_change", problem, "use change, or make the keys alike")
    one, two, joint, df = _stacked(new, old)
    change = one + two - 2 * joint
    scale = np.sqrt(np.maximum(np.diag(one) * np.diag(two), 0.0))
    r = np.clip(np.divide(np.diag(joint), scale, out=np.zeros(len(scale)), where=scale > 0), -1, 1)
    low, high = mover(new.share, new.limits, old.share, old.limits, r)
    change = change + new.margins + old.margins
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
        gap = float(new.share[i] - old.share[i])
        if new.notes[i] == old.notes[i] == "fixed_by_margins":
            row |= fixed_row(gap, float(df[i]))
        elif new.held[i] or old.held[i]:
            row |= {"flag": "suppress", "note": "share_withheld"}
        else:
            row |= t_row(gap, float(change[i, i]), float(df[i]), confidence)
            if not all(ORDINARY[0] <= wave.share[i] <= ORDINARY[1] for wave in (new, old)):
                row |= {"method": "mover_wilson_smoothed", "conf_low": low[i], "conf_high": high[i]}
                row |= {"statistic": float("nan"), "p_value": float("nan")}
        rows.append(row)
    return make_estimates(rows, change, {earlier.wave: earlier.history, later.wave: later.history})


def _stacked(new: _Wave, old: _Wave) -> tuple[Floats, Floats, Floats, Floats]:
    """Return each wave's covariance and that between them as of one file, and degrees of freedom."""
    names = {name: i for i, name in enumerate(dict.fromkeys([*new.keys, *old.keys]))}
    total, k = len(names), len(new.share)
    z, present = [], np.zeros((total, k))
    for wave in (new, old):
        at = [names[key] for key in wave.keys]
        sums = np.zeros((total, k))
        np.add.at(sums, at, wave.z)
        np.maximum.at(present, at, wave.count)
        z.append(sums - sums.mean(axis=0))
    one, two, joint = (total / (total - 1) * (z[a].T @ z[b]) for a, b in ((0, 0), (1, 1), (0, 1)))
    joint = (joint + joint.T) / 2
    return one, two, joint, present.sum(axis=0) - 1


def _wave(
    sample: WeightedSample,
    question: str,
    by: By,
    variance: Technique | None,
    rules: ShareRules,
    confidence: float,
) -> _Wave:
    _check(sample)
    technique = technique_of(sample, variance)
    base = question_base(sample, question, by)
    found, _ = shares_in(base.inside, base, technique)
    u, share, _ = linearised_means(base.inside, base)
    weighted = unit_residuals(u, base.records, technique)
    assert sample.keys is not None
    unit, k, verdicts = base.records.units[0], len(base.items), verdicts_of(found, rules)
    # What margins fix has no error of its own; what is left of it is rounding.
    weighted = np.where(found.fixed.reshape(-1), 0.0, weighted)
    z, count = (np.zeros((len(sample.keys), u.shape[1])) for _ in range(2))
    np.add.at(z, unit, weighted)
    np.maximum.at(count, unit, np.repeat(base.inside.astype(np.float64), k, axis=1))
    return _Wave(
        share=np.nan_to_num(share.reshape(-1)),
        held=[verdict.flag == "suppress" for verdict in verdicts],
        notes=[verdict.note for verdict in verdicts],
        limits=wilson_limits(found, confidence),
        margins=of_margins(u, base.records),
        z=z,
        keys=sample.keys,
        rows=tuple((group, option) for group in base.groups for _, option in base.items),
        n=np.repeat(found.n, k),
        count=count,
    )


def _check(sample: WeightedSample) -> None:
    where = f'wave "{sample.wave}"'
    if sample.sampling.replicates is not None:
        raise EstimateError(where, "has replicate weights", "give the sample as it was before")
    if sample.keys is None:
        raise EstimateError(where, "has no names for its units", "make it with key= in from_frame")
    if len(sample.sampling.fractions[0]) > 1 or any(f.any() for f in sample.sampling.fractions):
        problem = "has strata or sampling fractions"
        raise EstimateError(where, problem, "use change, which takes the waves as independent")
