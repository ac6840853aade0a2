"""Acts beside and after the straight way, by the model alone.

Bans acknowledged (E-01), voiding agreed to (FL-08), decisions passed on (AP-03), blank forms
accounted for (DC-05), loans and off-site use (AP-18, SE-11).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from unit import DAY, DECIDED, FLOWED, NOW, SEALED, PaperUnit, asked, grant, text

from airseal.duties.flowing import paper_rows
from airseal.model.approvals import judge_decision
from airseal.model.bans import Holder, track
from airseal.model.case import CaseState, judge
from airseal.model.digest import sha256
from airseal.model.facts import Facts, fold
from airseal.model.flow import (
    Acknowledgement,
    Attendance,
    Ban,
    BlankAccount,
    FlowBody,
    Handout,
    PaperDelivery,
    TakeBack,
    Transfer,
    VoidConsent,
    Voiding,
)
from airseal.model.flowacts import judge_flow
from airseal.model.lateracts import open_loan
from airseal.model.matrix import Step
from airseal.model.matter import Matter, Special
from airseal.model.people import Post, Role
from airseal.model.problem import Problem
from airseal.model.recall import BlankCount, CopyCount
from airseal.model.registry import UnitRecord
from airseal.model.request import (
    BlankForms,
    BlankKind,
    PaperAttachment,
    Recipient,
    RecipientRole,
    Request,
    Window,
)
from airseal.model.sealings import judge_sealing
from airseal.model.statement import Statement

VOIDING = Voiding("误盖", CopyCount(0, 0, 0, ""), None)


@pytest.fixture
def paper() -> PaperUnit:
    return PaperUnit()


def facts_of(request: Statement, *acts: Statement) -> Facts:
    found = fold(request.id, [request, *acts])
    assert found is not None
    return found


def code(problem: Problem | None) -> str | None:
    return problem.code if problem else None


def judged(paper: PaperUnit, said: Statement, *known: Statement) -> str | None:
    return code(judge_flow(said, facts_of(*known, said), paper.context))


class TestVoiding:
    @pytest.fixture
    def sealed(self, paper: PaperUnit) -> tuple[Statement, ...]:
        paper.publish(2, policy=paper.with_settings(consent_to_void=True))
        request = paper.request()
        approval = paper.decide(request)
        return request, approval, paper.seal(request, approval)

    def consent(self, paper: PaperUnit, known: tuple[Statement, ...], **who: Any) -> Statement:
        told = {"by": "chen", "post": Post.OFFICER, **who}
        return paper.flow(known[0], VoidConsent("属实"), *known[1:], at=SEALED, **told)

    def void(self, paper: PaperUnit, *known: Statement, by: str = "zhou") -> Statement:
        return paper.flow(known[0], VOIDING, *known[1:], by=by, post=Post.AUTHORITY, at=SEALED)

    def test_nothing_is_void_before_an_officer_agreed(
        self, paper: PaperUnit, sealed: tuple[Statement, ...]
    ) -> None:
        alone = self.void(paper, *sealed)
        assert judged(paper, alone, *sealed) == "VOID_UNAPPROVED"
        agreed = self.consent(paper, sealed)
        # an agreement that the voiding did not know is none
        assert judged(paper, alone, *sealed, agreed) == "VOID_UNAPPROVED"
        both = self.void(paper, *sealed, agreed)
        assert judged(paper, both, *sealed, agreed) is None
        status = judge(facts_of(*sealed, agreed, both), paper.context, NOW)
        assert status.state is CaseState.VOIDED

    def test_only_an_officer_agrees(self, paper: PaperUnit, sealed: tuple[Statement, ...]) -> None:
        agreed = self.consent(paper, sealed, by="zhou", post=Post.AUTHORITY)
        assert judged(paper, agreed, *sealed) == "POST_WRONG"
        void = self.void(paper, *sealed, agreed)
        assert judged(paper, void, *sealed, agreed) == "VOID_UNAPPROVED"

    def test_the_pack_that_the_voiding_names_decides(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        known = (request, approval, paper.seal(request, approval))
        assert judged(paper, self.void(paper, *known), *known) is None


class TestBans:
    def test_every_holder_is_followed_until_it_says_so(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request, station="approving")
        sealing = paper.seal(request, approval, station="seal-room")
        ban = paper.flow(
            request,
            Ban(sha256(b"new")),
            approval,
            sealing,
            by="li",
            post=Post.DRAFTER,
            at=SEALED,
            station="drafting",
        )
        told = track(facts_of(request, approval, sealing, ban))
        assert told is not None
        assert set(told.missing) == {
            Holder("bureau", "approving"),
            Holder("bureau", "seal-room"),
            Holder("finance"),
        }
        known = paper.flow(
            request,
            Acknowledgement("一份收回"),
            approval,
            sealing,
            ban,
            by="wang",
            post=Post.OFFICER,
            at=SEALED,
            station="approving",
        )
        assert judged(paper, known, request, approval, sealing, ban) is None
        told = track(facts_of(request, approval, sealing, ban, known))
        assert told is not None and Holder("bureau", "approving") not in told.missing
        assert Holder("bureau", "seal-room") in told.missing

    def test_an_acknowledgement_that_did_not_know_the_ban_is_none(self, paper: PaperUnit) -> None:
        request = paper.request()
        ban = paper.flow(request, Ban(sha256(b"new")), by="li", post=Post.DRAFTER)
        early = paper.flow(
            request, Acknowledgement(""), by="wang", post=Post.OFFICER, station="approving"
        )
        assert judged(paper, early, request, ban) == "FLOW_NOT_NOW"
        told = track(facts_of(request, ban, early))
        assert told is not None and told.acknowledged == ()

    def test_without_a_ban_nobody_is_followed(self, paper: PaperUnit) -> None:
        assert track(facts_of(paper.request())) is None


class TestTransfer:
    @pytest.fixture
    def heads(self, paper: PaperUnit) -> PaperUnit:
        paper.publish(
            2,
            policy=replace(paper.pack, matrix=(asked(Step(Role.DEPARTMENT_HEAD)),)),
            appointment_wang=replace(paper.appointment("wang"), roles=(Role.DEPARTMENT_HEAD,)),
            appointment_chen=replace(paper.appointment("chen"), roles=(Role.DEPARTMENT_HEAD,)),
        )
        return paper

    def passing(self, paper: PaperUnit, request: Statement, to: str, **more: Any) -> Statement:
        body = Transfer(to, Role.DEPARTMENT_HEAD, "出差")
        people = ["wang", *([to] if f"appointment/{to}" in paper.bodies else [])]
        on = sorted({request.id, *(one for who in people for one in paper.basis(who))})
        return paper.flow(request, body, by="wang", post=Post.OFFICER, on=on, **more)

    def test_whoever_passed_a_decision_on_decides_no_more(self, heads: PaperUnit) -> None:
        request = heads.request()
        passed = self.passing(heads, request, "chen")
        assert judged(heads, passed, request) is None
        own = heads.decide(request, by="wang", role=Role.DEPARTMENT_HEAD, also=[passed.id])
        others = heads.decide(request, by="chen", role=Role.DEPARTMENT_HEAD, also=[passed.id])
        facts = facts_of(request, passed, own, others)
        assert code(judge_decision(own, facts, heads.context)) == "APPROVAL_PASSED_ON"
        assert judge_decision(others, facts, heads.context) is None
        assert judge(facts, heads.context, SEALED).sealable

    def test_what_was_said_before_still_counts(self, heads: PaperUnit) -> None:
        """A transfer that an approval did not know takes nothing from it."""
        request = heads.request()
        own = heads.decide(request, by="wang", role=Role.DEPARTMENT_HEAD)
        passed = self.passing(heads, request, "chen")
        facts = facts_of(request, own, passed)
        assert judge_decision(own, facts, heads.context) is None

    @pytest.mark.parametrize(
        ("to", "refusal"),
        [
            ("wang", "TRANSFER_TO_SELF"),
            ("li", "TRANSFER_TO_SELF"),
            ("zhang", "APPROVAL_ROLE_NOT_HELD"),
            ("nobody", "APPROVAL_ROLE_NOT_HELD"),
        ],
    )
    def test_it_goes_to_somebody_who_may(self, heads: PaperUnit, to: str, refusal: str) -> None:
        request = heads.request()
        assert judged(heads, self.passing(heads, request, to), request) == refusal


@pytest.mark.parametrize(("issued", "refusal"), [(3, None), (2, "BLANKS_OTHER_COUNT")])
def test_as_many_forms_are_accounted_for_as_were_approved(
    paper: PaperUnit, issued: int, refusal: str | None
) -> None:
    paper.publish(2, policy=paper.with_settings(blank_forms="registered"))
    forms = BlankForms("登记表", BlankKind.TABLE, 1, "li")
    body = Request("表格", "登记", grant(), blanks=forms)
    request = paper.say(
        "li",
        body,
        post=Post.DRAFTER,
        at=DECIDED - DAY,
        on=paper.basis("li", "seal/official", "unit/finance"),
    )
    approval = paper.decide(request)
    sealing = paper.seal(request, approval)
    account = paper.flow(
        request,
        BlankAccount(BlankCount(issued, issued, 0, 0), ""),
        approval,
        sealing,
        by="he",
        post=Post.CLERK,
        at=SEALED,
    )
    assert judged(paper, account, request, approval, sealing) == refusal


class TestPaperDelivery:
    """DC-15: what goes on paper beside the body is recorded, never more than was approved."""

    @pytest.fixture
    def sealed(self, paper: PaperUnit) -> tuple[Statement, ...]:
        beside = (PaperAttachment("图册", 120, 3), PaperAttachment("附表", 2, 1))
        body = Request("通知", "印发", grant(), paper_attachments=beside)
        on = paper.basis("li", "seal/official", "unit/finance")
        request = paper.say("li", body, post=Post.DRAFTER, at=DECIDED - DAY, on=on)
        approval = paper.decide(request)
        return request, approval, paper.seal(request, approval)

    def deliver(
        self, paper: PaperUnit, known: tuple[Statement, ...], by: str = "he", **changes: Any
    ) -> Statement:
        told: dict[str, Any] = {"title": "图册", "unit": "finance", "copies": 2}
        more = {"receiver": "王五", "day": text(SEALED)[:10], "note": ""}
        body = PaperDelivery(**{**told, **more, **changes})
        post = Post.CLERK if by == "he" else Post.DRAFTER
        return paper.flow(known[0], body, *known[1:], by=by, post=post, at=SEALED)

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({}, None),
            ({"by": "li"}, None),
            ({"by": "sun"}, "FLOW_OTHER_DRAFTER"),
            ({"title": "别的"}, "PAPER_OTHER"),
            ({"unit": "archives"}, "PAPER_RECIPIENT"),
            ({"copies": 3}, None),
            ({"copies": 4}, "PAPER_COPIES"),
            ({"title": "附表"}, "PAPER_COPIES"),
            ({"day": text(SEALED + DAY)[:10]}, "PAPER_DAY"),
        ],
    )
    def test_one_record(
        self,
        paper: PaperUnit,
        sealed: tuple[Statement, ...],
        changes: dict[str, Any],
        refusal: str | None,
    ) -> None:
        assert judged(paper, self.deliver(paper, sealed, **changes), *sealed) == refusal

    def test_not_before_the_body_is_sealed(
        self, paper: PaperUnit, sealed: tuple[Statement, ...]
    ) -> None:
        assert judged(paper, self.deliver(paper, sealed[:2]), *sealed[:2]) == "FLOW_NOT_NOW"

    def test_what_was_delivered_is_no_more_left(
        self, paper: PaperUnit, sealed: tuple[Statement, ...]
    ) -> None:
        wrong = self.deliver(paper, sealed, unit="archives")
        first = self.deliver(paper, sealed)
        known = (*sealed, wrong, first)
        second = self.deliver(paper, known)
        assert judged(paper, second, *known) == "PAPER_COPIES"
        last = self.deliver(paper, known, copies=1)
        assert judged(paper, last, *known) is None
        told = facts_of(*known, second, last)
        (atlas, table) = paper_rows(told.case, told, judge(told, paper.context, NOW))
        assert (atlas.left, [body.copies for _, body in atlas.delivered]) == (
            0,
            [body.copies for body in in_order(first, last)],
        )
        assert (table.left, table.delivered) == (1, ())

    def test_a_narrower_approval_takes_the_recipient_away(
        self, paper: PaperUnit, sealed: tuple[Statement, ...]
    ) -> None:
        paper.publish(2, unit_archives=UnitRecord(1, "archives", "档案局"))
        archives = Recipient("archives", RecipientRole.COPY)
        wide = replace(grant(), recipients=(*grant().recipients, archives))
        asked_for = Request(
            "通知",
            "印发",
            wide,
            paper_attachments=(PaperAttachment("图册", 120, 3),),
        )
        on = paper.basis("li", "seal/official", "unit/finance", "unit/archives")
        request = paper.say("li", asked_for, post=Post.DRAFTER, at=DECIDED - DAY, on=on)
        approval = paper.decide(request, grant=grant())
        known = (request, approval, paper.seal(request, approval))
        assert judged(paper, self.deliver(paper, known), *known) is None
        other = self.deliver(paper, known, unit="archives")
        assert judged(paper, other, *known) == "PAPER_RECIPIENT"

    @pytest.mark.parametrize(
        "changes",
        [{"title": " "}, {"unit": ""}, {"copies": 0}, {"receiver": ""}, {"day": "20261129"}],
    )
    def test_a_record_has_a_form(self, changes: dict[str, Any]) -> None:
        told = {"title": "图册", "unit": "finance", "copies": 2, "receiver": "王五"}
        with pytest.raises(ValueError):
            PaperDelivery(**{**told, "day": "2026-11-29", "note": "", **changes})


def in_order(*said: Statement) -> list[PaperDelivery]:
    """By id, as facts have them."""
    bodies = [one.body for one in sorted(said, key=lambda one: one.id)]
    return [body for body in bodies if isinstance(body, PaperDelivery)]


class TestElsewhere:
    """C-07 and C-19: only inside the approved hours, and not alone."""

    def special(self, paper: PaperUnit, special: Special, hours: int = 48) -> Statement:
        settings = replace(paper.pack.settings, offsite="carry-out", lending="approved-loan")
        row = asked(Step(Role.OFFICER), name="特殊", specials=(special,))
        pack = replace(paper.pack, settings=settings, matrix=(*paper.pack.matrix, row))
        paper.publish(2, policy=pack)
        window = Window(text(SEALED - timedelta(hours=24)), text(SEALED + timedelta(hours=hours)))
        body = Request("异地用印", "签约", grant(), matter=Matter(special=special), window=window)
        return paper.say(
            "li",
            body,
            post=Post.DRAFTER,
            at=DECIDED - DAY,
            on=paper.basis("li", "seal/official", "unit/finance"),
        )

    def attend(self, paper: PaperUnit, *known: Statement, **more: Any) -> Statement:
        told: dict[str, Any] = {"by": "he", "post": Post.CLERK, "at": SEALED, **more}
        return paper.flow(known[0], Attendance(""), *known[1:], **told)

    def sealing(self, paper: PaperUnit, *known: Statement, **more: Any) -> str | None:
        sealed = paper.seal(known[0], *known[1:], **more)
        return code(judge_sealing(sealed, facts_of(*known, sealed), paper.context))

    def test_off_site_needs_a_second_person_at_the_station(self, paper: PaperUnit) -> None:
        request = self.special(paper, Special.OFFSITE)
        approval = paper.decide(request)
        assert self.sealing(paper, request, approval) == "ATTENDANCE_MISSING"
        far = self.attend(paper, request, approval, station="elsewhere")
        assert self.sealing(paper, request, approval, far) == "ATTENDANCE_MISSING"
        there = self.attend(paper, request, approval)
        assert judged(paper, there, request, approval) is None
        assert self.sealing(paper, request, approval, there) is None

    def test_off_site_ends_with_its_hours(self, paper: PaperUnit) -> None:
        request = self.special(paper, Special.OFFSITE, hours=1)
        approval = paper.decide(request)
        late: datetime = SEALED + timedelta(hours=2)
        there = self.attend(paper, request, approval)
        assert self.sealing(paper, request, approval, there, at=late) == "WINDOW_OUTSIDE"
        after = self.attend(paper, request, approval, at=late)
        assert judged(paper, after, request, approval) == "WINDOW_OUTSIDE"

    def lend(self, paper: PaperUnit, body: FlowBody, *known: Statement, **more: Any) -> Statement:
        told: dict[str, Any] = {"by": "zhang", "post": Post.CUSTODIAN, "at": SEALED, **more}
        return paper.flow(known[0], body, *known[1:], **told)

    def test_a_loan_is_sealed_by_its_borrower_while_it_is_out(self, paper: PaperUnit) -> None:
        request = self.special(paper, Special.LOAN)
        approval = paper.decide(request)
        known = (request, approval)
        assert self.sealing(paper, *known, by="sun") == "LOAN_NOT_OUT"
        out = self.lend(paper, Handout("sun", ""), *known)
        assert judged(paper, out, *known) is None
        assert self.sealing(paper, *known, out, by="sun") is None
        assert self.sealing(paper, *known, out, by="zhang") == "LOAN_OTHER"
        again = self.lend(paper, Handout("zhang", ""), *known, out)
        assert judged(paper, again, *known, out) == "LOAN_STILL_OUT"
        back = self.lend(paper, TakeBack(True, ""), *known, out)
        assert judged(paper, back, *known, out) is None
        assert open_loan(facts_of(*known, out, back), lambda _: True) is None
        assert self.sealing(paper, *known, out, back, by="sun") == "LOAN_NOT_OUT"

    def test_what_does_not_count_holds_up_no_loan(self, paper: PaperUnit) -> None:
        request = self.special(paper, Special.LOAN)
        known = (request, paper.decide(request))
        claimed = self.lend(paper, Handout("zhang", ""), *known, by="li", post=Post.DRAFTER)
        assert judged(paper, claimed, *known) == "POST_WRONG"
        out = self.lend(paper, Handout("sun", ""), *known, claimed)
        assert judged(paper, out, *known, claimed) is None
        assert self.sealing(paper, *known, claimed, out, by="sun") is None

    def test_what_is_not_out_cannot_come_back(self, paper: PaperUnit) -> None:
        request = self.special(paper, Special.LOAN)
        back = self.lend(paper, TakeBack(True, ""), request)
        assert judged(paper, back, request) == "LOAN_NOT_OUT"

    def test_an_ordinary_case_knows_no_attendance(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        there = self.attend(paper, request, approval, at=FLOWED)
        assert judged(paper, there, request, approval) == "SPECIAL_OTHER"

    def test_special_use_without_hours_is_approved_by_nobody(self, paper: PaperUnit) -> None:
        self.special(paper, Special.OFFSITE)
        request = paper.request(matter=Matter(special=Special.OFFSITE))
        approval = paper.decide(request)
        facts = facts_of(request, approval)
        assert code(judge_decision(approval, facts, paper.context)) == "WINDOW_MISSING"
