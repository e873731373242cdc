"""One table for every result: fixed columns, the joint covariance, and the history of its waves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from survey.errors import EstimateError, listing
from survey.history import WaveHistory
from survey.numeric.array_types import Floats

KEYS = ("wave", "question", "option", "by", "group", "measure")
NUMBERS = (
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "confidence",
    "df",
    "n",
    "n_eff",
    "deff",
    "statistic",
    "p_value",
    "p_adjusted",
)
COLUMNS = (
    "wave",
    "question",
    "option",
    "by",
    "group",
    "measure",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "confidence",
    "method",
    "df",
    "n",
    "n_eff",
    "deff",
    "statistic",
    "p_value",
    "p_adjusted",
    "family",
    "flag",
    "note",
)
TEXTS = tuple(c for c in COLUMNS if c not in NUMBERS)


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Results, one row each.

    Attributes
    ----------
    frame : DataFrame
        The columns `COLUMNS`, in that order; keys are text, "" where they do not apply; shares
        are 0-1. A suppressed row (flag "suppress") has no numbers. In `wave` and `option`,
        "a - b" is a difference of two waves or options. `family` says over which tests, and how,
        `p_adjusted` is adjusted.
    covariance : float array, shape (rows, rows), or None
        Joint covariance, rows in the frame's order, suppressed ones included; NaN between
        estimates that were computed apart. None after reading from a file.
    histories : mapping of str to WaveHistory
        How each wave was screened and weighted.
    """

    frame: pd.DataFrame
    covariance: Floats | None = field(default=None, repr=False)
    histories: Mapping[str, WaveHistory] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    @property
    def records(self) -> Mapping[str, WaveHistory]:
        """Former name of `histories`, for one release."""
        return self.histories

    @property
    def cv(self) -> pd.Series:
        """Coefficient of variation, std_error / |estimate|, one a row.

        No number where the row is withheld, has no error, or has an estimate of 0.
        """
        error, size = self.frame["std_error"], self.frame["estimate"].abs()
        return (error.where(error > 0) / size.where(size > 0)).rename("cv")

    def rows(self, **keys: str) -> pd.DataFrame:
        """Return the rows with these keys, such as ``rows(wave="2023", measure="share")``."""
        chosen = np.ones(len(self.frame), dtype=bool)
        for name, value in keys.items():
            chosen &= (self.frame[name] == value).to_numpy()
        return self.frame[chosen]

    def to_csv(self, path: str | Path | None = None) -> str:
        """Return the table as CSV, exact to the last bit, and write it if a path is given.

        `read_estimates` gives the same table back.
        """
        text = self.frame.to_csv(index=False, lineterminator="\n")
        if path is not None:
            Path(path).write_text(text, encoding="utf-8", newline="")
        return text


def make_estimates(
    rows: Sequence[Mapping[str, object]], covariance: Floats | None, histories: Mapping[str, WaveHistory]
) -> Estimates:
    """Return estimates from rows with some of the columns; absent texts are "", numbers NaN."""
    held = np.array([row.get("flag") == "suppress" for row in rows], dtype=bool)
    texts = np.array([[row.get(name, "") for name in TEXTS] for row in rows], dtype=object)
    numbers = np.array([[row.get(name, np.nan) for name in NUMBERS] for row in rows], dtype=np.float64)
    kept = [name == "confidence" for name in NUMBERS]
    numbers = np.where(held[:, None] & ~np.array(kept), np.nan, numbers.reshape(len(rows), len(NUMBERS)))
    # Two blocks and not a column at a time, which takes three times as long.
    left = pd.DataFrame(texts.reshape(len(rows), len(TEXTS)), columns=pd.Index(TEXTS), dtype=object)
    right = pd.DataFrame(numbers, columns=pd.Index(NUMBERS))
    frame = pd.concat([left, right], axis=1)[list(COLUMNS)]
    return Estimates(frame, covariance, histories)


def read_estimates(path: str | Path) -> Estimates:
    """Return the estimates a CSV file holds, equal to those written.

    Raises
    ------
    EstimateError
        If the file is missing or has other columns.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        raise EstimateError(str(path), "no such file", "run the estimates first") from None
    except UnicodeDecodeError:
        raise EstimateError(path.name, "is not UTF-8 text", "run the estimates again") from None
    header = text.split("\n", 1)[0].split(",")
    if tuple(header) != COLUMNS:
        raise EstimateError(
            path.name, f"has the columns {listing(header, 30)}", "give a file that the toolkit wrote"
        )
    try:
        # As texts, since only Python's own reading of a number is exact to the last bit.
        frame = pd.read_csv(StringIO(text), dtype=object, keep_default_na=False, na_filter=False)
        numbers = {name: [float(cell) if cell else np.nan for cell in frame[name]] for name in NUMBERS}
    except (ValueError, pd.errors.ParserError) as error:
        raise EstimateError(path.name, f"cannot be read ({error})", "run the estimates again") from None
    return Estimates(frame.assign(**numbers))


def combine(parts: Iterable[Estimates]) -> Estimates:
    """Return several estimates as one, in the order given.

    The covariance between parts is 0 where they come from different waves without any wave in
    common, and otherwise NaN: it was not computed.

    Raises
    ------
    EstimateError
        If there are none.
    """
    chosen = list(parts)
    if not chosen:
        raise EstimateError("combine", "was given no estimates", "give at least one")
    frame = pd.concat([part.frame for part in chosen], ignore_index=True)
    histories = {wave: history for part in chosen for wave, history in part.histories.items()}
    if any(part.covariance is None for part in chosen):
        return Estimates(frame, None, histories)
    joint = np.full((len(frame), len(frame)), np.nan)
    starts = np.cumsum([0, *(len(part) for part in chosen)])
    for i, one in enumerate(chosen):
        for j, two in enumerate(chosen):
            block = np.s_[starts[i] : starts[i + 1], starts[j] : starts[j + 1]]
            if i == j:
                joint[block] = one.covariance
            elif _waves(one).isdisjoint(_waves(two)):
                joint[block] = 0.0
    return Estimates(frame, joint, histories)


def _waves(part: Estimates) -> set[str]:
    return {wave for name in part.frame["wave"].unique() for wave in str(name).split(" - ")}
