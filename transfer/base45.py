"""Base45 (RFC 9285) by the package of that name, held to one text for each meaning.

Two bytes become three characters of the alphanumeric mode of QR codes; one byte at the end
becomes two.
"""

import base45


def encode(data: bytes) -> str:
    """The text of ``data``."""
    return str(base45.b45encode(data), "ascii")


def decode(text: str) -> bytes:
    """The bytes of ``text``; raises ``ValueError`` for a text that is not Base45."""
    data = bytes(base45.b45decode(text))
    if encode(data) != text:
        raise ValueError("another spelling")
    return data
