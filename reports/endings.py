"""How a command ends that cannot go on: a line for a person, and a status that no finding has."""

from __future__ import annotations

import errno
import gc
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# What the machine lacks: room, rights, open files.
NAMES = ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EIO", "EMFILE", "ENFILE")
LACKING = {getattr(errno, name) for name in NAMES if hasattr(errno, name)}

# What Matplotlib says of the places of its font cache, which is no concern of who prints a briefing.
CACHE = ("font cache", "font_manager cache", "writable directory", "temporary cache", "mkdir -p failed")


def hush_font_cache() -> None:
    """Keep what Matplotlib says of its font cache from the user; its other warnings stay."""
    for name in ("matplotlib", "matplotlib.font_manager"):
        logging.getLogger(name).addFilter(_of_no_cache)


def _of_no_cache(record: logging.LogRecord) -> bool:
    return not any(words in str(record.msg) for words in CACHE)


def prepare() -> None:
    """Make ready for a run: it is short, and its console may be of any encoding."""
    # Charts are many small objects: looking for cycles less often saves a tenth.
    gc.set_threshold(5_000, 20, 100)
    hush_font_cache()
    for stream in (sys.stdout, sys.stderr):
        # A console of another encoding shows what it cannot as \\u…, and the run goes on.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise KeyboardInterrupt at Ctrl-C, also where a library that loads makes another error of it."""
    asked: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    except Exception:
        if asked:
            raise KeyboardInterrupt from None
        raise
    finally:
        signal.signal(signal.SIGINT, before)


def silenced() -> None:
    """Lead standard output nowhere if it takes no more, so that the program does not fail at its end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def told(error: Exception, language: str) -> list[str]:
    """Return the lines that tell of an error; none for one that only a fault of the program explains."""
    # Imported late, because a run with nothing to do should not wait for pandas.
    from survey.errors import ReportError, SurveyError
    from survey.messages.lines import line

    if isinstance(error, MemoryError):
        error = ReportError("parent-intent", key="output.memory")
    elif isinstance(error, OSError) and (
        error.errno in LACKING or (error.filename is None and error.errno == errno.ENOENT)  # no folder for it
    ):
        where = str(error.filename) if error.filename else line("output.streams")
        error = ReportError(
            where, key="output.no_room", reason=(error.strerror or str(error)).split(" in [")[0]
        )
    return error.told(language).splitlines() if isinstance(error, SurveyError) else []
