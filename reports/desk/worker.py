"""The one child process of the desk: it reads, checks and prints, one piece of work after the other.

Charts and typesetter are not made for threads, and work must be stopped whenever a person asks. The child
keeps the packages loaded; stopping it ends it, and the next piece of work begins another.
"""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from reports.desk.work.child import fault_of, work_until_closed
from survey.errors import ReportError, SurveyError

Kind = Literal["draft", "compare", "check", "preview", "report", "verify"]
State = Literal["waiting", "working", "done", "refused", "broken", "stopped", "replaced"]
UNDER_WAY: tuple[State, ...] = ("waiting", "working")
# Only the newest of these says anything of a study as it is.
REPLACED: tuple[Kind, ...] = ("check", "preview")
KEPT = 60  # pieces of work that are remembered
PATIENCE = 5.0  # seconds that a child has to end


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work as it stands; `Worker.job` returns how it goes on.

    Attributes
    ----------
    folder : Path
        Of the study.
    state : {"waiting", "working", "done", "refused", "broken", "stopped", "replaced"}
        "refused": the engine raised `error`; "broken": the program failed, as `fault` says.
    lines : tuple
        What was said so far: lines of a run as data, or texts.
    result : object
        What the task returns, None until it is done.
    fault : str
        Where the program failed, without any value.
    asked, begun, seconds : float
        When it was asked for and begun (seconds since 1970; 0 before), and how long it took.
    """

    number: int
    kind: Kind
    folder: Path
    arguments: tuple[Any, ...] = ()
    state: State = "waiting"
    lines: tuple[Any, ...] = ()
    result: Any = None
    error: SurveyError | None = None
    fault: str = ""
    asked: float = 0.0
    begun: float = 0.0
    seconds: float = 0.0

    @property
    def under_way(self) -> bool:
        """Whether it waits or is being done."""
        return self.state in UNDER_WAY


class BrokenWork(Exception):
    """The program failed in the child; `fault` says where, without any value."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = fault


def result_of(job: Job) -> Any:
    """Return what a piece of work that ended has made.

    Raises
    ------
    SurveyError
        What the engine refused, or that the work was stopped.
    BrokenWork
        If the program failed.
    """
    if job.state == "done":
        return job.result
    if job.error is not None:
        raise job.error
    if job.state == "broken":
        raise BrokenWork(job.fault)
    raise ReportError(job.kind, key="desk.stopped")


class Worker:
    """The work of a desk, done in a child process in the order asked for.

    Parameters
    ----------
    tasks : str
        The module with a function for each kind of work.
    """

    def __init__(self, tasks: str = "reports.desk.work.tasks") -> None:
        self._tasks = tasks
        self._changed = threading.Condition()  # reentrant: an RLock is its default
        self._jobs: dict[int, Job] = {}
        self._last = 0
        self._closing = False
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._scratch = Path(tempfile.mkdtemp(prefix="desk-"))
        self._thread = threading.Thread(target=self._work, name="desk-worker", daemon=True)
        self._thread.start()

    def draft(self, folder: Path, *names: str) -> Job:
        """Return the work of drafting a study of files in answers/; its result is the year of its wave."""
        return self._ask("draft", folder, names)

    def compare(self, folder: Path, wave: int, file: str) -> Job:
        """Return the work of comparing a newer download with that of a wave; see `newer.differences`."""
        return self._ask("compare", folder, (wave, file))

    def check(self, folder: Path) -> Job:
        """Return the work of a check, in place of one that waits; its result is a `tasks.Checked`."""
        return self._ask("check", folder)

    def preview(self, folder: Path, language: str) -> Job:
        """Return the work of drawing page 1 without its figures; its result is a PNG."""
        return self._ask("preview", folder, (language,))

    def report(self, folder: Path) -> Job:
        """Return the work of a report, written to the folder out/ of the study."""
        return self._ask("report", folder)

    def verify(self, folder: Path) -> Job:
        """Return the work of making a report again; its result is the list of what differs."""
        return self._ask("verify", folder)

    def job(self, number: int) -> Job | None:
        """Return a piece of work as it stands; None where it is not remembered."""
        with self._changed:
            return self._jobs.get(number)

    def newest(self, kind: Kind, folder: Path) -> Job | None:
        """Return the newest work of a kind on a study, as it stands."""
        with self._changed:
            found = [job for job in self._jobs.values() if job.kind == kind and job.folder == folder]
        return found[-1] if found else None

    def finished(self, kind: Kind, folder: Path) -> Job | None:
        """Return the newest work of a kind on a study that was done to its end."""
        with self._changed:
            found = [j for j in self._jobs.values() if (j.kind, j.folder, j.state) == (kind, folder, "done")]
        return found[-1] if found else None

    def wait(self, job: Job, seconds: float = 60.0) -> Job:
        """Return a piece of work once it has ended, or as it stands after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._jobs.get(job.number, job).under_way, seconds)
            return self._jobs.get(job.number, job)

    def stop(self, job: Job) -> None:
        """End a piece of work, whatever it is at; what an earlier report wrote stays as it is."""
        with self._changed:
            now = self._jobs.get(job.number)
            if now is None or not now.under_way:
                return
            self._jobs[job.number] = replace(now, state="stopped", seconds=_since(now))
            if now.state == "working" and self._child is not None:
                self._child.terminate()
            self._changed.notify_all()

    def close(self) -> None:
        """End the child and whatever it is at; nothing more is done."""
        with self._changed:
            self._closing = True
            for job in [job for job in self._jobs.values() if job.under_way]:
                self._jobs[job.number] = replace(job, state="stopped", seconds=_since(job))
            if self._child is not None:
                self._child.terminate()
            self._changed.notify_all()
        self._thread.join(2 * PATIENCE)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _ask(self, kind: Kind, folder: Path, arguments: tuple[Any, ...] = ()) -> Job:
        with self._changed:
            for job in self._jobs.values():
                same = (job.kind, job.folder, job.arguments) == (kind, folder, arguments)
                if same and kind in REPLACED and job.state == "waiting":
                    self._jobs[job.number] = replace(job, state="replaced")
            self._last += 1
            job = Job(self._last, kind, folder, arguments, asked=time.time())
            ended = [number for number, old in self._jobs.items() if not old.under_way]
            for number in ended[: max(0, len(self._jobs) - KEPT)]:
                del self._jobs[number]
            self._jobs[job.number] = job
            self._changed.notify_all()
            return job

    def _next(self) -> Job | None:
        """Return the next piece of work, begun; None once the desk closes."""
        with self._changed:
            while True:
                self._changed.wait_for(
                    lambda: self._closing or any(job.state == "waiting" for job in self._jobs.values())
                )
                if self._closing:
                    return None
                waiting = next((job for job in self._jobs.values() if job.state == "waiting"), None)
                if waiting is None:
                    continue
                self._jobs[waiting.number] = replace(waiting, state="working", begun=time.time())
                try:
                    self._start()
                except (
                    OSError,
                    RuntimeError,
                ) as error:  # no memory, say: told, and tried again with the next
                    self._end(waiting.number, "broken", fault_of(error))
                    continue
                return waiting

    def _work(self) -> None:
        while (job := self._next()) is not None:
            pipe = self._pipe
            assert pipe is not None
            try:
                pipe.send((job.kind, job.folder, job.arguments))
                while (told := pipe.recv())[0] == "line":
                    self._note_line(job.number, told[1])
                self._end(job.number, *told)
            except (EOFError, OSError):  # it was stopped, or died
                self._end(job.number, "broken", "the process ended")
            with self._changed:
                if self._jobs[job.number].state in ("stopped", "broken"):
                    self._drop()
        with self._changed:
            self._drop()

    def _note_line(self, number: int, line: object) -> None:
        with self._changed:
            job = self._jobs[number]
            self._jobs[number] = replace(job, lines=(*job.lines, line))
            self._changed.notify_all()

    def _end(self, number: int, state: State, value: Any) -> None:
        with self._changed:
            job = self._jobs[number]
            if job.under_way:
                name = {"done": "result", "refused": "error"}.get(state, "fault")
                told: dict[str, Any] = {name: value}
                self._jobs[number] = replace(job, state=state, seconds=_since(job), **told)
            self._changed.notify_all()

    def _start(self) -> None:
        """Begin a child where there is none that lives."""
        if self._child is not None and self._child.is_alive():
            return
        self._drop()
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._child = context.Process(
            target=work_until_closed, args=(other, self._tasks, str(self._scratch)), daemon=True
        )
        self._child.start()
        other.close()

    def _drop(self) -> None:
        """End the child, if there is one, and delete what it kept outside of the study folders."""
        child, self._child = self._child, None
        if self._pipe is not None:
            self._pipe.close()
        if child is not None:
            child.terminate()
            child.join(PATIENCE)
            if child.exitcode is None:
                child.kill()
                child.join(PATIENCE)
            with suppress(ValueError):
                child.close()
        for left in self._scratch.glob("*"):
            shutil.rmtree(left, ignore_errors=True)
            with suppress(OSError):
                left.unlink()


def _since(job: Job) -> float:
    return time.time() - job.begun if job.begun else 0.0
