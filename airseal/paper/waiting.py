"""Running pyHanko's coroutines without an event loop: with nothing fetched, none ever waits."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from airseal.model.problem import Problem

Result = TypeVar("Result")


def finish(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine that never waits comes to: no event loop, no socket.

    Raises ``PDF_VERIFY_FAILED`` for one that does wait.
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    coroutine.close()
    raise Problem("PDF_VERIFY_FAILED")
