"""The authority matrix (审批权限矩阵): who must approve what (AP-04, AP-06, AP-08, AP-09, C-05).

Rows are keyed on seal type, document kind or 字号, subject, importance and level. Several
rows may match one request: then everything any of them asks is asked, lowest authority
first. Adding a row therefore never lowers what is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from airseal.model.level import Level
from airseal.model.matter import Importance, Matter, Special, Subject
from airseal.model.people import Role

MOST_APPROVALS = 9
"""Approvals of one role that one row may ask."""


@dataclass(frozen=True, slots=True)
class Step:
    """``count`` different people who approve with ``role``."""

    role: Role
    count: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_APPROVALS:
            raise ValueError(f"a step of no or too many approvals: {self.role}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. An empty key means any; ``importance`` and ``level`` mean that and above.

    ``symbols`` are beginnings of a 字号. ``specials`` names the special matters the row
    allows; without it the row is for every request. ``steps`` are asked in the order of the
    roles, ``countersigners`` in any. ``delegable``: whether a representative may approve
    (AP-05, AP-07); ``confirmers``: who must confirm after the use (AP-07). ``clause`` is what
    the row follows.
    """

    id: str
    clause: str
    steps: tuple[Step, ...] = ()
    countersigners: tuple[Role, ...] = ()
    seal_types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    specials: tuple[Special, ...] = ()
    importance: Importance = Importance.GENERAL
    level: Level = Level.PUBLIC
    delegable: bool = True
    confirmers: tuple[Role, ...] = ()

    def __post_init__(self) -> None:
        if not self.id.strip() or not self.clause.strip():
            raise ValueError(f"a row without name or clause: {self.id}")
        roles = [step.role for step in self.steps]
        if not roles and not self.countersigners:
            raise ValueError(f"a row that asks nobody: {self.id}")
        if len(set(roles)) != len(roles):
            raise ValueError(f"a role twice in one row: {self.id}")
        if not set(self.confirmers) <= {*roles, *self.countersigners}:
            raise ValueError(f"a confirmation by somebody who does not approve: {self.id}")

    def matches(self, seal_type: str, matter: Matter, level: Level) -> bool:
        """Whether the row is about a seal of this type on a paper about ``matter``."""
        return (
            (not self.seal_types or seal_type in self.seal_types)
            and (not self.kinds or matter.kind in self.kinds)
            and (not self.symbols or matter.symbol.startswith(self.symbols))
            and (not self.subjects or bool(set(self.subjects) & set(matter.subjects)))
            and (not self.specials or matter.special in self.specials)
            and matter.importance.covers(self.importance)
            and level.covers(self.level)
        )

    @property
    def demand(self) -> "Demand":
        """What this row alone asks."""
        return Demand(
            steps=tuple(sorted(self.steps, key=lambda step: step.role.rank)),
            countersigners=_ranked({*self.countersigners} - {step.role for step in self.steps}),
            delegable=self.delegable,
            confirmers=_ranked(set(self.confirmers)),
            rows=(self.id,),
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """What a request needs: steps in order, countersignatures, who may stand in, who confirms.

    ``rows`` are the ids of the rows it comes from.
    """

    steps: tuple[Step, ...] = ()
    countersigners: tuple[Role, ...] = ()
    delegable: bool = True
    confirmers: tuple[Role, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def asked(self) -> dict[Role, int]:
        """How many approvals of each role."""
        return dict.fromkeys(self.countersigners, 1) | {s.role: s.count for s in self.steps}

    @property
    def total(self) -> int:
        """How many approvals altogether."""
        return sum(self.asked.values())

    def covers(self, other: "Demand") -> bool:
        """Whether whoever satisfies this satisfies ``other`` too."""
        asked, steps = self.asked, {step.role for step in self.steps}
        return (
            all(asked.get(role, 0) >= count for role, count in other.asked.items())
            and {step.role for step in other.steps} <= steps
            and (other.delegable or not self.delegable)
            and set(other.confirmers) <= set(self.confirmers)
        )


def union(demands: Iterable[Demand]) -> Demand:
    """Everything any of them asks, from the lowest authority to the highest (C-05)."""
    every = list(dict.fromkeys(demands))
    if len(every) == 1:
        return every[0]
    counts: dict[Role, int] = {}
    for step in (step for demand in every for step in demand.steps):
        counts[step.role] = max(step.count, counts.get(step.role, 0))
    aside = {role for demand in every for role in demand.countersigners} - set(counts)
    return Demand(
        steps=tuple(Step(role, counts[role]) for role in _ranked(set(counts))),
        countersigners=_ranked(aside),
        delegable=all(demand.delegable for demand in every),
        confirmers=_ranked({role for demand in every for role in demand.confirmers}),
        rows=tuple(dict.fromkeys(row for demand in every for row in demand.rows)),
    )


def _ranked(roles: set[Role]) -> tuple[Role, ...]:
    return tuple(sorted(roles, key=lambda role: role.rank))
