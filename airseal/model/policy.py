"""The policy pack (制度包): a unit's own rules as signed data, each citing its clause.

This is the part the first journey needs; the full set of settings C-01 to C-30 widens it
here and nowhere else (SU-08, SU-09).
"""

from dataclasses import dataclass

from airseal.model.people import Post


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
    between approval and sealing (DC-12). ``approver_may_seal``: C-28.
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

    def __post_init__(self) -> None:
        if len({rule.seal_type for rule in self.approvals}) != len(self.approvals):
            raise ValueError("two rules for one seal type")

    @property
    def series(self) -> str:
        """``policy``: one pack is current at a time."""
        return "policy"

    def rule_for(self, seal_type: str) -> ApprovalRule | None:
        """The approval rule for ``seal_type``; None means the type may not be used."""
        return next((rule for rule in self.approvals if rule.seal_type == seal_type), None)
