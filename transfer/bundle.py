"""Bundles (``*.airseal``): a signed BagIt bag in a canonical ZIP (TX-07, TX-18).

One top folder holds ``bag-info.txt``, ``bagit.txt``, ``data/documents/…``, ``data/proofs/…``,
``data/statements/…``, ``manifest-sha256.txt``, ``tagmanifest-sha256.txt`` and the detached
signature over the last, in this order. Every byte is bound: the layout by
:mod:`transfer.canonical_zip`, the texts by :mod:`transfer.bag`, payloads by the manifest,
the tag files and the top folder's name by the tag manifest. Only the signature's own content
is bound by nothing below it: a CRC-32 catches accidents there, but somebody who mends the
CRC-32 too is caught by checking the signature, which is for the layer that knows keys
(:attr:`Bundle.tagmanifest`, :attr:`Bundle.signature`).

Memory stays constant whatever the size. The source must be our own copy (see
:func:`transfer.media.copy_in`), not the medium, which could change after the check.
"""

import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import BinaryIO

from transfer import bag, canonical_zip
from transfer.canonical_zip import Entry, MemberReader, contents
from transfer.errors import TransferError
from transfer.limits import CHUNK, DEFAULT, Caps
from transfer.packing import Payload, Written, write
from transfer.parts import measure, require_named_by_digest, require_payloads, require_tag_size

__all__ = ["Bundle", "Member", "Payload", "Written", "examine", "open_bundle", "write"]

_REPORTED_FAULTS = 100


@dataclass(frozen=True)
class Member:
    """A payload of an opened bundle: path in the bag, size in bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Bundle:
    """A bundle whose structure and digests all hold; its signature is not judged yet.

    ``signature_span`` is where the signature's content lies in the file (start, stop): the
    only bytes that nothing but checking the signature binds.
    """

    top: str
    info: Mapping[str, str]
    tagmanifest: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    members: tuple[Member, ...]
    signature_span: tuple[int, int]
    _source: BinaryIO = field(repr=False)
    _payloads: Mapping[str, tuple[Member, Entry]] = field(repr=False)

    def read(self, name: str, cap: int) -> bytes:
        """The content of payload ``name``, digest checked once more.

        Raises ``BUNDLE_MEMBER_MISSING(name)``, ``BUNDLE_MEMBER_TOO_LARGE(name, limit)`` above
        ``cap`` bytes, and ``BUNDLE_MEMBER_ALTERED(name)`` when the source has changed.
        """
        member, entry = self._payload(name)
        if member.size > cap:
            raise TransferError("BUNDLE_MEMBER_TOO_LARGE", name=name, limit=cap)
        content = b"".join(contents(self._source, entry))
        if hashlib.sha256(content).hexdigest() != member.sha256:
            raise TransferError("BUNDLE_MEMBER_ALTERED", name=name)
        return content

    def stream(self, name: str) -> BinaryIO:
        """A seekable reader of payload ``name`` alone, for content too large to hold.

        It reads the bundle's own source, so use one reader at a time, and does not check the
        digest again. Raises ``BUNDLE_MEMBER_MISSING(name)``.
        """
        _, entry = self._payload(name)
        return io.BufferedReader(MemberReader(self._source, entry), CHUNK)

    def _payload(self, name: str) -> tuple[Member, Entry]:
        if name not in self._payloads:
            raise TransferError("BUNDLE_MEMBER_MISSING", name=name)
        return self._payloads[name]


def open_bundle(source: BinaryIO, caps: Caps = DEFAULT) -> Bundle:
    """The bundle in ``source``, once its whole structure and every digest hold.

    One pass over the contents, in constant memory; nothing is handed out before it ends.
    Whatever is wrong raises :class:`TransferError`, the first fault found:
    ``BUNDLE_TOO_LARGE``, ``BUNDLE_TOO_MANY``, ``BUNDLE_NOT_A_BUNDLE``, ``BUNDLE_CUT``,
    ``BUNDLE_NOT_CANONICAL``, ``BUNDLE_VERSION``, ``BUNDLE_INFO``, ``BUNDLE_TAG_FILE``,
    ``BUNDLE_UNSIGNED``, ``BUNDLE_EMPTY``, ``BUNDLE_MEMBER_{NAME,TWICE,TOO_LARGE}`` or
    ``BUNDLE_MEMBER_{MISSING,UNLISTED,ALTERED}``, and ``MEDIUM_*`` when reading itself fails.
    """
    parts = _structure(source, caps)
    for fault in _faults(parts):
        raise fault
    payloads = {
        name: (Member(name, parts.entries[name].size, digest), parts.entries[name])
        for name, digest in sorted(parts.listed.items())
    }
    signature = parts.entries[bag.SIGNATURE]
    return Bundle(
        top=parts.top,
        info=MappingProxyType(parts.info),
        tagmanifest=parts.tags[bag.TAG_MANIFEST],
        signature=parts.tags[bag.SIGNATURE],
        members=tuple(member for member, _ in payloads.values()),
        signature_span=(signature.data_start, signature.end),
        _source=source,
        _payloads=MappingProxyType(payloads),
    )


def examine(source: BinaryIO, caps: Caps = DEFAULT) -> tuple[TransferError, ...]:
    """Every missing, unlisted or altered part, for the report to the sender (TX-07).

    Empty exactly when :func:`open_bundle` would succeed. A file too damaged to tell its parts
    has one fault; at most 100 are told.
    """
    try:
        return tuple(islice(_faults(_structure(source, caps)), _REPORTED_FAULTS))
    except TransferError as fault:
        return (fault,)


@dataclass(frozen=True)
class _Parts:
    """An archive of the right shape: every name allowed, every tag file in its one spelling."""

    source: BinaryIO
    top: str
    entries: dict[str, Entry]
    tags: dict[str, bytes]
    info: dict[str, str]
    listed: dict[str, str]
    listed_tags: dict[str, str]


def _structure(source: BinaryIO, caps: Caps) -> _Parts:
    entries = canonical_zip.read_entries(source, caps)
    top = entries[0].name.partition("/")[0]
    by_name: dict[str, Entry] = {}
    for entry in entries:
        folder, _, name = entry.name.partition("/")
        if folder != top or not bag.is_top(top):
            raise TransferError("BUNDLE_MEMBER_NAME", name=entry.name)
        by_name[name] = entry
    # The version comes first: another version may well have other members.
    info = bag.parse_info(_read_tag(source, by_name, bag.INFO, caps), caps)
    require_payloads(
        [(n, entry.size) for n, entry in by_name.items() if n not in bag.TAG_FILES], caps
    )
    tags = {name: _read_tag(source, by_name, name, caps) for name in bag.TAG_FILES}
    if tags[bag.DECLARATION] != bag.DECLARATION_TEXT:
        raise TransferError("BUNDLE_TAG_FILE", name=bag.DECLARATION)
    listed = bag.parse_manifest(bag.MANIFEST, tags[bag.MANIFEST])
    for name, digest in listed.items():
        if not bag.is_payload(name):
            raise TransferError("BUNDLE_MEMBER_NAME", name=name[: caps.name_bytes])
        require_named_by_digest(name, digest)
    listed_tags = bag.parse_manifest(bag.TAG_MANIFEST, tags[bag.TAG_MANIFEST])
    if set(listed_tags) != set(bag.SIGNED_TAGS):
        raise TransferError("BUNDLE_TAG_FILE", name=bag.TAG_MANIFEST)
    return _Parts(source, top, by_name, tags, info, listed, listed_tags)


def _faults(parts: _Parts) -> Iterator[TransferError]:
    """What does not agree, the cheap comparisons first and the contents last."""
    for name in bag.SIGNED_TAGS:
        if hashlib.sha256(parts.tags[name]).hexdigest() != parts.listed_tags[name]:
            yield TransferError("BUNDLE_MEMBER_ALTERED", name=name)
    present = sorted(set(parts.entries) - set(bag.TAG_FILES))
    for name in sorted(parts.listed.keys() - present):
        yield TransferError("BUNDLE_MEMBER_MISSING", name=name)
    for name in present:
        if name not in parts.listed:
            yield TransferError("BUNDLE_MEMBER_UNLISTED", name=name)
    if parts.info.get(bag.IDENTIFIER) != parts.top:
        yield TransferError("BUNDLE_INFO", label=bag.IDENTIFIER)
    if parts.info.get(bag.OXUM) != bag.oxum([parts.entries[name].size for name in present]):
        yield TransferError("BUNDLE_INFO", label=bag.OXUM)
    for name in present:
        entry = parts.entries[name]
        found = measure(contents(parts.source, entry))
        if name in parts.listed and found.sha256 != parts.listed[name]:
            yield TransferError("BUNDLE_MEMBER_ALTERED", name=name)
        elif found.crc != entry.crc:
            yield TransferError("BUNDLE_NOT_CANONICAL")


def _read_tag(source: BinaryIO, entries: Mapping[str, Entry], name: str, caps: Caps) -> bytes:
    entry = entries.get(name)
    if entry is None:
        if name == bag.SIGNATURE:
            raise TransferError("BUNDLE_UNSIGNED")
        raise TransferError("BUNDLE_MEMBER_MISSING", name=name)
    require_tag_size(name, entry.size, caps)
    text = b"".join(contents(source, entry))
    if zlib.crc32(text) != entry.crc:
        raise TransferError("BUNDLE_MEMBER_ALTERED", name=name)
    return text
