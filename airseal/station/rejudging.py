"""What newer lists changed in the verdicts on cases held here: every door passes the guard."""

from collections.abc import Sequence

from airseal.duties import rejudging
from airseal.evidence.rejudging import Change, Pending
from airseal.evidence.trusted import TrustedSet
from airseal.model.digest import Digest
from airseal.model.rights import Right
from airseal.station.guard import Guard


class Rejudging:
    """See the module; the duty says what each method does."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._before: tuple[str, TrustedSet] | None = None

    def step(self) -> bool:
        """Judge the next few cases again; whether there is more to do."""
        with self._guard.acting(Right.READ) as ports:

            def before(one: Pending) -> TrustedSet:
                if self._before is None or self._before[0] != one.key:
                    self._before = one.key, rejudging.trusted_before(ports, one)
                return self._before[1]

            more = rejudging.step(ports, before)
            if not more:
                self._before = None
            return more

    def is_due(self) -> bool:
        """Whether there is anything to judge again."""
        with self._guard.acting(Right.READ) as ports:
            return rejudging.is_due(ports)

    def unseen(self) -> tuple[Change, ...]:
        """The verdicts that changed and that nobody has seen, newest first."""
        with self._guard.acting(Right.READ) as ports:
            return rejudging.unseen(ports)

    def see(self, cases: Sequence[Digest]) -> None:
        """List the changes of ``cases`` no more."""
        with self._guard.acting(Right.VERIFY) as ports:
            rejudging.see(ports, cases)
