"""Looking ahead (提示): what ends soon, and when each partner station was heard last (E-07)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from airseal.evidence.accounts import use_rights
from airseal.evidence.board import Board
from airseal.evidence.paths import decode_der
from airseal.evidence.sealchecks import plan
from airseal.evidence.summaries import standing
from airseal.evidence.trainings import any_recorded, results, results_of
from airseal.keys.certificates import valid_until
from airseal.model.current import Registry
from airseal.model.delegation import Delegation
from airseal.model.ending import NEVER, Ending, Ends
from airseal.model.moment import parse_moment
from airseal.model.people import Post
from airseal.model.rights import ANSWERED_FOR, Right, may, rights_of
from airseal.model.training import last_passed
from airseal.ports import Ports


@dataclass(frozen=True, slots=True)
class Heard:
    """Another station, and the time of the last import from it; ``imports`` counts them all."""

    unit: str
    station: str
    at: str
    imports: int


@dataclass(frozen=True, slots=True)
class Import:
    """One bundle that was imported: whose it was, when, and what it brought."""

    bundle: str
    kind: str
    unit: str
    station: str
    person: str
    at: str
    new: int
    cases: tuple[str, ...]


def imports(ports: Ports) -> Iterator[Import]:
    """Every bundle that was imported here."""
    for bundle, row in ports.store.desk.items("imports"):
        assert isinstance(row, dict)
        unit, _, station = str(row["sender"]).partition("/")
        new, cases = row["new"], row["cases"]
        assert isinstance(new, int)
        assert isinstance(cases, list)
        yield Import(
            bundle=bundle,
            kind=str(row["kind"]),
            unit=unit,
            station=station,
            person=str(row["by"]),
            at=str(row["at"]),
            new=new,
            cases=tuple(map(str, cases)),
        )


def heard(ports: Ports) -> tuple[Heard, ...]:
    """Every station something was imported from, the one not heard for longest first."""
    last: dict[tuple[str, str], Heard] = {}
    for one in imports(ports):
        before = last.get((one.unit, one.station))
        newest = one.at if before is None else max(before.at, one.at, key=parse_moment)
        count = 1 + (before.imports if before else 0)
        last[one.unit, one.station] = Heard(one.unit, one.station, newest, count)
    return tuple(sorted(last.values(), key=lambda one: parse_moment(one.at)))


def endings(ports: Ports, board: Callable[[], Board]) -> Iterator[Ends]:
    """What ends here some day: registry, certificates, seals, delegations, trainings, use rights.

    Everybody is told of the registry, the seals and their own certificate; who publishes the
    registry is told of everybody's certificate, who grants use rights of everybody's, who records
    trainings of everybody's. ``board`` hands out the board brought up to date.
    """
    registry = ports.evidence.registry(ports.station.unit)
    if registry is None or registry.snapshot is None:
        return
    yield Ends(Ending.REGISTRY, registry.unit, _day(parse_moment(registry.snapshot.next_update)))
    for seal, (_, record) in registry.seals.items():
        if record.enabled:
            yield Ends(Ending.SEAL, seal, date.fromisoformat(record.enabled_until))
    yield from _checks(ports, registry)
    yield from _summaries(ports, registry, board)
    yield from _certificates(ports, registry)
    yield from _delegations(ports)
    yield from _use_rights(ports)
    yield from _trainings(ports, registry)


def lead_days(ports: Ports) -> int:
    """How early an end is announced, by the policy pack (LC-12)."""
    registry = ports.evidence.registry(ports.station.unit)
    held = registry.policy if registry else None
    return held[1].settings.lead_days if held else _LEAD_DAYS


_LEAD_DAYS = 30
"""Before there is a policy pack."""


def _certificates(ports: Ports, registry: Registry) -> Iterator[Ends]:
    everybody = may(ports.account.post, Right.PUBLISH)
    for person, (_, row) in registry.people.items():
        if row.active and (everybody or person == ports.account.person):
            last = valid_until(decode_der(row.certificate))
            yield Ends(Ending.CERTIFICATE, person, _day(last))


def _checks(ports: Ports, registry: Registry) -> Iterator[Ends]:
    """The periodic checks of the seals kept here that are in this person's custody (LC-24)."""
    held = registry.people.get(ports.account.person)
    if held is None or registry.policy is None:
        return
    entries = (ports.evidence.statement(key) for key, _ in registry.seals.values())
    today = ports.clock.now().date()
    for row in plan(ports.store.desk, registry.policy[1], entries, ports.station.id, today):
        if held[1].fingerprint in row.record.custodians:
            yield Ends(Ending.SEAL_CHECK, row.record.seal, date.fromisoformat(row.until))


def _summaries(ports: Ports, registry: Registry, board: Callable[[], Board]) -> Iterator[Ends]:
    """The oldest period without its summary table, to who seals here (RE-04)."""
    if registry.policy is None or not may(ports.account.post, Right.SEAL):
        return
    today, pack = ports.clock.now().date(), registry.policy[1]
    rows = standing(ports.store.desk, board().sealings(), pack, today)
    missing = [row.period for row in rows if row.missing]
    if missing:
        yield Ends(Ending.SUMMARY, missing[-1].name, missing[-1].last)


def _delegations(ports: Ports) -> Iterator[Ends]:
    """Those given or taken by this person that stand; the seal department sees all."""
    context, person = ports.evidence.context(), ports.account.person
    for one in ports.evidence.office:
        match one.body:
            case Delegation(delegate=delegate, end=end):
                concerned = person in (one.by, delegate) or ports.account.post is Post.AUTHORITY
                if concerned and context.ended_at(one.id) is None:
                    yield Ends(Ending.DELEGATION, delegate, date.fromisoformat(end))
            case _:
                pass


def _use_rights(ports: Ports) -> Iterator[Ends]:
    everybody = may(ports.account.post, Right.GRANT_USE)
    for one in use_rights(ports.store.desk):
        if not one.ended and (everybody or one.person == ports.account.person):
            yield Ends(Ending.USE_RIGHT, one.person, date.fromisoformat(one.end))


def _trainings(ports: Ports, registry: Registry) -> Iterator[Ends]:
    """When trainings end; and that the own one never was, for a post that the rule is about.

    That is told only where trainings are recorded or demanded: else nobody asks for one.
    """
    if registry.policy is None:
        return
    pack, own = registry.policy[1], ports.account.person
    today = ports.clock.now().date().isoformat()
    everybody = may(ports.account.post, Right.RECORD_TRAINING)
    mine = results_of(ports.evidence, registry.unit, own)
    held = results(ports.evidence, registry.unit) if everybody else {own: mine}
    for person, (_, row) in registry.people.items():
        last = last_passed(held.get(person, ()), today)
        if last is not None and row.active and (everybody or person == own):
            yield Ends(Ending.TRAINING, person, pack.training_ends(last))
    never = last_passed(mine, today) is None
    asked = pack.demands_training or any_recorded(ports.evidence, registry.unit)
    if never and asked and rights_of(ports.account.post) & ANSWERED_FOR:
        yield Ends(Ending.TRAINING, own, NEVER)


def _day(at: datetime) -> date:
    """The last full day of what holds until ``at``, in local time."""
    return at.astimezone().date()
