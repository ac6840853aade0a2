"""Who holds a version that was banned or voided, and who has acknowledged that (E-01, FL-04).

A station is known to hold a case by what was said there about it; a unit by being a recipient
of what was sealed. No receipt is no proof that nothing is held: the list says what is known.
"""

from dataclasses import dataclass

from airseal.model.facts import Facts
from airseal.model.flow import Acknowledgement, Ban, Voiding


@dataclass(frozen=True, slots=True)
class Holder:
    """A station of a unit, or a recipient unit as a whole (``station`` empty)."""

    unit: str
    station: str = ""


@dataclass(frozen=True, slots=True)
class BanTrack:
    """The holders of a stopped version: all that are known, and who has acknowledged."""

    holders: tuple[Holder, ...]
    acknowledged: tuple[Holder, ...]

    @property
    def missing(self) -> tuple[Holder, ...]:
        """Those who have not."""
        return tuple(one for one in self.holders if one not in self.acknowledged)


def track(facts: Facts) -> BanTrack | None:
    """What is known of the ban or void notice of a case; None while there is none.

    Where it was said nothing needs to be acknowledged. A unit has acknowledged when any
    station of it has; an acknowledgement counts when it knew the ban.
    """
    stops = [
        s
        for s in facts.flows
        if isinstance(s.body, Voiding) or (isinstance(s.body, Ban) and s.by == facts.request.by)
    ]
    if not stops:
        return None
    issuers = {Holder(s.unit, s.station) for s in stops}
    holders = {Holder(s.unit, s.station) for s in facts.statements} - issuers
    if facts.sealings:
        units = {one.unit for one in facts.asked.grant.recipients}
        holders |= {Holder(unit) for unit in units - {one.unit for one in issuers}}
    ids = {s.id for s in stops}
    said = [
        s
        for s in facts.flows
        if isinstance(s.body, Acknowledgement) and ids & {s.id for s in facts.known_to(s)}
    ]
    done = {Holder(s.unit, s.station) for s in said} | {Holder(s.unit) for s in said}
    return BanTrack(
        tuple(sorted(holders, key=lambda one: (one.unit, one.station))),
        tuple(sorted(holders & done, key=lambda one: (one.unit, one.station))),
    )
