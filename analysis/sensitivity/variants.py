"""Shares estimated anew for each of several choices, those no weights can meet withheld by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.estimates import NUMBERS, Estimates, make_estimates
from analysis.sensitivity.share_options import ShareStyle
from analysis.statistics.shares import ShareBase, shares
from survey.errors import CalibrationError, ExportError, MarginError
from survey.responses.responses import Responses
from survey.study.study import Study
from survey.weighting.margins.file import read_margin
from survey.weighting.sample import WeightedSample

# A choice's name, what makes its sample, and of whom the share is.
Made = tuple[str, Callable[[], WeightedSample], ShareBase]


def about(responses: Responses, study: Study, question: str) -> Responses:
    """Return the responses with the answers that a question's shares and the weights depend on."""
    margins = [read_margin(source, study.questionnaire) for source in study.weighting.margins]
    named = {name for margin in margins for name in margin.questions}
    kept = {name: a for name, a in responses.answers.items() if name in named | {question}}
    return replace(responses, answers=kept)


def estimated(made: Iterable[Made], question: str, style: ShareStyle, *, by: str) -> Estimates:
    """Return the shares of a question under each choice, `group` its name and `by` what kind it is.

    A choice that no weights can meet, or that leaves nobody, is withheld (note "cannot_be_weighted"). No
    rows where there are no choices.
    """
    found: dict[str, Estimates | None] = {}
    for name, make, base in made:
        try:
            found[name] = shares(
                make(),
                question,
                base=base,
                confidence=style.confidence,
                interval=style.interval,
                variance=style.variance,
            )
        except (MarginError, CalibrationError, ExportError):
            found[name] = None
    met = [one for one in found.values() if one is not None]
    if not met:
        return make_estimates([], None, {})
    frames = [
        _unmet(met[0].frame) if one is None else one.frame.assign(measure="share") for one in found.values()
    ]
    named = [frame.assign(by=by, group=name) for name, frame in zip(found, frames, strict=True)]
    return Estimates(pd.concat(named, ignore_index=True), None, met[0].histories)


def _unmet(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a choice that no weights can meet."""
    blank = {column: np.nan for column in NUMBERS if column != "confidence"}
    return frame.assign(flag="suppress", note="cannot_be_weighted", **blank)
