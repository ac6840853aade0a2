"""What can happen to a case beside the straight way: who may, from where, and what it does."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import pytest
from unit import DECIDED, FLOWED, NOW, PaperUnit, grant, place

from airseal.model.case import CaseState
from airseal.model.digest import sha256
from airseal.model.facts import fold
from airseal.model.flow import (
    Ban,
    BlankAccount,
    Confirmation,
    Fallback,
    FlowBody,
    Reconciliation,
    Resolution,
    Review,
    SendBack,
    SendBackReason,
    Voiding,
    Withdrawal,
)
from airseal.model.people import Post
from airseal.model.recall import BlankCount, CopyCount
from airseal.model.request import (
    BlankForms,
    BlankKind,
    Outcome,
    Recipient,
    RecipientRole,
    Request,
    Sealing,
)
from airseal.model.statement import Statement

WITHDRAWAL = Withdrawal("改期")
SLIP = SendBack(SendBackReason.CONTENT, "附件缺页")
BAN = Ban(sha256(b"the corrected version"))
VOIDING = Voiding("内容有误", CopyCount(0, 0, 0, ""), None)
FALLBACK = Fallback("G-2026-1", "读卡器损坏", "办公室主任", "今日须发")
TWO = (place(1), place(2, x_um=60_000, tolerance_um=0))


def codes(paper: PaperUnit, request: Statement) -> list[str]:
    return [problem.code for problem in paper.status(request).problems]


def refused(paper: PaperUnit, request: Statement) -> list[str]:
    return [o.problem.code for o in paper.status(request).flows if o.problem is not None]


class TestChecks:
    """DC-12: two confirmations between approval and sealing."""

    @pytest.fixture
    def strict(self, paper: PaperUnit) -> PaperUnit:
        paper.publish(2, policy=paper.with_settings(checks_before_sealing=True))
        return paper

    def test_the_drafter_then_the_clerk(self, strict: PaperUnit) -> None:
        request = strict.request()
        approval = strict.decide(request)
        assert strict.status(request).missing_checks == (Post.DRAFTER, Post.CLERK)
        assert not strict.status(request).sealable
        drafter = strict.confirm(request, approval)
        assert strict.status(request).state is CaseState.DRAFTER_CHECKED
        clerk = strict.confirm(request, approval, drafter, by="he", post=Post.CLERK)
        assert strict.status(request).state is CaseState.CLERK_VERIFIED
        assert strict.status(request).sealable
        strict.seal(request, approval, drafter, clerk)
        assert strict.status(request).state is CaseState.SEALED

    @pytest.mark.parametrize("known", [0, 1])
    def test_a_sealing_without_them_is_not_authorised(self, strict: PaperUnit, known: int) -> None:
        request = strict.request()
        approval = strict.decide(request)
        checks = [strict.confirm(request, approval)][:known]
        strict.seal(request, approval, *checks)
        assert strict.status(request).state is CaseState.UNAUTHORISED
        assert codes(strict, request) == ["CHECKS_MISSING"]

    def test_they_need_not_be_there_where_the_pack_does_not_ask(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        assert paper.status(request).sealable
        paper.confirm(request, approval)
        assert paper.status(request).sealable

    def test_nothing_is_confirmed_before_it_is_approved(self, strict: PaperUnit) -> None:
        request = strict.request()
        strict.confirm(request)
        strict.decide(request)
        assert refused(strict, request) == ["APPROVAL_MISSING"]
        assert strict.status(request).state is CaseState.APPROVED

    def test_the_clerk_comes_after_the_drafter(self, strict: PaperUnit) -> None:
        request = strict.request()
        approval = strict.decide(request)
        strict.confirm(request, approval)
        strict.confirm(request, approval, by="he", post=Post.CLERK)
        assert refused(strict, request) == ["CHECKS_MISSING"]

    def test_only_the_drafter_of_the_case_confirms(self, strict: PaperUnit) -> None:
        request = strict.request()
        strict.confirm(request, strict.decide(request), by="sun")
        assert refused(strict, request) == ["FLOW_OTHER_DRAFTER"]

    def test_other_documents_are_not_these(self, strict: PaperUnit) -> None:
        request = strict.request()
        approval = strict.decide(request)
        body = Confirmation((sha256(b"another file"),), "")
        strict.flow(request, body, approval, by="li", post=Post.DRAFTER)
        assert refused(strict, request) == ["CHECK_OTHER_DOCUMENTS"]


Stop = tuple[FlowBody, str, Post, CaseState, str]
STOPS: list[Stop] = [
    (WITHDRAWAL, "li", Post.DRAFTER, CaseState.WITHDRAWN, "CASE_WITHDRAWN"),
    (SLIP, "zhang", Post.CUSTODIAN, CaseState.SENT_BACK, "CASE_SENT_BACK"),
    (BAN, "li", Post.DRAFTER, CaseState.SUPERSEDED, "CASE_SUPERSEDED"),
    (FALLBACK, "he", Post.CLERK, CaseState.ON_PAPER, "CASE_ON_PAPER"),
]


@pytest.mark.parametrize(("body", "by", "post", "state", "code"), STOPS)
class TestStops:
    """Whatever stops a case stops it for good, at every station (FL-01…FL-04, BK-07)."""

    def test_the_case_is_stopped(
        self, paper: PaperUnit, body: FlowBody, by: str, post: Post, state: CaseState, code: str
    ) -> None:
        request = paper.request()
        approval = paper.decide(request)
        stop = paper.flow(request, body, approval, by=by, post=post)
        assert paper.status(request).state is state
        assert refused(paper, request) == []
        paper.seal(request, approval, stop)
        assert paper.status(request).state is CaseState.UNAUTHORISED
        assert code in codes(paper, request)

    def test_a_later_approval_does_not_help(
        self, paper: PaperUnit, body: FlowBody, by: str, post: Post, state: CaseState, code: str
    ) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.flow(request, body, approval, by=by, post=post)
        paper.decide(request, by="chen")
        assert paper.status(request).state is state

    def test_a_sealing_that_did_not_know_is_frozen(
        self, paper: PaperUnit, body: FlowBody, by: str, post: Post, state: CaseState, code: str
    ) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.flow(request, body, approval, by=by, post=post)
        paper.seal(request, approval)
        assert "CASE_FROZEN" in codes(paper, request)
        assert code in codes(paper, request)
        assert not paper.status(request).sealable

    def test_a_partly_sealed_case_goes_no_further(
        self, paper: PaperUnit, body: FlowBody, by: str, post: Post, state: CaseState, code: str
    ) -> None:
        request = paper.request(grant(*TWO))
        approval = paper.decide(request)
        paper.flow(request, body, approval, by=by, post=post)
        paper.seal(request, approval)
        assert not paper.status(request).sealable
        assert paper.status(request).state is state

    def test_another_post_cannot(
        self, paper: PaperUnit, body: FlowBody, by: str, post: Post, state: CaseState, code: str
    ) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.flow(request, body, approval, by="wang", post=Post.OFFICER)
        assert refused(paper, request) == ["POST_WRONG"]
        assert paper.status(request).state is CaseState.APPROVED

    def test_doubt_about_the_signer_is_for_the_stop(
        self, paper: PaperUnit, body: FlowBody, by: str, post: Post, state: CaseState, code: str
    ) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.flow(request, body, approval, by=by, post=post)
        paper.revoked[by] = NOW
        assert not paper.status(request).sealable
        paper.revoked[by] = FLOWED
        assert refused(paper, request) == ["SIGNER_REVOKED"]


class TestWithdrawal:
    def test_another_drafter_cannot(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        paper.flow(request, WITHDRAWAL, approval, by="sun", post=Post.DRAFTER)
        assert refused(paper, request) == ["FLOW_OTHER_DRAFTER"]
        paper.seal(request, approval)
        assert paper.status(request).state is CaseState.SEALED
        assert codes(paper, request) == []

    def test_not_after_a_seal(self, paper: PaperUnit) -> None:
        request = paper.request(grant(*TWO))
        approval = paper.decide(request)
        first = paper.seal(request, approval)
        paper.flow(request, WITHDRAWAL, approval, first, by="li", post=Post.DRAFTER)
        assert refused(paper, request) == ["FLOW_NOT_NOW"]
        assert paper.status(request).sealable

    def test_not_what_was_denied(self, paper: PaperUnit) -> None:
        request = paper.request()
        denial = paper.decide(request, Outcome.DENY)
        paper.flow(request, WITHDRAWAL, denial, by="li", post=Post.DRAFTER)
        assert refused(paper, request) == ["FLOW_NOT_NOW"]
        assert paper.status(request).state is CaseState.DENIED

    def test_many_that_know_each_other_are_judged_once_each(self, paper: PaperUnit) -> None:
        request = paper.request()
        said: list[Statement] = []
        for _ in range(40):
            said.append(paper.flow(request, WITHDRAWAL, *said, by="li", post=Post.DRAFTER))
        assert refused(paper, request) == ["FLOW_NOT_NOW"] * 39


class TestAfterSealing:
    @pytest.fixture
    def sealed(self, paper: PaperUnit) -> tuple[PaperUnit, Statement, Statement]:
        request = paper.request()
        return paper, request, paper.seal(request, paper.decide(request))

    def test_the_printer_sends_back(self, sealed: tuple[PaperUnit, Statement, Statement]) -> None:
        paper, request, sealing = sealed
        paper.flow(request, SLIP, sealing, by="lu", post=Post.PRINTER)
        assert paper.status(request).state is CaseState.SENT_BACK
        assert codes(paper, request) == ["CASE_SENT_BACK"]

    def test_the_custodian_does_not_any_more(
        self, sealed: tuple[PaperUnit, Statement, Statement]
    ) -> None:
        paper, request, sealing = sealed
        paper.flow(request, SLIP, sealing, by="zhang", post=Post.CUSTODIAN)
        assert refused(paper, request) == ["FLOW_NOT_NOW"]
        assert paper.status(request).state is CaseState.SEALED

    def test_the_ban_reaches_a_sealed_version(
        self, sealed: tuple[PaperUnit, Statement, Statement]
    ) -> None:
        paper, request, sealing = sealed
        paper.flow(request, BAN, sealing, by="li", post=Post.DRAFTER)
        assert paper.status(request).state is CaseState.SUPERSEDED
        assert codes(paper, request) == ["CASE_SUPERSEDED"]

    def test_voided_for_good(self, sealed: tuple[PaperUnit, Statement, Statement]) -> None:
        paper, request, sealing = sealed
        paper.flow(request, VOIDING, sealing, by="zhou", post=Post.AUTHORITY)
        assert paper.status(request).state is CaseState.VOIDED
        assert codes(paper, request) == ["CASE_VOIDED"]

    def test_what_was_not_sealed_is_not_voided(self, paper: PaperUnit) -> None:
        request = paper.request()
        paper.flow(request, VOIDING, paper.decide(request), by="zhou", post=Post.AUTHORITY)
        assert refused(paper, request) == ["FLOW_NOT_NOW"]

    def test_a_sealing_without_authority_can_be_voided(self, paper: PaperUnit) -> None:
        request = paper.request()
        sealing = paper.seal(request)
        assert paper.status(request).state is CaseState.UNAUTHORISED
        paper.flow(request, VOIDING, sealing, by="zhou", post=Post.AUTHORITY)
        assert paper.status(request).state is CaseState.VOIDED


class TestPaper:
    """BK-06, BK-07."""

    def test_reconciled(self, paper: PaperUnit) -> None:
        request = paper.request()
        fallback = paper.flow(request, FALLBACK, by="he", post=Post.CLERK)
        body = Reconciliation("读卡器老化", "更换", 3)
        paper.flow(request, body, fallback, by="he", post=Post.CLERK)
        assert refused(paper, request) == []
        assert paper.status(request).state is CaseState.ON_PAPER

    def test_nothing_to_reconcile(self, paper: PaperUnit) -> None:
        request = paper.request()
        body = Reconciliation("读卡器老化", "更换", 3)
        paper.flow(request, body, by="he", post=Post.CLERK)
        assert refused(paper, request) == ["FLOW_NOT_NOW"]


class TestResolutions:
    """DESIGN §4 Fold rules: the seal department settles what people contradict."""

    def contradicted(self, paper: PaperUnit) -> tuple[Statement, Statement, Statement]:
        request = paper.request()
        approval, denial = paper.decide(request), paper.decide(request, Outcome.DENY)
        assert paper.status(request).state is CaseState.CONFLICT
        return request, approval, denial

    def resolve(
        self,
        paper: PaperUnit,
        request: Statement,
        stands: Statement,
        falls: Statement,
        *more: Statement,
        by: str = "zhou",
    ) -> Statement:
        body = Resolution(stands.id, (falls.id,), "核实本人意见")
        return paper.flow(request, body, stands, falls, *more, by=by, post=Post.AUTHORITY)

    def test_what_stands_counts(self, paper: PaperUnit) -> None:
        request, approval, denial = self.contradicted(paper)
        resolution = self.resolve(paper, request, approval, denial)
        assert paper.facts(request).decisions == (approval,)
        assert paper.status(request).sealable
        paper.seal(request, approval, resolution)
        assert paper.status(request).state is CaseState.SEALED
        assert codes(paper, request) == []

    def test_a_sealing_that_did_not_know_it_is_not_authorised(self, paper: PaperUnit) -> None:
        request, approval, denial = self.contradicted(paper)
        self.resolve(paper, request, approval, denial)
        paper.seal(request, approval, denial)
        assert paper.status(request).state is CaseState.UNAUTHORISED

    def test_the_author_may_still_decide_anew(self, paper: PaperUnit) -> None:
        request, approval, denial = self.contradicted(paper)
        resolution = self.resolve(paper, request, approval, denial)
        paper.decide(request, Outcome.RETURN, replaces=approval, also=(resolution.id,))
        assert paper.status(request).state is CaseState.RETURNED

    def test_a_decision_that_was_replaced_is_not_brought_back(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        denial = paper.decide(request, Outcome.DENY, replaces=approval)
        self.resolve(paper, request, approval, denial)
        assert paper.facts(request).decisions == (denial,)
        assert paper.status(request).state is CaseState.DENIED
        assert refused(paper, request) == ["FLOW_NOT_NOW"]

    def test_nobody_lets_the_denial_of_another_fall(self, paper: PaperUnit) -> None:
        request, approval, _ = self.contradicted(paper)
        other = paper.decide(request, Outcome.DENY, by="chen")
        self.resolve(paper, request, approval, other)
        assert other in paper.facts(request).decisions
        assert paper.status(request).state is CaseState.CONFLICT

    def test_two_that_contradict_each_other_are_a_conflict(self, paper: PaperUnit) -> None:
        request, approval, denial = self.contradicted(paper)
        first = self.resolve(paper, request, approval, denial)
        second = self.resolve(paper, request, denial, approval, by="qian")
        assert codes(paper, request) == ["CONFLICT_RESOLUTIONS"]
        self.resolve(paper, request, denial, approval, first, second)
        assert paper.facts(request).decisions == (denial,)
        assert paper.status(request).state is CaseState.DENIED

    def test_of_two_sealings_one_stands(self, paper: PaperUnit) -> None:
        request = paper.request()
        approval = paper.decide(request)
        good = paper.seal(request, approval)
        twin = paper.seal(request, approval, output=sha256(b"another output"))
        assert paper.status(request).state is CaseState.CONFLICT
        self.resolve(paper, request, good, twin)
        assert paper.facts(request).sealings == (good,)
        assert paper.status(request).state is CaseState.SEALED

    def test_one_by_a_stolen_key_keeps_the_case_stopped(self, paper: PaperUnit) -> None:
        request, approval, denial = self.contradicted(paper)
        self.resolve(paper, request, approval, denial, by="qian")
        paper.revoked["qian"] = FLOWED
        assert paper.status(request).state is CaseState.CONFLICT
        assert not paper.status(request).sealable


class TestNarrower:
    """E-11: an officer may give less than what was asked, and the narrowest is in force."""

    def test_fewer_copies_recipients_and_days(self, paper: PaperUnit) -> None:
        recipients = (*grant().recipients, Recipient("bureau", RecipientRole.COPY))
        paper.bodies["unit/bureau"] = replace(paper.bodies["unit/finance"], unit="bureau")  # type: ignore[type-var]  # a UnitRecord
        paper.publish(2)
        asked = replace(grant(until=NOW), recipients=recipients)
        on = paper.basis("li", "seal/official", "unit/finance", "unit/bureau")
        request = paper.request(asked, on=on)
        less = replace(asked, copies=2, recipients=grant().recipients)
        early = replace(asked, until="2026-11-20")
        paper.decide(request, grant=less)
        paper.decide(request, by="chen", grant=early)
        status = paper.status(request)
        assert [o.problem for o in status.opinions] == [None, None]
        assert status.grant == replace(less, until="2026-11-20")

    @pytest.mark.parametrize(
        "wider",
        [
            {"copies": 4},
            {"recipients": (Recipient("finance", RecipientRole.COPY),)},
            {"until": None},
            {"documents": grant(place(tolerance_um=0)).documents},
        ],
    )
    def test_never_more_or_other(self, paper: PaperUnit, wider: dict[str, object]) -> None:
        asked = grant(until=NOW)
        request = paper.request(asked)
        paper.decide(request, grant=replace(asked, **wider))  # type: ignore[arg-type]  # by name
        (opinion,) = paper.status(request).opinions
        assert opinion.problem is not None
        assert opinion.problem.code == "APPROVAL_OTHER_GRANT"

    def test_the_shorter_term_holds_for_the_sealing(self, paper: PaperUnit) -> None:
        request = paper.request(grant(until=NOW))
        approval = paper.decide(request, grant=grant(until=DECIDED))
        paper.seal(request, approval)
        assert codes(paper, request) == ["APPROVAL_EXPIRED"]

    def test_approvals_without_a_common_recipient_stop(self, paper: PaperUnit) -> None:
        recipients = (*grant().recipients, Recipient("bureau", RecipientRole.COPY))
        paper.bodies["unit/bureau"] = replace(paper.bodies["unit/finance"], unit="bureau")  # type: ignore[type-var]  # a UnitRecord
        paper.publish(2)
        asked = replace(grant(), recipients=recipients)
        on = paper.basis("li", "seal/official", "unit/finance", "unit/bureau")
        request = paper.request(asked, on=on)
        first = paper.decide(request, grant=replace(asked, recipients=recipients[:1]))
        second = paper.decide(request, by="chen", grant=replace(asked, recipients=recipients[1:]))
        assert codes(paper, request) == ["GRANT_EMPTY"]
        paper.seal(request, first, second)
        assert paper.status(request).state is CaseState.CONFLICT


class TestEmergency:
    """SE-14: as any other request, and reviewed later."""

    def sealed(self, paper: PaperUnit, emergency: str | None) -> tuple[Statement, Statement]:
        request = paper.request()
        assert isinstance(request.body, Request)
        body = replace(request.body, emergency=emergency)
        on = paper.basis("li", "seal/official", "unit/finance")
        urgent = paper.say("li", body, post=Post.DRAFTER, at=request.time, on=on)
        return urgent, paper.seal(urgent, paper.decide(urgent))

    def test_due_until_reviewed(self, paper: PaperUnit) -> None:
        request, sealing = self.sealed(paper, "防汛")
        assert paper.status(request).review_due
        review = Review(True, "情况属实")
        paper.flow(request, review, sealing, by="zhou", post=Post.AUTHORITY, at=NOW)
        assert not paper.status(request).review_due

    def test_not_by_those_who_did_it(self, paper: PaperUnit) -> None:
        request, sealing = self.sealed(paper, "防汛")
        paper.flow(request, Review(True, "好"), sealing, by="wang", post=Post.OFFICER, at=NOW)
        assert refused(paper, request) == ["FLOW_OWN_ACT"]
        assert paper.status(request).review_due

    def test_nothing_to_review_else(self, paper: PaperUnit) -> None:
        request, sealing = self.sealed(paper, None)
        paper.flow(request, Review(True, "好"), sealing, by="zhou", post=Post.AUTHORITY, at=NOW)
        assert refused(paper, request) == ["FLOW_NO_EMERGENCY"]


def test_blank_forms_are_accounted_for(paper: PaperUnit) -> None:
    """DC-05."""
    paper.publish(2, policy=paper.with_settings(blank_forms="registered"))
    request = paper.request()
    assert isinstance(request.body, Request)
    blanks = BlankForms("介绍信", BlankKind.FILLED_IN, 101, "he")
    on = paper.basis("li", "seal/official", "unit/finance")
    body = replace(request.body, blanks=blanks)
    batch = paper.say("li", body, post=Post.DRAFTER, at=request.time, on=on)
    sealing = paper.seal(batch, paper.decide(batch))
    account = BlankAccount(BlankCount(3, 2, 1, 0), "")
    paper.flow(batch, account, sealing, by="he", post=Post.CLERK, at=NOW)
    assert refused(paper, batch) == []


def test_blank_forms_need_the_rule_that_allows_them(paper: PaperUnit) -> None:
    """C-01: by default there are none."""
    body = paper.request().body
    assert isinstance(body, Request)
    blanks = BlankForms("介绍信", BlankKind.FILLED_IN, 101, "he")
    on = paper.basis("li", "seal/official", "unit/finance")
    batch = paper.say("li", replace(body, blanks=blanks), post=Post.DRAFTER, at=NOW, on=on)
    paper.decide(batch)
    problems = [one.problem for one in paper.status(batch).opinions]
    assert [problem.code for problem in problems if problem] == ["BLANKS_FORBIDDEN"]


def contradicted_and_resolved(paper: PaperUnit) -> Statement:
    request = paper.request()
    approval, denial = paper.decide(request), paper.decide(request, Outcome.DENY)
    body = Resolution(approval.id, (denial.id,), "以本人书面意见为准")
    settled = paper.flow(request, body, approval, denial, by="zhou", post=Post.AUTHORITY)
    paper.seal(request, approval, settled)
    return request


def withdrawn_while_sealed(paper: PaperUnit) -> Statement:
    request = paper.request()
    approval = paper.decide(request)
    paper.flow(request, WITHDRAWAL, approval, by="li", post=Post.DRAFTER)
    sealing = paper.seal(request, approval)
    paper.flow(request, VOIDING, sealing, by="zhou", post=Post.AUTHORITY)
    return request


@pytest.mark.parametrize("story", [contradicted_and_resolved, withdrawn_while_sealed])
def test_the_order_of_arrival_never_matters(
    paper: PaperUnit, story: Callable[[PaperUnit], Statement]
) -> None:
    request = story(paper)
    case = [s for s in paper.said.values() if request.id in (s.id, s.case)]
    folded = {fold(request.id, order) for order in permutations(case)}
    assert folded == {paper.facts(request)}
    assert all(isinstance(s.body, Sealing) for s in paper.facts(request).sealings)
