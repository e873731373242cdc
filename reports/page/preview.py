"""Page 1 without its figures, before typesetting."""

from __future__ import annotations

from typing import Any

from reports.charts import style
from reports.page.briefing import page_1
from reports.page.fonts import Fonts
from reports.page.typeset import Briefing
from reports.sections.front_page.unfilled import unfilled_document
from survey.study.study import Study


def compose_unfilled(study: Study, language: str, *, fonts: Fonts, analysed: int | None = None) -> Briefing:
    """Return page 1 of a study without an estimate, as `typeset` takes it.

    Parameters
    ----------
    fonts : Fonts
        Of the page and its chart.
    analysed : int, optional
        Answers of the last wave that screening keeps, where that is known.

    Raises
    ------
    StudyError, ReportError
        As `unfilled_document`.
    """
    document = unfilled_document(study, language, analysed=analysed)
    with style.style(fonts.sans):
        pictures = {f"{chart.name}.svg": style.svg(chart.draw()) for chart in document.charts}
    bare: dict[str, Any] = {"bricks": [], "plan": []}
    return Briefing(language, f"preview-{language}", "brief", {**page_1(document), **bare}, pictures)
