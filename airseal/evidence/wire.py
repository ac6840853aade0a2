"""Statements as bytes: RFC 8785 canonical JSON, read back only if it is exactly that.

The strict reader is the frozen dataclasses of ``airseal.model``: what they do not name,
or name otherwise, does not survive the round trip and is refused (DESIGN §4).
"""

import re
from typing import Any, get_args

import msgspec
import rfc8785

from airseal.model.checkpoint import Checkpoint
from airseal.model.delegation import Delegation, DelegationBody, DelegationEnd
from airseal.model.digest import Digest, parse_digest, sha256
from airseal.model.flow import (
    Acknowledgement,
    Attendance,
    Ban,
    BlankAccount,
    Confirmation,
    DeletionRefusal,
    DeletionRequest,
    Fallback,
    FlowBody,
    Handout,
    PaperDelivery,
    Reconciliation,
    Resolution,
    Review,
    SendBack,
    TakeBack,
    Tombstone,
    Transfer,
    UseConfirmation,
    VoidConsent,
    Voiding,
    Withdrawal,
)
from airseal.model.level import Level
from airseal.model.matter import Origin
from airseal.model.people import Post
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.question import Answer, Question
from airseal.model.receipt import Receipt
from airseal.model.registry import (
    Appointment,
    Charter,
    RegistryBody,
    RevocationList,
    SealRecord,
    Snapshot,
    UnitRecord,
)
from airseal.model.request import CaseBody, Decision, Grant, Request, Sealing
from airseal.model.settings import ADDED, Settings
from airseal.model.staff import Responsibility, StaffBody, StaffList
from airseal.model.stamp import Timestamp
from airseal.model.statement import VERSION, Draft, Statement
from airseal.model.training import Training

OfficeBody = DelegationBody | Training
"""What officers and the seal department say beside any case."""

StationBody = Checkpoint | StaffBody | Receipt | Question | Answer
"""What a station says of itself."""

Body = RegistryBody | CaseBody | FlowBody | OfficeBody | StationBody | Timestamp

KINDS: dict[str, type[Body]] = {
    "charter": Charter,
    "unit": UnitRecord,
    "appointment": Appointment,
    "policy": PolicyPack,
    "seal": SealRecord,
    "crl": RevocationList,
    "snapshot": Snapshot,
    "request": Request,
    "decision": Decision,
    "sealing": Sealing,
    "check": Confirmation,
    "withdrawal": Withdrawal,
    "send-back": SendBack,
    "ban": Ban,
    "voiding": Voiding,
    "resolution": Resolution,
    "fallback": Fallback,
    "reconciliation": Reconciliation,
    "review": Review,
    "blank-account": BlankAccount,
    "use-confirmation": UseConfirmation,
    "deletion-request": DeletionRequest,
    "deletion-refusal": DeletionRefusal,
    "acknowledgement": Acknowledgement,
    "void-consent": VoidConsent,
    "transfer": Transfer,
    "attendance": Attendance,
    "handout": Handout,
    "take-back": TakeBack,
    "paper-delivery": PaperDelivery,
    "tombstone": Tombstone,
    "delegation": Delegation,
    "delegation-end": DelegationEnd,
    "training": Training,
    "checkpoint": Checkpoint,
    "responsibility": Responsibility,
    "staff": StaffList,
    "receipt": Receipt,
    "question": Question,
    "answer": Answer,
    "timestamp": Timestamp,
}
"""Every kind of statement this version reads and the body it has."""

FLOW_KINDS = frozenset(kind for kind, body in KINDS.items() if body in get_args(FlowBody))
"""What else can happen to a case (REQUIREMENTS §2.2)."""

CASE_KINDS = frozenset({"request", "decision", "sealing", "timestamp"}) | FLOW_KINDS
"""The kinds that belong to a case."""

STATION_KINDS = frozenset(
    {"checkpoint", "responsibility", "staff", "receipt", "question", "answer"}
)
"""The kinds that a station, or somebody at it, says of itself."""

OFFICE_KINDS = frozenset({"delegation", "delegation-end", "training"})
"""The kinds said beside any case, of the whole unit; all others belong to the registry."""

REGISTRY_KINDS = frozenset(KINDS) - CASE_KINDS - STATION_KINDS - OFFICE_KINDS

GENERAL_KINDS = REGISTRY_KINDS | OFFICE_KINDS
"""The kinds that are not about one case: few, and looked through as a whole."""

_KIND_OF = {body: kind for kind, body in KINDS.items()}

_BODIES = {kind: msgspec.json.Decoder(body) for kind, body in KINDS.items()}


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payload before its body is read. What is wrong with ``v`` and ``kind`` has own codes."""

    v: Any
    kind: Any
    unit: str
    station: str
    case: str | None
    by: str
    cert: str
    post: Post
    level: Level
    at: str
    on: tuple[str, ...]
    nonce: str
    body: msgspec.Raw


_ENVELOPE = msgspec.json.Decoder(_Envelope)


_CANONICAL = msgspec.json.Encoder(order="sorted")
"""RFC 8785 for what statements are made of: ASCII names, texts, and integers below 2^53."""

_MAYBE_LARGE = re.compile(rb"[:,\[]-?[0-9]{16}")


def kind_of(body: Body) -> str:
    """The ``kind`` under which ``body`` travels."""
    return _KIND_OF[type(body)]


def encode(draft: Draft) -> bytes:
    """The canonical payload of ``draft`` (RFC 8785)."""
    payload: dict[str, Any] = {
        "v": VERSION,
        "kind": draft.kind,
        "unit": draft.unit,
        "station": draft.station,
        "case": draft.case,
        "by": draft.by,
        "cert": draft.cert,
        "post": draft.post,
        "level": draft.level,
        "at": draft.at,
        "on": draft.on,
        "nonce": draft.nonce,
        "body": draft.body,
    }
    if isinstance(draft.body, _Grown):
        payload["body"] = _without_younger(draft.body)
    canonical = _CANONICAL.encode(payload)
    if _MAYBE_LARGE.search(canonical):
        # The library of the standard knows which numbers have no canonical form.
        return rfc8785.dumps(msgspec.to_builtins(payload))
    return canonical


_Grown = Checkpoint | PolicyPack | SealRecord | Request | Decision
"""Bodies that got fields after others of their kind had been signed."""


def _without_younger(body: _Grown) -> dict[str, Any]:
    """Without fields that say nothing: what was signed before there were any stays what it is."""
    written: dict[str, Any] = msgspec.to_builtins(body)
    match body:
        case Checkpoint(restored=None):
            del written["restored"]
        case PolicyPack():
            for kind in written["catalogue"]["kinds"]:
                _hush(kind, archive=None, elements=[])
            _hush(written, flow=[])
            _hush(written["settings"], **{name: getattr(Settings(), name) for name in ADDED})
        case SealRecord():
            _hush(written, filing="", standing="", reason="", witnesses=[])
        case Request():
            _hush(written, window=None)
            _hush(written["matter"], origin=Origin.OWN.value)
            _hush_grant(written["grant"])
        case Decision():
            _hush_grant(written["grant"])
        case Checkpoint():
            pass
    return written


def _hush(written: dict[str, Any], **silent: object) -> None:
    """Leave out the fields that say what everything said before there were any."""
    for name, value in silent.items():
        if (written[name] or None) == (value or None):
            del written[name]


def _hush_grant(written: dict[str, Any] | None) -> None:
    for document in written["documents"] if written else ():
        _hush(document, source=None)


def decode(payload: bytes) -> Statement:
    """The statement in ``payload``; its id is the payload's SHA-256.

    Raises ``Problem("STATEMENT_VERSION")`` for another ``v``, ``Problem("STATEMENT_KIND")``
    for an unknown kind and ``Problem("STATEMENT_FORM")`` for anything that is not the
    canonical form of a statement we know.
    """
    try:
        found = _ENVELOPE.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem("STATEMENT_FORM") from None
    if found.v != VERSION or isinstance(found.v, bool):
        raise Problem("STATEMENT_VERSION")
    if not isinstance(found.kind, str) or found.kind not in KINDS:
        raise Problem("STATEMENT_KIND")
    try:
        statement = _read(found, sha256(payload))
        canonical = encode(statement)
    except (msgspec.ValidationError, ValueError, TypeError, RecursionError, Problem):
        # rfc8785's own errors are ValueErrors
        raise Problem("STATEMENT_FORM") from None
    if canonical != payload:
        raise Problem("STATEMENT_FORM")
    return statement


def recall(payload: bytes) -> Statement:
    """A payload that :func:`decode` has accepted before, without its checks of the one form.

    Raises ``Problem("STATEMENT_FORM")`` for what this version cannot read.
    """
    try:
        return _read(_ENVELOPE.decode(payload), sha256(payload))
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, RecursionError, Problem):
        raise Problem("STATEMENT_FORM") from None


def _read(found: _Envelope, statement_id: Digest) -> Statement:
    body = _BODIES[found.kind].decode(found.body)
    _check_digests(body)
    return Statement(
        kind=found.kind,
        unit=found.unit,
        station=found.station,
        case=None if found.case is None else parse_digest(found.case),
        by=found.by,
        cert=parse_digest(found.cert),
        post=found.post,
        level=found.level,
        at=found.at,
        on=tuple(parse_digest(parent) for parent in found.on),
        nonce=found.nonce,
        body=body,
        id=statement_id,
    )


def _check_digests(body: Body) -> None:
    """Digests inside bodies are plain strings to the reader: hold them to the one form."""
    match body:
        case Charter():
            digests = [row.certificate for row in body.authorities]
        case Appointment():
            digests = [body.fingerprint]
        case SealRecord():
            digests = [body.impression, *body.custodians]
        case Snapshot():
            digests = [head.id for head in body.heads]
        case Request():
            digests = _documents(body.grant)
            digests += [] if body.replaces is None else [body.replaces]
        case Decision():
            digests = [one for one in (body.replaces, body.delegation) if one is not None]
            digests += _documents(body.grant) if body.grant else []
        case Sealing():
            digests = [body.document, body.input, body.output]
        case Timestamp():
            digests = [body.subject, body.imprint]
        case Checkpoint():
            digests = [body.root, *(one.root for one in body.seen)]
        case Confirmation():
            digests = list(body.documents)
        case Tombstone():
            digests = list(body.documents)
        case DeletionRefusal():
            digests = list(body.requests)
        case Receipt():
            digests = [one for one in (body.digest, body.root) if one is not None]
        case Question():
            digests = [body.about]
        case Answer():
            digests = [body.question, body.about]
        case Ban():
            digests = [body.successor]
        case Voiding():
            digests = [] if body.successor is None else [body.successor]
        case DelegationEnd():
            digests = [body.delegation]
        case Resolution():
            digests = [body.stands, *body.falls]
        case (
            UnitRecord()
            | PolicyPack()
            | RevocationList()
            | Withdrawal()
            | SendBack()
            | Delegation()
        ):
            digests = []
        case Fallback() | Reconciliation() | Review() | BlankAccount() | UseConfirmation():
            digests = []
        case Acknowledgement() | VoidConsent() | Transfer() | Attendance() | Handout() | TakeBack():
            digests = []
        case DeletionRequest() | Responsibility() | StaffList() | PaperDelivery() | Training():
            digests = []
    for digest in digests:
        parse_digest(digest)


def _documents(grant: Grant) -> list[Digest]:
    """The digests of the papers of a grant and of what they were made from."""
    sources = [one.source.digest for one in grant.documents if one.source is not None]
    return [*(one.digest for one in grant.documents), *sources]
