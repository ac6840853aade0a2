"""A version of a document (文件/版本) as one table (REQUIREMENTS §2.3).

As far as a case decides it, a version has no state of its own: ``VERSION_OF_CASE`` says what
the case's state means for its documents. Drafts, issue, recall and filing bring their own.
"""

from enum import StrEnum
from typing import Final

from airseal.model.machine import CaseState
from airseal.model.people import Post
from airseal.model.transition import NOBODY, Actor, Machine, Party, Transition


class VersionState(StrEnum):
    """Where a version of a document stands."""

    DRAFT = "draft"
    FINAL = "final"
    """定稿."""
    LOCKED = "locked"
    REOPENED = "reopened"
    """Only a corrected version goes on (DC-02)."""
    SEALED = "sealed"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    """被替换, 禁打 (FL-04)."""
    RECALLING = "recalling"
    RECALLED = "recalled"
    VOID = "void"
    STOPPED = "stopped"
    """Contradicted or sealed without authority: nothing goes on until somebody settles it."""
    ENDED = "ended"
    ARCHIVED = "archived"
    TOMBSTONE = "tombstone"
    QUARANTINED = "quarantined"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class VersionAct(StrEnum):
    """What moves a version."""

    DRAFT = "draft"
    FINISH = "finish"
    LOCK = "lock"
    REOPEN = "reopen"
    SEAL = "seal"
    ISSUE = "issue"
    SUPERSEDE = "supersede"
    CALL_BACK = "call-back"
    COUNT = "count"
    VOID = "void"
    DESTROY_COPIES = "destroy-copies"
    STOP = "stop"
    SETTLE = "settle"
    END = "end"
    RECONSIDER = "reconsider"
    ARCHIVE = "archive"
    DELETE = "delete"
    BRING_IN = "bring-in"
    ACCEPT = "accept"
    REJECT = "reject"


_OUT: Final = (VersionState.SEALED, VersionState.ISSUED)
_ALIVE: Final = (VersionState.LOCKED, VersionState.REOPENED, *_OUT)


def _row(
    act: VersionAct,
    sources: tuple[VersionState, ...],
    targets: tuple[VersionState, ...],
    actors: tuple[Actor, ...],
    evidence: str,
    record: str,
    clauses: str,
) -> Transition[VersionState, VersionAct, Actor]:
    return Transition(act, sources, targets, actors, evidence, record, clauses)


VERSION_MACHINE: Final = Machine(
    "version of a document",
    "文件/版本",
    "REQUIREMENTS 2.3",
    tuple(VersionState),
    (
        _row(
            VersionAct.DRAFT,
            (),
            (VersionState.DRAFT,),
            (Post.DRAFTER,),
            "a file",
            "none yet",
            "DC-03",
        ),
        _row(
            VersionAct.FINISH,
            (VersionState.DRAFT,),
            (VersionState.FINAL,),
            (Post.DRAFTER,),
            "no blanks, no comments; source and layout together where the kind asks for both",
            "check list",
            "DC-03, DC-04, DC-07, DC-08, DC-16",
        ),
        _row(
            VersionAct.LOCK,
            (VersionState.FINAL,),
            (VersionState.LOCKED,),
            (Post.DRAFTER,),
            "the request is signed",
            "digest",
            "DC-01",
        ),
        _row(
            VersionAct.REOPEN,
            (VersionState.LOCKED, VersionState.SEALED),
            (VersionState.REOPENED,),
            (Post.OFFICER, Post.CUSTODIAN, Post.PRINTER),
            "reason: returned for correction, or sent back",
            "every approval stays with this version only",
            "DC-02, FL-02",
        ),
        _row(
            VersionAct.SEAL,
            (VersionState.LOCKED,),
            (VersionState.SEALED,),
            (Post.CUSTODIAN,),
            "the case (2.2)",
            "signature, places",
            "SE-01, SE-08",
        ),
        _row(
            VersionAct.ISSUE,
            (VersionState.SEALED,),
            (VersionState.ISSUED,),
            (Post.CLERK, Post.CUSTODIAN),
            "核准, recipients, allowances",
            "传送时间",
            "AP-19, TX-03",
        ),
        _row(
            VersionAct.SUPERSEDE,
            _ALIVE,
            (VersionState.SUPERSEDED,),
            (Post.DRAFTER,),
            "the request for the corrected version",
            "ban, which travels to every holder",
            "FL-03, FL-04, E-01",
        ),
        _row(
            VersionAct.CALL_BACK,
            (*_OUT, VersionState.SUPERSEDED),
            (VersionState.RECALLING,),
            (Post.PRINTER, Post.CLERK),
            "copies were printed",
            "recall list",
            "FL-05",
        ),
        _row(
            VersionAct.COUNT,
            (VersionState.RECALLING,),
            (VersionState.RECALLED,),
            (Post.PRINTER, Post.CLERK),
            "each copy ticked off, losses explained",
            "recall list",
            "FL-05",
        ),
        _row(
            VersionAct.DESTROY_COPIES,
            (VersionState.RECALLED,),
            (VersionState.VOID,),
            (Party.WITNESSES,),
            "two people saw it",
            "销毁记录",
            "FL-06",
        ),
        _row(
            VersionAct.VOID,
            (
                VersionState.SEALED,
                VersionState.SUPERSEDED,
                VersionState.REOPENED,
                VersionState.STOPPED,
            ),
            (VersionState.VOID,),
            (Post.AUTHORITY,),
            "approval; copies recalled and losses explained equal copies printed",
            "void notice",
            "FL-08",
        ),
        _row(
            VersionAct.STOP,
            (*_ALIVE, VersionState.SUPERSEDED, VersionState.ENDED),
            (VersionState.STOPPED,),
            NOBODY,
            "contradicting statements, or a sealing nothing authorises",
            "none: it follows from the statements held",
            "AP-02, E-11",
        ),
        _row(
            VersionAct.SETTLE,
            (VersionState.STOPPED,),
            (*_ALIVE, VersionState.SUPERSEDED, VersionState.ENDED),
            (Post.AUTHORITY,),
            "which of the contradicting statements stands, and why",
            "resolution",
            "AP-02, E-11",
        ),
        _row(
            VersionAct.END,
            (VersionState.LOCKED, VersionState.REOPENED),
            (VersionState.ENDED,),
            (Post.DRAFTER, Post.OFFICER, Post.CLERK, Post.CUSTODIAN),
            "withdrawn, denied, or gone to paper",
            "the case's own record",
            "AP-02, BK-07",
        ),
        _row(
            VersionAct.RECONSIDER,
            (VersionState.LOCKED, VersionState.REOPENED, VersionState.ENDED),
            (VersionState.LOCKED, VersionState.REOPENED, VersionState.ENDED),
            (Post.OFFICER,),
            "nothing sealed yet; the officer names the own earlier decision",
            "decision in the place of the own",
            "AP-02, AP-03",
        ),
        _row(
            VersionAct.ARCHIVE,
            _OUT,
            (VersionState.ARCHIVED,),
            (Post.CLERK,),
            "verification passed",
            "archive receipt",
            "RE-12",
        ),
        _row(
            VersionAct.DELETE,
            tuple(s for s in VersionState if s is not VersionState.TOMBSTONE),
            (VersionState.TOMBSTONE,),
            (Post.OFFICER,),
            "consent of the leader in charge; term of keeping over",
            "title, digest, reason",
            "DC-11, C-21",
        ),
        _row(
            VersionAct.BRING_IN,
            (),
            (VersionState.QUARANTINED,),
            (Post.CHECKER, Post.CLERK, Post.DRAFTER, Post.OFFICER, Post.CUSTODIAN),
            "a file from outside",
            "none yet",
            "SE-12",
        ),
        *(
            _row(
                act,
                (VersionState.QUARANTINED,),
                (target,),
                (Post.CHECKER, Post.CLERK, Post.DRAFTER, Post.OFFICER, Post.CUSTODIAN),
                "manifest, signature, level, addressee",
                "row of the import register",
                "TX-05, SE-12, TX-12",
            )
            for act, target in (
                (VersionAct.ACCEPT, VersionState.ACCEPTED),
                (VersionAct.REJECT, VersionState.REJECTED),
            )
        ),
    ),
)
"""REQUIREMENTS §2.3."""

VERSION_OF_CASE: Final = {
    CaseState.IN_APPROVAL: VersionState.LOCKED,
    CaseState.APPROVED: VersionState.LOCKED,
    CaseState.DRAFTER_CHECKED: VersionState.LOCKED,
    CaseState.CLERK_VERIFIED: VersionState.LOCKED,
    CaseState.SEALED: VersionState.SEALED,
    CaseState.DENIED: VersionState.ENDED,
    CaseState.RETURNED: VersionState.REOPENED,
    CaseState.WITHDRAWN: VersionState.ENDED,
    CaseState.SENT_BACK: VersionState.REOPENED,
    CaseState.SUPERSEDED: VersionState.SUPERSEDED,
    CaseState.ON_PAPER: VersionState.ENDED,
    CaseState.VOIDED: VersionState.VOID,
    CaseState.DELETED: VersionState.TOMBSTONE,
    CaseState.EXPIRED: VersionState.LOCKED,
    CaseState.CONFLICT: VersionState.STOPPED,
    CaseState.UNAUTHORISED: VersionState.STOPPED,
}
"""What a case's state means for its documents."""
