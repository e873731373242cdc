"""Columns that tables of two samples have beside those of every table."""

from __future__ import annotations

import numpy as np

from analysis.estimates import Estimates
from survey.numeric.array_types import Floats


def with_columns(table: Estimates, further: dict[str, Floats]) -> Estimates:
    """Return a table with further columns, without numbers in suppressed rows."""
    kept = (table.frame["flag"] != "suppress").to_numpy()
    frame = table.frame.assign(**{name: np.where(kept, values, np.nan) for name, values in further.items()})
    return Estimates(frame, table.joint, table.histories)
