"""The base of the screens behind the login: they have a session and work at its station."""

from collections.abc import Callable
from typing import TypeVar

from airseal.errors import Explained
from airseal.model.people import Post
from airseal.screens.base import AirsealScreen
from airseal.screens.session import Session
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase

Result = TypeVar("Result")
Made = TypeVar("Made")


class StationScreen(AirsealScreen[Result]):
    """A screen that calls duties and queries of the session's station, always in a thread."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    @property
    def post(self) -> Post:
        """The post of the person who is logged in."""
        return self.session.station.account.post

    def at_station(
        self,
        duty: Callable[[Station, Work], Made],
        done: Callable[[Made], None],
        *,
        busy: Phrase,
        failed: Callable[[Explained], None] | None = None,
    ) -> None:
        """Carry out ``duty`` at the station; see :meth:`AirsealScreen.run_duty`."""

        def work_there(work: Work) -> Made:
            with self.session.at_work(work) as station:
                return duty(station, work)

        self.run_duty(work_there, done, busy=busy, failed=failed)
