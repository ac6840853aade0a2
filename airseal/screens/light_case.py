"""Sending without a medium: a case, or one statement of it, straight to the QR codes."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult

from airseal.duties.light import Outgoing, Slip
from airseal.errors import explain
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, to_hex
from airseal.screens.light_send import LightSendScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Shown, mark, phrase, when
from airseal.words.light import kind_name
from transfer.parcel import pack
from transfer.sending import version_for_one

_WHOLE: Final = "whole"
_ASK: Final = "ask"

Row = tuple[Slip, str, int | None]
"""A slip, the name of who signed it, and the smallest symbol that holds it whole."""


class LightCaseScreen(Listing, SigningScreen[None]):
    """What of a case can be shown: all of it, which the PIN signs, or what was signed already."""

    HEADING = mark("Send as QR codes")
    HELP = mark(
        "Enter shows what is under the cursor as QR codes; nothing is written to a medium. The"
        " whole case goes with its documents and asks for the PIN, as every bundle does. A"
        " decision or another act was signed when it was done and needs no PIN; it often fits"
        " one code, and reaches those who hold the request already. So does a receipt for the"
        " bundle that brought the case, once it is signed, and the question where the case stands"
        " elsewhere, which tells nothing but its id; the answer comes back as a code and is shown"
        " among the receipts."
    )
    OFFERS = ("open", *SORTING)

    def __init__(self, session: Session, case: Digest) -> None:
        super().__init__(session)
        self._case = case
        self._slips: dict[str, Slip] = {}

    def body(self) -> ComposeResult:
        """The list; empty until the station has answered."""
        columns = [
            Column(phrase("What"), 26),
            Column(phrase("Signed by")),
            Column(phrase("Signed at"), 20, wide=True),
            Column(phrase("Codes"), 30),
        ]
        yield RecordList(columns, Listed(()), phrase("Reading the case"), marking=False)

    def on_mount(self) -> None:
        """Ask what can be sent."""
        case = self._case

        def ask(station: Station) -> list[Row]:
            return [
                (one, station.person_name(one.statement.by), _version(one.leaving))
                for one in station.light.slips(case)
            ]

        self.look(ask, self._show)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_open(self) -> None:
        """Show what is under the cursor."""
        key = self.query_one(RecordList).current
        if key == _WHOLE:
            self.at_station(
                lambda station, _: station.light.check_cases([self._case]),
                lambda _: self._sign(),
                busy=phrase("Judging what may leave"),
            )
        elif key == _ASK:
            self._question()
        elif key is not None:
            slip = self._slips[key]
            if slip.leaving is not None:
                self._send([slip.leaving])
            elif slip.problem is not None:
                self.show_problem(slip.problem)

    def _sign(self) -> None:
        def prepare(station: Station, signer: Signer) -> tuple[Outgoing, ...]:
            return station.light.prepare_cases([self._case], signer)

        self.sign(
            phrase("Send the case as QR codes"),
            prepare,
            self._send,
            busy=phrase("Signing the bundle"),
        )

    def _question(self) -> None:
        def check(station: Station) -> list[Fact]:
            station.light.may_ask(self._case)
            return [Fact(phrase("Case"), station.title_of(self._case) or self._case, strong=True)]

        def ask(station: Station, signer: Signer) -> list[Outgoing]:
            return [station.light.ask(self._case, signer)]

        self.check_and_sign(
            check,
            phrase("Ask where the case stands"),
            ask,
            self._send,
            busy=phrase("Signing the question"),
        )

    def _send(self, parcels: Sequence[Outgoing]) -> None:
        """One after the other: the ban of an earlier version follows its correction."""
        first, *rest = parcels

        def shown(_: None) -> None:
            if rest:
                self._send(rest)

        self.app.push_screen(LightSendScreen(self.session, lambda _: first), shown)

    def _show(self, rows: Sequence[Row]) -> None:
        self._slips = {to_hex(slip.statement.id): slip for slip, _, _ in rows}
        whole = Record(
            _WHOLE, (phrase("Whole case, documents too"), "", "", phrase("asks for the PIN"))
        )
        ask = Record(_ASK, (phrase("Question where it stands"), "", "", phrase("asks for the PIN")))
        records = [
            Record(
                to_hex(slip.statement.id),
                (
                    kind_name(slip.statement.kind),
                    signer,
                    when(slip.statement.at),
                    _codes(slip, version),
                ),
            )
            for slip, signer, version in rows
        ]
        self.query_one(RecordList).show(Listed((whole, *records, ask)))
        self.update_keys()


def _version(leaving: Outgoing | None) -> int | None:
    return version_for_one(len(pack(leaving.parcel))) if leaving is not None else None


def _codes(slip: Slip, version: int | None) -> Shown:
    if slip.problem is not None:
        return explain(slip.problem).sentence
    if version is None:
        return phrase("several codes")
    return phrase("one code of version {n}", n=version)
