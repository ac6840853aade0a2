"""The first page behind the login: what waits for this post, and how the station is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from textual.app import ComposeResult

from airseal.evidence.board import Tally
from airseal.model.ending import Ending, Ends
from airseal.model.rights import Right, may
from airseal.screens.alarms import AlarmsScreen, trouble_at
from airseal.screens.ending_words import KINDS, days_left, whose
from airseal.screens.home_state import (
    Kept,
    PluggedIn,
    StationState,
    look_at_kept,
    look_at_ports,
)
from airseal.screens.piles import Pile, piles
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.key_bar import KeyHint
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.widgets.state_line import StateLine
from airseal.station import Station
from airseal.text import Phrase, Shown, mark, phrase, when

_PARKED: Final = "parked"
_ALARMS: Final = "alarms"
_REFUSED: Final = "quarantine"
_REJUDGED: Final = "rejudged"
_SHOUTS: Final = {
    _ALARMS: mark("ALARMS: ledgers or the clock do not fit"),
    _REFUSED: mark("Refused files in quarantine"),
    _REJUDGED: mark("Verdicts that newer lists changed"),
}
_LETTERS: Final = {_ALARMS: "a", _REFUSED: "z", _REJUDGED: "v"}
_ENDINGS: Final = "endings"
_HEARD: Final = "heard"
_SHOUT: Final = 2
"""How many endings are named on this page; the rest is in their own list."""
_ROOMY: Final = 32
"""From so many lines on, everything about the station is said in sentences."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much lies in each pile, what ends soon, and since when nobody else was heard."""

    tallies: tuple[Tally, ...]
    parked: int
    alarms: int
    refused: int
    rejudged: int
    endings: tuple[Ends, ...]
    named: tuple[Fact, ...]
    heard: int
    quiet: str | None
    """The last import of the station that was not heard for longest."""
    kept: Kept


class HomeScreen(StationScreen[None]):
    """One key to each pile; below, how the station stands, in one line."""

    HEADING = mark("What waits for me")
    HELP = mark(
        "Each line is a pile; its key opens it, or choose with the arrow keys and press Enter."
        " Pressing are the cases whose term has ended or ends within three days; they stand first"
        " in their pile, then the oldest. Below stands how the station is: + is well, ! is not, and"
        " says why. What comes from other stations is as of the last import. s searches everything."
    )
    OFFERS = (
        "open",
        "pile",
        "parked",
        "alarms",
        "quarantine",
        "rejudged",
        "endings",
        "heard",
        "search",
        "import",
        "new",
        "audit",
        "delegations",
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
    HomeScreen StateLine { margin: 1 0 0 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._piles = piles(self.post)
        self._waiting: Waiting | None = None
        self._state = StationState()

    def body(self) -> ComposeResult:
        """The piles, then the state."""
        columns = [
            Column(phrase("Key"), 4),
            Column(phrase("Count"), 5),
            Column(phrase("Pressing"), 8),
            Column(phrase("Oldest"), 14),
            Column(phrase("Pile")),
        ]
        yield RecordList(columns, self._rows(), phrase("Nothing."), marking=False)
        yield StateLine(self._state.parts())
        yield FactTable(id="state")

    def why_not(self, action: str) -> Phrase | None:
        """Troubles can be seen only while there are any."""
        if action in _SHOUTS and action not in self._troubles:
            return phrase("There is nothing of that kind.")
        return None

    def key_hints(self) -> list[KeyHint]:
        """Without the keys of troubles that there are not."""
        away = set(_SHOUTS) - set(self._troubles)
        return [hint for hint in super().key_hints() if hint.action.name not in away]

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
        index = int(self.pressed_key or "1") - 1
        if index < len(self._piles):
            self._open(self._piles[index].name)

    def do_parked(self) -> None:
        """See what waits for papers of others."""
        self._open(_PARKED)

    def do_alarms(self) -> None:
        """Answer for alarms."""
        self._open(_ALARMS)

    def do_quarantine(self) -> None:
        """See the files that were refused."""
        self._open(_REFUSED)

    def do_rejudged(self) -> None:
        """See which verdicts newer lists changed."""
        self._open(_REJUDGED)

    def do_endings(self) -> None:
        """See what ends soon."""
        self._open(_ENDINGS)

    def do_heard(self) -> None:
        """See when other stations were heard last."""
        self._open(_HEARD)

    def do_search(self) -> None:
        """Search everything held here."""
        from airseal.screens.searching import SearchingScreen

        self.app.push_screen(SearchingScreen(self.session))

    def do_import(self) -> None:
        """See what is on the medium."""
        from airseal.screens.media import MediaScreen

        self.app.push_screen(MediaScreen(self.session))

    def do_new(self) -> None:
        """Make a request."""
        from airseal.screens.request import RequestScreen

        self.app.push_screen(RequestScreen(self.session))

    def do_delegations(self) -> None:
        """See who may approve in whose place."""
        from airseal.screens.delegations import DelegationsScreen

        self.app.push_screen(DelegationsScreen(self.session))

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
        from airseal.screens.endings import EndingsScreen
        from airseal.screens.heard import HeardScreen
        from airseal.screens.parked import ParkedScreen
        from airseal.screens.quarantine import QuarantineScreen
        from airseal.screens.rejudged import RejudgedScreen

        match key:
            case "parked":
                self.app.push_screen(ParkedScreen(self.session))
            case "alarms":
                self.app.push_screen(AlarmsScreen(self.session))
            case "quarantine":
                self.app.push_screen(QuarantineScreen(self.session))
            case "rejudged":
                self.app.push_screen(RejudgedScreen(self.session))
            case "endings":
                self.app.push_screen(EndingsScreen(self.session))
            case "heard":
                self.app.push_screen(HeardScreen(self.session))
            case _:
                pile = next(pile for pile in self._piles if pile.name == key)
                self.app.push_screen(CasesScreen(self.session, pile))

    def _show_counts(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._state = replace(self._state, kept=waiting.kept)
        self.query_one(RecordList).show(self._rows())
        self.update_keys()
        self._show_state()
        # The slower questions one by one: token host and jail may still be starting.
        medium = self.session.medium
        self.look(lambda station: look_at_ports(station, medium), self._show_plugged_in)

    def _show_plugged_in(self, plugged_in: PluggedIn) -> None:
        self._state = replace(self._state, plugged_in=plugged_in)
        self._show_state()
        self.look(lambda station: station.confined, self._show_confined)

    def _show_confined(self, confined: bool) -> None:
        self._state = replace(self._state, confined=confined)
        self._show_state()
        if may(self.post, Right.VERIFY) and may(self.post, Right.READ):
            self.look(lambda station: station.rejudging.is_due(), self._rejudge)

    def _rejudge(self, due: bool) -> None:
        """Judge what newer lists are about, a few cases at a time, behind whatever is done."""
        if due:
            self.look(lambda station: station.rejudging.step(), self._rejudged)

    def _rejudged(self, more: bool) -> None:
        self._rejudge(due=True) if more else self.do_refresh()

    def on_resize(self) -> None:
        """With room, all is said in sentences; the first size comes before there is a line."""
        if self.query(StateLine):
            self._show_state()

    def _show_state(self) -> None:
        self.query_one(StateLine).show(self._state.parts())
        named = self._waiting.named if self._waiting else ()
        roomy = self.size.height >= _ROOMY
        facts = [*named, *self._state.facts(all_of_them=roomy)]
        self.query_one("#state", FactTable).show(facts)

    @property
    def _troubles(self) -> dict[str, int]:
        """Alarms, refused files and changed verdicts, each only while there are any."""
        waiting = self._waiting
        if waiting is None:
            return {}
        counts = {
            _ALARMS: waiting.alarms,
            _REFUSED: waiting.refused,
            _REJUDGED: waiting.rejudged,
        }
        return {name: count for name, count in counts.items() if count}

    def _rows(self) -> Listed:
        waiting = self._waiting
        records = [
            _pile_record(number, pile, waiting.tallies[number - 1] if waiting else None)
            for number, pile in enumerate(self._piles, start=1)
        ]
        return Listed((*records, *self._letters(waiting)))

    def _letters(self, waiting: Waiting | None) -> list[Record]:
        """What is no pile of cases: what is parked, troubles, endings, and the other stations."""
        parked, soon, stations = "", "", ""
        last: Shown = ""
        if waiting is not None:
            parked, soon = str(waiting.parked), str(len(waiting.endings))
            stations = str(waiting.heard)
            last = when(waiting.quiet[:10]) if waiting.quiet else ""
        heard = phrase("Other stations, as of the last import")
        troubles = [
            Record(name, (_LETTERS[name], str(count), "!", "", Phrase(_SHOUTS[name])))
            for name, count in self._troubles.items()
        ]
        return [
            Record(_PARKED, ("p", parked, "", "", phrase("Statements that wait for others"))),
            *troubles,
            Record(_ENDINGS, ("x", soon, "", "", phrase("What ends soon"))),
            Record(_HEARD, ("t", stations, "", last, heard)),
        ]

    def _count(self, station: Station) -> Waiting:
        endings, heard = station.outlook.endings(), station.outlook.heard()
        now = station.now()
        # Terms are counted in the piles; what hangs on the person or the unit is named.
        first = [one for one in endings if one.what is not Ending.TERM][:_SHOUT]
        return Waiting(
            tallies=tuple(pile.tally(station) for pile in self._piles),
            parked=len(station.parked),
            alarms=trouble_at(station).count,
            refused=len(station.quarantine) if may(self.post, Right.IMPORT) else 0,
            rejudged=len(station.rejudging.unseen()) if may(self.post, Right.VERIFY) else 0,
            endings=endings,
            named=(*(_named(station, one, now.date()) for one in first), *_owed(station)),
            heard=len(heard),
            quiet=heard[0].at if heard else None,
            kept=look_at_kept(station),
        )


def _owed(station: Station) -> Iterator[Fact]:
    """What this person has still to sign (AC-14, SU-10) or to file (PE-02)."""
    if station.own.owes_responsibility:
        words = phrase("to be signed for your post and the rules: w, then r")
        yield Fact(phrase("Responsibility"), words, strong=True)
    if may(station.account.post, Right.FILE_STAFF):
        since = station.offices.unfiled_since()
        if since is not None:
            words = phrase("changed since {at}, to be filed", at=when(since.isoformat()))
            yield Fact(phrase("People"), words, strong=True)


def _pile_record(number: int, pile: Pile, tally: Tally | None) -> Record:
    if tally is None:
        return Record(pile.name, (str(number), "", "", "", pile.words))
    pressing = phrase("! {n}", n=tally.pressing) if tally.pressing else ""
    oldest = when(tally.oldest[:10]) if tally.oldest and pile.waits else ""
    return Record(pile.name, (str(number), str(tally.count), pressing, oldest, pile.words))


def _named(station: Station, one: Ends, today: date) -> Fact:
    """An end that must not be overlooked, by name (AC-06, LC-12)."""
    words = phrase("{whose}: {left}", whose=whose(station, one), left=days_left(one, today))
    return Fact(Phrase(KINDS[one.what]), words, strong=True)
