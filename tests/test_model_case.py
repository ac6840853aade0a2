"""What a case is: the facts of its statements, and what may be sealed under them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import (
    ASKED,
    DAY,
    DECIDED,
    FOUNDED,
    NOW,
    SEALED,
    PaperUnit,
    asked,
    day,
    grant,
    output,
    place,
    text,
)

from airseal.model.case import CaseState
from airseal.model.digest import sha256
from airseal.model.facts import fold
from airseal.model.matrix import Step
from airseal.model.people import Post, Role
from airseal.model.request import Outcome, Recipient, RecipientRole
from airseal.model.statement import Statement

TWO = (place(1), place(2, x_um=60_000, tolerance_um=0))


def codes(paper: PaperUnit, request: Statement, now: datetime = NOW) -> list[str]:
    return [problem.code for problem in paper.status(request, now).problems]


def refused_opinions(paper: PaperUnit, request: Statement) -> list[str]:
    opinions = paper.status(request).opinions
    return [opinion.problem.code for opinion in opinions if opinion.problem is not None]


class TestTheWayOfACase:
    def test_from_request_to_sealed(self, paper: PaperUnit) -> None:
        request = paper.request(grant(*TWO))
        assert paper.status(request).state is CaseState.IN_APPROVAL
        assert paper.status(request).missing_approvals == 1
        approval = paper.decide(request)
        assert paper.status(request).state is CaseState.APPROVED
        assert paper.status(request).approvals == (approval,)
        document = grant().documents[0].digest
        assert paper.facts(request).next_place == (document, TWO[0])
        first = paper.seal(request, approval)
        assert paper.status(request).state is CaseState.APPROVED
        assert paper.facts(request).next_place == (document, TWO[1])
        assert paper.facts(request).current_form(document) == output(1)
        paper.seal(request, approval, first, order=2, x_um=60_000)
        assert paper.status(request).state is CaseState.SEALED
        assert paper.status(request).problems == ()
        assert paper.facts(request).next_place is None
        assert paper.facts(request).current_form(document) == output(2)

    def test_there_is_no_case_before_its_request(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        assert fold(request.id, [approval]) is None
        assert fold(approval.id, [request, approval]) is None

    def test_other_cases_are_none_of_its_business(self, paper: PaperUnit) -> None:
        request, other = paper.request(), paper.request()
        paper.decide(other, Outcome.DENY)
        paper.decide(request)
        assert paper.status(request).state is CaseState.APPROVED
        assert paper.status(other).state is CaseState.DENIED


class TestDecisions:
    def test_a_denial_outweighs_an_approval(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.decide(request)
        paper.decide(request, Outcome.RETURN, by="chen")
        assert paper.status(request).state is CaseState.RETURNED
        paper.decide(request, Outcome.DENY, by="sun")
        assert paper.status(request).state is CaseState.DENIED

    def test_a_chain_of_replacements_leaves_the_last(self, paper: PaperUnit) -> None:
        request = paper.request()
        first = paper.decide(request)
        second = paper.decide(request, Outcome.DENY, replaces=first)
        assert paper.status(request).state is CaseState.DENIED
        third = paper.decide(request, replaces=second)
        assert paper.status(request).state is CaseState.APPROVED
        assert paper.facts(request).decisions == (third,)

    def test_one_decision_replaced_twice_is_a_conflict(self, paper: PaperUnit) -> None:
        request = paper.request()
        first = paper.decide(request)
        paper.decide(request, replaces=first)
        paper.decide(request, replaces=first)
        assert paper.status(request).state is CaseState.CONFLICT
        assert codes(paper, request) == ["CONFLICT_DECISIONS"]

    def test_two_unlinked_decisions_of_one_person_are_a_conflict(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.decide(request)
        assert paper.status(request).state is CaseState.CONFLICT
        paper.seal(request, approval)
        assert paper.status(request).state is CaseState.CONFLICT

    def test_nobody_replaces_the_decision_of_another(self, paper: PaperUnit) -> None:
        request = paper.request()
        denial = paper.decide(request, Outcome.DENY)
        paper.decide(request, by="chen", replaces=denial)
        assert denial in paper.facts(request).decisions
        assert paper.status(request).state is CaseState.DENIED

    def test_a_replacement_must_rely_on_what_it_replaces(self, paper: PaperUnit) -> None:
        request = paper.request()
        denial = paper.decide(request, Outcome.DENY)
        paper.decide(request, replaces=denial, on=[*paper.basis("wang"), request.id])
        assert paper.status(request).state is CaseState.CONFLICT

    def test_to_refuse_the_post_is_enough(self, paper: PaperUnit) -> None:
        request = paper.request(on=paper.basis("li"))
        paper.decide(request, Outcome.DENY)
        assert paper.status(request).state is CaseState.DENIED


Story = Callable[[PaperUnit], Statement]


def wrong_post(paper: PaperUnit) -> Statement:
    request = paper.request()
    paper.decide(request, by="sun", post=Post.CUSTODIAN)
    return request


def post_not_held(paper: PaperUnit) -> Statement:
    request = paper.request()
    paper.decide(request, by="zhang", post=Post.OFFICER)
    return request


def own_request(paper: PaperUnit) -> Statement:
    request = paper.request(by="sun")
    paper.decide(request, by="sun")
    return request


def other_grant(paper: PaperUnit) -> Statement:
    request = paper.request()
    paper.decide(request, grant=replace(grant(), copies=4))
    return request


def other_document(paper: PaperUnit) -> Statement:
    request = paper.request()
    paper.decide(request, grant=grant(content=b"%PDF another"))
    return request


def no_policy(paper: PaperUnit) -> Statement:
    request = paper.request()
    named = [paper.registry[s].id for s in ("snapshot", "crl", "appointment/wang")]
    paper.decide(request, on=[request.id, *named])
    return request


def no_rule(paper: PaperUnit) -> Statement:
    paper.publish(2, seal_official=replace(paper.seal_record, type="finance"))
    request = paper.request()
    paper.decide(request)
    return request


def rule_for_another_role(paper: PaperUnit) -> Statement:
    rules = (asked(Step(Role.SECTION_CHIEF)),)
    paper.publish(2, policy=replace(paper.pack, matrix=rules))
    request = paper.request()
    paper.decide(request)
    return request


def unknown_recipient(paper: PaperUnit) -> Statement:
    stranger = (Recipient("nobody", RecipientRole.MAIN),)
    request = paper.request(replace(grant(), recipients=stranger))
    paper.decide(request)
    return request


def seal_not_named(paper: PaperUnit) -> Statement:
    request = paper.request(on=paper.basis("li", "unit/finance"))
    paper.decide(request)
    return request


def wide_tolerance(paper: PaperUnit) -> Statement:
    request = paper.request(grant(place(tolerance_um=15_001)))
    paper.decide(request)
    return request


def dismissed_officer(paper: PaperUnit) -> Statement:
    gone = replace(paper.appointment("wang"), active=False)
    paper.publish(2, appointment_wang=gone)
    request = paper.request()
    paper.decide(request)
    return request


def revoked_officer(paper: PaperUnit) -> Statement:
    request = paper.request()
    paper.decide(request)
    paper.revoked["wang"] = DECIDED
    return request


def officer_revoked_later(paper: PaperUnit) -> Statement:
    """The thief of a key dates its approval before the loss report."""
    request = paper.request()
    paper.decide(request)
    paper.revoked["wang"] = DECIDED + DAY
    return request


def revoked_drafter(paper: PaperUnit) -> Statement:
    request = paper.request()
    paper.decide(request)
    paper.revoked["li"] = ASKED - DAY
    return request


def revoked_authority(paper: PaperUnit) -> Statement:
    """A registry signed with the authority's stolen key counts for nothing."""
    request = paper.request()
    paper.decide(request)
    paper.revoked["zhou"] = FOUNDED
    return request


def expired_lists(paper: PaperUnit) -> Statement:
    request = paper.request(at=NOW + timedelta(days=366))
    paper.decide(request)
    return request


@pytest.mark.parametrize(
    ("story", "code"),
    [
        (wrong_post, "POST_WRONG"),
        (post_not_held, "POST_NOT_HELD"),
        (own_request, "APPROVAL_OWN_REQUEST"),
        (other_grant, "APPROVAL_OTHER_GRANT"),
        (other_document, "APPROVAL_OTHER_GRANT"),
        (no_policy, "POLICY_NOT_NAMED"),
        (no_rule, "POLICY_NO_RULE"),
        (rule_for_another_role, "APPROVAL_NOT_ASKED"),
        (unknown_recipient, "RECIPIENT_UNKNOWN"),
        (seal_not_named, "SEAL_NOT_NAMED"),
        (wide_tolerance, "PLACE_TOLERANCE_TOO_WIDE"),
        (dismissed_officer, "POST_NOT_HELD"),
        (revoked_officer, "SIGNER_REVOKED"),
        (officer_revoked_later, "SIGNER_STATUS_UNKNOWN"),
        (revoked_drafter, "SIGNER_REVOKED"),
        (revoked_authority, "SIGNER_REVOKED"),
        (expired_lists, "REGISTRY_EXPIRED"),
    ],
)
def test_an_approval_that_does_not_count(paper: PaperUnit, story: Story, code: str) -> None:
    request = story(paper)
    assert refused_opinions(paper, request) == [code]
    assert paper.status(request).state is CaseState.IN_APPROVAL
    assert paper.status(request).approvals == ()
    (approval,) = paper.facts(request).decisions
    paper.seal(request, approval)
    assert paper.status(request).state is CaseState.UNAUTHORISED


class TestRevocation:
    def test_what_others_relied_on_before_still_counts(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.seal(request, paper.decide(request))
        paper.revoked["wang"] = SEALED + DAY
        assert paper.status(request).state is CaseState.SEALED
        assert paper.status(request).problems == ()

    def test_what_others_relied_on_only_later_does_not(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.seal(request, paper.decide(request))
        paper.revoked["wang"] = SEALED
        assert paper.status(request).state is CaseState.UNAUTHORISED

    def test_nobody_covers_himself(self, paper: PaperUnit) -> None:
        request = paper.request()
        first = paper.decide(request)
        paper.decide(request, replaces=first, at=DECIDED + DAY)
        paper.revoked["wang"] = NOW
        assert paper.status(request).state is CaseState.IN_APPROVAL

    def test_a_denial_stands_when_its_author_is_revoked_later(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.decide(request, Outcome.DENY)
        paper.decide(request, by="chen")
        paper.revoked["wang"] = DECIDED + DAY
        assert paper.status(request).state is CaseState.DENIED
        paper.revoked["wang"] = DECIDED
        assert paper.status(request).state is CaseState.APPROVED

    def test_one_revoked_person_does_not_cover_another(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.seal(request, paper.decide(request))
        paper.revoked |= {"wang": NOW, "zhang": NOW}
        assert set(codes(paper, request)) == {"SIGNER_STATUS_UNKNOWN"}

    def test_a_registry_used_before_its_signer_was_revoked_still_holds(
        self, paper: PaperUnit
    ) -> None:
        request = paper.request()
        paper.decide(request)
        paper.revoked["zhou"] = DECIDED + DAY
        assert paper.status(request).state is CaseState.APPROVED


class TestPolicy:
    def test_the_strictest_rule_counts(self, paper: PaperUnit) -> None:
        rules = (asked(Step(Role.OFFICER, 2)),)
        paper.publish(2, policy=replace(paper.pack, matrix=rules))
        request = paper.request()
        first = paper.decide(request)
        assert paper.status(request).missing_approvals == 1
        assert paper.status(request).state is CaseState.IN_APPROVAL
        second = paper.decide(request, by="chen")
        assert paper.status(request).state is CaseState.APPROVED
        paper.seal(request, first, second)
        assert paper.status(request).state is CaseState.SEALED

    def test_one_approval_named_where_two_are_needed(self, paper: PaperUnit) -> None:
        rules = (asked(Step(Role.OFFICER, 2)),)
        paper.publish(2, policy=replace(paper.pack, matrix=rules))
        request = paper.request()
        first = paper.decide(request)
        paper.decide(request, by="chen")
        paper.seal(request, first)
        assert codes(paper, request) == ["APPROVAL_MISSING"]

    def test_a_stricter_pack_published_meanwhile_asks_for_more(self, paper: PaperUnit) -> None:
        request = paper.request()
        first = paper.decide(request)
        rules = (asked(Step(Role.OFFICER, 2)),)
        paper.publish(2, policy=replace(paper.pack, matrix=rules))
        assert paper.status(request).state is CaseState.IN_APPROVAL
        paper.seal(request, first)
        assert codes(paper, request) == ["APPROVAL_MISSING"]

    def test_a_stricter_pack_does_not_undo_what_is_sealed(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.seal(request, paper.decide(request))
        rules = (asked(Step(Role.OFFICER, 2)),)
        paper.publish(2, policy=replace(paper.pack, matrix=rules))
        assert paper.status(request).state is CaseState.SEALED

    def test_confirmations_that_nobody_can_give_yet_stop_the_sealing(
        self, paper: PaperUnit
    ) -> None:
        paper.publish(2, policy=paper.with_settings(checks_before_sealing=True))
        request = paper.request()
        paper.seal(request, paper.decide(request))
        assert codes(paper, request) == ["CHECKS_MISSING"]

    def test_who_approved_may_seal_only_where_the_pack_says_so(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.seal(request, paper.decide(request, by="sun"), by="sun")
        assert codes(paper, request) == ["SEALER_APPROVED"]
        paper.publish(2, policy=paper.with_settings(approver_may_seal=True))
        again = paper.request()
        paper.seal(again, paper.decide(again, by="sun"), by="sun")
        assert paper.status(again).state is CaseState.SEALED


class TestTerm:
    def test_the_last_day_still_counts_and_the_next_does_not(self, paper: PaperUnit) -> None:
        request = paper.request(grant(until=NOW))
        paper.decide(request)
        assert paper.status(request, NOW).state is CaseState.APPROVED
        assert paper.status(request, NOW + DAY).state is CaseState.EXPIRED

    def test_sealed_in_time_stays_sealed(self, paper: PaperUnit) -> None:
        request = paper.request(grant(until=NOW))
        paper.seal(request, paper.decide(request))
        assert paper.status(request, NOW + 9 * DAY).state is CaseState.SEALED

    def test_sealed_too_late(self, paper: PaperUnit) -> None:
        request = paper.request(grant(until=DECIDED))
        paper.seal(request, paper.decide(request))
        assert codes(paper, request) == ["APPROVAL_EXPIRED"]

    def test_sealed_too_late_and_dated_back_in_the_pdf(self, paper: PaperUnit) -> None:
        request = paper.request(grant(until=DECIDED))
        paper.seal(request, paper.decide(request), sealed_at=text(DECIDED))
        assert codes(paper, request) == ["APPROVAL_EXPIRED"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": "wu"}, "SEAL_NOT_CUSTODIAN"),
        ({"by": "wang"}, "POST_NOT_HELD"),
        ({"by": "sun", "post": Post.OFFICER}, "POST_WRONG"),
        ({"station": "other-room"}, "SEAL_OTHER_STATION"),
        ({"input": sha256(b"other")}, "SEALING_OTHER_INPUT"),
        ({"document": sha256(b"other")}, "SEALING_NOT_GRANTED"),
        ({"seal": "finance"}, "SEALING_NOT_GRANTED"),
        ({"order": 2}, "SEALING_NOT_GRANTED"),
        ({"page": 2}, "SEALING_NOT_GRANTED"),
        ({"x_um": 150_000 + 15_001}, "SEALING_NOT_GRANTED"),
        ({"x_um": 150_000 + 11_000, "y_um": 220_000 - 11_000}, "SEALING_NOT_GRANTED"),
        ({"sealed_at": text(SEALED + timedelta(seconds=1))}, "SEALING_TIME"),
    ],
)
def test_a_sealing_that_is_not_authorised(
    paper: PaperUnit, change: dict[str, object], code: str
) -> None:
    request = paper.request()
    paper.seal(request, paper.decide(request), **change)  # type: ignore[arg-type]  # a table of keywords
    assert codes(paper, request) == [code]
    assert paper.status(request).state is CaseState.UNAUTHORISED


class TestSealings:
    @pytest.mark.parametrize("moved", [(0, 0), (15_000, 0), (0, -15_000), (-10_606, 10_606)])
    def test_within_the_tolerance(self, paper: PaperUnit, moved: tuple[int, int]) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.seal(request, approval, x_um=150_000 + moved[0], y_um=220_000 + moved[1])
        assert paper.status(request).state is CaseState.SEALED

    def test_a_seal_that_is_not_enabled(self, paper: PaperUnit) -> None:
        for number, change in enumerate(
            [
                {"enabled": False},
                {"enabled_from": day(NOW)},
                {"enabled_until": day(SEALED - DAY)},
            ],
            start=2,
        ):
            unit = paper.fork()
            unit.publish(number, seal_official=replace(unit.seal_record, **change))  # type: ignore[arg-type]  # a table of keywords
            request = unit.request()
            unit.seal(request, unit.decide(request))
            assert codes(unit, request) == ["SEAL_NOT_VALID"]

    def test_no_approval_named(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.decide(request)
        paper.seal(request)
        assert codes(paper, request) == ["APPROVAL_MISSING"]

    def test_the_approval_of_another_case(self, paper: PaperUnit) -> None:
        request, other = paper.request(), paper.request()
        paper.seal(request, paper.decide(other))
        assert codes(paper, request) == ["APPROVAL_MISSING"]

    def test_the_approval_must_be_named_itself(self, paper: PaperUnit) -> None:
        request = paper.request(grant(*TWO))
        approval = paper.decide(request)
        first = paper.seal(request, approval)
        paper.seal(request, first, order=2, x_um=60_000)
        assert codes(paper, request) == ["APPROVAL_MISSING"]

    def test_two_sealings_of_one_place_are_a_conflict(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.seal(request, approval)
        paper.seal(request, approval, output=sha256(b"another output"))
        assert paper.status(request).state is CaseState.CONFLICT
        assert codes(paper, request) == ["CONFLICT_SEALINGS"]

    @pytest.mark.parametrize("named", [True, False])
    def test_out_of_order(self, paper: PaperUnit, named: bool) -> None:
        """The second seal without the first, or without relying on it."""
        request = paper.request(grant(*TWO))
        approval = paper.decide(request)
        if named:
            paper.seal(request, approval, order=2, x_um=60_000)
        else:
            paper.seal(request, approval)
            paper.seal(request, approval, order=2, x_um=60_000)
        assert codes(paper, request) == ["SEALING_OUT_OF_ORDER"]
        assert paper.status(request).state is CaseState.UNAUTHORISED

    def test_an_unauthorised_first_seal_stops_the_second(self, paper: PaperUnit) -> None:
        request = paper.request(grant(*TWO))
        paper.decide(request)
        paper.seal(request)
        assert paper.facts(request).next_place is not None
        assert paper.status(request).state is CaseState.UNAUTHORISED


class TestFrozen:
    def test_a_denial_the_sealing_did_not_know_of(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.seal(request, paper.decide(request))
        paper.decide(request, Outcome.DENY, by="chen")
        assert paper.status(request).state is CaseState.SEALED
        assert codes(paper, request) == ["CASE_FROZEN"]

    @pytest.mark.parametrize("outcome", [Outcome.DENY, Outcome.RETURN])
    def test_an_approval_taken_back_after_it_was_used(
        self, paper: PaperUnit, outcome: Outcome
    ) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.seal(request, approval)
        paper.decide(request, outcome, replaces=approval)
        assert paper.status(request).state is CaseState.SEALED
        assert codes(paper, request) == ["CASE_FROZEN"]

    def test_an_approval_renewed_after_it_was_used(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.seal(request, approval)
        paper.decide(request, replaces=approval)
        assert paper.status(request).state is CaseState.SEALED
        assert paper.status(request).problems == ()

    @pytest.mark.parametrize(
        ("outcome", "code"), [(Outcome.DENY, "CASE_DENIED"), (Outcome.RETURN, "CASE_RETURNED")]
    )
    def test_a_refusal_the_sealing_knew_of_forbids_it(
        self, paper: PaperUnit, outcome: Outcome, code: str
    ) -> None:
        request = paper.request()
        refusal = paper.decide(request, outcome, by="chen")
        paper.seal(request, paper.decide(request), refusal)
        assert codes(paper, request) == [code]
        assert paper.status(request).state is CaseState.UNAUTHORISED

    def test_also_when_it_is_taken_back_only_afterwards(self, paper: PaperUnit) -> None:
        request = paper.request()
        refusal = paper.decide(request, Outcome.DENY, by="chen")
        paper.seal(request, paper.decide(request), refusal)
        paper.decide(request, by="chen", replaces=refusal)
        assert codes(paper, request) == ["CASE_DENIED"]

    def test_a_refusal_taken_back_before_does_no_harm(self, paper: PaperUnit) -> None:
        request = paper.request()
        refusal = paper.decide(request, Outcome.DENY)
        paper.seal(request, paper.decide(request, replaces=refusal))
        assert paper.status(request).state is CaseState.SEALED
        assert paper.status(request).problems == ()

    def test_between_two_seals_it_stops_the_second(self, paper: PaperUnit) -> None:
        request = paper.request(grant(*TWO))
        paper.seal(request, paper.decide(request))
        paper.decide(request, Outcome.RETURN, by="chen")
        assert paper.status(request).state is CaseState.RETURNED
        paper.revoked["chen"] = NOW
        assert paper.status(request).state is CaseState.RETURNED


def everything_at_once(paper: PaperUnit) -> Statement:
    """A case with replacements, a conflict, a refusal, two seals and a stranger's sealing."""
    request = paper.request(grant(*TWO))
    first = paper.decide(request)
    second = paper.decide(request, Outcome.DENY, replaces=first)
    third = paper.decide(request, replaces=second)
    paper.decide(request, replaces=second)
    paper.decide(request, Outcome.RETURN, by="chen")
    sealing = paper.seal(request, third)
    paper.seal(request, third, sealing, order=2, x_um=60_000)
    paper.seal(request, third, by="wu", output=sha256(b"x"))
    return request


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_arrival_does_not_matter(data: st.DataObject) -> None:
    paper = PaperUnit()
    request = everything_at_once(paper)
    expected = paper.facts(request)
    shuffled = data.draw(st.permutations(list(paper.said.values())))
    repeated = [*shuffled, *data.draw(st.lists(st.sampled_from(shuffled), max_size=5))]
    found = fold(request.id, repeated)
    assert found == expected
    twin = paper.fork()
    twin.said = {statement.id: statement for statement in repeated}
    assert repr(twin.status(request)) == repr(paper.status(request))
