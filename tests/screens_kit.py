"""What the tests of screens share: an application that reports its errors, and its text."""

from textual.widget import Widget

from airseal.app import AirsealApp
from airseal.screens.base import AirsealScreen
from airseal.screens.shell import Situation

SMALL, LARGE = (80, 24), (160, 50)

HOSTILE = [
    "[/x].pdf",
    "[@click=app.quit]quit[/]",
    "[bold red]x",
    "\x1b[2J\x1b]52;c;ZXZpbA==\a",
    "invoice‮fdp.exe",
    "a\nb\r\tc\x00",
    "👨‍👩‍👧 family \U0001f1e8\U0001f1f3",
    "x" * 10_000,
    "字" * 10_000,
    "a" + "\u0301" * 500,
]


def application(*widgets, screen=None, situation=None):
    """An app whose first screen shows ``widgets``; ``app.errors`` has what went wrong."""
    errors = []

    class Bench(AirsealScreen[None]):
        HEADING = "bench"

        def body(self):
            # A text field can only be made while the application runs: pass a function.
            yield from (made if isinstance(made, Widget) else made() for made in widgets)

    app = AirsealApp(
        screen or Bench,
        situation=situation or Situation(demo=True),
        report=lambda reference, error: errors.append((reference, error)),
    )
    app.errors = errors
    return app


def painted(app):
    """The text on the screen, line by line."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def everything(app):
    """The text on the screen in one string, without the padding between lines."""
    return "\n".join(line.rstrip() for line in painted(app))
