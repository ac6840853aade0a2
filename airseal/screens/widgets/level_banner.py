"""The first line of every screen: secrecy of the open document, station, person, time."""

from datetime import datetime

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from airseal.model.level import Level
from airseal.screens.shell import Situation
from airseal.screens.widgets.paint import content
from airseal.text import level_name, marking, moment, phrase, post_name, safe_text

_SECONDS_BETWEEN_LOOKS = 5


class LevelBanner(Widget):
    """密级 first, since it must never be overlooked (SC-01); then who, where and 本机时间."""

    DEFAULT_CSS = """
    LevelBanner { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._document: tuple[Level, int | None] | None = None

    def on_mount(self) -> None:
        """Keep the clock going."""
        self.set_interval(_SECONDS_BETWEEN_LOOKS, self.refresh)

    def open_document(self, level: Level, years: int | None = None) -> None:
        """Show the marking of the document that is open on this screen."""
        self._document = (level, years)
        self.refresh()

    def close_document(self) -> None:
        """No document is open: show the level of the station again."""
        self._document = None
        self.refresh()

    def render(self) -> Content:
        """Paint the line; what is least needed gives way when it is narrow."""
        width = self.content_size.width
        situation: Situation = getattr(self.app, "situation", Situation())
        clock = content(moment(datetime.now().astimezone()), "$text-muted")
        left = Content(" ").join([*self._signs(situation), *_people(situation, width)])
        gap = width - cell_len(left.plain) - cell_len(clock.plain)
        if gap < 1:
            return left.truncate(width)
        return Content.assemble(left, " " * gap, clock)

    def _signs(self, situation: Situation) -> list[Content]:
        signs = []
        if situation.demo:
            signs.append(content(phrase(" DEMONSTRATION "), "bold $text-warning on $warning-muted"))
        if self._document is not None:
            level, years = self._document
            style = (
                "bold $text-error on $error-muted"
                if level.is_state_secret
                else "bold $text-primary on $primary-muted"
            )
            signs.append(content(f" {marking(level, years)} ", style))
        elif situation.level is not None:
            signs.append(content(phrase("Station: {level}", level=level_name(situation.level))))
        return signs


def _people(situation: Situation, width: int) -> list[Content]:
    parts = []
    if situation.person:
        post = f" {post_name(situation.post)}" if situation.post else ""
        parts.append(content(safe_text(situation.person, 12) + post, "bold"))
    if situation.station and width >= 70:
        parts.append(content(situation.station, "$text-muted", limit=16 if width < 110 else 40))
    return parts
