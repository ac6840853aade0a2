"""A disk for crash tests: records, refuses or interrupts the system calls of the store.

All of them go through ``durable._os``. ``Disk`` replaces it; what a power cut may leave is
then computed from the record (:func:`states`).
"""

import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from airseal.store import durable

CHANGING = ("write", "pwrite", "ftruncate", "fsync", "rename", "unlink", "mkdir")


class _NoSync:
    """os without waiting for the disk."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fsync(self, descriptor: int) -> None:
        return


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests whose homes need not survive anything."""
    monkeypatch.setattr(durable, "_os", _NoSync())


class Killed(BaseException):
    """The process ended here; nothing after it ran."""


@dataclass(frozen=True)
class Op:
    """One thing that happened: ``call`` on ``inode`` with ``args``; ``site``: who asked."""

    call: str
    inode: int
    args: tuple[Any, ...] = ()
    site: str = ""


@dataclass
class Disk:
    """Stands for ``os``: passes every call on, after ``before`` has seen it.

    ``before(call, name)`` may raise; for a write it may also return how many bytes to let
    through before the process ends.
    """

    root: Path
    before: Callable[[str, str], int | None] = lambda call, name: None
    ops: list[Op] = field(default_factory=list)
    _inodes: dict[int, int] = field(default_factory=dict)
    _serials: dict[int, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def lose(self) -> None:
        """The fsync about to happen fails: what it should store is in the cache only, clean."""
        last = next(op for op in reversed(self.ops) if op.call in ("append", "pwrite"))
        self.ops.append(Op("lose", last.inode))

    def _name(self, path: Path | str) -> str:
        return str(Path(path).relative_to(self.root))

    def _held(self, descriptor: int) -> str:
        return self._name(os.readlink(f"/proc/self/fd/{descriptor}"))

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        existed = os.path.lexists(path)
        descriptor = os.open(path, flags, mode)
        number = os.fstat(descriptor).st_ino
        if flags & os.O_CREAT and not existed:
            self._serials[number] = len(self.ops)  # the kernel gives numbers out again
        inode = self._serials.get(number, 0)
        self._inodes[descriptor] = inode
        if flags & os.O_CREAT and not existed:
            self.ops.append(Op("create", inode, (self._name(path),)))
        elif flags & os.O_TRUNC:
            self.ops.append(Op("ftruncate", inode, (0,)))
        return descriptor

    def write(self, descriptor: int, data: bytes) -> int:
        limit = self.before("write", self._held(descriptor))
        raw = bytes(data if limit is None else data[:limit])
        self.ops.append(Op("append", self._inodes[descriptor], (raw,)))
        written = os.write(descriptor, raw)
        if limit is not None:
            raise Killed
        return written

    def pwrite(self, descriptor: int, data: bytes, offset: int) -> int:
        self.before("pwrite", self._held(descriptor))
        self.ops.append(Op("pwrite", self._inodes[descriptor], (bytes(data), offset)))
        return os.pwrite(descriptor, data, offset)

    def ftruncate(self, descriptor: int, length: int) -> None:
        self.before("ftruncate", self._held(descriptor))
        self.ops.append(Op("ftruncate", self._inodes[descriptor], (length,)))
        os.ftruncate(descriptor, length)

    def fsync(self, descriptor: int) -> None:
        name = self._held(descriptor)
        self.before("fsync", name)
        frame = sys._getframe(1)
        callers = [frame.f_code.co_name, frame.f_back.f_code.co_name if frame.f_back else ""]
        if os.path.isdir(self.root / name):
            self.ops.append(Op("sync_names", 0, (name,), f"{name}: names, in {callers[1]}"))
        else:
            kind = _kind(name)
            where = callers[0] if callers[0] != "append" else f"append, in {callers[1]}"
            self.ops.append(Op("sync", self._inodes[descriptor], (), f"{kind}: {where}"))

    def rename(self, old: Path, new: Path) -> None:
        self.before("rename", self._name(new))
        inode = self._serials.get(os.stat(old).st_ino, 0)
        call = "move" if os.path.isdir(old) else "rename"
        self.ops.append(Op(call, inode, (self._name(old), self._name(new))))
        os.rename(old, new)

    def unlink(self, path: Path) -> None:
        self.before("unlink", self._name(path))
        os.unlink(path)
        self.ops.append(Op("unlink", 0, (self._name(path),)))

    def mkdir(self, path: Path, mode: int = 0o777) -> None:
        self.before("mkdir", self._name(path))
        os.mkdir(path, mode)
        self.ops.append(Op("mkdir", 0, (self._name(path),)))


def _kind(name: str) -> str:
    """desk, keyslots, segment, age or key: what the file is, whatever it is called."""
    base = name.rsplit("/", 1)[-1].removeprefix(".").removesuffix(".new")
    return "segment" if base.isdigit() else base.rsplit(".", 1)[-1]


Files = tuple[tuple[str, bytes | None], ...]
"""Path → content; None for a directory."""


@dataclass
class _Model:
    """What is surely on the disk, and what the kernel still holds back, in order."""

    content: dict[int, bytes] = field(default_factory=lambda: defaultdict(bytes))
    held_data: dict[int, list[Op]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, int | None] = field(default_factory=dict)
    held_names: list[Op] = field(default_factory=list)
    fat: str = ""
    """The directory on a stick: there a rename makes what was synced uncertain again."""

    def take(self, op: Op) -> None:
        if op.call == "rename" and self.fat and op.args[1].startswith(f"{self.fat}/"):
            whole = Op("append", op.inode, (self.content.pop(op.inode, b""),))
            self.held_data[op.inode].insert(0, whole)
        match op.call:
            case "append" | "pwrite" | "ftruncate":
                self.held_data[op.inode].append(op)
            case "sync":
                self.content[op.inode] = _applied(
                    self.content[op.inode], self.held_data.pop(op.inode, [])
                )
            case "lose":
                self.held_data.pop(op.inode, None)
            case "sync_names":
                mine = [held for held in self.held_names if _parent(held) == op.args[0]]
                self.held_names = [held for held in self.held_names if held not in mine]
                _rename(self.names, mine)
            case _:
                self.held_names.append(op)

    def cuts(self, chance: random.Random) -> Iterator[Files]:
        """What may be found after a power cut now."""
        for kept in _subsets(self.held_names, chance):
            names = dict(self.names)
            _rename(names, kept)
            inodes = [inode for inode in names.values() if inode is not None]
            longest = max((len(self.held_data[inode]) for inode in inodes), default=0)
            for keep in range(5 if longest else 1):
                content = {
                    inode: _applied(self.content[inode], _some(self.held_data[inode], keep, chance))
                    for inode in inodes
                }
                yield tuple(
                    sorted(
                        (name, None if inode is None else content[inode])
                        for name, inode in names.items()
                        if all(parent in names for parent in _parents(name))
                    )
                )


def _subsets(ops: list[Op], chance: random.Random) -> list[list[Op]]:
    """None, all, each one alone, each one missing, and one by lot."""
    found = [[], ops, [op for op in ops if chance.random() < 0.5]]
    if len(ops) <= 12:
        found += [[op] for op in ops]
        found += [[other for other in ops if other is not op] for op in ops]
    return found


def _some(ops: list[Op], keep: int, chance: random.Random) -> list[Op]:
    """None, all, all but the last, a torn last one, or some by lot."""
    match keep:
        case 0:
            return []
        case 1:
            return ops
        case 2:
            return ops[:-1]
        case 3 if ops and ops[-1].call == "append":
            (data,) = ops[-1].args
            return [*ops[:-1], Op("append", ops[-1].inode, (data[: len(data) // 2],))]
        case _:
            return [op for op in ops if chance.random() < 0.5]


def _applied(content: bytes, ops: list[Op]) -> bytes:
    data = bytearray(content)
    for op in ops:
        match op.call:
            case "append":
                data += op.args[0]
            case "pwrite":
                piece, offset = op.args
                data[len(data) :] = bytes(max(0, offset - len(data)))
                data[offset : offset + len(piece)] = piece
            case "ftruncate":
                data[op.args[0] :] = b""
    return bytes(data)


def _rename(names: dict[str, int | None], ops: list[Op]) -> None:
    for op in ops:
        match op.call:
            case "create":
                names[op.args[0]] = op.inode
            case "mkdir":
                names[op.args[0]] = None
            case "unlink":
                names.pop(op.args[0], None)
            case "rename":
                names.pop(op.args[0], None)
                names[op.args[1]] = op.inode
            case "move":
                old, new = op.args
                held = [name for name in names if name == old or name.startswith(f"{old}/")]
                names |= {new + name.removeprefix(old): names.pop(name) for name in held}


def _parent(op: Op) -> str:
    return str(Path(op.args[-1]).parent)


def _parents(name: str) -> list[str]:
    return [str(parent) for parent in Path(name).parents if str(parent) != "."]


def states(
    ops: list[Op], without: Collection[str] = (), seed: int = 1, fat: str = ""
) -> Iterator[tuple[int, Files]]:
    """(how many ops had happened, what a power cut may leave then), for every prefix.

    ``without`` names sites whose fsync is taken to do nothing; ``fat`` what is on a stick.
    """
    model = _Model(fat=fat)
    for count, op in enumerate(ops):
        if op.site not in without:
            model.take(op)
        for found in model.cuts(random.Random(seed * 100_003 + count)):
            yield count + 1, found


def lay(root: Path, found: Files) -> None:
    """Write a state to an empty directory."""
    for name, data in found:
        path = root / name
        if data is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.write_bytes(data)
