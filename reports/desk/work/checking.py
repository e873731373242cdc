"""The check of a study as its files are now: asked for where they changed since the last."""

from __future__ import annotations

from dataclasses import dataclass

from reports.desk.root import Kept
from reports.desk.view import Desk
from reports.desk.work.tasks import Checked
from reports.desk.worker import Job

FIRST_LOOK = 0.8  # seconds that a page waits for a check, so that most are there at once


@dataclass(frozen=True, slots=True)
class Look:
    """The newest check.

    Attributes
    ----------
    checked : Checked or None
        What the newest check that ended has found.
    running : bool
        Whether a newer one is under way.
    fault : str
        Where the program failed, if the newest check did.
    """

    checked: Checked | None
    running: bool
    fault: str = ""


def look(desk: Desk, kept: Kept) -> Look:
    """Return the check of a study, begun anew where its files are newer; waits a moment for its end."""
    worker = desk.at_work()
    job = worker.newest("check", kept.folder)
    if job is None or job.asked < _changed(kept) or job.state == "stopped":
        job = worker.check(kept.folder)
    job = worker.wait(job, FIRST_LOOK)
    return _seen(desk, kept, job)


def _seen(desk: Desk, kept: Kept, job: Job) -> Look:
    done = desk.at_work().finished("check", kept.folder)
    result = None if done is None else done.result
    return Look(result, job.under_way, job.fault)


def _changed(kept: Kept) -> float:
    """Return when the study file, or a file beside it or among the answers, was last written."""
    files = [file for place in (kept.folder, kept.answers) if place.is_dir() for file in place.iterdir()]
    return max(file.stat().st_mtime for file in files if file.is_file())
