"""Which record of a sample each row of the file is in, so that weights go back to the file."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from survey.numeric.array_types import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of a file and the records they are in.

    Attributes
    ----------
    index : Index
        Labels of the rows.
    number : int array, shape (rows,)
        Equal for rows of one record, and rising with the records.
    place : int array, shape (records at the start,), or None
        Where a record is now, -1 if it left the sample; None where all are where they were.
    """

    index: pd.Index
    number: Ints
    place: Ints | None = None

    def moved(self, place: Ints) -> Rows:
        """Return the rows after records moved: `place` says where each of them is now, -1 for gone."""
        if self.place is not None:
            place = np.where(self.place < 0, -1, place[self.place])
        return replace(self, place=place)

    def values(self, of_records: Floats) -> Floats:
        """Return a value of each row from those of the records; 0 where a record left the sample."""
        record = np.unique(self.number, return_inverse=True)[1].reshape(-1)
        if self.place is None:
            return of_records[record]
        return np.append(of_records, 0.0)[self.place[record]]
