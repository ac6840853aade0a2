"""The policy pack (制度包): a unit's own rules as signed data, each citing its clause (SU-08).

It has three parts, each in a module of its own: ``settings``, ``catalogue`` and the rows of
the authority matrix (``matrix``). ``route`` is the question they answer together: who must
approve this, or why nobody can.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from airseal.model.allowance import AllowanceState, judge_print
from airseal.model.catalogue import Catalogue
from airseal.model.channel import Channel
from airseal.model.delivery import DeliveryState
from airseal.model.level import Level
from airseal.model.matrix import Demand, Row, Step, union
from airseal.model.matter import PARTY_KIND, WINDOWED, Importance, Matter, Special
from airseal.model.moment import parse_day
from airseal.model.password import PasswordRule
from airseal.model.people import Post, Role
from airseal.model.periods import Period, complete_periods, is_due, last_day, waiting
from airseal.model.problem import Problem
from airseal.model.settings import Settings
from airseal.model.steps import FlowStep


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """One version of the unit's rules; an act is judged by the version it names (SU-09).

    ``flow`` are the steps of the unit's physical seal in their order (AP-01).
    ``owner`` answers questions about the rules (解释权), ``effective`` is their first day.
    Raises ``ValueError`` for two rows of one name and for rows about kinds or seal types
    that the catalogue does not have; the message names the row.
    """

    number: int
    title: str
    issuer: str
    owner: str
    effective: str
    trial: bool
    legal_basis: str
    catalogue: Catalogue
    matrix: tuple[Row, ...]
    settings: Settings = field(default_factory=Settings)
    flow: tuple[FlowStep, ...] = ()

    def __post_init__(self) -> None:
        if self.number < 1 or not self.title.strip():
            raise ValueError("a pack without number or title")
        parse_day(self.effective)
        kinds = {kind.id for kind in self.catalogue.kinds}
        types = {one.id for one in self.catalogue.seal_types}
        names = [row.id for row in self.matrix]
        for row in self.matrix:
            if names.count(row.id) > 1:
                raise ValueError(f"two rows of one name: {row.id}")
            if strange := {*row.kinds} - kinds or {*row.seal_types} - types:
                raise ValueError(f"a row about something unknown: {row.id}, {min(strange)}")
        steps = [step.id for step in self.flow]
        if twice := {step for step in steps if steps.count(step) > 1}:
            raise ValueError(f"two steps of one name: {min(twice)}")
        if strange := {*self.settings.standalone_kinds} - kinds:
            raise ValueError(f"a scope with something unknown: {min(strange)}")

    @property
    def series(self) -> str:
        """``policy``: one pack is current at a time."""
        return "policy"

    @property
    def passwords(self) -> PasswordRule:
        """What this pack asks of passwords (C-10)."""
        return PasswordRule(self.settings.password_min_length, self.settings.password_max_age_days)

    @property
    def allows_blanks(self) -> bool:
        """Whether numbered blank forms of registered templates may be sealed (C-01)."""
        return self.settings.blank_forms == "registered"

    @property
    def allows_windows(self) -> bool:
        """Whether some request may be for a time: a loan or off-site use (C-07, C-19)."""
        offered = {one for row in self.matrix for one in row.specials}
        return any(one in offered and self._judge_special(one) is None for one in WINDOWED)

    def one_pin_seals(self, level: Level, importance: Importance = Importance.GENERAL) -> bool:
        """Whether papers of ``level`` may be sealed in a batch with one PIN (AC-04).

        Important papers (重要文件) never are.
        """
        highest = self.settings.one_pin_sealings
        general = importance is Importance.GENERAL
        return general and highest is not None and highest.covers(level)

    @property
    def ceilings(self) -> dict[Channel, Level]:
        """The highest level that may leave by a channel (C-25); a medium's is its station's."""
        rules = self.settings
        return {Channel.QR: rules.channel_qr, Channel.NETWORK: rules.channel_network}

    def judge_size(self, channel: Channel, size: int) -> Problem | None:
        """``ATTACHMENT_TOO_LARGE`` (``limit`` in MB) over the channel's limit (DC-15).

        ``size`` in bytes is that of one file with the attachments inside it. What may leave as
        QR codes is limited by the codes themselves.
        """
        match channel:
            case Channel.MEDIUM:
                megabytes = self.settings.attachment_medium_mb
            case Channel.NETWORK:
                megabytes = self.settings.attachment_network_mb
            case Channel.QR:
                return None
        fits = size <= megabytes << 20
        return None if fits else Problem("ATTACHMENT_TOO_LARGE", limit=megabytes)

    def judge_print(self, state: AllowanceState, post: Post, *, issuing: bool) -> Problem | None:
        """Why ``post`` may not print one more copy, or None (C-08, C-09, PR-05).

        ``issuing``: at the unit that sealed it, where more than allowed is never printed.
        """
        rules = self.settings
        over = rules.over_quota_issuing if issuing else rules.over_quota_receiving
        return judge_print(state, post, operator=rules.printing_operator, over_quota=over)

    def judge_witnesses(self, present: Iterable[tuple[str, str]]) -> Problem | None:
        """Whether enough are there to change or destroy a seal, or why not (C-14, LC-34).

        ``present`` are person and what they stand for: as many people, each for something else.
        ``WITNESSES_MISSING`` (``missing``).
        """
        pairs = set(present)
        distinct = min(len({person for person, _ in pairs}), len({part for _, part in pairs}))
        missing = self.settings.witnesses - distinct
        return Problem("WITNESSES_MISSING", missing=missing) if missing > 0 else None

    def judge_maker(self, maker: str) -> Problem | None:
        """``MAKER_UNKNOWN`` (``name``) for a seal maker that is not on the unit's list (C-15).

        Without a list, seals are made by the unit's own seal department only, named "".
        """
        known = maker in self.settings.makers if self.settings.makers else not maker
        return None if known else Problem("MAKER_UNKNOWN", name=maker)

    def judge_enabling(self, filing: str) -> Problem | None:
        """``SEAL_NOT_FILED`` for a seal without filing number, where one is asked (LC-15)."""
        asked = self.settings.filing_before_enabling and not filing.strip()
        return Problem("SEAL_NOT_FILED") if asked else None

    def checked_until(self, *days: str) -> str:
        """The last day by which a seal must be checked again (LC-24, SU-01).

        ``days`` are those on which it was looked at: its last passed check, and the day its
        entry in the register was signed, for which the seal department had it. The latest counts.
        """
        return last_day(max(days), self.settings.check_cycle_months)

    def judge_checked(self, seal: str, until: str, today: str) -> Problem | None:
        """``SEAL_CHECK_OVERDUE`` (``seal``, ``until``) after the day of ``checked_until``.

        Only where the pack stops a seal that nobody looks after (LC-24); elsewhere it reminds.
        """
        match self.settings.check_overdue:
            case "block" if today > until:
                return Problem("SEAL_CHECK_OVERDUE", seal=seal, until=until)
            case "block" | "remind":
                return None

    def summary_periods(self, first: date, today: date) -> tuple[Period, ...]:
        """The periods that are over and need a summary table, where sealing began on ``first``.

        The oldest first (RE-04).
        """
        return tuple(complete_periods(first, today, self.settings.summary_months))

    def trained(self, last: str | None, today: str) -> bool:
        """Whether training passed on ``last`` still holds (SU-05)."""
        return not is_due(last, self.settings.training_months, today)

    def training_ends(self, last: str) -> date:
        """The last day on which training passed on ``last`` holds (SU-05)."""
        return parse_day(last_day(last, self.settings.training_months))

    @property
    def demands_training(self) -> bool:
        """Whether nobody acts, and keeps a seal, without a training that holds (SU-05, LC-17)."""
        return self.settings.training == "demand"

    def waiting(self, sent: datetime, now: datetime, deadline: datetime | None) -> DeliveryState:
        """Where a delivery without a receipt stands (C-24, TX-10)."""
        return waiting(sent, now, self.settings.late_hours, deadline)

    def route(self, matter: Matter, level: Level, seal_types: Iterable[str]) -> Demand:
        """Who must approve seals of these types on a paper about ``matter`` (AP-04).

        Raises ``Problem`` where nobody can: the codes of ``Catalogue.judge``,
        ``PARTY_DOCUMENT`` and ``FLOW_REF_MISSING`` (C-03), ``SPECIAL_FORBIDDEN`` (AP-20) and
        ``POLICY_NO_RULE`` for a seal type that no row with a step is about.
        """
        types = tuple(dict.fromkeys(seal_types))
        problem = self.catalogue.judge(matter.kind, types) or self._judge_source(matter)
        if problem is not None:
            raise problem
        found: list[Demand] = []
        for seal_type in types:
            rows = [row for row in self.matrix if row.matches(seal_type, matter, level)]
            if not any(row.steps for row in rows):
                raise Problem("POLICY_NO_RULE", type=seal_type)
            if matter.special and not any(matter.special in row.specials for row in rows):
                raise Problem("SPECIAL_FORBIDDEN", special=matter.special)
            found += [row.demand for row in rows]
        return union([*found, *self._beside(matter)])

    def _judge_source(self, matter: Matter) -> Problem | None:
        """C-03 and AP-20: where the paper comes from, and what else is asked with it."""
        rules = self.settings
        if matter.kind == PARTY_KIND and not rules.allow_party_docs:
            return Problem("PARTY_DOCUMENT")
        if rules.require_flow_ref and not matter.flow_ref.strip():
            return Problem("FLOW_REF_MISSING")
        return self._judge_special(matter.special)

    def _judge_special(self, special: Special | None) -> Problem | None:
        """Whether seals may be used elsewhere, or lent, at all (C-07, C-19)."""
        rules = self.settings
        match special:
            case Special.OFFSITE if rules.offsite == "forbid":
                return Problem("SPECIAL_FORBIDDEN", special=Special.OFFSITE)
            case Special.LOAN | Special.TRANSFER if rules.lending == "forbid":
                return Problem("SPECIAL_FORBIDDEN", special=special)
            case _:
                return None

    def _beside(self, matter: Matter) -> Iterator[Demand]:
        """What settings ask beside the rows: two directors (AP-18), the review (AP-14)."""
        rules = self.settings
        outside = bool(rules.standalone_kinds) and matter.kind not in rules.standalone_kinds
        if rules.double_director == "always" or (rules.double_director == "outside" and outside):
            steps = (Step(Role.OFFICE_DIRECTOR), Step(Role.WORKGROUP_DIRECTOR))
            yield Demand(steps, rows=("standalone.double_director",))
        if rules.seal_department_review:
            yield Demand((Step(Role.SEAL_DEPARTMENT),), rows=("approval.review",))
