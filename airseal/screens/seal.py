"""Sealing: what is sealed, where, and that it was checked; then the PIN (SE-01 to SE-05)."""

from dataclasses import dataclass

from textual.app import ComposeResult

from airseal.duties.sealing import CHECKS, Position, Ready
from airseal.errors import Explained, explain
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.verdict import Verdict
from airseal.paper.placement import check_move, check_place
from airseal.screens import export
from airseal.screens.case_facts import case_facts
from airseal.screens.pages import HeldPages, impression_of
from airseal.screens.placing import PlacingScreen, mm
from airseal.screens.reading import ReadingScreen
from airseal.screens.reason import ReasonScreen
from airseal.screens.session import Session
from airseal.screens.verdict import VerdictScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.key_bar import KeyHint
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.page_picture import Impression
from airseal.screens.widgets.tick_list import TickList
from airseal.screens.work import Work
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import Phrase, digest_words, mark, moment, phrase


@dataclass(frozen=True, slots=True)
class _Seen:
    """A case on the table: ready to be sealed, or why it is not."""

    view: CaseView
    facts: list[Fact]
    ready: Ready | None
    refused: Explained | None
    impression: Impression | None = None


class SealScreen(PlacingScreen[None]):
    """Three ticks, the place inside the approved tolerance, the PIN, then the proof.

    An unfinished sealing is never signed again silently: with a verified output it is
    finished as it was begun, without one it is given up with a reason.
    """

    HEADING = mark("Apply the seal")
    HELP = mark(
        "Check content, number of copies and approvals, and tick each with its number. t shows"
        " the document as text and as a picture, with the seal in true size at its approved"
        " place; the arrow keys move it inside the approved tolerance, m takes numbers. s asks for"
        " the PIN and seals; the sealed document is verified at once."
    )
    OFFERS = (
        "tick",
        "seal",
        *ReadingScreen.READING,
        *PlacingScreen.PLACING,
        "restore",
        "abandon",
        "verify",
        "export",
    )

    DEFAULT_CSS = """
    SealScreen TickList { margin: 0 0 1 0; }
    SealScreen #unfinished { color: $text-warning; }
    """

    def __init__(self, session: Session, case: Digest) -> None:
        super().__init__(session)
        self._case = case
        self._seen: _Seen | None = None

    def beside(self) -> ComposeResult:
        """The ticks, then the facts."""
        yield TickList(
            [
                phrase("The content is what was approved"),
                phrase("The number of copies is right"),
                phrase("The approvals are complete"),
            ]
        )
        yield FactTable(id="facts")

    def on_mount(self) -> None:
        """Put the case on the table."""
        self._look_again()

    def why_not(self, action: str) -> Phrase | None:
        """Nothing is sealed that is not ready, ticked and inside the rule."""
        seen = self._seen
        ready = seen.ready if seen else None
        match action:
            case "seal" | "tick" | "abandon" if seen is not None and seen.refused is not None:
                return seen.refused.sentence
            case "seal" | "tick" | "abandon" if ready is None:
                return phrase("The case is not open yet.")
            case "abandon" if ready is not None and ready.intent is None:
                return phrase("No sealing was left unfinished.")
            case "seal" if ready is not None and ready.intent and ready.intent.output is None:
                return phrase("The unfinished sealing must be given up first, with x.")
            case "seal" if not self.query_one(TickList).complete:
                return phrase("Check content, copies and approvals first: 1, 2 and 3 tick them.")
            case "verify" | "export" if seen is None or not seen.view.facts.sealings:
                return phrase("Nothing was sealed yet.")
            case "move" | "restore" if ready is None or ready.intent is not None:
                return phrase("There is no seal to move.")
            case _:
                return self.why_not_read(action) or self.why_not_place(action)

    def key_hints(self) -> list[KeyHint]:
        """Without the keys of a stage that the case is not at."""
        seen = self._seen
        away = set()
        if seen is None or seen.ready is None or seen.ready.intent is None:
            away.add("abandon")
        if seen is None or not seen.view.facts.sealings:
            away |= {"verify", "export"}
        if seen is not None and seen.ready is None:
            away |= {"tick", "seal", "restore", *self.PLACING}
        return [hint for hint in super().key_hints() if hint.action.name not in away]

    # checking and placing

    def do_tick(self) -> None:
        """Tick, or take the tick away."""
        self.query_one(TickList).toggle(int(self.pressed_key))
        self.hush()

    def do_restore(self) -> None:
        """Back to the approved place."""
        ready = self._ready
        self.document.go_to(ready.place.page)
        self.put(_approved(ready))

    def refuse(self, position: Position) -> Problem | None:
        """Page, tolerance and edge of the page, as the duty will check them again (SE-02)."""
        ready, place = self._ready, self._ready.place
        if position.page != place.page:
            return Problem("PLACE_OTHER_PAGE", page=position.page, approved=place.page)
        across, down = position.x_um - place.x_um, position.y_um - place.y_um
        return check_move(across, down, place.tolerance_um) or check_place(
            self.document.sizes[place.page - 1],
            position.x_um,
            position.y_um,
            ready.seal.width_um,
            ready.seal.height_um,
        )

    def place_note(self, position: Position) -> Phrase:
        """Where the seal stands, and how far that is from the approved place."""
        place = self._ready.place
        across, down = position.x_um - place.x_um, position.y_um - place.y_um
        return phrase(
            "{place}, moved {moved}, limit {limit} mm",
            place=super().place_note(position),
            moved=mm(round((across * across + down * down) ** 0.5)),
            limit=mm(place.tolerance_um),
        )

    # sealing

    def do_seal(self) -> None:
        """Ask for the PIN and seal."""
        ready = self._ready
        position = None if ready.intent else self.position

        def act(station: Station, signer: Signer) -> None:
            station.seal(self._case, signer, position, CHECKS)

        self.sign(
            phrase("Apply the seal: {seal}", seal=ready.seal.name),
            act,
            lambda _: self._sealed(),
            busy=phrase("Sealing, and verifying what was sealed"),
            facts=[
                Fact(phrase("Title"), ready.facts.asked.title, strong=True),
                Fact(phrase("Digest"), digest_words(ready.input)),
                Fact(phrase("Copies"), str(ready.facts.asked.grant.copies)),
            ],
        )

    def _sealed(self) -> None:
        self._look_again()
        self.do_verify()

    def do_verify(self) -> None:
        """Ask for the verdict on what was sealed."""
        self.app.push_screen(
            VerdictScreen(
                self.session,
                lambda station: station.verify_case(self._case),
                self._seen.view.facts.request.level if self._seen else None,
            ),
            self._verified,
        )

    def _verified(self, verdict: Verdict | None) -> None:
        if verdict is not None:
            self.say(phrase("Sealed. e takes it out on the medium."))

    def do_export(self) -> None:
        """Take it out on the stick."""
        self.app.push_screen(export.of_cases(self.session, [self._case]))

    def do_abandon(self) -> None:
        """Give the unfinished sealing up, with a reason."""
        self.app.push_screen(
            ReasonScreen(phrase("Why is the unfinished sealing given up?")), self._abandon
        )

    def _abandon(self, reason: str | None) -> None:
        if reason is not None:
            self.at_station(
                lambda station, _: station.abandon(self._case, reason),
                lambda _: self._look_again(),
                busy=phrase("Giving up the sealing"),
            )

    # how it works

    @property
    def _ready(self) -> Ready:
        assert self._seen is not None
        assert self._seen.ready is not None
        return self._seen.ready

    def _look_again(self) -> None:
        self.at_station(self._read, self._show, busy=phrase("Opening the case"))

    def _read(self, station: Station, work: Work) -> _Seen:
        del work
        view = station.case(self._case)
        facts = case_facts(station, view)
        try:
            ready = station.ready_to_seal(self._case)
            return _Seen(view, facts, ready, None, impression_of(station, ready.seal))
        except Problem as problem:
            return _Seen(view, facts, None, explain(problem))

    def _show(self, seen: _Seen) -> None:
        before, self._seen = self._seen, seen
        self.query_one(LevelBanner).open_document(seen.view.facts.request.level)
        self.query_one("#facts", FactTable).show([*_unfinished(seen.ready), *seen.facts])
        if before is None or before.view.documents != seen.view.documents:
            self.query_one(TickList).clear()
            page = seen.ready.place.page if seen.ready else 1
            document = seen.view.documents[0]
            reference = seen.view.facts.is_reference(
                seen.view.facts.asked.grant.documents[0].digest
            )
            pages = HeldPages(self.session, document)
            self.document.open(pages, page, document, reference=reference)
        if seen.ready is not None:
            self.take_up(seen.ready.seal, seen.impression)
            self.put(_position(seen.ready))
        else:
            self.take_away()
            if before is None and seen.refused is not None:
                self.show_explained(seen.refused)
        self._focus_what_scrolls()


def _approved(ready: Ready) -> Position:
    return Position(ready.place.page, ready.place.x_um, ready.place.y_um)


def _position(ready: Ready) -> Position:
    return ready.intent.position if ready.intent else _approved(ready)


def _unfinished(ready: Ready | None) -> list[Fact]:
    if ready is None or ready.intent is None:
        return []
    at = moment(ready.intent.sealed_at)
    if ready.intent.output is None:
        words = phrase(
            "A sealing begun at {at} ended before anything was signed. x gives it up.", at=at
        )
    else:
        words = phrase(
            "A sealing begun at {at} has its verified document but no statement yet."
            " s finishes it, x gives it up.",
            at=at,
        )
    return [Fact(phrase("Unfinished"), words, strong=True)]
