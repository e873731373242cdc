"""A chart of the briefing for a notebook or a script: the same drawing as in print."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Literal, get_args

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread

from analysis import Estimates
from reports.charts.demand import demand_curves
from reports.charts.overall import overall
from reports.charts.panels import panels
from reports.charts.style import style
from reports.charts.trend import trend
from reports.page.fonts import find_fonts
from reports.results.demand import demand_of
from reports.results.results import Results, results_of
from survey import ReportError, Study
from survey.errors import check_choice
from survey.study.toml_table import Table

Kind = Literal["shares", "groups", "changes", "demand"]
DOTS = 144


def plot(
    estimates: Estimates,
    study: Study,
    *,
    kind: Kind = "shares",
    question: str = "",
    by: str = "",
    language: str | None = None,
    axes: Axes | None = None,
) -> Figure:
    """Return a chart of estimates with labels, intervals and marks, drawn as the briefing draws it.

    Shares of the whole sample have to be among the estimates; `analysis.combine` puts tables together.
    What is suppressed is not drawn.

    Parameters
    ----------
    kind : {"shares", "groups", "changes", "demand"}
        The options of a question with the wave before; its leading options by group; over the waves; or the
        curve of demand by fee.
    question, by : str, optional
        Of the study; by default the first question that is estimated, and its first grouping.
    language : str, optional
        That of the labels; by default the study's first.
    axes : matplotlib.axes.Axes, optional
        Where the chart is placed, as a picture; its figure is returned.

    Raises
    ------
    EstimateError
        If `kind` or `language` is not recognised.
    ReportError, StudyError
        If the estimates do not hold what is to be drawn.

    Examples
    --------
    >>> import analysis, reports, survey
    >>> study = survey.read_study("data/taiyuan/study.toml")
    >>> kept, _ = survey.screen(survey.read_responses(study, wave="2024"), study)
    >>> intent = analysis.shares(survey.weigh(kept, study), "intent")
    >>> type(reports.plot(intent, study)).__name__
    'Figure'
    """
    chosen = study.languages[0] if language is None else language
    check_choice("kind", kind, get_args(Kind))
    check_choice("language", chosen, study.languages)
    asked = {key: name for key, name in (("headline", question), ("by", by)) if name}
    plain = replace(study, briefing=Table(asked, study.path.name, ("briefing",)))
    with style(find_fonts().sans):
        drawn = _drawn(results_of(plain, estimates, chosen), kind)
    # A notebook shows it so, whether or not pyplot has been imported.
    vars(drawn)["_repr_png_"] = partial(_png, drawn)
    return drawn if axes is None else _placed(drawn, axes)


def _drawn(results: Results, kind: Kind) -> Figure:
    """Return the chart; refuse estimates that do not hold it."""
    if kind == "groups":
        if not results.by:
            raise ReportError("plot", key="plot.no_groups", question=results.headline)
        return panels(results)[0]()
    if kind == "demand":
        demand = demand_of(results)
        if demand is None:
            raise ReportError("plot", key="plot.no_demand")
        found = [demand.rows(answers) for answers in demand.plan.curves]
        curves = [[(fee, row) for fee, row in curve if row is not None] for curve in found]
        return demand_curves(curves, demand.names, results.words("demand.axis", unit=demand.head))
    return overall(results) if kind == "shares" else trend(results)


def _placed(drawn: Figure, axes: Axes) -> Figure:
    """Return the figure of the axes, with the drawing in them."""
    axes.imshow(imread(BytesIO(_png(drawn))))
    axes.set_axis_off()
    figure = axes.get_figure(root=True)
    return figure if figure is not None else drawn


def _png(drawn: Figure) -> bytes:
    """Return a figure as a picture."""
    picture = BytesIO()
    drawn.savefig(picture, format="png", dpi=DOTS)
    return picture.getvalue()
