"""What the tests of screens share: an application that reports its errors, and its text."""

import unicodedata

import pytest
from rich.cells import cell_len
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.widget import Widget

from airseal.app import AirsealApp
from airseal.screens.base import AirsealScreen
from airseal.screens.shell import Situation

SMALL, LARGE = (80, 24), (160, 50)

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters that are not seen: none of them reaches a screen."""

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


@pytest.fixture(autouse=True)
def painting(monkeypatch):
    """A terminal that is not there is not painted: what stands on it is drawn when it is read."""

    def settle(compositor, screen_stack=None, **_):
        visible_screen_stack.set(screen_stack or [])
        compositor._dirty_regions.clear()

    monkeypatch.setattr(Compositor, "render_update", settle)


def painted(app):
    """The text on the screen, line by line."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def everything(app):
    """The text on the screen in one string, without the padding between lines."""
    return "\n".join(line.rstrip() for line in painted(app))


def harm(app):
    """What outside text did to the screen that it must not: nothing is named when all is well."""
    for strip in app.screen._compositor.render_strips():
        if cell_len(strip.text) > app.size.width:
            yield f"too wide: {strip.text}"
        if hidden := {c for c in strip.text if unicodedata.category(c) in HIDDEN}:
            yield f"{hidden} in {strip.text!r}"
        if any("@click" in segment.style.meta for segment in strip if segment.style):
            yield f"a link in {strip.text!r}"
