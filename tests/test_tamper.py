"""No changed byte of a bundle passes: not by accident, not by a forger who mends what he can.

A small real bundle, one request with all it relies on, is opened as a checker opens it.
"""

import io
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest
from demo_unit import DemoUnit
from forge import (
    SIGNATURE,
    document_parts,
    entries_of,
    forging,
    mended,
    payloads_of,
    repacked,
    sealed_up,
    statement_parts,
    statements_of,
    trusted_by,
    unpacked,
)
from hostile_pdf import TINY
from transfer_bundles import sha256

from airseal.evidence.opening import open_signed_bundle
from airseal.evidence.signed import read
from airseal.evidence.trusted import TrustedSet
from airseal.model.problem import Problem
from transfer import bag
from transfer.canonical_zip import Entry
from transfer.errors import TransferError

SAMPLE = 2_000


@dataclass(frozen=True)
class Checked:
    """A bundle and the trusted set of the checker who is given it."""

    bundle: bytes
    trusted: TrustedSet

    @property
    def entries(self) -> dict[str, Entry]:
        return {entry.name.partition("/")[2]: entry for entry in entries_of(self.bundle)}

    @property
    def structure(self) -> list[int]:
        """Every byte that is not the content of a payload."""
        payload = {
            at
            for name, entry in self.entries.items()
            if name not in bag.TAG_FILES
            for at in range(entry.data_start, entry.end)
        }
        return [at for at in range(len(self.bundle)) if at not in payload]

    def flipped(self, at: int, bits: int) -> bytes:
        forged = bytearray(self.bundle)
        forged[at] ^= bits
        return bytes(forged)

    def signature_flipped(self, at: int, bits: int) -> bytes:
        """A flip in the signature's content with both its CRC-32s mended."""
        return mended(self.flipped(at, bits), self.entries[SIGNATURE])

    def refusal(self, forged: bytes) -> str:
        """The code it is refused with, or why that is not a refusal."""
        try:
            open_signed_bundle(io.BytesIO(forged), self.trusted)
        except (Problem, TransferError) as error:
            return error.code
        except Exception as error:
            return f"raised {error!r}"
        return "accepted"


@pytest.fixture(scope="module")
def checked(built_demo: DemoUnit) -> Iterator[Checked]:
    with forging(built_demo) as forger:
        request = forger.request()
        basis = forger.trusted.closure(request.statement.on)
        with forger.signer("li") as signer:
            parts = {**statement_parts([*basis, request]), **document_parts(TINY)}
            bundle = sealed_up(parts, signer)
    yield Checked(bundle, trusted_by(built_demo.trust))


def all_refused(checked: Checked, forgeries: Iterator[tuple[object, bytes]]) -> Counter[str]:
    """How often each code was given; nothing else than a refusal ever came."""
    codes: Counter[str] = Counter()
    for what, forged in forgeries:
        code = checked.refusal(forged)
        assert code.isupper(), (what, code)
        codes[code] += 1
    return codes


def test_the_bundle_itself_is_accepted(checked: Checked) -> None:
    opened = open_signed_bundle(io.BytesIO(checked.bundle), checked.trusted)
    assert (len(opened.cases), opened.cover.person) == (1, "li")
    assert not opened.offered.parked


def test_no_changed_structural_byte_passes(checked: Checked) -> None:
    chance = random.Random(20261122)
    flips = ((at, checked.flipped(at, 1 << chance.randrange(8))) for at in checked.structure)
    codes = all_refused(checked, flips)
    assert {"BUNDLE_NOT_CANONICAL", "BUNDLE_MEMBER_ALTERED", "BUNDLE_CUT"} <= codes.keys()


def test_no_changed_byte_passes(checked: Checked) -> None:
    chance = random.Random(20261122)
    places = (chance.randrange(len(checked.bundle)) for _ in range(SAMPLE))
    all_refused(checked, ((at, checked.flipped(at, chance.randrange(1, 256))) for at in places))


def test_no_changed_byte_of_the_signature_passes_with_its_crc_mended(checked: Checked) -> None:
    chance = random.Random(20261122)
    entry = checked.entries[SIGNATURE]
    places = range(entry.data_start, entry.end)
    flips = ((at, checked.signature_flipped(at, 1 << chance.randrange(8))) for at in places)
    assert set(all_refused(checked, flips)) == {"BUNDLE_SIGNATURE"}


def test_no_changed_byte_passes_with_every_digest_mended(checked: Checked) -> None:
    """Somebody without a key can make everything agree but the signature."""
    chance = random.Random(20261122)

    def forgeries(names: Iterable[str]) -> Iterator[tuple[object, bytes]]:
        for name in names:
            text = bytearray(unpacked(checked.bundle)[name])
            at = chance.randrange(len(text))
            text[at] ^= 1 << chance.randrange(8)
            yield (name, at), digests_mended(checked.bundle, {name: bytes(text)})

    all_refused(checked, forgeries(bag.SIGNED_TAGS))
    payloads = [name for name in checked.entries if name not in bag.TAG_FILES]
    assert set(all_refused(checked, forgeries(payloads))) == {"BUNDLE_SIGNATURE"}


def test_no_label_of_the_cover_can_be_rewritten(checked: Checked) -> None:
    info = unpacked(checked.bundle)[bag.INFO]

    def forgeries() -> Iterator[tuple[object, bytes]]:
        for old, new in ((b": internal", b": secret"), (b": cases", b": registry"), (b"*", b"x")):
            assert old in info
            yield new, digests_mended(checked.bundle, {bag.INFO: info.replace(old, new)})

    assert set(all_refused(checked, forgeries())) == {"BUNDLE_SIGNATURE"}


def digests_mended(bundle: bytes, changes: dict[str, bytes]) -> bytes:
    """``bundle`` with members changed, and manifests and CRCs rewritten to agree."""
    parts = {**payloads_of(bundle), **{n: t for n, t in changes.items() if bag.is_payload(n)}}
    renamed = {
        f"data/documents/{sha256(text)}.pdf" if bag.document_digest(name) else name: text
        for name, text in parts.items()
    }
    gone = {name: None for name in parts if name not in renamed}
    tags = {name: unpacked(bundle)[name] for name in bag.SIGNED_TAGS}
    tags[bag.MANIFEST] = bag.render_manifest({n: sha256(t) for n, t in renamed.items()})
    tags |= {name: text for name, text in changes.items() if name in bag.SIGNED_TAGS}
    manifest = bag.render_manifest({name: sha256(text) for name, text in tags.items()})
    return repacked(bundle, {**gone, **renamed, **tags, bag.TAG_MANIFEST: manifest})


def test_no_changed_byte_of_a_statement_passes(checked: Checked) -> None:
    """Even in a bundle that somebody entitled signed: a statement stands for itself."""
    chance = random.Random(20261122)
    request = next(s for s in statements_of(checked.bundle) if s.statement.kind == "request")
    codes = refused_statements(request.p7m, lambda: 1 << chance.randrange(8))
    assert {"CMS_FORM", "CMS_SIGNATURE", "CMS_DIGEST"} <= codes.keys()


def refused_statements(p7m: bytes, bits: Callable[[], int]) -> Counter[str]:
    codes: Counter[str] = Counter()
    for at in range(len(p7m)):
        forged = bytearray(p7m)
        forged[at] ^= bits()
        with pytest.raises(Problem) as caught:
            read(bytes(forged))
        codes[caught.value.code] += 1
    return codes


@pytest.mark.soak
def test_no_changed_bit_at_all_passes(checked: Checked) -> None:
    places = range(len(checked.bundle))
    for bit in range(8):
        all_refused(checked, ((at, checked.flipped(at, 1 << bit)) for at in places))


@pytest.mark.soak
def test_no_changed_byte_of_the_signature_passes_whatever_it_becomes(checked: Checked) -> None:
    entry = checked.entries[SIGNATURE]
    for at in range(entry.data_start, entry.end):
        flips = ((at, checked.signature_flipped(at, bits)) for bits in range(1, 256))
        assert set(all_refused(checked, flips)) == {"BUNDLE_SIGNATURE"}


@pytest.mark.soak
@pytest.mark.parametrize("bit", range(8))
def test_no_changed_bit_of_any_statement_passes(checked: Checked, bit: int) -> None:
    for statement in statements_of(checked.bundle):
        refused_statements(statement.p7m, lambda: 1 << bit)
