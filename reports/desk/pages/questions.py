"""Questions and options: short names, kinds, what each is for, and the order of the options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from analysis.study.check import QuestionCheck
from reports.desk.edits import Edits, reordered
from reports.desk.fields import Findings, findings
from reports.desk.pages.about import question_of_page_1
from reports.desk.pages.forms import (
    Field,
    Form,
    Value,
    any_text,
    as_number,
    at,
    form_of,
    label_fields,
    label_text,
    languages_of,
    save_form,
)
from reports.desk.root import Kept
from reports.desk.save import history
from reports.desk.view import address_of, desk_of, render, study_of, words
from reports.desk.words import DeskWords
from survey.drafting.amounts import by_range
from survey.study.questionnaire import Kind
from survey.study.toml_table import LANGUAGES, read_toml

CLOSED = ("single", "multiple")
ROLES = {"exclusive": "exclusive", "ineligible": "ineligible", "other": "typed"}
# What a question may be for, with the list of the study file that then names it.
USES = {"share": ("estimates", "shares"), "by": ("estimates", "by"), "required": ("screening", "complete")}
MARK = "q.todo."


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


def _form(values: Any, id: str, table: Any, t: DeskWords) -> Form:
    """Return the fields of a question."""
    start = f"questions.{id}"
    fields = label_fields(values, ("questions", id, "label"), t("q.label"), languages_of(values))
    kinds = tuple((kind, t(f"kind.{kind}")) for kind in get_args(Kind))
    kind = str(at(table, "kind", default=""))
    fields.append(Field(f"{start}.kind", t("q.kind"), "radio", kind, kinds))
    for use, place in USES.items():
        listed = at(values, *place, default=[])
        is_on = isinstance(listed, list) and id in listed
        fields.append(Field(f":use.{use}", t(f"q.use.{use}"), "flag", ("yes",) if is_on else ()))
    first = ("yes",) if at(values, "briefing", "headline") == id else ()
    fields.append(Field(":use.first", t("q.use.first"), "flag", first))
    valid = at(table, "valid", default=[])
    valid = valid if isinstance(valid, list) else [valid]
    for i, end in enumerate(("least", "most")):
        shown = (
            f"{valid[i]:,}" if i < len(valid) and isinstance(valid[i], int) else str(at(valid, i, default=""))
        )
        fields.append(Field(f":valid.{end}", t(f"q.valid.{end}"), "number", shown))
    missing = at(table, "missing", default=[])
    words = [*missing] if isinstance(missing, (list, dict)) else [missing]
    fields.append(
        Field(":missing", t("q.missing"), "text", "、".join(map(str, words)), (), t("q.missing.hint"))
    )
    options = at(table, "options", default={})
    for number, (code, option) in enumerate(options.items() if isinstance(options, dict) else (), 1):
        labels = label_fields(values, ("questions", id, "options", code), "", LANGUAGES)
        names = {"zh": t("q.opt.label", n=number), "en": t("q.opt.en", n=number)}
        fields += [Field(f.name, names[f.lang], "text", f.value, (), "", f.lang) for f in labels]
        fields.append(_role(option, code, options, number, t))
    return form_of(fields)


def _role(option: Any, code: str, options: Any, number: int, t: DeskWords) -> Field:
    """Return the field of what an option means."""
    role = next((role for role, key in ROLES.items() if at(option, key) is True), "")
    choices = [("", t("role.none")), *((role, t(f"role.{role}")) for role in ROLES)]
    choices += [
        (f"same {other}", t("role.same", name=any_text(table, t.language)))
        for other, table in options.items()
        if other != code
    ]
    return Field(f":role.{code}", t("q.opt.role", n=number), "choice", role, tuple(choices))


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
    form = _form(kept.values(), id, table, t)
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
        file_order=_first_order(kept, id) is not None,
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


def _first_order(kept: Kept, id: str) -> list[str] | None:
    """Return the order of a question's options before the first change, None where none was made."""
    for step in reversed(history(kept)):
        file = step.folder / kept.file.name
        if file.is_file():
            options = at(read_toml(file), "questions", id, "options", default={})
            return [*options] if isinstance(options, dict) else None
    return None


async def saved(request: Request) -> Response:
    """Write what was changed in a question, or the new order of its options."""
    kept, t, posted = study_of(request), words(request), await request.form()
    values, tables = kept.values(), _tables(kept)
    number = _number(request, tables)
    id, table = list(tables.items())[number - 1]
    form, options = _form(values, id, table, t), at(table, "options", default={})
    order, moved = _new_order(posted, [*options], kept, id, t, options)
    more: dict[Any, object] = {}
    change: Callable[[str], str] | None = None
    if order is not None:
        change = partial(_in_order, id=id, names=order) if order != [*options] else None
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
        special=partial(_special, id),
        more=more,
        change=change,
    )
    address = f"{address_of(kept)}/questions/{number}"
    return RedirectResponse(f"{address}?moved={moved}" if moved else address, status_code=303)


def _in_order(text: str, *, id: str, names: list[str]) -> str:
    return reordered(text, ("questions", id, "options"), names)


def _new_order(
    posted: FormData, codes: list[str], kept: Kept, id: str, t: DeskWords, options: Any
) -> tuple[list[str] | None, str]:
    """Return the order that a button or a dragged row asks for, None for none, and the option moved."""
    do, _, code = str(posted.get("do", "")).partition(" ")
    order = str(posted.get("order", "")).split()
    if do == "known":
        return codes, ""
    if do == "file":
        first = _first_order(kept, id) or codes
        return [c for c in first if c in codes] + [c for c in codes if c not in first], ""
    if do == "number":
        places = by_range([any_text(options[c], t.language) for c in codes])
        return ([codes[i] for i in places] if places else codes), ""
    if do in ("up", "down") and code in codes:
        i = codes.index(code)
        j = max(0, min(len(codes) - 1, i + (1 if do == "down" else -1)))
        moved = [c for c in codes if c != code]
        return [*moved[:j], code, *moved[j:]], code
    if order and sorted(order) == sorted(codes):
        code = str(posted.get("moved", ""))
        return order, code if code in codes else ""
    return None, ""


def _special(id: str, name: str, now: Value, values: Any) -> Edits:
    """Return the edits of a field that is no single place of the file."""
    kind, _, rest = name.removeprefix(":").partition(".")
    if kind == "use":
        return _use(values, id, rest, on=bool(now))
    if kind == "missing":
        words = [w.strip() for w in str(now).replace("，", "、").replace(",", "、").split("、")]
        return {("questions", id, "missing"): [w for w in words if w] or None}
    if kind == "valid":
        there = at(values, "questions", id, "valid", default=["", ""])
        pair = [*there, "", ""][:2] if isinstance(there, list) else ["", ""]
        pair[rest == "most"] = as_number(str(now)) or ""
        return {("questions", id, "valid"): pair if any(part != "" for part in pair) else None}
    return _meaning(values, id, rest, str(now))


def _use(values: Any, id: str, use: str, *, on: bool) -> Edits:
    if use == "first":
        return question_of_page_1(values, "headline", id if on else "")
    place = USES[use]
    listed = at(values, *place, default=[])
    listed = [*listed] if isinstance(listed, list) else []
    listed = [*listed, id] if on else [name for name in listed if name != id]
    edits: dict[Any, object] = {place: listed or None}
    if use == "share" and not on and at(values, "briefing", "headline") == id:
        edits |= question_of_page_1(values, "headline", "")
    return edits


def _meaning(values: Any, id: str, code: str, role: str) -> Edits:
    """Return the edits that give an option a meaning, or make it another spelling of another option."""
    options = at(values, "questions", id, "options", default={})
    if code not in options:
        return {}
    same, _, other = role.partition(" ")
    place: tuple[str, ...] = ("questions", id, "options")
    if same == "same" and other in options and other != code:
        spelt = [label_text(options[code], key) for key in LANGUAGES] + [
            *at(options, code, "match", default=[])
        ]
        match = [*at(options, other, "match", default=[]), *filter(None, spelt)]
        return {(*place, other, "match"): [*dict.fromkeys(match)], (*place, code): None}
    edits: dict[Any, object] = {}
    for name, key in ROLES.items():
        if name == role or at(options, code, key) is not None:
            edits[(*place, code, key)] = True if name == role else None
    return edits


ROUTES = (
    Route("/studies/{study}/questions", shown),
    Route("/studies/{study}/questions/{number:int}", shown),
    Route("/studies/{study}/questions/{number:int}", saved, methods=["POST"]),
)
