"""A slip: a statement without what its addressee holds already, so that it fits one code.

A signature is fully described by five facts (:mod:`airseal.keys.cms`). Of these the statement
names the time and, by an appointment among what it relies on, the certificate; the digest is that
of the payload. What is left to send is the payload and the signature value: ``S1``, the length of
the signature in 2 bytes, the signature, the payload. Who has the appointment writes the same
``.p7m`` again, byte by byte, and judges it like any other.
"""

import struct
from typing import Final, Protocol

from airseal.evidence.paths import decode_der
from airseal.evidence.signed import Signed
from airseal.evidence.wire import decode
from airseal.keys.cms import assemble, signature_of
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.registry import Appointment
from airseal.model.statement import Statement
from transfer.parcel import SLIP_MAGIC

_HEAD: Final = struct.Struct(">2sH")


class Known(Protocol):
    """Statements by their ids, as :class:`airseal.evidence.trusted.TrustedSet`."""

    def statement(self, statement_id: Digest, /) -> Statement | None:
        """One that is accepted, or None."""


def slip_of(signed: Signed, known: Known) -> bytes | None:
    """The slip of a statement, or None when it names no appointment of its signer."""
    payload, signature = signature_of(signed.p7m)
    if _certificate(signed.statement, known) != signed.certificate:
        return None
    return _HEAD.pack(SLIP_MAGIC, len(signature)) + signature + payload


def whole(slip: bytes, known: Known) -> bytes:
    """The ``.p7m`` that a slip stands for; it is still to be read and judged.

    Raises as :func:`told`, and ``SLIP_SIGNER(person)`` when the appointment of the signer is not
    held here.
    """
    signature, payload = _parts(slip)
    statement = decode(payload)
    certificate = _certificate(statement, known)
    if certificate is None:
        raise Problem("SLIP_SIGNER", person=statement.by)
    return assemble(payload, certificate, statement.time, signature)


def told(slip: bytes) -> Statement:
    """What a slip says; nobody has checked yet who signed it.

    Raises ``Problem("CMS_FORM")`` for what is no slip, and the ``STATEMENT_`` codes.
    """
    return decode(_parts(slip)[1])


def _parts(slip: bytes) -> tuple[bytes, bytes]:
    """The signature and the payload."""
    if len(slip) < _HEAD.size:
        raise Problem("CMS_FORM")
    magic, length = _HEAD.unpack_from(slip)
    signature, payload = slip[_HEAD.size :][:length], slip[_HEAD.size + length :]
    if magic != SLIP_MAGIC or not payload:
        raise Problem("CMS_FORM")
    return signature, payload


def _certificate(statement: Statement, known: Known) -> bytes | None:
    for one in statement.on:
        held = known.statement(one)
        body = held.body if held is not None else None
        if isinstance(body, Appointment) and body.fingerprint == statement.cert:
            return decode_der(body.certificate)
    return None
