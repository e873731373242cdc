"""The pages of the desk under their addresses."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from reports.desk.pages import (
    about,
    begin,
    check,
    data,
    history,
    margins,
    newer,
    questions,
    refusals,
    report,
    screening,
    start,
)
from reports.desk.view import Desk

PAGES = (start, begin, newer, data, questions, margins, screening, about, check, report, history)


def application(desk: Desk) -> Starlette:
    """Return the application of a desk; a `Guard` stands before it."""
    static = Mount("/static", StaticFiles(directory=Path(str(files("reports.desk").joinpath("static")))))
    made = Starlette(
        routes=[static, *(route for page in PAGES for route in page.ROUTES)],
        exception_handlers=refusals.HANDLERS,
    )
    made.state.desk = desk
    return made
