"""Time stamps of an outside authority (RFC 3161): ask by file, check the answer offline.

An air-gapped station cannot speak to a time stamping authority. It writes a request, somebody
carries it, and the answer is carried back (E-04, VF-10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airseal.keys.der import Reader, Tag
from airseal.keys.trust import finish
from airseal.model.digest import Digest, to_hex
from airseal.model.problem import Problem

MAX_RESPONSE = 64 << 10
"""Bytes of an answer: 5 KB in practice, with room for a chain of certificates."""

_GRANTED = (0, 1)
"""PKIStatus: granted, granted with modifications."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp that holds: ``token`` is its CMS (DER), ``time`` is aware."""

    token: bytes
    time: datetime
    imprint: Digest


def make_request(imprint: Digest, nonce: int) -> bytes:
    """A request (``*.tsq``, DER) to stamp the content with this SHA-256."""
    from asn1crypto import tsp

    request = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": bytes.fromhex(to_hex(imprint)),
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return bytes(request.dump())


def read_nonce(response: bytes) -> int | None:
    """The nonce an answer repeats, to find what was asked; nothing is believed yet.

    Raises ``TIMESTAMP_FORM`` and ``TIMESTAMP_REFUSED`` (``status``).
    """
    nonce = _info(_token(response))["nonce"].native
    return None if nonce is None else int(nonce)


def open_response(
    response: bytes, imprint: Digest, nonce: int, authorities: Sequence[bytes]
) -> Stamp:
    """The stamp in an answer (``*.tsr``) to our request.

    Raises ``TIMESTAMP_FORM``, ``TIMESTAMP_REFUSED`` (``status``), ``TIMESTAMP_OTHER`` (not of
    this content, or not the answer to this request) and ``TIMESTAMP_UNTRUSTED``.
    """
    if read_nonce(response) != nonce:
        raise Problem("TIMESTAMP_OTHER")
    return check_token(bytes(_token(response).dump()), imprint, authorities)


def check_token(token: bytes, imprint: Digest, authorities: Sequence[bytes]) -> Stamp:
    """The stamp in a token; ``authorities`` are the enrolled roots (DER) of stampers.

    The signature, the one signer's path to an enrolled root at the time of the stamp, its
    purpose (time stamping only) and the imprint must all hold. Whether that certificate was
    revoked cannot be known here (E-05). Raises what :func:`open_response` raises.
    """
    if len(token) > MAX_RESPONSE:
        raise Problem("TIMESTAMP_FORM")
    parsed = _content(token)
    info = _info(parsed)
    stamped = info["message_imprint"]
    if stamped["hash_algorithm"]["algorithm"].native != "sha256" or stamped[
        "hashed_message"
    ].native.hex() != to_hex(imprint):
        raise Problem("TIMESTAMP_OTHER")
    time: datetime = info["gen_time"].native
    _require_trusted(parsed, imprint, time, authorities)
    return Stamp(token, time, imprint)


def _token(response: bytes) -> Any:
    """The token in an answer that says yes."""
    from asn1crypto import tsp

    if len(response) > MAX_RESPONSE:
        raise Problem("TIMESTAMP_FORM")
    try:
        # asn1crypto cannot read an answer without a token, which is what a refusal is.
        info = Reader(response).enter(Tag.SEQUENCE).enter(Tag.SEQUENCE)
        status = int.from_bytes(info.take(Tag.INTEGER))
    except ValueError:
        raise Problem("TIMESTAMP_FORM") from None
    if status not in _GRANTED:
        raise Problem("TIMESTAMP_REFUSED", status=status)
    try:
        return tsp.TimeStampResp.load(response, strict=True)["time_stamp_token"]
    except Exception:  # asn1crypto raises whatever a hostile structure leads it to
        raise Problem("TIMESTAMP_FORM") from None


def _content(token: bytes) -> Any:
    from asn1crypto import cms

    try:
        return cms.ContentInfo.load(token, strict=True)
    except Exception:  # as above
        raise Problem("TIMESTAMP_FORM") from None


def _info(token: Any) -> Any:
    """What a token states (TSTInfo), read as far as we use it."""
    from asn1crypto import tsp

    try:
        info = token["content"]["encap_content_info"]["content"].parsed
        if not isinstance(info, tsp.TSTInfo):
            raise ValueError
        _ = (info.native, info["gen_time"].native.utcoffset())
    except Exception:  # as above
        raise Problem("TIMESTAMP_FORM") from None
    return info


def _require_trusted(
    token: Any, imprint: Digest, time: datetime, authorities: Sequence[bytes]
) -> None:
    from asn1crypto import x509
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko.sign.validation.status import TimestampSignatureStatus
    from pyhanko_certvalidator import ValidationContext

    def expected(_: str) -> bytes:
        return bytes.fromhex(to_hex(imprint))

    try:
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in authorities],
            crls=[],
            ocsps=[],
            moment=time,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        found = finish(validate_tst_signed_data(token["content"], context, expected))
        status = TimestampSignatureStatus(**found)
        good = status.valid and status.intact and status.trusted
    except Exception:  # whatever breaks while verifying is a failed verification
        good = False
    if not good:
        raise Problem("TIMESTAMP_UNTRUSTED")
