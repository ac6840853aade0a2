"""The roots of units this station trusts: accepted by two people, listed, taken back (TX-16)."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from airseal.evidence.accounts import Edition
from airseal.evidence.enrolled import Compared
from airseal.evidence.roots import EnrolledRoot
from airseal.evidence.stamps import EnrolledStamper
from airseal.model.secret import Secret
from airseal.screens.listing import SORTING, Listing
from airseal.screens.own_forms import SecretsScreen
from airseal.screens.reason import ReasonScreen
from airseal.screens.register_words import edition_fact
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.entry_fields import SecretField, TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, enumerated, mark, phrase, when

Accepted = EnrolledRoot | EnrolledStamper
Found = tuple[Mapping[str, Accepted], Sequence[Record], Edition]
Enrol = Callable[[Path, str, Compared, Secret], None]
_GROUP = 4


class RootsScreen(Listing, StationScreen[None]):
    """One line for each unit or time stamper; the whole fingerprint of one below the list."""

    DEFAULT_CSS = """
    RootsScreen FactTable { margin: 1 0 0 0; }
    """

    HEADING = mark("Trusted roots")
    HELP = mark(
        "Each unit has one root; under it stand its people, seals and lists, each signed by its"
        " seal department and believed by that signature, whatever bundle brings it. A root is"
        " accepted when two people with accounts here have each read its fingerprint off a paper of"
        " the other unit's seal department. Taken back, it counts no more: whatever stands on it"
        " cannot be judged from then on. The root of the own unit belongs to the station and stays."
        " With m an authority for time stamps is accepted in the same way, and taken back in the"
        " same way: then its time stamps prove nothing here."
    )
    OFFERS = ("enrol_root", "enrol_stamper", "revoke_root", *SORTING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._held: Mapping[str, Accepted] = {}
        self._edition: Edition | None = None

    def body(self) -> ComposeResult:
        """The list."""
        columns = [
            Column(phrase("Whose")),
            Column(phrase("For"), 12),
            Column(phrase("State"), 10),
            Column(phrase("Accepted or taken back"), 22),
        ]
        yield RecordList(columns, Listed(()), phrase("No root is trusted."), marking=False)
        yield FactTable()

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """What is taken back must be there, and not one's own."""
        if action != "revoke_root":
            return None
        chosen = self._chosen()
        if chosen is None:
            return phrase("No root is trusted.")
        if not chosen.trusted:
            return phrase("This root was taken back already.")
        return None

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """Say in full what was compared for the line under the cursor."""
        event.stop()
        self._tell()
        self.update_keys()

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(_read, self._show)

    def do_enrol_root(self) -> None:
        """Ask both people, then trust it."""

        def enrol(path: Path, typed: str, second: Compared, password: Secret) -> None:
            with self.session.at_work(Work()) as station:
                station.trust.enrol(path, typed, second, password)

        def told(done: bool | None) -> None:
            if done:
                self.say(phrase("The root is trusted. Import the unit's registry bundle now."))

        self.app.push_screen(EnrolRootScreen(self.session.medium, enrol), told)

    def do_enrol_stamper(self) -> None:
        """Ask both people, then trust its time stamps."""

        def enrol(path: Path, typed: str, second: Compared, password: Secret) -> None:
            with self.session.at_work(Work()) as station:
                station.trust.enrol_stamper(path, typed, second, password)

        def told(done: bool | None) -> None:
            if done:
                self.say(phrase("The authority's time stamps count from now on."))

        self.app.push_screen(EnrolStamperScreen(self.session.medium, enrol), told)

    def do_revoke_root(self) -> None:
        """Ask why, then trust it no more."""
        chosen = self._chosen()
        if chosen is None:
            return

        def asked(reason: str | None) -> None:
            if reason:
                self.at_station(
                    lambda station, _: _take_back(station, chosen, reason),
                    lambda _: self.do_refresh(),
                    busy=phrase("Saving"),
                )

        self.app.push_screen(ReasonScreen(_why(self.session.station, chosen)), asked)

    def _chosen(self) -> Accepted | None:
        return self._held.get(self.query_one(RecordList).current or "")

    def _show(self, found: Found) -> None:
        self._held, records, self._edition = found
        self.query_one(RecordList).show(Listed(tuple(records)))
        self.update_keys()
        self._tell()

    def _tell(self) -> None:
        """What two people compared for the line under the cursor, and which register this is."""
        chosen, facts = self._chosen(), list[Fact]()
        if chosen is not None:
            people = enumerated(map(self.session.station.person_name, chosen.compared_by))
            facts = [
                Fact(phrase("Fingerprint"), in_groups(chosen.fingerprint)),
                Fact(phrase("Compared by"), people),
            ]
            facts += [Fact(phrase("Reason"), chosen.reason)] if chosen.reason else []
        if self._edition is not None:
            facts.append(edition_fact(self._edition))
        self.query_one(FactTable).show(facts)


def _read(station: Station) -> Found:
    """What is trusted, by the keys of its lines, and the lines."""
    held: dict[str, Accepted] = {one.unit: one for one in station.trust.roots()}
    held |= {one.fingerprint: one for one in station.trust.stampers()}
    records = [_record(station, key, one) for key, one in held.items()]
    return held, records, station.trust.edition()


def _record(station: Station, key: str, one: Accepted) -> Record:
    what = phrase("root") if isinstance(one, EnrolledRoot) else phrase("time stamps")
    state = phrase("trusted") if one.trusted else phrase("taken back")
    return Record(key, (_name(station, one), what, state, when(one.ended or one.since)))


def _name(station: Station, one: Accepted) -> str:
    match one:
        case EnrolledRoot(unit=unit):
            return station.unit_name(unit)
        case EnrolledStamper(name=name):
            return name or in_groups(one.fingerprint)[:_GROUP]


def _why(station: Station, one: Accepted) -> Phrase:
    if isinstance(one, EnrolledRoot):
        return phrase("Why is the root of {unit} taken back?", unit=_name(station, one))
    return phrase("Why is the authority {name} taken back?", name=_name(station, one))


def _take_back(station: Station, one: Accepted, reason: str) -> None:
    if isinstance(one, EnrolledRoot):
        station.trust.revoke(one.unit, reason)
    else:
        station.trust.revoke_stamper(one.fingerprint, reason)


def in_groups(fingerprint: str) -> str:
    """A fingerprint as people read it aloud: four characters at a time."""
    digits = fingerprint.removeprefix("sha256:")
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


class EnrolRootScreen(SecretsScreen):
    """Accepts the root of another unit, by two people who compared its fingerprint."""

    HEADING = mark("Accept the root of another unit")
    HELP = mark(
        "Both people are here, each with the paper of the other unit's seal department. Each types"
        " the fingerprint (SHA-256, 64 characters) from paper, never from the file: whoever could"
        " exchange the file could exchange what the file says of itself. Spaces and colons do not"
        " matter. The second person agrees with their own password."
    )

    FILE: ClassVar[str] = "root.pem"

    def __init__(self, medium: Path, enrol: Enrol) -> None:
        super().__init__()
        self._medium = medium
        self._enrol = enrol

    def why(self) -> Phrase:
        """What it takes."""
        return phrase("Two people type the fingerprint from paper; the second one agrees.")

    def fields(self) -> list[Field]:
        """The file, two readings, who the second is."""
        return [
            TextField("path", phrase("Root file"), str(self._medium / self.FILE), longest=1_000),
            TextField("typed", phrase("Fingerprint, first reading"), longest=160),
            TextField("second", phrase("Second person (id)"), longest=64),
            TextField("again", phrase("Fingerprint, second reading"), longest=160),
            SecretField("password", phrase("Their password")),
        ]

    def act(self, texts: dict[str, str], secrets: dict[str, Secret]) -> None:
        """Accept it."""
        second = Compared(texts["second"], texts["again"])
        path = Path(texts["path"]).expanduser()
        self._enrol(path, texts["typed"], second, secrets["password"])


class EnrolStamperScreen(EnrolRootScreen):
    """Accepts an authority for time stamps in the same way (E-04)."""

    HEADING = mark("Accept a time stamping authority")
    HELP = mark(
        "Both people are here, each with a paper of the authority that says the fingerprint of its"
        " certificate (DER). Each types it (SHA-256, 64 characters) from paper, never from the"
        " file. The second person agrees with their own password. From then on an answer that this"
        " authority signed is a time stamp."
    )
    FILE = "tsa.der"
