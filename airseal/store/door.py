"""The door: who tried to get in, and how long they have to wait before the next try.

Every try is on the disk *before* it is made, so killing the program saves nobody a try; it is
taken off again when it succeeds. Nobody is logged in then, so a try is encrypted to the
home's public key (age) and read at the next login, which puts it into the ledger.

The file protects its own past (the forward-secure log of Schneier and Kelsey): each try is
chained under a key that is then replaced by its own hash. The first of these keys comes from
the station key, so whoever removes or changes tries is found out at the next login, unless they
put back a whole older file; that is found by ``serial``, which the ledger remembers.
A missing or damaged file keeps everybody out for a while and is told at the next login.
"""

import hashlib
import hmac
import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyrage

from airseal.model.lockout import LONGEST_WAIT, LOST_WAIT, wait_after
from airseal.model.problem import Problem
from airseal.store import durable, framing
from airseal.store.cipher import DOOR, KEY_LENGTH, Keys
from airseal.store.instant import Instant
from airseal.store.keyslots import Keyslots

NAME = "door"
_STAGE = "door"
_MAX_FILE = 1 << 21
_MAX_UNREAD = 2000
"""So many unread tries close the door for everybody as long as it is ever closed."""

_MAX_NAME = 64
_CHECKSUM_LENGTH = 32

Now = Callable[[], Instant]


@dataclass(frozen=True, slots=True)
class Knock:
    """A try that did not succeed: who was said to be there, with what, and when (Unix time)."""

    id: str
    person: str
    means: str
    wall: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What the door tells the person it let in.

    ``before`` and ``serial`` are the file's serial numbers before and after; ``lost`` says that
    the record was missing, damaged or tampered with.
    """

    before: int
    serial: int
    lost: bool
    knocks: tuple[Knock, ...]


class _Knock(msgspec.Struct, frozen=True, array_like=True):
    name: bytes
    at: Instant
    sealed: bytes


class _Told(msgspec.Struct, frozen=True, array_like=True):
    person: str
    means: str


class _Count(msgspec.Struct, frozen=True, array_like=True):
    """How often somebody was refused in a row before this life of the file."""

    name: bytes
    refused: int
    last: Instant


class _Start(msgspec.Struct, frozen=True, array_like=True):
    """What one life of the file begins with; ``unread`` is not in the ledger yet."""

    serial: int
    counts: list[_Count]
    unread: list[_Knock]
    lost: Instant | None


class _Content(msgspec.Struct, frozen=True, array_like=True):
    start: _Start
    knocks: list[_Knock]
    key: bytes
    tag: bytes


class Door:
    """The door of one home. Only the holder of the home's lock may use it."""

    def __init__(self, home: Path, slots: Keyslots, now: Now) -> None:
        self._path = home / NAME
        self._slots = slots
        self._now = now

    def hang(self, keys: Keys) -> None:
        """The door of a new home; raises ``OSError``."""
        self._begin(_Start(1, [], [], None), keys)

    def knock(self, person: str, means: str) -> None:
        """Let ``person`` try once, now; the try is on the disk when this returns.

        Raises ``Problem("LOGIN_LOCKED", seconds=…)`` while they have to wait, ``DOOR_LOST``
        (``seconds``) when the file is missing or damaged, which starts a new one, and
        ``HOME_NEWER``, ``STORE_READ_FAILED``, ``STORE_WRITE_FAILED``.
        """
        now, name = self._now(), self._slots.name(person)
        content = self._load()
        if content is None:
            with durable.writing(_STAGE):
                self._begin(_Start(1, [], [], now), None)
            raise Problem("DOOR_LOST", seconds=int(LOST_WAIT.total_seconds()))
        left = _seconds_left(content, name, now)
        if left > 0:
            raise Problem("LOGIN_LOCKED", seconds=left)
        knock = _Knock(name, now, self._sealed(_Told(person[:_MAX_NAME], means)))
        key, tag = _chained(content.key, content.tag, knock)
        with durable.writing(_STAGE):
            self._save(_Content(content.start, [*content.knocks, knock], key, tag))

    def admit(self, person: str, keys: Keys) -> Visit:
        """``person`` is in: their last try was none, and they start from zero again.

        What others tried stays unread, and still makes them wait. Raises ``STORE_WRITE_FAILED``,
        ``STORE_READ_FAILED``.
        """
        content = self._load()
        if content is None:
            raise Problem("STORE_READ_FAILED", stage=_STAGE, reason="ENOENT")
        start, name = content.start, self._slots.name(person)
        lost = start.lost
        if lost is None and not _is_untouched(content, keys):
            lost = self._now()
        following = _Start(
            serial=start.serial + 1,
            counts=[each for each in _counts(content) if each.name != name],
            unread=[*start.unread, *content.knocks[:-1]],
            lost=lost,
        )
        with durable.writing(_STAGE):
            self._begin(following, keys)
        knocks = tuple(_read(knock, keys) for knock in following.unread)
        return Visit(start.serial, following.serial, lost is not None, knocks)

    def forget(self, keys: Keys) -> None:
        """What :meth:`admit` told is in the ledger; raises ``STORE_WRITE_FAILED``."""
        content = self._load()
        if content is not None and (content.start.unread or content.start.lost):
            with durable.writing(_STAGE):
                self._begin(_Start(content.start.serial, _counts(content), [], None), keys)

    def _sealed(self, told: _Told) -> bytes:
        try:
            recipient = pyrage.x25519.Recipient.from_str(self._slots.door)
        except pyrage.RecipientError:
            raise Problem("KEYSLOTS_DAMAGED") from None
        return bytes(pyrage.encrypt(msgspec.msgpack.encode(told), [recipient]))

    def _begin(self, start: _Start, keys: Keys | None) -> None:
        """Without ``keys`` nobody can vouch for the beginning, and :meth:`admit` will say so."""
        key = os.urandom(KEY_LENGTH) if keys is None else _first_keys(start, keys)[0]
        self._save(_Content(start, [], key, b""))

    def _load(self) -> _Content | None:
        """The file, or None when it is missing or damaged."""
        with durable.reading(_STAGE):
            try:
                data = durable.read_small(self._path, _MAX_FILE)
            except FileNotFoundError:
                return None
        body = framing.body(data, framing.DOOR)
        if body is None or _checksum(data[:-_CHECKSUM_LENGTH]) != data[-_CHECKSUM_LENGTH:]:
            return None
        try:
            return msgspec.msgpack.decode(body[:-_CHECKSUM_LENGTH], type=_Content)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None

    def _save(self, content: _Content) -> None:
        data = framing.header(framing.DOOR) + msgspec.msgpack.encode(content)
        durable.replace(self._path, data + _checksum(data))


def _counts(content: _Content) -> list[_Count]:
    """Everybody's refused logins in a row, those of this life of the file included."""
    refused = Counter({each.name: each.refused for each in content.start.counts})
    last = {each.name: each.last for each in content.start.counts}
    for knock in content.knocks:
        refused[knock.name] += 1
        last[knock.name] = knock.at
    return [_Count(name, number, last[name]) for name, number in refused.items()]


def _seconds_left(content: _Content, name: bytes, now: Instant) -> int:
    waits = [
        (wait_after(each.refused), each.last) for each in _counts(content) if each.name == name
    ]
    if content.start.lost is not None:
        waits.append((LOST_WAIT, content.start.lost))
    pending = [*content.start.unread, *content.knocks]
    if len(pending) >= _MAX_UNREAD:
        waits.append((LONGEST_WAIT, pending[-1].at))
    return max((int(wait.total_seconds()) - now.since(last) for wait, last in waits), default=0)


def _first_keys(start: _Start, keys: Keys) -> list[bytes]:
    """The first key of a life that begins with ``start``, by each station key, newest first."""
    return keys.tags("door", msgspec.msgpack.encode(start))


def _chained(key: bytes, tag: bytes, knock: _Knock) -> tuple[bytes, bytes]:
    """The key and tag after ``knock``; the key before cannot be found from them."""
    following = hmac.digest(key, tag + msgspec.msgpack.encode(knock), hashlib.sha256)
    return hashlib.sha256(b"airseal-door" + key).digest(), following


def _is_untouched(content: _Content, keys: Keys) -> bool:
    for key in _first_keys(content.start, keys):
        tag = b""
        for knock in content.knocks:
            key, tag = _chained(key, tag, knock)
        if hmac.compare_digest(key + tag, content.key + content.tag):
            return True
    return False


def _read(knock: _Knock, keys: Keys) -> Knock:
    """A try that nobody can read, because somebody else wrote it, is told as such."""
    told = _Told("", "unreadable")
    identities = [pyrage.x25519.Identity.from_str(k.reveal().decode()) for k in keys.ring(DOOR)]
    with suppress(pyrage.DecryptError, msgspec.MsgspecError, UnicodeDecodeError):
        told = msgspec.msgpack.decode(pyrage.decrypt(knock.sealed, identities), type=_Told)
    return Knock(
        hashlib.sha256(knock.sealed).hexdigest()[:32], told.person, told.means, knock.at.wall
    )


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
