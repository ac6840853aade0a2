"""Delivery and receipt (传送/回执) as one table, one for each recipient (REQUIREMENTS §2.5).

Receiving is the first print, decrypt-download or interface read, never the import (TX-04).
"""

from enum import StrEnum
from typing import Final

from airseal.model.people import Post
from airseal.model.transition import NOBODY, Actor, Machine, Transition


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PREPARED = "prepared"
    SENT = "sent"
    OVERDUE = "overdue"
    """迟收 by the clock: no receipt is held, which is not the same as not received (E-08)."""
    MISSED = "missed"
    IMPORTED = "imported"
    FAILED = "failed"
    RESEND_REQUESTED = "resend-requested"
    CHECKED = "checked"
    RECEIVED = "received"
    SIGNED_FOR = "signed-for"
    CLOSED = "closed"
    BOUNCED = "bounced"
    BOUNCE_ACKNOWLEDGED = "bounce-acknowledged"
    CLOSED_BOUNCED = "closed-bounced"
    MISDIRECTED = "misdirected"
    RETURNED_UNREAD = "returned-unread"
    COPIES_REQUESTED = "copies-requested"


class DeliveryAct(StrEnum):
    """What moves a delivery."""

    PREPARE = "prepare"
    SEND = "send"
    FAIL_TO_WRITE = "fail-to-write"
    BECOME_OVERDUE = "become-overdue"
    BECOME_MISSED = "become-missed"
    IMPORT = "import"
    FAIL = "fail"
    REQUEST_RESEND = "request-resend"
    RESEND = "resend"
    CHECK = "check"
    RECEIVE = "receive"
    SIGN_FOR = "sign-for"
    TAKE_RECEIPT = "take-receipt"
    BOUNCE = "bounce"
    ACKNOWLEDGE_BOUNCE = "acknowledge-bounce"
    CLOSE_BOUNCED = "close-bounced"
    MISDIRECT = "misdirect"
    RETURN_UNREAD = "return-unread"
    REQUEST_COPIES = "request-copies"
    GRANT_COPIES = "grant-copies"
    DENY_COPIES = "deny-copies"


SENDERS: Final = (
    Post.DRAFTER,
    Post.OFFICER,
    Post.CLERK,
    Post.CUSTODIAN,
    Post.PRINTER,
    Post.CHECKER,
    Post.AUTHORITY,
    # The people of the station, filed with the seal department (PE-02).
    Post.SECURITY_ADMIN,
)
"""The posts that carry bundles out and in."""

_WAITING: Final = (DeliveryState.SENT, DeliveryState.OVERDUE, DeliveryState.MISSED)


def _row(
    act: DeliveryAct,
    sources: tuple[DeliveryState, ...],
    target: DeliveryState,
    actors: tuple[Actor, ...],
    evidence: str,
    record: str,
    clauses: str,
) -> Transition[DeliveryState, DeliveryAct, Actor]:
    return Transition(act, sources, (target,), actors, evidence, record, clauses)


DELIVERY_MACHINE: Final = Machine(
    "delivery",
    "传送/回执",
    "REQUIREMENTS 2.5",
    tuple(DeliveryState),
    (
        _row(
            DeliveryAct.PREPARE,
            (),
            DeliveryState.PREPARED,
            SENDERS,
            "核准; recipients, copies of each, a channel allowed for the level",
            "the bundle in the vault",
            "TX-01, TX-02, AP-19, SC-02",
        ),
        _row(
            DeliveryAct.SEND,
            (DeliveryState.PREPARED,),
            DeliveryState.SENT,
            SENDERS,
            "read back equal from the medium",
            "传送时间, serial of the bundle, number of the medium",
            "TX-03, X-14",
        ),
        _row(
            DeliveryAct.FAIL_TO_WRITE,
            (DeliveryState.PREPARED,),
            DeliveryState.PREPARED,
            SENDERS,
            "the medium refused, or was read back otherwise",
            "failed export; the same bytes may be written again",
            "TX-03",
        ),
        _row(
            DeliveryAct.BECOME_OVERDUE,
            (DeliveryState.SENT,),
            DeliveryState.OVERDUE,
            NOBODY,
            "no receipt within the hours of C-24",
            "line of the list",
            "TX-10, E-08",
        ),
        _row(
            DeliveryAct.BECOME_MISSED,
            (DeliveryState.OVERDUE,),
            DeliveryState.MISSED,
            NOBODY,
            "no receipt by the deadline",
            "line of the 通报",
            "TX-10, E-08",
        ),
        _row(
            DeliveryAct.IMPORT,
            _WAITING,
            DeliveryState.IMPORTED,
            SENDERS,
            "digests, signature, the addressee is this unit",
            "import row, no 接收时间",
            "TX-04, TX-12",
        ),
        _row(
            DeliveryAct.FAIL,
            (DeliveryState.IMPORTED,),
            DeliveryState.FAILED,
            SENDERS,
            "what is missing or broken",
            "failure report",
            "TX-07",
        ),
        _row(
            DeliveryAct.REQUEST_RESEND,
            (DeliveryState.FAILED,),
            DeliveryState.RESEND_REQUESTED,
            SENDERS,
            "failure report",
            "request",
            "TX-08",
        ),
        _row(
            DeliveryAct.RESEND,
            (DeliveryState.RESEND_REQUESTED,),
            DeliveryState.SENT,
            SENDERS,
            "the same document, a new serial, no new allowance",
            "传送时间; the earlier bundle is superseded",
            "TX-08",
        ),
        _row(
            DeliveryAct.CHECK,
            (DeliveryState.IMPORTED,),
            DeliveryState.CHECKED,
            SENDERS,
            "传送单位, 完整性, 体例格式",
            "result",
            "TX-05, DC-16",
        ),
        _row(
            DeliveryAct.RECEIVE,
            (DeliveryState.CHECKED,),
            DeliveryState.RECEIVED,
            NOBODY,
            "first print, decrypt-download or interface read",
            "接收时间",
            "TX-04, PR-07",
        ),
        _row(
            DeliveryAct.SIGN_FOR,
            (DeliveryState.RECEIVED,),
            DeliveryState.SIGNED_FOR,
            SENDERS,
            "signature with the token",
            "签收 time, receipt",
            "TX-06",
        ),
        _row(
            DeliveryAct.TAKE_RECEIPT,
            (DeliveryState.SIGNED_FOR, *_WAITING),
            DeliveryState.CLOSED,
            SENDERS,
            "the receipt's signature is good",
            "end of the line; 迟收 and 漏收 stay noted",
            "TX-06",
        ),
        _row(
            DeliveryAct.BOUNCE,
            (DeliveryState.CHECKED,),
            DeliveryState.BOUNCED,
            SENDERS,
            "list of reasons",
            "bounce, no 接收时间",
            "TX-09, FL-09, DC-16",
        ),
        _row(
            DeliveryAct.ACKNOWLEDGE_BOUNCE,
            (DeliveryState.BOUNCED,),
            DeliveryState.BOUNCE_ACKNOWLEDGED,
            SENDERS,
            "the bounce is held by the sender",
            "acknowledgement",
            "FL-09",
        ),
        _row(
            DeliveryAct.CLOSE_BOUNCED,
            (DeliveryState.BOUNCE_ACKNOWLEDGED,),
            DeliveryState.CLOSED_BOUNCED,
            SENDERS,
            "acknowledgement",
            "end of the line, counted",
            "FL-09",
        ),
        _row(
            DeliveryAct.MISDIRECT,
            (DeliveryState.IMPORTED,),
            DeliveryState.MISDIRECTED,
            NOBODY,
            "the addressee is another unit",
            "incident",
            "TX-12",
        ),
        _row(
            DeliveryAct.RETURN_UNREAD,
            (DeliveryState.MISDIRECTED,),
            DeliveryState.RETURNED_UNREAD,
            SENDERS,
            "incident",
            "return",
            "TX-12",
        ),
        _row(
            DeliveryAct.REQUEST_COPIES,
            (DeliveryState.RECEIVED,),
            DeliveryState.COPIES_REQUESTED,
            SENDERS,
            "count, reason",
            "request",
            "PR-06",
        ),
        _row(
            DeliveryAct.GRANT_COPIES,
            (DeliveryState.COPIES_REQUESTED,),
            DeliveryState.RECEIVED,
            SENDERS,
            "the sender agrees",
            "increment with an id of its own",
            "PR-06",
        ),
        _row(
            DeliveryAct.DENY_COPIES,
            (DeliveryState.COPIES_REQUESTED,),
            DeliveryState.RECEIVED,
            SENDERS,
            "the sender's reason",
            "refusal",
            "PR-06",
        ),
    ),
)
"""REQUIREMENTS §2.5."""
