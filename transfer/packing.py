"""Writing a bundle: measure everything, have it signed, then write it in one pass."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from transfer import bag, canonical_zip
from transfer.errors import TransferError
from transfer.limits import CHUNK, DEFAULT, Caps
from transfer.parts import (
    Measure,
    measure,
    require_named_by_digest,
    require_payloads,
    require_tag_size,
)


@dataclass(frozen=True)
class Payload:
    """A file to put in: its path in the bag, its content, and what the content must be.

    ``source`` is bytes or a seekable file, read twice from its start; ``size`` is in bytes,
    ``sha256`` 64 hex digits.
    """

    name: str
    source: bytes | BinaryIO = field(repr=False)
    size: int
    sha256: str


@dataclass(frozen=True)
class Written:
    """What was written: SHA-256 (hex) and size (bytes) of the whole bundle file."""

    sha256: str
    size: int


def write(
    out: BinaryIO,
    *,
    top: str,
    info: Mapping[str, str],
    payloads: Iterable[Payload],
    sign: Callable[[bytes], bytes],
    caps: Caps = DEFAULT,
) -> Written:
    """Write a bundle to ``out`` (buffered; it need not seek) and tell what was written.

    The same arguments always give the same bytes, whatever the order of ``payloads``.
    ``sign`` turns the tag manifest into its detached signature; it is called once, after all
    payloads are measured and before the first byte is written. Its errors pass through, as do
    those of the operating system from ``out`` and the sources.

    Raises ``BUNDLE_EMPTY``, ``BUNDLE_TOO_LARGE(limit)``, ``BUNDLE_TOO_MANY(limit)``,
    ``BUNDLE_MEMBER_NAME(name)``, ``BUNDLE_MEMBER_TWICE(name)``,
    ``BUNDLE_MEMBER_TOO_LARGE(name, limit)``, ``BUNDLE_MEMBER_ALTERED(name)`` when a source is
    not what its payload says, ``BUNDLE_INFO(label)`` and ``BUNDLE_UNSIGNED``.
    """
    if not bag.is_top(top):
        raise TransferError("BUNDLE_MEMBER_NAME", name=top[: caps.name_bytes])
    listed = sorted(payloads, key=lambda payload: payload.name)
    require_payloads([(payload.name, payload.size) for payload in listed], caps)
    sources: dict[str, bytes | BinaryIO] = {p.name: p.source for p in listed}
    measures = {payload.name: _measured(payload) for payload in listed}

    def add(name: str, text: bytes) -> None:
        require_tag_size(name, len(text), caps)
        sources[name] = text
        measures[name] = measure([text])

    for name, text in _tag_files(top, info, listed, caps).items():
        add(name, text)
    tag_manifest = bag.render_manifest({n: measures[n].sha256 for n in bag.SIGNED_TAGS})
    add(bag.TAG_MANIFEST, tag_manifest)
    add(bag.SIGNATURE, sign(tag_manifest))

    names = sorted(sources)
    parts = [(f"{top}/{name}", measures[name].size, measures[name].crc) for name in names]
    entries = canonical_zip.lay_out(parts, caps)
    sink = _Sink(out)
    for name, entry in zip(names, entries, strict=True):
        sink.write(entry.local_header())
        if measure(sink.passing(_chunks(sources[name]))) != measures[name]:
            raise TransferError("BUNDLE_MEMBER_ALTERED", name=name)
    sink.write(canonical_zip.directory(entries))
    return sink.written()


def _measured(payload: Payload) -> Measure:
    found = measure(_chunks(payload.source))
    if (found.size, found.sha256) != (payload.size, payload.sha256):
        raise TransferError("BUNDLE_MEMBER_ALTERED", name=payload.name)
    require_named_by_digest(payload.name, payload.sha256)
    return found


def _tag_files(
    top: str, info: Mapping[str, str], listed: list[Payload], caps: Caps
) -> dict[str, bytes]:
    for label in bag.COMPUTED_LABELS:
        if label in info:
            raise TransferError("BUNDLE_INFO", label=label)
    full_info = {
        **info,
        bag.FORMAT_VERSION: bag.VERSION,
        bag.IDENTIFIER: top,
        bag.OXUM: bag.oxum([payload.size for payload in listed]),
    }
    return {
        bag.DECLARATION: bag.DECLARATION_TEXT,
        bag.INFO: bag.render_info(full_info, caps),
        bag.MANIFEST: bag.render_manifest({payload.name: payload.sha256 for payload in listed}),
    }


def _chunks(source: bytes | BinaryIO) -> Iterator[bytes]:
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk


class _Sink:
    """Writes on to ``out`` while it counts and digests."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._size = 0
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._size += len(data)
        self._digest.update(data)

    def passing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.write(chunk)
            yield chunk

    def written(self) -> Written:
        return Written(self._digest.hexdigest(), self._size)
