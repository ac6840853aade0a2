"""Sealing, the program's half: what is signed is decided, and proved, outside the jail.

The jail appends one revision with a gap to a copy of the document. The program then checks
that the copy still starts with exactly the approved bytes and that the gap is empty, hashes
it itself, has the token sign that, fills the gap itself, freezes the file so that not even
the jail can change it any more, and hashes it once more. So a hostile document that took
over its parser can spoil its own seal, but cannot get anything else signed.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.paper import cades, memfd, wire
from airseal.paper.jail import Session
from airseal.paper.placement import Place


@dataclass(frozen=True, slots=True)
class SealField:
    """A signature field: its name (``a-z 0-9 -``) and the place of its seal picture."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class SealPlan:
    """One sealing. ``fields`` are those of *all* sealings of the document, in order.

    The first sealing creates them all, since a later new field would break its signature;
    ``field`` names the one sealed now. ``signing_time`` is aware (本机时间); ``reason``,
    ``signer_name`` and ``location`` become ``/Reason``, ``/Name`` and ``/Location``.
    """

    fields: tuple[SealField, ...]
    field: str
    signing_time: datetime
    signer_name: str
    reason: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed document, frozen in memory, and its SHA-256; the holder closes it."""

    document: BinaryIO
    digest: Digest
    size: int


def seal(
    session: Session,
    document: BinaryIO,
    plan: SealPlan,
    impression: BinaryIO,
    *,
    certificate: bytes,
    issuers: Sequence[bytes],
    crls: Sequence[bytes],
    sign: Callable[[bytes], bytes],
) -> Sealed:
    """Seal the frozen ``document``; see :meth:`airseal.paper.papers.Papers.seal`."""
    output = memfd.copy(document)
    try:
        request = wire.Prepare(
            fields=tuple(wire.FieldPlan(f.name, f.place) for f in plan.fields),
            field=plan.field,
            signer_name=plan.signer_name,
            reason=plan.reason,
            location=plan.location,
            signing_time=plan.signing_time.isoformat(),
            issuers=tuple(issuers),
            crls=tuple(crls),
            gap_digits=2 * cades.largest_size(certificate, tuple(issuers)),
        )
        gap = session.ask(request, [output, impression], wire.Gap)
        _check_prepared(document, output, gap, request.gap_digits)
        _, signed_digest = memfd.digests(output, gap.start, gap.end)
        attributes = cades.signed_attributes(signed_digest, certificate)
        container = cades.signed_data(attributes, sign(attributes), certificate, issuers)
        if 2 * len(container) > request.gap_digits:
            raise Problem("SEAL_SIGNATURE_TOO_LARGE", limit=request.gap_digits // 2)
        os.pwrite(output.fileno(), container.hex().upper().encode(), gap.start + 1)
        memfd.freeze(output)
        whole, still = memfd.digests(output, gap.start, gap.end)
        if still != signed_digest:
            raise Problem("JAIL_DIED")
    except BaseException:
        output.close()
        raise
    return Sealed(output, Digest("sha256:" + whole.hex()), memfd.size(output))


def _check_prepared(document: BinaryIO, output: BinaryIO, gap: wire.Gap, digits: int) -> None:
    """The approved bytes come first, unchanged; the gap lies behind them and is empty."""
    before, after = memfd.size(document), memfd.size(output)
    empty = b"<" + b"0" * digits + b">"
    whole = (
        before <= gap.start
        and gap.end - gap.start == len(empty)
        and gap.end <= after
        and os.pread(output.fileno(), len(empty), gap.start) == empty
    )
    same = whole and all(
        os.pread(document.fileno(), memfd.CHUNK, at)
        == os.pread(output.fileno(), min(memfd.CHUNK, before - at), at)
        for at in range(0, before, memfd.CHUNK)
    )
    if not same:
        raise Problem("JAIL_DIED")
