"""Many comparisons at once: p-values adjusted for the family they belong to (methods 3.8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from analysis.estimates import Estimates
from survey.array_types import Floats
from survey.errors import EstimateError

Adjustment = Literal["holm", "bonferroni", "bh"]
# As statsmodels calls them.
NAMES = {"holm": "holm", "bonferroni": "bonferroni", "bh": "fdr_bh"}


def adjusted_p_values(p: Floats, method: Adjustment = "holm") -> Floats:
    """Return p-values adjusted for their number, in the order given.

    "holm" and "bonferroni" hold the chance of any false finding in the family, "bh" (Benjamini and
    Hochberg 1995) the share of false ones among the findings, for a first look only.
    """
    # Imported here: statsmodels takes longer to load than all the rest of an estimate.
    from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

    return np.asarray(multipletests(p, method=NAMES[method])[1], dtype=np.float64)


def adjust(estimates: Estimates, family: str, *, method: Adjustment = "holm") -> Estimates:
    """Return the estimates with `p_adjusted` over all their tests, the family named (methods 3.8).

    The column `family` then reads such as "holm, 12 tests: concerns by district".

    Parameters
    ----------
    family : str
        What the tests have in common, in the reader's words: one printed table.
    method : {"holm", "bonferroni", "bh"}
        As `adjusted_p_values`.

    Raises
    ------
    EstimateError
        If there is no test among the estimates, the method is unknown or the family has no name.
    """
    if method not in get_args(Adjustment):
        offered = ", ".join(f'"{name}"' for name in get_args(Adjustment))
        raise EstimateError(f'method="{method}"', "is not known", f"use one of {offered}")
    if not family.strip():
        raise EstimateError("family", "has no name", "say which tests belong together")
    p = estimates.frame["p_value"].to_numpy(dtype=np.float64)
    tested = np.isfinite(p)
    if not tested.any():
        raise EstimateError("adjust", "none of the estimates is a test", "give differences or changes")
    adjusted = np.full(len(p), np.nan)
    adjusted[tested] = adjusted_p_values(p[tested], method)
    named = np.where(tested, f"{method}, {int(tested.sum())} tests: {family}", "").astype(object)
    return replace(estimates, frame=estimates.frame.assign(p_adjusted=adjusted, family=named))
