"""Ruling: the seal department publishes the next version of the policy pack (SU-08, SU-09)."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from airseal.evidence.records import statement_entry
from airseal.evidence.signed import Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.level import Level
from airseal.model.policy import PolicyPack
from airseal.model.policydiff import differences
from airseal.model.problem import Problem
from airseal.model.registry import SeriesHead, Snapshot
from airseal.ports import Ports

LIST_LIFE: Final = timedelta(days=90)
"""How long the new snapshot holds before the next must be there (E-12)."""


def check(ports: Ports, pack: PolicyPack) -> PolicyPack:
    """``pack`` as it would be published: with the next number.

    Raises ``Problem("PACK_NOT_NEWER")`` (``number``, ``next``) for one made from another
    pack than the one in force, ``PACK_UNCHANGED`` and ``PACK_SEAL_TYPE`` (``type``) where a
    registered seal's type is not in its catalogue.
    """
    registry = ports.registry
    held = registry.policy
    if held is not None:
        if pack.number not in (held[1].number, held[1].number + 1):
            raise Problem("PACK_NOT_NEWER", number=pack.number, next=held[1].number + 1)
        if not differences(held[1], pack):
            raise Problem("PACK_UNCHANGED")
    for _, seal in registry.seals.values():
        if pack.catalogue.seal_type(seal.type) is None:
            raise Problem("PACK_SEAL_TYPE", type=seal.type)
    return replace(pack, number=held[1].number + 1 if held else 1)


def publish(ports: Ports, signer: Signer, pack: PolicyPack) -> tuple[Signed, ...]:
    """Sign ``pack`` as the next of its series, and the snapshot that makes it current.

    Both are committed together. Raises as ``check``.
    """
    pack = check(ports, pack)
    registry, at = ports.registry, ports.clock.now()
    assert registry.snapshot is not None
    on = [registry.charter_id]
    ruled = author(ports.author, signer, pack, level=Level.INTERNAL, at=at, on=on)
    heads = {head.series: head for head in registry.snapshot.heads}
    heads[pack.series] = SeriesHead(pack.series, pack.number, ruled.id)
    # The lists it names are as old as before: a new rule must not make them look fresh.
    update = min(registry.snapshot.next_update, (at + LIST_LIFE).replace(microsecond=0).isoformat())
    snapshot = Snapshot(
        number=registry.snapshot.number + 1,
        next_update=update,
        heads=tuple(heads[series] for series in sorted(heads)),
    )
    listed = author(ports.author, signer, snapshot, level=Level.INTERNAL, at=at, on=on)
    made = (ruled, listed)
    trial = ports.evidence.copy().offer(made)
    for problem in trial.refused.values():
        raise problem
    ports.store.commit([statement_entry(one, ports.account.person, at) for one in made])
    ports.evidence.offer(made)
    return made
