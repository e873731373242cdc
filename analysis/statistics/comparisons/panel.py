"""Change between waves in which some of the same people, or the same clusters, took part (methods 2.7).

Notation: z a unit's weighted residual in one wave, n the units of both waves together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.bases import By, by_name, question_base, technique_of
from analysis.domains import check_confidence, shares_in
from analysis.estimates import Estimates, make_table, table_keys
from analysis.numeric.covariance import Technique, of_margins, unit_residuals
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.comparisons.difference import Side, difference_columns, side_of_shares
from analysis.statistics.share_rows import share_rows
from analysis.statistics.testing.adjust import adjust_families
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@dataclass(frozen=True, slots=True, eq=False)
class _Wave:
    """One wave's shares, flat, and what each named unit adds to their error, shape (units, g k)."""

    groups: tuple[str, ...]
    options: tuple[str, ...]
    side: Side
    margins: Floats
    z: Floats
    keys: tuple[str, ...]
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
    The degrees of freedom are the units of both waves that are in the domain less 1, blank where the
    units are people. Interval and p-value are those of `change`, with the correlation of the two waves;
    `p_adjusted` is Holm's over the changes of the table (methods 3.8).

    Parameters
    ----------
    by : str or sequence of str, optional
        As `shares`.
    variance : {"leverage", "taylor"}, optional
        As `shares`.
    rules : ShareRules
        A change is suppressed where a share is.

    Raises
    ------
    EstimateError
        If a sample has no key, has strata, replicates or drawn fractions, both are of one wave,
        no unit is in both, or the options or groups differ.
    """
    check_confidence(confidence)
    if later.wave == earlier.wave:
        raise EstimateError("panel_change", key="panel.same_wave", wave=later.wave)
    new, old = (_wave(sample, question, by, variance, rules) for sample in (later, earlier))
    if (new.groups, new.options) != (old.groups, old.options):
        raise EstimateError("panel_change", key="panel.unlike")
    if not set(new.keys) & set(old.keys):
        raise EstimateError("panel_change", key="panel.no_common_key", later=later.wave, earlier=earlier.wave)
    one, two, between, df = _stacked(new, old)
    covariance = one + two - 2 * between + new.margins + old.margins
    columns = table_keys(
        wave=f"{later.wave} - {earlier.wave}",
        question=question,
        by=by_name(by),
        groups=new.groups,
        options=new.options,
        measure="change",
    )
    columns |= difference_columns(
        new.side,
        old.side,
        variance=np.diag(covariance),
        df=np.where(np.isinf(new.side.df) & np.isinf(old.side.df), np.inf, df),
        correlation=_correlation(one, two, between),
        fixed=new.side.fixed & old.side.fixed,
        confidence=confidence,
    )
    columns["n"] = np.minimum(new.n, old.n)
    histories = {earlier.wave: earlier.history, later.wave: later.history}
    return adjust_families(make_table(columns, covariance, histories))


def share_correlation(
    one: WeightedSample, other: WeightedSample, question: str, variance: Technique | None
) -> Floats | None:
    """Return the correlation of each option's share between two waves; None where no unit is in both.

    Raises
    ------
    EstimateError
        As `panel_change`, where units are in both.
    """
    if one.keys is None or other.keys is None or not set(one.keys) & set(other.keys):
        return None
    new, old = (_wave(sample, question, None, variance, NCHS) for sample in (one, other))
    if new.options != old.options:
        raise EstimateError("crosstab", key="panel.unlike")
    return _correlation(*_stacked(new, old)[:3])


def _correlation(one: Floats, two: Floats, between: Floats) -> Floats:
    """Return the correlation of each share with itself in the other wave, 0 where it does not vary."""
    scale = np.sqrt(np.maximum(np.diag(one) * np.diag(two), 0.0))
    r = np.divide(np.diag(between), scale, out=np.zeros(len(scale)), where=scale > 0)
    return np.clip(r, -1, 1)


def _stacked(new: _Wave, old: _Wave) -> tuple[Floats, Floats, Floats, Floats]:
    """Return each wave's covariance and that between them as of one file, and degrees of freedom."""
    names = {name: i for i, name in enumerate(dict.fromkeys([*new.keys, *old.keys]))}
    total, k = len(names), len(new.n)
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
) -> _Wave:
    """Return one wave's shares and unit totals; raises EstimateError where the design has no such change."""
    where = f'wave "{sample.wave}"'
    if sample.sampling.replicates is not None:
        raise EstimateError(where, key="panel.replicates")
    if sample.keys is None:
        raise EstimateError(where, key="panel.no_keys")
    if len(sample.sampling.fractions[0]) > 1 or any(f.any() for f in sample.sampling.fractions):
        raise EstimateError(where, key="panel.strata")
    technique = technique_of(sample, variance)
    base = question_base(sample, question, by)
    shares, u = shares_in(base.inside, base, technique)
    weighted = unit_residuals(u, base.records, technique)
    unit, k = base.records.units[0], len(base.items)
    # What margins fix has no error of its own; what is left of it is rounding.
    weighted = np.where(shares.fixed.reshape(-1), 0.0, weighted)
    z, count = (np.zeros((len(sample.keys), u.shape[1])) for _ in range(2))
    np.add.at(z, unit, weighted)
    np.maximum.at(count, unit, np.repeat(base.inside.astype(np.float64), k, axis=1))
    return _Wave(
        groups=shares.groups,
        options=shares.options,
        side=side_of_shares(share_rows(shares), rules),
        margins=of_margins(u, base.records),
        z=z,
        keys=sample.keys,
        n=np.repeat(shares.n, k),
        count=count,
    )
