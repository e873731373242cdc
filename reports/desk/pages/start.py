"""The first page: the studies there are, a new one, the example; and the end of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from reports.desk.root import Kept, studies
from reports.desk.view import desk_of, language_of, render, study_of, to, words
from reports.desk.words import DeskWords
from reports.folder.run_record import briefings_current, estimates_current, printed_files, read_run
from survey.errors import SurveyError
from survey.study.placeholders import UNFILLED


@dataclass(frozen=True, slots=True)
class Row:
    """A study as the list shows it."""

    id: str
    title: str
    synthetic: bool
    wave: str
    answers: int | None
    state: str
    colour: str
    changed: str


async def home(request: Request) -> Response:
    """Show the studies there are, and where a new one begins."""
    return listed(request)


def listed(request: Request, refused: SurveyError | None = None) -> Response:
    """Return the list of studies, with why dropped files were not taken."""
    desk, told = desk_of(request), "" if refused is None else refused.told(language_of(request))
    rows = [_row(kept, words(request)) for kept in studies(desk.root)]
    status = 200 if refused is None else 422
    return render(request, "start.html", rows=rows, place=str(desk.root), refused=told, status=status)


def _row(kept: Kept, t: DeskWords) -> Row:
    """Return a study for the list, judged by what costs little: nothing is read but its file and record."""
    values, record = kept.values(), read_run(kept.out)
    head = _table(values, "study")
    waves = values.get("waves", [])
    last = waves[-1] if isinstance(waves, list) and waves and isinstance(waves[-1], dict) else {}
    counted = record.get("waves")
    name, colour = "start.state.begun", "amber"
    if printed_files(record):
        current = estimates_current(kept.out, kept.file) and briefings_current(kept.out)
        name, colour = ("start.state.done", "green") if current else ("start.state.old", "amber")
    title = _text(head.get("title"), t.language)
    return Row(
        kept.id,
        kept.id if not title or UNFILLED.search(title) else title,
        head.get("synthetic") is True,
        _text(last.get("label"), t.language) or str(last.get("id", "")),
        counted[-1].get("returned") if isinstance(counted, list) and counted else None,
        t(name),
        colour,
        _when(datetime.fromtimestamp(kept.file.stat().st_mtime), t),
    )


def _table(values: dict[str, Any], name: str) -> dict[str, Any]:
    table = values.get(name)
    return table if isinstance(table, dict) else {}


def _text(value: object, language: str) -> str:
    """Return a text, in a language if it has it."""
    if isinstance(value, dict):
        value = value.get(language) or next(iter(value.values()), "")
    return str(value) if value else ""


def _when(moment: datetime, t: DeskWords) -> str:
    if moment.date() == date.today():
        return t("when.today", time=f"{moment:%H:%M}")
    return f"{moment:%Y-%m-%d}"


async def opened(request: Request) -> Response:
    """Lead to the first page of a study."""
    return to(request, study_of(request), "data")


async def language(request: Request) -> Response:
    """Keep the language that a person chose, and lead back to where they were."""
    page = request.query_params.get("to", "/")
    local = page.startswith("/") and not page.startswith(("//", "/\\"))
    answer = RedirectResponse(page if local else "/", status_code=303)
    answer.set_cookie("desk-lang", language_of(request), httponly=True, samesite="strict")
    return answer


async def close(request: Request) -> Response:
    """End the desk."""
    desk_of(request).closing = True
    return render(request, "told.html", name="closed")


async def help_page(request: Request) -> Response:
    """Show how the desk is used, where its files are, and its end."""
    return render(request, "help.html", place=str(desk_of(request).root))


ROUTES = (
    Route("/", home),
    Route("/language", language),
    Route("/help", help_page),
    Route("/close", close, methods=["POST"]),
    Route("/studies/{study}", opened),
)
