"""Questions and options: short names, kinds, what each is for, and the order of the options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from analysis.study.check import QuestionCheck
from reports.desk.editing.question import first_order, in_order, new_order, question_edits, question_form
from reports.desk.fields import Findings, findings
from reports.desk.pages.forms import Form, any_text, at, save_form
from reports.desk.root import Kept
from reports.desk.view import address_of, desk_of, render, study_of, words
from reports.desk.words import DeskWords
from survey.drafting.amounts import by_range


@dataclass(frozen=True, slots=True)
class Row:
    """A question in the list beside the open one."""

    number: int
    name: str
    kind: str
    todo: str


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option of the open question."""

    code: str
    name: str
    was: str
    count: int | None


def _tables(kept: Kept) -> dict[str, Any]:
    tables = at(kept.values(), "questions", default={})
    return tables if isinstance(tables, dict) else {}


def _name(table: Any, language: str) -> str:
    return any_text(at(table, "label"), language) or any_text(at(table, "text"), language)


def _rows(kept: Kept, told: Findings, t: DeskWords) -> list[Row]:
    rows = []
    for number, (id, table) in enumerate(_tables(kept).items(), 1):
        found = told.at(f"questions.{id}")
        kind = str(at(table, "kind", default=""))
        shown = t(f"kind.{kind}") if t.has(f"kind.{kind}") else kind
        rows.append(Row(number, _name(table, t.language) or id, shown, found[0].text if found else ""))
    return rows


async def shown(request: Request) -> Response:
    """Show the questions, one of them opened."""
    kept, t = study_of(request), words(request)
    told, tables = findings(kept, t.language), _tables(kept)
    if not tables:
        parts: dict[str, Any] = {"rows": [], "form": None, "elsewhere": told.of_page("questions")}
        return render(request, "questions.html", step="questions", kept=kept, told=told, **parts)
    rows = _rows(kept, told, t)
    number = _number(request, tables) or next((row.number for row in rows if row.todo), 1)
    id, table = list(tables.items())[number - 1]
    form = question_form(kept.values(), id, table, t)
    counted = _counted(request, kept, id)
    options = at(table, "options", default={})
    moved = request.query_params.get("moved", "")
    codes = [*options] if isinstance(options, dict) else []
    said = ""
    if moved in codes:
        name = any_text(options[moved], t.language)
        said = t("q.said", name=name, n=codes.index(moved) + 1, of=len(codes))
    names = [f"questions.{name}" for name in tables]
    return render(
        request,
        "questions.html",
        step="questions",
        kept=kept,
        told=told,
        rows=rows,
        number=number,
        id=id,
        name=_name(table, t.language),
        wording=any_text(at(table, "text"), t.language),
        kind=at(table, "kind"),
        form=form,
        options=[_option(code, option, counted, t) for code, option in (options.items() if codes else ())],
        known=at(table, "order") != "unknown",
        numbers=by_range([any_text(option, t.language) for option in options.values()]) if codes else None,
        file_order=first_order(kept, id) is not None,
        said=said,
        counted=counted,
        both=_both(table, counted, t),
        mine=_not_of_fields(told, id, form),
        elsewhere=told.elsewhere("questions", names),
    )


def _not_of_fields(told: Findings, id: str, form: Form) -> list[Any]:
    """Return what is said about a question and none of its fields."""
    of_fields = [f for name in form.fields if not name.startswith(":") for f in told.at(name)]
    return [finding for finding in told.at(f"questions.{id}") if finding not in of_fields]


def _counted(request: Request, kept: Kept, id: str) -> QuestionCheck | None:
    """Return what the last wave's answers to a question are, where they have been counted."""
    checks = desk_of(request).checks(kept)
    found = checks[-1].questions if checks else []
    return next((question for question in found if question.id == id), None)


def _option(code: str, option: Any, counted: QuestionCheck | None, t: DeskWords) -> OptionRow:
    match, name = at(option, "match", 0, default=""), any_text(option, t.language)
    n = None if counted is None or code not in counted.options else int(counted.options[code])
    return OptionRow(code, name, str(match) if match and match != name else "", n)


def _both(table: Any, counted: QuestionCheck | None, t: DeskWords) -> str:
    """Return how many ticked "none of these" beside another option."""
    n = 0 if counted is None else counted.odd.get('"none of these" beside a tick', 0)
    none = next((o for o in at(table, "options", default={}).values() if at(o, "exclusive") is True), None)
    return t("q.bar", n=n, option=any_text(none, t.language)) if n and none else ""


def _number(request: Request, tables: Any) -> int:
    """Return the number of the question in an address, 0 for none; raises 404."""
    number = int(request.path_params.get("number", 0))
    if number > len(tables) or (number < 1 and "number" in request.path_params):
        raise HTTPException(404)
    return number


async def saved(request: Request) -> Response:
    """Write what was changed in a question, or the new order of its options."""
    kept, t, posted = study_of(request), words(request), await request.form()
    values, tables = kept.values(), _tables(kept)
    number = _number(request, tables)
    id, table = list(tables.items())[number - 1]
    form, options = question_form(values, id, table, t), at(table, "options", default={})
    order, moved = new_order(posted, [*options], kept, id, t, options)
    more: dict[Any, object] = {}
    change: Callable[[str], str] | None = None
    if order is not None:
        change = partial(in_order, id=id, names=order) if order != [*options] else None
        if at(table, "order") is not None:
            more["questions", id, "order"] = None
    what = t("q.order") if order is not None else "{what}"
    line = t("q.line", n=number, what=what)
    save_form(
        request,
        kept,
        form,
        posted,
        line=line,
        special=partial(question_edits, id),
        more=more,
        change=change,
    )
    address = f"{address_of(kept)}/questions/{number}"
    return RedirectResponse(f"{address}?moved={moved}" if moved else address, status_code=303)


ROUTES = (
    Route("/studies/{study}/questions", shown),
    Route("/studies/{study}/questions/{number:int}", shown),
    Route("/studies/{study}/questions/{number:int}", saved, methods=["POST"]),
)
