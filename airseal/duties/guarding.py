"""Guarding: a person answers for a clock or a ledger that does not fit (E-04, AC-12)."""

from airseal.evidence.partners import ALARM_SETTLED, alarms
from airseal.evidence.records import CLOCK_ACCEPTED, clock_mark
from airseal.model.clock import ClockState, clock_state
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.ports import Ports


def state_of_clock(ports: Ports) -> ClockState:
    """The clock against the highest time in the ledger."""
    return clock_state(clock_mark(ports.store.desk), ports.clock.now())


def accept_clock(ports: Ports, reason: str) -> None:
    """Believe the clock as it is now; the reason is in the ledger.

    A clock that was set back is for the security administrator, one that leapt ahead for
    whoever is on duty. Raises ``CLOCK_STEADY``, ``POST_WRONG``, ``REASON_MISSING``.
    """
    state = state_of_clock(ports)
    match state:
        case ClockState.STEADY:
            raise Problem("CLOCK_STEADY")
        case ClockState.BEHIND:
            _require_security_admin(ports)
        case ClockState.AHEAD:
            pass
    mark = clock_mark(ports.store.desk)
    assert mark is not None
    event = ports.event(
        CLOCK_ACCEPTED, state=state.value, mark=mark.isoformat(), reason=_given(reason)
    )
    ports.store.commit([event])


def settle_alarm(ports: Ports, unit: str, station: str, reason: str) -> None:
    """Take what the station showed last as its history from now on; the reason is recorded.

    Raises ``POST_WRONG`` for anybody but the security administrator, ``ALARM_UNKNOWN``,
    ``REASON_MISSING``.
    """
    _require_security_admin(ports)
    alarm = next(
        (one for one in alarms(ports.store.desk) if (one.unit, one.station) == (unit, station)),
        None,
    )
    if alarm is None:
        raise Problem("ALARM_UNKNOWN")
    event = ports.event(
        ALARM_SETTLED,
        unit=unit,
        station=station,
        code=alarm.problem.code,
        reason=_given(reason),
    )
    ports.store.commit([event])


def _require_security_admin(ports: Ports) -> None:
    if ports.account.post is not Post.SECURITY_ADMIN:
        raise Problem("POST_WRONG", post=ports.account.post)


def _given(reason: str) -> str:
    if not reason.strip():
        raise Problem("REASON_MISSING")
    return reason.strip()
