"""The state machine of a case (用印事项) as one table (REQUIREMENTS §2.2).

The table is what the program asks, what a test holds the program to, and what the page
``docs/state-machines.md`` is written from. A transition that is not in it does not happen.
"""

from typing import Final

from airseal.model.acts import Act, CaseState
from airseal.model.people import Post
from airseal.model.transition import Machine, Transition

__all__ = ["CASES", "CASE_MACHINE", "Act", "CaseState", "actors_of", "sources_of"]

_AGREED: Final = (CaseState.APPROVED, CaseState.DRAFTER_CHECKED, CaseState.CLERK_VERIFIED)
_VOIDABLE: Final = (
    CaseState.SEALED,
    CaseState.SUPERSEDED,
    CaseState.SENT_BACK,
    CaseState.UNAUTHORISED,
    CaseState.CONFLICT,
)
_HOLDERS: Final = (
    Post.DRAFTER,
    Post.OFFICER,
    Post.CLERK,
    Post.CUSTODIAN,
    Post.PRINTER,
    Post.CHECKER,
    Post.AUTHORITY,
)
"""The posts at whose stations a version may lie."""

_OPEN: Final = (CaseState.IN_APPROVAL, *_AGREED)
_UNSEALED: Final = (*_OPEN, CaseState.RETURNED, CaseState.EXPIRED)
_DECIDED: Final = (*_UNSEALED, CaseState.DENIED)
"""A decision is taken anew as long as nothing is sealed, stopped or in conflict."""
_OVER: Final = (
    CaseState.SEALED,
    CaseState.DENIED,
    CaseState.RETURNED,
    CaseState.WITHDRAWN,
    CaseState.SENT_BACK,
    CaseState.SUPERSEDED,
    CaseState.ON_PAPER,
    CaseState.VOIDED,
)
"""Nobody is about to do anything with the papers."""

_UNSETTLED: Final = tuple(
    state for state in CaseState if state not in (CaseState.VOIDED, CaseState.DELETED)
)

CASE_MACHINE: Final[tuple[Transition[CaseState, Act, Post], ...]] = (
    Transition(
        Act.REQUEST,
        (),
        (CaseState.IN_APPROVAL,),
        (Post.DRAFTER,),
        "final fixed-layout file, declaration, purpose, term, copies, scope",
        "digest of the version, which locks it",
        "DC-01, DC-03, DC-14, AP-11",
    ),
    Transition(
        Act.APPROVE,
        (CaseState.IN_APPROVAL,),
        (CaseState.IN_APPROVAL, CaseState.APPROVED),
        (Post.OFFICER,),
        "everything the policy pack asks of the officer whose turn it is",
        "signature over digest, seal, place, copies, recipients, term, as asked or narrower",
        "AP-02, AP-04, AP-10, E-11",
    ),
    Transition(
        Act.RETURN,
        _OPEN,
        (CaseState.RETURNED,),
        (Post.OFFICER,),
        "reason",
        "return for correction",
        "AP-02",
    ),
    Transition(
        Act.DENY,
        (*_OPEN, CaseState.RETURNED),
        (CaseState.DENIED,),
        (Post.OFFICER,),
        "reason",
        "denial",
        "AP-02",
    ),
    *(
        Transition(
            act,
            _DECIDED,
            _DECIDED,
            (Post.OFFICER,),
            "nothing sealed yet; the officer's earlier decision, if there is one, is named",
            "a decision beside others, or in the place of the officer's own",
            "AP-02, AP-03",
        )
        for act in (Act.APPROVE, Act.RETURN, Act.DENY)
    ),
    Transition(
        Act.CHECK,
        (CaseState.APPROVED,),
        (CaseState.DRAFTER_CHECKED,),
        (Post.DRAFTER,),
        "all approvals; the drafter compared the final file",
        "confirmation",
        "DC-12",
    ),
    Transition(
        Act.CHECK,
        (CaseState.DRAFTER_CHECKED,),
        (CaseState.CLERK_VERIFIED,),
        (Post.CLERK,),
        "the drafter's confirmation; the clerk verified the file",
        "confirmation",
        "DC-12",
    ),
    Transition(
        Act.SEAL,
        _AGREED,
        (*_AGREED, CaseState.SEALED, CaseState.UNAUTHORISED),
        (Post.CUSTODIAN,),
        "all approvals, the confirmations the policy pack asks for, three ticks, PIN",
        "sealing: input digest, output digest, place, time; one for each place",
        "AP-02, AP-03, SE-01, SE-02, SE-03, SE-08",
    ),
    Transition(
        Act.WITHDRAW,
        _OPEN,
        (CaseState.WITHDRAWN,),
        (Post.DRAFTER,),
        "reason; no seal applied yet",
        "withdrawal",
        "REQUIREMENTS 2.2",
    ),
    Transition(
        Act.SEND_BACK,
        _AGREED,
        (CaseState.SENT_BACK,),
        (Post.CUSTODIAN,),
        "category and reason",
        "return slip",
        "FL-01, FL-02",
    ),
    Transition(
        Act.SEND_BACK,
        (CaseState.SEALED,),
        (CaseState.SENT_BACK,),
        (Post.PRINTER,),
        "category and reason",
        "return slip",
        "FL-01, FL-02",
    ),
    Transition(
        Act.CORRECT,
        (*_UNSEALED, CaseState.SENT_BACK, CaseState.SEALED),
        (CaseState.SUPERSEDED,),
        (Post.DRAFTER,),
        "the request for the corrected version, which names this case",
        "ban of this version, which travels to every holder",
        "DC-02, FL-02, FL-03, FL-04, E-01",
    ),
    Transition(
        Act.FALL_BACK,
        (*_OPEN, CaseState.EXPIRED),
        (CaseState.ON_PAPER,),
        (Post.CLERK, Post.CUSTODIAN),
        "incident: number, symptom, who was told",
        "paper form; the case is never sealed electronically any more",
        "BK-06, BK-07",
    ),
    Transition(
        Act.RECONCILE,
        (CaseState.ON_PAPER,),
        (CaseState.ON_PAPER,),
        (Post.CLERK, Post.CUSTODIAN),
        "cause and repair of the incident, what became of the paper",
        "reconciliation",
        "BK-06, BK-07",
    ),
    Transition(
        Act.VOID,
        _VOIDABLE,
        (CaseState.VOIDED,),
        (Post.AUTHORITY,),
        "an officer's consent, where the policy pack asks for it; copies recalled and losses"
        " explained equal copies printed",
        "void notice",
        "FL-05, FL-08",
    ),
    Transition(
        Act.RESOLVE,
        (CaseState.CONFLICT,),
        _UNSETTLED,
        (Post.AUTHORITY,),
        "which of the contradicting statements stands, and why",
        "resolution",
        "AP-02, E-11",
    ),
    Transition(
        Act.REVIEW,
        (CaseState.SEALED,),
        (CaseState.SEALED,),
        (Post.OFFICER, Post.AUTHORITY),
        "the request carries the emergency flag",
        "review",
        "SE-14",
    ),
    Transition(
        Act.ACCOUNT_BLANKS,
        (CaseState.SEALED,),
        (CaseState.SEALED,),
        (Post.CLERK,),
        "issued forms equal used, voided and returned ones",
        "account of the numbered forms",
        "DC-05",
    ),
    Transition(
        Act.CONFIRM_USE,
        (CaseState.SEALED,),
        (CaseState.SEALED,),
        (Post.OFFICER,),
        "the matrix asks for it; the same person approved in person",
        "confirmation after use, linked to the sealings",
        "AP-07, RE-16",
    ),
    *(
        Transition(
            Act.ASK_DELETION,
            (state,),
            (state,),
            (Post.DRAFTER, Post.CLERK, Post.CUSTODIAN),
            "reason",
            "request for deletion; it changes nothing by itself",
            "DC-11, C-21",
        )
        for state in _OVER
    ),
    *(
        Transition(
            Act.REFUSE_DELETION,
            (state,),
            (state,),
            (Post.OFFICER,),
            "a request for deletion is open; whoever refuses it leads; reason",
            "refusal; the request is settled, and may be made anew",
            "DC-11, C-21",
        )
        for state in _OVER
    ),
    Transition(
        Act.DELETE,
        _OVER,
        (CaseState.DELETED,),
        (Post.OFFICER,),
        "another person asked for it; the approver leads the division or the unit; every"
        " retention period is over",
        "tombstone: title, digests, reason, approver; the papers are destroyed",
        "DC-11, RE-09, C-21, C-22, X-20",
    ),
    Transition(
        Act.TRANSFER,
        (CaseState.IN_APPROVAL,),
        (CaseState.IN_APPROVAL,),
        (Post.OFFICER,),
        "whoever passes it on and whoever takes it may both approve as that role; reason",
        "transfer; the own approval as that role counts no more",
        "AP-03, AP-04",
    ),
    *(
        Transition(
            Act.CONSENT_VOID,
            (state,),
            (state,),
            (Post.OFFICER,),
            "reason",
            "consent to the voiding",
            "FL-08",
        )
        for state in _VOIDABLE
    ),
    *(
        Transition(
            Act.ACKNOWLEDGE,
            (state,),
            (state,),
            _HOLDERS,
            "the ban or the void notice is held",
            "acknowledgement, which goes back to the issuer",
            "E-01, FL-04, FL-08",
        )
        for state in (CaseState.SUPERSEDED, CaseState.VOIDED)
    ),
    *(
        Transition(
            Act.ATTEND,
            (state,),
            (state,),
            (Post.CLERK,),
            "an off-site use was approved; inside its window, at the sealing station",
            "attendance of the second person",
            "SE-11, C-19",
        )
        for state in _AGREED
    ),
    *(
        Transition(
            Act.HAND_OUT,
            (state,),
            (state,),
            (Post.CUSTODIAN,),
            "a loan was approved; inside its window; every earlier loan is back",
            "row of the loan register: out",
            "AP-18, RE-08, C-07",
        )
        for state in _AGREED
    ),
    *(
        Transition(
            Act.TAKE_BACK,
            (state,),
            (state,),
            (Post.CUSTODIAN,),
            "the seal was handed out; counted, intact or why not",
            "row of the loan register: back",
            "LC-23, RE-08, C-07",
        )
        for state in (*_UNSETTLED, CaseState.VOIDED)
    ),
    Transition(
        Act.DELIVER_PAPER,
        (CaseState.SEALED,),
        (CaseState.SEALED,),
        (Post.DRAFTER, Post.CLERK),
        "the attachment and the recipient are those of the case; no more copies than approved",
        "row of the delivery register: attachment, copies, recipient, who took them, day",
        "DC-15, C-20",
    ),
    Transition(
        Act.EXPIRE,
        _OPEN,
        (CaseState.EXPIRED,),
        (),
        "the last day of use has passed",
        "none: it follows from the approved term and the clock",
        "AP-11",
    ),
    Transition(
        Act.CONTRADICT,
        _UNSETTLED,
        (CaseState.CONFLICT,),
        (),
        "two unlinked decisions of one person, two sealings of one place, two resolutions",
        "none: it follows from the statements held",
        "AP-02, E-11",
    ),
)
"""REQUIREMENTS §2.2; ``airseal.model.version`` is the document's side of the same acts."""


CASES: Final = Machine("case", "用印事项", "REQUIREMENTS 2.2", tuple(CaseState), CASE_MACHINE)
"""The table by its name, beside the other machines of ``airseal.model.machines``."""


def actors_of(act: Act) -> frozenset[Post]:
    """The posts that may ever do ``act``."""
    return frozenset(post for row in CASE_MACHINE if row.act is act for post in row.actors)


def sources_of(act: Act, post: Post) -> frozenset[CaseState]:
    """The states from which ``post`` may do ``act``."""
    return frozenset(
        state
        for row in CASE_MACHINE
        if row.act is act and post in row.actors
        for state in row.sources
    )
