"""Work with matrices on one thread: no figure hangs on how many processors there are, and none is waited for.

Matrices here are small, so that more threads save nothing. Where another program keeps a processor busy
they wait for it at every product, which made a second's work take half a minute.
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

Given = ParamSpec("Given")
Result = TypeVar("Result")


@cache
def _libraries(_brought: str) -> ThreadpoolController:
    """Return the libraries there are now; scipy brings one of its own when it is first used."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class _Limit:
    """The limit of the whole process: set by the first to come in, taken away by the last to go out."""

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._held = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                brought = "scipy" if "scipy.linalg" in sys.modules else ""
                self._held.enter_context(_libraries(brought).limit(limits=1, user_api="blas"))
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                from threadpoolctl import OpenBLASController

                # Only the thread that set it is heard, and that may be another one.
                OpenBLASController.clear_controlling_thread(force=True)
                self._held.close()


_LIMIT = _Limit()


def on_one_thread(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return a function that works with matrices on one thread, and leaves the setting as it was."""

    @wraps(function)
    def run(*given: Given.args, **named: Given.kwargs) -> Result:
        with _LIMIT:
            return function(*given, **named)

    return run
