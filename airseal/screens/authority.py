"""The registry (登记表): whom and what the seal department has published, and to export it."""

from collections.abc import Iterator

from textual.app import ComposeResult

from airseal.model.current import Registry
from airseal.model.registry import Appointment, SealRecord
from airseal.screens.listing import SORTING, Listing
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import (
    Phrase,
    Shown,
    digest_words,
    enumerated,
    level_name,
    mark,
    millimetres,
    phrase,
    plural,
    post_name,
    when,
)
from airseal.words.seals import SEAL_STATES


class AuthorityScreen(Listing, StationScreen[None]):
    """Everybody may read it; the seal department exports it to all stations."""

    HEADING = mark("Registry of the unit")
    HELP = mark(
        "People, seals, units, rules and lists as the seal department has signed them. Each"
        " document has its number; a lower number never replaces a higher one. The root's"
        " fingerprint is compared by two people when a station is set up. p exports the"
        " registry for the other stations. Enter on a seal shows how it stands; there the seal"
        " department enters what became of it. l shows who borrowed which seal, k which seal must"
        " be checked by when, t who was trained, y the summary tables of sealing."
    )
    OFFERS = (
        "open",
        "policy",
        "publish",
        "filed_staff",
        "trainings",
        "loans",
        "seal_checks",
        "summaries",
        "seal_copies",
        *SORTING,
    )

    DEFAULT_CSS = """
    AuthorityScreen FactTable { margin: 0 0 1 0; }
    """

    def body(self) -> ComposeResult:
        """What holds the registry together, then its documents."""
        station = self.session.station
        registry = station.registry
        yield FactTable(_facts(station, registry) if registry else [], id="held")
        columns = [
            Column(phrase("Kind"), 6),
            Column(phrase("Id"), 16, wide=True),
            Column(phrase("Called"), 20),
            Column(phrase("No."), 4),
            Column(phrase("Signed on"), 14),
            Column(phrase("Details")),
        ]
        yield RecordList(
            columns, _listed(station), phrase("No registry was imported yet."), marking=False
        )

    def on_screen_resume(self) -> None:
        """Something may have been entered meanwhile."""
        station = self.session.station
        if station.registry is not None:
            self.query_one("#held", FactTable).show(_facts(station, station.registry))
            self.query_one(RecordList).show(_listed(station))

    def why_not(self, action: str) -> Phrase | None:
        """Without a registry there are no rules to read."""
        registry = self.session.station.registry
        if action == "policy" and (registry is None or registry.policy is None):
            return phrase("No registry was imported yet.")
        if action == "open" and self._seal is None:
            return phrase("Only a seal can be opened here.")
        return None

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.action_act("open")

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """The line under the cursor says whether Enter works."""
        event.stop()
        self.update_keys()

    @property
    def _seal(self) -> str | None:
        """The seal under the cursor."""
        key = self.query_one(RecordList).current or ""
        kind, _, name = key.partition("/")
        return name if kind == "seal" else None

    def do_open(self) -> None:
        """See how the seal stands."""
        from airseal.screens.seal_entry import SealEntryScreen

        if (seal := self._seal) is not None:
            self.app.push_screen(SealEntryScreen(self.session, seal), self._entered)

    def _entered(self, done: bool | None) -> None:
        if done:
            self.say(phrase("It is entered here. Other stations know of it after the next export."))

    def do_policy(self) -> None:
        """Read the rules; the seal department changes them there."""
        from airseal.screens.policy import PolicyScreen

        self.app.push_screen(PolicyScreen(self.session))

    def do_filed_staff(self) -> None:
        """See the people that the stations have filed."""
        from airseal.screens.staff import FiledScreen

        self.app.push_screen(FiledScreen(self.session))

    def do_seal_checks(self) -> None:
        """See by when each seal kept here must be checked."""
        from airseal.screens.seal_checks import SealChecksScreen

        self.app.push_screen(SealChecksScreen(self.session))

    def do_trainings(self) -> None:
        """See who was trained, and record a training."""
        from airseal.screens.trainings import TrainingsScreen

        self.app.push_screen(TrainingsScreen(self.session))

    def do_summaries(self) -> None:
        """See the summary tables of sealing."""
        from airseal.screens.summaries import SummariesScreen

        self.app.push_screen(SummariesScreen(self.session))

    def do_seal_copies(self) -> None:
        """See the copies of seals that are kept."""
        from airseal.screens.seal_copies import SealCopiesScreen

        self.app.push_screen(SealCopiesScreen(self.session))

    def do_loans(self) -> None:
        """See every loan of a seal."""
        from airseal.screens.loans import LoansScreen

        self.app.push_screen(LoansScreen(self.session))

    def do_publish(self) -> None:
        """Write the registry to the medium."""
        from airseal.screens.export import of_registry

        self.app.push_screen(of_registry(self.session))


def _listed(station: Station) -> Listed:
    registry = station.registry
    return Listed(tuple(_records(station, registry)) if registry else ())


def _facts(station: Station, registry: Registry) -> list[Fact]:
    facts = [
        Fact(phrase("Unit"), registry.charter.name, strong=True),
        Fact(phrase("Charter"), digest_words(registry.charter_id, 6)),
    ]
    if registry.snapshot is not None:
        assert registry.snapshot_id is not None
        words = phrase(
            "No. {number} of {day}",
            number=registry.snapshot.number,
            day=when(station.signed_on(registry.snapshot_id)),
        )
        facts.append(Fact(phrase("Number"), words, strong=True))
        if registry.rivals:
            words = phrase(
                "two stations published one of this number; what only the other one has does not"
                " count: enter it again, which makes the next number"
            )
            facts.append(Fact(phrase("CONFLICT"), words, strong=True))
        due: Shown = when(registry.snapshot.next_update)
        over = registry.expired(station.now())
        if over:
            due = phrase("{until}: EXPIRED, nobody may act by it", until=due)
        facts.append(Fact(phrase("Next one due by"), due, strong=over))
    if registry.policy is not None:
        facts.append(Fact(phrase("Policy pack"), registry.policy[1].title))
    if registry.missing:
        facts.append(
            Fact(
                phrase("Missing"),
                plural("{n} document", "{n} documents", len(registry.missing)),
                strong=True,
            )
        )
    return facts


def _records(station: Station, registry: Registry) -> Iterator[Record]:
    on = station.signed_on
    for key, person in registry.people.values():
        yield _row(
            on(key),
            person.series,
            phrase("Person"),
            person.person,
            person.name,
            person.number,
            _person_words(person),
        )
    for key, seal in registry.seals.values():
        yield _row(
            on(key),
            seal.series,
            phrase("Seal"),
            seal.seal,
            seal.name,
            seal.number,
            _seal_words(seal, registry, station.now().date().isoformat()),
        )
    for key, unit in registry.units.values():
        yield _row(
            on(key),
            unit.series,
            phrase("Unit"),
            unit.unit,
            unit.name,
            unit.number,
            "",
        )
    if registry.policy is not None:
        key, pack = registry.policy
        words = phrase("in force from {day}; {law}", day=when(pack.effective), law=pack.legal_basis)
        yield _row(
            station.signed_on(key), pack.series, phrase("Rules"), "", pack.title, pack.number, words
        )
    if registry.revocation is not None:
        key, lists = registry.revocation
        count = plural("{n} list", "{n} lists", len(lists.crls))
        name = phrase("Revocation lists")
        yield _row(
            station.signed_on(key), lists.series, phrase("Lists"), "", name, lists.number, count
        )


def _row(
    day: str, key: str, kind: Phrase, id_: str, name: Shown, number: int, details: Shown
) -> Record:
    return Record(key, (kind, id_, name, str(number), when(day), details))


def _person_words(person: Appointment) -> Phrase:
    posts = enumerated(post_name(post) for post in person.posts)
    if not person.active:
        return phrase("NOT active: {posts}", posts=posts)
    return phrase("{posts}; up to {level}", posts=posts, level=level_name(person.clearance))


def _seal_words(seal: SealRecord, registry: Registry, today: str) -> Phrase:
    keepers = [
        person.name
        for _, person in registry.people.values()
        if person.fingerprint in seal.custodians
    ]
    state = Phrase(SEAL_STATES[seal.state_on(today)])
    if not seal.valid_on(today):
        return phrase("NOT in use: {state}", state=state)
    return phrase(
        "{size}; kept by {keepers}; until {day}",
        size=millimetres(seal.width_um),
        keepers=enumerated(keepers),
        day=when(seal.enabled_until),
    )
