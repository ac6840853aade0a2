"""The policy pack (制度包): a unit's own rules as signed data, each citing its clause.

This is the part the first journey needs; the full set of settings C-01 to C-30 widens it
here and nowhere else (SU-08, SU-09).
"""

from dataclasses import dataclass

from airseal.model.level import Level
from airseal.model.password import PasswordRule
from airseal.model.people import Post
from airseal.model.use import Operator


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """How many approvals of which post a use of one seal type needs (AP-04, C-05)."""

    seal_type: str
    post: Post
    approvals: int
    clause: str


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """One version of the unit's rules; an act is judged by the version it names.

    ``approvals`` has at most one rule for a seal type. ``placement_tolerance_um``: how far
    the custodian may move a seal from its approved centre, in µm.
    ``checks_before_sealing``: whether the drafter's and the clerk's confirmations stand
    between approval and sealing (DC-12). ``approver_may_seal``: C-28. ``password_*``: C-10,
    made stricter by the machine's level. ``one_pin_decisions``: whether one PIN signs a batch
    of decisions; ``one_pin_sealings``: up to which level it seals a batch, None for never
    (AC-04). ``idle_minutes``: after how long without a key the station locks (SC-03).
    """

    number: int
    title: str
    issuer: str
    effective: str
    trial: bool
    legal_basis: str
    approvals: tuple[ApprovalRule, ...]
    placement_tolerance_um: int
    checks_before_sealing: bool
    approver_may_seal: bool
    password_min_length: int = 8
    password_max_age_days: int = 60
    one_pin_decisions: bool = True
    one_pin_sealings: Level | None = Level.INTERNAL
    operator: Operator = Operator.CUSTODIAN
    idle_minutes: int = 10

    def __post_init__(self) -> None:
        if len({rule.seal_type for rule in self.approvals}) != len(self.approvals):
            raise ValueError("two rules for one seal type")
        if min(self.password_min_length, self.password_max_age_days, self.idle_minutes) < 1:
            raise ValueError("a length or time below one")

    @property
    def series(self) -> str:
        """``policy``: one pack is current at a time."""
        return "policy"

    @property
    def passwords(self) -> PasswordRule:
        """What this pack asks of passwords (C-10)."""
        return PasswordRule(self.password_min_length, self.password_max_age_days)

    def one_pin_seals(self, level: Level) -> bool:
        """Whether papers of ``level`` may be sealed in a batch with one PIN (AC-04)."""
        return self.one_pin_sealings is not None and self.one_pin_sealings.covers(level)

    def rule_for(self, seal_type: str) -> ApprovalRule | None:
        """The approval rule for ``seal_type``; None means the type may not be used."""
        return next((rule for rule in self.approvals if rule.seal_type == seal_type), None)
