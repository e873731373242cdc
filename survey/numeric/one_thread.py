"""Matrix algebra on one thread, so that no figure depends on the number of processors.

Matrices here are small: more threads save no time. Where another program keeps a processor busy, threads
wait for it at every product, which made a second's work take half a minute.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache, wraps
from threading import Lock
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@cache
def _libraries(_loaded: str) -> ThreadpoolController:
    """Return the libraries loaded now; scipy loads its own when it is first used."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class _Limit:
    """The limit of the whole process: set by the first call to enter, lifted by the last one to leave."""

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._limits = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                loaded = "scipy" if "scipy.linalg" in sys.modules else ""
                self._limits.enter_context(_libraries(loaded).limit(limits=1, user_api="blas"))
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                from threadpoolctl import OpenBLASController

                # Otherwise only the thread that set the limit may lift it, and that may be another one.
                OpenBLASController.clear_controlling_thread(force=True)
                self._limits.close()


_LIMIT = _Limit()


def on_one_thread(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return a function that runs matrix algebra on one thread, and restores the setting afterwards."""

    @wraps(function)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with _LIMIT:
            return function(*args, **kwargs)

    return run
