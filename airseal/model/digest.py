"""Digests as the formats write them: ``sha256:<64 lower-case hex digits>``.

The tag leaves room for SM3 (DESIGN §4). Statement ids, case ids and document names are all
digests of this form.
"""

import hashlib
import re
from typing import NewType

from airseal.model.problem import Problem

Digest = NewType("Digest", str)

_FORM = re.compile(r"sha256:[0-9a-f]{64}\Z")


def sha256(data: bytes) -> Digest:
    """The digest of ``data``."""
    return Digest("sha256:" + hashlib.sha256(data).hexdigest())


def parse_digest(text: str) -> Digest:
    """``text`` as a digest; raises ``Problem("DIGEST_FORM")`` when it is not one."""
    if not _FORM.match(text):
        raise Problem("DIGEST_FORM")
    return Digest(text)


def from_hex(text: str) -> Digest:
    """The digest whose 64 hex digits are ``text`` (as file names carry it)."""
    return parse_digest("sha256:" + text)


def to_hex(digest: Digest) -> str:
    """The hex digits alone, as file names inside bundles carry them."""
    return digest.removeprefix("sha256:")
