"""Offices at work: random acts at several stations that exchange statements in any order.

Stations that hold the same statements agree; nothing reaches a seal without what the policy
pack asks; what was stopped is never sealed; every honest act moves the case as the table says.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from unit import ASKED, DAY, FLOWED, SEALED, PaperUnit, asked, grant, place, text

from airseal.model.approvals import passed_on
from airseal.model.case import CaseState, Status, judge
from airseal.model.digest import Digest, sha256
from airseal.model.facts import Facts, contentions, fold
from airseal.model.flow import (
    Acknowledgement,
    Ban,
    Confirmation,
    Fallback,
    FlowBody,
    Handout,
    Reconciliation,
    Resolution,
    SendBack,
    SendBackReason,
    TakeBack,
    Transfer,
    VoidConsent,
    Voiding,
    Withdrawal,
)
from airseal.model.flowacts import act_of, judge_flow
from airseal.model.lateracts import open_loan
from airseal.model.machine import CASE_MACHINE, Act, sources_of
from airseal.model.matrix import Step
from airseal.model.matter import Matter, Special
from airseal.model.people import Post, Role
from airseal.model.recall import CopyCount
from airseal.model.request import Grant, Outcome, Request, Sealing, Window
from airseal.model.sealings import judge_sealing
from airseal.model.statement import Statement, closure

STATIONS = ("drafting", "approving", "sealing", "elsewhere")
PLACES = (place(1), place(2, x_um=60_000, tolerance_um=0))

STOPS = (Withdrawal, SendBack, Ban, Fallback, Voiding)

FLOWS: list[tuple[FlowBody | None, str, Post]] = [
    (None, "li", Post.DRAFTER),
    (None, "he", Post.CLERK),
    (Withdrawal("改期"), "li", Post.DRAFTER),
    (Withdrawal("代撤"), "sun", Post.DRAFTER),
    (SendBack(SendBackReason.OTHER, "缺页"), "zhang", Post.CUSTODIAN),
    (SendBack(SendBackReason.LAYOUT, "偏色"), "lu", Post.PRINTER),
    (Ban(sha256(b"corrected")), "li", Post.DRAFTER),
    (Fallback("G-1", "停电", "办公室", "急"), "he", Post.CLERK),
    (Reconciliation("停电", "恢复", 1), "he", Post.CLERK),
    (Voiding("误盖", CopyCount(0, 0, 0, ""), None), "zhou", Post.AUTHORITY),
    (VoidConsent("属实"), "chen", Post.OFFICER),
    (VoidConsent("代为同意"), "zhou", Post.AUTHORITY),
    (Acknowledgement(""), "he", Post.CLERK),
    (Handout("zhang", ""), "wu", Post.CUSTODIAN),
    (Handout("wu", ""), "zhang", Post.CUSTODIAN),
    (TakeBack(True, ""), "wu", Post.CUSTODIAN),
]
"""What may be tried; None is the confirmation of this case's documents."""


def in_words(status: Status) -> object:
    """A status that can be compared: problems by their codes."""
    judged = [
        (o.statement.id, o.problem and o.problem.code) for o in status.opinions + status.flows
    ]
    return status.state, status.grant, judged, [problem.code for problem in status.problems]


class Offices(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.paper = PaperUnit()

    @initialize(
        checks=st.booleans(),
        two=st.booleans(),
        approved=st.booleans(),
        consent=st.booleans(),
        lent=st.booleans(),
    )
    def begin(self, checks: bool, two: bool, approved: bool, consent: bool, lent: bool) -> None:
        pack = self.paper.with_settings(
            checks_before_sealing=checks, consent_to_void=consent, lending="approved-loan"
        )
        loans = asked(Step(Role.OFFICER), name="借用", specials=(Special.LOAN,))
        self.paper.publish(2, policy=replace(pack, matrix=(*pack.matrix, loans)))
        self.checks, self.consent, self.lent = checks, consent, lent
        wanted = grant(*(PLACES if two else PLACES[:1]))
        self.request = self._ask(wanted) if lent else self.paper.request(wanted)
        self.held: dict[str, set[Digest]] = {name: {self.request.id} for name in STATIONS}
        self.said: dict[Digest, Statement] = {self.request.id: self.request}
        if approved:
            approval = self.paper.decide(self.request)
            for name in STATIONS:
                self.keep(name, approval)

    def _ask(self, wanted: Grant) -> Statement:
        """For a loan, in hours that both the handing out and the sealing are inside of."""
        window = Window(text(FLOWED - DAY), text(SEALED + DAY))
        matter = Matter(special=Special.LOAN)
        body = Request("借用印章", "签约", wanted, matter=matter, window=window)
        basis = self.paper.basis("li", "seal/official", "unit/finance")
        return self.paper.say("li", body, post=Post.DRAFTER, at=ASKED, on=basis)

    # what a station knows

    def facts(self, station: str) -> Facts:
        found = fold(self.request.id, [self.said[key] for key in self.held[station]])
        assert found is not None
        return found

    def status(self, facts: Facts) -> Status:
        return judge(facts, self.paper.context, SEALED)

    def keep(self, station: str, statement: Statement) -> None:
        self.said[statement.id] = statement
        self.held[station].add(statement.id)

    def moved(self, before: Status, act: Act, station: str) -> None:
        """An honest act takes the case where the table says, or leaves it where it was."""
        after = self.status(self.facts(station)).state
        rows = [row for row in CASE_MACHINE if row.act is act and before.state in row.sources]
        assert rows, (act, before.state)
        assert any(after in row.targets for row in rows), (before.state, act, after)

    # acts

    @rule(
        station=st.sampled_from(STATIONS),
        by=st.sampled_from(["wang", "chen"]),
        outcome=st.sampled_from([Outcome.APPROVE, Outcome.APPROVE, *Outcome]),
        honest=st.booleans(),
    )
    def decide(self, station: str, by: str, outcome: Outcome, honest: bool) -> None:
        facts = self.facts(station)
        before = self.status(facts)
        earlier = [s for s in facts.decisions if s.by == by]
        act = Act(outcome.value)
        may = before.state in sources_of(act, Post.OFFICER) and not facts.sealings
        passed = any(isinstance(s.body, Transfer) and s.by == by for s in facts.flows)
        if honest and (not may or len(earlier) > 1 or passed):
            return
        replaces = earlier[0] if honest and earlier else None
        also = [s.id for s in facts.statements]
        said = self.paper.decide(self.request, outcome, by, replaces, also=also)
        self.keep(station, said)
        if honest:
            self.moved(before, act, station)

    @rule(station=st.sampled_from(STATIONS), what=st.sampled_from(FLOWS), honest=st.booleans())
    def flow(self, station: str, what: tuple[FlowBody | None, str, Post], honest: bool) -> None:
        body, by, post = what
        facts = self.facts(station)
        documents = tuple(document.digest for document in facts.asked.grant.documents)
        self._flow(station, body or Confirmation(documents, ""), by, post, honest)

    @rule(station=st.sampled_from(STATIONS), by=st.sampled_from(["wang", "chen"]))
    def pass_on(self, station: str, by: str) -> None:
        """An officer leaves the decision to the other; what they approve after counts no more."""
        to = "chen" if by == "wang" else "wang"
        body = Transfer(to, Role.OFFICER, "出差")
        self._flow(station, body, by, Post.OFFICER, honest=True, on=self.paper.basis(to))

    @rule(station=st.sampled_from(STATIONS), first=st.booleans())
    def resolve(self, station: str, first: bool) -> None:
        for group in contentions(self.facts(station))[:1]:
            stands, *falls = group if first else group[::-1]
            body = Resolution(stands.id, tuple(sorted(s.id for s in falls)), "核实")
            self._flow(station, body, "zhou", Post.AUTHORITY, honest=True)

    def _flow(
        self,
        station: str,
        body: FlowBody,
        by: str,
        post: Post,
        honest: bool,
        on: Sequence[Digest] = (),
    ) -> None:
        facts = self.facts(station)
        before = self.status(facts)
        known = {*on, *self.paper.basis(by), *(s.id for s in facts.statements)}
        said = self.paper.flow(self.request, body, by=by, post=post, on=sorted(known))
        allowed = before.state in sources_of(act_of(body), post)
        counts = judge_flow(said, facts, self.paper.context) is None
        if honest and not (allowed and counts):
            return
        self.keep(station, said)
        if honest:
            self.moved(before, act_of(body), station)

    @rule(station=st.sampled_from(STATIONS), honest=st.booleans())
    def seal(self, station: str, honest: bool) -> None:
        facts = self.facts(station)
        before, step = self.status(facts), facts.next_place
        if step is None or (honest and (not before.sealable or facts.frozen)):
            return
        known = [s for s in facts.statements if s.id != self.request.id]
        spot = step[1]
        said = self.paper.seal(
            self.request, *known, order=spot.order, x_um=spot.x_um, y_um=spot.y_um
        )
        # Whether a lent seal is handed out is asked of the sealing itself, beside the state.
        refused = self.lent and judge_sealing(said, facts, self.paper.context) is not None
        if honest and refused:
            return
        self.keep(station, said)
        if honest:
            self.moved(before, Act.SEAL, station)
            state = self.status(self.facts(station)).state
            assert state is not CaseState.UNAUTHORISED

    # exchange

    @rule(
        giver=st.sampled_from(STATIONS),
        taker=st.sampled_from(STATIONS),
        part=st.randoms(use_true_random=False),
    )
    def exchange(self, giver: str, taker: str, part: random.Random) -> None:
        """Any part of what one holds, with all it relies on, once or twice."""
        some = [key for key in sorted(self.held[giver]) if part.random() < 0.6]
        self.held[taker] |= closure(some, self.said)

    # what always holds

    @invariant()
    def the_order_of_arrival_never_matters(self) -> None:
        if not hasattr(self, "held"):
            return
        for station in STATIONS:
            facts = self.facts(station)
            statements = [self.said[key] for key in sorted(self.held[station], reverse=True)]
            assert fold(self.request.id, statements + statements) == facts

    @invariant()
    def nothing_is_sealed_without_what_the_pack_asks(self) -> None:
        if not hasattr(self, "held"):
            return
        for station in STATIONS:
            facts = self.facts(station)
            status = self.status(facts)
            stopped = [
                o.statement
                for o in status.flows
                if o.problem is None and isinstance(o.statement.body, STOPS)
            ]
            if stopped:
                sealed_all = facts.next_place is None
                assert not status.sealable
                assert status.problems or not sealed_all
            if status.state is CaseState.VOIDED and self.consent:
                self._was_agreed(facts)
            if status.state in (CaseState.DENIED, CaseState.RETURNED, CaseState.CONFLICT):
                assert not status.sealable
            if status.state is CaseState.SEALED and not status.problems:
                for sealing in facts.sealings:
                    self._was_due(facts, sealing)

    def _was_due(self, facts: Facts, sealing: Statement) -> None:
        """By what the sealing knew: approved by somebody else, confirmed if asked, not stopped."""
        assert isinstance(sealing.body, Sealing)
        known = facts.before(sealing)
        assert any(s.body.outcome is Outcome.APPROVE for s in known.decisions)  # type: ignore[union-attr]  # decisions
        assert all(s.body.outcome is Outcome.APPROVE for s in known.decisions)  # type: ignore[union-attr]  # decisions
        assert not known.conflicts
        giving = [s for s in known.decisions if not passed_on(s, Role.OFFICER, facts)]
        assert giving, "somebody approved who had not left it to another"
        if self.lent:
            out = open_loan(known)
            assert out is not None and isinstance(out.body, Handout)
            assert out.body.borrower == sealing.by
        counted = [s for s in known.flows if judge_flow(s, facts, self.paper.context) is None]
        assert not [s for s in counted if isinstance(s.body, STOPS)]
        if self.checks:
            posts = {s.post for s in counted if isinstance(s.body, Confirmation)}
            assert {Post.DRAFTER, Post.CLERK} <= posts

    def _was_agreed(self, facts: Facts) -> None:
        """Some voiding that counts knew an officer's consent that counts (FL-08)."""
        counted = [s for s in facts.flows if judge_flow(s, facts, self.paper.context) is None]
        agreed = {s.id for s in counted if isinstance(s.body, VoidConsent)}
        voided = [s for s in counted if isinstance(s.body, Voiding)]
        assert any(agreed & {one.id for one in facts.known_to(s)} for s in voided)

    @invariant()
    def those_who_hold_the_same_agree(self) -> None:
        if not hasattr(self, "held"):
            return
        told: dict[frozenset[Digest], tuple[Facts, object]] = {}
        for station in STATIONS:
            facts = self.facts(station)
            said = (facts, in_words(self.status(facts)))
            assert told.setdefault(frozenset(self.held[station]), said) == said


TestOffices = Offices.TestCase
TestOffices.settings = settings(
    max_examples=40,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
