"""The roots of units this station trusts: accepted by two people, listed, taken back (TX-16)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from airseal.evidence.roots import Compared, EnrolledRoot
from airseal.model.digest import Digest
from airseal.model.secret import Secret
from airseal.screens.listing import SORTING, Listing
from airseal.screens.own_forms import SecretsScreen
from airseal.screens.reason import ReasonScreen
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.entry_fields import SecretField, TextField
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.text import Phrase, mark, phrase, when

Enrol = Callable[[Path, str, Compared, Secret], None]
_GROUP = 4
_SHOWN = 4


class RootsScreen(Listing, StationScreen[None]):
    """One line for each unit; its whole fingerprint below the list."""

    HEADING = mark("Trusted roots")
    HELP = mark(
        "Each unit has one root; under it stand its people, seals and lists, which come in signed"
        " registry bundles only. A root is accepted when two people with accounts here have each"
        " read its fingerprint off a paper of the other unit's seal department. Taken back, it"
        " counts no more: whatever stands on it cannot be judged from then on. The root of the own"
        " unit belongs to the station and stays. With m an authority for time stamps is accepted in"
        " the same way."
    )
    OFFERS = ("enrol_root", "enrol_stamper", "revoke_root", *SORTING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._roots: Sequence[EnrolledRoot] = ()
        self._stampers: Sequence[Digest] = ()

    def body(self) -> ComposeResult:
        """The list."""
        columns = [
            Column(phrase("Unit"), 14),
            Column(phrase("State"), 10),
            Column(phrase("Fingerprint"), 24),
            Column(phrase("Compared by"), 18),
            Column(phrase("Since"), 20),
            Column(phrase("Reason"), wide=True),
        ]
        yield RecordList(columns, Listed(()), phrase("No root is trusted."), marking=False)

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """What is taken back must be there, and not one's own."""
        if action != "revoke_root":
            return None
        if not self._roots:
            return phrase("No root is trusted.")
        chosen = self._chosen()
        if chosen is None:
            return phrase("A time stamping authority stays trusted.")
        if not chosen.trusted:
            return phrase("This root was taken back already.")
        return None

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(lambda one: (one.trust.roots(), one.stamps.trusted()), self._show)

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
                station.stamps.trust(path, typed, second, password)

        def told(done: bool | None) -> None:
            if done:
                self.say(phrase("The authority's time stamps count from now on."))

        self.app.push_screen(EnrolStamperScreen(self.session.medium, enrol), told)

    def do_revoke_root(self) -> None:
        """Ask why, then trust it no more."""
        chosen = self._chosen()

        def asked(reason: str | None) -> None:
            if reason and chosen is not None:
                self.at_station(
                    lambda station, _: station.trust.revoke(chosen.unit, reason),
                    lambda _: self.do_refresh(),
                    busy=phrase("Saving"),
                )

        if chosen is not None:
            question = phrase("Why is the root of {unit} taken back?", unit=chosen.unit)
            self.app.push_screen(ReasonScreen(question), asked)

    def _chosen(self) -> EnrolledRoot | None:
        key = self.query_one(RecordList).current
        return next((one for one in self._roots if one.unit == key), None)

    def _show(self, found: tuple[Sequence[EnrolledRoot], Sequence[Digest]]) -> None:
        self._roots, self._stampers = found
        records = (*map(_record, self._roots), *map(_stamper, self._stampers))
        self.query_one(RecordList).show(Listed(records))
        self.update_keys()


def _record(one: EnrolledRoot) -> Record:
    state = phrase("trusted") if one.trusted else phrase("taken back")
    told = (in_groups(one.fingerprint)[: _SHOWN * (_GROUP + 1)], ", ".join(one.compared_by))
    return Record(one.unit, (one.unit, state, *told, when(one.ended or one.since), one.reason))


def _stamper(fingerprint: Digest) -> Record:
    shown = in_groups(fingerprint)[: _SHOWN * (_GROUP + 1)]
    cells = (phrase("time stamps"), phrase("trusted"), shown, "", "", "")
    return Record(fingerprint, cells)


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
