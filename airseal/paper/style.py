"""Official seal styles: who may carry a seal of which size (X-12, LC-06).

国发〔1999〕25号 gives diameters by the kind of unit; a seal outside the table needs an
approval reference of its own, which is the registrar's business, not this module's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from airseal.model.problem import Problem
from airseal.paper.placement import mm


class UnitClass(StrEnum):
    """Kinds of units the regulation distinguishes."""

    STATE_COUNCIL = "state-council"
    PROVINCE = "province"
    VICE_MINISTRY = "vice-ministry"
    STATE_BUREAU = "state-bureau"
    CITY_COUNTY = "city-county"
    TOWNSHIP = "township"
    FOREIGN_MISSION = "foreign-mission"
    INTERNAL = "internal"
    ENTERPRISE = "enterprise"


class Emblem(StrEnum):
    """What stands in the middle."""

    STATE_EMBLEM = "state-emblem"
    STAR = "star"


@dataclass(frozen=True, slots=True)
class Style:
    """A round seal's diameter in µm, exact or as an upper bound, and its emblems."""

    diameter_um: int
    exact: bool
    emblems: frozenset[Emblem]


_EITHER: Final = frozenset(Emblem)
_EMBLEM: Final = frozenset({Emblem.STATE_EMBLEM})
_STAR: Final = frozenset({Emblem.STAR})

STYLES: Final[Mapping[UnitClass, Style]] = {
    UnitClass.STATE_COUNCIL: Style(60_000, True, _EMBLEM),
    UnitClass.PROVINCE: Style(50_000, True, _EITHER),
    UnitClass.VICE_MINISTRY: Style(45_000, True, _EITHER),
    UnitClass.STATE_BUREAU: Style(45_000, True, _EITHER),
    UnitClass.CITY_COUNTY: Style(45_000, True, _EITHER),
    UnitClass.TOWNSHIP: Style(42_000, True, _STAR),
    UnitClass.FOREIGN_MISSION: Style(42_000, True, _EMBLEM),
    UnitClass.INTERNAL: Style(45_000, False, _STAR),
    UnitClass.ENTERPRISE: Style(45_000, False, _STAR),
}
"""国发〔1999〕25号, as REQUIREMENTS X-12 quotes it."""


def check_style(unit: UnitClass, diameter_um: int, emblem: Emblem = Emblem.STAR) -> Problem | None:
    """``SEAL_DIAMETER`` (mm, required mm) or ``SEAL_EMBLEM`` when the table says otherwise."""
    style = STYLES[unit]
    fits = diameter_um == style.diameter_um if style.exact else diameter_um <= style.diameter_um
    if not fits:
        return Problem(
            "SEAL_DIAMETER", mm=mm(diameter_um), required=mm(style.diameter_um), unit=unit.value
        )
    if emblem not in style.emblems:
        return Problem("SEAL_EMBLEM", unit=unit.value)
    return None
