"""What is left before a briefing can be made, and the two buttons that make it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reports.desk.fields import PAGES, Findings, findings
from reports.desk.pages.data import notes
from reports.desk.root import Kept
from reports.desk.save import save
from reports.desk.view import desk_of, render, study_of, to, words
from reports.desk.words import DeskWords
from reports.desk.work.checking import Look, look
from reports.desk.work.tasks import LAST_RUN
from reports.language.numbers import whole

Light = Literal["red", "amber", "green"]
# What a draft cannot be made without.
STOPS = ("mistake", "run")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the check: what, why, and the page on which it is put right."""

    text: str
    why: str = ""
    page: str = ""
    aside: str = ""


async def shown(request: Request) -> Response:
    """Show what must be done, what to look at and what is in order."""
    return await run_in_threadpool(_page, request)


def _page(request: Request) -> Response:
    kept, t = study_of(request), words(request)
    told, seen = findings(kept, t.language), look(desk_of(request), kept)
    red = [*_must(told, seen, t)]
    kinds = [f.kind for f in told.found]
    stopped = any(kind in STOPS for kind in kinds) or bool(seen.checked and seen.checked.mistakes)
    lights: list[tuple[Light, list[Line]]] = [
        ("red", red),
        ("amber", [*_look(told, seen, t)]),
        ("green", [*_sound(told, seen, t)]),
    ]
    return render(
        request,
        "check.html",
        step="check",
        kept=kept,
        told=told,
        lights=[(colour, lines) for colour, lines in lights if lines],
        left=len(red),
        running=seen.running,
        stopped=stopped,
        seconds=last_run(kept).get("seconds"),
        fault=seen.fault,
    )


def _must(told: Findings, seen: Look, t: DeskWords) -> Iterator[Line]:
    """Yield what a final briefing cannot be had without, each once."""
    lines = {f.text: _line(f.text, f.page, t) for f in told.found if f.must}
    for mistake in () if seen.checked is None else seen.checked.mistakes:
        if mistake.key == "margin.blank":  # the list of what is left says so already
            continue
        text = mistake.told(t.language)
        page = PAGES.get(str(mistake.place[0]), "") if mistake.place else ""
        lines.setdefault(text, _line(text, page, t))
    yield from lines.values()


def _line(text: str, page: str, t: DeskWords) -> Line:
    return Line(text, page=page if t.has(f"step.{page}") and page != "check" else "")


def _look(told: Findings, seen: Look, t: DeskWords) -> Iterator[Line]:
    """Yield what a person should look at before a briefing is made."""
    yield from {f.text: _line(f.text, f.page, t) for f in told.found if not f.must}.values()
    yield from (Line(note.text, page=note.page) for note in notes(told.study, seen, t))
    for wave in () if seen.checked is None else seen.checked.waves:
        withheld = sum(map(len, wave.withheld.values()))
        if withheld:
            cells = [f"{table}: {cell}" for table, found in wave.withheld.items() for cell in found]
            few = t("comma").join(cells[:4]) + ("…" if len(cells) > 4 else "")
            yield Line(t("c.withheld", n=withheld), few, "about", wave.wave)
        if wave.n_eff is not None:
            eff = whole(wave.n_eff)
            yield Line(t("c.neff", n=whole(wave.analysed), eff=eff), "", "margins", wave.wave)


def _sound(told: Findings, seen: Look, t: DeskWords) -> Iterator[Line]:
    """Yield what is in order."""
    checked, study = seen.checked, told.study
    if checked is None or study is None or not checked.waves:
        return
    returned = " + ".join(whole(wave.returned) for wave in checked.waves)
    yield Line(t("c.ok.read", n=len(checked.waves)), aside=returned)
    if all(q.order != "unknown" for q in study.questionnaire if q.options):
        yield Line(t("c.ok.order"))
    if study.weighting.margins and all(wave.n_eff is not None for wave in checked.waves):
        yield Line(t("c.ok.weights"), aside=t("c.ok.two", n=len(study.weighting.margins)))
    kept = t("comma").join(whole(wave.analysed) for wave in checked.waves)
    if not any(f.page == "screening" for f in told.found):
        yield Line(t("c.ok.screen", n=kept))


def last_run(kept: Kept) -> dict[str, Any]:
    """Return what is known of the last report: its seconds and number of lines; nothing before the first."""
    try:
        told = json.loads((kept.desk / LAST_RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


async def again(request: Request) -> Response:
    """Check anew, whatever is known."""
    kept = study_of(request)
    desk_of(request).at_work().check(kept.folder)
    return to(request, kept, "check")


async def make(request: Request) -> Response:
    """Begin a report, draft or final as the button says, and lead to how it goes on."""
    kept, t, posted = study_of(request), words(request), await request.form()
    status = "final" if posted.get("status") == "final" else "draft"
    if kept.values().get("briefing", {}).get("status") != status:
        line = t("c.status", status=t(f"c.{status}.word"))
        save(kept, {("briefing", "status"): status}, line=line, seen=str(posted.get("seen", "")))
    worker = desk_of(request).at_work()
    now = worker.newest("report", kept.folder)
    if now is None or not now.under_way:
        await run_in_threadpool(worker.report, kept.folder)
    return to(request, kept, "run")


ROUTES = (
    Route("/studies/{study}/check", shown),
    Route("/studies/{study}/check", again, methods=["POST"]),
    Route("/studies/{study}/make", make, methods=["POST"]),
)
