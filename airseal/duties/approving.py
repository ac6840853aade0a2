"""Approving: an officer decides requests offline, in one sitting (AP-02, E-11)."""

from airseal.evidence.records import DOCUMENT_READ
from airseal.evidence.signed import Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.case import Facts, fold, judge_request
from airseal.model.digest import Digest
from airseal.model.flowacts import HALT_CODES, halted
from airseal.model.grant import AS_ASKED, Less
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.request import Decision, Outcome
from airseal.ports import Ports


def record_reading(ports: Ports, case: Digest) -> None:
    """Put into the ledger that this person opened the documents of ``case`` (RE-03)."""
    ports.store.commit([ports.event(DOCUMENT_READ, case=case)])


def check(
    ports: Ports, case: Digest, outcome: Outcome, reason: str, less: Less = AS_ASKED
) -> Facts:
    """Whether this person may decide ``case`` so, before any PIN is asked (AP-03, C-29).

    Raises ``Problem`` with the first reason why not.
    """
    if ports.account.post is not Post.OFFICER:
        raise Problem("POST_WRONG", post=ports.account.post)
    facts = fold(case, ports.evidence.case_statements(case))
    if facts is None:
        raise Problem("CASE_UNKNOWN")
    if outcome is not Outcome.APPROVE and not reason.strip():
        raise Problem("REASON_MISSING")
    if facts.sealings:
        raise Problem("CASE_ALREADY_SEALED")
    stopped = halted(facts, ports.evidence.context())
    if stopped is not None:
        raise Problem(HALT_CODES[stopped])
    if facts.request.by == ports.account.person:
        raise Problem("APPROVAL_OWN_REQUEST", person=ports.account.person)
    if outcome is Outcome.APPROVE:
        problem = judge_request(facts, ports.evidence.context())
        if problem is not None:
            raise problem
        until = less.of(facts.asked.grant).until
        if until is not None and ports.clock.now().date().isoformat() > until:
            raise Problem("APPROVAL_EXPIRED", until=until)
    ports.require_steady_clock()
    ports.current_registry()
    return facts


def decide(
    ports: Ports,
    signer: Signer,
    case: Digest,
    outcome: Outcome,
    reason: str,
    less: Less = AS_ASKED,
) -> Signed:
    """Sign one decision and commit it; an approval may take ``less`` off what was asked (E-11).

    A second decision of the same person names and replaces the first (DESIGN §4).
    """
    facts = check(ports, case, outcome, reason, less)
    earlier = [s for s in facts.decisions if s.by == ports.account.person]
    if len(earlier) > 1:
        raise Problem("CONFLICT_DECISIONS")
    replaces = earlier[0].id if earlier else None
    body = Decision(
        outcome=outcome,
        reason=reason.strip(),
        grant=less.of(facts.asked.grant) if outcome is Outcome.APPROVE else None,
        replaces=replaces,
    )
    registry = ports.registry
    at = ports.clock.now()
    signed = author(
        ports.author,
        signer,
        body,
        level=facts.request.level,
        at=at,
        case=case,
        on=[
            case,
            *registry.basis(ports.account.person),
            *([replaces] if replaces else []),
        ],
    )
    ports.hold(signed, at)
    return signed
