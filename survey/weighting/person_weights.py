"""The weight of each respondent, for an analyst's own work on the file (methods 1.11)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey.errors import Cell, EstimateError, ExportError, closest, shown
from survey.identifiers import (
    NOTICEABLE,
    are_personal_names,
    identifier_by_content,
    identifier_by_header,
)
from survey.messages.lines import word
from survey.responses.responses import Responses
from survey.sources.reading import file_export
from survey.text import FORMULA, normalised
from survey.weighting.sample import WeightedSample

ROW = "row"


def weights(sample: WeightedSample) -> pd.Series:
    """Return the weight of each row of the file a sample was made of, on its own index (methods 1.11).

    0 for a row that a step left out: who did not respond, or is outside the domain weighted.

    Raises
    ------
    EstimateError
        If the sample does not know its rows, as where an engine grouped them.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"sex": ["f", "f", "m"] * 20}, index=range(100, 160))
    >>> sample = survey.rake(survey.from_frame(frame), {"sex": {"f": 0.5, "m": 0.5}})
    >>> survey.weights(sample).head(3).tolist()
    [0.75, 0.75, 1.5]
    """
    if not isinstance(sample, WeightedSample):
        raise EstimateError("weights", key="call.sample", found=type(sample).__name__)
    if sample.rows is None:
        raise EstimateError("weights by respondent", key="weights.grouped", wave=sample.wave)
    return pd.Series(sample.rows.values(sample.weight), index=sample.rows.index, name="weight")


def person_weights(sample: WeightedSample, responses: Responses | pd.DataFrame) -> pd.Series:
    """Return `weights` of a sample, which is checked to be of these respondents (methods 1.11).

    Parameters
    ----------
    sample : WeightedSample
        As `weigh` made it of these responses, or `from_frame` of this frame.
    responses : Responses or DataFrame
        The screened answers, or the frame.

    Raises
    ------
    EstimateError
        As `weights`, or if the sample was not made of them.
    """
    found = weights(sample)
    rows = responses.index if isinstance(responses, pd.DataFrame) else responses.paradata.rows
    if not found.index.equals(pd.Index(rows)):
        raise EstimateError("person_weights", key="weights.other_sample")
    return found


def keyed_weights(sample: WeightedSample, responses: Responses, key: str) -> pd.DataFrame:
    """Return key and weight of each respondent, two columns, in the order of the file.

    Parameters
    ----------
    key : str
        "row" for the row of the export, or the header of a column with a different value in each row.

    Raises
    ------
    ExportError
        If there is no such column, it identifies people, or two respondents share a value.
    """
    weights = person_weights(sample, responses)
    if key == ROW:
        return weights.reset_index()
    export = file_export(responses.wave)
    columns = [c for c in export.columns if normalised(key) in (normalised(c.header), normalised(c.name))]
    if len(columns) != 1:
        headers = [c.header or c.name for c in export.columns if c.header or c.name]
        raise ExportError(
            export.file,
            key="weights.key_columns",
            found=len(columns),
            column=shown(key),
            nearest=closest(key, headers),
            headers=headers,
            instead=ROW,
        )
    where, column = Cell(file=export.file, column=shown(key)), columns[0]
    kind = identifier_by_header(column.header) or identifier_by_content(
        column.texts, column.counts(), least=NOTICEABLE
    )
    if not kind and are_personal_names(column.cells):
        kind = "name"
    if kind:
        raise ExportError(where, key="weights.personal", kind=word("identifier", kind), instead=ROW)
    cells = column.cells[np.isin(export.paradata.rows, responses.paradata.rows)]
    twice = pd.Series(cells).duplicated() | (cells == "")
    if twice.any():
        value = str(cells[int(np.flatnonzero(twice)[0])])
        raise ExportError(
            where, key="weights.twice" if value else "weights.blank", value=shown(value), instead=ROW
        )
    if any(str(cell).startswith(FORMULA) for cell in cells):
        raise ExportError(where, key="weights.formula", instead=ROW)
    return pd.DataFrame({key: cells, "weight": weights.to_numpy()})
