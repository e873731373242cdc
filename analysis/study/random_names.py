"""How many people drawn at random would halve what is not known of a share (methods 9.5)."""

from __future__ import annotations

from dataclasses import dataclass

import survey.numeric.special_functions as special
from analysis.estimates import Estimates
from analysis.numeric.blending.worth import names_to_halve


@dataclass(frozen=True, slots=True)
class RandomNames:
    """Random answers that leave a share half of its uncertainty.

    Attributes
    ----------
    group : str
        What the uncertainty allows for: the bias of other surveys, "0.06" and "0.1", or "reference", the bias
        against a random sample.
    half : float
        Half the width of the limits that allow for bias, 0-1.
    n : float
        Answers of a simple random sample with half of that; times its design effect of any other.
    """

    group: str
    half: float
    n: float


def random_names(estimates: Estimates, wave: str, question: str, option: str) -> list[RandomNames]:
    """Return how many random answers would halve the uncertainty of a share, by what that allows for.

    n = 4 p(1 - p) (z/h)², h half the width of the limits of `bias_allowance`; none where they are not known
    or the share is 0 or 1.
    """
    rows = estimates.rows(wave=wave, question=question, option=option, measure="total_error")
    found = []
    for row in rows[rows["flag"] != "suppress"].to_dict("records"):
        p, half = float(row["estimate"]), (float(row["conf_high"]) - float(row["conf_low"])) / 2
        z = float(special.ndtri(0.5 + float(row["confidence"]) / 2))
        if 0 < p < 1 and half > 0:
            found.append(RandomNames(str(row["group"]), half, names_to_halve(p, (half / z) ** 2)))
    return found
