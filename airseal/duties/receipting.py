"""Receipting (签收): what came is signed for, and the sender's checkpoint countersigned (TX-06)."""

from collections.abc import Collection

from airseal.evidence.receipts import Came, Left, came, left
from airseal.evidence.signed import Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.receipt import Receipt
from airseal.ports import Ports


def arrived(ports: Ports) -> tuple[Came, ...]:
    """The bundles of others that were imported here."""
    return came(ports.store.desk)


def sent(ports: Ports) -> tuple[Left, ...]:
    """The bundles that left, and who signed for them."""
    return left(ports.store.desk)


def sign(ports: Ports, signer: Signer, bundles: Collection[str]) -> tuple[Signed, ...]:
    """Sign for each of ``bundles``; all of the receipts are committed, or none.

    One PIN signs for all that came (AC-04); a bundle is signed for once. Raises
    ``Problem("RECEIPT_NOTHING")`` when none of them waits for it, and as any act.
    """
    waiting = [one for one in arrived(ports) if one.signed is None and one.bundle in bundles]
    if not waiting:
        raise Problem("RECEIPT_NOTHING")
    at = ports.clock.now()
    basis = ports.current_registry().basis(ports.account.person)
    signed = tuple(
        author(ports.author, signer, _receipt(one), level=Level.PUBLIC, at=at, on=basis)
        for one in waiting
    )
    ports.hold(signed[0], at, beside=signed[1:])
    return signed


def _receipt(one: Came) -> Receipt:
    return Receipt(
        bundle=one.bundle,
        digest=one.digest,
        unit=one.unit,
        station=one.station,
        imported=one.imported,
        size=one.size,
        root=one.root,
    )
