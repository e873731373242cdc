"""A margin's fields, and what a change of one of them writes."""

from __future__ import annotations

from typing import Any

from reports.desk.editing.figures import Codes, Figures
from reports.desk.pages.forms import Field, Form, at, form_of, label_fields, languages_of, text_at
from reports.desk.root import Kept
from reports.desk.words import DeskWords
from survey.errors import Keys

LINES = "weighting", "margins"


def cell_name(codes: Codes) -> str:
    """Return the name of the field of a category."""
    return f":figure.{'.'.join(codes)}"


def margin_form(kept: Kept, index: int, figures: Figures, t: DeskWords) -> Form:
    """Return the fields of a margin."""
    values, place = kept.values(), (*LINES, index)
    fields = []
    for codes, text in figures.cells.items():
        label = figures.label(codes, t.language)
        shown = f"{float(text):,.15g}" if text.replace(".", "", 1).isdecimal() else text
        fields.append(Field(cell_name(codes), t("m.pop.of", name=label), "number", shown))
        if len(figures.questions) == 1:
            fields.append(_partner(values, figures, codes, label, t))
    fields.append(Field(":note.0", t("m.source"), "text", figures.note(0), (), t("m.source.hint")))
    fields.append(Field(":note.1", t("m.date"), "text", figures.note(1)))
    hint = t("m.population.hint")
    fields += label_fields(values, (*place, "population"), t("m.population"), languages_of(values), hint=hint)
    shares = ("yes",) if at(values, *place, "use") == "shares" else ()
    fields.append(Field(":shares", t("m.shares"), "flag", shares))
    fields.append(
        Field(
            "weighting.collapse_below", t("m.few"), "number", text_at(values, "weighting", "collapse_below")
        )
    )
    bounds = at(values, "weighting", "bounds", default=[])
    bounds = bounds if isinstance(bounds, list) else []
    for i, name in enumerate(("low", "high")):
        fields.append(Field(f":bound.{i}", t(f"m.{name}"), "number", str(at(bounds, i, default=""))))
    return form_of(fields)


def _partner(values: Any, figures: Figures, codes: Codes, label: str, t: DeskWords) -> Field:
    """Return the field that says with which other a category is merged where few answered."""
    groups = at(values, "weighting", "collapse", figures.questions[0].id, default=[])
    mine = (
        next((g for g in groups if isinstance(g, list) and codes[0] in g), [])
        if isinstance(groups, list)
        else []
    )
    partner = next((str(code) for code in mine if code != codes[0]), "")
    everyone = [other for other in figures.cells if other != codes]
    here = [*figures.cells].index(codes)
    near = sorted(everyone, key=lambda other: abs([*figures.cells].index(other) - here))
    choices = [("", t("m.merge.pick")), *((o[0], figures.label(o, t.language)) for o in near)]
    return Field(f":merge.{codes[0]}", t("m.merge.of", name=label), "choice", partner, tuple(choices))


def margin_edits(values: Any, index: int, figures: Figures, changed: Any) -> dict[Any, object]:
    """Return the edits of the fields of a margin that are no single place."""
    edits: dict[Keys, object] = {}
    for name, now in changed.items():
        kind, _, rest = name.removeprefix(":").partition(".")
        if kind == "shares":
            edits[(*LINES, index, "use")] = "shares" if now else None
        elif kind == "bound":
            there = at(values, "weighting", "bounds", default=[0.2, 5])
            pair = [*(edits.get(("weighting", "bounds")) or there)]  # type: ignore[misc]
            pair[int(rest)] = _number(str(now), (0.2, 5.0)[int(rest)])
            edits["weighting", "bounds"] = pair
        elif kind == "merge":
            place = ("weighting", "collapse", figures.questions[0].id)
            there = edits.get(place, at(values, *place, default=[]))
            edits[place] = _merged(there if isinstance(there, list) else [], rest, str(now)) or None
    return edits


def _number(text: str, usual: float) -> float | str:
    try:
        return float(text) if text else usual
    except ValueError:
        return text


def _merged(groups: list[Any], code: str, partner: str) -> list[list[str]]:
    """Return the groups of categories with one of them put with another, or alone."""
    kept = [[c for c in group if c != code] for group in groups if isinstance(group, list)]
    kept = [group for group in kept if len(group) > 1 or partner in group]
    if not partner:
        return [group for group in kept if len(group) > 1]
    for group in kept:
        if partner in group:
            group.append(code)
            return kept
    return [*kept, [code, partner]]
