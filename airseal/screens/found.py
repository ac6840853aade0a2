"""One thing that a search found and that is no case: what is held of it."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.station import Station
from airseal.station.lookup import Hit, HitKind
from airseal.text import (
    Phrase,
    level_name,
    mark,
    millimetres,
    one_after_another,
    phrase,
    post_name,
    role_name,
    when,
    with_id,
)


class FoundScreen(StationScreen[None]):
    """Facts only; the registry page and the cases are where something can be done."""

    HEADING = mark("What was found")
    HELP = mark("Everything this station holds of it, as of the last import. Esc goes back.")

    def __init__(self, session: Session, hit: Hit) -> None:
        super().__init__(session)
        self._hit = hit

    @property
    def heading(self) -> Phrase:
        """Its name."""
        return phrase("{name}", name=self._hit.name)

    def body(self) -> ComposeResult:
        """The facts, once they are read."""
        with VerticalScroll():
            yield FactTable()

    def on_mount(self) -> None:
        """Read them."""
        self.look(lambda station: list(_facts(station, self._hit)), self._show)

    def _show(self, facts: list[Fact]) -> None:
        self.query_one(FactTable).show(facts)


def _facts(station: Station, hit: Hit) -> Iterator[Fact]:
    match hit.kind:
        case HitKind.PERSON:
            yield from _person(station, hit.key)
        case HitKind.SEAL:
            yield from _seal(station, hit.key)
        case HitKind.UNIT:
            yield Fact(phrase("Unit"), hit.name, strong=True)
            yield Fact(phrase("Its id"), hit.key)
        case HitKind.BUNDLE:
            yield from _bundle(station, hit.key)


def _person(station: Station, person: str) -> Iterator[Fact]:
    held = station.registry.people.get(person) if station.registry else None
    if held is None:
        return
    row = held[1]
    yield Fact(phrase("Name"), with_id(row.name, row.person), strong=True)
    yield Fact(phrase("Post"), one_after_another(post_name(post) for post in row.posts))
    if row.roles:
        roles = one_after_another(role_name(role) for role in row.roles)
        yield Fact(phrase("Approves as"), roles)
    yield Fact(phrase("Clearance"), level_name(row.clearance))
    state = phrase("in office") if row.active else phrase("out of office")
    yield Fact(phrase("State"), state, strong=not row.active)


def _seal(station: Station, seal: str) -> Iterator[Fact]:
    held = station.registry.seals.get(seal) if station.registry else None
    if held is None:
        return
    record = held[1]
    size = phrase(
        "{width} x {height}",
        width=millimetres(record.width_um),
        height=millimetres(record.height_um),
    )
    yield Fact(phrase("Seal"), record.name, strong=True)
    yield Fact(phrase("Unit"), record.unit_name)
    yield Fact(phrase("True size"), size)
    yield Fact(phrase("Station"), record.station)
    yield Fact(phrase("In use from"), when(record.enabled_from))
    yield Fact(phrase("In use until"), when(record.enabled_until), strong=True)
    if not record.enabled:
        yield Fact(phrase("State"), phrase("NOT in use"), strong=True)


def _bundle(station: Station, bundle: str) -> Iterator[Fact]:
    one = next((each for each in station.outlook.imports() if each.bundle == bundle), None)
    if one is None:
        return
    sender = station.name_of_station(one.unit, one.station)
    yield Fact(phrase("From"), sender, strong=True)
    yield Fact(phrase("Made by"), station.person_name(one.person))
    yield Fact(phrase("Imported at"), when(one.at), strong=True)
    yield Fact(phrase("New statements"), str(one.new))
    for case in one.cases:
        yield Fact(phrase("Case"), station.title_of(case) or phrase("not known here"))
