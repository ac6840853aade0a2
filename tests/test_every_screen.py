"""Every screen in both languages, at two sizes and in the themes, beside what it was.

One walk over the screens of each post serves all checks. What a screen shows is kept in
``tests/snapshots``; after a change that is meant, ``make snapshots`` writes them anew, and
the difference is read before it is committed.
"""

import importlib
import os
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from demo_pilot import Person, at_demo
from demo_unit import DemoUnit
from every_screen import (
    BEFORE_LOGIN,
    POSTS,
    WAYS,
    Made,
    Way,
    build_then,
    copy_then,
    first_page,
    screens_of_the_program,
    standing,
    walk,
)
from inks import inks_of
from rich.cells import cell_len
from screens_kit import SMALL, harm, painted
from station_kit import lasting_jail
from textual import events
from textual.dom import DOMNode

import airseal
from airseal import screens
from airseal.screens import themes
from airseal.screens.base import AirsealScreen
from airseal.screens.decide import DecideScreen
from airseal.screens.flow import FlowScreen
from airseal.screens.keymap import ACTIONS, EVERYWHERE
from airseal.screens.reading import ReadingScreen
from airseal.screens.verdict import VerdictScreen
from airseal.screens.widgets.key_bar import KeyBar
from airseal.screens.widgets.secret_input import SecretInput
from airseal.screens.widgets.text_input import LONGEST, TextInput
from airseal.text import language, shown, use_language

SNAPSHOTS = Path(__file__).parent / "snapshots"
LARGER = (120, 40)
WRITE = os.environ.get("AIRSEAL_SNAPSHOTS") == "write"

in_themes = pytest.mark.parametrize(
    "of_themes", [1, pytest.param(len(themes.THEMES), marks=pytest.mark.soak)]
)
"""Painting anew is slow: each screen is measured in the next theme. In soak it is so in all
themes, it is looked at in the larger size too, and every field takes text that means harm,
as ``tests/test_widgets_hostile.py`` has it for each kind of field."""

SENTENCE = 4
"""Characters from which on words are surely ours, where they are in no record."""
RECORDED = {"用印工作站", "同意用印。"}
CHINESE = Path(airseal.__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES" / "airseal.po"

READABLE = 4.5
"""WCAG 2.2, 1.4.3 level AA."""
READABLE_ON_A_CONSOLE = 3.0
"""Sixteen colours leave no choice of greys; what WCAG asks of large text is kept."""


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    """One jail for all stations here."""
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> DemoUnit:
    return build_then(tmp_path_factory.mktemp("then") / "unit")


def test_every_screen_of_the_program_has_a_way_to_it():
    known = {way.screen for way in (*WAYS, *BEFORE_LOGIN)}
    assert screens_of_the_program() - known == set(), "add them to tests/every_screen.py"
    assert known - screens_of_the_program() == set(), "these are gone"


@in_themes
@pytest.mark.parametrize("post", POSTS)
async def test_every_screen_behind_the_login(
    built: DemoUnit, tmp_path: Path, post: str, of_themes: int
):
    with copy_then(built, tmp_path) as unit:
        async with first_page(unit, post) as person:
            await look_at_all(person, [way for way in WAYS if way.post == post], of_themes)


@in_themes
async def test_every_screen_before_the_login(built: DemoUnit, tmp_path: Path, of_themes: int):
    with copy_then(built, tmp_path) as unit:
        async with at_demo(unit, "officer") as person:
            await look_at_all(person, BEFORE_LOGIN, of_themes)


async def look_at_all(person: Person, ways, of_themes: int) -> None:
    wrong: list[str] = []
    before = None
    for way in ways:
        await walk(person, way, before)
        before = way
        wrong += [f"{way}: {complaint}" for complaint in await complaints(person, way, of_themes)]
    assert not wrong, "\n".join(wrong)


async def complaints(person: Person, way: Way | Made, of_themes: int) -> list[str]:
    wrong = [*keys_of(person)]
    seen: dict[tuple[str, tuple[int, int]], list[str]] = {}

    def look() -> None:
        size, text = tuple(person.app.size), painted(person.app)
        wrong.extend(frame(person, size, text))
        seen[language(), size] = standing(way.screen, text)

    look()
    await person.press("f2")
    look()
    wrong += left_behind(painted(person.app))
    await person.press("f2")
    thorough = of_themes > 1 or WRITE
    if thorough:
        await person.resize(LARGER)
        look()
    for _ in range(of_themes):
        await person.press("f3")
        wrong += [*unreadable(person)]
    if thorough:
        await person.resize(SMALL)
    wrong += [*beside_the_snapshot(way, seen), *await refusals(person)]
    if thorough:
        wrong += [*await hostile_text(person)]
    if not isinstance(person.app.screen, AirsealScreen) or person.name != way.screen:
        wrong.append(f"a key that only looks led to {person.name}")
    return wrong


# Keys

SENDABLE = (
    set("abcdefghijklmnopqrstuvwxyz0123456789")
    | {f"f{number}" for number in (*range(1, 11), 12)}
    | {"enter", "space", "escape", "tab", "shift+tab", "backspace", "delete"}
    | {"up", "down", "left", "right", "home", "end", "pageup", "pagedown"}
    | {"question_mark", "slash", "asterisk", "full_stop", "plus", "minus"}
    | {"greater_than_sign", "less_than_sign", "left_square_bracket", "right_square_bracket"}
    | {f"ctrl+{letter}" for letter in "adekquw"}
)
"""What a plain terminal sends, and does not keep for itself (^C, ^S, ^Z and ^\\ it does)."""


def test_no_key_that_a_terminal_cannot_send():
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    own = [kind for kind in every_kind(DOMNode) if kind.__module__.startswith("airseal")]
    declared = [one for kind in own for one in kind.__dict__.get("BINDINGS", ())]
    bound = {key for binding in declared for key in binding.key.split(",")}
    assert {"f10", "enter", "ctrl+u"} <= bound
    assert bound - SENDABLE == set()
    assert {key for action in ACTIONS.values() for key in action.keys} - SENDABLE == set()


def every_kind(base):
    for kind in base.__subclasses__():
        yield kind
        yield from every_kind(kind)


# What must hold on every screen


def keys_of(person: Person) -> Iterator[str]:
    """No key twice, and none that a text field would take."""
    screen = person.app.screen
    names = dict.fromkeys((*screen.OFFERS, *EVERYWHERE))
    taken: dict[str, str] = {}
    for hint in screen.key_hints():
        assert hint.action.name in names
        for key in hint.action.keys:
            if key in taken:
                yield f"{key} is both {taken[key]} and {hint.action.name}"
            taken[key] = hint.action.name
    if isinstance(screen.focused, TextInput | SecretInput):
        typed = [key for key in taken if len(key) == 1 and taken[key] not in EVERYWHERE]
        if typed:
            yield f"the field in focus takes {typed}"


def frame(person: Person, size: tuple[int, int], text: list[str]) -> Iterator[str]:
    """Nothing sticks out; the keys that work are on the screen; the level is in sight."""
    screen = person.app.screen
    for line in text:
        if cell_len(line) > size[0]:
            yield f"{size} {language()}: too wide: {line}"
    keys = "\n".join(row.plain for row in screen.query_one(KeyBar)._rows(size[0] - 2))
    for hint in screen.key_hints():
        words = f"{hint.action.key_words} {hint.action.words}"
        spared = hint.action.name in {*EVERYWHERE, "sort", "turn_round", "mark_range"}
        if hint.refusal is None and not spared and words not in keys:
            yield f"{size} {language()}: works, but is not shown: {words}"
    reads = isinstance(screen, ReadingScreen | DecideScreen | FlowScreen)
    judges = isinstance(screen, VerdictScreen) and screen._level is not None
    if (reads or judges) and not re.search(
        r"^ +(DEMONSTRATION|\u6f14\u793a) +\u5185\u90e8 ", text[0]
    ):
        yield f"{size} {language()}: no level in sight: {text[0]}"


def left_behind(text: list[str]) -> Iterator[str]:
    """Sentences of ours that did not follow the switch to English."""
    run = re.sub(r"\s", "", "".join(text))
    for words in chinese_sentences() - RECORDED:
        if words in run:
            yield f"still Chinese: {words}"


@cache
def chinese_sentences() -> frozenset[str]:
    """What the Chinese catalogue says in so many words, without spaces."""
    with CHINESE.open("rb") as file:
        told = [str(message.string) for message in read_po(file) if message.id]
    said = {re.sub(r"\s", "", text) for text in told if "{" not in text}
    return frozenset(words for words in said if len(words) >= SENTENCE)


def unreadable(person: Person) -> Iterator[str]:
    """Text that is too like its background, in true colours and in sixteen."""
    theme = person.app.theme
    for ink, text in inks_of(person.app).items():
        if ink.contrast < READABLE:
            yield f"{theme}: {ink} {ink.contrast:.2f} {text!r}"
        if ink.on_console.contrast < READABLE_ON_A_CONSOLE:
            yield f"{theme}, 16 colours: {ink} {ink.on_console.contrast:.2f} {text!r}"


async def refusals(person: Person) -> list[str]:
    """A key that does nothing says why."""
    wrong = []
    typing = isinstance(person.app.screen.focused, TextInput | SecretInput)
    for hint in person.app.screen.key_hints():
        key = hint.action.keys[0]
        if hint.refusal is None or (typing and len(key) == 1):
            continue
        await person.press(key)
        wanted = re.sub(r"\s", "", shown(hint.refusal))
        if wanted not in re.sub(r"\s", "", person.screen):
            wrong.append(f"{hint.action.name} does not say: {wanted}")
    return wrong


# Text of somebody who means harm

WICKED = ("\x1b[2J\u202e[@click=app.quit]\u200d\U0001f468a\u0301\u0301\u0301\u0301", "字" * 10_000)
"""Control characters, bidi, markup, emoji and stacked marks in few characters; and very many."""


async def hostile_text(person: Person) -> list[str]:
    """Every field takes what is pasted into it, and shows it harmlessly."""
    wrong = []
    screen = person.app.screen
    focus = screen.focused
    for field in screen.query(TextInput).results():
        if not field.focusable or not all(one.display for one in field.ancestors_with_self):
            continue
        before = field.value
        field.focus()
        for text in WICKED:
            field.post_message(events.Paste(text))
            await person.wait()
            wrong += [f"{field.parent}: {complaint}" for complaint in harm(person.app)]
            free = field.restrict is None and len(text) < (field.max_length or LONGEST)
            if free and field.value == before:
                wrong.append(f"{field.parent} takes nothing")
        field.value = before
        await person.wait()
    if focus is not None:
        focus.focus()
    return wrong


# What was seen before


def beside_the_snapshot(way: Way | Made, seen) -> Iterator[str]:
    path = SNAPSHOTS / f"{name_of(way)}.txt"
    now = "".join(
        f"== {name} {size[0]}x{size[1]}\n" + "\n".join(lines) + "\n"
        for (name, size), lines in seen.items()
    )
    if WRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, "utf-8")
    elif not path.exists():
        yield "no snapshot yet: run make snapshots"
        return
    before = path.read_text("utf-8")
    if ("zh_CN", LARGER) not in seen:
        before, _, _ = before.partition(f"== zh_CN {LARGER[0]}x{LARGER[1]}\n")
    if before != now:
        yield "looks otherwise; if that is meant, run make snapshots\n" + difference(before, now)


def difference(before: str, now: str) -> str:
    from difflib import unified_diff

    return "\n".join(unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=0))


def name_of(way: Way | Made) -> str:
    if isinstance(way, Made):
        return f"{way.post}-{way.screen}"
    keys = re.sub(r"[^a-z0-9]+", "_", re.sub("'\\S+", "x", way.keys)).strip("_")
    return "-".join(filter(None, (way.post, keys, way.screen)))


def test_snapshots_are_of_screens_that_are_there():
    names = [name_of(way) for way in (*WAYS, *BEFORE_LOGIN)]
    assert len(set(names)) == len(names)
    if not WRITE:
        assert {path.stem for path in SNAPSHOTS.glob("*.txt")} == set(names)
