"""Receipts (签收回执): what came is signed for; who signed for what was sent (TX-06, TX-10).

Questions after cases stand beside them: what others ask, and what was answered to us.
"""

from collections.abc import Callable, Collection
from typing import Final

from textual.app import ComposeResult

from airseal.duties.light import Outgoing
from airseal.duties.packing import Exported
from airseal.evidence.accounts import Edition
from airseal.evidence.questions import Asked
from airseal.evidence.receipts import Came, Left
from airseal.keys.tokenhost import Signer
from airseal.model.case import CaseState
from airseal.screens.export import ExportScreen
from airseal.screens.light_send import LightSendScreen
from airseal.screens.listing import MARKING, Listing
from airseal.screens.register_words import edition_fact
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, Shown, enumerated, mark, phrase, when
from airseal.words.cases import CASE_STATES

Found = tuple[tuple[Came, ...], tuple[Left, ...], frozenset[str], list[tuple[Asked, str]], Edition]
"""What came, what left and which of that is overdue; questions with the titles of their cases."""

_QUESTION: Final = "question "
_SENT: Final = "sent "
"""What the keys of sent bundles begin with; these cannot be signed for here."""


class ReceiptsScreen(Listing, SigningScreen[None]):
    """Both directions in one list; what waits for the own signature stands first."""

    HEADING = mark("Receipts and questions")
    HELP = mark(
        "Bundles that came from other stations, and those that were sent. s signs with one PIN for"
        " the marked ones, or for the one under the cursor, and writes the receipts to the medium"
        " for their senders. A receipt says that the very bytes came and countersigns the sender's"
        " ledger as it was then. q shows the receipt for the bundle under the cursor as a QR code,"
        " without a medium; when it is still to be signed, it asks for the PIN first."
        " A bundle that was sent and has no receipt may still have arrived, an overdue one too; the"
        " pack says after how many hours it is overdue. Where another station"
        " asks where a case stands, q signs the answer and shows it; what was answered to us was"
        " true at the time beside it."
    )
    OFFERS = ("sign_receipts", "show_codes", *MARKING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._open: frozenset[str] = frozenset()
        self._signed: frozenset[str] = frozenset()
        self._asked: dict[str, Asked] = {}
        self._rows: dict[str, Record] = {}
        self._edition: list[Fact] = []

    def body(self) -> ComposeResult:
        """The list."""
        columns = [
            Column(phrase("Direction"), 9),
            Column(phrase("Station"), 26),
            Column(phrase("Bundle")),
            Column(phrase("Receipt"), 20),
        ]
        yield RecordList(columns, Listed(()), phrase("Nothing came or left yet."))
        yield FactTable()

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def on_record_list_changed(self) -> None:
        """What the columns may have no room for, of the row under the cursor."""
        row = self._rows.get(self.query_one(RecordList).current or "")
        facts = list(self._edition)
        if row is not None:
            _, station, what, _ = row.cells
            facts += [Fact(phrase("Station"), station), Fact(phrase("Bundle"), what)]
        self.query_one(FactTable).show(facts)

    def why_not(self, action: str) -> Phrase | None:
        """Only what came and was not signed for yet."""
        if action == "sign_receipts" and not self._open:
            return phrase("Nothing waits for a receipt.")
        if action == "show_codes" and not (self._open | self._signed or self._asked):
            return phrase("No receipt can be shown.")
        return None

    def do_refresh(self) -> None:
        """Read the list again."""

        def ask(station: Station) -> Found:
            asked = [
                (one, station.title_of(one.about) or one.about) for one in station.light.questions()
            ]
            edition = station.receipts_edition
            return station.arrived, station.sent, station.overdue, asked, edition

        self.look(ask, self._show)

    def do_sign_receipts(self) -> None:
        """Sign for the chosen bundles and write the receipts to the medium."""
        chosen = self._open & set(self.query_one(RecordList).chosen)
        if not chosen:
            self.say(phrase("This bundle does not wait for a receipt."))
            return
        self.app.push_screen(_signing(self.session, chosen))

    def do_show_codes(self) -> None:
        """Show the receipt for the bundle under the cursor; sign it first if need be."""
        bundle = self.query_one(RecordList).current
        if bundle in self._signed:
            asked = bundle
            self._send(lambda station: station.light.receipt_of(asked))
        elif bundle in self._open:
            self._sign_and_show(bundle)
        elif bundle in self._asked:
            self._answer(self._asked[bundle])
        else:
            self.say(phrase("Only receipts that are signed here can be shown here."))

    def _answer(self, asked: Asked) -> None:
        """Answer a question anew, since a case goes on; of our own show nothing."""
        if asked.mine:
            self.say(phrase("This was asked here; the answer is beside it once it has come."))
            return

        def check(station: Station) -> list[Fact]:
            told = station.light.may_answer(asked.question)
            title = station.title_of(told.about) or told.about
            return [
                Fact(phrase("Case"), title, strong=True),
                Fact(phrase("State"), _state(told.state)),
            ]

        def sign(station: Station, signer: Signer) -> Outgoing:
            return station.light.answer(asked.question, signer)

        self.check_and_sign(
            check,
            phrase("Sign the answer for {station}", station=asked.station),
            sign,
            lambda answer: self._send(lambda _: answer),
            busy=phrase("Signing the answer"),
        )

    def _sign_and_show(self, bundle: str) -> None:
        def check(station: Station) -> list[Fact]:
            station.light.may_sign_receipts([bundle])
            return _signed_for(station, [bundle])

        def sign(station: Station, signer: Signer) -> Outgoing:
            (receipt,) = station.light.sign_receipts([bundle], signer)
            return receipt

        self.check_and_sign(
            check,
            phrase("Sign the receipt for {bundle}", bundle=bundle),
            sign,
            lambda receipt: self._send(lambda _: receipt),
            busy=phrase("Signing the receipt"),
        )

    def _send(self, leaving: Callable[[Station], Outgoing]) -> None:
        self.app.push_screen(LightSendScreen(self.session, leaving))

    def _show(self, found: Found) -> None:
        came, left, late, asked, edition = found
        self._edition = [edition_fact(edition)]
        self._asked = {f"{_QUESTION}{one.question}": one for one, _ in asked}
        self._open = frozenset(one.bundle for one in came if one.waits)
        self._signed = frozenset(one.bundle for one in came if one.receipt is not None)
        name = self.session.station.name_of_station
        waiting = [_question(*row) for row in asked if not (row[0].mine or row[0].told)]
        others = [_question(*row) for row in asked if row[0].mine or row[0].told]
        records = (
            *waiting,
            *(_came(one, name(one.unit, one.station)) for one in came),
            *(_left(one, late=one.bundle in late) for one in left),
            *others,
        )
        self._rows = {record.key: record for record in records}
        self.query_one(RecordList).show(Listed(records))
        self.query_one(RecordList).keep_marks(self._open)
        self.on_record_list_changed()
        self.update_keys()


def _came(one: Came, sender: str) -> Record:
    if one.signed is None:
        receipt: Shown = phrase("TO BE SIGNED")
    else:
        receipt = when(one.signed) if one.left else phrase("TO BE SENT")
    return Record(one.bundle, (phrase("came"), sender, one.bundle, receipt))


def _question(one: Asked, title: str) -> Record:
    told = [
        phrase("{state}, {at}", state=_state(answer.state), at=when(answer.at))
        for answer in one.told
    ]
    nothing = phrase("no answer yet") if one.mine else phrase("TO BE ANSWERED")
    stations = enumerated(answer.station for answer in one.told) if one.mine else one.station
    way = phrase("asked") if one.mine else phrase("asks")
    key = f"{_QUESTION}{one.question}"
    return Record(key, (way, stations, title, told[-1] if told else nothing))


def _state(state: CaseState | None) -> Phrase:
    return Phrase(CASE_STATES[state]) if state is not None else phrase("not held there")


def _left(one: Left, *, late: bool) -> Record:
    nothing = phrase("OVERDUE, none yet") if late else phrase("none yet")
    names = enumerated(one.receipts)
    receipt = when(max(one.receipts.values())) if one.receipts else nothing
    return Record(f"{_SENT}{one.bundle}", (phrase("sent"), names, one.bundle, receipt))


def _signed_for(station: Station, bundles: Collection[str]) -> list[Fact]:
    return [
        Fact(
            phrase("Signed for"),
            phrase("{bundle}, imported {at}", bundle=one.bundle, at=when(one.imported)),
            strong=True,
        )
        for one in station.arrived
        if one.bundle in bundles
    ]


def _signing(session: Session, bundles: frozenset[str]) -> ExportScreen:
    def look(station: Station) -> list[Fact]:
        station.may_sign_receipts(bundles, session.medium)
        return _signed_for(station, bundles)

    def write(station: Station, signer: Signer) -> Exported:
        return station.sign_receipts(bundles, session.medium, signer)

    return ExportScreen(session, phrase("Sign the receipts and write them"), look, write)
