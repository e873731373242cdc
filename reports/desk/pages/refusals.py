"""What a person sees where a page cannot be shown: what is wrong, that nothing is lost, and the way back."""

from __future__ import annotations

import json
import secrets
import traceback
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reports.desk.guard import TooLarge
from reports.desk.root import find, private
from reports.desk.save import Conflict
from reports.desk.view import desk_of, render, study_of
from reports.desk.worker import BrokenWork
from reports.folder.run_record import PACKAGES, PRINTERS, versions
from survey.errors import SurveyError


async def _absent(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return render(request, "told.html", name="absent", status=status)


async def _too_large(request: Request, error: Exception) -> Response:
    return render(request, "told.html", name="large", status=413)


async def _refused(request: Request, error: Exception) -> Response:
    """Show what the engine refused, where the page did not do it itself."""
    assert isinstance(error, SurveyError)
    return render(request, "told.html", name="refused", status=422, error=error)


async def _conflict(request: Request, error: Exception) -> Response:
    """Show what was typed beside what the file has now."""
    assert isinstance(error, Conflict)
    kept = study_of(request)
    form = await request.form()
    sent = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name != "seen"]
    return render(request, "conflict.html", kept=kept, status=409, sent=sent, differences=error.differences)


async def _broken(request: Request, error: Exception) -> Response:
    """Say that the program failed, with a number; where, goes to a file of the study, without any value."""
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}, line {frame.lineno}, in {frame.name}" for frame in frames]
    if isinstance(error, BrokenWork):
        lines += error.fault.splitlines()
    fault = {
        "number": number,
        "versions": versions(["parent-intent", "starlette", *PACKAGES, *PRINTERS]),
        "where": [*lines, type(error).__name__],
    }
    text = json.dumps(fault, indent=1)
    desk = desk_of(request)
    kept = find(desk.root, str(request.path_params.get("study", "")))
    folder = kept.desk if kept is not None else private(desk.root / ".desk")
    with (folder / "errors.log").open("a", encoding="utf-8") as stream:
        stream.write(text + "\n")
    return render(request, "told.html", name="broken", status=500, fault=text, number=number)


HANDLERS: dict[Any, Any] = {
    404: _absent,
    405: _absent,
    TooLarge: _too_large,
    Conflict: _conflict,
    SurveyError: _refused,
    Exception: _broken,
}
