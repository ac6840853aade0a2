"""Bad input: each kind has its own code and sentence, nothing of it is stored, and the
original stays in quarantine. Once at the importing door, once at the drafter's.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from demo_unit import DemoUnit, copied
from forge import (
    NOW,
    SIGNATURE,
    Forger,
    entries_of,
    flipped,
    forging,
    mended,
    payloads_of,
    repacked,
    request_for,
    sealed_up,
    statements_of,
    unpacked,
)
from hostile_pdf import HOSTILE, TINY
from pki import Pki
from refusals import is_explained, new_entries, refused
from station_kit import faults, held, lasting_jail, pin_of, station_of
from stranger import StrangeUnit

from airseal.duties.drafting import Wish
from airseal.evidence.opening import document_name
from airseal.model.case import CaseState
from airseal.model.digest import sha256
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.registry import UnitRecord
from airseal.model.request import Request, Sealing
from transfer import bag
from transfer.errors import TransferError

Build = Callable[[Forger], bytes]


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    with copied(built_demo, tmp_path_factory.mktemp("bad") / "unit") as copy:
        yield copy


@pytest.fixture(scope="module")
def forger(unit: DemoUnit) -> Iterator[Forger]:
    with forging(unit) as somebody:
        yield somebody


@pytest.fixture(scope="module")
def stranger(pki: Pki) -> StrangeUnit:
    return StrangeUnit.founded(pki)


def honest(forger: Forger) -> bytes:
    """The sealed bundle that waits on the demo's stick."""
    return forger.unit.waiting(-1).read_bytes()


def member(bundle: bytes, kind: str) -> str:
    """The first member of a kind: a tag file's own name, or a folder below data/."""
    return next(name for name in sorted(unpacked(bundle)) if name.startswith(kind))


# Each with what the importing station must say


def in_one_bit(kind: str) -> Build:
    return lambda forger: flipped(honest(forger), member(honest(forger), kind))


def without(kind: str) -> Build:
    return lambda forger: repacked(honest(forger), {member(honest(forger), kind): None})


def with_another(name: str, content: bytes) -> Build:
    return lambda forger: repacked(honest(forger), {name: content})


def signature_flipped_and_mended(forger: Forger) -> bytes:
    bundle = honest(forger)
    entry = next(e for e in entries_of(bundle) if e.name.endswith(SIGNATURE))
    return mended(flipped(bundle, SIGNATURE), entry)


def document_swapped(forger: Forger) -> bytes:
    """Another document of the same size under the old one's name."""
    bundle = honest(forger)
    name = member(bundle, "data/documents")
    return repacked(bundle, {name: unpacked(bundle)[name][::-1]})


def manifest_rewritten(forger: Forger) -> bytes:
    """A statement taken away with its line in the manifest, as a forger without a key would."""
    bundle = honest(forger)
    parts = payloads_of(bundle)
    del parts[member(bundle, "data/statements")]
    manifest = bag.render_manifest({n: sha256(t).removeprefix("sha256:") for n, t in parts.items()})
    return repacked(bundle, {bag.MANIFEST: manifest, member(bundle, "data/statements"): None})


def resigned(person: str) -> Build:
    def build(forger: Forger) -> bytes:
        with forger.signer(person) as signer:
            return sealed_up(payloads_of(honest(forger)), signer)

    return build


def covered(**cover: object) -> Build:
    return lambda forger: forger.bundle([forger.request()], TINY, **cover)  # type: ignore[arg-type]


def one_lie_of_many(forger: Forger) -> bytes:
    """Requests for one and the same paper, one of which says that it has more pages."""
    told = [forger.request(title=f"第{number}份") for number in range(6)]
    return forger.bundle([*told, forger.request(pages=2)], TINY)


def drafted(person: str = "li", signed_by: str = "", **changes: object) -> Build:
    """A request whose draft was changed before it was signed."""

    def build(forger: Forger) -> bytes:
        draft = replace(forger.draft(request_for(TINY), person), **changes)  # type: ignore[arg-type]
        return forger.bundle([forger.signed(draft, signed_by or person)], TINY)

    return build


def signed_later(forger: Forger) -> bytes:
    draft = forger.draft(request_for(TINY))
    signed = forger.signed(draft, "li", draft.time + timedelta(seconds=1))
    return forger.bundle([signed], TINY)


def under_another_id(forger: Forger) -> bytes:
    """Two statements, each under the other's name."""
    one, two = forger.request(), forger.request(title="另一件")
    parts = {**forger.registry_parts, document_name(sha256(TINY)): TINY}
    parts[f"data/statements/{one.id[7:]}.p7m"] = two.p7m
    with forger.signer("li") as signer:
        return sealed_up(parts, signer)


def altered_under_signature(forger: Forger) -> bytes:
    """A title changed inside the signed statement; all above it is signed by a colleague."""
    signed = forger.request(title="原来")
    parts = {**forger.registry_parts, document_name(sha256(TINY)): TINY}
    parts[f"data/statements/{signed.id[7:]}.p7m"] = signed.p7m.replace(
        "原来".encode(), "后来".encode()
    )
    with forger.signer("wang") as signer:
        return sealed_up(parts, signer)


def registry_by_drafter(forger: Forger) -> bytes:
    draft = forger.draft(
        UnitRecord(2, "finance", "另一局"), post=Post.AUTHORITY, on=(forger.registry.charter_id,)
    )
    return forger.bundle([forger.signed(draft, "li")])


def document_left_out(forger: Forger) -> bytes:
    return forger.bundle([forger.request()])


def document_added(forger: Forger) -> bytes:
    return forger.bundle([forger.request()], TINY, HOSTILE["PDF_JAVASCRIPT"])


def hidden(code: str) -> Build:
    """A hostile PDF inside a bundle that is valid and signed by the drafter himself."""
    return lambda forger: forger.requested(HOSTILE[code])


BAD: dict[str, tuple[str, Build]] = {
    "an empty file": ("BUNDLE_CUT", lambda _: b""),
    "a text": ("BUNDLE_NOT_A_BUNDLE", lambda _: b"not a bundle\n" * 100),
    "a PDF": ("BUNDLE_NOT_A_BUNDLE", lambda _: TINY),
    "cut in the middle": ("BUNDLE_CUT", lambda f: honest(f)[: len(honest(f)) // 2]),
    "cut by one byte": ("BUNDLE_CUT", lambda f: honest(f)[:-1]),
    "longer by one byte": ("BUNDLE_NOT_CANONICAL", lambda f: honest(f) + b"\0"),
    "flip in bag-info": ("BUNDLE_MEMBER_ALTERED", in_one_bit(bag.INFO)),
    "flip in bagit": ("BUNDLE_MEMBER_ALTERED", in_one_bit(bag.DECLARATION)),
    "flip in manifest": ("BUNDLE_MEMBER_ALTERED", in_one_bit(bag.MANIFEST)),
    "flip in tagmanifest": ("BUNDLE_MEMBER_ALTERED", in_one_bit(bag.TAG_MANIFEST)),
    "flip in signature": ("BUNDLE_MEMBER_ALTERED", in_one_bit(SIGNATURE)),
    "flip in a statement": ("BUNDLE_MEMBER_ALTERED", in_one_bit("data/statements")),
    "flip in a document": ("BUNDLE_MEMBER_ALTERED", in_one_bit("data/documents")),
    "flip in signature, CRC mended": ("BUNDLE_SIGNATURE", signature_flipped_and_mended),
    "document swapped": ("BUNDLE_MEMBER_ALTERED", document_swapped),
    "bag-info missing": ("BUNDLE_MEMBER_MISSING", without(bag.INFO)),
    "bagit missing": ("BUNDLE_MEMBER_MISSING", without(bag.DECLARATION)),
    "manifest missing": ("BUNDLE_MEMBER_MISSING", without(bag.MANIFEST)),
    "tagmanifest missing": ("BUNDLE_MEMBER_MISSING", without(bag.TAG_MANIFEST)),
    "signature missing": ("BUNDLE_UNSIGNED", without(SIGNATURE)),
    "statement missing": ("BUNDLE_MEMBER_MISSING", without("data/statements")),
    "document missing": ("BUNDLE_MEMBER_MISSING", without("data/documents")),
    "statement and its line missing": ("BUNDLE_MEMBER_ALTERED", manifest_rewritten),
    "document left out by the sender": ("DOCUMENT_MISSING", document_left_out),
    "document nobody names": ("DOCUMENT_UNNAMED", document_added),
    "member added": (
        "BUNDLE_MEMBER_UNLISTED",
        with_another(f"data/statements/{'0' * 64}.p7m", b"added"),
    ),
    "member of another kind": ("BUNDLE_MEMBER_NAME", with_another("data/run.sh", b"added")),
    "signed by the issuing CA": ("BUNDLE_SIGNER", resigned("issuing")),
    "signed by the root": ("BUNDLE_SIGNER", resigned("root")),
    "cover of another time": (
        "BUNDLE_COVER",
        covered(prepared=(NOW + timedelta(hours=1)).isoformat()),
    ),
    "cover of an unknown kind": ("BUNDLE_COVER", covered(kind="anything")),
    "cover without level": ("BUNDLE_COVER", covered(level="-")),
    "cover below its statements": ("BUNDLE_COVER", covered(level="public")),
    "cover above the station": ("LEVEL_ABOVE_STATION", covered(level="top-secret")),
    "cover of an unknown unit": ("UNIT_UNKNOWN", covered(unit="elsewhere")),
    "statement signed by another": ("STATEMENT_SIGNER", drafted(signed_by="wang")),
    "statement in another's name": (
        "STATEMENT_SIGNER",
        drafted("wang", by="li", post=Post.DRAFTER),
    ),
    "request by an officer": ("POST_WRONG", drafted("wang")),
    "statement of a post not held": ("POST_NOT_HELD", drafted("wang", post=Post.DRAFTER)),
    "statement above the clearance": ("CLEARANCE_TOO_LOW", drafted(level=Level.SECRET)),
    "statement of an unknown unit": ("UNIT_UNKNOWN", drafted(unit="elsewhere")),
    "statement without basis": ("STATEMENT_BASIS", lambda f: drafted(on=())(f)),
    "statement signed at another time": ("STATEMENT_TIME", signed_later),
    "statement under another id": ("STATEMENT_NAME", under_another_id),
    "statement altered": ("CMS_DIGEST", altered_under_signature),
    "registry document by a drafter": ("REGISTRY_SIGNER", registry_by_drafter),
    "document of other pages": ("DOCUMENT_MISMATCH", lambda f: f.requested(pages=2)),
    "document of another size": ("DOCUMENT_MISMATCH", lambda f: f.requested(size=len(TINY) + 1)),
    "document of other pages, in one request of many": ("DOCUMENT_MISMATCH", one_lie_of_many),
    **{f"{code} inside": (code, hidden(code)) for code in HOSTILE},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_bundle_is_refused_and_kept(
    unit: DemoUnit, forger: Forger, tmp_path: Path, name: str
) -> None:
    code, build = BAD[name]
    refused(unit, tmp_path, build(forger), code)


STRANGERS: dict[str, tuple[str, Callable[[StrangeUnit, Forger], bytes]]] = {
    "of an unknown unit": ("UNIT_UNKNOWN", lambda s, _: s.bundle()),
    "of an unknown unit under our name": ("UNIT_UNKNOWN", lambda s, _: s.bundle("bureau")),
    "of ours, signed again by another root's person": (
        "BUNDLE_SIGNER",
        lambda s, f: s.sealed_up(payloads_of(honest(f)), "bureau"),
    ),
    "with a charter by another root": ("CHARTER_SIGNER", lambda s, f: s.second_charter(f)),
    "of ours, with a foreign unit's statements": (
        "UNIT_UNKNOWN",
        lambda s, f: f.bundle(s.statements),
    ),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_refused(
    unit: DemoUnit, forger: Forger, stranger: StrangeUnit, tmp_path: Path, name: str
) -> None:
    code, build = STRANGERS[name]
    refused(unit, tmp_path, build(stranger, forger), code)


def resealed(forger: Forger, document: bytes | None = None, **changes: object) -> bytes:
    """The sealed bundle with another word of the custodian about the sealing."""
    bundle = honest(forger)
    statements = {one.statement.kind: one for one in statements_of(bundle)}
    told = statements.pop("sealing").statement
    assert isinstance(told.body, Sealing)
    if document is None:
        document = unpacked(bundle)[document_name(told.body.output)]
    body = replace(told.body, output=sha256(document), output_size=len(document))
    draft = forger.draft(
        replace(body, **changes),  # type: ignore[arg-type]
        "zhang",
        station=told.station,
        case=told.case,
        on=told.on,
        at=told.at,
    )
    case = [statements["request"], statements["decision"], forger.signed(draft, "zhang")]
    return forger.bundle(case, document, by="zhang")


def approved_document(forger: Forger) -> bytes:
    bundle = honest(forger)
    bodies = [one.statement.body for one in statements_of(bundle)]
    request = next(body for body in bodies if isinstance(body, Request))
    sealed = next(text for name, text in unpacked(bundle).items() if "documents" in name)
    return sealed[: request.grant.documents[0].size]


FALSE_SEALINGS: dict[str, tuple[str, Build]] = {
    "of another document": ("DOCUMENT_NOT_APPROVED", lambda f: resealed(f, TINY)),
    "that never was": ("PDF_UNSIGNED", lambda f: resealed(f, approved_document(f) + b"\n")),
    "at another place": ("SEAL_OTHER_PLACE", lambda f: resealed(f, x_um=100_000)),
    "at another time": ("SEAL_OTHER_TIME", lambda f: resealed(f, sealed_at=NOW.isoformat())),
}


@pytest.mark.parametrize("name", FALSE_SEALINGS)
def test_a_false_sealing_is_never_listed_as_sealed(
    unit: DemoUnit, forger: Forger, tmp_path: Path, name: str
) -> None:
    """The custodian's own statement, on honest approvals, that the document does not bear out."""
    code, build = FALSE_SEALINGS[name]
    refused(unit, tmp_path, build(forger), code, "authority")


def test_the_same_sealing_told_honestly_is_taken(
    unit: DemoUnit, forger: Forger, tmp_path: Path
) -> None:
    path = tmp_path / "again.airseal"
    path.write_bytes(resealed(forger))
    with station_of(unit, "authority") as station:
        (case,) = station.import_file(path).cases
        assert station.case(case).status.state is CaseState.SEALED


def test_after_all_that_the_home_is_whole_and_works(
    unit: DemoUnit, forger: Forger, tmp_path: Path
) -> None:
    path = tmp_path / "good.airseal"
    path.write_bytes(forger.requested())
    with station_of(unit, "checker") as station:
        imported = station.import_file(path)
        assert [row.id for row in station.cases()] == list(imported.cases)
    assert faults(unit, "checker") == []


def test_a_bundle_twice_is_said_and_harmless(unit: DemoUnit) -> None:
    path = unit.waiting(-1)
    with station_of(unit, "checker") as station:
        assert not station.import_file(path).again
        rows = station.cases()
        assert station.import_file(path).again
        assert station.cases() == rows
    after = held(unit, "checker")
    first, second = after.entries[-2:]
    assert (first.kind, second.kind) == ("imported", "imported")
    assert second.facts == {**first.facts, "new": 0}
    digest = sha256(path.read_bytes())
    assert digest not in after.tables["quarantine"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.mkdir(), "FILE_NOT_REGULAR"),
        (lambda path: os.mkfifo(path), "FILE_NOT_REGULAR"),
        (lambda path: path.symlink_to("/etc/passwd"), "FILE_NOT_REGULAR"),
        (lambda path: None, "FILE_MISSING"),
    ],
)
def test_what_is_no_file_is_not_even_read(
    unit: DemoUnit, tmp_path: Path, make: Callable[[Path], None], code: str
) -> None:
    path = tmp_path / "x.airseal"
    make(path)
    before = held(unit, "checker")
    with station_of(unit, "checker") as station, pytest.raises(TransferError) as caught:
        station.import_file(path)
    assert caught.value.code == code
    is_explained(caught.value)
    assert [entry.kind for entry in new_entries(before, held(unit, "checker"))] == ["login"]


def test_a_name_that_is_no_text_is_kept_as_one(unit: DemoUnit, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe\x1b[2J.airseal"))
    path.write_bytes(b"not a bundle, under a name that is not UTF-8")
    with station_of(unit, "checker") as station, pytest.raises(TransferError) as caught:
        station.import_file(path)
    assert caught.value.code == "BUNDLE_NOT_A_BUNDLE"
    row = held(unit, "checker").tables["quarantine"][sha256(path.read_bytes())]
    assert isinstance(row, dict)
    assert row["name"] == "\ufffd\ufffd\x1b[2J.airseal"
    with station_of(unit, "checker") as station:
        assert station.verify_file(path).exit_status == 1


def test_who_cancels_an_import_accuses_nobody(unit: DemoUnit, tmp_path: Path) -> None:
    """No quarantine for what is not the bundle's fault; it can be imported after all."""

    def cancel(done: int, total: int, what: str) -> None:
        raise Problem("CANCELLED")

    path = unit.waiting(0)
    before = held(unit, "checker")
    with station_of(unit, "checker") as station:
        station.report_to(cancel)
        with pytest.raises(Problem) as caught:
            station.import_file(path)
        assert caught.value.code == "CANCELLED"
    after = held(unit, "checker")
    assert [entry.kind for entry in new_entries(before, after)] == ["login"]
    assert after.tables == before.tables
    with station_of(unit, "checker") as station:
        assert not station.import_file(path).again


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_document_cannot_be_requested(unit: DemoUnit, tmp_path: Path, code: str) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(HOSTILE[code])
    wish = Wish("题", "", ("bureau-official@p1,100,100",), 1, ("finance",), None, Level.INTERNAL)
    before = held(unit, "drafter")
    with station_of(unit, "drafter") as station:
        rows = station.cases()
        with (
            station.signing(pin_of(unit, "drafter")) as signer,
            station.take_in(path) as document,
            pytest.raises(Problem) as caught,
        ):
            station.request(document, wish, signer)
        assert caught.value.code == code
        assert not station.holds(sha256(HOSTILE[code]))
        assert station.cases() == rows
    is_explained(caught.value)
    after = held(unit, "drafter")
    assert [entry.kind for entry in new_entries(before, after)] == ["login"]
    assert after.tables == before.tables
