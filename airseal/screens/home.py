"""The first page behind the login: what waits for this post, and how the station is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from textual.app import ComposeResult

from airseal.errors import Explained, explain
from airseal.keys.tokenhost import TokenStatus
from airseal.model.password import WARN_DAYS
from airseal.model.problem import Problem
from airseal.model.rights import Right, may
from airseal.screens.alarms import AlarmsScreen, trouble_at
from airseal.screens.backup_words import backup_fact
from airseal.screens.piles import piles
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.token_words import token_words
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, plural, when
from transfer.errors import TransferError

_PARKED: Final = "parked"
_ALARMS: Final = "alarms"
_REFUSED: Final = "quarantine"


_SHOUTS: Final = {
    _ALARMS: mark("ALARMS: ledgers or the clock do not fit"),
    _REFUSED: mark("Refused files in quarantine"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much lies in each pile, and how much waits for other papers."""

    counts: tuple[int, ...]
    parked: int
    alarms: int
    refused: int
    registry: Phrase
    ledger: Phrase
    days_left: int | None
    backup: Fact


@dataclass(frozen=True, slots=True)
class PluggedIn:
    """What is plugged in; a refusal tells why nothing can be said."""

    bundles: int | Explained
    token: TokenStatus | Explained


class HomeScreen(StationScreen[None]):
    """One key to each pile; below, the state of token, medium, registry and ledger."""

    HEADING = mark("What waits for me")
    HELP = mark(
        "Each line is a pile of cases; its number opens it, or choose with the arrow keys and"
        " press Enter. Below stands the state of the USBKey, the medium and the registry."
        " What comes from other stations is as of the last import."
    )
    OFFERS = (
        "open",
        "pile",
        "import",
        "new",
        "audit",
        "accounts",
        "backups",
        "use_rights",
        "roots",
        "registry",
        "refresh",
        "own",
    )

    DEFAULT_CSS = """
    HomeScreen RecordList { height: 1fr; min-height: 6; }
    HomeScreen FactTable { margin: 1 0 0 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._piles = piles(self.post)
        self._waiting: Waiting | None = None
        self._plugged_in: PluggedIn | None = None
        self._confined: bool | None = None

    def body(self) -> ComposeResult:
        """The piles, then the facts."""
        columns = [Column(phrase("Key"), 5), Column(phrase("Count"), 6), Column(phrase("Pile"))]
        yield RecordList(columns, self._rows(), phrase("Nothing."), marking=False)
        yield FactTable(id="state")

    def on_screen_resume(self) -> None:
        """Count again whenever the person comes back to this page."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Look again at everything that waits."""
        self.look(self._count, self._show_counts)

    def do_open(self) -> None:
        """Open the pile under the cursor."""
        key = self.query_one(RecordList).current
        if key is not None:
            self._open(key)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self._open(event.key)

    def do_pile(self) -> None:
        """Open the pile with the number that was pressed."""
        keys = [*(pile.name for pile in self._piles), _PARKED, *self._shouting()]
        index = int(self.pressed_key or "1") - 1
        if index < len(keys):
            self._open(keys[index])

    def do_import(self) -> None:
        """See what is on the medium."""
        from airseal.screens.media import MediaScreen

        self.app.push_screen(MediaScreen(self.session))

    def do_new(self) -> None:
        """Make a request."""
        from airseal.screens.request import RequestScreen

        self.app.push_screen(RequestScreen(self.session))

    def do_accounts(self) -> None:
        """See who has an account here."""
        from airseal.screens.accounts import AccountsScreen

        self.app.push_screen(AccountsScreen(self.session))

    def do_backups(self) -> None:
        """See the backups, make or test one."""
        from airseal.screens.backups import BackupsScreen

        self.app.push_screen(BackupsScreen(self.session))

    def do_audit(self) -> None:
        """See the ledger."""
        from airseal.screens.audit import AuditScreen

        self.app.push_screen(AuditScreen(self.session))

    def do_own(self) -> None:
        """See the own account and USBKey."""
        from airseal.screens.own import OwnScreen

        self.app.push_screen(OwnScreen(self.session))

    def do_use_rights(self) -> None:
        """See who may use which seals here."""
        from airseal.screens.use_rights import UseRightsScreen

        self.app.push_screen(UseRightsScreen(self.session))

    def do_roots(self) -> None:
        """See which units are trusted here."""
        from airseal.screens.roots import RootsScreen

        self.app.push_screen(RootsScreen(self.session))

    def do_registry(self) -> None:
        """See whom and what this unit has registered."""
        from airseal.screens.authority import AuthorityScreen

        self.app.push_screen(AuthorityScreen(self.session))

    def _open(self, key: str) -> None:
        from airseal.screens.cases import CasesScreen
        from airseal.screens.parked import ParkedScreen

        if key == _PARKED:
            self.app.push_screen(ParkedScreen(self.session))
            return
        if key == _ALARMS:
            self.app.push_screen(AlarmsScreen(self.session))
            return
        if key == _REFUSED:
            from airseal.screens.quarantine import QuarantineScreen

            self.app.push_screen(QuarantineScreen(self.session))
            return
        pile = next(pile for pile in self._piles if pile.name == key)
        self.app.push_screen(CasesScreen(self.session, pile))

    def _count(self, station: Station) -> Waiting:
        counts = station.case_counts()
        return Waiting(
            counts=tuple(pile.count(counts) for pile in self._piles),
            parked=len(station.parked),
            alarms=trouble_at(station).count,
            refused=len(station.quarantine) if may(self.post, Right.IMPORT) else 0,
            registry=_registry_words(station),
            ledger=_ledger_words(station),
            days_left=station.own.days_left,
            backup=backup_fact(station),
        )

    def _show_counts(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self.query_one(RecordList).show(self._rows())
        self._show_facts()
        # The slower questions one by one: token host and jail may still be starting.
        self.look(self._look_at_ports, self._show_plugged_in)

    def _look_at_ports(self, station: Station) -> PluggedIn:
        return PluggedIn(_bundles(station, self.session.medium), _token(station))

    def _show_plugged_in(self, plugged_in: PluggedIn) -> None:
        self._plugged_in = plugged_in
        self._show_facts()
        self.look(lambda station: station.confined, self._show_confined)

    def _show_confined(self, confined: bool) -> None:
        self._confined = confined
        self._show_facts()

    def _show_facts(self) -> None:
        self.query_one("#state", FactTable).show(self._facts())

    def _shouting(self) -> list[str]:
        """The piles of alarms and of refused files are there only while there are any."""
        waiting = self._waiting
        counts = {_ALARMS: waiting.alarms, _REFUSED: waiting.refused} if waiting else {}
        return [name for name, count in counts.items() if count]

    def _rows(self) -> Listed:
        shouting = self._shouting()
        labels = [(pile.name, pile.words) for pile in self._piles]
        labels.append((_PARKED, phrase("Statements that wait for others")))
        labels += [(name, Phrase(_SHOUTS[name])) for name in shouting]
        counts: Sequence[int | None] = [None] * len(labels)
        if (waiting := self._waiting) is not None:
            loud = {_ALARMS: waiting.alarms, _REFUSED: waiting.refused}
            counts = [*waiting.counts, waiting.parked, *(loud[name] for name in shouting)]
        return Listed(
            tuple(
                Record(name, (str(row + 1), "" if count is None else str(count), words))
                for row, ((name, words), count) in enumerate(zip(labels, counts, strict=True))
            )
        )

    def _facts(self) -> list[Fact]:
        looking = phrase("looking ...")
        plugged_in = self._plugged_in
        token = token_words(plugged_in.token) if plugged_in else looking
        bundles = _medium_words(self.session.medium, plugged_in.bundles) if plugged_in else looking
        jail = looking if self._confined is None else _jail_words(self._confined)
        return [
            Fact(phrase("USBKey"), token),
            Fact(phrase("Medium"), bundles),
            Fact(phrase("Registry"), self._waiting.registry if self._waiting else looking),
            Fact(phrase("Ledger"), self._waiting.ledger if self._waiting else looking),
            Fact(phrase("Documents"), jail),
            *([self._waiting.backup] if self._waiting else []),
            *self._password_facts(),
        ]

    def _password_facts(self) -> list[Fact]:
        """An ageing password is announced a week before its end (AC-06)."""
        days = self._waiting.days_left if self._waiting else None
        if days is None or days > WARN_DAYS:
            return []
        return [
            Fact(phrase("Password"), plural("{n} day left", "{n} days left", days), strong=True)
        ]


def _bundles(station: Station, medium: Path) -> int | Explained:
    try:
        return len(station.bundles_on(medium))
    except TransferError as error:
        return explain(error)


def _token(station: Station) -> TokenStatus | Explained:
    try:
        return station.token()
    except Problem as problem:
        return explain(problem)


def _medium_words(medium: Path, bundles: int | Explained) -> Phrase:
    if isinstance(bundles, Explained):
        return bundles.sentence
    count = plural("{n} bundle", "{n} bundles", bundles)
    return phrase("{path}: {count}", path=str(medium), count=count)


def _registry_words(station: Station) -> Phrase:
    registry = station.registry
    if registry is None or registry.snapshot is None:
        return phrase("not imported yet: import the registry bundle of the seal department")
    until = when(registry.snapshot.next_update)
    if registry.expired(station.now()):
        return phrase(
            "No. {number}, EXPIRED since {until}: import a newer one",
            number=registry.snapshot.number,
            until=until,
        )
    return phrase(
        "No. {number}, next one due by {until}", number=registry.snapshot.number, until=until
    )


def _ledger_words(station: Station) -> Phrase:
    sound = station.soundness
    if sound.problem is not None:
        return explain(sound.problem).sentence
    if not sound.complete:
        percent = 100 * sound.verified // sound.entries
        return phrase("being verified: {percent} %; work may go on", percent=percent)
    return plural("whole, {n} entry", "whole, {n} entries", station.entries)


def _jail_words(confined: bool) -> Phrase:
    if confined:
        return phrase("opened in isolation (no network, no files)")
    return phrase(
        "NOT isolated: bubblewrap is missing or may not run here, allowed in a demonstration only"
    )
