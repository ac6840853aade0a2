"""Acts that come beside or after the straight way: whether what they say may be said.

Passing on a decision (AP-03), agreeing to a voiding (FL-08), lending a seal and using one
elsewhere (AP-18, SE-11). ``airseal.model.flowacts`` has asked post, state and signer before.
"""

from collections.abc import Callable

from airseal.model.approvals import judge_decision
from airseal.model.facts import Facts, outcome_of
from airseal.model.flow import Attendance, Handout, PaperDelivery, TakeBack, Transfer, VoidConsent
from airseal.model.grant import grants_of, narrowest
from airseal.model.matter import Special
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.recall import BlankCount
from airseal.model.registry import Appointment
from airseal.model.request import Grant, Outcome
from airseal.model.standing import Context, relied_on
from airseal.model.statement import Statement

Counts = Callable[[Statement], bool]
"""Whether a flow act of the case counts."""


def judge_transfer(
    statement: Statement, body: Transfer, facts: Facts, context: Context
) -> Problem | None:
    """Both may approve as the role, and it goes to somebody else than author and drafter."""
    if body.to in (statement.by, facts.request.by):
        return Problem("TRANSFER_TO_SELF", person=body.to)
    rows = relied_on(statement, Appointment, context)
    for person in (statement.by, body.to):
        if not any(row.person == person and row.approves_as(body.role) for row in rows):
            return Problem("APPROVAL_ROLE_NOT_HELD", person=person, role=body.role)
    return None


def judge_voiding(
    statement: Statement, before: Facts, context: Context, counts: Counts
) -> Problem | None:
    """``VOID_UNAPPROVED`` unless another person agreed, where the pack asks for it (FL-08)."""
    packs = relied_on(statement, PolicyPack, context)
    if not any(pack.settings.consent_to_void for pack in packs):
        return None
    agreed = [s for s in before.flows if isinstance(s.body, VoidConsent) and s.by != statement.by]
    return None if any(map(counts, agreed)) else Problem("VOID_UNAPPROVED")


def judge_forms(forms: BlankCount, before: Facts, facts: Facts, context: Context) -> Problem | None:
    """As many blank forms are accounted for as were approved (DC-05)."""
    try:
        granted = _granted(before, facts, context).copies
    except Problem as problem:
        return problem
    if forms.issued != granted:
        return Problem("BLANKS_OTHER_COUNT", issued=forms.issued, granted=granted)
    return None


def judge_paper(copies: int, before: Facts, facts: Facts, context: Context) -> Problem | None:
    """No more copies were sealed on paper than were approved, or asked for (BK-07)."""
    try:
        granted = _granted(before, facts, context).copies
    except Problem as problem:
        return problem
    if copies > granted:
        return Problem("RECONCILE_COPIES", copies=copies, granted=granted)
    return None


def judge_delivery(
    statement: Statement,
    body: PaperDelivery,
    before: Facts,
    facts: Facts,
    context: Context,
    counts: Counts,
) -> Problem | None:
    """The attachment, the recipient and the copies are the case's, and the day has come (DC-15)."""
    if not any(one.title == body.title for one in before.asked.paper_attachments):
        return Problem("PAPER_OTHER", title=body.title)
    try:
        grant = _granted(before, facts, context)
    except Problem as problem:
        return problem
    if all(one.unit != body.unit for one in grant.recipients):
        return Problem("PAPER_RECIPIENT", unit=body.unit)
    left = undelivered(before, counts)[body.title]
    if body.copies > left:
        return Problem("PAPER_COPIES", left=left)
    if body.day > statement.time.date().isoformat():
        return Problem("PAPER_DAY", day=body.day)
    return None


def undelivered(facts: Facts, counts: Counts) -> dict[str, int]:
    """How many copies of each attachment on paper nobody has handed over yet (DC-15)."""
    left: dict[str, int] = {}
    for one in facts.asked.paper_attachments:
        left[one.title] = left.get(one.title, 0) + one.copies
    for flow in facts.flows:
        if isinstance(flow.body, PaperDelivery) and flow.body.title in left and counts(flow):
            left[flow.body.title] -= flow.body.copies
    return left


def _granted(before: Facts, facts: Facts, context: Context) -> Grant:
    """What the approvals known then gave, the narrowest of them; raises ``GRANT_EMPTY``."""
    counted = [
        decision
        for decision in before.decisions
        if outcome_of(decision) is Outcome.APPROVE
        and judge_decision(decision, facts, context) is None
    ]
    return narrowest(before.asked.grant, grants_of(counted))


def judge_special(
    statement: Statement,
    body: Attendance | Handout | TakeBack,
    before: Facts,
    counts: Counts,
) -> Problem | None:
    """Whether the case is of that special kind, and the time is inside its window."""
    special, window = before.asked.matter.special, before.asked.window
    match body:
        case Attendance():
            wanted = Special.OFFSITE
        case Handout() | TakeBack():
            wanted = Special.LOAN
    if special is not wanted:
        return Problem("SPECIAL_OTHER", special=wanted)
    out = open_loan(before, counts)
    if isinstance(body, TakeBack):
        return Problem("LOAN_NOT_OUT") if out is None else None
    if window is None or not window.covers(statement.time):
        return Problem("WINDOW_OUTSIDE")
    if isinstance(body, Handout) and out is not None:
        return Problem("LOAN_STILL_OUT")
    return None


def open_loan(facts: Facts, counts: Counts) -> Statement | None:
    """The handing out that counts and that no taking back that counts knows of, if there is one."""
    flows = [s for s in facts.flows if isinstance(s.body, Handout | TakeBack) and counts(s)]
    known = {parent for s in flows if isinstance(s.body, TakeBack) for parent in s.on}
    out = (s for s in flows if isinstance(s.body, Handout) and s.id not in known)
    return next(out, None)


def judge_elsewhere(statement: Statement, before: Facts, counts: Counts) -> Problem | None:
    """Whether a sealing off-site or of a lent seal is inside what was approved (C-07, C-19).

    Off-site: inside the window, and a second person was there, at this station, inside it too.
    On loan: inside the window, by the borrower, while the seal is out.
    """
    special, window = before.asked.matter.special, before.asked.window
    if special not in (Special.OFFSITE, Special.LOAN):
        return None
    if window is None or not window.covers(statement.time):
        return Problem("WINDOW_OUTSIDE")
    if special is Special.OFFSITE:
        there = any(
            isinstance(s.body, Attendance)
            and s.by != statement.by
            and s.station == statement.station
            and counts(s)
            for s in before.flows
        )
        return None if there else Problem("ATTENDANCE_MISSING")
    out = open_loan(before, counts)
    if out is None or not isinstance(out.body, Handout):
        return Problem("LOAN_NOT_OUT")
    if out.body.borrower != statement.by:
        return Problem("LOAN_OTHER", person=out.body.borrower)
    return None
