"""The door log joins the ledger: refused logins are told by the next one that succeeds."""

from collections.abc import Callable, Iterable
from datetime import datetime

from airseal.store import DeskView, DeskWrite, Entry, EntryIn, JsonValue, Visit

LOGIN = "login"
LOGIN_REFUSED = "login-refused"
DOOR_LOST = "door-lost"

_TABLE = "door"


def arrival(
    desk: DeskView, visit: Visit, event: Callable[..., EntryIn], zone: datetime
) -> list[EntryIn]:
    """What a login writes: a lost door log, every try before it that was refused, itself.

    A log is lost when its file was missing, damaged or tampered with, or is older than the one
    the last login saw. Tries that are in the ledger already (a crash came before they could be
    forgotten) are not written again. ``zone`` gives times their offset.
    """
    seen, last = desk.get(_TABLE, "serial"), desk.get(_TABLE, "last")
    entries = []
    if visit.lost or (isinstance(seen, int) and visit.before < seen):
        entries.append(event(DOOR_LOST, serial=visit.before))
    ids = [knock.id for knock in visit.knocks]
    fresh = visit.knocks[ids.index(str(last)) + 1 :] if last in ids else visit.knocks
    for knock in fresh:
        tried = datetime.fromtimestamp(knock.wall, zone.tzinfo).isoformat()
        facts: dict[str, JsonValue] = {"person": knock.person, "means": knock.means}
        entries.append(event(LOGIN_REFUSED, knock=knock.id, tried=tried, **facts))
    return [*entries, event(LOGIN, door=visit.serial)]


def project_door(entry: Entry) -> Iterable[DeskWrite]:
    """What the desk remembers of the door: how far it was read."""
    match entry.kind:
        case "login" if "door" in entry.facts:
            yield DeskWrite(_TABLE, "serial", entry.facts["door"])
        case "login-refused":
            yield DeskWrite(_TABLE, "last", entry.facts["knock"])
        case _:
            return
