"""Work with matrices on one thread: no figure hangs on how many processors there are, and none is waited for.

Matrices here are small, so that more threads save nothing. Where another program keeps a processor busy
they wait for it at every product, which made a second's work take half a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Given = ParamSpec("Given")
Result = TypeVar("Result")


@cache
def _libraries() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def on_one_thread(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return a function that works with matrices on one thread, and leaves the setting as it was."""

    @wraps(function)
    def run(*given: Given.args, **named: Given.kwargs) -> Result:
        with _libraries().limit(limits=1, user_api="blas"):
            return function(*given, **named)

    return run
