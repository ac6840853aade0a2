"""The guided tour of practice, above the keys: what to do next on this screen (SU-05)."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from airseal.screens.widgets.paint import content
from airseal.text import phrase

if TYPE_CHECKING:
    from airseal.screens.tour import Tour


class TourLine(Widget):
    """Follows ``tour``, which all screens share; takes no room once it was put away."""

    DEFAULT_CSS = """
    TourLine { height: auto; max-height: 3; padding: 0 1; display: none; background: $surface; }
    TourLine.-shown { display: block; }
    """

    def __init__(self, tour: "Tour", screen: str) -> None:
        super().__init__()
        self._tour = tour
        self._screen = screen

    def on_mount(self) -> None:
        """Say what there is to do on this screen."""
        self.arrive()

    def arrive(self) -> None:
        """The person sees this screen now."""
        self._tour.arrive(self._screen)
        self._show()

    def toggle(self) -> None:
        """Show the tour, or put it away, here and on every other screen."""
        self._tour.hidden = not self._tour.hidden
        self._show()

    def _show(self) -> None:
        self.set_class(not self._tour.hidden, "-shown")
        self.refresh(layout=True)

    def render(self) -> Content:
        """Where the tour stands, and what comes next."""
        return Content.assemble(
            content(self._tour.progress, "bold $primary"),
            content("  "),
            content(self._tour.words),
            content(phrase("  (F12: without the tour)"), "$text-muted"),
        )
