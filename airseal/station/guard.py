"""The guard at every door of a station: the right to the act, and one PIN for one act.

A refusal for want of a right names it and is written to the ledger as 越权 (AC-03); whether one
PIN may serve a batch is the policy pack's to say (AC-04).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from airseal.duties import staffing
from airseal.evidence.accounts import OVERREACH
from airseal.evidence.records import station_facts
from airseal.evidence.trainings import trained_on
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.matter import Importance
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.rights import ANSWERED_FOR, Right, may
from airseal.ports import Ports
from airseal.store import DeskView
from transfer import media
from transfer.identity import names_of

OVERREACHING: Final = frozenset(
    {
        "RIGHT_MISSING",
        "POST_WRONG",
        "POST_NOT_HELD",
        "CLEARANCE_LOW",
        "CLEARANCE_ROSTER",
        "SEAL_NOT_CUSTODIAN",
        "SEAL_SELF_MANAGED",
        "SEALER_APPROVED",
        "APPROVAL_OWN_REQUEST",
        "USE_RIGHT_MISSING",
        "USE_RIGHT_ENDED",
        "POSTS_KEPT_APART",
        "ACCOUNT_OWN",
        "FLOW_OTHER_DRAFTER",
        "FLOW_OWN_ACT",
    }
)
"""Refusals that mean: this person reached for what is not theirs."""

_ALWAYS_OWN: Final = frozenset({"RIGHT_MISSING", "MEDIUM_NOT_REGISTERED"})
"""Refusals that are this person's own doing, whatever the act was about."""

_ABOUT_OTHERS: Final = frozenset({Right.IMPORT, Right.VERIFY})
"""Acts that are refused for what somebody else has signed."""


def _check_acknowledged(ports: Ports) -> None:
    """SU-08, SU-10: raise ``Problem("RULES_UNACKNOWLEDGED", number=…)`` where that is demanded."""
    pack = _pack(ports)
    if pack is None or pack.settings.acknowledgement == "remind":
        return
    if staffing.is_due(ports):
        raise Problem("RULES_UNACKNOWLEDGED", number=pack.number)


def _check_trained(ports: Ports) -> None:
    """SU-05: raise ``Problem("TRAINING_MISSING")`` where training is demanded and theirs is over.

    It is asked of who acts, when they act; no verdict on what was signed asks it again.
    """
    pack = _pack(ports)
    if pack is None or not pack.demands_training:
        return
    today = ports.clock.now().date().isoformat()
    last = trained_on(ports.evidence, ports.station.unit, ports.account.person, today)
    if not pack.trained(last, today):
        raise Problem("TRAINING_MISSING")


def _pack(ports: Ports) -> PolicyPack | None:
    registry = ports.evidence.registry(ports.station.unit)
    return registry.policy[1] if registry and registry.policy else None


class Guard:
    """Asks for rights on behalf of whoever is logged in; ``ports`` tells who that is now."""

    def __init__(self, ports: Callable[[], Ports]) -> None:
        self._ports = ports
        self._signed: set[Digest] = set()

    @contextmanager
    def acting(self, right: Right) -> Iterator[Ports]:
        """The ports for one act that needs ``right``.

        Raises ``Problem("RIGHT_MISSING", right=…, post=…)``; that, and every other overreach
        while acting, is in the ledger when it is raised.
        """
        ports = self._ports()
        try:
            if not may(ports.account.post, right):
                raise Problem("RIGHT_MISSING", right=right, post=ports.account.post)
            if right in ANSWERED_FOR:
                _check_acknowledged(ports)
                _check_trained(ports)
            yield ports
        except Problem as problem:
            about_self = right not in _ABOUT_OTHERS and problem.code in OVERREACHING
            if about_self or problem.code in _ALWAYS_OWN:
                ports.store.commit([ports.event(OVERREACH, right=right, code=problem.code)])
            raise

    @property
    def desk(self) -> DeskView:
        """What everybody at the station may see, whatever their post."""
        return self._ports().store.desk

    def check_clearance(self, level: Level) -> None:
        """Raise ``Problem("CLEARANCE_LOW", level=…)`` for papers above the person (SC-07).

        The person is cleared as far as the account here and the unit's roster both say.
        """
        ports = self._ports()
        registry = ports.evidence.registry(ports.station.unit)
        held = registry.people.get(ports.account.person) if registry else None
        cleared = [ports.account.clearance, *([held[1].clearance] if held else [])]
        if not all(one.covers(level) for one in cleared):
            raise Problem("CLEARANCE_LOW", level=level)

    def check_medium(self, path: Path) -> None:
        """Raise ``Problem("MEDIUM_NOT_REGISTERED")`` for a medium that is not this station's.

        Where none was registered, a home made for a demonstration takes any, and a formal one
        none (AC-11).
        """
        ports = self._ports()
        allowed = station_facts(ports.store.desk).media
        anything = not allowed and ports.store.demo
        if not anything and not names_of(path) & set(allowed):
            raise Problem("MEDIUM_NOT_REGISTERED")

    def check_writable(self, medium: Path) -> None:
        """As :meth:`check_medium`, and that it is there to be written to; raises ``MEDIUM_*``."""
        self.check_medium(medium)
        media.free_bytes(medium)

    def forget_pin(self) -> None:
        """A new PIN was given: nothing was signed with it yet."""
        self._signed.clear()

    def spend_pin(
        self,
        right: Right,
        case: Digest,
        level: Level,
        importance: Importance = Importance.GENERAL,
    ) -> None:
        """One more case is about to be signed with the PIN given last.

        Raises ``Problem("PIN_EACH")`` where that needs a PIN of its own.
        """
        if self._signed - {case} and not self.one_pin(right, level, importance):
            raise Problem("PIN_EACH")
        self._signed.add(case)

    def one_pin(
        self, right: Right, level: Level, importance: Importance = Importance.GENERAL
    ) -> bool:
        """Whether one PIN may serve several cases of ``level`` and ``importance`` (AC-04).

        What cannot be taken back, voiding and deleting, wants a PIN each, whatever the pack says;
        everything beside sealing is as with decisions.
        """
        pack = _pack(self._ports())
        if pack is None:
            return False
        match right:
            case Right.SEAL:
                return pack.one_pin_seals(level, importance)
            case Right.SETTLE | Right.DELETE:
                return False
            case _:
                return pack.settings.one_pin_decisions
