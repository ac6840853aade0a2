"""A security administrator (安全保密管理员) at a station of the demo unit."""

from datetime import datetime

from demo_unit import DemoUnit
from station_kit import store_of

from airseal.model.secret import Secret
from airseal.station import Station
from airseal.store import EntryIn

GUARD = "guo"
_PASSWORD = "Guard-Well-2026"


def appoint_guard(unit: DemoUnit, post: str) -> None:
    """Open the account; ``at_guard`` opens the station with it."""
    with store_of(unit, post) as store:
        facts = {
            "person": GUARD,
            "name": "孙安全",
            "phone": "",
            "post": "security-admin",
            "clearance": "internal",
            "known": True,
            "remembered": "",
        }
        at = datetime.now().astimezone().replace(microsecond=0).isoformat()
        store.commit([EntryIn("account-opened", unit.person(post)["id"], at, facts)])
        store.add_person(GUARD, Secret(_PASSWORD))


def at_guard(unit: DemoUnit, post: str, **options: object) -> Station:
    return Station.open(unit.home(post), GUARD, Secret(_PASSWORD), **options)  # type: ignore[arg-type]
