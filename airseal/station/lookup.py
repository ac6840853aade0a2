"""Searching everything that is held here: cases, people, seals, units and bundles (RE-13)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from airseal.model.case import CaseState
from airseal.station.case_rows import Stack
from airseal.station.queries import Queries


class HitKind(StrEnum):
    """What was found besides cases."""

    PERSON = "person"
    SEAL = "seal"
    UNIT = "unit"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that is no case: its id, its name, what else it is found by, and a time or day."""

    kind: HitKind
    key: str
    name: str
    about: str
    at: str = ""

    @property
    def text(self) -> str:
        """All that is looked through."""
        return f"{self.key} {self.name} {self.about} {self.at}".casefold()


@dataclass(frozen=True, slots=True)
class Found:
    """What fits: ``hits`` first, as they are few, then the cases."""

    hits: tuple[Hit, ...]
    cases: Stack


@dataclass(frozen=True, slots=True)
class Lookup:
    """Everything held at one moment, as far as the person logged in may see it."""

    cases: Stack
    hits: tuple[Hit, ...]

    @classmethod
    def of(cls, station: Queries) -> "Lookup":
        """All of it at ``station``."""
        return cls(station.stack(newest=True), (*_registered(station), *_bundles(station)))

    def find(self, words: str, state_words: Mapping[CaseState, str]) -> Found:
        """What fits every one of ``words``; without words all cases, and nothing else."""
        sought = words.casefold().split()
        if not sought:
            return Found((), self.cases)
        hits = (hit for hit in self.hits if all(word in hit.text for word in sought))
        return Found(tuple(hits), self.cases.matching(words, state_words))


def _registered(station: Queries) -> Iterator[Hit]:
    registry = station.registry
    if registry is None:
        return
    for seal, (_, record) in registry.seals.items():
        about = f"{record.unit_name} {record.type}"
        yield Hit(HitKind.SEAL, seal, record.name, about, record.enabled_until)
    for person, (_, row) in registry.people.items():
        yield Hit(HitKind.PERSON, person, row.name, " ".join(row.posts))
    for unit, (_, known) in registry.units.items():
        yield Hit(HitKind.UNIT, unit, known.name, "")


def _bundles(station: Queries) -> Iterator[Hit]:
    for one in station.outlook.imports():
        sender = station.name_of_station(one.unit, one.station)
        by = station.person_name(one.person)
        yield Hit(HitKind.BUNDLE, one.bundle, one.bundle, f"{sender} {by}", one.at)
