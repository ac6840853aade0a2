"""Dark, light and high-contrast colours: WCAG AA, and legible where there are sixteen colours.

A console paints each colour as the nearest of its sixteen, and what those look like differs: no
text is brown, dark yellow, green or cyan on a white ground. ``tests/test_every_screen.py``
measures every pair of text and background that a screen paints, all ways.
"""

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="airseal-dark",
    primary="#5fafff",
    secondary="#87d7d7",
    accent="#ffd75f",
    warning="#ffaf5f",
    error="#ff5f5f",
    success="#5fd75f",
    foreground="#e4e4e4",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    dark=True,
    variables={"field-focus": "#264666"},
)

LIGHT: Final = Theme(
    name="airseal-light",
    primary="#0b46a0",
    secondary="#004f4f",
    accent="#5f00af",
    warning="#8a2800",
    error="#af0000",
    success="#004a00",
    foreground="#121212",
    background="#ffffff",
    surface="#f0f0f0",
    panel="#e4e4e4",
    dark=False,
    variables={"field-focus": "#cfe0ff"},
)

HIGH_CONTRAST: Final = Theme(
    name="airseal-contrast",
    primary="#ffffff",
    secondary="#00ffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff5555",
    success="#00ff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    text_alpha=1.0,
    variables={"field-focus": "#4d4d4d"},
)

THEMES: Final = (DARK, LIGHT, HIGH_CONTRAST)


def after(name: str) -> str:
    """The theme that F3 switches to from ``name``."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)]
