"""What was read: the waves with their files and days, and what was found in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from analysis.study.check import WaveCheck
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
)
from reports.desk.root import Kept
from reports.desk.view import desk_of, render, study_of, to, words
from reports.desk.words import DeskWords
from reports.desk.work.checking import Look, look
from reports.language.numbers import as_given
from survey.exports.platforms import LABELS
from survey.study.study import Study

DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
KINDS = ("single", "multiple", "number", "month")
ODD = {
    "on no list, taken as typed": "unlisted",
    "answered though not asked": "not_asked",
    '"none of these" beside a tick': "none_beside",
}


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave as the page shows it, the newest first.

    Attributes
    ----------
    place : int
        Its place in the study file, from 0.
    answers : int or None
        How many came back; None where it is not read yet.
    """

    place: int
    number: int
    name: str
    file: str
    platform: str
    answers: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something to look at, and where."""

    text: str
    page: str


async def shown(request: Request) -> Response:
    """Show the waves, and what the check has found of their files."""
    return await run_in_threadpool(page, request)


def page(request: Request, refused: str = "", status: int = 200) -> Response:
    """Return the page, with why a dropped file was not taken."""
    kept, t = study_of(request), words(request)
    told = findings(kept, t.language)
    form, seen = _form(kept, t), look(desk_of(request), kept)
    waves = _waves(kept, t, seen)
    return render(
        request,
        "data.html",
        step="data",
        kept=kept,
        told=told,
        form=form,
        elsewhere=told.elsewhere("data", [f"waves.{wave.place}.label" for wave in waves]),
        waves=waves,
        spare=_spare(kept),
        running=seen.running,
        found=_found(told.study, seen, t),
        notes=[*notes(told.study, seen, t)],
        refused=refused,
        status=status,
    )


async def saved(request: Request) -> Response:
    """Write names and days of the waves."""
    kept, t, posted = study_of(request), words(request), await request.form()
    form = _form(kept, t)

    def special(name: str, now: Value, values: Mapping[str, Any]) -> Edits:
        place = name.partition(".")[2]
        days = [str(posted.get(f":{end}.{place}", "")).strip() for end in ("first", "last")]
        return {("waves", int(place), "fieldwork"): days_of(days)}

    save_form(request, kept, form, posted, line=t("step.data") + t("colon") + "{what}", special=special)
    return to(request, kept, "data")


def days_of(texts: list[str]) -> object:
    """Return two days as the study file has them; texts that are none as they stand, None for nothing.

    Examples
    --------
    >>> days_of(["2024/9/2", "2024年9月22日"])
    [datetime.date(2024, 9, 2), datetime.date(2024, 9, 22)]
    >>> days_of(["", ""])
    """
    if not any(texts):
        return None
    return [day_of(text) for text in texts]


def day_of(text: str) -> date | str:
    """Return the day that a text names, however it is written; the text itself where it is none."""
    found = DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return text if found is None else date(*map(int, found.groups()))
    except ValueError:
        return text


def _form(kept: Kept, t: DeskWords) -> Form:
    values = kept.values()
    fields: list[Field] = []
    for i, wave in enumerate(_tables(values)):
        name = t("data.wave", n=i + 1)
        fields += label_fields(values, ("waves", i, "label"), name, languages_of(values))
        days = at(wave, "fieldwork", default=[])
        first, last = (str(at(days, end, default="")) for end in (0, 1))
        fields += [
            Field(f":first.{i}", t("data.first"), "text", first),
            Field(f":last.{i}", t("data.last"), "text", last),
        ]
    return form_of(fields)


def _tables(values: Any) -> list[Any]:
    waves = at(values, "waves", default=[])
    return waves if isinstance(waves, list) else []


def _waves(kept: Kept, t: DeskWords, seen: Look) -> list[Wave]:
    read = {} if seen.checked is None else {wave.wave: wave for wave in seen.checked.waves}
    shown = []
    for i, table in enumerate(_tables(kept.values())):
        check = read.get(str(at(table, "id", default="")))
        platform = "" if check is None else LABELS.get(check.platform, check.platform)
        file = str(at(table, "responses", default="")).rsplit("/", 1)[-1]
        name = any_text(at(table, "label"), t.language) or str(at(table, "id", default=""))
        shown.append(Wave(i, i + 1, name, file, platform, None if check is None else check.returned))
    return shown[::-1]


def _spare(kept: Kept) -> list[str]:
    """Return the downloads that no wave reads: of numbers, for the order of options, and older ones."""
    used = {str(at(table, "responses", default="")).rsplit("/", 1)[-1] for table in _tables(kept.values())}
    files = sorted(kept.answers.iterdir()) if kept.answers.is_dir() else []
    return [file.name for file in files if file.is_file() and file.name not in used]


def _found(study: Study | None, seen: Look, t: DeskWords) -> list[tuple[str, str, str]]:
    """Return lines on what was found: name, text, colour."""
    if study is None:
        return []
    asked = [q for q in study.questionnaire if q.derived_from is None and q.kind != "text"]
    counts = {kind: sum(q.kind == kind for q in asked) for kind in KINDS}
    lines = [(t("data.found.q"), t("data.found.kinds", n=len(asked), **counts), "")]
    unknown = [q for q in asked if q.options and q.order == "unknown"]
    order = t("data.found.unknown", n=len(unknown)) if unknown else t("data.found.known")
    lines.append((t("data.found.order"), order, "amber-text" if unknown else "green-text"))
    if len(study.waves) > 1:
        unlike = sum(bool(q.forms) for q in asked)
        same = t("data.found.unlike", n=unlike) if unlike else t("data.found.same", n=len(asked))
        lines.append((t("data.found.waves"), same, "amber-text" if unlike else "green-text"))
    lines.append((t("data.found.not"), t("data.found.ids"), ""))
    waves = () if seen.checked is None else seen.checked.waves
    if unread := list(dict.fromkeys(header for wave in waves for header in wave.unread)):
        lines.append((t("data.found.unread"), t("comma").join(unread[:12]), "amber-text"))
    if left := list(dict.fromkeys(header for wave in waves for header, _ in wave.left_out)):
        lines.append((t("data.found.left"), t("comma").join(left[:12]), ""))
    return lines


def notes(study: Study | None, seen: Look, t: DeskWords) -> Iterator[Note]:
    """Yield what a person should look at in the answers, each once."""
    waves: tuple[WaveCheck, ...] = () if seen.checked is None else seen.checked.waves
    if study is None:
        return
    names = {q.id: (n, (q.label or q.text).in_(t.language)) for n, q in enumerate(study.questionnaire, 1)}
    for wave in waves:
        for question in wave.questions:
            number, name = names.get(question.id, (0, question.id))
            for what, people in question.odd.items():
                if people and what in ODD:
                    yield Note(t(f"data.odd.{ODD[what]}", question=name, n=people), "questions")
            known = study.questionnaire.questions.get(question.id)
            if question.kind == "number" and question.options and known is not None and known.valid is None:
                least = as_given(question.options["smallest"])
                yield Note(t("c.fee", n=number, question=name, least=least), "questions")


ROUTES = (
    Route("/studies/{study}/data", shown),
    Route("/studies/{study}/data", saved, methods=["POST"]),
)
