"""Time stamps of a case (E-04): asked for on the medium or as a QR code, attached when answered."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from textual.app import ComposeResult

from airseal.duties.timestamping import Query, StampedAct
from airseal.evidence.signed import Signed
from airseal.model.digest import Digest
from airseal.screens.base import AirsealScreen
from airseal.screens.case_flows import act_words, stamp_words
from airseal.screens.listing import SORTING, Listing
from airseal.screens.path import PathScreen
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.code_picture import CodePicture, Drawing
from airseal.screens.widgets.graphics import canvas_of
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, when
from transfer.errors import TransferError
from transfer.qr import Cells, draw

_ASKING: Final = ("open", "show_codes")


class StampsScreen(Listing, SigningScreen[None]):
    """One line for each act that can be stamped, the newest first."""

    HEADING = mark("Time stamps")
    HELP = mark(
        "A time stamp proves by an outside clock that an act was signed before a moment. Enter"
        " writes a request for the act under the cursor to the medium (*.tsq); q shows the same as"
        " one QR code, base64 in it. Take it to the time stamping authority, and bring its answer"
        " (*.tsr) back on a medium: i checks it and attaches it to the case, which asks for the"
        " PIN. From then on it leaves with the case."
    )
    OFFERS = ("open", "show_codes", "import", *SORTING, "refresh")

    def __init__(self, session: Session, case: Digest) -> None:
        super().__init__(session)
        self._case = case
        self._acts: Sequence[StampedAct] = ()

    def body(self) -> ComposeResult:
        """The list."""
        columns = [
            Column(phrase("Act"), 20),
            Column(phrase("Signed by"), 10),
            Column(phrase("Signed at"), 20, wide=True),
            Column(phrase("Time stamp")),
        ]
        yield RecordList(columns, Listed(()), phrase("Reading the case"), marking=False)

    def on_mount(self) -> None:
        """Read the case."""
        self.do_refresh()

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("open")

    def why_not(self, action: str) -> Phrase | None:
        """A request needs an act."""
        if action in _ASKING and not self._acts:
            return phrase("The case is not open yet.")
        return None

    def do_refresh(self) -> None:
        """Read the case again."""
        case = self._case

        def ask(station: Station) -> tuple[Sequence[StampedAct], list[Record]]:
            acts = station.stamps.of_case(case)
            return acts, [_record(station, act) for act in acts]

        self.look(ask, self._show)

    def do_open(self) -> None:
        """Write the request for the act under the cursor to the medium."""
        medium, act = self.session.medium, self._chosen()

        def written(name: str) -> None:
            self.do_refresh()
            self.say(phrase("The request is on the medium: {name}", name=name))

        self.at_station(
            lambda station, _: station.stamps.request(act.statement.id, medium),
            written,
            busy=phrase("Writing to the medium and reading back"),
        )

    def do_show_codes(self) -> None:
        """Show the request for the act under the cursor as a QR code."""
        act = self._chosen()

        def show(query: Query) -> None:
            self.app.push_screen(StampCodeScreen(query), lambda _: self.do_refresh())

        self.at_station(
            lambda station, _: station.stamps.ask(act.statement.id), show, busy=phrase("Saving")
        )

    def do_import(self) -> None:
        """Attach the answer that came back."""

        def attached(_: Signed) -> None:
            self.do_refresh()
            self.say(phrase("The time stamp holds and is attached to its case."))

        def named(path: Path | None) -> None:
            if path is not None:
                self.at_station(
                    lambda station, _: station.stamps.may_attach(path),
                    lambda _: sign(path),
                    busy=phrase("Checking before the PIN is asked"),
                )

        def sign(path: Path) -> None:
            self.sign(
                phrase("Attach the time stamp"),
                lambda station, signer: station.stamps.attach(path, signer),
                attached,
                busy=phrase("Saving"),
            )

        self.app.push_screen(PathScreen(self.session.medium, "answer.tsr"), named)

    def _chosen(self) -> StampedAct:
        key = self.query_one(RecordList).current
        return next((act for act in self._acts if act.statement.id == key), self._acts[0])

    def _show(self, found: tuple[Sequence[StampedAct], list[Record]]) -> None:
        self._acts, records = found
        self.query_one(RecordList).show(Listed(tuple(records)))
        self.update_keys()


class StampCodeScreen(AirsealScreen[None]):
    """One request as one QR code, for any reader of such codes."""

    HEADING = mark("Request for a time stamp")
    HELP = mark("The code holds the request (RFC 3161) in base64. Esc goes back when it was read.")

    def __init__(self, query: Query) -> None:
        super().__init__()
        self._query = query

    def body(self) -> ComposeResult:
        """The name it is asked under, and the code."""
        yield Say(self._query.name)
        yield CodePicture()

    def on_mount(self) -> None:
        """Draw once there is room."""
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Draw anew."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        code = draw(base64.b64encode(self._query.content).decode())
        picture = self.query_one(CodePicture)
        canvas = canvas_of(self.app)
        ways: list[Drawing] = [*([canvas] if canvas is not None else []), Cells.HALF]
        for way in ways:
            room = picture.room(way)
            if room is not None and room >= code.version:
                self.hush()
                picture.show(code, way)
                return
        self.show_problem(TransferError("LIGHT_SCREEN"))


def _record(station: Station, act: StampedAct) -> Record:
    one = act.statement
    told = (act_words(one), station.person_name(one.by), when(one.at), stamp_words(act))
    return Record(one.id, told)
