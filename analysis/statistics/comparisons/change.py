"""One wave against another, each with the history of its own weighting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.estimates import Estimates, make_table
from analysis.numeric.joint_covariance import summed
from analysis.statistics.comparisons.difference import difference_columns, side_of_rows
from analysis.statistics.testing.adjust import adjusted_p_values
from survey.errors import EstimateError

KEYS = ("question", "option", "by", "group")


def change(later: Estimates, earlier: Estimates) -> Estimates:
    """Return the change of every share the two waves have in common, later minus earlier.

    The waves are independent cross-sections: variances add, and the degrees of freedom are
    Welch and Satterthwaite's (methods 2.6). The interval is the t interval; where either share
    is under 10% or over 90% it is recovered from the two shares' own limits (method
    "mover_wilson_smoothed" or "mover_korn_graubard", methods 3.10), and so is the p-value of Wilson's;
    of other limits none is given. `p_adjusted` is Holm's over the changes of a table (3.8).

    Raises
    ------
    EstimateError
        If either has several waves, both are the same wave, or they have no share in common.
    """
    new, old = _one_wave(later), _one_wave(earlier)
    if new == old:
        raise EstimateError("change", key="change.one_wave", wave=new)
    _check_alike(later, earlier)
    place = _places(earlier)
    pairs = [(i, place[key]) for key, i in _places(later).items() if key in place]
    if not pairs:
        raise EstimateError("change", key="change.nothing_common", later=new, earlier=old)
    places = [list(side) for side in zip(*pairs, strict=True)]
    rows = [later.frame.loc[places[0]], earlier.frame.loc[places[1]]]
    now, before = (side_of_rows(side) for side in rows)
    v1, v2 = (np.array([error**2 for error in side["std_error"]]) for side in rows)
    df = [
        _welch_df(*terms) for terms in zip(*map(np.ndarray.tolist, (v1, v2, now.df, before.df)), strict=True)
    ]
    fixed = now.fixed & before.fixed
    columns = difference_columns(
        now,
        before,
        difference=now.share - before.share,
        variance=v1 + v2,
        df=np.where(fixed, np.nan, df),
        correlation=np.zeros(len(pairs)),
        fixed=fixed,
        confidence=rows[0]["confidence"].to_numpy(dtype=np.float64),
        interval=rows[0]["method"].tolist(),
    )
    columns |= {name: rows[0][name].to_numpy() for name in KEYS}
    columns |= {"wave": f"{new} - {old}", "measure": "change"}
    columns["n"] = np.minimum(*(side["n"].to_numpy(dtype=np.float64) for side in rows))
    joint = None
    if later.joint is not None and earlier.joint is not None:
        joint = summed(later.joint, places[0], earlier.joint, places[1])
    return _adjusted(make_table(columns, joint, {**earlier.histories, **later.histories}))


def _places(estimates: Estimates) -> dict[tuple[str, ...], int]:
    """Return the row of each share by its keys."""
    shares = estimates.frame[estimates.frame["measure"] == "share"]
    keys = shares[list(KEYS)].itertuples(index=False, name=None)
    return dict(zip(keys, map(int, shares.index), strict=True))


def _welch_df(v1: float, v2: float, df1: float, df2: float) -> float:
    """Return Welch and Satterthwaite's degrees of freedom (methods 2.6); the fewer where nothing varies."""
    if not v1 + v2 > 0:
        return min(df1, df2)
    return (v1 + v2) ** 2 / (v1**2 / df1 + v2**2 / df2)


def _adjusted(changes: Estimates) -> Estimates:
    """Return the changes with p-values adjusted by Holm, the changes of one table as one family."""
    frame = changes.frame
    for (question, by), table in frame.groupby(["question", "by"], sort=False):
        tested = table.index[np.isfinite(table["p_value"].to_numpy(dtype=np.float64))]
        if len(tested):
            p = table.loc[tested, "p_value"].to_numpy(dtype=np.float64)
            name = f"change of {question} by {by}" if by else f"change of {question}"
            frame = frame.assign(p_adjusted=frame["p_adjusted"].astype(np.float64))
            frame.loc[tested, "p_adjusted"] = adjusted_p_values(p)
            frame.loc[tested, "family"] = f"holm, {len(tested)} tests: {name}"
    return replace(changes, frame=frame)


def _check_alike(later: Estimates, earlier: Estimates) -> None:
    """Refuse shares of two confidence levels or interval methods, and a share given twice."""
    shares = [e.frame[e.frame["measure"] == "share"] for e in (later, earlier)]
    for name in ("confidence", "method"):
        found = sorted({str(v) for frame in shares for v in frame[name]})
        if len(found) > 1:
            raise EstimateError("change", key="change.unlike", name=name, found=found)
    for frame in shares:
        twice = frame[frame.duplicated(list(KEYS))]
        if len(twice):
            name = f"{twice['question'].iloc[0]} {twice['option'].iloc[0]}"
            raise EstimateError("change", key="change.twice", share=name)


def _one_wave(estimates: Estimates) -> str:
    waves = {str(w) for w in estimates.frame.loc[estimates.frame["measure"] == "share", "wave"]}
    if len(waves) != 1:
        raise EstimateError("change", key="change.waves", waves=sorted(waves))
    return waves.pop()
