"""Whether the people of the roster can give what a paper asks (AP-04)."""

from collections.abc import Iterable

from airseal.model.matrix import Demand
from airseal.model.people import Role
from airseal.model.registry import Appointment


def unfilled(demand: Demand, people: Iterable[Appointment]) -> Role | None:
    """The highest role for which too few are left, or None if everybody asked can be had.

    One person counts once (AP-10), whichever of their roles is asked; a representative adds
    nobody, since whose place they take counts with them.
    """
    rows = sorted(people, key=lambda row: row.person)
    taken: dict[str, Role] = {}

    def seat(role: Role, tried: set[str]) -> bool:
        """Find somebody for ``role``, moving others to another of their roles."""
        for row in rows:
            if row.person in tried or not row.approves_as(role):
                continue
            tried.add(row.person)
            if row.person not in taken or seat(taken[row.person], tried):
                taken[row.person] = role
                return True
        return False

    for role, count in sorted(demand.asked.items(), key=lambda asked: -asked[0].rank):
        for _ in range(count):
            if not seat(role, set()):
                return role
    return None
