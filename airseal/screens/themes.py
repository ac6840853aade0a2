"""Dark, light and high-contrast colours, chosen so that sixteen-colour consoles stay legible."""

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
)

LIGHT: Final = Theme(
    name="airseal-light",
    primary="#005faf",
    secondary="#005f5f",
    accent="#875f00",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    foreground="#121212",
    background="#ffffff",
    surface="#f0f0f0",
    panel="#e4e4e4",
    dark=False,
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
)

THEMES: Final = (DARK, LIGHT, HIGH_CONTRAST)


def after(name: str) -> str:
    """The theme that F3 switches to from ``name``."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)]
