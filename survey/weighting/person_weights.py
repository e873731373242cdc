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
from survey.responses.responses import Responses
from survey.sources.reading import file_export
from survey.text import normalised
from survey.weighting.design import opt_in
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import tally_people

ROW = "row"
FORMULA = ("=", "+", "-", "@")


def person_weights(sample: WeightedSample, responses: Responses) -> pd.Series:
    """Return the weight of each respondent, indexed by the row of the export (methods 1.11).

    Parameters
    ----------
    sample : WeightedSample
        As `weigh` made it of these responses.
    responses : Responses
        The screened answers.

    Raises
    ------
    EstimateError
        If the sample was not made of them, or they are grouped.
    """
    if responses.paradata.grouped is not None:
        raise EstimateError(
            "weights by respondent", key="weights.grouped", file=responses.wave.responses.name
        )
    tallied, record = tally_people(responses, opt_in(len(responses), kind=sample.sampling.kind))
    if not np.array_equal(tallied.count, sample.tally.count):
        raise EstimateError("person_weights", key="weights.other_sample")
    index = pd.Index(responses.paradata.rows, name=ROW)
    return pd.Series(sample.weight[record], index=index, name="weight")


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
    kind = identifier_by_header(column.header) or identifier_by_content(column.cells, least=NOTICEABLE)
    if not kind and are_personal_names(column.cells):
        kind = "name"
    if kind:
        raise ExportError(where, key="weights.personal", kind=kind, instead=ROW)
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
