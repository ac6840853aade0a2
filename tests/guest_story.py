"""Run inside a guest: live at a home on its disk, or look at what power cuts left of one.

``guest_story.py live HOME DISK OFFSET [CALLER]`` writes, and after each saving puts on the raw
disk, past its file system, what was promised; with a CALLER, ``durable`` skips that function's
fsync. ``guest_story.py look PROMISES`` prints what is wrong with each of many homes.
"""

import json
import mmap
import os
import sys
from pathlib import Path
from typing import Any

from store_kit import PASSWORD, PERSON, blob, check, create, digest_of, event, numbers, reopen

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import durable

BLOCK = 4096
ROUNDS = 4
COMMITS = 12


class Notes:
    """What was promised, on the raw disk: it goes the same way as what it promises."""

    def __init__(self, disk: Path, offset: int) -> None:
        self._descriptor = os.open(disk, os.O_WRONLY | os.O_DIRECT)
        self._offset = offset
        self._promise: dict[str, Any] = {"saved": 0, "person": ""}

    def take(self, **promised: object) -> None:
        self._promise |= promised
        with mmap.mmap(-1, BLOCK) as page:  # O_DIRECT wants whole, aligned blocks
            page.write(MAGIC + json.dumps(self._promise).encode() + b"\n")
            os.pwritev(self._descriptor, [page], self._offset)


MAGIC = b"promised: "


def promise_in(block: bytes) -> dict[str, Any] | None:
    """The promise in a block of the raw disk, if it is one."""
    if not block.startswith(MAGIC):
        return None
    promise: dict[str, Any] = json.loads(block[len(MAGIC) : block.index(b"\n")])
    return promise


def live(home: Path, notes: Notes) -> None:
    """Commits with and without documents, new people, rotations, again and again."""
    create(home).close()
    notes.take(person=PERSON)
    number = 0
    for round_ in range(ROUNDS):
        with reopen(home) as store:
            for _ in range(COMMITS):
                number += 1
                documents = [blob(b"document %d" % number * 999)] if number % 3 == 0 else []
                store.commit([event(number), event(number, "second")], documents)
                notes.take(saved=number)
            if round_ % 2:
                notes.take(person=PERSON)
                store.remove_person("li.na")
            else:
                store.add_person("li.na", Secret(PASSWORD))
                notes.take(person="li.na")


def verdict(home: Path, promise: dict[str, Any] | None) -> str:
    """What is wrong with a home after a power cut; "" when all that was promised is there."""
    try:
        if promise is None:
            return _unborn(home)
        return _kept(home, int(promise["saved"]), str(promise["person"]) or PERSON)
    except Problem as problem:
        return repr(problem)


def _unborn(home: Path) -> str:
    try:
        reopen(home).close()
    except Problem as problem:
        if problem.code != "HOME_MISSING":
            return repr(problem)
        home.parent.mkdir(exist_ok=True)
        create(home).close()
    return ""


def _kept(home: Path, saved: int, person: str) -> str:
    with reopen(home, person) as store:
        held = numbers(store)
        last = len(held) // 2
        if last not in (saved, saved + 1):
            return f"saved {saved}, found {last}"
        if held != [number for each in range(1, last + 1) for number in (each, each)]:
            return f"half of a commit: {held[-3:]}"
        if store.desk.get("counts", "second") != (last or None):
            return "the desk is not the fold"
        for number in range(3, saved + 1, 3):
            if store.blob(digest_of(b"document %d" % number * 999)).read()[:9] != b"document ":
                return f"document {number} is wrong"
        store.commit([event(999_999)])
    return ", ".join(check(home))


class _Without:
    """os, where the fsync that a certain function asks for does nothing."""

    def __init__(self, caller: str) -> None:
        self._caller = caller

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fsync(self, descriptor: int) -> None:
        if sys._getframe(1).f_code.co_name != self._caller:
            os.fsync(descriptor)


def main(what: str, *arguments: str) -> None:
    match what:
        case "live":
            home, disk, offset, *callers = arguments
            for caller in callers:
                setattr(durable, "_os", _Without(caller))  # noqa: B010 - the seam is private
            live(Path(home), Notes(Path(disk), int(offset)))
            print("LIVED")
        case "look":
            for home, promise in json.loads(arguments[0]):
                print("VERDICT", home, json.dumps(verdict(Path(home), promise)))
            print("LOOKED")


if __name__ == "__main__":
    main(*sys.argv[1:])
