"""What the child process of the desk does until the desk closes: wait for work, do it, say how it went."""

from __future__ import annotations

import importlib
import signal
import tempfile
import traceback
from multiprocessing.connection import Connection

from survey.errors import SurveyError


def work_until_closed(pipe: Connection, tasks: str, scratch: str) -> None:
    """Do what comes through the pipe: (kind, folder, arguments) in; lines, then (state, value) out.

    Parameters
    ----------
    tasks : str
        The module with a function for each kind of work.
    scratch : str
        Folder for temporary files, which the desk deletes however the child ends.
    """
    # Ctrl+C reaches the whole group; the desk then says when the child ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = scratch
    module = importlib.import_module(tasks)
    while True:
        try:
            kind, folder, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            result = getattr(module, kind)(folder, *arguments, say=lambda line: pipe.send(("line", line)))
            pipe.send(("done", result))
        except SurveyError as error:
            pipe.send(("refused", error))
        except Exception as error:  # noqa: BLE001 - told with a number; the desk goes on
            pipe.send(("broken", fault_of(error)))


def fault_of(error: BaseException) -> str:
    """Return where the program failed and with which type of error, without any value of a file.

    Examples
    --------
    >>> fault_of(ValueError("an answer")).splitlines()[-1]
    'ValueError'
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}, line {frame.lineno}, in {frame.name}" for frame in frames]
    return "\n".join([*lines, type(error).__name__])
