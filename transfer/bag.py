"""The text files and names of a bundle: BagIt 1.0 (RFC 8493), narrowed to one spelling.

RFC 8493 leaves room (several hash algorithms, folded lines, percent-encoded paths, tag
directories). A bundle uses none of it: each text can be written in one way only, and
parsing refuses a text that is not exactly what rendering its content gives.
"""

import re
from collections.abc import Mapping

from transfer.errors import TransferError
from transfer.limits import Caps

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SIGNATURE = "tagmanifest-sha256.txt.p7s"

SIGNED_TAGS = (INFO, DECLARATION, MANIFEST)
"""The tag files that the tag manifest lists; the signature over it covers everything."""

TAG_FILES = (*SIGNED_TAGS, TAG_MANIFEST, SIGNATURE)

DECLARATION_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

VERSION = "1"
"""The bundle format written here, and the only one read (TX-18)."""

KIND = "Bag-Kind"
SENDER = "Source-Organization"
RECIPIENT = "Recipient-Organization"
LEVEL = "Bag-Level"
BAGGING_DATE = "Bagging-Date"
PREPARED = "Bag-Prepared"
"""Labels for what the sender says: kind, units, 密级, date (YYYY-MM-DD) and RFC 3339 time.
What they must hold is for the layer that knows units and levels; here they are text."""

FORMAT_VERSION = "Bundle-Version"
IDENTIFIER = "External-Identifier"
OXUM = "Payload-Oxum"
COMPUTED_LABELS = (FORMAT_VERSION, IDENTIFIER, OXUM)
"""Labels the bundle sets itself: its version, its top folder's name, its payload's size."""

_TOP = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?", re.ASCII)
_STATEMENT = re.compile(r"data/statements/[0-9a-f]{64}\.p7m", re.ASCII)
_PROOFS = re.compile(r"data/proofs/[0-9a-f]{64}\.json", re.ASCII)
_DOCUMENT = re.compile(r"data/documents/([0-9a-f]{64})\.[a-z0-9]{1,8}", re.ASCII)
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)", re.ASCII)
_LABEL = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Z][A-Za-z0-9]*)*", re.ASCII)
_SHOWN = 64
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")


def is_top(name: str) -> bool:
    """Whether ``name`` may be a bundle's top folder (and its identifier): 64 ASCII characters."""
    return _TOP.fullmatch(name) is not None


def is_statement(name: str) -> bool:
    """Whether ``name`` is the path of a statement: ``data/statements/<64 hex>.p7m``."""
    return _STATEMENT.fullmatch(name) is not None


def is_proofs(name: str) -> bool:
    """Whether ``name`` is the path of the proofs about a statement: ``data/proofs/….json``."""
    return _PROOFS.fullmatch(name) is not None


def document_digest(name: str) -> str | None:
    """The SHA-256 a document's path promises; None when ``name`` is not such a path."""
    found = _DOCUMENT.fullmatch(name)
    return found.group(1) if found else None


def is_payload(name: str) -> bool:
    """Whether ``name`` is the path of a statement, of proofs or of a document."""
    return is_statement(name) or is_proofs(name) or document_digest(name) is not None


def oxum(sizes: list[int]) -> str:
    """``Payload-Oxum`` of RFC 8493: total bytes and number of payload files."""
    return f"{sum(sizes)}.{len(sizes)}"


def render_manifest(digests: Mapping[str, str]) -> bytes:
    """Manifest text for path → SHA-256 hex, sorted by path; ``sha256sum -c`` reads it."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("ascii")


def parse_manifest(file: str, text: bytes) -> dict[str, str]:
    """Path → SHA-256 hex of the manifest in ``file``; raises ``BUNDLE_TAG_FILE(name)``."""
    digests: dict[str, str] = {}
    for line in text.decode("latin-1").split("\n"):
        if found := _MANIFEST_LINE.fullmatch(line):
            digests[found.group(2)] = found.group(1)
    if not digests or render_manifest(digests) != text:
        raise TransferError("BUNDLE_TAG_FILE", name=file)
    return digests


def render_info(info: Mapping[str, str], caps: Caps) -> bytes:
    """Text of bag-info.txt, sorted by label; raises ``BUNDLE_INFO(label)`` for a bad line."""
    if len(info) > caps.info_labels:
        raise TransferError("BUNDLE_TAG_FILE", name=INFO)
    for label, value in info.items():
        if not _LABEL.fullmatch(label) or not _is_value(value, caps):
            raise TransferError("BUNDLE_INFO", label=label[:_SHOWN])
    return "".join(f"{label}: {info[label]}\n" for label in sorted(info)).encode("utf-8")


def parse_info(text: bytes, caps: Caps) -> dict[str, str]:
    """Label → value of bag-info.txt.

    Raises ``BUNDLE_VERSION(version)`` for a bundle of another format version, before
    anything else is judged; ``BUNDLE_TAG_FILE(name)`` and ``BUNDLE_INFO(label)`` otherwise.
    """
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise TransferError("BUNDLE_TAG_FILE", name=INFO) from None
    info: dict[str, str] = {}
    for line in lines:
        label, colon, value = line.partition(": ")
        if colon:
            info[label] = value
    version = info.get(FORMAT_VERSION, "")
    if version.isdecimal() and version.isascii() and len(version) < 10 and version != VERSION:
        raise TransferError("BUNDLE_VERSION", version=version)
    if render_info(info, caps) != text:
        raise TransferError("BUNDLE_TAG_FILE", name=INFO)
    if version != VERSION:
        raise TransferError("BUNDLE_INFO", label=FORMAT_VERSION)
    return info


def _is_value(value: str, caps: Caps) -> bool:
    return (
        0 < len(value) <= caps.info_chars
        and value == value.strip()
        and _UNSAFE.search(value) is None
    )
