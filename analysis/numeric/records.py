"""What the variance sees of a sample: distinct records with their weights and design.

Notation (docs/methods.md): a record stands for `count` people alike; d base weight, w final weight.
"""

from __future__ import annotations

from dataclasses import dataclass

from survey.numeric.array_types import Floats, Ints
from survey.numeric.sampling import Calibration, Sampling


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """What the covariance needs of the records, shape (r,) each unless said.

    Attributes
    ----------
    count : int array
        People in the record.
    base, base_square : float array
        Sums over them of d and d², in the scale of the calibration.
    factor : float array
        g = w / d.
    stratum : int array
    units : tuple of int arrays
        Units of each stage; empty where each person is one.
    sampling : Sampling
        Sampling fractions stage by stage, and the policy for single units.
    calibration : Calibration or None
        Its `cell` is that of each record.
    trimming : float array, or None
        What trimming multiplied the weights by, where it came after the calibration.
    """

    count: Ints
    base: Floats
    base_square: Floats
    factor: Floats
    stratum: Ints
    units: tuple[Ints, ...]
    sampling: Sampling
    calibration: Calibration | None = None
    trimming: Floats | None = None

    @property
    def census(self) -> bool:
        """Whether everybody was drawn at every stage."""
        return all(bool((fraction == 1).all()) for fraction in self.sampling.fractions)

    @property
    def plain(self) -> bool:
        """Whether the file is a plain list of people: no strata, no clusters."""
        replicates = self.sampling.replicates
        units = self.units if replicates is None else self.units[1:]
        known = replicates is None or replicates.df == "units"
        return known and (not units or self.sampling.people) and len(self.sampling.fractions[0]) == 1

    @property
    def stratified(self) -> bool:
        """Whether there is more than one stratum; replicates of others, which may have any, count as such."""
        replicates = self.sampling.replicates
        return (replicates is not None and replicates.df == "rank") or len(self.sampling.fractions[0]) > 1
