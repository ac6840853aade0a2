"""A duty in a child process, on its own copy of a station: to be killed, refused, looked at.

The child tells over a pipe what the store has said is saved (``Saved``); afterwards the home is
opened and compared with that. The token is real, but its library runs in the child itself:
starting a token host for each kill would cost more than all the rest.
"""

import json
import os
import shutil
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from demo_unit import DemoUnit
from forked import Child, fork
from store_disk import CHANGING

from airseal.evidence.described import describe
from airseal.evidence.records import project
from airseal.evidence.tombstones import carry_out
from airseal.keys.softtoken import module as softhsm
from airseal.keys.tokenhost import TokenHost
from airseal.keys.tokenserver import Server
from airseal.keys.tokenwire import Failed
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.ports import Clock
from airseal.station import Station
from airseal.store import Instant, Store, durable, instant

WRITERS = (
    "commit",
    "forget_knocks",
    "add_person",
    "remove_person",
    "set_clearance",
    "change_password",
    "add_token",
    "reset_password",
    "arrange_recovery",
    "rotate_keys",
)
"""What a store does durably: when one of these returns, its work was reported as saved."""


@dataclass(frozen=True)
class Workplace:
    """One station with the tokens and the stick beside it, all in one folder."""

    folder: Path
    unit: DemoUnit
    post: str

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    @property
    def person(self) -> str:
        return self.unit.person(self.post)["id"]

    @property
    def password(self) -> Secret:
        return Secret(self.unit.person(self.post)["password"])

    @property
    def pin(self) -> Secret:
        return Secret(self.unit.person(self.post)["pin"])

    def means(self, post: str) -> tuple[str, Secret]:
        """Somebody else of this station, and their password."""
        person = self.unit.person(post)
        return person["id"], Secret(person["password"])

    def waiting(self, index: int) -> Path:
        """The bundles on the stick: to decide, to seal, to check."""
        return self.stick / self.unit.waiting(index).name

    @property
    def letter(self) -> Path:
        return next(self.stick.glob("*.pdf"))

    @contextmanager
    def station(self, clock: Clock | None = None) -> Iterator[Station]:
        with Station.open(self.home, self.person, self.password, clock=clock) as station:
            yield station

    def copy(self, folder: Path) -> "Workplace":
        """The same, in a new folder."""
        shutil.copytree(self.folder, folder)
        _bind_tokens(self.folder / "tokens", folder / "tokens")
        return Workplace(folder, self.unit, self.post)


def workplace(unit: DemoUnit, post: str, folder: Path, others: Sequence[str] = ()) -> Workplace:
    """The station of ``post`` as the demonstration has it; tokens of ``others`` beside its own."""
    folder.mkdir()
    shutil.copytree(unit.home(post), folder / "home")
    shutil.copytree(unit.usb, folder / "stick")
    _plug_in(unit, {post, *others}, folder / "tokens")
    return Workplace(folder, unit, post)


def _plug_in(unit: DemoUnit, posts: set[str], folder: Path) -> None:
    """The tokens of these people only: the library reads every one that is there."""
    conf = Path(unit.told["SOFTHSM2_CONF"])
    (folder / "tokens").mkdir(parents=True)
    shutil.copy(conf, folder)
    _bind_tokens(conf.parent, folder)
    labels = [unit.person(post)["id"].encode() for post in posts]
    for token in (conf.parent / "tokens").iterdir():
        told = (token / "token.object").read_bytes()
        if any(label.ljust(32) in told for label in labels):
            shutil.copytree(token, folder / "tokens" / token.name)


def _bind_tokens(old: Path, new: Path) -> None:
    (conf,) = new.glob("*.conf")
    conf.write_text(conf.read_text().replace(str(old), str(new)))


@dataclass(frozen=True)
class Drive:
    """How one duty is driven: ``act`` at the station of ``post``.

    ``before`` is done once, to every copy's benefit. ``again`` are the codes with which a second
    ``act`` may be refused because the first is done. ``clock`` is the time the station sees.
    Without ``inside`` the act opens the home itself. ``makes`` names a home that is not there
    before; ``changes`` is the password the duty leaves; ``tokens``: whose, beside the own.
    """

    duty: str
    name: str
    post: str
    act: Callable[[Workplace, Station], object]
    before: Callable[[Workplace, Station], object] | None = None
    again: frozenset[str] = frozenset()
    clock: Clock | None = None
    inside: bool = True
    makes: str = ""
    changes: Secret | None = None
    tokens: Sequence[str] = ()

    @property
    def id(self) -> str:
        return f"{self.duty}-{self.name}"


@dataclass
class Saved:
    """What a child told before it ended."""

    begun: bool = False
    done: bool = False
    head: int = 0
    hash: str = ""
    generation: int = -1
    heads: list[int] = field(default_factory=list)
    blobs: list[str] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    calls: int = 0
    problem: dict[str, Any] | None = None
    crash: str = ""

    def hear(self, line: str) -> None:
        told = json.loads(line)
        self.blobs += told.pop("blobs", [])
        for name, value in told.items():
            setattr(self, name, value)
        if "head" in told:
            self.heads.append(self.head)


_SERVERS: dict[str, Server] = {}


def _answered(host: TokenHost, request: Any) -> Any:
    """What a token host says, its library loaded here; only in children that end by ``_exit``."""
    name = str(host._module or softhsm())
    reply = _SERVERS.setdefault(name, Server(name)).answer(request)
    if isinstance(reply, Failed):
        raise Problem(reply.code, **reply.params)
    return reply


class Steps:
    """Stands for ``os`` in the store: ``before`` hears of every call that changes the disk.

    What is written survives a kill without an fsync, so none waits for the disk.
    """

    def __init__(self, before: Callable[[str], object]) -> None:
        self._before = before

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in CHANGING:
            return real

        @wraps(real)
        def call(*arguments: Any, **named: Any) -> Any:
            self._before(name)
            return None if name == "fsync" else real(*arguments, **named)

        return call


def in_a_child(place: Workplace, work: Callable[[Callable[..., None]], None]) -> Child:
    """A child that does ``work(tell)`` with the tokens of ``place``."""

    def telling(pipe: int) -> None:
        def tell(**what: object) -> None:
            os.write(pipe, json.dumps(what).encode() + b"\n")

        try:
            (conf,) = (place.folder / "tokens").glob("*.conf")
            os.environ["SOFTHSM2_CONF"] = str(conf)
            setattr(TokenHost, "_call", _answered)  # noqa: B010 - the seam is private
            work(tell)
        except Problem as problem:
            tell(problem={"code": problem.code, **_plain(problem.params)})
        except BaseException:
            tell(crash=traceback.format_exc()[-3_000:])

    return fork(telling)


def _plain(params: Any) -> dict[str, str]:
    return {name: str(value) for name, value in params.items() if name != "code"}


def listen(
    child: Child, saved: Saved | None = None, until: Callable[[Saved], bool] = lambda _: False
) -> Saved:
    """What the child tells until it ends or that is enough, added to what was heard before."""
    saved, rest = saved or Saved(), b""
    while not (until(saved) and not rest) and (more := child.hear()):
        *lines, rest = (rest + more).split(b"\n")
        for line in lines:
            saved.hear(line.decode())
    return saved


def heard(child: Child) -> Saved:
    """Everything a child told, when it has ended."""
    saved = listen(child)
    child.status()
    assert saved.crash == "", saved.crash
    return saved


def tell_what_is_saved(tell: Callable[..., None]) -> None:
    """From now on every store of this process tells what it has reported as saved."""
    for name in WRITERS:
        setattr(Store, name, _telling(getattr(Store, name), tell))


def _telling(write: Callable[..., Any], tell: Callable[..., None]) -> Callable[..., Any]:
    @wraps(write)
    def told(store: Store, *arguments: Any, **named: Any) -> Any:
        value = write(store, *arguments, **named)
        blobs = arguments[1] if write.__name__ == "commit" and len(arguments) > 1 else ()
        tell(
            head=store.head.sequence,
            hash=store.head.hash.hex(),
            generation=store._parts.slots.generation,
            blobs=[one.digest for one in blobs],
        )
        return value

    return told


def drive(
    what: Drive, place: Workplace, tell: Callable[..., None], before: Callable[[str], object]
) -> None:
    """Do the duty; ``before`` hears of each changing call of it."""

    def act(station: Any) -> None:
        tell(begun=True)
        setattr(durable, "_os", Steps(before))  # noqa: B010 - the seam is private
        before("begin")
        what.act(place, station)
        setattr(durable, "_os", os)  # noqa: B010
        tell(done=True)

    tell_what_is_saved(tell)
    if not what.inside:
        act(None)
        return
    with place.station(what.clock) as station:
        act(station)


def prepare(what: Drive, unit: DemoUnit, folder: Path) -> Workplace:
    """The workplace as the duty finds it."""
    place = workplace(unit, what.post, folder, what.tokens)
    if what.before is not None:
        first = what.before

        def work(tell: Callable[..., None]) -> None:
            with place.station() as station:
                first(place, station)
            tell(done=True)

        saved = heard(in_a_child(place, work))
        assert saved.done, saved.problem
    return place


class Patience:
    """A clock whose person waits two hours before each try: nobody is locked out for the last."""

    def __init__(self) -> None:
        self._waited = 0

    def __call__(self) -> Instant:
        self._waited += 7_200
        at = instant.now()
        return Instant(at.wall + self._waited, at.boot, at.up + self._waited)


def look(
    what: Drive,
    place: Workplace,
    saved: Saved,
    whole: Sequence[int] | None = None,
    now: Callable[[], Instant] = instant.now,
) -> None:
    """The home opens and holds all that was saved, nothing half, and its desk is the fold.

    ``whole`` are the heads a commit ends with when nobody interrupts, if they are known. A home
    that the duty makes is there whole, or not at all.
    """
    try:
        store, password = _opened(what, place, now)
    except Problem as problem:
        assert what.makes and problem.code == "HOME_MISSING", (what.id, problem)
        assert not saved.done, (what.id, "the home that was made is missing")
        return
    with store:
        held = store.head.sequence
        assert held >= saved.head, (what.id, "a saved entry is missing", held, saved)
        if whole is not None:
            later = [head for head in whole if head >= saved.head]
            fitting = whole[-1:] if what.makes else later[:2]
            assert held in fitting, (what.id, "half of a commit", held, whole)
        if saved.head:
            assert store.entry(saved.head).hash.hex() == saved.hash
        assert store._parts.slots.generation >= saved.generation, what.id
        for digest in saved.blobs:
            store.blob(Digest(digest)).close()
        # What the next login does: a destroying that was interrupted is ended.
        carry_out(store, place.person, datetime.now(UTC))
    assert check(_home(what, place), place.person, password, now) == [], what.id


def _home(what: Drive, place: Workplace) -> Path:
    return place.folder / (what.makes or "home")


def _opened(what: Drive, place: Workplace, now: Callable[[], Instant]) -> tuple[Store, Secret]:
    """The home, and with which password it opens: that of before, or of after the duty."""
    password = place.password

    def opened() -> Store:
        return Store.open(
            _home(what, place), place.person, password, project=project, describe=describe, now=now
        )

    try:
        return opened(), password
    except Problem as problem:
        if what.changes is None or problem.code != "LOGIN_REFUSED":
            raise
    password = what.changes
    return opened(), password


def check(
    home: Path, person: str, password: Secret, now: Callable[[], Instant] = instant.now
) -> list[str]:
    report = Store.check(home, person, password, project=project, now=now)
    return [problem.code for problem in report.problems]


def again(what: Drive, place: Workplace) -> None:
    """Work goes on: the duty is done now, or is refused because it is done already."""

    def work(tell: Callable[..., None]) -> None:
        drive(what, place, tell, lambda _: None)

    saved = heard(in_a_child(place, work))
    problem = saved.problem
    assert saved.done or (problem and problem["code"] in what.again), (what.id, problem)


def first_heads(what: Drive, place: Workplace) -> tuple[int, ...]:
    """Where the ledger stands before the duty, for a home that is there already."""
    if what.makes:
        return ()
    with Store.open(place.home, place.person, place.password, project=project) as store:
        return (store.head.sequence,)
