"""How a sample was drawn and calibrated, and its replicate weights: what the variance is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey.numeric.array_types import Floats, Ints

Lonely = Literal["adjust", "remove", "average"]
Kind = Literal["opt-in", "probability"]
Centre = Literal["estimate", "replicates"]
# The units that count for degrees of freedom: those with answers in a domain, or all drawn.
DegreesOf = Literal["answers", "design"]
# The largest share of replicates in which an estimate or a calibration may fail.
REPLICATES_FAILED = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Replicate weights of the units of a sample.

    Attributes
    ----------
    weights : float array, shape (units, R)
        Weight of each person of a unit in each replicate.
    coefficients : float array, shape (R,)
        Replicate scale factor c_r.
    copies : float array, shape (units, R)
        How often the replicate has each of a unit's people: trimming looks at people, not at copies.
    centre : {"estimate", "replicates"}
        Centre of the replicates' deviations: the full-sample estimate or their own mean.
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
class Calibration:
    """What the variance needs of a calibration (methods 1.10, 2.3).

    Attributes
    ----------
    cell : int array, shape (r,)
        Which combination of the margins' categories each record is in.
    x : float array, shape (cells, c)
        Membership of each cell in each category; shares where unknown categories are shared out.
    factor : float array, shape (cells,)
        g, in units of the scaled base weight.
    totals : float array, shape (c,)
        Targets of x.
    spans : tuple of int
        How many columns of x each margin has; those of numbers come after them.
    gram : float array, shape (c, c), or None
        X'DX of the parts of cells solved for, where people count in several categories.
    totals_covariance : float array, shape (c, c), or None
        Of the targets, where they are estimates themselves.
    slope : float array, shape (cells, c), or None
        dg/dλ per cell, relative to the base weight; set together with `totals_covariance`.
    slope_gram : float array, shape (c, c), or None
        Derivative of the totals of x by λ.
    """

    cell: Ints
    x: Floats
    factor: Floats
    totals: Floats
    spans: tuple[int, ...] = ()
    gram: Floats | None = None
    totals_covariance: Floats | None = None
    slope: Floats | None = None
    slope_gram: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sampling:
    """What the variance needs of the sampling design besides strata and units.

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
        Whether people decided for themselves to answer.
    replicates : Replicates or None
        Replicate weights of the first-stage units, from which the variance is then taken.
    people : bool
        Whether the first-stage units are single people, identified by a key.
    df : {"answers", "design"}
        Which units count for degrees of freedom (methods 2.6).
    """

    fractions: tuple[Floats, ...]
    lonely: Lonely = "adjust"
    kind: Kind = "opt-in"
    replicates: Replicates | None = None
    people: bool = False
    df: DegreesOf = "answers"


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A sampling design, respondent by respondent, shape (n,) each.

    Attributes
    ----------
    base : float array
        Base weights d, from 0 up: 0 of somebody who was drawn and does not count; 1 for an opt-in file.
    stratum : int array
        Numbers from 0; all 0 where there are no strata.
    units : tuple of int arrays
        Units of each stage, numbered from 0 over the whole file; empty where each person is one.
    """

    base: Floats
    stratum: Ints
    units: tuple[Ints, ...]
    sampling: Sampling
