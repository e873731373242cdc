"""A report: how it is being made, what it made, and its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from reports.desk.fields import findings
from reports.desk.pages.check import last_run
from reports.desk.root import Kept, safe_name
from reports.desk.view import address_of, desk_of, render, study_of, to, words
from reports.desk.words import DeskWords
from reports.desk.work.pictures import first_page, pages_of, zipped
from reports.desk.worker import Job
from reports.folder.run_record import briefings_current, estimates_current, printed_files, read_run
from survey.study.toml_table import LANGUAGES

USUAL = 12  # lines of a run, where none was made before
PNG, ZIP = "image/png", "application/zip"
TABLES = ("estimates.xlsx", "estimates.csv", "estimates.parquet", "run.json")


@dataclass(frozen=True, slots=True)
class Result:
    """A file of a report as the page lists it."""

    name: str
    title: str
    what: str
    size: str
    address: str


async def run(request: Request) -> Response:
    """Show how a report is being made; once it ended, lead to the results."""
    kept, t = study_of(request), words(request)
    job = desk_of(request).at_work().newest("report", kept.folder)
    if job is None or not job.under_way:
        return to(request, kept, "report")
    told, before = findings(kept, t.language), last_run(kept)
    seconds = int(datetime.now().timestamp() - (job.begun or job.asked))
    said = [_told(line, t.language) for line in job.lines]
    most = max(int(before.get("lines", USUAL)), len(said) + 1)
    return render(
        request,
        "running.html",
        step="report",
        kept=kept,
        told=told,
        said=said,
        most=most,
        seconds=seconds,
        last=before.get("seconds"),
        left=sum(f.must for f in told.found),
        final=kept.values().get("briefing", {}).get("status") == "final",
    )


def _told(line: Any, language: str) -> str:
    """Return a line of a run in a language, where it is data."""
    return str(line.told(language) if hasattr(line, "told") else line).strip()


async def stop(request: Request) -> Response:
    """End the report that is being made."""
    kept = study_of(request)
    worker = desk_of(request).at_work()
    job = worker.newest("report", kept.folder)
    if job is not None:
        await run_in_threadpool(worker.stop, job)
    return to(request, kept, "report")


async def shown(request: Request) -> Response:
    """Show the results, or why there are none."""
    return await run_in_threadpool(_page, request)


def _page(request: Request) -> Response:
    kept, t, worker = study_of(request), words(request), desk_of(request).at_work()
    job = worker.newest("report", kept.folder)
    if job is not None and job.under_way:
        return to(request, kept, "run")
    record = read_run(kept.out)
    printed = [name for name in printed_files(record) if (kept.out / name).is_file()]
    made = kept.out / "run.json"
    verified = worker.newest("verify", kept.folder)
    when = datetime.fromtimestamp(made.stat().st_mtime) if printed else None
    stale = bool(printed) and not (estimates_current(kept.out, kept.file) and briefings_current(kept.out))
    pdfs = [name for name in printed if name.endswith(".pdf") and "/" not in name]
    others = [name for name in printed if "/" not in name and name not in (*pdfs, *TABLES)]
    tables = [name for name in TABLES if (kept.out / name).is_file()] if printed else []
    return render(
        request,
        "results.html",
        step="report",
        kept=kept,
        groups=[
            (t("f.print"), [_result(kept, name, t) for name in (*pdfs, *others)]),
            (t("f.tables"), [_result(kept, name, t) for name in tables]),
        ],
        charts=sum("/" in name for name in printed),
        when=f"{when:%Y-%m-%d %H:%M}" if when else "",
        seconds=last_run(kept).get("seconds"),
        stale=stale,
        failed=_failed(job, t),
        verified=verified,
        lines=_verified(verified, t),
        page=next((name for name in pdfs if "appendix" not in name and f"-{t.language}" in name), ""),
        first=next((name for name in pdfs if "appendix" not in name), ""),
        place=str(kept.out),
    )


def _failed(job: Job | None, t: DeskWords) -> str:
    """Return why the newest report was not made; "" where it was."""
    if job is None or job.state == "done":
        return ""
    if job.state == "stopped":
        return t("r.stopped")
    return job.error.told(t.language) if job.error is not None else f"{t('broken.h')} ({job.fault})"


def _verified(job: Job | None, t: DeskWords) -> list[str]:
    """Return what differs where the report was made again, or that nothing does."""
    if job is None or job.under_way:
        return []
    if job.state != "done":
        return [_failed(job, t)]
    return [_told(line, t.language) for line in job.result] or [t("f.verified")]


def _result(kept: Kept, name: str, t: DeskWords) -> Result:
    path = kept.out / name
    title, what = t(f"f.name.{name}") if t.has(f"f.name.{name}") else name, ""
    if name.endswith(".pdf"):
        what = t("f.pages", n=pages_of(path))
    elif t.has(f"f.{path.suffix[1:]}"):
        what = t(f"f.{path.suffix[1:]}")
    size = path.stat().st_size
    shown = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"
    return Result(name, title, what, shown, f"{address_of(kept)}/out/{name}")


async def verify(request: Request) -> Response:
    """Begin to make the report again, to see whether anything differs."""
    kept = study_of(request)
    desk_of(request).at_work().verify(kept.folder)
    return to(request, kept, "report")


async def file(request: Request) -> Response:
    """Send a file of the report, among those its record names; the title of the study is part of its name."""
    kept, name = study_of(request), request.path_params["name"]
    known = {*printed_files(read_run(kept.out)), *TABLES}
    path = kept.out / name
    if name not in known or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, filename=f"{_stem(kept)}-{Path(name).name}", headers=SANDBOX)


SANDBOX = {"content-security-policy": "sandbox; default-src 'none'"}


async def everything(request: Request) -> Response:
    """Send all files of the report in one."""
    return await _made(request, zipped, ZIP, "{}.zip")


async def page_1(request: Request) -> Response:
    """Send page 1 as a picture."""
    return await _made(request, first_page, PNG, "")


async def _made(request: Request, make: Callable[[Path, str], bytes], kind: str, name: str) -> Response:
    kept = study_of(request)
    if not printed_files(read_run(kept.out)):
        raise HTTPException(404)
    data = await run_in_threadpool(make, kept.out, words(request).language)
    answer = Response(data, media_type=kind)
    if name:
        from urllib.parse import quote

        quoted = quote(name.format(_stem(kept)))
        answer.headers["content-disposition"] = f"attachment; filename*=UTF-8''{quoted}"
    return answer


def _stem(kept: Kept) -> str:
    """Return the title of a study as part of a file's name."""
    title = findings(kept, LANGUAGES[0]).title or kept.id
    return safe_name(f"{title}.x").removesuffix(".x")


async def preview(request: Request) -> Response:
    """Send page 1 without its figures as a picture."""
    kept, worker = study_of(request), desk_of(request).at_work()
    job = await run_in_threadpool(_drawn, worker, kept.folder, words(request).language)
    if job.result is None:
        return RedirectResponse("/static/no-preview.svg", status_code=303)
    return Response(job.result, media_type=PNG)


def _drawn(worker: Any, folder: Path, language: str) -> Job:
    job: Job = worker.wait(worker.preview(folder, language), 120.0)
    return job


ROUTES = (
    Route("/studies/{study}/run", run),
    Route("/studies/{study}/stop", stop, methods=["POST"]),
    Route("/studies/{study}/report", shown),
    Route("/studies/{study}/verify", verify, methods=["POST"]),
    Route("/studies/{study}/out/{name:path}", file),
    Route("/studies/{study}/all.zip", everything),
    Route("/studies/{study}/page-1.png", page_1),
    Route("/studies/{study}/preview.png", preview),
)
