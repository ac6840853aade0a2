"""Every screen of the program: how a person gets there, on a day that never changes.

The demonstration is built at one fixed moment and looked at from there, under a relative
path, so that what a screen shows is the same each time but for digests and serial numbers,
which :func:`masked` writes as dots.
"""

import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from demo_pilot import Person, at_demo
from demo_unit import DemoUnit, copied
from screens_kit import SMALL
from station_kit import station_of
from test_audit import of_officer

from airseal import screens
from airseal.duties.auditing import Comparison
from airseal.errors import explain
from airseal.evidence.partners import Alarm
from airseal.evidence.rejudging import Change
from airseal.evidence.summaries import Made as MadeTable
from airseal.evidence.summaries import Standing
from airseal.founding import demo
from airseal.model.digest import sha256
from airseal.model.periods import period_of
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.model.verdict import Overall
from airseal.model.waiting import Lack, LackKind, Waiting
from airseal.screens.account_forms import OnceScreen
from airseal.screens.alarms import AlarmsScreen, Trouble
from airseal.screens.audit_pages import ComparedScreen
from airseal.screens.base import AirsealScreen
from airseal.screens.delegations import DelegationScreen
from airseal.screens.home import HomeScreen
from airseal.screens.migrating import MigrateScreen
from airseal.screens.parked import AskingScreen, _Row
from airseal.screens.printers import PrinterScreen
from airseal.screens.problem import ProblemScreen
from airseal.screens.reason import ReasonScreen
from airseal.screens.receipts import ReceiptsScreen
from airseal.screens.rejudged import RejudgedScreen
from airseal.screens.responsibility import ResponsibilityScreen
from airseal.screens.results import ResultsScreen, told
from airseal.screens.seal_batch import BatchSealScreen
from airseal.screens.seal_copies import TakeCopyOutScreen
from airseal.screens.session import Session
from airseal.screens.staff import FiledScreen
from airseal.screens.summaries import SummariesScreen
from airseal.screens.summary_forms import SummaryReceiptScreen, SummaryScreen
from airseal.screens.templates import TemplateNameScreen, TemplatesScreen
from airseal.screens.widgets.fact_table import Fact
from airseal.station import Result
from airseal.text import phrase
from transfer.errors import TransferError

THEN = datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
"""When the demonstration is looked at; it was built in the half hour before."""


@dataclass(frozen=True)
class Way:
    """The keys from the first page of ``post`` to ``screen``; ``'abc`` types ``abc``."""

    post: str
    keys: str
    screen: str

    def __str__(self) -> str:
        return f"{self.screen} ({self.post}: {self.keys or 'first page'})"


@dataclass(frozen=True)
class Made:
    """A screen that only trouble or a signature leads to, made as its caller makes it."""

    post: str
    screen: str
    make: Callable[[Session], AirsealScreen[Any]]

    def __str__(self) -> str:
        return f"{self.screen} ({self.post}: made)"


def _alarms(session: Session) -> AirsealScreen[Any]:
    screen = AlarmsScreen(session)
    problem = Problem("CHECKPOINT_FORKED", unit="bureau", station="drafter", size=31)
    alarm = Alarm("bureau", "drafter", problem, "drafter-1.airseal", THEN.isoformat())
    screen.do_refresh = lambda: screen._show(Trouble(None, (alarm,)))  # type: ignore[method-assign]
    return screen


def _rejudged(session: Session) -> AirsealScreen[Any]:
    (case, *_) = session.station.cases()
    why = Problem("SIGNER_REVOKED", person="zhang")
    change = Change(case.id, Overall.VALID, Overall.INVALID, why, THEN.isoformat())
    screen = RejudgedScreen(session)
    screen.do_refresh = lambda: screen._show([(change, case.title)])  # type: ignore[method-assign]
    return screen


def _asking(session: Session) -> AirsealScreen[Any]:
    statement: Any = SimpleNamespace(
        kind="decision", at=THEN.isoformat(), id=sha256(b"a decision"), case=None, by="wang"
    )
    lack = Lack(sha256(b"a case"), LackKind.REQUEST, "bureau", "officer", "wang")
    has = phrase("{unit} ({station})", unit="示范市数据局", station="officer")
    return AskingScreen(session, _Row(Waiting(statement, (lack,)), "王审批", "", (has,)))


def _results(session: Session) -> AirsealScreen[Any]:
    (case, *_) = session.station.cases()
    results = [Result(case.id, None, problem) for problem in (None, Problem("PIN_WRONG"))]
    (stopped,) = told(session.station, [case.id], [])
    return ResultsScreen(
        session, [*(told(session.station, [case.id], [one])[0] for one in results), stopped]
    )


def _compared(session: Session) -> AirsealScreen[Any]:
    del session
    at = THEN.isoformat()
    return ComparedScreen("a.airseal-log", Comparison(at, 40, (17,), (18,), (), 2, 3, "zheng"))


def _delegation(session: Session) -> AirsealScreen[Any]:
    del session
    return DelegationScreen([Fact(phrase("Grantor"), "王审批")])


def _take_copy_out(session: Session) -> AirsealScreen[Any]:
    del session
    return TakeCopyOutScreen("示范市数据局公章", lambda *_: None)


def _standing(number: int) -> Standing:
    """Of three months the one ``number`` before the last: missing, made, handed over."""
    month = period_of(THEN.date(), 1)
    period = replace(month, start=month.start - 1 - number)
    if number == 0:
        return Standing(period, None, missing=True)
    digest, at = sha256(b"a table"), "2026-11-03T10:15:00+08:00"
    taken = ("", "", "办公室 李")[number], ("", "", "2026-11-04")[number]
    numbered = f"custodian-{period.name}"
    made = MadeTable(period, numbered, 1, 7, digest, digest, at, "zhang", *taken)
    return Standing(period, made, missing=False)


def _receipt_of_summary(session: Session) -> AirsealScreen[Any]:
    made = _standing(1).made
    assert made is not None
    return SummaryReceiptScreen(session, made)


def _summaries(session: Session) -> AirsealScreen[Any]:
    screen = SummariesScreen(session)
    rows = [_standing(number) for number in range(3)]
    screen.do_refresh = lambda: screen._show(rows)  # type: ignore[method-assign]
    return screen


def _batch(session: Session) -> AirsealScreen[Any]:
    return BatchSealScreen(session, [case.id for case in session.station.cases()])


WAYS: tuple[Way | Made, ...] = (
    Way("drafter", "", "HomeScreen"),
    Way("drafter", "n", "FilesScreen"),
    Way("drafter", "n down enter", "RequestScreen"),
    Way("drafter", "n down enter enter '印发执行 enter enter enter", "PlaceScreen"),
    Way(
        "drafter",
        "n down enter enter '印发执行 enter enter enter f9 '3 enter enter",
        "RecipientsScreen",
    ),
    Way("drafter", "7", "CasesScreen"),
    Way("drafter", "7 enter", "CaseScreen"),
    Way("drafter", "7 e", "ExportScreen"),
    Way("drafter", "7 e enter", "PinScreen"),
    Way("drafter", "i q", "LightSendScreen"),
    Way("drafter", "7 enter w", "FlowScreen"),
    Way("drafter", "w", "OwnScreen"),
    Way("drafter", "w w", "PasswordScreen"),
    Way("drafter", "w c", "PinChangeScreen"),
    Way("drafter", "w e", "EnrolScreen"),
    Way("drafter", "w l", "LeakScreen"),
    Way("drafter", "w l enter ctrl+u '00:00 enter", "ActsScreen"),
    Made("drafter", "TemplatesScreen", TemplatesScreen),
    Made("drafter", "TemplateNameScreen", lambda _: TemplateNameScreen()),
    Made("drafter", "ResponsibilityScreen", ResponsibilityScreen),
    Made("drafter", "ReceiptsScreen", ReceiptsScreen),
    Way("officer", "", "HomeScreen"),
    Way("officer", "f1", "HelpScreen"),
    Way("officer", "i", "MediaScreen"),
    Way("officer", "i m", "MediumScreen"),
    Way("officer", "i c", "LightReceiveScreen"),
    Way("officer", "i c f4", "PathScreen"),
    Way("officer", "1", "CasesScreen"),
    Way("officer", "1 enter", "CaseScreen"),
    Way("officer", "1 a", "DecideScreen"),
    Way("officer", "1 d", "DecideScreen"),
    Way("officer", "1 a f7", "LessScreen"),
    Way("officer", "1 a enter", "PinScreen"),
    Way("officer", "d", "DelegationsScreen"),
    Way("officer", "d n", "DelegationFormScreen"),
    Made("officer", "DelegationScreen", _delegation),
    Way("officer", "p", "ParkedScreen"),
    Way("officer", "s", "SearchingScreen"),
    Way("officer", "s '示范市财 enter enter", "FoundScreen"),
    Way("officer", "x", "EndingsScreen"),
    Way("officer", "t", "HeardScreen"),
    Made("officer", "AskingScreen", _asking),
    Way("officer", "g l", "LoansScreen"),
    Way("officer", "g r", "PolicyScreen"),
    Way("officer", "g r y", "DryRunScreen"),
    Made("officer", "ResultsScreen", _results),
    Made(
        "officer",
        "ProblemScreen",
        lambda _: ProblemScreen(explain(Problem("INTERNAL_ERROR", reference="A1B2C3"))),
    ),
    Made("officer", "ReasonScreen", lambda _: ReasonScreen(phrase("Reason"))),
    Way("custodian", "", "HomeScreen"),
    Way("custodian", "1", "CasesScreen"),
    Way("custodian", "1 enter", "CaseScreen"),
    Way("custodian", "1 s", "SealScreen"),
    Way("custodian", "1 s 1 2 3 t t", "SealScreen"),
    Made("custodian", "BatchSealScreen", _batch),
    Way("custodian", "1 enter b", "FlowScreen"),
    Way("custodian", "3 v", "VerdictScreen"),
    Way("custodian", "3 enter", "CaseScreen"),
    Way("custodian", "3 enter q", "LightCaseScreen"),
    Way("custodian", "3 enter f8", "StampsScreen"),
    Way("custodian", "3 enter f8 q", "StampCodeScreen"),
    Way("custodian", "g k", "SealChecksScreen"),
    Way("custodian", "g k enter", "SealCheckScreen"),
    Made("custodian", "SummariesScreen", _summaries),
    Made("custodian", "SummaryScreen", lambda session: SummaryScreen(session, _standing(1))),
    Made("custodian", "SummaryReceiptScreen", _receipt_of_summary),
    Made("custodian", "AlarmsScreen", _alarms),
    Made("custodian", "RejudgedScreen", _rejudged),
    Made("custodian", "PrinterScreen", PrinterScreen),
    Way("clerk", "", "HomeScreen"),
    Way("clerk", "1 enter", "CaseScreen"),
    Way("checker", "", "HomeScreen"),
    Way("checker", "z", "QuarantineScreen"),
    Way("checker", "h", "RootsScreen"),
    Way("checker", "i y", "VerdictsScreen"),
    Way("checker", "i y enter", "VerdictScreen"),
    Way("authority", "", "HomeScreen"),
    Way("authority", "g", "AuthorityScreen"),
    Way("authority", "g slash '公章 enter enter", "SealEntryScreen"),
    Way("authority", "g t", "TrainingsScreen"),
    Way("authority", "g t n", "TrainingFormScreen"),
    Way("authority", "g t enter", "TrainedScreen"),
    Way("authority", "g c", "SealCopiesScreen"),
    Made("authority", "TakeCopyOutScreen", _take_copy_out),
    Way("authority", "g r", "PolicyScreen"),
    Way("authority", "g r enter", "PackScreen"),
    Way("authority", "g r down enter", "SettingScreen"),
    Way("authority", "g r n", "RowScreen"),
    Way("authority", "g r k", "KindScreen"),
    Way("authority", "g r t", "SealTypeScreen"),
    Way("authority", "g r down enter right f9 d", "ChangesScreen"),
    Made("authority", "FiledScreen", FiledScreen),
    Way("system-admin", "", "HomeScreen"),
    Way("system-admin", "b", "BackupsScreen"),
    Way("system-admin", "u", "AccountsScreen"),
    Way("system-admin", "u s", "StaffScreen"),
    Way("system-admin", "u n", "NewcomerScreen"),
    Way("system-admin", "u k", "UnlockScreen"),
    Way("system-admin", "u r", "RegistrationScreen"),
    Made("system-admin", "MigrateScreen", lambda _: MigrateScreen(lambda *_: 1, "chen")),
    Made("system-admin", "OnceScreen", lambda _: OnceScreen("sun", Secret("7KQM-2HXD-9WPL-4TRB"))),
    Way("security-admin", "", "HomeScreen"),
    Way("security-admin", "u a", "AppointScreen"),
    Way("security-admin", "h", "RootsScreen"),
    Way("security-admin", "h n", "EnrolRootScreen"),
    Way("security-admin", "h m", "EnrolStamperScreen"),
    Way("auditor", "", "HomeScreen"),
    Way("auditor", "l", "AuditScreen"),
    Way("auditor", "l enter", "EntryScreen"),
    Way("auditor", "l s", "SearchScreen"),
    Way("auditor", "l y", "LogsScreen"),
    Way("auditor", "l o i home enter", "ForeignScreen"),
    Way("auditor", "l o enter", "ForeignLedgerScreen"),
    Made("auditor", "ComparedScreen", _compared),
    Way("seal-office", "", "HomeScreen"),
    Way("seal-office", "r", "UseRightsScreen"),
    Way("seal-office", "r n", "GrantScreen"),
    Way("seal-office", "r h", "StuckScreen"),
)
"""Behind the login; ``seal-office`` is the seal department at the custodian's station."""

POSTS = tuple(dict.fromkeys(way.post for way in WAYS))

BEFORE_LOGIN = (
    Way("officer", "", "StartScreen"),
    Way("officer", "enter", "LoginScreen"),
    Way("officer", "enter f6", "RecoverScreen"),
)

_READINGS = 40

_GUESTS = {"seal-office": ("custodian", "authority")}
"""Who works at the station of another post: where, and as whom."""


@contextmanager
def then(at: datetime = THEN) -> Iterator[time_machine.Traveller]:
    """Stand at ``at``; the clock does not go."""
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller


def build_then(directory: Path) -> DemoUnit:
    """The demonstration with everything imported, each step a minute after the other."""
    with then(THEN - timedelta(minutes=30)) as clock, pytest.MonkeyPatch.context() as patch:
        request = demo._request

        def a_minute_later(*args: Any) -> Any:
            clock.shift(timedelta(minutes=1))
            return request(*args)

        patch.setattr(demo, "_request", a_minute_later)
        unit = DemoUnit(directory, demo.build(directory))
        clock.shift(timedelta(minutes=10))
        for post in ("officer", "custodian", "checker", "authority"):
            with station_of(unit, post) as station:
                for found in station.bundles_on(unit.usb):
                    station.import_file(unit.usb / found.name)
                # One import files its statements by their digests; the page of the ledger
                # that is looked at holds what comes after.
                for _ in range(_READINGS if post == "custodian" else 0):
                    station.read(station.cases()[0].id)
        broken = directory / "broken.airseal"
        broken.write_bytes(b"PK no bundle")
        with station_of(unit, "checker") as station, suppress(Problem, TransferError):
            station.import_file(broken)
        of_officer(unit.usb / "officer.airseal-log", "2026-11-20T09:00:00+08:00")
    return unit


@contextmanager
def copy_then(built: DemoUnit, directory: Path) -> Iterator[DemoUnit]:
    """A copy, seen at :data:`THEN` from inside its directory."""
    with copied(built, directory / "unit") as unit, then(), pytest.MonkeyPatch.context() as patch:
        patch.chdir(unit.directory)
        for path in unit.usb.iterdir():
            os.utime(path, (THEN.timestamp(), THEN.timestamp()))
        yield unit


@asynccontextmanager
async def first_page(unit: DemoUnit, post: str) -> AsyncIterator[Person]:
    """The first page of ``post``, whose medium is called ``usb``."""
    station_post, person_post = _GUESTS.get(post, (post, post))
    who = unit.person(person_post)
    async with at_demo(unit, station_post, SMALL) as person:
        from airseal.station import Station

        station = Station.open(unit.home(station_post), who["id"], Secret(who["password"]))
        session = Session(station, Path("usb"))
        person.app.let_in(session.situation, HomeScreen(session), session.close)
        await person.wait()
        yield person


async def walk(person: Person, way: Way | Made, before: Way | Made | None = None) -> None:
    """Go there, on from ``before`` if that lies on the way; ends at the screen it names."""
    keys = [] if isinstance(way, Made) else way.keys.split()
    start = before.keys.split() if isinstance(before, Way) else []
    if start and keys[: len(start)] == start:
        keys = keys[len(start) :]
    elif before is not None:
        await walk_back(person)
    if isinstance(way, Made):
        person.app.push_screen(way.make(person.app.screen.session))
        await person.wait()
    else:
        for key in keys:
            await (person.type(key[1:]) if key.startswith("'") else person.press(key))
    assert person.name == way.screen, f"{way} led to {person.name}:\n{person.screen}"


async def walk_back(person: Person) -> None:
    """To the screen that was there before the walk: the first page, or the start."""
    for _ in range(20):
        if len(person.app.screen_stack) <= 2:
            return
        before = len(person.app.screen_stack)
        await person.press("escape")
        if len(person.app.screen_stack) == before:
            person.app.pop_screen()
            await person.wait()
    raise AssertionError(f"no way back from {person.name}")


_HEX = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9a-f]*[0-9]|[0-9a-f]{4}\b)[0-9a-f]{4,}"
    r"(?![0-9A-Za-z\u5e74]|-\d\d-\d\d)"
)
_HALVES = re.compile("\u2584[\u2584 ]*")
_VARYING = re.compile(
    r"(?<=\d\.)\d(?= KB)|[\u2581-\u2588]+$|(?<=\.-)[0-9a-f]{1,3}(?=\.\.)"
    r"|(?<=\u4e8c\u7ef4\u7801\uff08\u7248\u672c )\d+|(?<=code of version )\d+"
)
"""The last digit of a size, how far a scroll bar's end fills its cell, what is left of a digest in
a name cut short, and the version of a code, which grows with the digits of a serial number."""

MOVING = {"LightSendScreen", "StampCodeScreen", "ActsScreen"}
"""What moves, or stands in the order of digests: only the lines around it are compared."""


def standing(screen: str, text: list[str]) -> list[str]:
    """The lines of ``text`` that are the same each time, masked."""
    if screen in MOVING:
        text = [*text[:2], *text[-2:]]
    return [masked(line) for line in text]


def masked(line: str) -> str:
    """``line`` with digests, serial numbers and pictures written as dots."""
    line = _HEX.sub(lambda found: "." * len(found[0]), line)
    line = _VARYING.sub(lambda found: "." * len(found[0]), line.rstrip())
    return _HALVES.sub(lambda found: "\u2584" + "." * (len(found[0]) - 1), line).rstrip(" .")


def screens_of_the_program() -> set[str]:
    """The name of every screen class in airseal/screens that can be shown."""
    classes = re.compile(r"^class ([A-Z]\w*)\(.*(?:Screen|_OnceIssued)\b.*\)?:", re.M)
    root = Path(screens.__file__).parent
    found = {name for path in root.rglob("*.py") for name in classes.findall(path.read_text())}
    return {name for name in found if name.endswith("Screen")} - BASES - ELSEWHERE


ELSEWHERE = {"CompareScreen"}
"""Only a paper that was added to after sealing leads there: see tests/test_screens_verdicts.py."""

BASES = {
    "AirsealScreen",
    "StationScreen",
    "SigningScreen",
    "ReadingScreen",
    "PlacingScreen",
    "SecretsScreen",
    "ReportingScreen",
    "PackFormScreen",
}
"""What screens are made from; never shown themselves."""
