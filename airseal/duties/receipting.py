"""Receipting (签收): what came is signed for, and the sender's checkpoint countersigned (TX-06)."""

from collections.abc import Collection, Iterator, Sequence

from airseal.evidence.receipts import Came, Left, came, left
from airseal.evidence.signed import Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.delivery import DeliveryState
from airseal.model.level import Level
from airseal.model.moment import parse_moment
from airseal.model.problem import Problem
from airseal.model.receipt import Receipt
from airseal.ports import Ports
from airseal.store import Query


def arrived(ports: Ports) -> tuple[Came, ...]:
    """The bundles of others that were imported here."""
    return came(ports.store.desk)


def sent(ports: Ports) -> tuple[Left, ...]:
    """The bundles that left, and who signed for them."""
    return left(ports.store.desk)


def overdue(ports: Ports) -> frozenset[str]:
    """The bundles sent so long ago that a receipt is late by the pack in force (TX-10).

    It says nothing of the bundle: a receipt that is not here may be on its way (E-08).
    """
    registry = ports.evidence.registry(ports.station.unit)
    held = registry.policy if registry else None
    if held is None:
        return frozenset()
    now = ports.clock.now()
    return frozenset(
        one.bundle
        for one in sent(ports)
        if not one.receipts
        and held[1].waiting(parse_moment(one.at), now, None) is DeliveryState.OVERDUE
    )


def sign(ports: Ports, signer: Signer, bundles: Collection[str]) -> tuple[Signed, ...]:
    """The receipts for ``bundles``, to be sent: all that are new are committed, or none.

    One PIN signs for all that came (AC-04); a bundle is signed for once, so a receipt that was
    signed and did not leave is the one to send. Raises ``Problem("RECEIPT_NOTHING")`` when none
    of them waits for it, and as any act.
    """
    waiting = _waiting(ports, bundles)
    held = [one for row in waiting if row.signed for one in _held(ports, row)]
    fresh = [row for row in waiting if row.signed is None]
    if not held and not fresh:
        raise Problem("RECEIPT_NOTHING")
    return (*held, *_signed(ports, signer, fresh))


def may_sign(ports: Ports, bundles: Collection[str]) -> None:
    """Raise why :func:`sign` would refuse, before a PIN is asked."""
    waiting = _waiting(ports, bundles)
    if any(one.signed is None for one in waiting):
        ports.current_registry().basis(ports.account.person)


def _waiting(ports: Ports, bundles: Collection[str]) -> list[Came]:
    """Those of ``bundles`` that wait for a receipt; raises ``RECEIPT_NOTHING`` for none."""
    waiting = [one for one in arrived(ports) if one.waits and one.bundle in bundles]
    if not waiting:
        raise Problem("RECEIPT_NOTHING")
    return waiting


def _held(ports: Ports, came: Came) -> Iterator[Signed]:
    """The receipt for ``came`` that was signed here."""
    ports.store.wait()
    query = Query(document=came.digest, kinds=frozenset({"receipt"}))
    for found in ports.store.index.page(query).rows:
        known = ports.store.entry(found.sequence).statement_id
        signed = ports.evidence.get(known) if known is not None else None
        if signed is not None and signed.statement.body == _receipt(came):
            yield signed
            return


def _signed(ports: Ports, signer: Signer, waiting: Sequence[Came]) -> tuple[Signed, ...]:
    if not waiting:
        return ()
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
