"""How a sample was drawn, and its replicate weights, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey.numeric.array_types import Floats, Ints

Lonely = Literal["adjust", "remove", "average"]
Kind = Literal["opt-in", "probability"]
Centre = Literal["estimate", "replicates"]
# Largest share of the replicates in which an estimate or a calibration may fail.
REPLICATES_FAILED = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Replicate weights of the units of a sample.

    Attributes
    ----------
    weights : float array, shape (units, R)
        Weight of each person of a unit in each replicate.
    coefficients : float array, shape (R,)
        What the square of a replicate's deviation is multiplied by.
    copies : float array, shape (units, R)
        How often each of a unit's people is there: trimming looks at people, not at how often they
        count.
    centre : {"estimate", "replicates"}
        What replicates deviate from: the full-sample estimate or their own mean.
    df : {"rank", "units"}
        Degrees of freedom in a domain: the rank of its replicate weights less 1, or what they are
        under the design the replicates were made from.
    failed : int
        Replicates left out because a step of weighting could not be done in them; their
        coefficients are 0.
    """

    weights: Floats
    coefficients: Floats
    copies: Floats
    centre: Centre
    df: Literal["rank", "units"] = "rank"
    failed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sampling:
    """What is known of the sampling beside who was drawn.

    Attributes
    ----------
    fractions : tuple of float arrays
        Sampling fractions stage by stage: of the first within each stratum, of the next within
        each unit of the stage before. 0 where the population size is not given. One more than
        there are stages of units if people were drawn within the last of them.
    lonely : {"adjust", "remove", "average"}
        What a stratum with a single unit adds to the variance (methods 2.2): its distance from
        the mean of all units, nothing, or the mean of the other strata.
    kind : {"opt-in", "probability"}
        Whether people chose themselves.
    replicates : Replicates or None
        Replicate weights of the first-stage units, from which the variance is then taken.
    people : bool
        Whether the first-stage units are people one by one, kept apart by a key.
    """

    fractions: tuple[Floats, ...]
    lonely: Lonely = "adjust"
    kind: Kind = "opt-in"
    replicates: Replicates | None = None
    people: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A sampling design, respondent by respondent, shape (n,) each.

    Attributes
    ----------
    base : float array
        Base weights d, all above 0; 1 for an opt-in file.
    stratum : int array
        Numbers from 0; all 0 where there are no strata.
    units : tuple of int arrays
        Units of each stage, numbered from 0 over the whole file; empty where each person is one.
    """

    base: Floats
    stratum: Ints
    units: tuple[Ints, ...]
    sampling: Sampling
