"""Sealing many cases with one PIN: each keeps its own three checks and its own refusal (C-29)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from textual.app import ComposeResult

from airseal.duties.sealing import CHECKS
from airseal.errors import Explained, explain
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.screens.listing import SORTING, Listing
from airseal.screens.results import ResultsScreen, Told, told
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen, named
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, plural

_TICKED: Final = "[x]"
_OPEN: Final = "[ ]"
_AWAY: Final = "-"


@dataclass(slots=True)
class Item:
    """One case on the table: ready to be sealed with these ticks, or why it is not."""

    case: Digest
    title: str
    copies: int
    refused: Explained | None
    read: bool = False
    ticks: set[int] = field(default_factory=set)

    @property
    def checked(self) -> bool:
        """Whether it will be sealed."""
        return self.refused is None and len(self.ticks) == len(CHECKS)


class BatchSealScreen(Listing, SigningScreen[None]):
    """Ticks line by line; what is not ticked, or not ready, is left as it is (SE-01, SE-13)."""

    HEADING = mark("Seal a batch")
    HELP = mark(
        "Every line is one case. Enter opens it with its document: read it, then tick with 1 that"
        " the content is what was approved, with 2 that the number of copies is right, with 3 that"
        " the approvals are complete. F9 seals the lines with all three ticks, each at its approved"
        " place, with one PIN. A line that fails keeps none of the others back."
    )
    OFFERS = ("open", "tick", "confirm", *SORTING)

    def __init__(self, session: Session, cases: Sequence[Digest]) -> None:
        super().__init__(session)
        self._cases = tuple(cases)
        self._items: dict[str, Item] = {}

    def body(self) -> ComposeResult:
        """The list, empty until every case was looked at."""
        columns = [
            *(Column(Phrase(str(number)), 3) for number in range(1, len(CHECKS) + 1)),
            Column(phrase("Title")),
            Column(phrase("Copies"), 6),
            Column(phrase("State"), 20),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing."), marking=False)

    def on_mount(self) -> None:
        """Put the cases on the table."""
        self.at_station(self._read, self._show, busy=phrase("Opening the cases"))

    def why_not(self, action: str) -> Phrase | None:
        """Nothing is ticked unread, nothing sealed that is not ticked."""
        item = self._current
        match action:
            case "tick" if item is not None and item.refused is not None:
                return item.refused.sentence
            case "tick" if item is not None and not item.read:
                return phrase("Open and read the document first: Enter.")
            case "tick" | "open" if item is None:
                return phrase("The cases are not open yet.")
            case "confirm" if not self._checked:
                return phrase("No line has all three ticks.")
            case _:
                return None

    def on_record_list_changed(self) -> None:
        """Another line, other keys."""
        self.update_keys()

    def do_open(self) -> None:
        """Read the case under the cursor."""
        from airseal.screens.case import CaseScreen

        if (item := self._current) is not None:
            item.read = True
            self.app.push_screen(CaseScreen(self.session, item.case))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_tick(self) -> None:
        """Tick, or take the tick away; with the third, go on to the next line."""
        item = self._current
        assert item is not None
        item.ticks ^= {int(self.pressed_key)}
        self.hush()
        self._list()
        if item.checked:
            self.query_one(RecordList).rows.action_move(1)

    def do_confirm(self) -> None:
        """Ask whether one PIN may seal these, then for the PIN."""
        chosen = self._checked
        cases = [item.case for item in chosen]

        def seal(station: Station, signer: Signer) -> list[Told]:
            return told(station, cases, station.seal_all(cases, signer, CHECKS))

        self.at_station(
            lambda station, _: station.may_seal_all(cases),
            lambda _: self.sign(
                plural("Seal {n} case", "Seal {n} cases", len(cases)),
                seal,
                self._done,
                busy=phrase("Sealing, and verifying what was sealed"),
                facts=named([item.title for item in chosen]),
            ),
            busy=phrase("Checking before the PIN is asked"),
        )

    def _done(self, items: list[Told]) -> None:
        self.app.switch_screen(ResultsScreen(self.session, items))

    @property
    def _current(self) -> Item | None:
        return self._items.get(self.query_one(RecordList).current or "")

    @property
    def _checked(self) -> list[Item]:
        return [item for item in self._items.values() if item.checked]

    def _read(self, station: Station, work: Work) -> list[Item]:
        items = []
        for done, case in enumerate(self._cases):
            work(done, len(self._cases), "batch")
            view, refused = station.case(case), None
            try:
                station.ready_to_seal(case)
            except Problem as problem:
                refused = explain(problem)
            asked = view.facts.asked
            items.append(Item(case, asked.title, view.status.grant.copies, refused))
        return items

    def _show(self, items: list[Item]) -> None:
        self._items = {item.case: item for item in items}
        self._list()

    def _list(self) -> None:
        records = tuple(map(_record, self._items.values()))
        self.query_one(RecordList).show(Listed(records))
        self.update_keys()


def _record(item: Item) -> Record:
    if item.refused is not None:
        ticks, state = [_AWAY] * len(CHECKS), item.refused.sentence
    else:
        ticks = [_TICKED if n in item.ticks else _OPEN for n in range(1, len(CHECKS) + 1)]
        state = phrase("will be sealed") if item.checked else phrase("not ticked yet")
    return Record(item.case, (*ticks, item.title, str(item.copies), state))
