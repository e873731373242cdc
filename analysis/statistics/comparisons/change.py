"""One wave against another, each with the history of its own weighting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.estimates import Estimates, make_estimates
from analysis.numeric.intervals import ORDINARY, mover, mover_p_value, t_quantile, wilson_size
from analysis.numeric.joint_covariance import JointCovariance, summed
from analysis.statistics.comparisons.contrasts import fixed_row, t_row
from analysis.statistics.testing.adjust import adjusted_p_values
from survey.errors import EstimateError

WILSON = ("wilson", "wilson_smoothed")


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
        raise EstimateError("change", f'both estimates are of wave "{new}"', "give two different waves")
    keys = ["question", "option", "by", "group"]
    _check_alike(later, earlier, keys)
    before = earlier.frame[earlier.frame["measure"] == "share"].set_index(keys)
    rows, taken = [], []
    for i, now in later.frame[later.frame["measure"] == "share"].iterrows():
        key = tuple(now[name] for name in keys)
        if key not in before.index:
            continue
        then = before.loc[key]
        row: dict[str, object] = {name: now[name] for name in (*keys, "confidence")}
        row |= {"wave": f"{new} - {old}", "measure": "change", "method": "t"}
        if "suppress" in (now["flag"], then["flag"]):
            row |= {"flag": "suppress", "note": "share_withheld"}
        else:
            row |= _difference(_numbers(now), _numbers(then), str(now["method"]))
        if row.get("flag") != "suppress" and now["note"] == then["note"] == "fixed_by_margins":
            row |= fixed_row(float(now["estimate"] - then["estimate"]), float("nan"))
            row |= {"statistic": np.nan, "p_value": np.nan}
        rows.append(row)
        taken.append(int(str(i)))
    if not rows:
        raise EstimateError(
            "change",
            f'waves "{new}" and "{old}" have no share in common',
            "estimate the same question in both",
        )
    found = make_estimates(
        rows, _joint(later, earlier, rows, taken, keys), {**earlier.histories, **later.histories}
    )
    return _adjusted(found)


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


def _check_alike(later: Estimates, earlier: Estimates, keys: list[str]) -> None:
    """Refuse shares of two confidence levels or interval methods, and a share given twice."""
    shares = [e.frame[e.frame["measure"] == "share"] for e in (later, earlier)]
    for name in ("confidence", "method"):
        found = sorted({str(v) for frame in shares for v in frame[name]})
        if len(found) > 1:
            raise EstimateError(
                "change", f"the shares differ in {name} ({', '.join(found)})", "estimate both alike"
            )
    for frame in shares:
        twice = frame[frame.duplicated(keys)]
        if len(twice):
            name = f"{twice['question'].iloc[0]} {twice['option'].iloc[0]}"
            raise EstimateError("change", f'the share "{name}" is given twice', "give each share once")


def _one_wave(estimates: Estimates) -> str:
    waves = {str(w) for w in estimates.frame.loc[estimates.frame["measure"] == "share", "wave"]}
    if len(waves) != 1:
        raise EstimateError(
            "change",
            f"expected shares of one wave, found {sorted(waves)}",
            "give the shares of one wave as each argument",
        )
    return waves.pop()


def _numbers(row: pd.Series) -> dict[str, float]:
    return {
        name: float(row[name])
        for name in ("estimate", "std_error", "conf_low", "conf_high", "confidence", "df", "n")
    }


def _difference(now: dict[str, float], then: dict[str, float], interval: str) -> dict[str, object]:
    v1, v2 = now["std_error"] ** 2, then["std_error"] ** 2
    df = (
        (v1 + v2) ** 2 / (v1**2 / now["df"] + v2**2 / then["df"])
        if v1 + v2 > 0
        else min(now["df"], then["df"])
    )
    row = t_row(now["estimate"] - then["estimate"], v1 + v2, df, now["confidence"])
    row["n"] = min(now["n"], then["n"])
    if all(ORDINARY[0] <= wave["estimate"] <= ORDINARY[1] for wave in (now, then)):
        return row
    limits = mover(
        np.array(now["estimate"]),
        (np.array(now["conf_low"]), np.array(now["conf_high"])),
        np.array(then["estimate"]),
        (np.array(then["conf_low"]), np.array(then["conf_high"])),
        np.array(0.0),
    )
    return row | {
        "method": f"mover_{interval}",
        "conf_low": float(limits[0]),
        "conf_high": float(limits[1]),
        "statistic": np.nan,
        "p_value": _recovered_p(now, then) if interval in WILSON else np.nan,
    }


def _recovered_p(now: dict[str, float], then: dict[str, float]) -> float:
    """Return the p-value that belongs to limits recovered from Wilson's of both waves."""
    both = (now, then)
    p, df = ([np.array([wave[name]]) for wave in both] for name in ("estimate", "df"))
    n = [
        wilson_size(
            p[i],
            (np.array([wave["conf_low"]]), np.array([wave["conf_high"]])),
            t_quantile(wave["confidence"], df[i]),
        )
        for i, wave in enumerate(both)
    ]
    return float(mover_p_value((p[0], p[1]), (n[0], n[1]), (df[0], df[1]), np.zeros(1))[0])


def _joint(
    later: Estimates, earlier: Estimates, rows: list[dict[str, object]], taken: list[int], keys: list[str]
) -> JointCovariance | None:
    if later.joint is None or earlier.joint is None:
        return None
    place = {tuple(row[k] for k in keys): i for i, row in enumerate(earlier.frame[keys].to_dict("records"))}
    return summed(later.joint, taken, earlier.joint, [place[tuple(row[k] for k in keys)] for row in rows])
