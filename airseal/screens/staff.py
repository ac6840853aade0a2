"""The register of posts: who holds which, since when, and what they have signed (AC-14, PE-02)."""

from textual.app import ComposeResult

from airseal.duties.packing import Exported
from airseal.evidence.accounts import Edition
from airseal.evidence.staff import Filed
from airseal.keys.tokenhost import Signer
from airseal.model.staff import PostEntry
from airseal.screens.export import ExportScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.reason import ReasonScreen
from airseal.screens.register_words import edition_fact
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, Shown, mark, phrase, plural, post_name, when

_CSS = """
    {name} #state {{ margin: 0 0 1 0; color: $text-muted; }}
"""


class StaffScreen(Listing, StationScreen[None]):
    """The people of this station; the security administrator files them."""

    HEADING = mark("Register of posts")
    HELP = mark(
        "Everybody with a post here, with the mobile number and what they signed for, and at the"
        ' end the posts that nobody in the unit holds. Each signs under "My account". After'
        " every change the security administrator writes the list to the medium with e; it is for"
        " the seal department."
    )
    OFFERS = ("file_staff", *SORTING, "refresh")
    DEFAULT_CSS = _CSS.format(name="StaffScreen")

    def body(self) -> ComposeResult:
        """Whether something is to be filed, then the list."""
        yield Say(id="state")
        columns = [
            Column(phrase("Post"), 16),
            Column(phrase("Name"), 12),
            Column(phrase("Mobile"), 13),
            Column(phrase("Since"), 10, wide=True),
            Column(phrase("Signed for")),
        ]
        yield RecordList(columns, Listed(()), phrase("There is nobody here."), marking=False)
        yield FactTable(id="edition")

    def on_screen_resume(self) -> None:
        """Read the register again."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read the register again."""
        self.look(self._read, self._show)

    def do_file_staff(self) -> None:
        """Ask why, then sign the list and write it to the medium."""

        def asked(reason: str | None) -> None:
            if reason:
                self.app.push_screen(_filing(self.session, reason))

        self.app.push_screen(ReasonScreen(phrase("What has changed?")), asked)

    def _read(self, station: Station) -> tuple[list[PostEntry], Phrase, Edition]:
        offices = station.offices
        return offices.register(), self._state(station), offices.accounts_edition()

    def _state(self, station: Station) -> Phrase:
        if not self._is_mine("file_staff"):
            return phrase("The security administrator files changes with the seal department.")
        since = station.offices.unfiled_since()
        if since is None:
            return phrase("Filed with the seal department; nothing has changed since.")
        return phrase(
            "CHANGED since {at}: file it with the seal department.", at=when(since.isoformat())
        )

    def _show(self, found: tuple[list[PostEntry], Phrase, Edition]) -> None:
        entries, state, edition = found
        self.query_one("#edition", FactTable).show([edition_fact(edition)])
        self.query_one("#state", Say).say(state)
        self.query_one(RecordList).show(Listed(tuple(_entry(one) for one in entries)))


class FiledScreen(Listing, StationScreen[None]):
    """What the stations have filed, for the seal department."""

    HEADING = mark("People of the stations")
    HELP = mark(
        "The newest list that each station filed: who works there, in which post, under which"
        " mobile number. A change counts for the seals only once you publish it in the registry."
    )
    OFFERS = (*SORTING, "refresh")

    def body(self) -> ComposeResult:
        """The list."""
        columns = [
            Column(phrase("Station"), 18),
            Column(phrase("Post"), 14),
            Column(phrase("Name"), 8),
            Column(phrase("Mobile"), 13),
            Column(phrase("Filed at")),
        ]
        yield RecordList(columns, Listed(()), phrase("No station has filed."), marking=False)

    def on_screen_resume(self) -> None:
        """Read the lists again."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read the lists again."""
        self.look(lambda station: station.offices.filed(), self._show)

    def _show(self, filed: tuple[Filed, ...]) -> None:
        records = [
            Record(
                f"{one.unit}/{one.station} {row.person}",
                (
                    self.session.station.name_of_station(one.unit, one.station),
                    post_name(row.post),
                    row.name,
                    row.mobile,
                    when(one.at),
                ),
            )
            for one in filed
            for row in one.people
        ]
        self.query_one(RecordList).show(Listed(tuple(records)))


def _entry(one: PostEntry) -> Record:
    if one.person is None:
        vacant = phrase("VACANT")
        return Record(f"- {one.post}", (post_name(one.post), vacant, "", "", ""))
    signed: Shown = phrase("NOT SIGNED")
    if one.signed is not None:
        signed = phrase("{scope}, rules No. {number}", scope=one.scope, number=one.rules)
        if not one.current:
            signed = phrase("{words}: TO BE SIGNED AGAIN", words=signed)
    cells = (post_name(one.post), one.name, one.mobile or phrase("MISSING"), one.since, signed)
    return Record(one.person, cells)


def _filing(session: Session, reason: str) -> ExportScreen:
    def look(station: Station) -> list[Fact]:
        people = station.offices.may_file_people(session.medium, reason)
        return [
            Fact(phrase("People"), plural("{n} person", "{n} people", people), strong=True),
            Fact(phrase("Reason"), reason),
        ]

    def write(station: Station, signer: Signer) -> Exported:
        return station.offices.file_people(session.medium, signer, reason)

    return ExportScreen(session, phrase("File the people of this station"), look, write)
