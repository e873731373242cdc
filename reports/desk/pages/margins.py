"""Weighting to the population: one table of figures a margin, typed or pasted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from reports.desk.editing.figures import (
    Codes,
    Figures,
    blank,
    figures_of,
    file_name,
    with_cells,
    with_pasted,
    wrong,
)
from reports.desk.editing.margin import LINES, cell_name, margin_edits, margin_form
from reports.desk.fields import Findings, findings
from reports.desk.pages.forms import at, changes, form_of, languages_of, save_form
from reports.desk.root import Kept
from reports.desk.view import address_of, desk_of, render, study_of, to, words
from reports.desk.words import DeskWords
from survey.errors import SurveyError
from survey.study.study import Study
from survey.weighting.margins.pasted import read_figures


@dataclass(frozen=True, slots=True)
class Line:
    """A category as the table shows it."""

    name: str
    label: str
    count: int | None
    wrong: SurveyError | None
    few: bool


async def shown(request: Request) -> Response:
    """Show a margin with its figures and the answers beside them."""
    kept, t = study_of(request), words(request)
    told = findings(kept, t.language)
    study = told.study
    parts: dict[str, Any] = {
        "figures": None,
        "form": None,
        "tabs": [],
        "error": None,
        "singles": [],
        "notes": [],
    }
    if study is None:
        return render(request, "margins.html", step="margins", kept=kept, told=told, **parts)
    sources = study.weighting.margins
    index = int(request.path_params.get("index", 1)) - 1
    if sources and not 0 <= index < len(sources):
        raise HTTPException(404)
    parts["singles"] = [
        (q.id, (q.label or q.text).in_(t.language)) for q in study.questionnaire if _weighs(q)
    ]
    parts["tabs"] = [_tab(study, told, i, t) for i in range(len(sources))]
    parts["notes"] = [f for f in told.of_page("margins") if f.place[:2] != LINES]
    if sources:
        parts |= _opened(request, kept, study, told, index, t)
    return render(request, "margins.html", step="margins", kept=kept, told=told, **parts)


def _weighs(question: Any) -> bool:
    return question.kind == "single" and len(question.eligible_codes) > 1


def _tab(study: Study, told: Findings, index: int, t: DeskWords) -> tuple[str, int]:
    """Return what a margin is called, and how much is left to do in it."""
    source = study.weighting.margins[index]
    left = sum(finding.must for finding in told.found if finding.place[:3] == (*LINES, index))
    try:
        return figures_of(study, source).name(t.language), left
    except SurveyError:
        return source.path.name, max(left, 1)


def _opened(
    request: Request, kept: Kept, study: Study, told: Findings, index: int, t: DeskWords
) -> dict[str, Any]:
    """Return what the page shows of one margin."""
    mine = [f for f in told.found if f.place[:3] == (*LINES, index)]
    try:
        figures = figures_of(study, study.weighting.margins[index])
    except SurveyError as error:
        return {"index": index + 1, "error": error, "mine": mine}
    counts = _counts(request, kept, figures)
    form = margin_form(kept, index, figures, t)
    few = study.weighting.collapse_below
    lines = []
    for codes, text in figures.cells.items():
        n, label = counts.get(codes), figures.label(codes, t.language)
        bad = wrong(text, label) if text else None
        lines.append(Line(cell_name(codes), label, n, bad, n is not None and n < few))
    fields = [f"weighting.margins.{index}.population.{name}" for name in languages_of(kept.values())]
    of_fields = [f for name in fields for f in told.at(name)]
    return {
        "index": index + 1,
        "figures": figures,
        "name": figures.name(t.language),
        "form": form,
        "lines": lines,
        "single": len(figures.questions) == 1,
        "counted": bool(counts),
        "total": sum(figures.amounts().values()),
        "mine": [f for f in mine if f not in of_fields and f.place[3:4] != ("population",)],
        "place": f"weighting.margins.{index}",
        "error": None,
        "pasted": request.query_params.get("pasted", ""),
    }


def _counts(request: Request, kept: Kept, figures: Figures) -> dict[Codes, int]:
    """Return the answers in each category of one question, where they have been counted."""
    checks = desk_of(request).checks(kept)
    if not checks or len(figures.questions) != 1:
        return {}
    question = next((q for q in checks[-1].questions if q.id == figures.questions[0].id), None)
    return {} if question is None else {(code,): int(n) for code, n in question.options.items()}


async def saved(request: Request) -> Response:
    """Write what was typed into a margin, or what was pasted."""
    kept, t, posted = study_of(request), words(request), await request.form()
    study = findings(kept, t.language).study
    index = int(request.path_params["index"]) - 1
    if study is None or not 0 <= index < len(study.weighting.margins):
        raise HTTPException(404)
    source = study.weighting.margins[index]
    figures = figures_of(study, source)
    name, address = figures.name(t.language), f"{address_of(kept)}/margins/{index + 1}"
    if "pasted" in posted:
        pasted = read_figures(str(posted["pasted"]), figures.questions, name=t("m.paste.h"))
        shares = (*LINES, index, "use")
        more: dict[Any, object] = {shares: "shares"} if pasted.use == "shares" else {}
        files = {source.path.name: with_pasted(figures, pasted)}
        line = t("m.paste.line", name=name)
        save_form(request, kept, form_of([]), posted, line=line, files=files, more=more)
        said = t("m.paste.done", n=len(pasted.figures), of=len(figures.cells))
        said += " " + t("m.paste.left", names="、".join(pasted.left_over)) if pasted.left_over else ""
        return await _told(request, kept, index, said)
    form = margin_form(kept, index, figures, t)
    changed = changes(posted, form)
    by_name = {cell_name(codes): codes for codes in figures.cells}
    typed = {by_name[n]: str(v) for n, v in changed.items() if n in by_name}
    notes = {int(n[-1]): str(v) for n, v in changed.items() if n.startswith(":note.")}
    files = {source.path.name: with_cells(figures, typed, notes)} if typed or notes else {}
    more = margin_edits(kept.values(), index, figures, changed)
    save_form(request, kept, form, posted, line=t("m.cells.line", name=name), files=files, more=more)
    return RedirectResponse(address, status_code=303)


async def _told(request: Request, kept: Kept, index: int, said: str) -> Response:
    """Lead back to a margin with what was found in a pasted text."""
    answer = to(request, kept, f"margins/{index + 1}")
    answer.headers["location"] += f"?pasted={quote(said)}"
    return answer


async def added(request: Request) -> Response:
    """Add a margin with a table that is still blank."""
    kept, t, posted = study_of(request), words(request), await request.form()
    study = findings(kept, t.language).study
    names = dict.fromkeys(str(name) for name in (posted.get("question"), posted.get("crossed")) if name)
    questions = [] if study is None else [study.questionnaire[n] for n in names if n in study.questionnaire]
    if study is None or not questions or not all(map(_weighs, questions)):
        raise HTTPException(404)
    file, number = file_name(kept.folder, questions), len(study.weighting.margins)
    entry: dict[str, str] = {"file": file}
    more: dict[Any, object] = {(*LINES, number): entry}
    if at(kept.values(), "weighting", "method") is not None:
        more = {("weighting", "method"): None, **more}
    line = t("m.added", name=Figures(tuple(questions), {}, {}).name(t.language))
    save_form(request, kept, form_of([]), posted, line=line, files={file: blank(questions)}, more=more)
    return to(request, kept, f"margins/{number + 1}")


async def taken(request: Request) -> Response:
    """Take a margin out, or all of them."""
    kept, t, posted = study_of(request), words(request), await request.form()
    there = at(kept.values(), *LINES, default=[])
    which = str(posted.get("which", ""))
    if which != "all" and not (which.isdecimal() and 0 < int(which) <= len(there)):
        raise HTTPException(404)
    last = which == "all" or len(there) == 1
    more: dict[Any, object] = {LINES if last else (*LINES, int(which) - 1): None}
    if last:
        more |= {
            ("weighting", "alternatives"): None,
            ("weighting", "collapse"): None,
            ("weighting", "method"): "none",
        }
    name = t("m.none") if last else str(at(there, int(which) - 1, "file", default=""))
    save_form(request, kept, form_of([]), posted, line=t("m.taken", name=name), more=more)
    return to(request, kept, "margins")


ROUTES = (
    Route("/studies/{study}/margins", shown),
    Route("/studies/{study}/margins/add", added, methods=["POST"]),
    Route("/studies/{study}/margins/take", taken, methods=["POST"]),
    Route("/studies/{study}/margins/{index:int}", shown),
    Route("/studies/{study}/margins/{index:int}", saved, methods=["POST"]),
)
