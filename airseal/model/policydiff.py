"""What differs between two policy packs, line by line, for the person who signs the newer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from airseal.model.catalogue import DocumentKind, SealType
from airseal.model.matrix import Row, Step
from airseal.model.policy import PolicyPack
from airseal.model.settings import table, written
from airseal.model.steps import FlowStep


class Part(StrEnum):
    """The parts of a pack."""

    ABOUT = "about"
    SETTING = "setting"
    KIND = "kind"
    SEAL_TYPE = "seal-type"
    ROW = "row"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one thing, before and after; None where the thing was or is not there."""

    part: Part
    name: str
    field: str
    before: str | None
    after: str | None

    @property
    def texts(self) -> tuple[str | None, str | None]:
        """Before and after."""
        return self.before, self.after


_ABOUT = ("title", "issuer", "owner", "effective", "trial", "legal_basis")


def differences(old: PolicyPack, new: PolicyPack) -> tuple[Change, ...]:
    """Every field that differs, but the number; empty when both say the same."""
    return tuple(_differences(old, new))


def _differences(old: PolicyPack, new: PolicyPack) -> Iterator[Change]:
    for name in _ABOUT:
        yield from _change(Part.ABOUT, name, name, _text(old, name), _text(new, name))
    for line in table():
        before, after = written(old.settings, line.field), written(new.settings, line.field)
        yield from _change(Part.SETTING, line.key, line.field, before, after)
    kinds = [{one.id: one for one in pack.catalogue.kinds} for pack in (old, new)]
    yield from _things(Part.KIND, *kinds)
    types = [{one.id: one for one in pack.catalogue.seal_types} for pack in (old, new)]
    yield from _things(Part.SEAL_TYPE, *types)
    yield from _things(Part.ROW, *({row.id: row for row in pack.matrix} for pack in (old, new)))
    yield from _things(Part.STEP, *({one.id: one for one in pack.flow} for pack in (old, new)))
    order = [", ".join(step.id for step in pack.flow) for pack in (old, new)]
    yield from _change(Part.STEP, "order", "", *order)


def _things(
    part: Part,
    old: Mapping[str, DocumentKind | SealType | Row | FlowStep],
    new: Mapping[str, DocumentKind | SealType | Row | FlowStep],
) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        for one in fields(after or before or Row):
            if one.name == "id":
                continue
            texts = [None if thing is None else _text(thing, one.name) for thing in (before, after)]
            for change in _change(part, name, one.name, *texts):
                if None not in texts or any(texts):
                    yield change


def _change(
    part: Part, name: str, field: str, before: str | None, after: str | None
) -> Iterator[Change]:
    if before != after:
        label = name if field in (name, "") or part is Part.SETTING else f"{name}: {field}"
        yield Change(part, label, field, before, after)


def _text(thing: object, name: str) -> str:
    value = getattr(thing, name)
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(_step(one) for one in value)
        case _:
            return str(value)


def _step(one: object) -> str:
    if isinstance(one, Step):
        return f"{one.role}*{one.count}" if one.count > 1 else str(one.role)
    return str(one)
