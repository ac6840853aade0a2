"""The way into practice and out again, from any login (SU-05).

Practice takes the place of the station that was to be opened: the program begins at the page
of its people, and locking leads back there, until Esc ends it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from airseal.screens.base import AirsealScreen
from airseal.screens.shell import Situation
from airseal.screens.work import Work

if TYPE_CHECKING:
    from airseal.screens.start import StartScreen
    from airseal.screens.tour import Tour

First = Callable[[], AirsealScreen[Any]]
Login = Callable[[Path, Path, str], AirsealScreen[Any]]
"""The login of the station in a home, with a medium, of a person; as practice."""


class Host(Protocol):
    """What practice asks of the application."""

    tour: "Tour | None"
    ending: Callable[[], None] | None
    """Called once when the program ends, if it is still there then."""

    @property
    def beginning(self) -> tuple[First, Situation]:
        """The first screen, and what the banner says before a login."""

    def begin_at(self, first: First, situation: Situation) -> None:
        """Forget every screen and the person; from now on locking leads to ``first``."""

    def push_screen(self, screen: AirsealScreen[Any]) -> Any:
        """Show ``screen``."""


def practice_at(host: Host, login: Login) -> Callable[[Work], Callable[[], None]]:
    """What a login needs to offer practice: builds it in a thread, and hands back what opens it."""

    def build(work: Work) -> Callable[[], None]:
        from airseal.founding.practice import Practice

        practice = Practice.begin(work)
        from airseal.screens.start import StartScreen
        from airseal.screens.tour import FIRST, TOURS, Tour

        def go() -> None:
            before = host.beginning
            tour = Tour()
            host.tour, host.ending = tour, practice.close

            def chosen(person: str) -> None:
                one = practice.home.person(person)
                tour.begin(TOURS[one.post], one.password, one.pin)
                station = practice.home.stations[one.post]
                host.push_screen(login(station, practice.home.usb, person))

            def ended() -> None:
                host.tour = host.ending = None
                practice.close()
                host.begin_at(*before)

            def first() -> "StartScreen":
                tour.begin(FIRST)
                return StartScreen(practice.home.people, chosen, ended=ended)

            host.begin_at(first, Situation(demo=True, practice=True))

        return go

    return build
