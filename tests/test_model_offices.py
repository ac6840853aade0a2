"""Offices at work: random acts at several stations that exchange statements in any order.

Stations that hold the same statements agree, in whatever order those came; nothing reaches a
seal without what the policy pack asks; what was stopped is never sealed; every honest act moves
the case as the table says.
What a sealing must have known is told here again, without asking the model, so that a rule that
is taken out of the model is missed.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from unit import ASKED, DAY, FLOWED, SEALED, PaperUnit, asked, day, grant, place, text

from airseal.model.case import CaseState, Status, judge
from airseal.model.delegation import Delegation
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
from airseal.model.level import Level
from airseal.model.machine import CASE_MACHINE, Act, sources_of
from airseal.model.matrix import Step
from airseal.model.matter import Matter, Special
from airseal.model.people import Post, Role
from airseal.model.policy import PolicyPack
from airseal.model.recall import CopyCount
from airseal.model.request import Decision, Grant, Outcome, Request, Sealing, SealPlace, Window
from airseal.model.sealings import judge_sealing
from airseal.model.settings import Settings
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


CHIEFS = {"wang": Role.SECTION_CHIEF, "sun": Role.SECTION_CHIEF, "chen": Role.UNIT_LEADER}
"""Who approves as what; ``sun`` may also approve in the leader's place, and keeps the seal too."""

FLAWS = (
    *("", "", "", "alone", "stand-in", "bytes", "copies", "sealer", "late", "input", "twice"),
    *("banned", "unchecked", "stricter", "passed-on", "stopped", "denied", "contradicted", "after"),
)
"""What may be wrong from the beginning; none, three times."""

VOIDING = Voiding("误盖", CopyCount(0, 0, 0, ""), None)

LATE = SEALED + DAY
"""A day after the last on which the seal may be used."""


def wrong(granted: Grant, how: str) -> Grant:
    """What an officer must not approve: partly reused, or more than was asked (E-11)."""
    match how:
        case "bytes":
            return replace(granted, documents=grant(*PLACES[:1], content=b"another").documents)
        case "copies":
            return replace(granted, copies=granted.copies + 1)
        case _:
            return granted


class Offices(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.paper = PaperUnit()

    @initialize(
        checks=st.booleans(),
        two=st.sampled_from([False, False, True]),
        reached=st.sampled_from(["asked", "approved", "sealed", "voided"]),
        flaw=st.sampled_from(FLAWS),
        chief=st.sampled_from(["wang", "sun"]),
        consent=st.booleans(),
        lent=st.booleans(),
        personal=st.booleans(),
    )
    def begin(
        self,
        checks: bool,
        two: bool,
        reached: str,
        flaw: str,
        chief: str,
        consent: bool,
        lent: bool,
        personal: bool,
    ) -> None:
        pack = self.paper.with_settings(
            checks_before_sealing=checks, consent_to_void=consent, lending="approved-loan"
        )
        both = asked(Step(Role.SECTION_CHIEF), Step(Role.UNIT_LEADER), delegable=not personal)
        loans = asked(Step(Role.SECTION_CHIEF), name="借用", specials=(Special.LOAN,))
        roster = {
            f"appointment_{who}": replace(self.paper.appointment(who), roles=(role,))
            for who, role in CHIEFS.items()
        }
        changes: dict[str, Any] = {"policy": replace(pack, matrix=(both, loans)), **roster}
        self.paper.publish(2, **changes)
        self.registry_came()
        self._facts: dict[frozenset[Digest], Facts] = {}
        self.lent, self.personal = lent, personal
        self.lawful: list[Statement] = []
        self.request = self._ask(PLACES if two else PLACES[:1])
        self.leave = self._leave()
        self.held: dict[str, set[Digest]] = {name: {self.request.id} for name in STATIONS}
        self.said: dict[Digest, Statement] = {self.request.id: self.request}
        if reached != "asked":
            self._approved(chief, flaw)
        if reached in ("sealed", "voided"):
            self._sealed(flaw)
        if reached == "voided":
            self._everywhere(self._act(VOIDING, "zhou", Post.AUTHORITY))

    def _ask(self, places: Sequence[SealPlace]) -> Statement:
        """For a loan, in hours that both the handing out and the sealing are inside of."""
        window = Window(text(FLOWED - DAY), text(SEALED + DAY)) if self.lent else None
        matter = Matter(special=Special.LOAN if self.lent else None)
        wanted = grant(*places, until=SEALED)
        body = Request("借用印章", "签约", wanted, matter=matter, window=window)
        basis = self.paper.basis("li", "seal/official", "unit/finance")
        return self.paper.say("li", body, post=Post.DRAFTER, at=ASKED, on=basis)

    def _leave(self) -> Statement:
        """The leader lets sun approve in the own place (AP-05)."""
        days = {"start": day(ASKED), "end": day(SEALED)}
        body = Delegation("sun", Role.UNIT_LEADER, (), (), Level.INTERNAL, reason="出差", **days)
        on = self.paper.basis("chen")
        return self.paper.say("chen", body, post=Post.OFFICER, at=ASKED, on=on)

    def _everywhere(self, *said: Statement) -> None:
        for statement in said:
            for name in STATIONS:
                self.keep(name, statement)

    def _act(self, body: FlowBody, by: str, post: Post) -> Statement:
        known = [self.said[key] for key in sorted(self.held["sealing"]) if key != self.request.id]
        return self.paper.flow(self.request, body, *known, by=by, post=post)

    def _approved(self, chief: str, flaw: str) -> None:
        """By the chief, then the leader; with a flaw that a sealing must not overlook."""
        granted = wrong(self.facts("sealing").asked.grant, flaw)
        left: list[Digest] = []
        if flaw == "passed-on":
            to = "sun" if chief == "wang" else "wang"
            on = sorted({self.request.id, *self.paper.basis(to), *self.paper.basis(chief)})
            leaving = Transfer(to, Role.SECTION_CHIEF, "出差")
            post = Post.OFFICER
            passed = self.paper.flow(self.request, leaving, by=chief, post=post, on=on)
            self._everywhere(passed)
            left = [passed.id]
        first = self.paper.decide(
            self.request, by=chief, role=Role.SECTION_CHIEF, grant=granted, also=left
        )
        more: dict[str, Any] = {"by": "chen", "also": [] if flaw == "alone" else [first.id]}
        if flaw == "stand-in" and chief == "wang":
            leave = [self.leave.id, self.paper.registry["appointment/chen"].id]
            more = {"by": "sun", "also": [first.id, *leave], "delegation": self.leave.id}
        second = self.paper.decide(self.request, role=Role.UNIT_LEADER, **more)
        self._everywhere(first, second)

    def _sealed(self, flaw: str) -> None:
        """Confirmed twice, lent if it was asked for that, sealed; but for the flaw."""
        documents = tuple(one.digest for one in self.facts("sealing").asked.grant.documents)
        if flaw == "stricter":
            self.publish_stricter()
        if flaw == "stopped":
            self._everywhere(self._act(Withdrawal("改期"), "li", Post.DRAFTER))
        if flaw in ("denied", "contradicted"):
            by, outcome = ("wang", Outcome.DENY) if flaw == "denied" else ("chen", Outcome.APPROVE)
            self._everywhere(self.paper.decide(self.request, outcome, by, role=CHIEFS[by]))
        if flaw == "banned":
            self._everywhere(self._act(Ban(sha256(b"corrected")), "li", Post.DRAFTER))
        if flaw not in ("unchecked", "stricter"):
            self._everywhere(self._act(Confirmation(documents, ""), "li", Post.DRAFTER))
            self._everywhere(self._act(Confirmation(documents, ""), "he", Post.CLERK))
        if self.lent:
            self._everywhere(self._act(Handout("zhang", ""), "wu", Post.CUSTODIAN))
        known = [self.said[key] for key in sorted(self.held["sealing"]) if key != self.request.id]
        more: dict[str, Any] = {"x_um": PLACES[0].x_um, "y_um": PLACES[0].y_um}
        more["by"] = "sun" if flaw == "sealer" else "zhang"
        more["at"] = LATE if flaw == "late" else SEALED
        if flaw == "input":
            more["input"] = sha256(b"other bytes")
        sealings = [self.paper.seal(self.request, *known, **more)]
        if flaw == "twice":
            sealings.append(self.paper.seal(self.request, *known, *sealings, **more))
        self._everywhere(*sealings)
        if flaw == "after":
            self._everywhere(self.paper.decide(self.request, Outcome.RETURN, "sun"))
        if flaw in ("", "stand-in") and not (flaw and self.personal):
            self.lawful.append(sealings[0])

    # what a station knows

    def facts(self, station: str) -> Facts:
        """Folded once for each set of statements, whoever holds it, whatever order they came in."""
        held = frozenset(self.held[station])
        if held not in self._facts:
            statements = [self.said[key] for key in sorted(held)]
            found = fold(self.request.id, statements)
            assert found is not None
            assert fold(self.request.id, statements[::-1] + statements) == found
            self._facts[held] = found
        return self._facts[held]

    def status(self, facts: Facts) -> Status:
        """Judged once for each set of statements and each registry."""
        held = frozenset(s.id for s in facts.statements)
        if held not in self._judged:
            status = judge(facts, self.context, SEALED)
            # Another station, which looked at nothing before, finds the same.
            again = judge(facts, replace(self.context, _complete={}), SEALED)
            assert in_words(again) == in_words(status)
            self._judged[held] = status
        return self._judged[held]

    def registry_came(self) -> None:
        """From now on everybody judges by the registry that was just published."""
        current = self.paper.context.current("bureau")
        self.context = replace(self.paper.context, current=lambda _: current, _complete={})
        self._judged: dict[frozenset[Digest], Status] = {}

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
        by=st.sampled_from(sorted(CHIEFS)),
        outcome=st.sampled_from([Outcome.APPROVE, Outcome.APPROVE, *Outcome]),
        honest=st.booleans(),
        how=st.sampled_from(["", "", "bytes", "copies", "alone"]),
        stands_in=st.booleans(),
    )
    def decide(
        self, station: str, by: str, outcome: Outcome, honest: bool, how: str, stands_in: bool
    ) -> None:
        facts = self.facts(station)
        before = self.status(facts)
        earlier = [s for s in facts.decisions if s.by == by]
        act = Act(outcome.value)
        may = before.state in sources_of(act, Post.OFFICER) and not facts.sealings
        passed = any(isinstance(s.body, Transfer) and s.by == by for s in facts.flows)
        if honest and (not may or len(earlier) > 1 or passed):
            return
        replaces = earlier[0] if honest and earlier else None
        also = [] if how == "alone" and not honest else [s.id for s in facts.statements]
        more: dict[str, Any] = {"role": CHIEFS[by]}
        if stands_in and by == "sun" and not (honest and self.personal):
            more = {"role": Role.UNIT_LEADER, "delegation": self.leave.id}
            also += [self.leave.id, self.paper.registry["appointment/chen"].id]
        if not honest and outcome is Outcome.APPROVE:
            more["grant"] = wrong(facts.asked.grant, how)
        said = self.paper.decide(self.request, outcome, by, replaces, also=also, **more)
        self.keep(station, said)
        if honest:
            self.moved(before, act, station)

    @rule(station=st.sampled_from(STATIONS), what=st.sampled_from(FLOWS), honest=st.booleans())
    def flow(self, station: str, what: tuple[FlowBody | None, str, Post], honest: bool) -> None:
        body, by, post = what
        facts = self.facts(station)
        documents = tuple(document.digest for document in facts.asked.grant.documents)
        self._flow(station, body or Confirmation(documents, ""), by, post, honest)

    @rule(station=st.sampled_from(STATIONS), by=st.sampled_from(["wang", "sun"]))
    def pass_on(self, station: str, by: str) -> None:
        """An officer leaves the decision to the other; what they approve after counts no more."""
        to = "sun" if by == "wang" else "wang"
        body = Transfer(to, Role.SECTION_CHIEF, "出差")
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
        counts = judge_flow(said, facts, self.context) is None
        if honest and not (allowed and counts):
            return
        self.keep(station, said)
        if honest:
            self.moved(before, act_of(body), station)

    @rule(
        station=st.sampled_from(STATIONS),
        honest=st.booleans(),
        by=st.sampled_from(["zhang", "zhang", "sun"]),
        how=st.sampled_from(["", "", "late", "bytes", "again"]),
    )
    def seal(self, station: str, honest: bool, by: str, how: str) -> None:
        facts = self.facts(station)
        before, step = self.status(facts), facts.next_place
        if not honest and how == "again":
            step = facts.asked.grant.documents[0].digest, PLACES[0]
        if step is None or (honest and (not before.sealable or facts.frozen)):
            return
        known = [s for s in facts.statements if s.id != self.request.id]
        spot = step[1]
        more: dict[str, Any] = {"by": by, "at": LATE if how == "late" else SEALED}
        if how == "bytes":
            more["input"] = sha256(b"other bytes")
        said = self.paper.seal(
            self.request, *known, order=spot.order, x_um=spot.x_um, y_um=spot.y_um, **more
        )
        # What is asked of the sealing itself, beside the state: hours, hands, bytes.
        if honest and judge_sealing(said, facts, self.context) is not None:
            return
        self.keep(station, said)
        if honest:
            self.lawful.append(said)
            self.moved(before, Act.SEAL, station)
            state = self.status(self.facts(station)).state
            assert state is not CaseState.UNAUTHORISED

    @rule()
    def publish_stricter(self) -> None:
        """From now on two confirmations and a consent are asked; what was done stays done."""
        if self.paper.pack.number == 1:
            pack = self.paper.with_settings(checks_before_sealing=True, consent_to_void=True)
            self.paper.publish(3, policy=replace(pack, number=2))
            self.registry_came()

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
            if status.state is CaseState.VOIDED:
                self._was_agreed(facts)
            if status.state in (CaseState.DENIED, CaseState.RETURNED, CaseState.CONFLICT):
                assert not status.sealable
            if status.state is CaseState.SEALED and not status.problems:
                for sealing in facts.sealings:
                    self._was_due(facts, sealing)

    def _was_due(self, facts: Facts, sealing: Statement) -> None:
        """By what the sealing knew: approved by others, in order, confirmed if asked, in time."""
        body = sealing.body
        assert isinstance(body, Sealing)
        known = facts.before(sealing)
        assert all(s.body.outcome is Outcome.APPROVE for s in known.decisions)  # type: ignore[union-attr]  # decisions
        assert not known.conflicts
        assert any(
            self._approve(chief, leader, sealing, facts)
            for chief in known.decisions
            for leader in known.decisions
        ), "a chief, then the leader, and neither of them the sealer"
        assert sealing.at[:10] <= day(SEALED), "inside the term"
        earlier = facts.sealing(body.document, body.order - 1)
        before = body.document if earlier is None else earlier.body.output  # type: ignore[union-attr]  # a sealing
        assert body.input == before, "the very bytes"
        if self.lent:
            out = open_loan(known, lambda s: judge_flow(s, facts, self.context) is None)
            assert out is not None and isinstance(out.body, Handout)
            assert out.body.borrower == sealing.by
        counted = [s for s in known.flows if judge_flow(s, facts, self.context) is None]
        assert not [s for s in known.flows if isinstance(s.body, Ban) and s.by == "li"]
        assert not [s for s in counted if isinstance(s.body, STOPS)]
        if self._pack(sealing).checks_before_sealing:
            confirmed = [s for s in counted if isinstance(s.body, Confirmation)]
            assert {Post.DRAFTER, Post.CLERK} <= {s.post for s in confirmed}

    def _approve(
        self, chief: Statement, leader: Statement, sealing: Statement, facts: Facts
    ) -> bool:
        """Whether these two approvals are what the pack asks, told without the model."""
        asked_for = facts.asked.grant
        for one, role in ((chief, Role.SECTION_CHIEF), (leader, Role.UNIT_LEADER)):
            said = one.body
            assert isinstance(said, Decision)
            fits = said.grant is not None and said.grant.copies <= asked_for.copies
            if said.role is not role or not fits or one.by == sealing.by:
                return False
            if said.grant is None or said.grant.documents != asked_for.documents:
                return False
            if said.delegation is not None and (self.personal or sealing.by == "chen"):
                return False
        left = [s for s in facts.known_to(chief) if isinstance(s.body, Transfer)]
        passed = any(s.by == chief.by for s in left)
        return not passed and chief.by != leader.by and chief in facts.known_to(leader)

    def _pack(self, statement: Statement) -> Settings:
        """What the pack says that ``statement`` names (SU-09)."""
        said = [self.paper.said[key].body for key in statement.on if key in self.paper.said]
        (pack,) = [body for body in said if isinstance(body, PolicyPack)]
        return pack.settings

    def _was_agreed(self, facts: Facts) -> None:
        """Some voiding knew an officer's consent, where its own pack asks for one (FL-08)."""
        voided = [s for s in facts.flows if isinstance(s.body, Voiding) and s.by == "zhou"]
        agreed = [s.id for s in facts.flows if isinstance(s.body, VoidConsent) and s.by == "chen"]
        assert any(
            not self._pack(s).consent_to_void or {one.id for one in facts.known_to(s)} & {*agreed}
            for s in voided
        )

    @invariant()
    def each_approval_is_used_once(self) -> None:
        if not hasattr(self, "held"):
            return
        for station in STATIONS:
            facts = self.facts(station)
            if self.status(facts).state is CaseState.SEALED:
                places = [(s.body.document, s.body.order) for s in facts.sealings]  # type: ignore[union-attr]  # sealings
                assert len(places) == len(set(places))

    @invariant()
    def what_was_sealed_lawfully_stays_so(self) -> None:
        """A stricter pack that is published later takes nothing back (SU-09)."""
        if not hasattr(self, "held"):
            return
        for sealing in self.lawful[:1]:
            facts = self.facts("sealing")
            if sealing in facts.sealings:
                assert judge_sealing(sealing, facts, self.context) is None


PLAIN: dict[str, Any] = {
    "checks": True,
    "two": False,
    "reached": "sealed",
    "consent": True,
    "lent": False,
    "personal": True,
    "chief": "wang",
}


@pytest.mark.parametrize("flaw", sorted(set(FLAWS) - {""}))
def test_no_flaw_passes_for_a_sealing(flaw: str) -> None:
    """Each rule by itself: what is sealed without it is not simply sealed."""
    office = Offices()
    chief = "sun" if flaw == "sealer" else "wang"
    begun = {**PLAIN, "checks": flaw != "stricter", "chief": chief, "flaw": flaw}
    office.begin(**begun)
    status = office.status(office.facts("sealing"))
    assert status.problems or status.state is not CaseState.SEALED, flaw
    office.nothing_is_sealed_without_what_the_pack_asks()


@pytest.mark.parametrize("lent", [False, True])
def test_without_a_flaw_it_is_sealed_and_stays_so(lent: bool) -> None:
    """Also when a stricter pack comes later; a voiding then needs its consent (SU-09, FL-08)."""
    office = Offices()
    office.begin(**{**PLAIN, "lent": lent, "consent": False, "checks": False, "flaw": ""})
    office.publish_stricter()
    office.what_was_sealed_lawfully_stays_so()
    status = office.status(office.facts("sealing"))
    assert (status.state, status.problems) == (CaseState.SEALED, ())
    office._everywhere(office._act(VOIDING, "zhou", Post.AUTHORITY))
    assert office.status(office.facts("sealing")).state is CaseState.SEALED


def test_a_lent_seal_is_used_by_its_borrower_only() -> None:
    """SE-11, RE-08: the seal is out to zhang, and sun, who keeps it too, seals."""
    office = Offices()
    office.begin(**{**PLAIN, "lent": True, "flaw": "sealer"})
    assert office.status(office.facts("sealing")).state is CaseState.UNAUTHORISED


TestOffices = Offices.TestCase
TestOffices.settings = settings(
    max_examples=60,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
