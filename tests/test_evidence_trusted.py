"""What a station accepts: only what its signer was entitled to say, in whatever order it comes."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import DAY, DECIDED, FOUNDED, NOW, SEALED, SignedUnit, asked, grant, place

from airseal.evidence.paths import Anchor
from airseal.evidence.signed import Signed
from airseal.evidence.trusted import TrustedSet
from airseal.keys import ca
from airseal.model.case import CaseState, judge
from airseal.model.digest import Digest, sha256
from airseal.model.facts import fold
from airseal.model.flow import UseConfirmation
from airseal.model.level import Level
from airseal.model.matrix import Step
from airseal.model.people import Post, Role
from airseal.model.problem import Problem
from airseal.model.registry import RevocationList, UnitRecord
from airseal.model.request import Outcome
from airseal.model.statement import Statement


@pytest.fixture
def unit(bureau: SignedUnit) -> SignedUnit:
    return bureau.fork()


def refusal(trusted: TrustedSet, *signed: Signed) -> str:
    """The code with which the last of ``signed`` is refused."""
    offered = trusted.offer(signed)
    assert set(offered.refused) == {signed[-1].id}, offered
    assert trusted.get(signed[-1].id) is None
    return offered.refused[signed[-1].id].code


def state(trusted: TrustedSet, request: Statement) -> CaseState:
    facts = fold(request.id, trusted.case_statements(request.id))
    assert facts is not None
    return judge(facts, trusted.context(), NOW).state


class TestAccepted:
    def test_a_whole_case(self, unit: SignedUnit) -> None:
        request = unit.request()
        approval = unit.decide(request)
        sealing = unit.seal(request, approval)
        trusted = unit.trusted(request, approval, sealing)
        assert trusted.cases == (request.id,)
        assert {s.id for s in trusted.case_statements(request.id)} == {
            request.id,
            approval.id,
            sealing.id,
        }
        assert state(trusted, request) is CaseState.SEALED

    def test_twice_is_known_and_harmless(self, unit: SignedUnit) -> None:
        request = unit.request()
        trusted = unit.trusted(request)
        offered = trusted.offer([unit[request], unit[request]])
        assert offered.known == (request.id, request.id)
        assert (offered.accepted, offered.refused) == ((), {})

    def test_the_first_bytes_of_an_id_win(self, unit: SignedUnit) -> None:
        request = unit.request()
        trusted = unit.trusted(request)
        trusted.offer([replace(unit[request], p7m=b"other bytes")])
        assert trusted.get(request.id) == unit[request]

    def test_a_copy_does_not_touch_the_original(self, unit: SignedUnit) -> None:
        trusted = unit.trusted()
        request = unit.request()
        twin = trusted.copy()
        twin.offer([unit[request]])
        unit.publish(2)
        twin.offer(unit.basics)
        assert trusted.get(request.id) is None
        assert trusted.cases == ()
        first = trusted.registry("bureau")
        second = twin.registry("bureau")
        assert first is not None
        assert second is not None
        assert first.snapshot_id != second.snapshot_id

    def test_an_orphan_is_parked_until_its_ancestors_come(self, unit: SignedUnit) -> None:
        request = unit.request()
        approval = unit.decide(request)
        trusted = unit.trusted()
        offered = trusted.offer([unit[approval]])
        assert offered.parked == {approval.id: (request.id,)}
        assert trusted.parked == offered.parked
        assert trusted.offer([unit[request]]).accepted == (request.id, approval.id)
        assert trusted.parked == {}

    def test_closure_brings_everything_relied_on(self, unit: SignedUnit) -> None:
        request = unit.request()
        approval = unit.decide(request)
        trusted = unit.trusted(request, approval)
        fresh = TrustedSet([unit.anchor])
        offered = fresh.offer(trusted.closure([approval.id]))
        assert approval.id in offered.accepted
        assert not offered.parked

    def test_a_long_chain_in_the_worst_order(self, unit: SignedUnit) -> None:
        request = unit.request()
        chain = [unit.decide(request)]
        for _ in range(30):
            chain.append(unit.decide(request, replaces=chain[-1]))
        trusted = unit.trusted(request)
        offered = trusted.offer([unit[one] for one in reversed(chain)])
        assert list(offered.accepted) == [one.id for one in chain]


Forgery = Callable[[SignedUnit], Statement]
"""Says in a unit what may not be said; the unit's other statements are its ancestors."""


def request_by_an_officer(unit: SignedUnit) -> Statement:
    return unit.request(by="sun", post=Post.OFFICER)


def request_by_who_is_no_drafter(unit: SignedUnit) -> Statement:
    return unit.request(by="wang")


def decision_by_a_drafter(unit: SignedUnit) -> Statement:
    return unit.decide(unit.request(), by="li", post=Post.DRAFTER)


def sealing_by_a_drafter(unit: SignedUnit) -> Statement:
    """It would make the case look sealed, so that nobody could seal it."""
    request = unit.request()
    return unit.seal(request, by="li", post=Post.DRAFTER)


def request_with_a_case(unit: SignedUnit) -> Statement:
    return unit.request(case=unit.request().id)


def decision_without_a_case(unit: SignedUnit) -> Statement:
    return unit.decide(unit.request(), case=None)


def decision_not_relying_on_its_case(unit: SignedUnit) -> Statement:
    return unit.decide(unit.request(), on=unit.basis("wang"))


def decision_on_a_decision(unit: SignedUnit) -> Statement:
    approval = unit.decide(unit.request())
    return unit.decide(approval_as_case(unit, approval), by="chen", case=approval.id)


def approval_as_case(unit: SignedUnit, approval: Statement) -> Statement:
    request = unit.said[approval.case or ""]  # type: ignore[index]  # a digest is a str
    return replace(request, id=approval.id)


def decision_of_another_case(unit: SignedUnit) -> Statement:
    """A case named beside the own one would drag its papers into every export."""
    return unit.decide(unit.request(), also=[unit.request().id])


def request_on_another_case(unit: SignedUnit) -> Statement:
    other = unit.request()
    basis = unit.basis("li", "seal/official", "unit/finance")
    return unit.request(on=[*basis, other.id])


def decision_moved_to_another_case(unit: SignedUnit) -> Statement:
    approved, other = unit.request(), unit.request()
    return unit.decide(approved, case=other.id)


def decision_of_another_level(unit: SignedUnit) -> Statement:
    return unit.decide(unit.request(), level=Level.PUBLIC)


def act_above_the_clearance(unit: SignedUnit) -> Statement:
    return unit.request(level=Level.SECRET)


def act_without_a_snapshot(unit: SignedUnit) -> Statement:
    basis = unit.basis("li", "seal/official", "unit/finance")
    return unit.request(on=[key for key in basis if key != unit.registry["snapshot"].id])


def act_on_two_snapshots(unit: SignedUnit) -> Statement:
    old = unit.registry["snapshot"].id
    unit.publish(2)
    return unit.request(on=[*unit.basis("li", "seal/official"), old])


def act_without_an_appointment(unit: SignedUnit) -> Statement:
    return unit.request(on=unit.basis("zhou")[:3])


def act_by_the_appointment_of_another(unit: SignedUnit) -> Statement:
    return unit.request(on=unit.basis("sun"))


def act_on_two_appointments(unit: SignedUnit) -> Statement:
    return unit.request(on=[*unit.basis("li"), unit.registry["appointment/sun"].id])


def act_without_lists(unit: SignedUnit) -> Statement:
    lists = unit.registry["crl"].id
    return unit.request(on=[key for key in unit.basis("li") if key != lists])


def documents_of_different_days(unit: SignedUnit) -> Statement:
    """The lax pack of yesterday beside the snapshot of today."""
    lax = unit.registry["policy"].id
    unit.publish(2, policy=replace(unit.with_settings(approver_may_seal=True), number=2))
    basis = [key for key in unit.basis("li") if key != unit.registry["policy"].id]
    return unit.request(on=[*basis, lax])


def dismissed_officer(unit: SignedUnit) -> Statement:
    request = unit.request()
    unit.publish(2, appointment_wang=replace(unit.appointment("wang"), active=False))
    return unit.decide(request)


def dismissed_officer_with_the_old_registry(unit: SignedUnit) -> Statement:
    """The registry of a day on which he still was an officer."""
    old = unit.fork()
    unit.publish(2, appointment_wang=replace(unit.appointment("wang"), active=False))
    request = unit.request()
    return unit.decide(request, on=[*old.basis("wang"), request.id])


def certificate_not_in_the_roster(unit: SignedUnit) -> Statement:
    certificate = unit.certificates["sun"]
    other = replace(
        unit.appointment("li"),
        certificate=base64.b64encode(certificate).decode(),
        fingerprint=sha256(certificate),
    )
    unit.publish(2, appointment_li=other)
    return unit.request()


def name_of_another(unit: SignedUnit) -> Statement:
    """Signed with one's own key under another's name."""
    unit.keys = replace(unit.keys, people={**unit.keys.people, "wang": unit.keys.people["li"]})
    return unit.decide(unit.request(by="sun"))


def registry_document_by_a_drafter(unit: SignedUnit) -> Statement:
    return unit.say(
        "li", UnitRecord(1, "x", "x"), post=Post.AUTHORITY, at=NOW, on=[unit.charter.id]
    )


def registry_document_under_another_post(unit: SignedUnit) -> Statement:
    return unit.say(
        "zhou", UnitRecord(1, "x", "x"), post=Post.OFFICER, at=NOW, on=[unit.charter.id]
    )


def registry_document_without_a_charter(unit: SignedUnit) -> Statement:
    return unit.say("zhou", UnitRecord(1, "x", "x"), post=Post.AUTHORITY, at=NOW)


def registry_document_of_a_case(unit: SignedUnit) -> Statement:
    request = unit.request()
    on = [unit.charter.id]
    body = UnitRecord(1, "x", "x")
    return unit.say("zhou", body, post=Post.AUTHORITY, at=NOW, on=on, case=request.id)


def registry_document_on_a_case(unit: SignedUnit) -> Statement:
    on = [unit.charter.id, unit.request().id]
    return unit.say("zhou", UnitRecord(1, "x", "x"), post=Post.AUTHORITY, at=NOW, on=on)


def lists_that_are_no_base64(unit: SignedUnit) -> Statement:
    on = [unit.charter.id]
    return unit.say("zhou", RevocationList(2, ("?",)), post=Post.AUTHORITY, at=NOW, on=on)


def charter_by_the_authority(unit: SignedUnit) -> Statement:
    body = unit.charter_body(unit.keys.issuing.certificate, 2)
    return unit.say("zhou", body, post=Post.ROOT, at=NOW)


def charter_under_another_post(unit: SignedUnit) -> Statement:
    body = unit.charter_body(unit.keys.issuing.certificate, 2)
    return unit.say("root", body, post=Post.AUTHORITY, at=NOW)


def charter_on_a_charter(unit: SignedUnit) -> Statement:
    body = unit.charter_body(unit.keys.issuing.certificate, 2)
    return unit.say("root", body, post=Post.ROOT, at=NOW, on=[unit.charter.id])


def charter_with_an_issuer_that_is_none(unit: SignedUnit) -> Statement:
    return unit.say("root", unit.charter_body(b"no certificate", 2), post=Post.ROOT, at=NOW)


def charter_with_an_issuer_in_no_base64(unit: SignedUnit) -> Statement:
    body = replace(unit.charter_body(b"", 2), issuers=("印",))
    return unit.say("root", body, post=Post.ROOT, at=NOW)


def act_before_the_certificate(unit: SignedUnit) -> Statement:
    return unit.request(at=NOW - 366 * DAY)


def act_after_the_lists(unit: SignedUnit) -> Statement:
    return unit.request(at=NOW + 366 * DAY)


@pytest.mark.parametrize(
    ("forgery", "code"),
    [
        (request_by_an_officer, "POST_WRONG"),
        (request_by_who_is_no_drafter, "POST_NOT_HELD"),
        (decision_by_a_drafter, "POST_WRONG"),
        (sealing_by_a_drafter, "POST_WRONG"),
        (request_with_a_case, "STATEMENT_CASE"),
        (decision_without_a_case, "STATEMENT_CASE"),
        (decision_not_relying_on_its_case, "STATEMENT_CASE"),
        (decision_on_a_decision, "STATEMENT_CASE"),
        (decision_of_another_case, "STATEMENT_CASE"),
        (request_on_another_case, "STATEMENT_CASE"),
        (decision_moved_to_another_case, "STATEMENT_CASE"),
        (decision_of_another_level, "STATEMENT_LEVEL"),
        (act_above_the_clearance, "CLEARANCE_TOO_LOW"),
        (act_without_a_snapshot, "STATEMENT_BASIS"),
        (act_on_two_snapshots, "STATEMENT_BASIS"),
        (act_without_an_appointment, "STATEMENT_BASIS"),
        (act_by_the_appointment_of_another, "STATEMENT_SIGNER"),
        (act_on_two_appointments, "STATEMENT_BASIS"),
        (act_without_lists, "STATEMENT_BASIS"),
        (documents_of_different_days, "REGISTRY_MIXED"),
        (dismissed_officer, "POST_NOT_HELD"),
        (dismissed_officer_with_the_old_registry, "REGISTRY_ROLLED_BACK"),
        (certificate_not_in_the_roster, "STATEMENT_SIGNER"),
        (name_of_another, "STATEMENT_SIGNER"),
        (registry_document_by_a_drafter, "REGISTRY_SIGNER"),
        (registry_document_under_another_post, "REGISTRY_SIGNER"),
        (registry_document_without_a_charter, "STATEMENT_BASIS"),
        (registry_document_of_a_case, "STATEMENT_BASIS"),
        (registry_document_on_a_case, "STATEMENT_BASIS"),
        (lists_that_are_no_base64, "STATEMENT_FORM"),
        (charter_by_the_authority, "CHARTER_SIGNER"),
        (charter_under_another_post, "CHARTER_SIGNER"),
        (charter_on_a_charter, "STATEMENT_BASIS"),
        (charter_with_an_issuer_that_is_none, "CERT_FORM"),
        (charter_with_an_issuer_in_no_base64, "STATEMENT_FORM"),
        (act_before_the_certificate, "CERT_NOT_YET_VALID"),
        (act_after_the_lists, "CERT_STATUS_UNKNOWN"),
    ],
)
def test_refused_though_it_is_well_signed(unit: SignedUnit, forgery: Forgery, code: str) -> None:
    forged = forgery(unit)
    trusted = TrustedSet([unit.anchor])
    others = [signed for key, signed in unit.signed.items() if key != forged.id]
    assert not trusted.offer(others).refused
    assert refusal(trusted, unit[forged]) == code
    assert refusal(TrustedSet([unit.anchor]), *others, unit[forged]) == code


def confirmation_on_two_appointments(unit: SignedUnit) -> Statement:
    """Upon the very documents on which a representative's decision may rest."""
    request = unit.request()
    body = UseConfirmation(Role.OFFICER, "已用")
    on = [*_on_two(unit), request.id]
    return unit.flow(request, body, by="wang", post=Post.OFFICER, on=on)


def _on_two(unit: SignedUnit) -> list[Digest]:
    return [*unit.basis("wang"), unit.registry["appointment/chen"].id]


@pytest.mark.parametrize(
    ("forgery", "code"),
    [
        (confirmation_on_two_appointments, "STATEMENT_BASIS"),
        (act_above_the_clearance, "CLEARANCE_TOO_LOW"),
        (sealing_by_a_drafter, "POST_WRONG"),
        (name_of_another, "STATEMENT_SIGNER"),
        (dismissed_officer_with_the_old_registry, "REGISTRY_ROLLED_BACK"),
        (act_before_the_certificate, "CERT_NOT_YET_VALID"),
        (act_after_the_lists, "CERT_STATUS_UNKNOWN"),
    ],
)
def test_refused_after_good_acts_upon_the_same_documents(
    unit: SignedUnit, forgery: Forgery, code: str
) -> None:
    """What documents allow a signer is asked once; no other act slips through behind it."""
    request = unit.request()
    good = [request, unit.decide(request), unit.decide(request, on=[*_on_two(unit), request.id])]
    trusted = unit.trusted(*good)
    forged = forgery(unit)
    others = [signed for key, signed in unit.signed.items() if key != forged.id]
    assert not trusted.offer(others).refused
    assert refusal(trusted, unit[forged]) == code


class TestAnotherUnit:
    def test_is_unknown_until_its_root_is_enrolled(
        self, unit: SignedUnit, rival: SignedUnit
    ) -> None:
        assert refusal(unit.trusted(), rival[rival.charter]) == "UNIT_UNKNOWN"

    def test_may_not_publish_under_our_name(self, unit: SignedUnit, rival: SignedUnit) -> None:
        """Its charter names our issuing CA, its authority appoints our drafter custodian."""
        theirs = rival.fork()
        issuers = (base64.b64encode(unit.keys.issuing.certificate).decode(),)
        body = replace(theirs.charter_body(b"", 2), issuers=issuers)
        charter = theirs.say("root", body, post=Post.ROOT, at=FOUNDED)
        record = UnitRecord(1, "finance", "x")
        forged = theirs.say(
            "zhou", record, post=Post.AUTHORITY, at=FOUNDED, on=[charter.id], unit="bureau"
        )
        trusted = TrustedSet([unit.anchor, rival.anchor])
        trusted.offer([*unit.basics, theirs[charter]])
        assert refusal(trusted, theirs[forged]) == "STATEMENT_OTHER_UNIT"

    def test_may_not_charter_us(self, unit: SignedUnit, rival: SignedUnit) -> None:
        theirs = rival.fork()
        body = theirs.charter_body(theirs.keys.issuing.certificate, 9)
        forged = theirs.say("root", body, post=Post.ROOT, at=NOW, unit="bureau")
        assert refusal(unit.trusted(), theirs[forged]) == "CHARTER_SIGNER"

    def test_may_not_decide_our_requests(self, unit: SignedUnit, rival: SignedUnit) -> None:
        request = unit.request()
        theirs = rival.fork()
        approval = theirs.decide(request)
        trusted = unit.trusted(request)
        both = TrustedSet([unit.anchor, rival.anchor])
        both.offer([*unit.basics, unit[request], *rival.basics])
        assert refusal(both, theirs[approval]) == "STATEMENT_OTHER_UNIT"
        assert trusted.offer([theirs[approval]]).parked
        assert state(both, request) is CaseState.IN_APPROVAL

    def test_may_not_lend_us_its_documents(self, unit: SignedUnit, rival: SignedUnit) -> None:
        request = unit.request(on=[*unit.basis("li"), rival.registry["unit/finance"].id])
        both = TrustedSet([unit.anchor, rival.anchor])
        both.offer([*unit.basics, *rival.basics])
        assert refusal(both, unit[request]) == "STATEMENT_OTHER_UNIT"

    def test_a_root_of_the_same_name_is_not_ours(self, unit: SignedUnit, rival: SignedUnit) -> None:
        impostor = TrustedSet([Anchor("bureau", rival.anchor.root)])
        assert refusal(impostor, unit[unit.charter]) == "CHARTER_SIGNER"


class TestRegistry:
    def test_a_lower_snapshot_never_comes_back(self, unit: SignedUnit) -> None:
        older = unit.fork()
        older.publish(2)
        unit.publish(3)
        trusted = unit.trusted()
        assert not trusted.offer(older.basics).refused
        registry = trusted.registry("bureau")
        assert registry is not None
        assert registry.snapshot_id == unit.registry["snapshot"].id

    def test_authorities_of_an_old_charter_publish_nothing_current(self, unit: SignedUnit) -> None:
        old = unit.fork()
        body = unit.charter_body(unit.keys.issuing.certificate, 2, authority="sun")
        charter = unit.say("root", body, post=Post.ROOT, at=NOW)
        trusted = unit.trusted()
        trusted.offer([unit[charter]])
        old.publish(99)
        trusted.offer(old.basics)
        registry = trusted.registry("bureau")
        assert registry is not None
        assert (registry.charter_id, registry.snapshot) == (charter.id, None)
        late = unit.say(
            "zhou", UnitRecord(1, "x", "x"), post=Post.AUTHORITY, at=NOW, on=[charter.id]
        )
        assert refusal(trusted, unit[late]) == "REGISTRY_SIGNER"

    def test_certificates_are_checked_by_the_current_lists(self, unit: SignedUnit) -> None:
        trusted = unit.trusted()
        certificate = unit.certificates["wang"]
        trusted.check_certificate("bureau", certificate, NOW)
        with pytest.raises(Problem, match="UNIT_UNKNOWN"):
            trusted.check_certificate("rival", certificate, NOW)
        with pytest.raises(Problem, match="REGISTRY_MISSING"):
            TrustedSet([unit.anchor]).check_certificate("bureau", certificate, NOW)
        revoke(unit, {"wang": NOW})
        trusted.offer(unit.basics)
        with pytest.raises(Problem, match="CERT_REVOKED"):
            trusted.check_certificate("bureau", certificate, NOW)


def revoke(unit: SignedUnit, revoked: dict[str, datetime]) -> None:
    """Publish a newer list of the issuing CA."""
    crl = unit.keys.crl(2, NOW - DAY, revoked)
    lists = [base64.b64encode(der).decode() for der in (unit.keys.crls[0], crl)]
    unit.publish(2, at=NOW - DAY, crl=RevocationList(2, tuple(lists)))


class TestRevoked:
    def test_nothing_new_under_a_list_that_says_so(self, unit: SignedUnit) -> None:
        revoke(unit, {"wang": DECIDED})
        request = unit.request()
        approval = unit.decide(request)
        assert refusal(unit.trusted(request), unit[approval]) == "CERT_REVOKED"

    def test_by_an_older_list_it_is_accepted_and_does_not_count(self, unit: SignedUnit) -> None:
        """The key was stolen; the thief uses the registry of the week before."""
        request = unit.request()
        approval = unit.decide(request)
        old = unit.basics
        revoke(unit, {"wang": DECIDED + DAY})
        trusted = TrustedSet([unit.anchor])
        trusted.offer([*old, unit[request], unit[approval]])
        assert state(trusted, request) is CaseState.APPROVED
        trusted.offer(unit.basics)
        assert state(trusted, request) is CaseState.IN_APPROVAL

    def test_withholding_the_newest_lists_does_not_help(self, unit: SignedUnit) -> None:
        request = unit.request()
        approval = unit.decide(request)
        old = unit.basics
        revoke(unit, {"wang": DECIDED})
        lists, snapshot = unit.registry["crl"], unit.registry["snapshot"]
        trusted = TrustedSet([unit.anchor])
        trusted.offer([*old, unit[request], unit[approval], unit[lists]])
        assert state(trusted, request) is CaseState.IN_APPROVAL
        trusted.offer([unit[snapshot]])
        assert state(trusted, request) is CaseState.IN_APPROVAL

    def test_lists_that_say_nothing_do_not_help(self, unit: SignedUnit) -> None:
        request = unit.request()
        approval = unit.decide(request)
        old = unit.basics
        revoke(unit, {"wang": DECIDED})
        trusted = TrustedSet([unit.anchor])
        trusted.offer([*old, unit[request], unit[approval], *unit.basics])
        unit.publish(3, crl=RevocationList(3, ()))
        assert not trusted.offer(unit.basics).refused
        assert state(trusted, request) is CaseState.IN_APPROVAL

    def test_the_lists_of_another_unit_say_nothing_about_ours(
        self, unit: SignedUnit, rival: SignedUnit
    ) -> None:
        theirs = rival.fork()
        revoke(theirs, {"wang": FOUNDED})
        request = unit.request()
        approval = unit.decide(request)
        both = TrustedSet([unit.anchor, rival.anchor])
        both.offer([*unit.basics, unit[request], unit[approval], *theirs.basics])
        assert state(both, request) is CaseState.APPROVED

    def test_a_revoked_issuing_ca_takes_its_people_along(self, unit: SignedUnit) -> None:
        request = unit.request()
        approval = unit.decide(request)
        trusted = unit.trusted(request, approval)
        root, issuing = unit.keys.root, unit.keys.issuing
        serial = x509.load_der_x509_certificate(issuing.certificate).serial_number
        with unit.keys.pki.host.login_key(root.public_key, root.pin) as signer:
            lines = [ca.Revoked(serial, NOW)]
            crl = ca.issue_crl(root.certificate, signer, 2, NOW - DAY, NOW + DAY, lines)
        lists = tuple(base64.b64encode(der).decode() for der in (crl, unit.keys.crls[1]))
        unit.publish(2, at=NOW - DAY, crl=RevocationList(2, lists))
        trusted.offer(unit.basics)
        assert trusted.context().revoked_since(approval) == NOW
        assert state(trusted, request) is CaseState.IN_APPROVAL

    def test_sealed_before_it_stays_sealed(self, unit: SignedUnit) -> None:
        request = unit.request()
        approval = unit.decide(request)
        sealing = unit.seal(request, approval)
        old = unit.basics
        revoke(unit, {"wang": SEALED + DAY, "li": SEALED + DAY})
        trusted = TrustedSet([unit.anchor])
        trusted.offer([*old, *(unit[s] for s in (request, approval, sealing)), *unit.basics])
        assert state(trusted, request) is CaseState.SEALED


class TestPoison:
    def test_a_bad_orphan_does_not_spoil_the_batch_that_frees_it(self, unit: SignedUnit) -> None:
        """Somebody leaves a bad statement that waits for an honest one."""
        request = unit.request()
        poison = unit.seal(request, by="li", post=Post.DRAFTER)
        trusted = unit.trusted()
        assert trusted.offer([unit[poison]]).parked
        offered = trusted.offer([unit[request]])
        assert offered.accepted == (request.id,)
        assert (offered.refused, offered.parked) == ({}, {})
        assert trusted.get(poison.id) is None

    def test_but_a_batch_that_brings_it_again_hears_of_it(self, unit: SignedUnit) -> None:
        request = unit.request()
        poison = unit.seal(request, by="li", post=Post.DRAFTER)
        trusted = unit.trusted()
        trusted.offer([unit[poison]])
        assert set(trusted.offer([unit[poison], unit[request]]).refused) == {poison.id}

    def test_children_of_the_refused_wait_for_ever(self, unit: SignedUnit) -> None:
        request = unit.request(level=Level.SECRET)
        approval = unit.decide(request, level=Level.SECRET)
        trusted = unit.trusted()
        offered = trusted.offer([unit[approval], unit[request]])
        assert set(offered.refused) == {request.id}
        assert offered.parked == {approval.id: (request.id,)}


def a_busy_unit(bureau: SignedUnit) -> tuple[SignedUnit, list[Statement]]:
    """Two registries, a rollback, three cases, a conflict, a revocation, forgeries, orphans."""
    unit = bureau.fork()
    request = unit.request(grant(place(1), place(2, x_um=60_000, tolerance_um=0)))
    first = unit.decide(request)
    second = unit.decide(request, replaces=first)
    unit.decide(request, Outcome.DENY, by="chen")
    sealing = unit.seal(request, second)
    unit.seal(request, second, sealing, order=2, x_um=60_000)
    denied = unit.request()
    unit.decide(denied, Outcome.DENY)
    unit.seal(denied, by="li", post=Post.DRAFTER)
    old = unit.fork()
    revoke(unit, {"wang": SEALED + DAY})
    rules = (asked(Step(Role.OFFICER, 2)),)
    unit.publish(3, policy=replace(unit.pack, matrix=rules))
    newest = unit.request()
    unit.decide(newest, by="chen")
    unit.decide(newest, on=[*old.basis("wang"), newest.id])
    secret = unit.request(level=Level.SECRET)
    unit.decide(secret, level=Level.SECRET)
    return unit, [request, denied, newest]


@pytest.fixture(scope="module")
def busy(bureau: SignedUnit) -> tuple[SignedUnit, list[Statement]]:
    return a_busy_unit(bureau)


def outcome(unit: SignedUnit, trusted: TrustedSet, cases: list[Statement]) -> object:
    facts = [fold(case.id, trusted.case_statements(case.id)) for case in cases]
    return (
        {key for key in unit.signed if trusted.get(key)},
        {key: set(lacking) for key, lacking in trusted.parked.items()},
        trusted.registry("bureau"),
        facts,
        [repr(judge(one, trusted.context(), NOW)) for one in facts if one is not None],
    )


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_neither_order_nor_batches_matter(
    busy: tuple[SignedUnit, list[Statement]], data: st.DataObject
) -> None:
    unit, cases = busy
    whole = TrustedSet([unit.anchor])
    at_once = whole.offer(unit.signed.values())
    expected = outcome(unit, whole, cases)
    shuffled = data.draw(st.permutations(list(unit.signed.values())))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=6)))
    trusted = TrustedSet([unit.anchor])
    refused: set[str] = set()
    for start, stop in zip([0, *cuts], [*cuts, len(shuffled)], strict=True):
        trial = trusted.copy()
        assert not set(trial.offer(shuffled[start:stop]).refused) - set(at_once.refused)
        refused |= set(trusted.offer(shuffled[start:stop]).refused)
        trusted.offer(shuffled[: data.draw(st.integers(0, 3))])
    assert outcome(unit, trusted, cases) == expected
    assert refused <= set(at_once.refused)
    assert set(trusted.offer(unit.signed.values()).refused) == set(at_once.refused)


def test_the_busy_unit_has_all_outcomes(busy: tuple[SignedUnit, list[Statement]]) -> None:
    """Otherwise the test above would show little."""
    unit, cases = busy
    trusted = TrustedSet([unit.anchor])
    offered = trusted.offer(unit.signed.values())
    assert len(offered.refused) == 3
    assert len(offered.parked) == 1
    states = [state(trusted, case) for case in cases]
    assert states == [CaseState.SEALED, CaseState.DENIED, CaseState.IN_APPROVAL]
