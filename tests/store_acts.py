"""Acts on a store that the crash tests interrupt, call by call."""

from collections.abc import Callable
from pathlib import Path

import pytest
from store_disk import CHANGING, Disk
from store_kit import (
    blob,
    event,
    reopen,
)

from airseal.model.secret import Secret
from airseal.store import Store, durable


def steps_of(home: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Store], object]) -> int:
    """How many changing calls ``act`` makes."""
    with reopen(home) as store:
        calls: list[str] = []
        with monkeypatch.context() as patch:
            patch.setattr(durable, "_os", Disk(home.parent, lambda call, _: calls.append(call)))
            act(store)
    return len(calls)


def stop_at(step: int, stop: Callable[[], object]) -> Callable[[str, str], None]:
    seen = 0

    def before(call: str, name: str) -> None:
        nonlocal seen
        assert call in CHANGING
        seen += 1
        if seen == step:
            stop()

    return before


def second_commit(store: Store) -> None:
    store.commit([event(2), event(2, "second")], [blob(b"document")])


def newcomer(store: Store) -> None:
    store.add_person("li.na", Secret("x"))
