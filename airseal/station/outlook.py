"""What a person is told before it is too late, and what the station knows of others (E-07)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from airseal.duties import foreseeing
from airseal.duties.foreseeing import Heard, Import
from airseal.evidence.board import Board
from airseal.model.ending import Ending, Ends, ending_soon
from airseal.model.waiting import Waiting
from airseal.ports import Ports
from airseal.station.case_rows import Stack
from airseal.station.own import Own

__all__ = ["Heard", "Import", "Outlook"]


@dataclass(frozen=True, slots=True)
class Outlook:
    """See the module. ``stack`` is all cases the person may read, ``board`` is up to date."""

    _ports: Ports
    _own: Own
    _stack: Callable[[], Stack]
    _board: Callable[[], Board]

    def endings(self) -> tuple[Ends, ...]:
        """What has ended or ends soon, the most pressing first; ended delegations are history."""
        now = self._ports.clock.now()
        found = [
            *foreseeing.endings(self._ports, self._board),
            *self._password(now),
            *self._terms(),
        ]
        today, gone = now.date(), (Ending.DELEGATION, Ending.USE_RIGHT)
        standing = (one for one in found if one.what not in gone or one.last >= today)
        return ending_soon(standing, today, foreseeing.lead_days(self._ports))

    def heard(self) -> tuple[Heard, ...]:
        """Every partner station with the time of the last import from it (截至上次导入)."""
        return foreseeing.heard(self._ports)

    def imports(self) -> tuple[Import, ...]:
        """Every bundle that was imported here."""
        return tuple(foreseeing.imports(self._ports))

    def waiting(self) -> tuple[Waiting, ...]:
        """The parked statements, with what each lacks and who has it."""
        return self._ports.evidence.waiting

    def _password(self, now: datetime) -> Iterator[Ends]:
        days = self._own.days_left
        if days is not None:
            yield Ends(Ending.PASSWORD, self._ports.account.person, _after(now, days))

    def _terms(self) -> Iterator[Ends]:
        """The terms of cases that wait for their seal and have not run out (AP-11)."""
        today = self._ports.clock.now().timestamp()
        for line in self._stack().lines:
            if line.until is not None and line.until > today:
                last = datetime.fromtimestamp(line.until - 1).date()
                yield Ends(Ending.TERM, line.case, last)


def _after(now: datetime, days: int) -> date:
    return (now + timedelta(days=days)).date()
