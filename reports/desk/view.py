"""A request and its answer: which study, which language, which template."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from reports.desk.fields import Findings, findings
from reports.desk.root import Kept, find
from reports.desk.words import DeskWords, desk_words
from reports.desk.worker import Worker
from reports.language.numbers import as_given
from survey.study.toml_table import LANGUAGES

if TYPE_CHECKING:
    from analysis.study.check import WaveCheck

STEPS = ("data", "questions", "margins", "screening", "about", "check", "report")
LANGUAGE = "desk-lang"
BEGINNING = threading.Lock()


@dataclass(slots=True)
class Desk:
    """What every page knows: the folder of studies, the language first shown, the worker, whether to end."""

    root: Path
    language: str = LANGUAGES[0]
    worker: Worker | None = None
    closing: bool = False

    def at_work(self) -> Worker:
        """Return the worker, begun where nothing was to be done before."""
        with BEGINNING:
            if self.worker is None:
                self.worker = Worker()
            return self.worker

    def end(self) -> None:
        """Stop what is under way."""
        if self.worker is not None:
            self.worker.close()

    def checks(self, kept: Kept) -> list[WaveCheck] | None:
        """Return what the last check of a study found, wave by wave; None where there is none yet."""
        if self.worker is None:
            return None
        job = self.worker.finished("check", kept.folder)
        return None if job is None else list(job.result.waves)


def desk_of(request: Request) -> Desk:
    """Return the desk that a request was sent to."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def study_of(request: Request) -> Kept:
    """Return the study of an address; raises 404 where it is not among those there are."""
    kept = find(desk_of(request).root, request.path_params["study"])
    if kept is None:
        raise HTTPException(404)
    return kept


def language_of(request: Request) -> str:
    """Return the language a person chose, else the one the desk was started in."""
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else desk_of(request).language


def words(request: Request) -> DeskWords:
    """Return the texts in the language of a request."""
    return desk_words(language_of(request))


def to(request: Request, kept: Kept, page: str) -> RedirectResponse:
    """Return the answer that leads to a page of a study."""
    return RedirectResponse(f"{address_of(kept)}/{page}", status_code=303)


def address_of(kept: Kept) -> str:
    """Return the address that the pages of a study begin with."""
    return f"/studies/{quote(kept.id)}"


@cache
def _templates() -> Environment:
    loader = PackageLoader("reports.desk", "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters["whole"] = lambda n: f"{n:,}"
    made.filters["amount"] = as_given
    return made


def render(
    request: Request,
    template: str,
    *,
    step: str = "",
    kept: Kept | None = None,
    status: int = 200,
    **values: Any,
) -> Response:
    """Return a page.

    Parameters
    ----------
    step : str
        Which of `STEPS` the page belongs to.
    """
    language, told = language_of(request), values.pop("told", None)
    shown: dict[str, Any] = {}
    if kept is not None:
        told = findings(kept, language) if told is None else told
        shown = _frame(request, kept, told, language)
    page = (
        _templates()
        .get_template(template)
        .render(
            t=desk_words(language),
            language=language,
            other=next(name for name in LANGUAGES if name != language),
            here=request.url.path,
            step=step,
            kept=kept,
            told=told,
            **{**shown, **values},
        )
    )
    answer = HTMLResponse(page, status_code=status)
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(LANGUAGE, language, httponly=True, samesite="strict")
    return answer


def _frame(request: Request, kept: Kept, told: Findings, language: str) -> dict[str, Any]:
    """Return what the frame around the pages of a study shows."""
    head = kept.values().get("study", {})
    head = head if isinstance(head, dict) else {}
    saved = datetime.fromtimestamp(kept.file.stat().st_mtime)
    steps = [
        {
            "name": name,
            "number": number,
            "address": f"{address_of(kept)}/{name}",
            **told.state(name, desk_words(language)),
        }
        for number, name in enumerate(STEPS, 1)
    ]
    return {
        "title": told.title or kept.id,
        "synthetic": head.get("synthetic") is True,
        "steps": steps,
        "sha": kept.sha(),
        "saved": f"{saved:%H:%M}",
        "base": address_of(kept),
    }
