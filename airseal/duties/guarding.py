"""Guarding: a clock or a ledger that does not fit is noticed, and a person answers for it.

The local clock is compared with the ledger (E-04); the ledger with its head on the
custodian's token, which a copy of the disk does not hold (DESIGN §6 Journals).
"""

from contextlib import suppress

from airseal.evidence.partners import ALARM, ALARM_SETTLED, alarms, restores
from airseal.evidence.records import CLOCK_ACCEPTED, clock_mark
from airseal.evidence.tokenhead import TokenHead, decode_head, encode_head, head_label
from airseal.keys.tokenhost import TokenKey
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


def check_head(ports: Ports, token: TokenKey) -> None:
    """Raise ``LEDGER_ROLLED_BACK`` (``sequence``) when the ledger lost what the token knows.

    A head from before a restore that was recorded here says nothing any more. What was found
    becomes an alarm about this station itself.
    """
    own = ports.station
    for value in token.notes(head_label(own.unit, own.id)):
        head = decode_head(value)
        if head is None or head.restores < restores(ports.store.desk) or _holds(ports, head):
            continue
        event = ports.event(
            ALARM,
            unit=own.unit,
            station=own.id,
            bundle="",
            code="LEDGER_ROLLED_BACK",
            params={"sequence": head.sequence},
        )
        ports.store.commit([event])
        raise Problem("LEDGER_ROLLED_BACK", sequence=head.sequence)


def keep_head(ports: Ports, token: TokenKey) -> None:
    """Leave the ledger's head on the token; an older one there still is a beginning of it."""
    head = ports.store.head
    value = encode_head(TokenHead(head.hash.hex(), restores(ports.store.desk), head.sequence))
    # A token that was pulled has nothing more to say; the act itself is done.
    with suppress(Problem):
        token.write_note(head_label(ports.station.unit, ports.station.id), value)


def _holds(ports: Ports, head: TokenHead) -> bool:
    """Whether the head is a place in the ledger."""
    if head.sequence > ports.store.head.sequence:
        return False
    return ports.store.entry(head.sequence).hash.hex() == head.hash


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
