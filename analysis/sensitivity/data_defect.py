"""Meng's reading of a share: how small a tie between joining and answering would move it (methods 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from analysis.estimates import Estimates, make_estimates
from analysis.numeric.opt_in import data_defect
from survey.errors import EstimateError

MOVED = (0.01, 0.05, 0.10)


def defect_reading(estimates: Estimates, population: float, *, moved: Sequence[float] = MOVED) -> Estimates:
    """Return the correlation of joining with answering that would move each share so far (methods 4.1).

    For a share p of the whole sample and each of `moved`, with the truth taken p less so much (p more
    where that leaves no share): measure "defect_correlation" is the correlation over the population
    between having answered and giving that answer, weights included; "random_equivalent" is how many
    answers of a random sample would err as much. `by` is "moved", `group` the distance. Suppressed
    (note "impossible") where the distance leads out of 0 to 1 on both sides.

    Parameters
    ----------
    estimates : Estimates
        Shares with the histories of their waves, which hold Kish's effective number.
    population : float
        People the questionnaire was for.

    Raises
    ------
    EstimateError
        If the population is not larger than the sample, or a wave has no history.
    """
    frame = estimates.frame
    chosen = frame[(frame["measure"] == "share") & (frame["by"] == "")]
    rows: list[dict[str, object]] = []
    for row in chosen.to_dict("records"):
        history = estimates.histories.get(str(row["wave"]))
        if history is None:
            raise EstimateError("defect_reading", f'wave "{row["wave"]}" has no history', "give shares()")
        at = {str(name): row[name] for name in ("wave", "question", "option", "n")}
        n = float(row["n"]) if row["flag"] != "suppress" else float(history.weighting.n)
        if not population > n:
            problem = f"is not more than the {n:.0f} people who answered"
            raise EstimateError(f"population={population:g}", problem, "give the size of the population")
        # cv² of the weights, from Kish's design effect 1 + cv².
        cv = sqrt(max(history.weighting.design_effect - 1, 0.0))
        for distance in moved:
            keys = at | {"by": "moved", "group": f"{distance:g}", "method": "meng"}
            p = float(row["estimate"])
            truth = p - distance if p - distance > 0 else p + distance
            if row["flag"] == "suppress" or not 0 < truth < 1:
                note = "share_withheld" if row["flag"] == "suppress" else "impossible"
                both: list[dict[str, object]] = [{"flag": "suppress", "note": note}] * 2
            else:
                found = data_defect(p, truth, n=n, population=population, cv=cv)
                both = [{"estimate": abs(found.correlation)}, {"estimate": found.effective}]
            names = ("defect_correlation", "random_equivalent")
            rows += [keys | {"measure": m} | values for m, values in zip(names, both, strict=True)]
    return make_estimates(rows, None, estimates.histories)
