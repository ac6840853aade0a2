"""Ruling: the seal department publishes the next version of the policy pack (SU-08, SU-09)."""

from dataclasses import replace

from airseal.evidence.editions import next_edition
from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.policy import PolicyPack
from airseal.model.policydiff import differences
from airseal.model.problem import Problem
from airseal.ports import Ports


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
    at = ports.clock.now()
    ruled, listed = next_edition(ports.author, signer, ports.registry, pack, at)
    ports.hold(ruled, at, beside=[listed])
    return ruled, listed
