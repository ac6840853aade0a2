"""Writes the guide's page of all screens: what each is for and its keys, in each language.

    uv run python packaging/screen_pages.py [--check] [GUIDE]

The page says what ``?`` says on the screen, so nothing of it is written by hand. With
``--check`` nothing is written: the pages that are not true are named, and the exit status is
1 if there are any.
"""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import catalogues
from babel.messages.catalog import Catalog

from airseal import screens
from airseal.screens.base import AirsealScreen
from airseal.screens.keymap import EVERYWHERE, actions

GUIDE: Final = catalogues.ROOT / "docs" / "guide"
PAGE: Final = "screens.md"
HEADS: Final = {
    "zh": (
        "zh_CN",
        "各画面一览",
        "以下是程序的全部画面，内容与在各画面按 `?` 所见一致。"
        "各画面通用的按键见[使用说明](README.md)。本岗位无权使用的按键不会显示。",
    ),
    "en": (
        "en",
        "All screens",
        "Every screen of the program, as `?` explains it there. The keys that all of them have"
        " are in the [guide](README.md). Keys that your post has no right to are not shown.",
    ),
}
"""Folder of the guide: its catalogue, the title and the words under it."""


def shown() -> list[type[AirsealScreen[Any]]]:
    """Every screen that a person can come to, by its name."""
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    found = {screen.__name__: screen for screen in _below(AirsealScreen) if screen.HEADING}
    return [found[name] for name in sorted(found)]


def _below(base: type[AirsealScreen[Any]]) -> Iterator[type[AirsealScreen[Any]]]:
    for screen in base.__subclasses__():
        if screen.__module__.startswith(screens.__name__):
            yield screen
        yield from _below(screen)


def page(folder: str) -> str:
    """The whole page, in the language of the guide's ``folder``."""
    name, title, words = HEADS[folder]
    catalogue = catalogues.load(name)
    parts = [f"# {title}\n", f"{words}\n"]
    entries = {}
    for screen in shown():
        entries.setdefault(
            (_said(catalogue, screen.HEADING), _said(catalogue, screen.HELP)), screen
        )
    for (heading, text), screen in sorted(entries.items(), key=lambda item: item[0]):
        parts += [f"## {heading}\n", f"{_plain(text)}\n"]
        keys = [
            f"`{_said(catalogue, action.key_words.msgid)}` {_said(catalogue, action.label)}"
            for action in actions(screen.OFFERS)
            if action.name not in EVERYWHERE
        ]
        if keys:
            parts.append(f"{' · '.join(keys)}\n")
    return "\n".join(parts)


def _said(catalogue: Catalog, msgid: str) -> str:
    message = catalogue.get(msgid)
    return str(message.string) if message is not None and message.string else msgid


def _plain(text: str) -> str:
    """``text`` so that Markdown takes no sign in it for its own."""
    return "".join(f"\\{sign}" if sign in "*_[]<>`" else sign for sign in text)


def brought_up_to_date(guide: Path, *, write: bool) -> list[Path]:
    """The pages of ``guide`` that were not true; they are now, if they may be written."""
    stale = []
    for folder in HEADS:
        path = guide / folder / PAGE
        true = page(folder)
        if not path.exists() or path.read_text("utf-8") != true:
            stale.append(path)
            if write:
                path.write_text(true, "utf-8")
    return stale


def main(arguments: list[str]) -> int:
    """Write or check the pages; see the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("guide", type=Path, nargs="?", default=GUIDE)
    options = parser.parse_args(arguments)
    stale = brought_up_to_date(options.guide, write=not options.check)
    for path in stale:
        sys.stdout.write(f"{path}\n")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
