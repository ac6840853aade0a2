"""What is checked at real stations before a paper is asked for, sealed or taken in.

Source and layout together (DC-07, DC-08), the form (DC-16), the signatory (SE-03), the ticks
and the surroundings (SE-01, SE-07).
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from flow_kit import Office, pack_of, publish
from station_kit import code_of, held, lasting_jail, pin_of, station_of
from unit import DOCUMENT, SignedUnit, grant
from unit_bundles import pack

from airseal.duties.drafting import Source
from airseal.duties.sealing import CHECKS
from airseal.evidence.opening import open_signed_bundle
from airseal.evidence.packs import ready_pack
from airseal.evidence.trusted import TrustedSet
from airseal.founding.demo import UNIT_NAME
from airseal.model.digest import Digest, sha256
from airseal.model.format import Element
from airseal.model.matter import Matter, Origin
from airseal.model.problem import Problem
from airseal.model.request import Grant, SourceFile
from airseal.model.surroundings import Medium, Surroundings
from airseal.paper.forms import sample_document
from transfer import bag
from transfer.bundle import open_bundle

WORDS = b"PK\x03\x04 a word processor's file, never opened here"


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture
def office(demo_unit: DemoUnit, tmp_path: Path) -> Office:
    return Office(demo_unit, tmp_path / "stick")


def source() -> Source:
    return Source(io.BytesIO(WORDS), ".docx")


def forwarded() -> Matter:
    return Matter(origin=Origin.FORWARDED)


def documents_in(path: Path) -> set[Digest]:
    with path.open("rb") as file:
        names = [member.name for member in open_bundle(file).members]
    return {Digest(f"sha256:{found}") for name in names if (found := bag.document_digest(name))}


class TestSourceAndLayout:
    def test_anothers_text_needs_both_files(self, office: Office) -> None:
        assert code_of(lambda: office.request(matter=forwarded())) == "SOURCE_MISSING"

    def test_the_source_travels_until_the_paper_is_sealed(self, office: Office) -> None:
        case = office.request(source(), matter=forwarded())
        office.send("drafter", case, "officer")
        with station_of(office.unit, "officer") as station:
            (document,) = station.case(case).facts.asked.grant.documents
            assert document.source == SourceFile(sha256(WORDS), len(WORDS), "docx")
            assert station.holds(document.source.digest)
        office.decide(case)
        office.send("officer", case, "custodian")
        office.seal(case)
        office.send("custodian", case, "checker")
        (sealed,) = (office.stick / "3").glob("*.airseal")
        assert sha256(WORDS) not in documents_in(sealed)

    def test_of_the_own_text_the_digests_are_kept_and_the_file_stays(self, office: Office) -> None:
        case = office.request(source())
        with station_of(office.unit, "drafter") as station:
            (document,) = station.case(case).facts.asked.grant.documents
            assert document.source is not None and station.holds(document.source.digest)
        office.send("drafter", case)
        (bundle,) = (office.stick / "1").glob("*.airseal")
        assert documents_in(bundle) == {document.digest}


def with_source(made: SourceFile | None) -> Grant:
    asked = grant()
    return replace(asked, documents=(replace(asked.documents[0], source=made),))


@pytest.mark.parametrize(
    ("made", "brought", "code"),
    [
        (None, [DOCUMENT], "SOURCE_MISSING"),
        (SourceFile(sha256(WORDS), len(WORDS), "docx"), [DOCUMENT], "SOURCE_MISSING"),
        (SourceFile(sha256(WORDS), len(WORDS), "docx"), [WORDS], "DOCUMENT_MISSING"),
        (SourceFile(sha256(WORDS), len(WORDS), "docx"), [DOCUMENT, WORDS], None),
        (None, [DOCUMENT, WORDS], "DOCUMENT_UNNAMED"),
    ],
)
def test_a_bundle_of_anothers_text_brings_both(
    bureau: SignedUnit, made: SourceFile | None, brought: list[bytes], code: str | None
) -> None:
    """DC-08, whatever the sender's station let pass."""
    unit = bureau.fork()
    request = unit.request(with_source(made), matter=forwarded())
    packed = pack(unit, [*unit.basics, unit[request]], brought)
    opened = code_of(lambda: open_signed_bundle(packed, TrustedSet([unit.anchor])))
    assert opened == code


def test_nothing_passes_for_a_source_that_anybody_names_as_a_paper(
    bureau: SignedUnit, office: Office, tmp_path: Path
) -> None:
    """A script hidden as another case's source file is still looked into."""
    unit = bureau.fork()
    evil = b"%PDF-1.7 not even that\n%%EOF\n"
    honest = unit.request(grant(content=evil))
    trick = unit.request(with_source(SourceFile(sha256(evil), len(evil), "docx")))
    path = tmp_path / "trick.airseal"
    packed = pack(unit, [*unit.basics, unit[honest], unit[trick]], [DOCUMENT, evil])
    path.write_bytes(packed.read())
    with station_of(office.unit, "officer") as station:
        station._ports = replace(station._ports, evidence=TrustedSet([unit.anchor]))
        assert code_of(lambda: station.import_file(path)) == "PDF_BROKEN"


class TestForm:
    def test_what_is_lacking_is_signed_and_looked_for_again(self, office: Office) -> None:
        case = office.request(title="关于别事的通知")
        office.send("drafter", case, "officer")
        with station_of(office.unit, "officer") as station:
            asked = station.case(case).facts.asked
            assert asked.confirmed == ("FORMAT_TITLE",)
            assert station.format_faults(case) == (Element.TITLE,)

    def test_a_whole_paper_lacks_nothing(self, office: Office) -> None:
        case = office.request()
        with station_of(office.unit, "drafter") as station:
            assert station.case(case).facts.asked.confirmed == ()
            assert station.format_faults(case) == ()

    def test_the_ready_pack_of_a_bureau_asks_for_all_of_it(self) -> None:
        kind = ready_pack("bureau").catalogue.kind("official")
        assert kind is not None and set(kind.elements) == set(Element)


def test_a_paper_that_another_unit_signs_is_not_even_asked_for(office: Office) -> None:
    """SE-03: the 落款 is another unit's; choosing the place by hand does not help."""
    with station_of(office.unit, "drafter") as station:
        paper = sample_document("示范市财政局", "关于测试的通知", date(2026, 11, 29))
        with station.signing(pin_of(office.unit, "drafter")) as signer:
            for seals in (("bureau-official",), ("bureau-official@p1,100,150",)):
                wish = office.wish(seals=seals)
                with pytest.raises(Problem, match="SIGNATURE_UNIT") as refused:
                    station.request(io.BytesIO(paper), wish, signer)
                assert refused.value.params["unit"] == UNIT_NAME


def intents(office: Office, case: Digest) -> list[tuple[object, object]]:
    """What the ledger says was around, and ticked, at each sealing of the case that was begun."""
    return [
        (entry.facts["surroundings"], entry.facts["checked"])
        for entry in held(office.unit, "custodian").entries
        if entry.kind == "seal-intent" and entry.facts["case"] == case
    ]


AROUND = [
    (Surroundings(users=("guest",)), "SESSION_AROUND"),
    (Surroundings(sharing=("x11vnc",)), "SHARING_AROUND"),
]


@pytest.mark.parametrize(("around", "code"), AROUND)
def test_nothing_is_sealed_while_somebody_looks_on(
    office: Office, around: Surroundings, code: str
) -> None:
    """SE-07, before the PIN and again after it; nothing is begun."""
    case = office.approved()
    with station_of(office.unit, "custodian") as station:
        station._ports = replace(station._ports, surroundings=lambda: around)
        assert code_of(lambda: station.ready_to_seal(case)) == code
        with station.signing(pin_of(office.unit, "custodian")) as signer:
            assert code_of(lambda: station.seal(case, signer, checked=CHECKS)) == code
    assert intents(office, case) == []


def test_what_was_around_and_ticked_is_recorded(office: Office) -> None:
    case = office.approved()
    stick = Surroundings(media=(Medium(("STICK-1", "uuid-1")),))
    with station_of(office.unit, "custodian") as station:
        station._ports = replace(station._ports, surroundings=lambda: stick)
        with station.signing(pin_of(office.unit, "custodian")) as signer:
            station.seal(case, signer, checked=CHECKS)
    ((around, checked),) = intents(office, case)
    assert checked == list(CHECKS)
    assert around == {
        "looked_at": ["media", "users", "sharing"],
        "result": "allowed",
        "media": ["STICK-1"],
        "users": [],
        "sharing": [],
    }


def test_an_empty_desk_is_recorded_as_a_result_too(office: Office) -> None:
    """SE-07: that somebody looked and found nothing is on record."""
    case = office.approved()
    with station_of(office.unit, "custodian") as station:
        station._ports = replace(station._ports, surroundings=Surroundings)
        with station.signing(pin_of(office.unit, "custodian")) as signer:
            station.seal(case, signer, checked=CHECKS)
    ((around, _),) = intents(office, case)
    assert isinstance(around, dict) and around["result"] == "clear"


def test_what_was_not_checked_is_refused_before_the_pin(office: Office) -> None:
    """SE-01: a wrong PIN is never tried, so the refusal came first."""
    pack = pack_of(office.unit)
    strict = replace(pack, settings=replace(pack.settings, ticks_before_sealing=True))
    publish(office.unit, strict)
    case = office.approved()
    for ticked in ((), ("--checked", "content")):
        done = office.unit.run("custodian", "seal", case, *ticked, pin="000000")
        assert (done.status, done.json["code"]) == (1, "TICKS_MISSING")
    kinds = [entry.kind for entry in held(office.unit, "custodian").entries]
    assert "pin-refused" not in kinds
    tried = office.unit.run("custodian", "seal", case, "--checked", "all", pin="000000")
    assert tried.json["code"] == "PIN_WRONG"
    done = office.unit.run("custodian", "seal", case, "--checked", "all")
    assert done.status == 0, done
