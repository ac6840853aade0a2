"""What a signature covers: every byte but itself, and what follows. In the jail only."""

import re
from typing import BinaryIO, Final

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from airseal.paper import cades

_END: Final = re.compile(rb"%%EOF\r?\n?\Z")
_HEX: Final = re.compile(rb"<[0-9A-Fa-f]*>\Z")


class Coverage:
    """The byte range of one signature, measured against the file.

    ``whole``: all but the signature is signed from the first byte on. ``to_the_end``: and to
    the last one. ``end`` is where the signed part ends, ``gap`` the bytes left out before it.
    """

    def __init__(self, embedded: EmbeddedPdfSignature, stream: BinaryIO, foreign: bool) -> None:
        self.size = stream.seek(0, 2)
        self.whole, self.end, self.gap = False, 0, 0
        numbers = [int(number) for number in embedded.byte_range]
        if len(numbers) != 4:
            return
        start, gap_start, gap_end, length = numbers
        if not (start == 0 <= gap_start < gap_end <= gap_end + length <= self.size):
            return
        stream.seek(gap_start)
        gap = stream.read(gap_end - gap_start)
        self.end, self.gap = gap_end + length, len(gap)
        self.whole = _only_itself(embedded, gap) if foreign else _our_spelling(embedded, gap)

    @property
    def to_the_end(self) -> bool:
        """Whether nothing at all follows the signed part."""
        return self.whole and self.end == self.size


def ends_properly(stream: BinaryIO) -> bool:
    """Whether the file ends with ``%%EOF`` and at most one line end."""
    stream.seek(max(0, stream.seek(0, 2) - 16))
    return bool(_END.search(stream.read()))


def loose(stream: BinaryIO, end: int, revisions: int) -> bool:
    """Whether behind ``end`` there is anything but ``revisions`` complete revisions."""
    stream.seek(end)
    tail = stream.read()
    marks = tail.count(b"%%EOF"), tail.count(b"startxref")
    return marks != (revisions, revisions) or bool(tail) is not bool(revisions)


def _our_spelling(embedded: EmbeddedPdfSignature, gap: bytes) -> bool:
    """The gap holds the signature as this program writes it, padded with zeros.

    There is no byte in the file that could be another one.
    """
    digits = _canonical(embedded).hex().upper().encode()
    return gap == b"<" + digits.ljust(len(gap) - 2, b"0") + b">"


def _only_itself(embedded: EmbeddedPdfSignature, gap: bytes) -> bool:
    """The gap is one hex string, which is the signature that was read, and only zeros behind."""
    if not _HEX.match(gap) or len(gap) % 2:
        return False
    content = bytes(embedded.pkcs7_content)
    return bytes.fromhex(gap[1:-1].decode()) == content and not _behind_der(content).strip(b"\0")


def _behind_der(content: bytes) -> bytes:
    """What follows the first DER element; an indefinite length (BER) ends where it is read."""
    if len(content) < 2 or content[1] == 0x80:
        return b""
    if content[1] < 0x80:
        return content[2 + content[1] :]
    octets = content[1] & 0x7F
    return content[2 + octets + int.from_bytes(content[2 : 2 + octets], "big") :]


def _canonical(embedded: EmbeddedPdfSignature) -> bytes:
    """The container as this program would have written it, from its signed and variable parts."""
    signed = embedded.signed_data
    certificates = [choice.chosen.dump() for choice in signed["certificates"]]
    certificate = embedded.signer_cert.dump()
    attributes = cades.signed_attributes(embedded.compute_digest(), certificate)
    signature = embedded.signer_info["signature"].native
    return cades.signed_data(attributes, signature, certificate, certificates[1:])
