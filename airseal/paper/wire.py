"""What goes to and fro between the program and the jail, and how it is framed.

A message is a 4-byte length, one kind byte and JSON, over a Unix stream socket, with the
descriptors of the documents beside it (SCM_RIGHTS). Both sides cap the length before they
read, and decode into the exact types below; the program treats every answer as hostile.
"""

import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from airseal.paper.placement import PageNumber, PageSize, Place, Um
from airseal.paper.report import MAX_PAGES, Code, Count, Name

MAX_REQUEST: Final = 48 << 20
MAX_ANSWER: Final = 8 << 20
MAX_DESCRIPTORS: Final = 4

WARM: Final = b"warm"
"""A session is asked for, and the next child shall warm up while it waits."""
RUSH: Final = b"rush"
"""A session is asked for, and so will the next one be at once: no time to warm up."""

OK: Final = b"+"
FAILED: Final = b"-"

_HEADER: Final = struct.Struct(">Ic")


class WireBrokenError(Exception):
    """The other side closed, was late, or sent what the protocol does not allow."""


class Inspect(msgspec.Struct, frozen=True, tag=True):
    """Preflight. Descriptors: document. Answer: ``Inspection``."""


class Measure(msgspec.Struct, frozen=True, tag=True):
    """The size of every page as seen. Descriptors: document. Answer: ``Measured``."""


class Measured(msgspec.Struct, frozen=True):
    """Page sizes in order."""

    pages: Annotated[tuple[PageSize, ...], Meta(min_length=1, max_length=MAX_PAGES)]


class ReadText(msgspec.Struct, frozen=True, tag=True):
    """The text layer of a page. Descriptors: document. Answer: ``str``."""

    page: PageNumber


class FindSignatureBlock(msgspec.Struct, frozen=True, tag=True):
    """The 落款 on the last page. Descriptors: document. Answer: ``Proposal``."""

    unit_name: Name
    width_um: Um
    height_um: Um


class Render(msgspec.Struct, frozen=True, tag=True):
    """A picture of a page. Descriptors: document, output (pixels). Answer: ``Size``."""

    page: PageNumber
    width_px: Annotated[int, Meta(ge=1, le=4_096)]


class Size(msgspec.Struct, frozen=True):
    """Pixels of a picture."""

    width: Annotated[int, Meta(ge=1, le=4_096)]
    height: Annotated[int, Meta(ge=1, le=16_384)]


class FieldPlan(msgspec.Struct, frozen=True):
    """A signature field: its name and where its seal picture goes."""

    name: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9-]+$")]
    place: Place


class Prepare(msgspec.Struct, frozen=True, tag=True):
    """Append one sealing's revision, with a gap for the signature.

    Descriptors: the document's copy, which is extended in place, and the impression.
    ``gap_digits`` hex digits are reserved for the signature.
    Answer: ``Gap``.
    """

    fields: Annotated[tuple[FieldPlan, ...], Meta(min_length=1, max_length=64)]
    field: str
    signer_name: str
    reason: str
    location: str
    signing_time: str
    issuers: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    gap_digits: Annotated[int, Meta(ge=2, le=65_536, multiple_of=2)]


class Gap(msgspec.Struct, frozen=True):
    """Where the signature goes: from the ``<`` to behind the ``>``."""

    start: Count
    end: Count


class Verify(msgspec.Struct, frozen=True, tag=True):
    """Check every signature. Descriptors: document. Answer: ``PdfReport``.

    ``at`` is the time of judgement (RFC 3339); ``each`` has one for each signature in the order
    in which they were made, where that differs. ``foreign``: made by other software, so any
    well-formed detached CMS signature is looked at, not only the program's own form.
    ``stampers`` are the roots of enrolled time stamping authorities.
    """

    roots: tuple[bytes, ...]
    issuers: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    at: str
    foreign: bool = False
    stampers: tuple[bytes, ...] = ()
    each: tuple[str, ...] = ()


Request = Inspect | Measure | ReadText | FindSignatureBlock | Render | Prepare | Verify


class Failure(msgspec.Struct, frozen=True):
    """A ``Problem`` on its way out of the jail."""

    code: Code
    params: Annotated[dict[Annotated[str, Meta(max_length=32)], Name | Count], Meta(max_length=8)]


def send(
    channel: socket.socket, kind: bytes, message: object, descriptors: Sequence[int] = ()
) -> None:
    """Send one message; raises ``WireBrokenError`` when the other side is gone."""
    body = msgspec.json.encode(message)
    header = _HEADER.pack(len(body), kind)
    try:
        if descriptors:
            socket.send_fds(channel, [header], list(descriptors))
        else:
            channel.sendall(header)
        channel.sendall(body)
    except OSError as error:
        raise WireBrokenError from error


def receive(channel: socket.socket, limit: int, deadline: float) -> tuple[bytes, bytes]:
    """The jail's answer: kind and JSON. Descriptors it may send are dropped by the kernel.

    ``deadline`` is a ``time.monotonic`` value. Raises ``TimeoutError`` when it passes,
    ``WireBrokenError`` when the other side closes or claims more than ``limit`` bytes.
    """

    def read(wanted: int) -> bytes:
        channel.settimeout(max(deadline - time.monotonic(), 0.001))
        return channel.recv(wanted)

    length, kind = _HEADER.unpack(_exactly(_HEADER.size, read))
    if length > limit:
        raise WireBrokenError
    return kind, _exactly(length, read)


def receive_request(channel: socket.socket) -> tuple[bytes, list[int]]:
    """The program's request, inside the jail: JSON and the descriptors that came with it."""
    descriptors: list[int] = []

    def read(wanted: int) -> bytes:
        data, received, _, _ = socket.recv_fds(channel, wanted, MAX_DESCRIPTORS)
        descriptors.extend(received)
        return data

    length, _ = _HEADER.unpack(_exactly(_HEADER.size, read))
    if length > MAX_REQUEST:
        raise WireBrokenError
    return _exactly(length, read), descriptors


def _exactly(length: int, read: Callable[[int], bytes]) -> bytes:
    data = bytearray()
    while len(data) < length:
        try:
            more = read(min(length - len(data), 1 << 20))
        except TimeoutError:
            raise
        except OSError as error:
            raise WireBrokenError from error
        if not more:
            raise WireBrokenError
        data += more
    return bytes(data)
