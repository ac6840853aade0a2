"""Applying the seal: intent, signed document, own output verified, statement (DESIGN §4)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from airseal.duties.sealing.checks import (
    Intent,
    Position,
    Ready,
    basis_of,
    body_of,
    check,
    check_all,
    check_ticks,
    check_unit,
    refuse_position,
)
from airseal.evidence.paths import decode_der
from airseal.evidence.records import (
    SEAL_ABANDONED,
    SEAL_INTENT,
    SEAL_OUTPUT,
)
from airseal.evidence.signed import Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, to_hex
from airseal.model.problem import Problem
from airseal.model.request import Sealing
from airseal.model.surroundings import Surroundings, result_of
from airseal.paper.papers import Session
from airseal.paper.placement import Place
from airseal.paper.sealing import SealField, SealPlan
from airseal.ports import Ports
from airseal.store import BlobIn, JsonValue


def _environment(around: Surroundings) -> dict[str, JsonValue]:
    """What the check of the surroundings looked at and found, as it is recorded (SE-07)."""
    found: dict[str, JsonValue] = {
        "media": [one.names[0] for one in around.media],
        "users": list(around.users),
        "sharing": list(around.sharing),
    }
    return {"looked_at": list(found), "result": result_of(around), **found}


def seal(
    ports: Ports,
    signer: Signer,
    case: Digest,
    position: Position | None = None,
    checked: Sequence[str] = (),
) -> Signed:
    """Seal the next place of ``case``: two operations of the token, three commits.

    ``checked`` names what the custodian ticked before the PIN and is recorded, and so is what
    was around (SE-01, SE-07). It must be all of ``CHECKS`` where the pack says so
    (``TICKS_MISSING``).

    ``position`` defaults to the approved centre. An open intent with a verified output is
    finished instead, in its own place and time; one without output must be abandoned first
    (``SEAL_UNFINISHED``). From the intent on it cannot be cancelled.
    """
    ready = check_all(ports, case)
    if ready.intent is not None:
        if ready.intent.output is None:
            raise Problem("SEAL_UNFINISHED")
        return _state_sealing(ports, signer, ready, ready.intent)
    check_ticks(ports, ready, checked)
    place = ready.place
    position = position or Position(place.page, place.x_um, place.y_um)
    with ports.store.blob(ready.input) as document, ports.papers.session() as session:
        refused = refuse_position(ports, ready, position, document, session)
        if refused is not None:
            raise refused
        check_unit(ports, ready, document, session)
        at = ports.clock.now().replace(microsecond=0)
        facts: dict[str, JsonValue] = {
            "case": case,
            "document": ready.document,
            "order": place.order,
            "checked": list(checked),
            "surroundings": _environment(ready.around),
            "input": ready.input,
            "page": position.page,
            "x_um": position.x_um,
            "y_um": position.y_um,
            "sealed_at": at.isoformat(),
        }
        # An intent without its seal would have to be given up by hand.
        with ports.no_return():
            ports.store.commit([ports.event(SEAL_INTENT, **facts)])
            output, size = _apply(ports, signer, ready, position, at, document, session)
            intent = Intent(ready.document, place.order, ready.input, position, at, output, size)
            return _state_sealing(ports, signer, ready, intent)


def _apply(
    ports: Ports,
    signer: Signer,
    ready: Ready,
    position: Position,
    at: datetime,
    document: BinaryIO,
    session: Session,
) -> tuple[Digest, int]:
    """Sign the PDF, verify our own output, commit it; returns its digest and size in bytes."""
    registry = ports.registry
    assert registry.revocation is not None
    issuers = [decode_der(text) for text in registry.charter.issuers]
    crls = [decode_der(text) for text in registry.revocation[1].crls]
    root = next(a.root for a in ports.evidence.anchors if a.unit == ports.station.unit)
    plan = SealPlan(
        fields=_fields(ports, ready, position),
        field=field_name(ready.document, ready.place.order),
        signing_time=at,
        signer_name=ports.account.name,
        reason=ready.seal.name,
    )
    with ports.store.blob(ready.seal.impression) as impression:
        sealed = ports.papers.seal(
            document,
            plan,
            impression,
            certificate=signer.certificate,
            issuers=[*issuers, root],
            crls=crls,
            sign=signer.sign,
            session=session,
        )
        with sealed.document:
            report = ports.papers.verify(
                sealed.document,
                roots=[root],
                issuers=issuers,
                crls=crls,
                each=[*_sealed_before(ready), at],
                session=session,
            )
            if not report.sound:
                raise Problem("SEAL_OUTPUT_REFUSED")
            output_event = ports.event(
                SEAL_OUTPUT,
                case=ready.facts.case,
                document=ready.document,
                order=ready.place.order,
                output=sealed.digest,
                output_size=sealed.size,
            )
            sealed.document.seek(0)
            output = BlobIn(sealed.digest, sealed.document, ready.facts.request.level)
            ports.store.commit([output_event], [output])
    return sealed.digest, sealed.size


def _sealed_before(ready: Ready) -> Iterator[datetime]:
    """When the seals already on the document were applied: each counts by its own time."""
    for asked in ready.facts.asked.grant.documents:
        if asked.digest == ready.document:
            done = (ready.facts.sealing(asked.digest, place.order) for place in asked.seals)
            yield from (sealing.time for sealing in done if sealing is not None)


def field_name(document: Digest, order: int) -> str:
    """The PDF signature field of one seal place."""
    return f"airseal-{to_hex(document)[:12]}-{order}"


def _fields(ports: Ports, ready: Ready, position: Position) -> tuple[SealField, ...]:
    """The signature fields of all seals of the document, in order (DESIGN §4).

    The seal at hand stands where the custodian put it, those already applied where their
    sealings say, those to come at their approved places.
    """
    document = next(d for d in ready.facts.asked.grant.documents if d.digest == ready.document)
    fields = []
    for place in document.seals:
        seal = ports.registry.seal(place.seal)[1]
        at = Position(place.page, place.x_um, place.y_um)
        done = ready.facts.sealing(ready.document, place.order)
        if place.order == ready.place.order:
            at = position
        elif done is not None and isinstance(done.body, Sealing):
            at = Position(done.body.page, done.body.x_um, done.body.y_um)
        where = Place(at.page, at.x_um, at.y_um, seal.width_um, seal.height_um)
        fields.append(SealField(field_name(ready.document, place.order), where))
    return tuple(fields)


def _state_sealing(ports: Ports, signer: Signer, ready: Ready, intent: Intent) -> Signed:
    """Sign and commit the sealing statement over an output that is already in the vault."""
    assert intent.output is not None
    at = ports.clock.now()
    signed = author(
        ports.author,
        signer,
        body_of(ready, intent),
        level=ready.facts.request.level,
        at=at,
        case=ready.facts.case,
        on=basis_of(ports, ready),
    )
    ports.hold(signed, at)
    return signed


def abandon(ports: Ports, case: Digest, reason: str) -> None:
    """Record that an unfinished sealing is given up, with the custodian's reason."""
    ready = check(ports, case)
    if ready.intent is None:
        raise Problem("SEAL_NOTHING_UNFINISHED")
    if not reason.strip():
        raise Problem("REASON_MISSING")
    event = ports.event(
        SEAL_ABANDONED,
        case=case,
        document=ready.document,
        order=ready.place.order,
        reason=reason.strip(),
    )
    ports.store.commit([event])
