"""A study file read for a command: all its tables, and the margins it names, with every mistake named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from analysis.plans.demand import read_demand
from analysis.plans.estimates import read_estimate_plan
from analysis.plans.sensitivity import other_margins, read_sensitivity
from reports.results.settings import check_tables
from reports.sections.contents import chosen_sections
from survey import Study, read_study
from survey.errors import MarginError, SeveralErrors, SurveyError, noting, reading_on
from survey.study.study import EngineName
from survey.weighting.run import study_margins


def read_whole_study(
    path: Path,
    *,
    read: Sequence[str | Path] = (),
    engine: EngineName = "duckdb",
    margins: Literal["needed", "later"] = "needed",
) -> Study:
    """Return a study, sure that none of its tables has a mistake.

    Parameters
    ----------
    read, engine
        As `survey.read_study`.
    margins : {"needed", "later"}
        "later": mistakes in the files of margins alone are left to the weighting.

    Raises
    ------
    SurveyError
        The mistake, or `SeveralErrors` of all there are.
    """

    def whole() -> Study:
        study = read_study(path, read=read, engine=engine)
        with noting():
            read_estimate_plan(study)
        with noting():
            if study.asks_demand:
                read_demand(study)
        with noting():
            read_sensitivity(study)
        check_tables(study)
        with noting():
            chosen_sections(study)
        study_margins(study)
        with noting():
            other_margins(study)
        return study

    try:
        return reading_on(whole)
    except SurveyError as error:
        found = error.errors if isinstance(error, SeveralErrors) else (error,)
        if margins == "needed" or not all(isinstance(mistake, MarginError) for mistake in found):
            raise
        return read_study(path, read=read, engine=engine)
