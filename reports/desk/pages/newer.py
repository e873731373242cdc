"""A newer download of a wave, or the download of another: compared first, taken where a person says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reports.desk.editing.newer import asked_otherwise, new_wave, replaced
from reports.desk.edits import inserted
from reports.desk.fields import findings
from reports.desk.pages.begin import PATIENCE
from reports.desk.pages.forms import at
from reports.desk.root import Kept, private
from reports.desk.save import save
from reports.desk.uploads import new_name, quarantine, receive
from reports.desk.view import desk_of, render, study_of, to, words
from reports.desk.words import DeskWords
from reports.desk.worker import result_of
from reports.folder.run_record import printed_files, read_run
from survey.drafting.downloads.newer import Differences
from survey.errors import ReportError, SurveyError
from survey.study.study import Study, Wave

ADD, LAST = "add", "last"
# A newer download that lacks more of the answers in use than this is perhaps another file.
FEW = 0.1


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison: what, in use and newer, and what it means.

    Attributes
    ----------
    question : str
        Of which a person is asked whether it is the same; "" for none.
    """

    what: str
    both: tuple[str, str]
    text: str
    colour: str = "amber"
    question: str = ""


async def shown(request: Request) -> Response:
    """Show how the file that waits differs from the one in use, or where one is chosen."""
    return await run_in_threadpool(_page, request)


async def received(request: Request) -> Response:
    """Keep a file beside the study until a person has seen what differs."""
    kept, which = study_of(request), _which(request)
    try:
        with quarantine(desk_of(request).root) as folder:
            names = await receive(request, folder)
            if len(names) > 1:
                raise ReportError(", ".join(names), key="desk.upload_one", files=len(names))
            _forget(kept, which)
            (folder / names[0]).rename(private(_place(kept, which)) / names[0])
    except SurveyError as error:
        return await run_in_threadpool(_page, request, error)
    return to(request, kept, _address(which))


async def answered(request: Request) -> Response:
    """Take the file, leave it, or take it for what the other page is about."""
    kept, which, posted = study_of(request), _which(request), await request.form()
    if posted.get("answer") == "other":
        other = LAST if which == ADD else ADD
        _forget(kept, other)
        if (place := _place(kept, which)).is_dir():
            place.rename(_place(kept, other))
        return to(request, kept, _address(other))
    if posted.get("answer") == "yes":
        await run_in_threadpool(_taken, request, kept, which, posted)
    _forget(kept, which)
    return to(request, kept, "data")


def _page(request: Request, refused: SurveyError | None = None) -> Response:
    kept, t, which = study_of(request), words(request), _which(request)
    told = findings(kept, t.language)
    file, found = _waiting(kept, which), None
    if file is not None and told.study is not None and refused is None:
        try:
            found = _compared(request, kept, which, file)
        except SurveyError as error:
            _forget(kept, which)
            refused = error
    wave = None if told.study is None else _wave(told.study, which)
    days = None if found is None else found.days[1]
    rows = [] if found is None or wave is None else [*_rows(told.study, which, wave, found, t)]
    inside = days is not None and wave is not None and wave.fieldwork is not None
    return render(
        request,
        "newer.html",
        step="data",
        kept=kept,
        told=told,
        name="" if wave is None else wave.label.in_(t.language) or wave.id,
        adds=which == ADD,
        address=_address(which),
        file="" if file is None or found is None else file.name,
        rows=rows,
        doubtful=found is not None and _doubtful(which, found),
        inside=inside and wave.fieldwork[0] <= days[0] <= wave.fieldwork[1],  # type: ignore[union-attr, index]
        made=_made(kept),
        refused="" if refused is None else refused.told(t.language),
        status=200 if refused is None else 422,
    )


def _rows(study: Study | None, which: str, wave: Wave, found: Differences, t: DeskWords) -> Iterator[Row]:
    """Yield the lines of the comparison."""
    assert study is not None
    number = {q.id: n for n, q in enumerate(study.questionnaire, 1)}
    name = wave.label.in_(t.language) or wave.id
    counts = f"{found.answers[0]:,}", f"{found.answers[1]:,}"
    if which == ADD:
        same = t("n.overlap", n=found.kept, wave=name) if found.kept else t("n.apart", wave=name)
        yield Row(t("n.answers"), counts, same, "red" if found.kept else "green")
    elif found.gone:
        yield Row(t("n.answers"), counts, t("n.gone", n=found.gone), "red")
    else:
        all_in = t("n.all", n=found.kept, more=found.answers[1] - found.kept)
        yield Row(t("n.answers"), counts, all_in, "green")
    if found.days[1] is not None:
        before = "" if found.days[0] is None else str(found.days[0][1])
        last = before, str(found.days[1][1])
        moves = last[0] != last[1] and which != ADD
        yield Row(t("n.last"), last, t("n.moves", day=last[1]) if moves else "", "")
    counts = f"{found.questions[0]}", f"{found.questions[1]}"
    if not found.changes and not found.unread:
        yield Row(t("n.questions"), counts, t("n.same"), "green")
    for change in found.changes:
        text = t(f"n.{change.kind}", n=number[change.question], column=change.column, text=change.text)
        colour = "red" if change.kind == "absent" and which != ADD else "amber"
        asked = change.question if change.kind == "reworded" and which == ADD else ""
        yield Row(t("n.questions"), counts, text, colour, asked)
    if found.unread:
        yield Row(t("n.questions"), counts, t("n.unread", texts=t("comma").join(found.unread[:6])))
    counts = f"{found.options[0]}", f"{found.options[1]}"
    for option in found.option_changes:
        text = t(f"n.option.{option.kind}", n=number[option.question], option=option.label)
        yield Row(t("n.options"), counts, text, "amber", option.question if which == ADD else "")


def _taken(request: Request, kept: Kept, which: str, posted: FormData) -> None:
    """Put the file among the answers and write what follows from it; raises SurveyError and Conflict."""
    t, waiting = words(request), _waiting(kept, which)
    study = findings(kept, t.language).study
    if study is None or waiting is None:
        raise HTTPException(404)
    wave, found = _wave(study, which), _compared(request, kept, which, waiting)
    file = new_name(private(kept.answers), waiting.name)
    target = f"{kept.answers.name}/{file}"
    write = partial(save, kept, seen=str(posted.get("seen", "")))
    shutil.copy2(waiting, kept.answers / file)
    try:
        if which == ADD:
            table = at(kept.values(), "waves", study.waves.index(wave))
            place, values = new_wave(study, found, target, table)
            comparable = [q.id for q in study.questionnaire if posted.get(f"same.{q.id}")]
            edits = asked_otherwise(study, found, str(values["id"]), comparable, like=wave.id)
            line = t("n.added", wave=values["id"])
            write(edits, line=line, change=lambda text: inserted(text, ("waves", place), values))
        else:
            line = t("n.taken", wave=wave.label.in_(t.language) or wave.id)
            write(replaced(study, wave, found, target), line=line)
    except Exception:
        (kept.answers / file).unlink(missing_ok=True)
        raise


def _compared(request: Request, kept: Kept, which: str, file: Path) -> Differences:
    """Return what differs; raises SurveyError where the file is no download of this questionnaire."""
    worker, place = desk_of(request).at_work(), -1 if which in (ADD, LAST) else int(which)
    found = result_of(worker.wait(worker.compare(kept.folder, place, str(file)), PATIENCE))
    assert isinstance(found, Differences)
    return found


def _which(request: Request) -> str:
    """Return the place of the wave that an address names, or that one is added; raises 404."""
    which = str(request.path_params.get("which", ADD))
    waves = study_of(request).values().get("waves", [])
    if which in (ADD, LAST) or (which.isdecimal() and isinstance(waves, list) and int(which) < len(waves)):
        return which
    raise HTTPException(404)


def _wave(study: Study, which: str) -> Wave:
    return study.waves[-1 if which in (ADD, LAST) else int(which)]


def _address(which: str) -> str:
    return "data/add" if which == ADD else f"data/newer/{which}"


def _place(kept: Kept, which: str) -> Path:
    return private(kept.desk / "newer") / which


def _waiting(kept: Kept, which: str) -> Path | None:
    """Return the file that waits for an answer; None for none."""
    place = _place(kept, which)
    return next((file for file in place.iterdir() if file.is_file()), None) if place.is_dir() else None


def _forget(kept: Kept, which: str) -> None:
    shutil.rmtree(_place(kept, which), ignore_errors=True)


def _doubtful(which: str, found: Differences) -> bool:
    """Say whether it is likelier that the file was not meant."""
    absent = any(change.kind == "absent" for change in found.changes)
    if which == ADD:
        return found.kept > 0
    return absent or found.gone > FEW * found.answers[0]


def _made(kept: Kept) -> str:
    """Return when the report was made that is there; "" for none."""
    record: dict[str, Any] = read_run(kept.out)
    if not printed_files(record):
        return ""
    return f"{datetime.fromtimestamp((kept.out / 'run.json').stat().st_mtime):%Y-%m-%d %H:%M}"


ROUTES = tuple(
    Route(f"/studies/{{study}}/data/{end}{more}", answer, methods=[method])
    for end in (ADD, "newer/{which}")
    for more, answer, method in (("", shown, "GET"), ("", received, "POST"), ("/answer", answered, "POST"))
)
