"""Exporting: what leaves for whom: cases, bans, delegations, the registry, receipts (TX-03, RE-11).

How a bundle is made and written :mod:`airseal.duties.packing` knows.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from airseal.duties.packing import Exported, Prepared, place, prepare
from airseal.evidence.opening import (
    KIND_CASES,
    KIND_RECEIPTS,
    KIND_REGISTRY,
    KIND_STAFF,
    current_documents,
    impressions,
    sources,
)
from airseal.evidence.signed import Signed
from airseal.evidence.staff import taken_by
from airseal.evidence.tombstones import is_deleted
from airseal.keys.tokenhost import Signer
from airseal.model.case import Facts, fold
from airseal.model.channel import Channel, Leaving, judge_channel
from airseal.model.delegation import DelegationBody
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.receipt import Receipt
from airseal.model.staff import StaffList
from airseal.ports import Ports
from airseal.store import JsonValue


@dataclass(frozen=True, slots=True)
class Leaves:
    """What an export would take out, before anything is signed (BK-08).

    ``cases`` are those whose papers leave, ``recipients`` the units that they name. ``size`` in
    bytes is what goes into the bundle; the ledger's proofs and the packing come on top.
    """

    cases: tuple[Digest, ...]
    documents: int
    statements: int
    level: Level
    recipients: tuple[str, ...]
    size: int


def export_cases(
    ports: Ports,
    signer: Signer,
    cases: Sequence[Digest],
    medium: Path,
    channel: Channel = Channel.MEDIUM,
) -> Exported:
    """Write the closure of ``cases`` with their current documents to ``medium``.

    Whoever gets a corrected version gets the ban of the earlier one beside it, without its
    papers (FL-04, E-01). Raises ``CHANNEL_LEVEL`` before anything is signed (C-25, SC-02).
    It can be cancelled until the last bundle is whole on the medium; the ban goes first, so that
    nobody who cancels between the two leaves a corrected version without it.
    """
    check_channel(ports, cases, channel)
    bans = None
    if banned := banned_by(ports, cases):
        bans = place(ports, prepare_cases(ports, signer, banned, papers=False), medium).path
    return replace(place(ports, prepare_cases(ports, signer, cases), medium), bans=bans)


def check_channel(ports: Ports, cases: Sequence[Digest], channel: Channel) -> None:
    """Raise why some of ``cases`` may not leave by ``channel`` under the pack in force."""
    registry = ports.evidence.registry(ports.station.unit)
    held = registry.policy if registry else None
    for case in cases:
        facts = fold(case, ports.evidence.case_statements(case))
        if facts is None:
            raise Problem("CASE_UNKNOWN")
        kinds = frozenset(one.kind for one in facts.statements)
        leaving = Leaving(facts.request.level, kinds, documents=True)
        ceilings = held[1].ceilings if held else {}
        problem = judge_channel(channel, leaving, ceilings, ports.station.level)
        if problem is None and held and not facts.paperless:
            problem = _largest(held[1], channel, facts)
        if problem is not None:
            raise problem


def _largest(pack: PolicyPack, channel: Channel, facts: Facts) -> Problem | None:
    """Why the papers of a case are too large for ``channel``, or None (DC-15)."""
    sizes = [one.size for one in facts.asked.grant.documents]
    sizes += [one.size for one in facts.asked.sources]
    return pack.judge_size(channel, max(sizes))


def banned_by(ports: Ports, cases: Sequence[Digest]) -> list[Digest]:
    """The cases beside ``cases`` whose ban must travel with them (E-01)."""
    return [old for old in _corrected(ports, cases) if old not in cases]


def _corrected(ports: Ports, cases: Sequence[Digest]) -> list[Digest]:
    """The cases held here that ``cases`` correct and that are banned, and theirs in turn."""
    found: list[Digest] = []
    pending = list(cases)
    while pending:
        facts = fold(case := pending.pop(), ports.evidence.case_statements(case))
        old = facts.asked.replaces if facts is not None else None
        if old is None or old in found:
            continue
        earlier = fold(old, ports.evidence.case_statements(old))
        if earlier is not None and earlier.banned:
            found.append(old)
            pending.append(old)
    return sorted(found)


def prepare_cases(
    ports: Ports, signer: Signer, cases: Sequence[Digest], *, papers: bool = True
) -> Prepared:
    """Sign the closure of ``cases`` as a bundle into the vault; it leaves later, or by light.

    Without ``papers`` it says what became of the cases and brings no document along. With
    them, sealed documents are judged first: raises ``EXPORT_UNSOUND`` (VF-07).
    """
    if papers:
        _require_sound(ports, cases)
    level, held, documents = _contents(ports, cases, papers=papers)
    return prepare(ports, signer, KIND_CASES, level, held, documents, tuple(cases))


def leaving(ports: Ports, cases: Sequence[Digest]) -> Leaves:
    """What :func:`export_cases` would take out of the cases; signs nothing, writes nothing."""
    level, held, documents = _contents(ports, cases, papers=True)
    told = [fold(case, ports.evidence.case_statements(case)) for case in cases]
    recipients = [one.unit for facts in told if facts for one in facts.asked.grant.recipients]
    size = sum(len(signed.p7m) for signed in held)
    for digest in set(documents):
        with ports.store.blob(digest) as document:
            size += document.seek(0, os.SEEK_END)
    return Leaves(
        cases=tuple(cases),
        documents=len(set(documents)),
        statements=len(held),
        level=level,
        recipients=tuple(dict.fromkeys(recipients)),
        size=size,
    )


def _contents(
    ports: Ports, cases: Sequence[Digest], *, papers: bool
) -> tuple[Level, Sequence[Signed], list[Digest]]:
    """The level, the statements and the documents that leave with ``cases``."""
    documents: list[Digest] = []
    roots: list[Digest] = []
    levels: list[Level] = []
    for case in cases:
        statements = ports.evidence.case_statements(case)
        facts = fold(case, statements)
        if facts is None:
            raise Problem("CASE_UNKNOWN")
        gone = is_deleted(ports.store.desk, case)
        if papers and not gone:
            documents.extend((*current_documents(facts), *sources(facts)))
        roots.extend(statement.id for statement in statements)
        levels.append(facts.request.level)
    # The reader must be able to tell who signed the bundle itself.
    roots.extend(ports.registry.basis(ports.account.person))
    level = max(levels, key=lambda one: one.rank, default=Level.INTERNAL)
    held = ports.evidence.closure(roots)
    # A delegation that was relied on never travels without the statement that ended it.
    # The own ones go along with the papers, so that representatives learn of theirs.
    roots.extend(_own_delegations(ports))
    ends = ports.evidence.ends_of(one.id for one in held)
    return level, ports.evidence.closure([*roots, *ends]), documents


def export_delegations(ports: Ports, signer: Signer, medium: Path) -> Exported:
    """Write the own delegations and their ends to ``medium``, without any paper (AP-05).

    So that a representative's station, or one that must know of an end, need not wait for a
    case. Raises ``Problem("DELEGATION_UNKNOWN")`` for somebody who gave none.
    """
    own = _own_delegations(ports)
    if not own:
        raise Problem("DELEGATION_UNKNOWN")
    held = ports.evidence.closure([*own, *ports.registry.basis(ports.account.person)])
    made = prepare(ports, signer, KIND_REGISTRY, Level.INTERNAL, held, (), ())
    return place(ports, made, medium)


def _own_delegations(ports: Ports) -> list[Digest]:
    """The delegations that this person gave, and their ends; not what is said of others."""
    said = (one for one in ports.evidence.office if isinstance(one.body, DelegationBody))
    return [one.id for one in said if one.by == ports.account.person]


def _require_sound(ports: Ports, cases: Sequence[Digest]) -> None:
    """Raise ``EXPORT_UNSOUND`` for the first sealed case whose seals do not hold (VF-07)."""
    with ports.papers.rushing():
        for case in cases:
            facts = fold(case, ports.evidence.case_statements(case))
            if facts is None or not facts.sealings or is_deleted(ports.store.desk, case):
                continue
            obstacle = ports.verdict(case).obstacle
            if obstacle is not None:
                why = obstacle.reason or Problem(obstacle.code)
                said = {"paper": facts.asked.title, "because": why.code}
                raise Problem("EXPORT_UNSOUND", **{**why.params, **said})


def export_registry(ports: Ports, signer: Signer, medium: Path) -> Exported:
    """Write the current registry with the impressions of its seals to ``medium``.

    And what is said beside any case: delegations, and who was trained (SU-05).
    """
    registry = ports.registry
    assert registry.snapshot is not None
    assert registry.snapshot_id is not None
    roots = [registry.snapshot_id, *(head.id for head in registry.snapshot.heads)]
    roots += [one.id for one in ports.evidence.office]
    held = ports.evidence.closure(roots)
    documents = impressions(registry)
    made = prepare(ports, signer, KIND_REGISTRY, Level.INTERNAL, held, documents, ())
    return place(ports, made, medium)


def export_staff(ports: Ports, signer: Signer, filed: Digest, medium: Path) -> Exported:
    """Write the list of people ``filed`` to ``medium``, with their responsibilities (PE-02)."""
    own, desk = ports.station, ports.store.desk
    listed = ports.evidence.statement(filed)
    people = listed.body.people if listed and isinstance(listed.body, StaffList) else ()
    taken = [taken_by(desk, own.unit, own.id, row.person) for row in people]
    roots = [filed, *(one.statement for one in taken if one is not None)]
    roots += ports.registry.basis(ports.account.person)
    held = ports.evidence.closure(roots)
    made = prepare(ports, signer, KIND_STAFF, Level.INTERNAL, held, (), ())
    return place(ports, made, medium)


def export_receipts(
    ports: Ports, signer: Signer, receipts: Sequence[Signed], medium: Path
) -> Exported:
    """Write receipts to ``medium``, for the stations whose bundles they are about (TX-06)."""
    basis = ports.registry.basis(ports.account.person)
    held = ports.evidence.closure([*(one.id for one in receipts), *basis])
    bodies = (one.statement.body for one in receipts)
    about: list[JsonValue] = [body.bundle for body in bodies if isinstance(body, Receipt)]
    made = prepare(ports, signer, KIND_RECEIPTS, Level.PUBLIC, held, (), (), signed_for=about)
    return place(ports, made, medium)
