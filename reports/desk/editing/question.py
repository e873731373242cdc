"""A question's fields, the order of its options, and what a change of one of them writes."""

from __future__ import annotations

from typing import Any, get_args

from starlette.datastructures import FormData

from reports.desk.edits import Edits, reordered
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
)
from reports.desk.root import Kept
from reports.desk.save import history
from reports.desk.words import DeskWords
from survey.drafting.amounts import by_range
from survey.study.questionnaire import Kind
from survey.study.toml_table import LANGUAGES, read_toml

ROLES = {"exclusive": "exclusive", "ineligible": "ineligible", "other": "typed"}
# What a question may be for, with the list of the study file that then names it.
USES = {"share": ("estimates", "shares"), "by": ("estimates", "by"), "required": ("screening", "complete")}


def question_form(values: Any, id: str, table: Any, t: DeskWords) -> Form:
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
        names = {language: t(f"q.opt.{language}", n=number) for language in LANGUAGES}
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


def question_edits(id: str, name: str, now: Value, values: Any) -> Edits:
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


def new_order(
    posted: FormData, codes: list[str], kept: Kept, id: str, t: DeskWords, options: Any
) -> tuple[list[str] | None, str]:
    """Return the order that a button or a dragged row asks for, None for none, and the option moved."""
    do, _, code = str(posted.get("do", "")).partition(" ")
    order = str(posted.get("order", "")).split()
    if do == "known":
        return codes, ""
    if do == "file":
        first = first_order(kept, id) or codes
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


def in_order(text: str, *, id: str, names: list[str]) -> str:
    """Return the text of a study file with the options of a question in an order."""
    return reordered(text, ("questions", id, "options"), names)


def first_order(kept: Kept, id: str) -> list[str] | None:
    """Return the order of a question's options before the first change, None where none was made."""
    for step in reversed(history(kept)):
        file = step.folder / kept.file.name
        if file.is_file():
            options = at(read_toml(file), "questions", id, "options", default={})
            return [*options] if isinstance(options, dict) else None
    return None
