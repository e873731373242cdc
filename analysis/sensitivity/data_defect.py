"""The data defect correlation: what correlation of answer and participation moves a share (methods 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt

from analysis.estimates import Estimates, make_estimates
from analysis.numeric.robustness import smallest_defect
from survey.errors import EstimateError

DISTANCES = (0.01, 0.05, 0.10)


def data_defect_correlation(
    estimates: Estimates, population: float, *, moved: Sequence[float] = DISTANCES
) -> Estimates:
    """Return the data defect correlation that would move each share by given distances (methods 4.1).

    For a share p of the whole sample and each distance of `moved`, up or down, whichever takes less: measure
    "defect_correlation" is the correlation over the population between having answered and giving that
    answer, weights included; "random_equivalent" is the size of a simple random sample with the same error.
    `by` is "moved", `group` the distance.
    Suppressed (note "impossible") where the distance leads out of 0 to 1 on both sides.

    Parameters
    ----------
    estimates : Estimates
        Shares with the histories of their waves, which hold Kish's design effect.
    population : float
        Size of the target population.

    Raises
    ------
    EstimateError
        If the population is not larger than the sample, or a wave has no history.
    """
    rows: list[dict[str, object]] = []
    for row in estimates.rows(measure="share", by="").to_dict("records"):
        history = estimates.histories.get(str(row["wave"]))
        if history is None:
            raise EstimateError("data_defect_correlation", key="honesty.no_history", wave=str(row["wave"]))
        suppressed = row["flag"] == "suppress"
        n = float(history.weighting.n) if suppressed else float(row["n"])
        check_population(population, n)
        # cv² of the weights, from Kish's design effect 1 + cv².
        cv = sqrt(max(history.weighting.design_effect - 1, 0.0))
        p = float(row["estimate"])
        for distance in moved:
            keys = {str(name): row[name] for name in ("wave", "question", "option", "n")}
            keys |= {"by": "moved", "group": f"{distance:g}", "method": "meng"}
            found = None if suppressed else smallest_defect(p, distance, n=n, population=population, cv=cv)
            if found is None:
                keys |= {"flag": "suppress", "note": "share_withheld" if suppressed else "impossible"}
            values = found or (nan, nan)
            for measure, value in zip(("defect_correlation", "random_equivalent"), values, strict=True):
                rows.append(keys | {"measure": measure, "estimate": value})
    return make_estimates(rows, None, estimates.histories)


def check_population(population: float, n: float) -> None:
    """Refuse a population that is not larger than the sample; raises EstimateError."""
    if not population > n:
        raise EstimateError(f"population={population:g}", key="honesty.small_population", people=n)
