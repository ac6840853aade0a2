"""The first line of every screen: secrecy of the open document, station, person, time."""

from datetime import datetime

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from airseal.model.level import Level
from airseal.screens.shell import Situation
from airseal.screens.widgets.cells import fitted
from airseal.screens.widgets.paint import content
from airseal.text import level_name, marking, moment, phrase, post_name, safe_text

_SECONDS_BETWEEN_LOOKS = 5
_LONGEST_NAME = 12
_LONGEST_STATION = 60
_SHORTEST_STATION = 8


class LevelBanner(Widget):
    """密级 first, since it must never be overlooked (SC-01); then who, where and 本机时间.

    A document that was opened on a screen stays open on those that are opened from there.
    """

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
        """Paint the line; the station's name gets only the room that the rest leaves."""
        width = self.content_size.width
        situation: Situation = getattr(self.app, "situation", Situation())
        clock = content(moment(datetime.now().astimezone()), "$text-muted")
        left = Content(" ").join([*self._signs(situation), *_person(situation)])
        room = width - cell_len(left.plain) - cell_len(clock.plain) - 2
        if room < 0:
            return left.truncate(width)
        station = ""
        if room >= _SHORTEST_STATION:
            station = fitted(safe_text(situation.station, _LONGEST_STATION), room)
        return Content.assemble(
            left, " ", content(station or " " * room, "$text-muted", room), " ", clock
        )

    @property
    def document(self) -> tuple[Level, int | None] | None:
        """Level and years of the document that is open here, or on a screen below."""
        if self._document is not None:
            return self._document
        stack = self.app.screen_stack
        below = stack[: stack.index(self.screen)] if self.screen in stack else []
        banners = (banner for screen in below[::-1] for banner in screen.query(LevelBanner))
        return next((banner._document for banner in banners if banner._document is not None), None)

    def _signs(self, situation: Situation) -> list[Content]:
        signs = []
        if situation.practice:
            signs.append(content(phrase(" PRACTICE "), "$background on $warning"))
        elif situation.demo:
            signs.append(content(phrase(" DEMONSTRATION "), "$background on $warning"))
        if (document := self.document) is not None:
            level, years = document
            style = "$background on $error" if level.is_state_secret else "$background on $primary"
            signs.append(content(f" {marking(level, years)} ", style))
        elif situation.level is not None:
            signs.append(content(phrase("Station: {level}", level=level_name(situation.level))))
        return signs


def _person(situation: Situation) -> list[Content]:
    if not situation.person:
        return []
    name = safe_text(situation.person, _LONGEST_NAME)
    post = f" {post_name(situation.post)}" if situation.post else ""
    return [content(name + post, "bold")]
