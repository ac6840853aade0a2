"""What each post may do, and which posts one person may never hold together (AC-01…AC-03).

Two tables and their questions; every door of the station asks them before it does anything.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final

from airseal.model.machine import Act
from airseal.model.people import Post


class Right(StrEnum):
    """One kind of act; a post has a set of them."""

    REQUEST = "request"
    DECIDE = "decide"
    SEAL = "seal"
    CONFIRM = "confirm"
    SEND_BACK = "send-back"
    FALL_BACK = "fall-back"
    SETTLE = "settle"
    REVIEW = "review"
    DELEGATE = "delegate"
    ACCOUNT_BLANKS = "account-blanks"
    ASK_DELETION = "ask-deletion"
    DELETE = "delete"
    IMPORT = "import"
    EXPORT = "export"
    READ = "read"
    VERIFY = "verify"
    PUBLISH = "publish"
    GRANT_USE = "grant-use"
    RETIRE = "retire"
    OPEN_ACCOUNT = "open-account"
    CLOSE_ACCOUNT = "close-account"
    RESET_PASSWORD = "reset-password"
    REGISTER_STATION = "register-station"
    UNLOCK_PIN = "unlock-pin"
    APPOINT = "appoint"
    SEE_ACCOUNTS = "see-accounts"
    AUDIT = "audit"
    BACK_UP = "back-up"
    CONFIRM_CLOCK = "confirm-clock"
    ANSWER_ALARM = "answer-alarm"
    CLEAR_QUARANTINE = "clear-quarantine"
    SEE_ROOTS = "see-roots"
    TRUST_ROOT = "trust-root"
    SIGN_RECEIPT = "sign-receipt"
    FILE_STAFF = "file-staff"
    SEE_FILED = "see-filed"
    KEEP_COPY = "keep-copy"
    RECORD_TRAINING = "record-training"


_ANYBODY: Final = frozenset({Right.CONFIRM_CLOCK})
_WITH_CASES: Final = _ANYBODY | {
    Right.IMPORT,
    Right.EXPORT,
    Right.READ,
    Right.VERIFY,
    Right.SIGN_RECEIPT,
}

_RIGHTS: Final[Mapping[Post, frozenset[Right]]] = {
    Post.DRAFTER: _WITH_CASES | {Right.REQUEST, Right.CONFIRM, Right.ASK_DELETION},
    Post.OFFICER: _WITH_CASES | {Right.DECIDE, Right.REVIEW, Right.DELEGATE, Right.DELETE},
    Post.CLERK: _WITH_CASES
    | {Right.CONFIRM, Right.FALL_BACK, Right.ACCOUNT_BLANKS, Right.ASK_DELETION},
    Post.CUSTODIAN: _WITH_CASES
    | {Right.SEAL, Right.SEND_BACK, Right.FALL_BACK, Right.ASK_DELETION},
    Post.PRINTER: _WITH_CASES | {Right.SEND_BACK},
    Post.CHECKER: _WITH_CASES | {Right.SEE_ROOTS},
    Post.AUTHORITY: _WITH_CASES
    | {Right.SEE_FILED, Right.PUBLISH, Right.GRANT_USE, Right.RETIRE, Right.SETTLE, Right.REVIEW}
    | {Right.KEEP_COPY, Right.RECORD_TRAINING},
    Post.SYSTEM_ADMIN: _ANYBODY
    | {
        Right.IMPORT,
        Right.SEE_ACCOUNTS,
        Right.OPEN_ACCOUNT,
        Right.CLOSE_ACCOUNT,
        Right.RESET_PASSWORD,
        Right.REGISTER_STATION,
        Right.UNLOCK_PIN,
        Right.BACK_UP,
    },
    Post.SECURITY_ADMIN: _ANYBODY
    | {Right.IMPORT, Right.SEE_ACCOUNTS, Right.APPOINT, Right.ANSWER_ALARM, Right.BACK_UP}
    | {Right.CLEAR_QUARANTINE, Right.FILE_STAFF, Right.SEE_ROOTS, Right.TRUST_ROOT},
    Post.AUDITOR: _ANYBODY
    | {Right.SEE_ACCOUNTS, Right.AUDIT, Right.READ, Right.VERIFY, Right.SEE_ROOTS},
    Post.ROOT: frozenset(),
}

ANSWERED_FOR: Final = frozenset({Right.REQUEST, Right.DECIDE, Right.SEAL, Right.DELETE})
"""Acts that nobody does who has not signed for the post (SU-10), or is not trained (SU-05), where
the policy pack demands it. All else stays open: the registry that helps must come in."""

KEPT_APART: Final = (
    # 三员: who runs the machine, who grants the rights, who looks at both
    frozenset({Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN}),
    frozenset({Post.SYSTEM_ADMIN, Post.AUDITOR}),
    frozenset({Post.SECURITY_ADMIN, Post.AUDITOR}),
    # 三权: who manages a seal, who uses it, who audits its use
    frozenset({Post.AUTHORITY, Post.CUSTODIAN}),
    frozenset({Post.AUTHORITY, Post.AUDITOR}),
    frozenset({Post.CUSTODIAN, Post.AUDITOR}),
)
"""Pairs of posts that one person may not hold."""


_FLOWS: Final[Mapping[Act, Right]] = {
    Act.CHECK: Right.CONFIRM,
    Act.WITHDRAW: Right.REQUEST,
    Act.CORRECT: Right.REQUEST,
    Act.SEND_BACK: Right.SEND_BACK,
    Act.FALL_BACK: Right.FALL_BACK,
    Act.RECONCILE: Right.FALL_BACK,
    Act.VOID: Right.SETTLE,
    Act.RESOLVE: Right.SETTLE,
    Act.REVIEW: Right.REVIEW,
    Act.CONFIRM_USE: Right.DECIDE,
    Act.ACCOUNT_BLANKS: Right.ACCOUNT_BLANKS,
    Act.ASK_DELETION: Right.ASK_DELETION,
    Act.REFUSE_DELETION: Right.DELETE,
    Act.DELETE: Right.DELETE,
    Act.ACKNOWLEDGE: Right.READ,
    Act.CONSENT_VOID: Right.DECIDE,
    Act.TRANSFER: Right.DECIDE,
    Act.ATTEND: Right.CONFIRM,
    Act.HAND_OUT: Right.SEAL,
    Act.TAKE_BACK: Right.SEAL,
    Act.DELIVER_PAPER: Right.CONFIRM,
}


def right_to(act: Act) -> Right:
    """The right that an act on a case beside requesting, deciding and sealing needs."""
    return _FLOWS[act]


def may(post: Post, right: Right) -> bool:
    """Whether ``post`` has ``right``."""
    return right in _RIGHTS[post]


def rights_of(post: Post) -> frozenset[Right]:
    """Everything ``post`` may do."""
    return _RIGHTS[post]


def posts_with(right: Right) -> tuple[Post, ...]:
    """Who may do it."""
    return tuple(post for post in Post if may(post, right))


def clash(posts: Iterable[Post]) -> Collection[Post]:
    """The first pair among ``posts`` that is kept apart, in the order of ``Post``; or nothing."""
    held = frozenset(posts)
    pair = next((pair for pair in KEPT_APART if pair <= held), frozenset())
    return tuple(post for post in Post if post in pair)
