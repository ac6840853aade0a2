"""The verdict on real sealed documents: valid only when every question has its answer."""

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from paper_kit import SEAL, SEAL_UM, simple
from unit import DAY, DECIDED, FOUNDED, NOW, SEALED, SignedUnit, grant, place, text
from unit_bundles import pack

from airseal.evidence.trusted import TrustedSet
from airseal.evidence.verifier import ARCHIVE, Profile, Verifier
from airseal.evidence.verifier.profiles import PROFILES
from airseal.model.digest import Digest, sha256
from airseal.model.questions import QUESTIONS
from airseal.model.registry import RevocationList
from airseal.model.request import Outcome
from airseal.model.statement import Statement
from airseal.model.verdict import Copy, Overall, Step, Verdict, Word
from airseal.paper.impression import draw_round_seal
from airseal.paper.jail import Jail
from airseal.paper.papers import Papers, PdfReport, SealField, SealPlan
from airseal.paper.placement import Place
from airseal.words.verdict import CHECKS

ORIGINAL = simple()
OTHER = simple(text="Another")


@dataclass(frozen=True)
class Desk:
    """What it takes to seal and to judge: papers in one jail, and documents sealed once."""

    papers: Papers
    sealed: bytes
    sealed_other: bytes


def seal_pdf(papers: Papers, unit: SignedUnit, document: bytes, at: datetime) -> bytes:
    field = SealField("seal-1", Place(1, 150_000, 220_000, SEAL_UM, SEAL_UM))
    plan = SealPlan((field,), "seal-1", at, "张保管", "示范局公章")
    with unit.keys.pki.login(unit.keys.people["zhang"]) as signer:
        made = papers.seal(
            io.BytesIO(document),
            plan,
            io.BytesIO(SEAL),
            certificate=unit.certificates["zhang"],
            issuers=[unit.keys.issuing.certificate],
            crls=unit.keys.crls,
            sign=signer.sign,
        )
    with made.document as sealed:
        return sealed.read()


@pytest.fixture(scope="module")
def desk(bureau: SignedUnit) -> Iterator[Desk]:
    jail = Jail(formal=False)
    papers = Papers(jail)
    sealed = seal_pdf(papers, bureau, ORIGINAL, SEALED)
    yield Desk(papers, sealed, seal_pdf(papers, bureau, OTHER, SEALED))
    jail.close()


@pytest.fixture
def unit(bureau: SignedUnit) -> SignedUnit:
    return bureau.fork()


def case_of(unit: SignedUnit, sealed: bytes, **changes: Any) -> list[Statement]:
    """Request, approval and sealing of ``sealed``."""
    request = unit.request(grant(content=ORIGINAL))
    approval = unit.decide(request)
    made: dict[str, Any] = {"output": sha256(sealed), "output_size": len(sealed), **changes}
    return [request, approval, unit.seal(request, approval, **made)]


def judged(
    desk: Desk,
    trusted: TrustedSet,
    case: Digest,
    content: bytes | None,
    now: datetime = NOW,
) -> Verdict:
    def document(name: Digest) -> io.BytesIO | None:
        return None if content is None else io.BytesIO(content)

    return Verifier(trusted, desk.papers, now).case(case, document)


def reasons(verdict: Verdict, word: Word = Word.FAIL) -> set[str]:
    return {c.reason.code for c in verdict.checks if c.word is word and c.reason is not None}


def test_a_sealed_case_is_valid_with_its_five_items(unit: SignedUnit, desk: Desk) -> None:
    request, approval, sealing = case_of(unit, desk.sealed)
    verdict = judged(desk, unit.trusted(request, approval, sealing), request.id, desk.sealed)
    assert verdict.overall is Overall.VALID, verdict.checks
    (items,) = verdict.items
    assert (items.signer, items.seal) == ("zhang", "示范局公章")
    assert verdict.demo


Story = Callable[[SignedUnit, Desk], tuple[list[Statement], bytes]]


def altered_bytes(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    spoiled = desk.sealed.replace(b"Hello", b"Hullo", 1)
    assert spoiled != desk.sealed
    return case_of(unit, desk.sealed), spoiled


def altered_bytes_and_statement(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    spoiled = desk.sealed.replace(b"Hello", b"Hullo", 1)
    return case_of(unit, spoiled), spoiled


def appended_bytes(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    longer = desk.sealed + b"% more\n"
    return case_of(unit, longer), longer


def another_document_sealed(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    """Approved was one document, sealed another, and the statement says it was the one."""
    return case_of(unit, desk.sealed_other), desk.sealed_other


def nothing_sealed(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    longer = ORIGINAL + b"% no seal\n%%EOF\n"
    return case_of(unit, longer), longer


def another_time(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, sealed_at=DECIDED.isoformat()), desk.sealed


def another_place(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, x_um=149_000), desk.sealed


def another_signer(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, by="sun"), desk.sealed


def no_approval(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    request = unit.request(grant(content=ORIGINAL))
    sealing = unit.seal(request, output=sha256(desk.sealed), output_size=len(desk.sealed))
    return [request, sealing], desk.sealed


def not_its_custodian(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, by="wu"), desk.sealed


def denied_elsewhere(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    statements = case_of(unit, desk.sealed)
    return [*statements, unit.decide(statements[0], Outcome.DENY, by="chen")], desk.sealed


def sealed_twice(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    request, approval, sealing = case_of(unit, desk.sealed)
    again = unit.seal(request, approval)
    return [request, approval, sealing, again], desk.sealed


def more_copies_approved(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    """The officer approved other copies than were asked for."""
    request = unit.request(grant(content=ORIGINAL))
    approval = unit.decide(request, grant=replace(grant(content=ORIGINAL), copies=99))
    made = {"output": sha256(desk.sealed), "output_size": len(desk.sealed)}
    return [request, approval, unit.seal(request, approval, **made)], desk.sealed


def sealed_after_its_term(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    request = unit.request(grant(content=ORIGINAL, until=SEALED - DAY))
    approval = unit.decide(request)
    made = {"output": sha256(desk.sealed), "output_size": len(desk.sealed)}
    return [request, approval, unit.seal(request, approval, **made)], desk.sealed


def at_another_station(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, station="elsewhere"), desk.sealed


def dated_into_the_future(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, sealed_at=(SEALED + DAY).isoformat()), desk.sealed


def with_another_seal(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, seal="contract"), desk.sealed


def on_another_page(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, page=2), desk.sealed


def from_another_input(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    return case_of(unit, desk.sealed, input=sha256(OTHER)), desk.sealed


def returned_elsewhere(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    statements = case_of(unit, desk.sealed)
    return [*statements, unit.decide(statements[0], Outcome.RETURN, by="chen")], desk.sealed


def approved_twice_by_one(unit: SignedUnit, desk: Desk) -> tuple[list[Statement], bytes]:
    statements = case_of(unit, desk.sealed)
    return [*statements, unit.decide(statements[0])], desk.sealed


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        (more_copies_approved, "APPROVAL_MISSING"),
        (sealed_after_its_term, "APPROVAL_EXPIRED"),
        (at_another_station, "SEAL_OTHER_STATION"),
        (dated_into_the_future, "SEALING_TIME"),
        (with_another_seal, "SEALING_NOT_GRANTED"),
        (on_another_page, "SEALING_NOT_GRANTED"),
        (from_another_input, "SEALING_OTHER_INPUT"),
        (returned_elsewhere, "CASE_FROZEN"),
        (approved_twice_by_one, "CONFLICT_DECISIONS"),
        (altered_bytes, "DOCUMENT_MISMATCH"),
        (altered_bytes_and_statement, "DOCUMENT_NOT_APPROVED"),
        (appended_bytes, "PDF_TRAILING_BYTES"),
        (another_document_sealed, "DOCUMENT_NOT_APPROVED"),
        (nothing_sealed, "SIGNATURE_COUNT"),
        (another_time, "SEAL_OTHER_TIME"),
        (another_place, "SEAL_OTHER_PLACE"),
        (another_signer, "SEAL_OTHER_SIGNER"),
        (no_approval, "APPROVAL_MISSING"),
        (not_its_custodian, "SEAL_NOT_CUSTODIAN"),
        (denied_elsewhere, "CASE_FROZEN"),
        (sealed_twice, "CONFLICT_SEALINGS"),
    ],
)
def test_invalid_and_why(unit: SignedUnit, desk: Desk, story: Story, reason: str) -> None:
    statements, content = story(unit, desk)
    verdict = judged(desk, unit.trusted(*statements), statements[0].id, content)
    assert verdict.overall is Overall.INVALID
    assert reason in reasons(verdict)


class TestNotKnown:
    def test_without_the_document(self, unit: SignedUnit, desk: Desk) -> None:
        statements = case_of(unit, desk.sealed)
        verdict = judged(desk, unit.trusted(*statements), statements[0].id, None)
        assert verdict.overall is Overall.UNKNOWN
        assert reasons(verdict, Word.UNKNOWN) == {"DOCUMENT_MISSING"}

    def test_before_it_is_sealed(self, unit: SignedUnit, desk: Desk) -> None:
        request, approval, _ = case_of(unit, desk.sealed)
        verdict = judged(desk, unit.trusted(request, approval), request.id, ORIGINAL)
        assert verdict.overall is Overall.UNKNOWN
        assert reasons(verdict, Word.UNKNOWN) == {"NOTHING_SEALED"}

    def test_when_the_lists_are_old(self, unit: SignedUnit, desk: Desk) -> None:
        statements = case_of(unit, desk.sealed)
        later = FOUNDED + 91 * DAY
        verdict = judged(desk, unit.trusted(*statements), statements[0].id, desk.sealed, later)
        assert verdict.overall is Overall.UNKNOWN
        assert reasons(verdict, Word.UNKNOWN) == {"REGISTRY_EXPIRED"}

    def test_a_case_nobody_told_of(self, unit: SignedUnit, desk: Desk) -> None:
        verdict = judged(desk, unit.trusted(), sha256(b"no case"), desk.sealed)
        assert verdict.overall is Overall.UNKNOWN


def revoked(unit: SignedUnit, person: str, since: datetime, *statements: Statement) -> TrustedSet:
    trusted = unit.trusted(*statements)
    crl = unit.keys.crl(2, NOW - DAY, {person: since})
    lists = [base64.b64encode(der).decode() for der in (unit.keys.crls[0], crl)]
    unit.publish(2, at=NOW - DAY, crl=RevocationList(2, tuple(lists)))
    trusted.offer(unit.basics)
    return trusted


SMALL_UM = 38_000
TWO = (
    SealField("seal-1", Place(1, 150_000, 220_000, SEAL_UM, SEAL_UM)),
    SealField("seal-2", Place(1, 60_000, 220_000, SMALL_UM, SMALL_UM)),
)


class Twice:
    """A paper with two seals of two custodians, a day apart; ``order`` is that of the signing."""

    def __init__(self, papers: Papers, unit: SignedUnit, order: tuple[int, int] = (1, 2)) -> None:
        contract = replace(
            unit.seal_record,
            seal="contract",
            name="合同专用章",
            width_um=SMALL_UM,
            height_um=SMALL_UM,
        )
        unit.publish(2, seal_contract=contract)
        self.papers, self.unit = papers, unit
        places = (place(1), place(2, seal="contract", x_um=60_000))
        self.request = unit.request(
            grant(*places, content=ORIGINAL),
            on=unit.basis("li", "seal/official", "seal/contract", "unit/finance"),
        )
        self.acts = [self.request, unit.decide(self.request)]
        self.forms = [ORIGINAL]
        for number, at in zip(order, TIMES, strict=True):
            self.acts.append(self._sealed(number, at))

    def _sealed(self, number: int, at: datetime) -> Statement:
        person, series = {1: ("zhang", "official"), 2: ("sun", "contract")}[number]
        before = self.forms[-1]
        with self.unit.keys.pki.login(self.unit.keys.people[person]) as signer:
            made = self.papers.seal(
                io.BytesIO(before),
                SealPlan(TWO, f"seal-{number}", at, person, series),
                io.BytesIO(SEAL if number == 1 else draw_round_seal("示范市合同", SMALL_UM)),
                certificate=self.unit.certificates[person],
                issuers=[self.unit.keys.issuing.certificate],
                crls=self.unit.keys.crls,
                sign=signer.sign,
            )
        with made.document as sealed:
            self.forms.append(sealed.read())
        return self.unit.seal(
            *self.acts,
            by=person,
            at=at,
            order=number,
            on=[*(one.id for one in self.acts), *self.unit.basis(person, f"seal/{series}")],
            seal=series,
            x_um=TWO[number - 1].place.x_um,
            input=sha256(before),
            output=sha256(self.forms[-1]),
            output_size=len(self.forms[-1]),
        )

    def judged(self, trusted: TrustedSet | None = None) -> Verdict:
        held = {sha256(form): form for form in self.forms}
        trusted = trusted or self.unit.trusted(*self.acts)
        documents = {name: io.BytesIO(form) for name, form in held.items()}
        return Verifier(trusted, self.papers, NOW).case(self.request.id, documents.get)


TIMES = (SEALED, SEALED + DAY)


class TestTwoSeals:
    """Each is judged at its own time, at its own place, as its own seal."""

    def test_both_hold(self, unit: SignedUnit, desk: Desk) -> None:
        verdict = Twice(desk.papers, unit).judged()
        assert not reasons(verdict) and verdict.overall is Overall.VALID, reasons(verdict)
        told = {(one.signer, one.seal, one.sealed_at) for one in verdict.items}
        seals = (("zhang", "示范局公章"), ("sun", "合同专用章"))
        assert told == {(*who, text(at)) for who, at in zip(seals, TIMES, strict=True)}
        stated = [c.evidence["time"] for c in verdict.checks if c.code == "SEAL_AS_STATED"]
        assert stated == [text(at) for at in TIMES]

    def test_who_was_revoked_between_them_spoils_the_second_only(
        self, unit: SignedUnit, desk: Desk
    ) -> None:
        twice = Twice(desk.papers, unit)
        for person, word in (("zhang", Word.LIMIT), ("sun", Word.FAIL)):
            held = revoked(twice.unit.fork(), person, SEALED + DAY / 2, *twice.acts)
            checks = [c for c in twice.judged(held).checks if c.code == "SIGNER_STATUS"]
            assert sorted(c.word for c in checks) == sorted((Word.PASS, word)), checks

    def test_the_second_place_first_is_no_order(self, unit: SignedUnit, desk: Desk) -> None:
        verdict = Twice(desk.papers, unit, (2, 1)).judged()
        assert verdict.overall is Overall.INVALID
        assert "SEALING_OUT_OF_ORDER" in reasons(verdict), verdict.checks


class TestRevoked:
    @pytest.mark.parametrize(
        ("person", "since", "overall", "reason"),
        [
            ("wang", SEALED + DAY, Overall.VALID, None),
            ("wang", DECIDED, Overall.INVALID, "APPROVAL_MISSING"),
            ("zhang", SEALED, Overall.INVALID, "SIGNER_REVOKED"),
        ],
    )
    def test_by_when_and_whom(
        self,
        unit: SignedUnit,
        desk: Desk,
        person: str,
        since: datetime,
        overall: Overall,
        reason: str | None,
    ) -> None:
        statements = case_of(unit, desk.sealed)
        trusted = revoked(unit, person, since, *statements)
        verdict = judged(desk, trusted, statements[0].id, desk.sealed)
        assert verdict.overall is overall, verdict.checks
        assert (reason in reasons(verdict)) if reason else not reasons(verdict)

    def test_a_custodian_revoked_later_leaves_it_unknown(
        self, unit: SignedUnit, desk: Desk
    ) -> None:
        """状态未知: nobody independent proves that the sealing was there before."""
        statements = case_of(unit, desk.sealed)
        trusted = revoked(unit, "zhang", SEALED + DAY, *statements)
        verdict = judged(desk, trusted, statements[0].id, desk.sealed)
        assert verdict.overall is Overall.UNKNOWN
        assert reasons(verdict, Word.UNKNOWN) == {"SIGNER_STATUS_UNKNOWN"}


class TestBarePdf:
    def test_is_judged_with_its_case(self, unit: SignedUnit, desk: Desk) -> None:
        statements = case_of(unit, desk.sealed)
        verifier = Verifier(unit.trusted(*statements), desk.papers, NOW)
        verdict = verifier.pdf(io.BytesIO(desk.sealed), "x.pdf")
        assert verdict.overall is Overall.VALID
        assert (verdict.subject, verdict.cases) == ("x.pdf", (statements[0].id,))

    def test_without_a_case_its_basis_is_missing(self, unit: SignedUnit, desk: Desk) -> None:
        verdict = Verifier(unit.trusted(), desk.papers, NOW).pdf(io.BytesIO(desk.sealed), "x")
        assert verdict.overall is Overall.UNKNOWN
        assert reasons(verdict, Word.UNKNOWN) == {"BASIS_MISSING"}

    def test_a_request_to_seal_it_again_does_not_hide_its_case(
        self, unit: SignedUnit, desk: Desk
    ) -> None:
        statements = case_of(unit, desk.sealed)
        again = [unit.request(grant(content=desk.sealed)) for _ in range(6)]
        assert min(one.id for one in again) < max(one.id for one in again)
        verifier = Verifier(unit.trusted(*again, *statements), desk.papers, NOW)
        verdict = verifier.pdf(io.BytesIO(desk.sealed), "x.pdf")
        assert verdict.cases == (statements[0].id,)

    def test_of_several_cases_the_same_one_is_named_everywhere(
        self, unit: SignedUnit, desk: Desk
    ) -> None:
        asked = [unit.request(grant(content=ORIGINAL)) for _ in range(2)]
        named = {
            Verifier(unit.trusted(*order), desk.papers, NOW).pdf(io.BytesIO(ORIGINAL), "x").cases
            for order in (asked, asked[::-1])
        }
        assert len(named) == 1

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"%PDF-" + b"\0" * 999])
    def test_what_is_no_pdf_is_no_exception(
        self, unit: SignedUnit, desk: Desk, content: bytes
    ) -> None:
        verdict = Verifier(unit.trusted(), desk.papers, NOW).pdf(io.BytesIO(content), "x")
        assert verdict.overall is Overall.INVALID


class TestBundle:
    def test_brings_its_own_evidence(self, unit: SignedUnit, desk: Desk) -> None:
        statements = case_of(unit, desk.sealed)
        held = [*unit.basics, *(unit[one] for one in statements)]
        verifier = Verifier(TrustedSet([unit.anchor]), desk.papers, NOW)
        verdict = verifier.bundle(pack(unit, held, [desk.sealed], by="zhang"), "x.airseal")
        assert verdict.overall is Overall.VALID, verdict.checks
        assert verifier.trusted.cases == ()

    def test_parked_statements_leave_it_unknown(self, unit: SignedUnit, desk: Desk) -> None:
        _, approval, _ = case_of(unit, desk.sealed)
        source = pack(unit, [*unit.basics, unit[approval]], by="wang")
        verifier = Verifier(TrustedSet([unit.anchor]), desk.papers, NOW)
        verdict = verifier.bundle(source, "x.airseal")
        assert verdict.overall is Overall.UNKNOWN
        assert "STATEMENTS_PARKED" in reasons(verdict, Word.UNKNOWN)

    @pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\0" * 18, b"noise" * 99])
    def test_what_is_no_bundle_is_no_exception(
        self, unit: SignedUnit, desk: Desk, content: bytes
    ) -> None:
        verifier = Verifier(TrustedSet([unit.anchor]), desk.papers, NOW)
        assert verifier.bundle(io.BytesIO(content), "x").overall is Overall.INVALID


class TestLimited:
    """有效但受限: it held when it was sealed, and says what has changed since."""

    def test_an_archive_whose_lists_ran_out(self, unit: SignedUnit, desk: Desk) -> None:
        statements = case_of(unit, desk.sealed)
        later = FOUNDED + 91 * DAY
        verifier = Verifier(unit.trusted(*statements), desk.papers, later, own=ARCHIVE)
        verdict = verifier.case(statements[0].id, lambda _: io.BytesIO(desk.sealed))
        assert (verdict.overall, verdict.profile) == (Overall.LIMITED, "archive")
        assert reasons(verdict, Word.LIMIT) == {"REGISTRY_EXPIRED"}

    def test_a_seal_that_ended_since(self, unit: SignedUnit, desk: Desk) -> None:
        statements = case_of(unit, desk.sealed)
        trusted = unit.trusted(*statements)
        ended = replace(unit.seal_record, number=2, enabled=False)
        unit.publish(2, at=NOW - DAY, **{"seal/official": ended})
        trusted.offer(unit.basics)
        verdict = judged(desk, trusted, statements[0].id, desk.sealed)
        assert verdict.overall is Overall.LIMITED, verdict.checks
        assert reasons(verdict, Word.LIMIT) == {"SEAL_ENDED_SINCE"}

    def test_a_seal_that_was_stopped_before_is_no_limit_but_an_end(
        self, unit: SignedUnit, desk: Desk
    ) -> None:
        """VF-11: sealed by an older register, while the newer one was already out."""
        statements = case_of(unit, desk.sealed)
        trusted = unit.trusted(*statements)
        unit.publish(2, at=DECIDED, **{"seal/official": replace(unit.seal_record, enabled=False)})
        trusted.offer(unit.basics)
        verdict = judged(desk, trusted, statements[0].id, desk.sealed)
        assert verdict.overall is Overall.INVALID
        assert reasons(verdict) == {"SEAL_NOT_VALID"}


class Exploding(Papers):
    """Papers that raise what no code of ours expects."""

    def verify(self, *_: Any, **__: Any) -> PdfReport:
        raise RuntimeError("at a hostile byte")


def test_whatever_is_raised_is_no_verdict_and_no_crash(unit: SignedUnit, desk: Desk) -> None:
    jail = Jail(formal=False)
    verifier = Verifier(unit.trusted(), Exploding(jail), NOW)
    verdict = verifier.pdf(io.BytesIO(desk.sealed), "x.pdf")
    assert verdict.overall is Overall.UNKNOWN
    assert reasons(verdict, Word.UNKNOWN) == {"VERIFY_BROKE_OFF"}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_question_of_a_profile_can_explain_itself(profile: Profile) -> None:
    asked = [
        *(profile.bundle + profile.document + profile.pdf),
        *(profile.signature + profile.sealing + profile.case),
    ]
    for one in asked:
        assert one.question is QUESTIONS[one.question.code]
        assert one.question.code in CHECKS


def test_a_verdict_is_in_the_order_of_its_steps(unit: SignedUnit, desk: Desk) -> None:
    statements = case_of(unit, desk.sealed)
    verdict = judged(desk, unit.trusted(*statements), statements[0].id, desk.sealed)
    steps = [list(Step).index(check.step) for check in verdict.checks]
    assert steps == sorted(steps) and set(steps) == set(range(len(Step)))
    assert verdict.kind is Copy.ORIGINAL and verdict.stopped_at is None
