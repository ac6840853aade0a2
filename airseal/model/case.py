"""The case (用印事项): what the statements say happened, and what that means today.

``fold`` is pure and order-free: the same statements give the same facts everywhere.
``judge`` adds the registry and the clock (DESIGN §1). Nothing else decides whether a
document may be sealed (AP-02).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from airseal.model.digest import Digest
from airseal.model.people import Post
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import Appointment, SealRecord, UnitRecord
from airseal.model.request import Decision, Grant, Outcome, Request, Sealing, SealPlace, within
from airseal.model.statement import Statement, closure

Body = TypeVar("Body")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the held statements of one case say. Tuples are ordered by id.

    ``decisions`` are those in force (not replaced by their own author). ``conflicts`` are
    codes that stop sealing, printing and dispatch until they are resolved. ``frozen``
    says that a denial or return exists which a sealing did not know of.
    """

    case: Digest
    request: Statement
    decisions: tuple[Statement, ...]
    sealings: tuple[Statement, ...]
    conflicts: tuple[str, ...]
    frozen: bool

    @property
    def asked(self) -> Request:
        """The request's body."""
        assert isinstance(self.request.body, Request)
        return self.request.body

    def sealing(self, document: Digest, order: int) -> Statement | None:
        """The sealing of one seal place, if it is done."""
        return next((s for s in self.sealings if _place_of(s) == (document, order)), None)

    @property
    def next_place(self) -> tuple[Digest, SealPlace] | None:
        """The first seal place not sealed yet: approved document and place."""
        for document in self.asked.grant.documents:
            for place in document.seals:
                if self.sealing(document.digest, place.order) is None:
                    return document.digest, place
        return None

    def current_form(self, document: Digest) -> Digest:
        """The newest form of an approved document: its last sealing's output, or itself."""
        form = document
        for asked in self.asked.grant.documents:
            if asked.digest == document:
                for place in asked.seals:
                    done = self.sealing(document, place.order)
                    if done is not None and isinstance(done.body, Sealing):
                        form = done.body.output
        return form


def _place_of(statement: Statement) -> tuple[Digest, int]:
    assert isinstance(statement.body, Sealing)
    return statement.body.document, statement.body.order


def fold(case: Digest, statements: Iterable[Statement]) -> Facts | None:
    """The facts of ``case`` from accepted statements; None while its request is not held."""
    held = {s.id: s for s in statements if s.id == case or s.case == case}
    request = held.get(case)
    if request is None or not isinstance(request.body, Request):
        return None
    ordered = [held[key] for key in sorted(held)]
    decisions = [s for s in ordered if isinstance(s.body, Decision)]
    replaced = {
        s.body.replaces
        for s in decisions
        if isinstance(s.body, Decision)
        and s.body.replaces is not None
        and s.body.replaces in s.on
        and s.body.replaces in held
        and held[s.body.replaces].by == s.by
    }
    in_force = tuple(s for s in decisions if s.id not in replaced)
    sealings = tuple(s for s in ordered if isinstance(s.body, Sealing))
    return Facts(
        case=case,
        request=request,
        decisions=in_force,
        sealings=sealings,
        conflicts=tuple(_conflicts(in_force, sealings)),
        frozen=_frozen(in_force, sealings, held),
    )


def _conflicts(decisions: tuple[Statement, ...], sealings: tuple[Statement, ...]) -> Iterable[str]:
    """DESIGN §4 Fold rules: two decisions of one person, two sealings of one approval."""
    authors = [s.by for s in decisions]
    if len(authors) != len(set(authors)):
        yield "CONFLICT_DECISIONS"
    places = [_place_of(s) for s in sealings]
    if len(places) != len(set(places)):
        yield "CONFLICT_SEALINGS"


def _frozen(
    decisions: tuple[Statement, ...],
    sealings: tuple[Statement, ...],
    held: Mapping[Digest, Statement],
) -> bool:
    """Whether some sealing did not know of a refusal that now is in force."""
    refusals = {
        s.id
        for s in decisions
        if isinstance(s.body, Decision) and s.body.outcome is not Outcome.APPROVE
    }
    return any(refusals - closure([sealing.id], held) for sealing in sealings)


class CaseState(StrEnum):
    """Where a case stands (REQUIREMENTS §2.2, as far as the first journey goes)."""

    IN_APPROVAL = "in-approval"
    APPROVED = "approved"
    DENIED = "denied"
    RETURNED = "returned"
    SEALED = "sealed"
    EXPIRED = "expired"
    CONFLICT = "conflict"
    UNAUTHORISED = "unauthorised"
    """Sealed, but the held statements do not authorise it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What ``judge`` may ask about the documents an act relied on.

    ``lookup`` returns the accepted statement of an id, or None. ``revoked`` says whether a
    signer's certificate is revoked, by the newest list held, at or before a time.
    """

    lookup: Callable[[Digest], Statement | None]
    revoked: Callable[[Digest, datetime], bool]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One decision as judged: ``problem`` is None when it counts."""

    statement: Statement
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Status:
    """What a case is today: state, judged decisions, approvals still missing, reasons."""

    state: CaseState
    opinions: tuple[Opinion, ...]
    missing_approvals: int
    problems: tuple[Problem, ...]

    @property
    def approvals(self) -> tuple[Statement, ...]:
        """The approvals that count."""
        return tuple(
            opinion.statement
            for opinion in self.opinions
            if opinion.problem is None and _outcome(opinion.statement) is Outcome.APPROVE
        )


def _outcome(statement: Statement) -> Outcome:
    assert isinstance(statement.body, Decision)
    return statement.body.outcome


def relied_on(statement: Statement, body: type[Body], context: Context) -> list[Body]:
    """The documents of one kind that ``statement`` names in ``on`` and that are held."""
    found = (context.lookup(parent) for parent in statement.on)
    return [parent.body for parent in found if parent and isinstance(parent.body, body)]


def judge(facts: Facts, context: Context, now: datetime) -> Status:
    """The status of a case under the documents its own acts relied on, at ``now``.

    Every act is judged by the policy pack, the appointment and the lists that it names
    itself (SU-09); ``now`` only decides whether an unused approval has run out (AP-11).
    """
    opinions = tuple(Opinion(s, judge_decision(s, facts, context)) for s in facts.decisions)
    counted = [opinion.statement for opinion in opinions if opinion.problem is None]
    approvals = [s for s in counted if _outcome(s) is Outcome.APPROVE]
    missing = max(0, _required(facts, context) - len(approvals))
    unauthorised = [p for s in facts.sealings if (p := judge_sealing(s, facts, context))]
    stopped = [Problem(code) for code in facts.conflicts]
    if facts.frozen:
        stopped.append(Problem("CASE_FROZEN"))
    state = _state(facts, counted, missing, bool(unauthorised), now)
    return Status(state, opinions, missing, tuple(stopped + unauthorised))


def _state(
    facts: Facts,
    counted: list[Statement],
    missing: int,
    unauthorised: bool,
    now: datetime,
) -> CaseState:
    outcomes = {_outcome(s) for s in counted}
    if facts.conflicts:
        return CaseState.CONFLICT
    if facts.next_place is None:
        return CaseState.UNAUTHORISED if unauthorised else CaseState.SEALED
    if Outcome.DENY in outcomes:
        return CaseState.DENIED
    if Outcome.RETURN in outcomes:
        return CaseState.RETURNED
    if facts.asked.grant.until is not None and now.date().isoformat() > facts.asked.grant.until:
        return CaseState.EXPIRED
    return CaseState.IN_APPROVAL if missing or not counted else CaseState.APPROVED


def _required(facts: Facts, context: Context) -> int:
    """Approvals the case needs: the strictest rule of its seals, at least one (AP-04)."""
    needed = 1
    for policy in relied_on(facts.request, PolicyPack, context):
        for seal in relied_on(facts.request, SealRecord, context):
            rule = policy.rule_for(seal.type)
            needed = max(needed, rule.approvals if rule else needed)
    return needed


def judge_decision(statement: Statement, facts: Facts, context: Context) -> Problem | None:
    """Why a decision does not count, or None (AP-02, AP-03, AP-04, E-11)."""
    decision = statement.body
    assert isinstance(decision, Decision)
    if (problem := judge_post(statement, Post.OFFICER, context)) is not None:
        return problem
    if (problem := judge_request(facts.request, context)) is not None:
        return problem
    if statement.by == facts.request.by:
        return Problem("APPROVAL_OWN_REQUEST", person=statement.by)
    if decision.grant is not None and decision.grant != facts.asked.grant:
        return Problem("APPROVAL_OTHER_GRANT")
    if not relied_on(statement, PolicyPack, context):
        return Problem("POLICY_NOT_NAMED")
    for policy in relied_on(statement, PolicyPack, context):
        for seal in relied_on(facts.request, SealRecord, context):
            rule = policy.rule_for(seal.type)
            if rule is None:
                return Problem("POLICY_NO_RULE", type=seal.type)
            if rule.post is not statement.post:
                return Problem("APPROVAL_WRONG_POST", post=statement.post)
    return None


def judge_request(statement: Statement, context: Context) -> Problem | None:
    """Why nobody may approve this request, or None (AP-15, SE-02, TX-16)."""
    request = statement.body
    assert isinstance(request, Request)
    if (problem := judge_post(statement, Post.DRAFTER, context)) is not None:
        return problem
    known = {row.unit for row in relied_on(statement, UnitRecord, context)}
    for recipient in request.grant.recipients:
        if recipient.unit not in known:
            return Problem("RECIPIENT_UNKNOWN", unit=recipient.unit)
    policies = relied_on(statement, PolicyPack, context)
    if not policies:
        return Problem("POLICY_NOT_NAMED")
    seals = {row.seal for row in relied_on(statement, SealRecord, context)}
    for document in request.grant.documents:
        for place in document.seals:
            if place.seal not in seals:
                return Problem("SEAL_NOT_NAMED", seal=place.seal)
            if any(place.tolerance_um > pack.placement_tolerance_um for pack in policies):
                return Problem("PLACE_TOLERANCE_TOO_WIDE")
    return None


def judge_post(statement: Statement, post: Post, context: Context) -> Problem | None:
    """Whether the signer held ``post`` by the appointment the act names, unrevoked since."""
    if statement.post is not post:
        return Problem("POST_WRONG", post=statement.post)
    held = relied_on(statement, Appointment, context)
    if not any(row.active and row.person == statement.by and post in row.posts for row in held):
        return Problem("POST_NOT_HELD", person=statement.by, post=post)
    if context.revoked(statement.cert, statement.time):
        return Problem("SIGNER_REVOKED", person=statement.by)
    return None


def judge_sealing(statement: Statement, facts: Facts, context: Context) -> Problem | None:
    """Why a sealing is not authorised, or None (AP-02, C-28, LC-12, LC-20, SE-02, SE-08)."""
    sealing = statement.body
    assert isinstance(sealing, Sealing)
    if (problem := judge_post(statement, Post.CUSTODIAN, context)) is not None:
        return problem
    place = _granted_place(facts.asked.grant, sealing)
    if place is None:
        return Problem("SEALING_NOT_GRANTED")
    problem = _judge_approvals(statement, facts, context)
    return problem or _judge_seal_use(statement, sealing, place, facts, context)


def _granted_place(grant: Grant, sealing: Sealing) -> SealPlace | None:
    """The approved place that a sealing fills, if it stays inside its rule."""
    for document in grant.documents:
        if document.digest == sealing.document:
            for place in document.seals:
                if (
                    place.order == sealing.order
                    and place.seal == sealing.seal
                    and within(place, sealing.page, sealing.x_um, sealing.y_um)
                ):
                    return place
    return None


def _judge_approvals(statement: Statement, facts: Facts, context: Context) -> Problem | None:
    """The approvals a sealing names must count, suffice, and cover its time."""
    named = [s for s in facts.decisions if s.id in statement.on]
    counted = [
        s
        for s in named
        if _outcome(s) is Outcome.APPROVE and judge_decision(s, facts, context) is None
    ]
    if len({s.by for s in counted}) < _required(facts, context):
        return Problem("APPROVAL_MISSING")
    until = facts.asked.grant.until
    if until is not None and statement.time.date().isoformat() > until:
        return Problem("APPROVAL_EXPIRED", until=until)
    policies = relied_on(statement, PolicyPack, context)
    if not policies:
        return Problem("POLICY_NOT_NAMED")
    if any(not p.approver_may_seal for p in policies) and statement.by in {s.by for s in counted}:
        return Problem("SEALER_APPROVED", person=statement.by)
    return None


def _judge_seal_use(
    statement: Statement, sealing: Sealing, place: SealPlace, facts: Facts, context: Context
) -> Problem | None:
    """The seal must be enabled, the signer its custodian, the station its own, the input right."""
    seal = next(
        (row for row in relied_on(statement, SealRecord, context) if row.seal == place.seal), None
    )
    if seal is None:
        return Problem("SEAL_NOT_NAMED", seal=place.seal)
    if not seal.valid_on(statement.time.date().isoformat()):
        return Problem("SEAL_NOT_VALID", seal=seal.name)
    if statement.cert not in seal.custodians:
        return Problem("SEAL_NOT_CUSTODIAN", seal=seal.name)
    if statement.station != seal.station:
        return Problem("SEAL_OTHER_STATION", seal=seal.name)
    expected = sealing.document
    if sealing.order > 1:
        before = facts.sealing(sealing.document, sealing.order - 1)
        if before is None or not isinstance(before.body, Sealing):
            return Problem("SEALING_OUT_OF_ORDER")
        expected = before.body.output
    return None if sealing.input == expected else Problem("SEALING_OTHER_INPUT")
