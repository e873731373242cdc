"""What the briefing says about itself: title, page 1, languages, disclosure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reports.desk.edits import Edits
from reports.desk.fields import findings
from reports.desk.pages.forms import (
    Field,
    Form,
    Value,
    any_text,
    at,
    form_of,
    label_fields,
    languages_of,
    save_form,
    text_at,
)
from reports.desk.root import Kept
from reports.desk.view import language_of, render, study_of, to, words
from reports.desk.words import DeskWords
from survey.study.placeholders import placeholders
from survey.study.study import Sample, Study
from survey.study.toml_table import LANGUAGES

LONG = ("recruitment", "quality", "limits")
FIRST = ("sponsor", "conductor", "recruitment", "mode", "limits", "contact")
FOLDED = ("incentives", "quality")
CLOSED = ("single", "multiple")


def _form(kept: Kept, t: DeskWords, study: Study | None) -> Form:
    """Return the fields, filled from the study file as it stands."""
    values, language = kept.values(), t.language
    languages, questions = languages_of(values), at(values, "questions", default={})
    fields: list[Field] = []
    for name in ("title", "publisher", "population"):
        hint = t("a.population.hint") if name == "population" else ""
        fields += label_fields(values, ("study", name), t(f"a.{name}"), languages, hint=hint)
    samples = tuple((name, t(f"a.{name.replace('-', '')}")) for name in get_args(Sample))
    fields.append(Field("study.sample", t("a.sample"), "radio", text_at(values, "study", "sample"), samples))
    none = (("", t("a.first")),)
    closed = _questions(questions, CLOSED, language)
    headline = text_at(values, "briefing", "headline")
    fields.append(Field(":headline", t("a.headline"), "choice", headline, none + closed))
    by, single = text_at(values, "briefing", "by"), _questions(questions, ("single",), language)
    fields.append(Field(":by", t("a.by"), "choice", by, none + single))
    lead, options = at(values, "briefing", "lead", default=[]), at(questions, headline, "options", default={})
    chosen = tuple(str(code) for code in lead) if isinstance(lead, list) else ()
    shown = tuple((code, any_text(option, language)) for code, option in options.items())
    fields.append(Field("briefing.lead", t("a.lead.options"), "ticks", chosen, shown))
    names = tuple((name, _named(name, t, study)) for name in LANGUAGES)
    fields.append(Field("study.languages", t("a.languages"), "ticks", languages, names))
    for name in (*FIRST, *FOLDED):
        label = t(f"a.{name}")
        kind: Any = "area" if name in LONG else "text"
        fields += label_fields(values, ("disclosure", name), label, languages, kind=kind)
    fields.append(
        Field("honesty.population", t("a.size"), "number", text_at(values, "honesty", "population"))
    )
    source = ("honesty", "population_source")
    fields += label_fields(values, source, t("a.size.source"), languages)
    return form_of(fields)


def _questions(questions: Any, kinds: tuple[str, ...], language: str) -> tuple[tuple[str, str], ...]:
    """Return the questions of some kinds, numbered as the questionnaire has them."""
    numbered = enumerate(questions.items() if isinstance(questions, dict) else (), 1)
    return tuple(
        (name, f"{number} {any_text(at(table, 'label'), language) or any_text(at(table, 'text'), language)}")
        for number, (name, table) in numbered
        if at(table, "kind") in kinds
    )


def _named(name: str, t: DeskWords, study: Study | None) -> str:
    """Return a language with how many texts it lacks, where it is not printed yet."""
    if study is not None and name not in study.languages:
        found = placeholders(replace(study, languages=(*study.languages, name)))
        lacking = [e for e in found if e.key == "left.language" and e.fields["language"] == name]
        if lacking:
            return t(f"a.{name}.lacking", n=len(lacking[0].fields["lacking"]))
    return t(f"language.{name}")


async def shown(request: Request) -> Response:
    """Show the fields with what the engine says about each."""
    kept, t = study_of(request), words(request)
    told = findings(kept, t.language)
    form = _form(kept, t, told.study)
    other = told.elsewhere("about", [name for name in form.fields if not name.startswith(":")])
    left = {str(f.place[-1]) for f in other + told.of_page("about") if f.place}
    parts: dict[str, Any] = {"first": FIRST, "folded": FOLDED, "folded_open": bool(left & set(FOLDED))}
    return render(
        request, "about.html", step="about", kept=kept, told=told, form=form, elsewhere=other, **parts
    )


async def saved(request: Request) -> Response:
    """Write what was changed."""
    kept, t, posted = study_of(request), words(request), await request.form()
    form = _form(kept, t, findings(kept, language_of(request)).study)

    def special(name: str, now: Value, values: Any) -> Edits:
        return question_of_page_1(values, name.removeprefix(":"), str(now))

    save_form(request, kept, form, posted, line=t("step.about") + t("colon") + "{what}", special=special)
    return to(request, kept, "about")


def question_of_page_1(values: Any, key: str, now: str) -> Edits:
    """Return the edits that make a question that of page 1, or of its groups, and have it estimated."""
    edits: dict[Any, object] = {("briefing", key): now or None}
    listed = "shares" if key == "headline" else "by"
    there = at(values, "estimates", listed, default=[])
    if now and isinstance(there, list) and now not in there:
        edits["estimates", listed] = [*there, now]
    if key == "headline" and at(values, "briefing", "lead") is not None:
        edits["briefing", "lead"] = None  # options of the question before
    return edits


ROUTES = (
    Route("/studies/{study}/about", shown),
    Route("/studies/{study}/about", saved, methods=["POST"]),
)
