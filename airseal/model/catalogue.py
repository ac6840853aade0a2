"""The catalogue of a policy pack: kinds of paper, types of seal, and which may meet (LC-11).

C-02, AP-15, AP-16 and X-03 are answered here; whether the meeting is then approved is the
matrix's question (``airseal.model.matrix``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from airseal.model.format import Element
from airseal.model.matter import is_kind
from airseal.model.people import Role
from airseal.model.problem import Problem


class ArchiveClass(StrEnum):
    """The classes of archives (X-20)."""

    TEN = "10-years"
    THIRTY = "30-years"
    PERMANENT = "permanent"

    @property
    def years(self) -> int | None:
        """How long; None for ever."""
        match self:
            case ArchiveClass.TEN:
                return 10
            case ArchiveClass.THIRTY:
                return 30
            case ArchiveClass.PERMANENT:
                return None


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of paper (文种). ``excluded``: no electronic seal by law, on any seal (X-03).

    ``archive`` is its archive class (保管期限), None where the pack's own years suffice (X-20).
    ``elements`` are those of a 公文 that a paper of this kind must have, each once (DC-16).
    """

    id: str
    name: str
    excluded: bool = False
    archive: ArchiveClass | None = None
    elements: tuple[Element, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.elements)) != len(self.elements):
            raise ValueError(f"an element twice: {self.id}")
        if not is_kind(self.id) or not self.name.strip():
            raise ValueError(f"a kind outside its form: {self.id}")


@dataclass(frozen=True, slots=True)
class SealType:
    """A type of seal (印章种类): its scope and what it is never put on.

    ``scope`` are the kinds it is for, empty for every kind that is not forbidden (AP-15);
    ``forbidden`` the kinds that C-02 keeps from it (AP-16). ``proxy_approver`` approves its
    proxy custody (C-16).
    """

    id: str
    name: str
    scope: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    proxy_approver: Role = Role.OFFICE_DIRECTOR

    def __post_init__(self) -> None:
        if not is_kind(self.id) or not self.name.strip():
            raise ValueError(f"a seal type outside its form: {self.id}")
        if twice := set(self.scope) & set(self.forbidden):
            raise ValueError(f"in scope and forbidden at once: {self.id}, {min(twice)}")

    def judge(self, kind: str) -> Problem | None:
        """Why a paper of ``kind`` may not bear this seal, or None (AP-15, AP-16)."""
        if kind in self.forbidden:
            return Problem("KIND_FORBIDDEN", kind=kind, type=self.name)
        if self.scope and kind not in self.scope:
            return Problem("KIND_OUT_OF_SCOPE", kind=kind, type=self.name)
        return None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All kinds and types a unit knows, each named once. Raises ``ValueError`` naming the row."""

    kinds: tuple[DocumentKind, ...]
    seal_types: tuple[SealType, ...]

    def __post_init__(self) -> None:
        for names in ([one.id for one in self.kinds], [one.id for one in self.seal_types]):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"named twice: {min(twice)}")
        for one in self.seal_types:
            if strange := {*one.scope, *one.forbidden} - {kind.id for kind in self.kinds}:
                raise ValueError(f"an unknown kind: {one.id}, {min(strange)}")

    @property
    def kind_names(self) -> dict[str, str]:
        """The name of each kind by its id."""
        return {one.id: one.name for one in self.kinds}

    @property
    def seal_type_names(self) -> dict[str, str]:
        """The name of each seal type by its id."""
        return {one.id: one.name for one in self.seal_types}

    def kind(self, kind: str) -> DocumentKind | None:
        """The entry of a kind."""
        return next((one for one in self.kinds if one.id == kind), None)

    def seal_type(self, seal_type: str) -> SealType | None:
        """The entry of a seal type."""
        return next((one for one in self.seal_types if one.id == seal_type), None)

    def judge(self, kind: str, seal_types: Iterable[str]) -> Problem | None:
        """Why a paper of ``kind`` may not bear seals of these types, or None.

        ``KIND_UNKNOWN``, ``KIND_EXCLUDED``, ``KIND_FORBIDDEN``, ``KIND_OUT_OF_SCOPE`` and
        ``POLICY_NO_RULE`` for a type the catalogue does not have.
        """
        entry = self.kind(kind)
        if entry is None:
            return Problem("KIND_UNKNOWN", kind=kind)
        if entry.excluded:
            return Problem("KIND_EXCLUDED", kind=entry.name)
        for name in seal_types:
            seal_type = self.seal_type(name)
            if seal_type is None:
                return Problem("POLICY_NO_RULE", type=name)
            if (problem := seal_type.judge(kind)) is not None:
                return Problem(problem.code, **{**problem.params, "kind": entry.name})
        return None
