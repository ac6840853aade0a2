"""Timing one part of a duty from outside, while the whole duty runs as it always does."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any


@contextmanager
def watching(owner: type, method: str) -> Iterator[list[float]]:
    """The milliseconds of every call of ``owner.method`` inside the block, in order."""
    original = getattr(owner, method)
    samples: list[float] = []

    def watched(*args: Any, **kwargs: Any) -> Any:
        start = perf_counter()
        try:
            return original(*args, **kwargs)
        finally:
            samples.append((perf_counter() - start) * 1_000)

    setattr(owner, method, watched)
    try:
        yield samples
    finally:
        setattr(owner, method, original)
