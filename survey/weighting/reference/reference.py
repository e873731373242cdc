"""A random sample beside an open questionnaire, from a data frame or as a study file declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from survey.errors import EstimateError
from survey.numeric.sampling import Lonely
from survey.study.study import Study
from survey.weighting.frame_columns import Empty
from survey.weighting.from_frame import from_frame
from survey.weighting.reference.from_study import reference_of
from survey.weighting.sample import WeightedSample


def reference(
    source: pd.DataFrame | Study,
    *,
    weight: str | None = None,
    strata: str | None = None,
    clusters: str | Sequence[str] | None = None,
    fpc: str | Sequence[str] | None = None,
    probability: str | None = None,
    lonely: Lonely = "adjust",
    multiple: Mapping[str, Sequence[str]] | None = None,
    exclusive: Sequence[str] = (),
    empty: Empty | None = None,
) -> WeightedSample:
    """Return a random sample to put beside an open questionnaire, with its design (methods 9).

    Parameters
    ----------
    source : DataFrame or Study
        One row a person; questions by the same names and with the same answers as the open questionnaire's.
        Of a study, what its [reference] says; nothing else is then to be given.
    weight, probability : str, optional
        Column of weights that add up to the population, or of the chances of having been drawn. One of them
        is needed, or `fpc`, from which they follow.
    strata, clusters, fpc, lonely, multiple, exclusive, empty
        As `survey.from_frame`.

    Raises
    ------
    StudyError, ExportError
        If the study has no [reference], or its file cannot be read.
    EstimateError
        As `survey.from_frame`; and if nothing says how many people of the population each stands for.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"age": ["old", "young"] * 20, "w": [25.0] * 40})
    >>> round(float(reference(frame, weight="w").tally.base.sum()))
    1000
    """
    if isinstance(source, Study):
        if any((weight, strata, clusters, fpc, probability, multiple, exclusive, empty)):
            raise EstimateError("reference", key="blend.design_of_study")
        return reference_of(source)
    if weight is None and probability is None and fpc is None:
        raise EstimateError("reference", key="blend.no_weights")
    return from_frame(
        source,
        weight,
        strata=strata,
        clusters=clusters,
        fpc=fpc,
        probability=probability,
        lonely=lonely,
        multiple=multiple,
        exclusive=exclusive,
        empty=empty,
        sample="probability",
    )
