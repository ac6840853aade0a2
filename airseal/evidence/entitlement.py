"""Who may say what: whether a statement's signer was entitled to sign it.

Entitled by the very documents the statement relies on, all of which are accepted before. The
answer depends on these and on the enrolled roots, on nothing else (DESIGN §1, §4).
"""

from collections.abc import Mapping
from typing import Final, TypeVar

from airseal.evidence.paths import Anchor, Paths, decode_der
from airseal.evidence.shelf import Holdings
from airseal.evidence.signed import Signed
from airseal.evidence.wire import CASE_KINDS, OFFICE_KINDS, REGISTRY_KINDS, STATION_KINDS
from airseal.keys.trust import PathValidator
from airseal.model.delegation import DelegationEnd
from airseal.model.digest import Digest
from airseal.model.flow import FlowBody, Transfer
from airseal.model.flowacts import act_of
from airseal.model.level import Level
from airseal.model.machine import actors_of
from airseal.model.people import Post
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import (
    Appointment,
    Charter,
    RevocationList,
    SealRecord,
    Snapshot,
    UnitRecord,
)
from airseal.model.request import Decision
from airseal.model.stamp import Timestamp
from airseal.model.statement import Statement
from airseal.model.training import Training

Body = TypeVar("Body")

_LISTED: Final = (Appointment, PolicyPack, SealRecord, RevocationList, UnitRecord)
"""The registry documents that an act may rely on only while its snapshot lists them."""

_AT_HAND: Final = 1_024
"""Of how many statements what they rely on is kept at hand."""

_POSTS: Final = {
    "request": frozenset({Post.DRAFTER}),
    "decision": frozenset({Post.OFFICER}),
    "sealing": frozenset({Post.CUSTODIAN}),
}
"""The only posts that may sign each kind of case act that can be stamped."""

_Ground = tuple[str, Digest, Post, Level, bool, tuple[Digest, ...]]
"""Who acts, with which certificate, in which post, at which level, and upon which documents."""


class Entitlement:
    """Judges statements whose ancestors are all in ``accepted``."""

    def __init__(self, anchors: Mapping[str, Anchor], accepted: Holdings, paths: Paths) -> None:
        self._anchors = anchors
        self._accepted = accepted
        self._paths = paths
        self._looked: dict[Digest, tuple[Statement, ...]] = {}
        self._grounds: dict[_Ground, tuple[tuple[int, int], PathValidator]] = {}

    def forget(self) -> None:
        """The enrolled roots are others now."""
        self._grounds.clear()

    def check(self, signed: Signed) -> None:
        """All ancestors are accepted: may this signer say this? Raises ``Problem``."""
        statement = signed.statement
        anchor = self._anchors.get(statement.unit)
        if anchor is None:
            raise Problem("UNIT_UNKNOWN", unit=statement.unit)
        for parent in self._parents(statement):
            if parent.unit != statement.unit:
                raise Problem("STATEMENT_OTHER_UNIT", unit=parent.unit)
        if isinstance(statement.body, Charter):
            _check_charter(signed, anchor)
        elif statement.kind in CASE_KINDS:
            self._check_case_link(statement)
            self._check_act(signed)
        elif statement.kind in STATION_KINDS:
            self._check_station_link(statement)
            self._check_act(signed)
        elif statement.kind in OFFICE_KINDS:
            if isinstance(statement.body, Training):
                self._check_training(statement, statement.body)
            else:
                self._check_office_link(statement)
            self._check_act(signed)
        else:
            self._check_registry_act(signed)

    def _check_registry_act(self, signed: Signed) -> None:
        """Registry documents are signed by an authority whom the named charter lists."""
        statement = signed.statement
        charter = self._one(statement, Charter)
        listed = {(row.person, row.certificate) for row in charter.authorities}
        if statement.post is not Post.AUTHORITY or (statement.by, statement.cert) not in listed:
            raise Problem("REGISTRY_SIGNER", person=statement.by)
        if statement.case is not None or len(statement.on) != 1:
            raise Problem("STATEMENT_BASIS", kind=statement.kind)
        if isinstance(statement.body, RevocationList):
            self._paths.of(statement.unit, charter, statement.body)

    def _check_act(self, signed: Signed) -> None:
        """Acts name one snapshot, and only registry documents which that snapshot lists."""
        statement = signed.statement
        parents = self._parents(statement)
        ground = tuple(one.id for one in parents if one.kind not in CASE_KINDS)
        # Only decisions and transfers may rest on somebody else's appointment too.
        for_two = isinstance(statement.body, Decision | Transfer)
        key = (statement.by, statement.cert, statement.post, statement.level, for_two, ground)
        known = self._grounds.get(key)
        edition, validator = known or self._check_ground(statement)
        for parent in parents:
            if parent.kind in CASE_KINDS and self._edition(parent) > edition:
                raise Problem("REGISTRY_ROLLED_BACK")
        if known is None:
            if len(self._grounds) >= _AT_HAND:
                self._grounds.clear()
            self._grounds[key] = edition, validator
        validator.validate(signed.certificate, statement.time)

    def _check_ground(self, statement: Statement) -> tuple[tuple[int, int], PathValidator]:
        """What an act of any kind asks of its registry documents; edition and validator.

        The same for every act of one signer upon the same documents, and so asked once.
        """
        snapshot = self._one(statement, Snapshot)
        for parent in self._parents(statement):
            if isinstance(parent.body, _LISTED) and not snapshot.lists(parent.id):
                raise Problem("REGISTRY_MIXED")
        appointment = self._own_appointment(statement)
        if (appointment.person, appointment.fingerprint) != (statement.by, statement.cert):
            raise Problem("STATEMENT_SIGNER", person=statement.by)
        if not appointment.active or statement.post not in appointment.posts:
            raise Problem("POST_NOT_HELD", person=statement.by, post=statement.post)
        if not appointment.clearance.covers(statement.level):
            raise Problem("CLEARANCE_TOO_LOW", person=statement.by)
        charter_id = self._parent_of_kind(self._parent_of_kind(statement, Snapshot), Charter).id
        lists_id = self._parent_of_kind(statement, RevocationList).id
        return self._edition(statement), self._paths.by(statement.unit, charter_id, lists_id)

    def _edition(self, statement: Statement) -> tuple[int, int]:
        """Which registry an act relied on: the numbers of its charter and its snapshot."""
        snapshot = self._parent_of_kind(statement, Snapshot)
        number = self._one(statement, Snapshot).number
        return self._one(snapshot, Charter).number, number

    def _check_case_link(self, statement: Statement) -> None:
        """A request opens a case; every other act names its case and relies on it.

        No act relies on another case, so that no case drags another's papers along.
        """
        if statement.post not in _posts_for(statement):
            raise Problem("POST_WRONG", post=statement.post)
        for parent in self._parents(statement):
            if parent.kind in CASE_KINDS and (parent.case or parent.id) != statement.case:
                raise Problem("STATEMENT_CASE")
        if statement.kind == "request":
            if statement.case is not None:
                raise Problem("STATEMENT_CASE")
            return
        request = self._statement(statement.case) if statement.case else None
        if request is None or request.kind != "request" or request.id not in statement.on:
            raise Problem("STATEMENT_CASE")
        if request.level is not statement.level:
            raise Problem("STATEMENT_LEVEL")
        stamp = statement.body
        if isinstance(stamp, Timestamp) and not self._is_stamp_of(stamp, statement):
            raise Problem("STATEMENT_BASIS", kind=statement.kind)

    def _is_stamp_of(self, stamp: Timestamp, statement: Statement) -> bool:
        """A time stamp is about one act of its case, which it names and relies on."""
        subject = self._statement(stamp.subject)
        return subject is not None and subject.kind in _POSTS and subject.id in statement.on

    def _check_station_link(self, statement: Statement) -> None:
        """What is said beside any case relies on the registry alone."""
        if statement.case is not None:
            raise Problem("STATEMENT_CASE")
        if any(parent.kind not in REGISTRY_KINDS for parent in self._parents(statement)):
            raise Problem("STATEMENT_BASIS", kind=statement.kind)

    def _check_office_link(self, statement: Statement) -> None:
        """Delegations are an officer's, of no case; only their own author ends one (AP-05)."""
        if statement.post is not Post.OFFICER:
            raise Problem("POST_WRONG", post=statement.post)
        if statement.case is not None:
            raise Problem("STATEMENT_CASE")
        ended = statement.body.delegation if isinstance(statement.body, DelegationEnd) else None
        for parent in self._parents(statement):
            if parent.id == ended and parent.kind == "delegation" and parent.by == statement.by:
                ended = None
            elif parent.kind not in REGISTRY_KINDS:
                raise Problem("STATEMENT_BASIS", kind=statement.kind)
        if ended is not None:
            raise Problem("STATEMENT_BASIS", kind=statement.kind)

    def _check_training(self, statement: Statement, body: Training) -> None:
        """A training is the seal department's, about others, and over when it is signed (SU-05)."""
        if statement.post is not Post.AUTHORITY:
            raise Problem("POST_WRONG", post=statement.post)
        self._check_station_link(statement)
        problem = body.judge(statement.by, statement.at[:10])
        if problem is not None:
            raise problem

    def _own_appointment(self, statement: Statement) -> Appointment:
        """The signer's own. A representative's approval names the grantor's too.

        And a transfer that of whoever takes the decision.
        """
        found = [s.body for s in self._parents(statement) if isinstance(s.body, Appointment)]
        if len(found) == 1:
            return found[0]
        own = [row for row in found if row.person == statement.by]
        if len(own) != 1 or len(found) != 2 or not isinstance(statement.body, Decision | Transfer):
            raise Problem("STATEMENT_BASIS", kind="appointment")
        return own[0]

    def _parents(self, statement: Statement) -> tuple[Statement, ...]:
        """What an act relies on, all of which is held: looked up once, asked about often."""
        known = self._looked.get(statement.id)
        if known is None:
            if len(self._looked) >= _AT_HAND:
                self._looked.clear()
            known = tuple(self._accepted[key].statement for key in statement.on)
            self._looked[statement.id] = known
        return known

    def _parent_of_kind(self, statement: Statement, body: type[object]) -> Statement:
        found = [s for s in self._parents(statement) if isinstance(s.body, body)]
        if len(found) != 1:
            raise Problem("STATEMENT_BASIS", kind=body.__name__.lower())
        return found[0]

    def _one(self, statement: Statement, body: type[Body]) -> Body:
        value = self._parent_of_kind(statement, body).body
        assert isinstance(value, body)
        return value

    def _statement(self, statement_id: Digest) -> Statement | None:
        signed = self._accepted.get(statement_id)
        return signed.statement if signed else None


def _posts_for(statement: Statement) -> frozenset[Post]:
    """The posts that may sign a statement of this kind; a time stamp is for any."""
    if isinstance(statement.body, FlowBody):
        return actors_of(act_of(statement.body))
    return _POSTS.get(statement.kind, frozenset(Post))


def _check_charter(signed: Signed, anchor: Anchor) -> None:
    """A charter is signed by the enrolled root itself and relies on nothing."""
    statement = signed.statement
    if signed.certificate != anchor.root or statement.post is not Post.ROOT:
        raise Problem("CHARTER_SIGNER", unit=statement.unit)
    if statement.on or statement.case is not None:
        raise Problem("STATEMENT_BASIS", kind=statement.kind)
    assert isinstance(statement.body, Charter)
    issuers = [decode_der(text) for text in statement.body.issuers]
    PathValidator(roots=[anchor.root], issuers=issuers, crls=[])
