"""One table for every result: fixed columns, the joint covariance, and the history of its waves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.labels import in_html, in_short, with_labels
from analysis.numeric.joint_covariance import JointCovariance, one_block, stacked
from survey.errors import EstimateError, check_choice
from survey.history import WaveHistory
from survey.numeric.array_types import Floats
from survey.study.study import Study

KEYS = ("wave", "question", "option", "by", "group", "measure")
TEXTS = (*KEYS, "method", "family", "flag", "note")
COLUMNS = (
    *KEYS,
    *("estimate", "std_error", "conf_low", "conf_high", "confidence", "method"),
    *("df", "n", "n_eff", "deff", "statistic", "p_value", "p_adjusted", "family", "flag", "note"),
)
# A band that holds a whole curve: two more columns, only in tables that have one.
BAND = ("band_low", "band_high")
# Of an estimate from two samples the errors of either, and the error if the coefficients of the answers
# count too; of a composite the weight of the volunteers and the squared bias allowed for.
OF_TWO = ("se_volunteers", "se_reference", "std_error_stacked", "weight_volunteers", "bias_squared")
FURTHER = (*BAND, *OF_TWO)
NUMBERS = tuple(column for column in COLUMNS if column not in TEXTS)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Estimates:
    """Results, one row each.

    Attributes
    ----------
    frame : DataFrame
        The columns `COLUMNS`, in that order, then those of `FURTHER` that a table has; keys are text, ""
        where they do not apply; shares are 0-1. A suppressed row (flag "suppress") has no numbers. In `wave`
        and `option`, "a - b" is a difference of two waves or options. Of a difference that stands in its
        family, `BAND` holds the limits that hold together. `family` says over which tests, and how,
        `p_adjusted` is adjusted.
    joint : JointCovariance or None
        Joint covariance of the rows in blocks, suppressed ones included; None where it was not
        computed, and after reading from a file. `covariance` gives it as a matrix.
    histories : mapping of str to WaveHistory
        How each wave was screened and weighted.
    """

    frame: pd.DataFrame
    joint: JointCovariance | None = field(default=None, repr=False)
    histories: Mapping[str, WaveHistory] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    @property
    def records(self) -> Mapping[str, WaveHistory]:
        """Former name of `histories`, for one release."""
        return self.histories

    @property
    def covariance(self) -> Floats | None:
        """Joint covariance as a matrix, shape (rows, rows), rows in the frame's order, or None.

        NaN between estimates that were computed separately. The matrix is made at each call and
        grows with the square of the rows; `joint` holds the same in blocks.
        """
        return None if self.joint is None else self.joint.dense()

    @property
    def cv(self) -> pd.Series:
        """Coefficient of variation, std_error / |estimate|, one a row.

        No number where the row is suppressed, has no error, or has an estimate of 0.
        """
        error, size = self.frame["std_error"], self.frame["estimate"].abs()
        return (error.where(error > 0) / size.where(size > 0)).rename("cv")

    def rows(self, **keys: str) -> pd.DataFrame:
        """Return the rows with these keys, such as ``rows(wave="2023", measure="share")``."""
        chosen = np.ones(len(self.frame), dtype=bool)
        for name, value in keys.items():
            chosen &= (self.frame[name] == value).to_numpy()
        return self.frame[chosen]

    def __repr__(self) -> str:
        """Return how many rows there are, and the first ten with percentages and flags as words."""
        return in_short(self.frame)

    def _repr_html_(self) -> str:
        """Return the same as a table, for a notebook."""
        return in_html(self.frame)

    def labelled(self, study: Study, *, language: str | None = None) -> pd.DataFrame:
        """Return the table with labels beside the codes: wave, question, by, option and group.

        Parameters
        ----------
        language : str, optional
            That of the labels; by default the study's first. A label without it is given in the first.

        Raises
        ------
        EstimateError
            If the study is not printed in that language.

        Examples
        --------
        >>> import survey
        >>> study = survey.read_study("data/taiyuan/study.toml")
        >>> kept, _ = survey.screen(survey.read_responses(study, wave="2024"), study)
        >>> import analysis
        >>> table = analysis.shares(survey.weigh(kept, study), "intent").labelled(study, language="en")
        >>> table[["question_label", "option_label"]].head(2).to_numpy().tolist()
        """
        chosen = study.languages[0] if language is None else language
        check_choice("language", chosen, study.languages)
        return with_labels(self.frame, study, chosen)

    def to_csv(self, path: str | Path | None = None) -> str:
        """Return the table as CSV, exact to the last bit, and write it if a path is given.

        `read_estimates` gives the same table back.
        """
        text = self.frame.to_csv(index=False, lineterminator="\n")
        if path is not None:
            Path(path).write_text(text, encoding="utf-8", newline="")
        return text


def table_keys(
    *,
    wave: str,
    question: str | Sequence[str],
    by: str,
    groups: Sequence[str],
    options: Sequence[str],
    measure: str | Sequence[str],
) -> dict[str, object]:
    """Return the key columns of a table with a row for each option of each group, group by group.

    Parameters
    ----------
    question, measure : str or sequence of str
        Of all rows, or of each option.
    """
    return {
        "wave": wave,
        "question": question if isinstance(question, str) else list(question) * len(groups),
        "option": list(options) * len(groups),
        "by": by,
        "group": [group for group in groups for _ in options],
        "measure": measure if isinstance(measure, str) else list(measure) * len(groups),
    }


def make_table(
    columns: Mapping[str, object],
    covariance: Floats | JointCovariance | None,
    histories: Mapping[str, WaveHistory],
) -> Estimates:
    """Return estimates from some of the columns; absent texts are "", numbers NaN.

    Parameters
    ----------
    columns : mapping of str to array, list, or a single value for all rows
    covariance : float array, shape (rows, rows), or JointCovariance, or None
        A matrix is the covariance of rows computed together; None where it was not computed.
    """
    size = next(len(values) for values in columns.values() if isinstance(values, (list, np.ndarray)))
    texts, numbers = np.full((size, len(TEXTS)), "", dtype=object), np.full((size, len(NUMBERS)), np.nan)
    for name, values in columns.items():
        if name in TEXTS:
            texts[:, TEXTS.index(name)] = np.array(values, dtype=object)
        else:
            numbers[:, NUMBERS.index(name)] = values
    suppressed = texts[:, TEXTS.index("flag")] == "suppress"
    kept = np.array([name == "confidence" for name in NUMBERS])
    numbers[suppressed[:, None] & ~kept] = np.nan
    # Two blocks and not a column at a time, which takes three times as long.
    left = pd.DataFrame(texts, columns=pd.Index(TEXTS), dtype=object)
    right = pd.DataFrame(numbers, columns=pd.Index(NUMBERS))
    frame = pd.concat([left, right], axis=1)[list(COLUMNS)]
    if isinstance(covariance, np.ndarray):
        covariance = one_block(covariance, size, _waves(frame))
    return Estimates(frame, covariance, histories)


def make_estimates(
    rows: Sequence[Mapping[str, object]],
    covariance: Floats | JointCovariance | None,
    histories: Mapping[str, WaveHistory],
    *,
    keys: Mapping[str, object] | None = None,
) -> Estimates:
    """Return estimates from rows with some of the columns; otherwise as `make_table`.

    Parameters
    ----------
    keys : mapping, optional
        Columns that are not in the rows, as for `make_table`.
    """
    columns: dict[str, object] = {name: [row.get(name, "") for row in rows] for name in TEXTS}
    columns |= {name: [row.get(name, np.nan) for row in rows] for name in NUMBERS}
    return make_table(columns | dict(keys or {}), covariance, histories)


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
        raise EstimateError(str(path), key="estimate.no_file") from None
    except UnicodeDecodeError:
        raise EstimateError(path.name, key="estimate.not_utf8") from None
    header = text.split("\n", 1)[0].split(",")
    further = header[len(COLUMNS) :]
    if tuple(header) != (*COLUMNS, *dict.fromkeys(further)) or {*further} - {*FURTHER}:
        raise EstimateError(path.name, key="estimate.columns", headers=header)
    try:
        # As texts, since only Python's own reading of a number is exact to the last bit.
        frame = pd.read_csv(StringIO(text), dtype=object, keep_default_na=False, na_filter=False)
        names = [name for name in (*NUMBERS, *FURTHER) if name in frame]
        numbers = {name: [float(cell) if cell else np.nan for cell in frame[name]] for name in names}
    except (ValueError, pd.errors.ParserError) as error:
        raise EstimateError(path.name, key="estimate.cannot_read", reason=str(error)) from None
    return Estimates(frame.assign(**numbers))


def combine(parts: Iterable[Estimates]) -> Estimates:
    """Return several estimates as one, in the order given.

    The covariance between parts is 0 where they have no wave in common, and otherwise NaN: it was
    not computed. So are those of the rows of a part without one.

    Raises
    ------
    EstimateError
        If there are none.
    """
    chosen = list(parts)
    if not chosen:
        raise EstimateError("combine", key="call.no_estimates")
    frame = pd.concat([part.frame for part in chosen], ignore_index=True)
    histories = {wave: history for part in chosen for wave, history in part.histories.items()}
    if all(part.joint is None for part in chosen):
        return Estimates(frame, None, histories)
    joint = stacked([part.joint or one_block(None, len(part), _waves(part.frame)) for part in chosen])
    return Estimates(frame, joint, histories)


def one_row(function: str, table: Estimates | pd.DataFrame) -> pd.Series:
    """Return the only row of a table, which is not suppressed; `function` is named in errors.

    Raises
    ------
    EstimateError
        If there is another number of rows, or the row is suppressed.
    """
    frame = table if isinstance(table, pd.DataFrame) else table.frame
    if len(frame) != 1:
        raise EstimateError(function, key="call.one_row", rows=len(frame))
    row = frame.iloc[0]
    if row.get("flag", "") == "suppress":
        raise EstimateError(function, key="estimate.suppressed")
    return row


def _waves(frame: pd.DataFrame) -> frozenset[str]:
    """Return the waves from which the rows were computed: "2024 - 2023" and "2023; 2024" name two."""
    return frozenset(wave for name in frame["wave"].unique() for wave in waves_of(str(name)))


def waves_of(name: str) -> list[str]:
    """Return the waves that a row's wave names: "2024 - 2023" a difference, "2022; 2023; 2024" a trend."""
    return re.split(" - |; ", name)
