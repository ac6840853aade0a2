"""The trusted statement set: it grows only in the legal order.

A statement is *accepted* once everything it relies on is accepted and its signer was
entitled to sign that kind by those very documents; *parked* while an ancestor is missing;
*refused* otherwise. The outcome depends on the set of statements held and on the enrolled
roots, never on the order of arrival (DESIGN §1, §4).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from airseal.evidence.entitlement import Entitlement
from airseal.evidence.paths import Anchor, Paths, decode_der
from airseal.evidence.shelf import BARE, Holdings, Shelf
from airseal.evidence.signed import Signed
from airseal.evidence.stamps import check_timestamp, stamps_of
from airseal.evidence.wire import OFFICE_KINDS, REGISTRY_KINDS
from airseal.model.case import Context
from airseal.model.current import Registry, current_registry, unlawful_seals
from airseal.model.delegation import DelegationEnd
from airseal.model.digest import Digest, sha256
from airseal.model.problem import Problem
from airseal.model.registry import Appointment, Snapshot
from airseal.model.statement import Statement, closure
from airseal.model.waiting import Waiting, waiting

Body = TypeVar("Body")


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
        self._registries: dict[str, Registry | None] = {}
        self._unlawful: dict[str, frozenset[Digest]] = {}
        self._paths = Paths(self._anchors, self._accepted)
        self._entitlement = Entitlement(self._anchors, self._accepted, self._paths)

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """The enrolled roots."""
        return tuple(self._anchors.values())

    def copy(self) -> "TrustedSet":
        """An independent set to try an import on; the original stays untouched."""
        twin = TrustedSet(self._anchors.values(), stampers=self._stampers)
        twin._accepted = self._accepted.copy()
        twin._parked = dict(self._parked)
        twin._paths = self._paths.copy(twin._anchors, twin._accepted)
        twin._entitlement = Entitlement(twin._anchors, twin._accepted, twin._paths)
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
                self._entitlement.check(signed)
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
        self._entitlement.check(signed)

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
        self._paths.forget(unit)
        self._entitlement.forget()

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
        lists = self._paths.by_everything(unit)
        known = earlier._paths.by_everything(unit)
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
        validator = self._paths.by(unit, registry.charter_id, registry.revocation[0])
        validator.validate(certificate, at)

    def _missing(self, signed: Signed) -> tuple[Digest, ...]:
        return tuple(parent for parent in signed.statement.on if parent not in self._accepted)

    def _keep(self, signed: Signed) -> None:
        statement = signed.statement
        self._accepted.add(signed)
        if statement.kind in REGISTRY_KINDS:
            self._registries.pop(statement.unit, None)
            self._unlawful.pop(statement.unit, None)
            self._paths.learn(statement.unit)

    def _held_parents(self, statement: Statement) -> Iterator[Statement]:
        return (self._accepted[key].statement for key in statement.on if key in self._accepted)

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
        if signed is None:
            return None
        return self._paths.by_everything(statement.unit).revoked_since(signed.certificate)

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
        units = sorted(self._anchors)
        lists = (f"{unit} {self._paths.by_everything(unit).fingerprint}" for unit in units)
        return " ".join([*lists, *sorted(sha256(root) for root in self._stampers())])

    @property
    def office(self) -> tuple[Statement, ...]:
        """The delegations, their ends and the trainings of every unit, ordered by id."""
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
