"""What a screen may ask of the program around it, without knowing the application class."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from airseal.model.level import Level
from airseal.model.people import Post

if TYPE_CHECKING:
    from airseal.screens.tour import Tour


@dataclass(frozen=True, slots=True)
class Situation:
    """Who sits where: what the banner on every screen says. Names are outside text.

    Before login only ``demo`` and ``practice`` may be known: a guest sees nothing of the
    station (SC-03). Practice (SU-05) is a demonstration on TEST seals.
    """

    station: str = ""
    level: Level | None = None
    demo: bool = False
    person: str = ""
    post: Post | None = None
    practice: bool = False


class Shell(Protocol):
    """The running program, as screens see it."""

    situation: Situation

    @property
    def tour(self) -> "Tour | None":
        """The guided tour of practice, if practice is under way."""

    def switch_language(self) -> None:
        """Write in the next language from now on."""

    def switch_theme(self) -> None:
        """Paint in the next theme from now on."""

    def lock(self) -> None:
        """Forget every screen and go back to the first one, the login."""

    def leave_program(self) -> None:
        """End the program."""

    def internal_error(self, error: Exception) -> None:
        """Tell the person by a reference; nothing of ``error`` itself is shown."""
