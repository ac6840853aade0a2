"""The shelf: statements a station holds already, taken down when somebody asks for one.

What stands in the station's own ledger was examined before it was committed, and the chain
shows that it is still what was committed. It is therefore *recalled*, not verified again, and
only when it is needed; ``airseal store check --signatures`` verifies all of it anew.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Final, Protocol

from airseal.evidence.signed import Signed
from airseal.evidence.wire import CASE_KINDS, GENERAL_KINDS
from airseal.model.digest import Digest
from airseal.model.request import Request, Sealing
from airseal.model.statement import Held, Statement


class Shelf(Protocol):
    """Accepted statements in safe keeping; what is put there later need not be seen."""

    def has(self, statement: Digest) -> bool:
        """Whether the statement is here."""

    def take(self, statement: Digest) -> Signed:
        """One statement that is here; raises ``KeyError``."""

    def case(self, case: Digest) -> Collection[Digest]:
        """The statements of one case, its request included; empty for a case not held."""

    def cases(self) -> Collection[Digest]:
        """Every case of which something is here."""

    def naming(self, document: Digest) -> Collection[Digest]:
        """The cases in whose statements a document is named, in any form it ever had."""

    def witnessed(self, statement: Statement) -> datetime | None:
        """When somebody else than its signer brought a statement here, by the ledger's clock."""

    def registry(self) -> Iterable[Signed]:
        """The registry documents, delegations and trainings, which are few."""


class MemoryShelf:
    """A shelf of what is at hand already."""

    def __init__(self, accepted: Iterable[Signed] = ()) -> None:
        self._accepted = {signed.id: signed for signed in accepted}

    def has(self, statement: Digest) -> bool:
        """See :class:`Shelf`, here and below."""
        return statement in self._accepted

    def take(self, statement: Digest) -> Signed:
        """Raises ``KeyError``."""
        return self._accepted[statement]

    def case(self, case: Digest) -> Collection[Digest]:
        """By looking at every statement."""
        return [key for key, held in self._of_cases() if held == case]

    def cases(self) -> Collection[Digest]:
        """By looking at every statement."""
        return {case for _, case in self._of_cases()}

    def naming(self, document: Digest) -> Collection[Digest]:
        """By looking at every statement."""
        held = self._accepted
        return {c for key, c in self._of_cases() if document in _documents_of(held[key].statement)}

    def witnessed(self, statement: Statement) -> datetime | None:
        """What only lies in memory nobody has witnessed."""
        del statement
        return None

    def registry(self) -> Iterable[Signed]:
        """By looking at every statement."""
        held = self._accepted.values()
        return [signed for signed in held if signed.statement.kind in GENERAL_KINDS]

    def _of_cases(self) -> Iterator[tuple[Digest, Digest]]:
        for key, signed in self._accepted.items():
            if signed.statement.kind in CASE_KINDS:
                yield key, signed.statement.case or key


def _documents_of(statement: Statement) -> tuple[Digest, ...]:
    """The documents that an act is about: as they were asked for, or as one was sealed."""
    match statement.body:
        case Request(grant=grant):
            return tuple(one.digest for one in grant.documents)
        case Sealing(output=output):
            return (output,)
        case _:
            return ()


BARE: Final = MemoryShelf()


class Holdings:
    """Accepted statements: those on the shelf, and those accepted since."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._new: dict[Digest, Signed] = {}
        self._cases: dict[Digest, set[Digest]] = {}
        self._named: dict[Digest, set[Digest]] = {}
        """The cases of what is new, by the documents that it names."""
        self._registry = {signed.id: signed for signed in shelf.registry()}

    def copy(self) -> "Holdings":
        """Independent holdings over the same shelf."""
        twin = Holdings(BARE)
        twin._shelf = self._shelf
        twin._new = dict(self._new)
        twin._cases = {case: set(ids) for case, ids in self._cases.items()}
        twin._named = {document: set(cases) for document, cases in self._named.items()}
        twin._registry = dict(self._registry)
        return twin

    def add(self, signed: Signed) -> None:
        """Hold one more."""
        statement = signed.statement
        if statement.kind in GENERAL_KINDS:
            self._registry[signed.id] = signed
            return
        self._new[signed.id] = signed
        if statement.kind in CASE_KINDS:
            case = statement.case or statement.id
            self._cases.setdefault(case, set()).add(statement.id)
            for document in _documents_of(statement):
                self._named.setdefault(document, set()).add(case)

    def __contains__(self, statement: Digest) -> bool:
        return statement in self._new or statement in self._registry or self._shelf.has(statement)

    def __getitem__(self, statement: Digest) -> Signed:
        """One that is held; raises ``KeyError``."""
        return (
            self._registry.get(statement) or self._new.get(statement) or self._shelf.take(statement)
        )

    def get(self, statement: Digest) -> Signed | None:
        """One, if it is held."""
        found = self._registry.get(statement) or self._new.get(statement)
        if found is None and self._shelf.has(statement):
            found = self._shelf.take(statement)
        return found

    @property
    def cases(self) -> tuple[Digest, ...]:
        """Every case of which something is held."""
        return tuple(dict.fromkeys(chain(self._shelf.cases(), self._cases)))

    def case(self, case: Digest) -> list[Signed]:
        """What is held of one case, ordered by id."""
        # Every act relies on its request: of a request that is new, the shelf has nothing.
        earlier = () if case in self._new else self._shelf.case(case)
        return [self[key] for key in sorted({*earlier, *self._cases.get(case, ())})]

    def naming(self, document: Digest) -> tuple[Digest, ...]:
        """The cases in whose statements a document is named, sorted; it reads no other case."""
        return tuple(sorted({*self._shelf.naming(document), *self._named.get(document, ())}))

    def witnessed(self, statement: Statement) -> datetime | None:
        """See :class:`Shelf`."""
        return self._shelf.witnessed(statement)

    def registry(self) -> Iterable[Signed]:
        """The registry documents, delegations and trainings of every unit."""
        return self._registry.values()

    @property
    def statements(self) -> Held:
        """To look one up without its signature."""
        return _Statements(self)


class _Statements:
    """Holdings without their signatures; only what is looked up is recalled."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and Digest(key) in self._holdings

    def __getitem__(self, key: Digest) -> Statement:
        return self._holdings[key].statement
