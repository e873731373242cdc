"""A study begun: from dropped downloads, or the example."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from reports.commands.demo import write_demonstration
from reports.desk.pages.start import listed
from reports.desk.root import find, new_id, private
from reports.desk.uploads import quarantine, receive
from reports.desk.view import Desk, address_of, desk_of
from reports.desk.worker import result_of
from survey.errors import SurveyError

EXAMPLE = "example"
PATIENCE = 900.0  # seconds that reading may take


async def new(request: Request) -> Response:
    """Draft the study of dropped files and lead to it; where they are refused, say why and keep nothing."""
    desk = desk_of(request)
    try:
        with quarantine(desk.root) as folder:
            names = await receive(request, private(folder / "answers"))
            year = await run_in_threadpool(_drafted, desk, folder, names)
            id = new_id(desk.root, int(year) if year.isdecimal() else date.today().year)
            folder.rename(desk.root / id)
    except SurveyError as error:
        return listed(request, refused=error)
    return _to(desk, id)


def _drafted(desk: Desk, folder: Path, names: list[str]) -> str:
    """Return the year of a study, drafted into a folder."""
    worker = desk.at_work()
    return str(result_of(worker.wait(worker.draft(folder, *names), PATIENCE)))


async def example(request: Request) -> Response:
    """Lead to the example, copied to a folder of its own where it is not there yet."""
    desk = desk_of(request)
    if find(desk.root, EXAMPLE) is None:
        await run_in_threadpool(write_demonstration, desk.root / EXAMPLE, say=lambda _: None)
    return _to(desk, EXAMPLE)


def _to(desk: Desk, id: str) -> Response:
    kept = find(desk.root, id)
    return RedirectResponse("/" if kept is None else f"{address_of(kept)}/data", status_code=303)


ROUTES = (
    Route("/new", new, methods=["POST"]),
    Route("/example", example, methods=["POST"]),
)
