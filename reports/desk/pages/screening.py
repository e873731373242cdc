"""Which answers do not count: who was asked about, what must be answered, and the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reports.desk.edits import Edits
from reports.desk.fields import findings
from reports.desk.pages.forms import Field, Form, Value, any_text, as_number, at, form_of, save_form
from reports.desk.root import Kept
from reports.desk.view import desk_of, render, study_of, to, words
from reports.desk.words import DeskWords
from survey.study.screening_plan import BY_DEFAULT, RULE_NAMES

CHILD = "child_months"
CLOSED = ("single", "multiple")
# The numbers of a rule with what they are unless the file says otherwise.
NUMBERS = (
    ("duplicate.minutes", "s.minutes", 10),
    ("duplicate.identical", "s.percent", 90),
    ("speeder.share_of_median", "s.speeder.share", 33),
)
WITHIN_3_YEARS = (0, 35)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with how many it sets aside in each wave; None where it cannot be judged, "" before a count."""

    name: str
    counts: tuple[int | None, ...]


def _tables(kept: Kept) -> dict[str, Any]:
    tables = at(kept.values(), "questions", default={})
    return tables if isinstance(tables, dict) else {}


def _months(values: Any) -> tuple[str, Any]:
    """Return the question on the month of birth, "" for none, and the span of months that counts."""
    tables = at(values, "questions", default={})
    birth = next((name for name, table in tables.items() if at(table, "kind") == "month"), "")
    derived = at(values, "derived", default={})
    name = next(
        (name for name, table in derived.items() if at(table, "age") and at(table, "from") == birth), CHILD
    )
    eligible = at(values, "screening", "eligible", default=[])
    span = next((at(c, "between") for c in eligible if at(c, "question") == name), None)
    return (birth and name), span


def _form(kept: Kept, t: DeskWords) -> Form:
    """Return the fields of the page."""
    values, language = kept.values(), t.language
    fields: list[Field] = []
    name, span = _months(values)
    if name:
        pair = span if isinstance(span, list) else ["", ""]
        fields.append(Field(":months", t("s.months.on"), "flag", ("yes",) if span else ()))
        fields += [
            Field(f":months.{i}", t(f"s.{end}"), "number", str(at(pair, i, default="")))
            for i, end in enumerate(("from", "to"))
        ]
    outside = []
    marked = []
    for number, (id, table) in enumerate(_tables(kept).items(), 1):
        options = at(table, "options", default={})
        for code, option in options.items() if isinstance(options, dict) else ():
            label = any_text(at(table, "label"), language) or any_text(at(table, "text"), language)
            outside.append((f"{id} {code}", f"{number} {label}{t('colon')}{any_text(option, language)}"))
            if at(option, "ineligible") is True:
                marked.append(f"{id} {code}")
    fields.append(Field(":outside", t("s.options"), "ticks", tuple(marked), tuple(outside)))
    complete = at(values, "screening", "complete", default=[])
    asked = tuple(
        (id, f"{number} {any_text(at(table, 'label'), language) or any_text(at(table, 'text'), language)}")
        for number, (id, table) in enumerate(_tables(kept).items(), 1)
        if at(table, "kind") != "text"
    )
    chosen = tuple(map(str, complete)) if isinstance(complete, list) else ()
    fields.append(Field("screening.complete", t("s.complete"), "ticks", chosen, asked))
    rules = at(values, "screening", "rules", default=[*BY_DEFAULT])
    for rule in RULE_NAMES:
        on = isinstance(rules, list) and rule in rules
        fields.append(Field(f":rule.{rule}", t(f"s.{rule}"), "flag", ("yes",) if on else ()))
    for name, word, usual in NUMBERS:
        there = at(values, "screening", *name.split("."))
        shown = str(usual) if there is None else _shown(name, there)
        fields.append(Field(f":number.{name}", t(word), "number", shown))
    return form_of(fields)


def _shown(name: str, value: Any) -> str:
    """Return a number as the page shows it: shares as per cent."""
    if name.endswith("minutes") or not isinstance(value, (int, float)):
        return str(value)
    return f"{100 * value:.3g}"


async def shown(request: Request) -> Response:
    """Show who counts and the rules, with how many each sets aside now."""
    kept, t = study_of(request), words(request)
    told = findings(kept, t.language)
    form = _form(kept, t)
    checks = desk_of(request).checks(kept) or []
    flows = [{rule: (n, judged) for rule, n, _, judged in check.flow} for check in checks]
    rows = []
    for rule in RULE_NAMES:
        found = [flow.get(rule, (0, False)) for flow in flows]
        rows.append(RuleRow(rule, tuple(n if judged else None for n, judged in found)))
    names = [finding.text for finding in told.of_page("screening")]
    return render(
        request,
        "screening.html",
        step="screening",
        kept=kept,
        told=told,
        form=form,
        rows=rows,
        checks=checks,
        waves=[_wave(kept, check.wave, t) for check in checks],
        elsewhere=[finding for finding in told.of_page("screening") if finding.text in names],
        marked=form[":outside"].value,
    )


def _wave(kept: Kept, id: str, t: DeskWords) -> str:
    wave = next((w for w in at(kept.values(), "waves", default=[]) if at(w, "id") == id), None)
    return any_text(at(wave, "label"), t.language) or id


async def saved(request: Request) -> Response:
    """Write what was changed."""
    kept, t, posted = study_of(request), words(request), await request.form()
    form = _form(kept, t)
    rules = [rule for rule in RULE_NAMES if posted.get(f":rule.{rule}")]

    def special(name: str, now: Value, values: Any) -> Edits:
        kind, _, rest = name.removeprefix(":").partition(".")
        if kind == "rule":
            return {("screening", "rules"): None if rules == [*BY_DEFAULT] else rules}
        if kind == "number":
            number = as_number(str(now))
            if not rest.endswith("minutes") and isinstance(number, (int, float)):
                number = number / 100
            return {("screening", *rest.split(".")): number}
        if kind == "outside":
            return _outside(form, now)
        return _eligible(values, posted)

    save_form(request, kept, form, posted, line=t("s.line", what="{what}"), special=special)
    return to(request, kept, "screening")


def _outside(form: Form, now: Value) -> Edits:
    """Return the edits that mark options of people who were not asked about."""
    edits: dict[Any, object] = {}
    for key, _ in form[":outside"].choices:
        id, _, code = key.partition(" ")
        if (key in now) != (key in form[":outside"].value):
            edits["questions", id, "options", code, "ineligible"] = True if key in now else None
    return edits


def _eligible(values: Any, posted: Any) -> Edits:
    """Return the edits that judge by the age of the child in months, or no longer do."""
    name, _ = _months(values)
    birth = next(
        n for n, table in at(values, "questions", default={}).items() if at(table, "kind") == "month"
    )
    others = [c for c in at(values, "screening", "eligible", default=[]) if at(c, "question") != name]
    if not posted.get(":months"):
        return {("screening", "eligible"): others or None}
    span = [as_number(str(posted.get(f":months.{i}", ""))) for i in range(2)]
    span = [usual if there is None else there for there, usual in zip(span, WITHIN_3_YEARS, strict=True)]
    edits: dict[Any, object] = {("screening", "eligible"): [*others, {"question": name, "between": span}]}
    if at(values, "derived", name) is None:
        edits["derived", name] = {"from": birth, "age": "completed_months"}
    return edits


ROUTES = (
    Route("/studies/{study}/screening", shown),
    Route("/studies/{study}/screening", saved, methods=["POST"]),
)
