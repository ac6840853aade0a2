"""The trusted statement set: it grows only in the legal order.

A statement is *accepted* once everything it relies on is accepted and its signer was
entitled to sign that kind by those very documents; *parked* while an ancestor is missing;
*refused* otherwise. The outcome depends on the set of statements held and on the enrolled
roots, never on the order of arrival (DESIGN §1, §4).
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from airseal.evidence.shelf import BARE, Holdings, Shelf
from airseal.evidence.signed import Signed
from airseal.evidence.stamps import check_timestamp, stamps_of
from airseal.evidence.wire import CASE_KINDS, OFFICE_KINDS, REGISTRY_KINDS, STATION_KINDS
from airseal.keys.trust import PathValidator
from airseal.model.case import Context
from airseal.model.delegation import DelegationEnd
from airseal.model.digest import Digest, sha256
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
    Registry,
    RevocationList,
    SealRecord,
    Snapshot,
    UnitRecord,
    current_registry,
    unlawful_seals,
)
from airseal.model.request import Decision
from airseal.model.stamp import Timestamp
from airseal.model.statement import Statement, closure
from airseal.model.waiting import Waiting, waiting

Body = TypeVar("Body")

_LISTED = (Appointment, PolicyPack, SealRecord, RevocationList, UnitRecord)
"""The registry documents that an act may rely on only while its snapshot lists them."""

_AT_HAND = 1_024
"""Of how many statements what they rely on is kept at hand."""

_POSTS = {
    "request": frozenset({Post.DRAFTER}),
    "decision": frozenset({Post.OFFICER}),
    "sealing": frozenset({Post.CUSTODIAN}),
}
"""The only posts that may sign each kind of case act that can be stamped."""


_Ground = tuple[str, Digest, Post, Level, bool, tuple[Digest, ...]]
"""Who acts, with which certificate, in which post, at which level, and upon which documents."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """An enrolled root: two people compared its fingerprint. ``root`` is DER."""

    unit: str
    root: bytes

    @property
    def fingerprint(self) -> Digest:
        """What the two people compared."""
        return sha256(self.root)


@dataclass(frozen=True, slots=True)
class Offered:
    """What became of a batch, by statement id.

    ``accepted`` may include statements parked before. ``parked`` are all that now wait,
    with the ids each still lacks. ``refused`` and ``known`` are of this batch.
    """

    accepted: tuple[Digest, ...]
    parked: Mapping[Digest, tuple[Digest, ...]]
    refused: Mapping[Digest, Problem]
    known: tuple[Digest, ...]


class TrustedSet:
    """All statements one station holds, judged against its enrolled roots.

    What is on the ``shelf`` was accepted before, under these roots, and is not judged again.
    """

    def __init__(
        self,
        anchors: Iterable[Anchor],
        shelf: Shelf = BARE,
        *,
        stampers: Callable[[], Sequence[bytes]] = tuple,
    ) -> None:
        """``stampers`` gives the roots (DER) of the time stamping authorities enrolled by now."""
        self._stampers = stampers
        self._anchors = {anchor.unit: anchor for anchor in anchors}
        self._accepted = Holdings(shelf)
        self._parked: dict[Digest, Signed] = {}
        self._validators: dict[tuple[Digest, Digest], PathValidator] = {}
        self._registries: dict[str, Registry | None] = {}
        self._unlawful: dict[str, frozenset[Digest]] = {}
        self._everything: dict[str, PathValidator] = {}
        self._looked: dict[Digest, tuple[Statement, ...]] = {}
        self._grounds: dict[_Ground, tuple[tuple[int, int], PathValidator]] = {}

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """The enrolled roots."""
        return tuple(self._anchors.values())

    def copy(self) -> "TrustedSet":
        """An independent set to try an import on; the original stays untouched."""
        twin = TrustedSet(self._anchors.values(), stampers=self._stampers)
        twin._accepted = self._accepted.copy()
        twin._parked = dict(self._parked)
        twin._validators = self._validators
        return twin

    def offer(self, batch: Iterable[Signed]) -> Offered:
        """Add statements; what was parked before is tried again.

        The first bytes held for an id win: the same payload under another valid signature
        is ``known``, not news. A statement parked earlier that now turns out to be bad is
        dropped without a word about this batch, which may be honest.
        """
        brought: set[Digest] = set()
        known: list[Digest] = []
        for signed in batch:
            brought.add(signed.id)
            if signed.id in self._accepted or signed.id in self._parked:
                known.append(signed.id)
            else:
                self._parked[signed.id] = signed
        accepted: list[Digest] = []
        refused: dict[Digest, Problem] = {}
        waiting: dict[Digest, list[Digest]] = {}
        lacking: dict[Digest, int] = {}
        for key, signed in self._parked.items():
            missing = self._missing(signed)
            lacking[key] = len(missing)
            for parent in missing:
                waiting.setdefault(parent, []).append(key)
        ready = [key for key, count in lacking.items() if not count]
        while ready:
            signed = self._parked.pop(ready.pop())
            try:
                self._check(signed)
            except Problem as problem:
                if signed.id in brought:
                    refused[signed.id] = problem
                continue
            self._keep(signed)
            accepted.append(signed.id)
            for child in waiting.get(signed.id, ()):
                lacking[child] -= 1
                if not lacking[child]:
                    ready.append(child)
        return Offered(tuple(accepted), self.parked, refused, tuple(known))

    def examine(self, signed: Signed) -> None:
        """Raise why this set would not accept ``signed``, and hold nothing.

        What was just signed here is examined before it is committed, so that no act is
        shown as done that every station, this one first, would refuse.
        """
        if self._missing(signed):
            raise Problem("STATEMENT_BASIS", kind=signed.statement.kind)
        self._check(signed)

    def get(self, statement_id: Digest) -> Signed | None:
        """An accepted statement."""
        return self._accepted.get(statement_id)

    def statement(self, statement_id: Digest) -> Statement | None:
        """An accepted statement without its signature."""
        signed = self._accepted.get(statement_id)
        return signed.statement if signed else None

    @property
    def parked(self) -> Mapping[Digest, tuple[Digest, ...]]:
        """Every parked statement and the ids it lacks."""
        return {key: self._missing(signed) for key, signed in self._parked.items()}

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Every parked statement, with what it lacks and who has that."""
        return tuple(map(self._waiting, self._parked.values()))

    def _waiting(self, signed: Signed) -> Waiting:
        statement = signed.statement
        registry = self.registry(statement.unit)
        edition = any(isinstance(parent.body, Snapshot) for parent in self._held_parents(statement))
        return waiting(statement, self._missing(signed), registry, edition)

    @property
    def cases(self) -> tuple[Digest, ...]:
        """The ids of all cases with an accepted request."""
        return self._accepted.cases

    def case_statements(self, case: Digest) -> tuple[Statement, ...]:
        """The accepted statements of one case."""
        return tuple(signed.statement for signed in self._accepted.case(case))

    def cases_naming(self, document: Digest) -> tuple[Digest, ...]:
        """The cases in whose accepted statements ``document`` is named, sorted."""
        return self._accepted.naming(document)

    def enrol(self, anchor: Anchor) -> None:
        """Trust the root of one more unit from now on; what waited for it is tried at an offer."""
        self._anchors[anchor.unit] = anchor
        self._forget(anchor.unit)

    def disown(self, unit: str) -> None:
        """Trust the root of ``unit`` no more: it has no registry, and no certificate holds."""
        self._anchors.pop(unit, None)
        self._forget(unit)

    def _forget(self, unit: str) -> None:
        self._registries.pop(unit, None)
        self._everything.pop(unit, None)
        self._validators.clear()
        self._grounds.clear()

    def registry(self, unit: str) -> Registry | None:
        """The current registry of ``unit``; None while its root or its charter is not held."""
        if unit not in self._anchors:
            return None
        if unit not in self._registries:
            held = (signed.statement for signed in self._accepted.registry())
            self._registries[unit] = current_registry(unit, held)
        return self._registries[unit]

    def closure(self, roots: Iterable[Digest]) -> tuple[Signed, ...]:
        """``roots`` and all accepted statements they rely on, ordered by id."""
        found = closure(roots, self._accepted.statements)
        return tuple(self._accepted[key] for key in sorted(found))

    def context(self) -> Context:
        """What ``airseal.model.case.judge`` needs to know of this set."""
        return Context(
            self.statement,
            self._revoked_since,
            self.registry,
            self._ended_at,
            self._witnessed,
            self._is_unlawful,
        )

    def people_revoked_otherwise(self, earlier: "TrustedSet", unit: str) -> set[str]:
        """The people of ``unit`` of whose certificates the lists say otherwise than ``earlier``."""
        lists, known = self._lists(unit), earlier._lists(unit)
        if lists.fingerprint == known.fingerprint:
            return set()
        rows = {(row.person, row.certificate) for row in self._held(unit, Appointment)}
        held = ((person, decode_der(certificate)) for person, certificate in rows)
        return {who for who, der in held if lists.revoked_since(der) != known.revoked_since(der)}

    def check_certificate(self, unit: str, certificate: bytes, at: datetime) -> None:
        """Validate a certificate against the current lists of ``unit``; raises ``Problem``.

        ``UNIT_UNKNOWN`` when no root of that unit is enrolled, ``REGISTRY_MISSING`` when
        its charter or lists are not held; else the codes of ``airseal.keys.trust``.
        """
        if unit not in self._anchors:
            raise Problem("UNIT_UNKNOWN", unit=unit)
        registry = self.registry(unit)
        if registry is None or registry.revocation is None:
            raise Problem("REGISTRY_MISSING", unit=unit)
        validator = self._validator(unit, registry.charter_id, registry.revocation[0])
        validator.validate(certificate, at)

    def _missing(self, signed: Signed) -> tuple[Digest, ...]:
        return tuple(parent for parent in signed.statement.on if parent not in self._accepted)

    def _keep(self, signed: Signed) -> None:
        statement = signed.statement
        self._accepted.add(signed)
        if statement.kind in REGISTRY_KINDS:
            self._registries.pop(statement.unit, None)
            self._unlawful.pop(statement.unit, None)
            self._everything.pop(statement.unit, None)

    def _check(self, signed: Signed) -> None:
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
            self._check_office_link(statement)
            self._check_act(signed)
        else:
            self._check_registry_act(signed)

    def _held_parents(self, statement: Statement) -> Iterator[Statement]:
        return (self._accepted[key].statement for key in statement.on if key in self._accepted)

    def _parents(self, statement: Statement) -> tuple[Statement, ...]:
        """What an act relies on, all of which is held: looked up once, asked about often."""
        known = self._looked.get(statement.id)
        if known is None:
            if len(self._looked) >= _AT_HAND:
                self._looked.clear()
            known = tuple(self._accepted[key].statement for key in statement.on)
            self._looked[statement.id] = known
        return known

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
            self._new_validator(statement.unit, charter, statement.body)

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
        return self._edition(statement), self._validator(statement.unit, charter_id, lists_id)

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
        request = self.statement(statement.case) if statement.case else None
        if request is None or request.kind != "request" or request.id not in statement.on:
            raise Problem("STATEMENT_CASE")
        if request.level is not statement.level:
            raise Problem("STATEMENT_LEVEL")
        stamp = statement.body
        if isinstance(stamp, Timestamp) and not self._is_stamp_of(stamp, statement):
            raise Problem("STATEMENT_BASIS", kind=statement.kind)

    def _is_stamp_of(self, stamp: Timestamp, statement: Statement) -> bool:
        """A time stamp is about one act of its case, which it names and relies on."""
        subject = self.statement(stamp.subject)
        return subject is not None and subject.kind in _POSTS and subject.id in statement.on

    def _check_station_link(self, statement: Statement) -> None:
        """What a station says of itself is of no case and relies on the registry alone."""
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

    def _parent_of_kind(self, statement: Statement, body: type[object]) -> Statement:
        found = [s for s in self._parents(statement) if isinstance(s.body, body)]
        if len(found) != 1:
            raise Problem("STATEMENT_BASIS", kind=body.__name__.lower())
        return found[0]

    def _one(self, statement: Statement, body: type[Body]) -> Body:
        value = self._parent_of_kind(statement, body).body
        assert isinstance(value, body)
        return value

    def _validator(self, unit: str, charter_id: Digest, lists_id: Digest) -> PathValidator:
        key = (charter_id, lists_id)
        if key not in self._validators:
            charter = self._accepted[charter_id].statement.body
            lists = self._accepted[lists_id].statement.body
            assert isinstance(charter, Charter)
            assert isinstance(lists, RevocationList)
            self._validators[key] = self._new_validator(unit, charter, lists)
        return self._validators[key]

    def _new_validator(self, unit: str, charter: Charter, lists: RevocationList) -> PathValidator:
        return PathValidator(
            roots=self._roots(unit),
            issuers=[decode_der(text) for text in charter.issuers],
            crls=[decode_der(text) for text in lists.crls],
        )

    def _is_unlawful(self, statement: Statement) -> bool:
        """Whether nothing lawful leads to this entry of the seal register, by all that is held."""
        unit = statement.unit
        if unit not in self._unlawful:
            held = (signed.statement for signed in self._accepted.registry())
            self._unlawful[unit] = unlawful_seals(one for one in held if one.unit == unit)
        return statement.id in self._unlawful[unit]

    def _revoked_since(self, statement: Statement) -> datetime | None:
        """Since when the signer of an accepted statement is revoked, by any list held."""
        signed = self._accepted.get(statement.id)
        return self._lists(statement.unit).revoked_since(signed.certificate) if signed else None

    def _witnessed(self, statement: Statement) -> datetime | None:
        """By when an accepted statement was there, by a time stamp or by the own ledger."""
        found = [self._accepted.witnessed(statement)]
        authorities = self._stampers()
        signed = self._accepted.get(statement.id)
        case = statement.case or statement.id
        if authorities and signed is not None:
            for stamp in stamps_of(statement.id, self.case_statements(case)):
                with suppress(Problem):
                    found.append(check_timestamp(stamp, sha256(signed.p7m), authorities).time)
        return min((one for one in found if one is not None), default=None)

    @property
    def revocations(self) -> str:
        """The same whenever the same certificates are revoked since the same moments.

        And when the same authorities' time stamps say what was there before.
        """
        lists = (f"{unit} {self._lists(unit).fingerprint}" for unit in sorted(self._anchors))
        return " ".join([*lists, *sorted(sha256(root) for root in self._stampers())])

    def _lists(self, unit: str) -> PathValidator:
        if unit not in self._everything:
            # Every list ever held, not the current one: a list can be withheld or replaced by
            # an empty one, but what a CA once signed as revoked stays so.
            charters, lists = self._held(unit, Charter), self._held(unit, RevocationList)
            self._everything[unit] = PathValidator(
                roots=self._roots(unit),
                issuers=[decode_der(text) for body in charters for text in body.issuers],
                crls=[decode_der(text) for body in lists for text in body.crls],
            )
        return self._everything[unit]

    def _roots(self, unit: str) -> list[bytes]:
        """None, once the unit is disowned: then no certificate of its holds."""
        anchor = self._anchors.get(unit)
        return [] if anchor is None else [anchor.root]

    @property
    def office(self) -> tuple[Statement, ...]:
        """The delegations and their ends, ordered by id."""
        found = (signed.statement for signed in self._accepted.registry())
        return tuple(sorted((s for s in found if s.kind in OFFICE_KINDS), key=lambda s: s.id))

    def ends_of(self, delegations: Iterable[Digest]) -> tuple[Digest, ...]:
        """The statements that end any of ``delegations``: they travel with what relied on it."""
        wanted = set(delegations)
        return tuple(
            one.id
            for one in self.office
            if isinstance(one.body, DelegationEnd) and one.body.delegation in wanted
        )

    def _ended_at(self, delegation: Digest) -> datetime | None:
        ends = [self._accepted[key].statement.time for key in self.ends_of([delegation])]
        return min(ends, default=None)

    def _held(self, unit: str, body: type[Body]) -> list[Body]:
        statements = (signed.statement for signed in self._accepted.registry())
        return [s.body for s in statements if s.unit == unit and isinstance(s.body, body)]


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


def decode_der(text: str) -> bytes:
    """Base64 DER inside a registry document; raises ``Problem("STATEMENT_FORM")``."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Problem("STATEMENT_FORM") from None
