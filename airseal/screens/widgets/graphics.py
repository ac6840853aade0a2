"""Pictures drawn by the terminal itself (sixel, kitty), where it can; shared by all widgets."""

import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from textual.app import App
from textual.widget import Widget

from transfer.pixels import Protocol, kitty_png
from transfer.sixels import sixels
from transfer.terminal import Canvas, canvas

if TYPE_CHECKING:
    from PIL.Image import Image

CHARACTERS_ONLY: Final = "cells"
"""``AIRSEAL_PICTURES=cells`` draws with characters, whatever the terminal says it can."""
_COLOURS: Final = 32
"""Enough for grey edges of black letters and for the red of a seal."""


def canvas_of(app: App[Any]) -> Canvas | None:
    """What this program's terminal can draw besides characters; asked once, None for nothing.

    Nobody else may read the terminal while it is asked, so the program steps aside for a moment.
    """
    if app.is_headless or os.environ.get("AIRSEAL_PICTURES") == CHARACTERS_ONLY:
        return None
    if not canvas.cache_info().currsize:
        with app.suspend():
            canvas()
    return canvas()


def drawn(image: "Image", protocol: Protocol) -> str:
    """What makes the terminal draw ``image`` at the cursor. Blocks: ask for it in a thread."""
    match protocol:
        case Protocol.KITTY:
            file = BytesIO()
            image.save(file, "PNG", compress_level=1)
            return kitty_png(file.getvalue())
        case Protocol.SIXEL:
            return _as_sixels(image)


def write(widget: Widget, text: str) -> None:
    """Hand ``text`` to the terminal, past everything that is painted with characters."""
    driver = widget.app._driver
    if text and driver is not None:
        driver.write(text)
        driver.flush()


def _as_sixels(image: "Image") -> str:
    few = image.quantize(_COLOURS)
    flat = few.getpalette() or []
    palette = [(flat[at], flat[at + 1], flat[at + 2]) for at in range(0, len(flat), 3)]
    data, width = few.tobytes(), few.width
    return sixels([data[at : at + width] for at in range(0, len(data), width)], palette)
