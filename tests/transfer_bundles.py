"""Small bundles for the transfer tests, honest ones and forged ones."""

import hashlib
import io
import zlib
from collections.abc import Mapping, Sequence

import pytest

from transfer import bag, canonical_zip
from transfer.bundle import Payload, Written, examine, open_bundle, write
from transfer.errors import TransferError
from transfer.limits import ZIP_BYTES, ZIP_MEMBERS, Caps

TOP = "case-2024-0017"
INFO = {
    bag.KIND: "case",
    bag.SENDER: "unit-a",
    bag.RECIPIENT: "市档案局",
    bag.LEVEL: "internal",
    bag.PREPARED: "2024-11-22T20:14:00+08:00",
}
STATEMENT = b"a statement, signed elsewhere"
DOCUMENT = b"%PDF-1.7 a document\n%%EOF\n"
STATEMENT_NAME = f"data/statements/{'0a' * 32}.p7m"
OTHER_NAME = f"data/statements/{'0b' * 32}.p7m"
SIGNATURE = b"detached signature of the tag manifest"
WIDE = Caps(bundle_bytes=ZIP_BYTES, members=ZIP_MEMBERS)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def document_name(content: bytes, ending: str = "pdf") -> str:
    return f"data/documents/{sha256(content)}.{ending}"


def payload(name: str, content: bytes) -> Payload:
    return Payload(name, content, len(content), sha256(content))


DOCUMENT_NAME = document_name(DOCUMENT)
PAYLOADS = (payload(STATEMENT_NAME, STATEMENT), payload(DOCUMENT_NAME, DOCUMENT))


def honest(
    payloads: Sequence[Payload] = PAYLOADS, info: Mapping[str, str] = INFO, top: str = TOP
) -> bytes:
    """A bundle as the program writes it."""
    out = io.BytesIO()
    written: Written = write(out, top=top, info=info, payloads=payloads, sign=lambda _: SIGNATURE)
    assert written == Written(sha256(out.getvalue()), len(out.getvalue()))
    return out.getvalue()


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Full member name to content, by the archive's own directory."""
    source = io.BytesIO(archive)
    return {
        entry.name: archive[entry.data_start : entry.end]
        for entry in canonical_zip.read_entries(source, WIDE)
    }


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A canonical archive of any members at all: right CRCs, right order, no rules of ours."""
    names = sorted(members)
    entries = canonical_zip.lay_out(
        [(name, len(members[name]), zlib.crc32(members[name])) for name in names], WIDE
    )
    pieces = [
        part
        for name, entry in zip(names, entries, strict=True)
        for part in (entry.local_header(), members[name])
    ]
    return b"".join((*pieces, canonical_zip.directory(entries)))


def forged(
    payloads: Mapping[str, bytes] | None = None,
    *,
    info: bytes | None = None,
    declaration: bytes = bag.DECLARATION_TEXT,
    manifest: bytes | None = None,
    tag_manifest: bytes | None = None,
    signature: bytes = SIGNATURE,
    top: str = TOP,
) -> bytes:
    """A bundle by a forger who keeps every digest right except where told otherwise."""
    if payloads is None:
        payloads = {STATEMENT_NAME: STATEMENT, DOCUMENT_NAME: DOCUMENT}
    if info is None:
        info = info_text(payloads, top)
    if manifest is None:
        manifest = bag.render_manifest({name: sha256(payloads[name]) for name in payloads})
    tags = {bag.INFO: info, bag.DECLARATION: declaration, bag.MANIFEST: manifest}
    if tag_manifest is None:
        tag_manifest = bag.render_manifest({name: sha256(tags[name]) for name in tags})
    members = {**payloads, **tags, bag.TAG_MANIFEST: tag_manifest, bag.SIGNATURE: signature}
    return zipped({f"{top}/{name}": content for name, content in members.items()})


def info_text(payloads: Mapping[str, bytes], top: str = TOP, **changes: str) -> bytes:
    """bag-info.txt as written, with ``changes`` (underscores stand for hyphens)."""
    labels = {
        **INFO,
        bag.FORMAT_VERSION: bag.VERSION,
        bag.IDENTIFIER: top,
        bag.OXUM: f"{sum(map(len, payloads.values()))}.{len(payloads)}",
        **{label.replace("_", "-"): value for label, value in changes.items()},
    }
    return "".join(f"{label}: {labels[label]}\n" for label in sorted(labels)).encode()


def refusal(archive: bytes, caps: Caps | None = None) -> TransferError:
    """The error that opening ``archive`` gives; the report to the sender begins with the same."""
    arguments = (caps,) if caps else ()
    with pytest.raises(TransferError) as caught:
        open_bundle(io.BytesIO(archive), *arguments)
    reported = examine(io.BytesIO(archive), *arguments)[0]
    assert (reported.code, reported.params) == (caught.value.code, caught.value.params)
    return caught.value


HONEST = honest()
