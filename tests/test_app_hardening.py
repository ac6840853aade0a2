"""What Textual offers and this program must not; and errors that end nothing."""

import asyncio
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from screens_kit import LARGE, SMALL, application, everything, painted
from textual.color import Color
from textual.widget import Widget

from airseal.app import AirsealApp
from airseal.model.problem import Problem
from airseal.screens import keymap, themes
from airseal.screens.base import AirsealScreen
from airseal.screens.problem import ProblemScreen
from airseal.screens.widgets.message_line import MessageLine
from airseal.text import phrase, use_language

ROOT = Path(__file__).parent.parent
SECRET_LOCAL = "local-variable-of-a-traceback"


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("zh_CN")


def _python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
    ).stdout


FIRST_PAINT = """
import asyncio, sys
from airseal.app import AirsealApp
from airseal.screens.login import LoginScreen
app = AirsealApp(lambda: LoginScreen(lambda person, secret: None, print, print))
async def main():
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        print(" ".join(sorted(sys.modules)))
asyncio.run(main())
"""


def test_nothing_heavy_is_loaded_at_first_paint():
    loaded = set(_python(FIRST_PAINT).split())
    heavy = {
        "pyhanko",
        "pyhanko_certvalidator",
        "pkcs11",
        "cryptography",
        "PIL",
        "pypdfium2",
        "fpdf",
        "tinydb",
        "raptorq",
        "babel",
        "asn1crypto",
        "pyrage",
        "fontTools",
        "aiohttp",
    }
    assert heavy & loaded == set()


def test_the_environment_cannot_steer_textual():
    code = """
import os
from airseal import app
from textual import constants
left = [n for n in os.environ if n.startswith("TEXTUAL") and "SNAPSHOT_TEMPDIR" not in n]
print(left, constants.DEBUG, constants.LOG_FILE, constants.DRIVER, constants.PRESS,
      constants.SCREENSHOT_DELAY, constants.MAX_FPS, sorted(app.AirsealApp(lambda: None).features))
"""
    shown = _python(
        code,
        TEXTUAL="debug,devtools",
        TEXTUAL_DEBUG="1",
        TEXTUAL_LOG="/tmp/keys.log",
        TEXTUAL_DRIVER="evil:Driver",
        TEXTUAL_PRESS="q",
        TEXTUAL_SCREENSHOT="0",
        TEXTUAL_FPS="1",
    )
    assert shown.split() == ["['TEXTUAL_FPS']", "False", "None", "None", "-1", "240", "[]"]


async def test_no_palette_no_screenshot_no_selection_no_clipboard(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = application()
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("ctrl+p", "ctrl+s", "ctrl+c", "ctrl+backslash")
        await app.run_action("screenshot")
        await app.run_action("command_palette")
        await app.run_action("screen.copy_text")
        assert app.save_screenshot() == ""
        await pilot.pause()
        assert len(app.screen_stack) == 2
        assert not app.ALLOW_SELECT and not app.ENABLE_COMMAND_PALETTE
        assert app.clipboard == ""
        assert list(tmp_path.iterdir()) == []
        assert list(app.get_system_commands(app.screen)) == []


# Errors


class Fragile(Widget):
    """Breaks in the way it is told to."""

    broken = False

    def render(self):
        if self.broken:
            password = SECRET_LOCAL
            raise RuntimeError(password)
        return ""

    def on_key(self, event):
        if event.key == "x":
            password = SECRET_LOCAL
            raise RuntimeError(password)


class Breaking(AirsealScreen[None]):
    HEADING = "breaking"
    OFFERS = ("refresh", "seal", "approve")

    def body(self):
        yield Fragile()

    def do_refresh(self):
        raise RuntimeError(SECRET_LOCAL)

    def do_seal(self):
        raise Problem("CASE_DENIED")

    def do_approve(self):
        self.call_later(self._later)

    def _later(self):
        raise RuntimeError(SECRET_LOCAL)


class BreaksAtBirth(AirsealScreen[None]):
    def body(self):
        raise RuntimeError(SECRET_LOCAL)
        yield


async def _shown(pilot):
    await pilot.pause()
    await pilot.pause()
    return everything(pilot.app)


async def test_an_error_in_an_action_shows_a_reference_and_the_screen_goes_on(capsys):
    app = application(screen=Breaking)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("f5")
        text = await _shown(pilot)
        assert isinstance(app.screen, ProblemScreen)
        reference = app.errors[0][0]
        assert reference in text and "INTERNAL_ERROR" in text
        assert SECRET_LOCAL not in text and "Traceback" not in text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, Breaking)
        await pilot.press("question_mark")
        await pilot.pause()
        assert len(app.screen_stack) == 3, "the screen still answers keys"
    assert SECRET_LOCAL not in str(capsys.readouterr())
    assert app.return_code in (0, None)


async def test_a_refusal_in_an_action_is_explained():
    app = application(screen=Breaking)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("s")
        assert "The request was denied." in await _shown(pilot)
        assert app.errors == []


@pytest.fixture(autouse=True)
def painting():
    """A screen dies of its painting too."""


@pytest.mark.parametrize("way", ["handler", "callback", "render", "birth"])
async def test_a_dead_screen_is_left_behind_and_the_program_lives(way, capsys):
    app = application()
    async with app.run_test(size=SMALL) as pilot:
        screen = BreaksAtBirth() if way == "birth" else Breaking()
        app.push_screen(screen)
        await _until(pilot, lambda: screen.query(Fragile) or app.errors)
        match way:
            case "handler":
                screen.query_one(Fragile).can_focus = True
                screen.query_one(Fragile).focus()
                await pilot.press("x")
            case "callback":
                await pilot.press("a")
            case "render":
                screen.query_one(Fragile).broken = True
                screen.query_one(Fragile).refresh(layout=True)
        await _until(pilot, lambda: isinstance(app.screen, ProblemScreen))
        assert SECRET_LOCAL not in await _shown(pilot)
        assert len(app.errors) == 1
        while isinstance(app.screen, ProblemScreen):
            await pilot.press("escape")
            await pilot.pause()
        assert screen not in app.screen_stack
        await pilot.press("question_mark")
        await pilot.pause()
        assert len(app.screen_stack) == 3
    assert SECRET_LOCAL not in str(capsys.readouterr())


# Duties


class Busy(AirsealScreen[None]):
    OFFERS = ("seal", "approve")

    def __init__(self):
        super().__init__()
        self.gate = threading.Event()
        self.made = []
        self.duty = lambda work: "made"

    def do_seal(self):
        self.run_duty(self.duty, self.made.append, busy=phrase("Looking at the token"))

    def do_approve(self):
        self.made.append("approved")


async def _until(pilot, condition):
    for _ in range(200):
        if condition():
            return
        # Not Pilot's own pause: it waits for the very screens that are dead here.
        await asyncio.sleep(0.01)
    raise AssertionError("it never came about")


async def test_a_duty_works_in_its_own_thread_while_the_screen_answers():
    screen = Busy()
    threads = []

    def duty(work):
        threads.append(threading.get_ident())
        for step in range(3):
            work(step, 3, "步骤")
        screen.gate.wait(10)
        return 42

    screen.duty = duty
    app = application(screen=lambda: screen)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("s")
        await _until(pilot, lambda: threads and "2 of 3" in everything(app))
        await pilot.press("a")
        assert screen.made == []
        assert "must wait" in everything(app)
        await pilot.press("f2", "f2")
        screen.gate.set()
        await _until(pilot, lambda: screen.made)
        assert screen.made == [42]
        assert threads[0] != threading.get_ident()
        assert not screen.is_busy


async def test_esc_cancels_before_the_point_of_no_return_and_not_after():
    screen = Busy()
    stages = []

    def duty(work):
        screen.gate.wait(10)
        work(1, 2, "")
        stages.append("after")

    screen.duty = duty
    app = application(screen=lambda: screen)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("s", "escape")
        screen.gate.set()
        await _until(pilot, lambda: not screen.is_busy)
        assert screen.query_one(MessageLine).code == "CANCELLED"
        assert stages == []

        screen.gate.clear()
        entered = threading.Event()

        def final(work):
            work.point_of_no_return()
            entered.set()
            screen.gate.wait(10)
            work(1, 2, "")
            return "sealed"

        screen.duty = final
        await pilot.press("s")
        await _until(pilot, entered.is_set)
        await pilot.press("escape")
        await pilot.pause()
        assert "too late" in everything(app)
        screen.gate.set()
        await _until(pilot, lambda: screen.made)
        assert screen.made == ["sealed"]


async def test_a_refused_duty_is_explained_and_a_broken_one_has_a_reference():
    screen = Busy()
    app = application(screen=lambda: screen)

    def refused(work):
        raise Problem("PIN_LOCKED")

    def broken(work):
        raise RuntimeError(SECRET_LOCAL)

    async with app.run_test(size=SMALL) as pilot:
        screen.duty = refused
        await pilot.press("s")
        await _until(pilot, lambda: screen.query_one(MessageLine).code == "PIN_LOCKED")
        screen.duty = broken
        await pilot.press("s")
        await _until(pilot, lambda: isinstance(app.screen, ProblemScreen))
        assert SECRET_LOCAL not in await _shown(pilot)


# Keys, language, themes


def test_no_key_means_two_things_on_the_screens_at_once():
    everywhere = {key for name in keymap.EVERYWHERE for key in keymap.ACTIONS[name].keys}
    for action in keymap.ACTIONS.values():
        if action.name not in keymap.EVERYWHERE:
            assert not set(action.keys) & everywhere, action.name


def test_every_key_can_be_sent_by_every_terminal():
    for action in keymap.ACTIONS.values():
        for key in action.keys:
            assert re.fullmatch(
                r"[a-z0-9]|f([1-9]|1[0-2])|escape|enter|space|tab|up|down|left|right|page(up|down)|ctrl\+q"
                r"|question_mark|slash|asterisk|plus|minus|full_stop|(less|greater)_than_sign"
                r"|(left|right)_square_bracket",
                key,
            ), (action.name, key)


async def test_language_and_theme_switch_live_and_help_lists_the_keys():
    app = application()
    async with app.run_test(size=SMALL) as pilot:
        assert "Help" in everything(app)
        await pilot.press("f2")
        await pilot.pause()
        assert "帮助" in everything(app)
        seen = {app.theme}
        for _ in themes.THEMES[1:]:
            await pilot.press("f3")
            seen.add(app.theme)
        assert seen == {theme.name for theme in themes.THEMES}
        await pilot.press("f1")
        await pilot.pause()
        text = everything(app)
        everywhere = [name for name in keymap.EVERYWHERE if name != "tour"]
        assert all(str(keymap.ACTIONS[name].words) in text for name in everywhere)
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 2


async def test_a_disabled_key_says_why():
    class Refusing(Busy):
        def why_not(self, action):
            return phrase("The token is locked.") if action == "seal" else None

    screen = Refusing()
    app = application(screen=lambda: screen)
    async with app.run_test(size=SMALL) as pilot:
        assert f"(s {keymap.ACTIONS['seal'].words})" in everything(app)
        await pilot.press("s")
        await pilot.pause()
        assert "The token is locked." in everything(app)
        assert screen.made == []


def _luminance(colour):
    """WCAG 2.2 relative luminance."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one, other):
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", themes.THEMES, ids=lambda theme: theme.name)
def test_text_is_legible_in_every_theme(theme):
    grounds = [Color.parse(c) for c in (theme.background, theme.surface, theme.panel)]
    inks = [
        theme.foreground,
        theme.primary,
        theme.accent,
        theme.error,
        theme.success,
        theme.warning,
    ]
    for ground in grounds:
        for ink in inks:
            assert _contrast(ground, Color.parse(ink)) >= 4.5, (theme.name, ink, ground)


async def test_locking_goes_back_to_a_new_first_screen():
    made = []

    def first():
        made.append(Busy())
        return made[-1]

    app = application(screen=first)
    async with app.run_test(size=LARGE) as pilot:
        app.push_screen(Breaking())
        await pilot.pause()
        await pilot.press("f10")
        await _until(pilot, lambda: len(made) == 2)
        await pilot.pause()
        assert app.screen is made[1]
        assert len(app.screen_stack) == 2


async def test_the_keys_are_on_every_screen_at_80_by_24():
    app = application()
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        last = "\n".join(painted(app)[-2:])
        assert "F10" in last and "?" in last


def test_the_app_class_is_the_hardened_one():
    assert AirsealApp.BINDINGS == []
