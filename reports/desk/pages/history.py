"""Undo and history: what was changed in a study, each step with a way back."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reports.desk.save import history, undo
from reports.desk.view import render, study_of, to, words


async def shown(request: Request) -> Response:
    """Show the steps, the newest first."""
    kept = study_of(request)
    return render(request, "history.html", kept=kept, past=history(kept))


async def undone(request: Request) -> Response:
    """Bring back what was there before a step."""
    kept, form = study_of(request), await request.form()
    number = str(form.get("step", ""))
    step = next((s for s in history(kept) if str(s.number) == number), None)
    if step is None or not undo(kept, step.number, line=words(request)("history.undone", what=step.line)):
        raise HTTPException(404)
    return to(request, kept, "history")


ROUTES = (
    Route("/studies/{study}/history", shown),
    Route("/studies/{study}/history", undone, methods=["POST"]),
)
