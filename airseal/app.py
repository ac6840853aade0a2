"""The Textual application: hardened, in two languages and three themes, hard to kill.

Textual is built for open desks: it offers screenshots, a command palette, copying, debug
connections and tracebacks with local variables. None of that may exist where PINs are
typed and classified papers are read, so it is taken away here (DESIGN §6).
"""

from airseal import hardening as hardening  # isort: skip  # before Textual

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.console import RenderableType
from textual._context import active_message_pump
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.events import Event, Key
from textual.message import Message
from textual.screen import Screen

from airseal.errors import explain
from airseal.founding import demo_home
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens import themes
from airseal.screens.base import AirsealScreen
from airseal.screens.login import LoginScreen, OtherWays
from airseal.screens.practising import practice_at
from airseal.screens.problem import ProblemScreen
from airseal.screens.shell import Situation
from airseal.screens.start import StartScreen
from airseal.screens.tour import Tour
from airseal.screens.wedge import Wedge
from airseal.text import next_language, tr, use_language
from transfer.errors import TransferError

if TYPE_CHECKING:
    from airseal.duties.recovering import Lost
    from airseal.screens.session import Session
    from airseal.screens.work import Work

_MOUNTS: Final = (Path("/media"), Path("/run/media"))
"""Where desktops mount removable media, as ``<person>/<medium>``."""
_ERRORS_BEFORE_GIVING_UP: Final = 20
_LOOK_SECONDS: Final = 5
"""How often the program looks whether anybody is still there."""


@dataclass(frozen=True, slots=True)
class Idle:
    """After how many ``seconds`` without a key the program locks, and whom it tells first."""

    seconds: float
    told: Callable[[], None]


class AirsealApp(App[None], inherit_bindings=False):
    """Runs screens, starting with ``first``, to which locking returns.

    ``report`` is told of every internal error (its reference and its exception), for the
    ledger or a test; the person only ever sees the reference.
    """

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    COMMANDS: ClassVar[set[Any]] = set()
    BINDINGS: ClassVar[list[BindingType]] = []
    TITLE = "airseal"

    def __init__(
        self,
        first: Callable[[], AirsealScreen[Any]],
        *,
        situation: Situation | None = None,
        report: Callable[[str, BaseException], None] | None = None,
    ) -> None:
        super().__init__()
        self._first = first
        self._report = report
        self._situation = situation or Situation()
        self._outside = self._situation
        self._leaving: Callable[[], None] | None = None
        self.tour: Tour | None = None
        self.ending: Callable[[], None] | None = None
        self._idle: Idle | None = None
        self._touched = monotonic()
        self._errors = 0
        self._broken: set[Screen[Any]] = set()
        self._wedge = Wedge(self)
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.DARK.name

    # what screens use

    @property
    def situation(self) -> Situation:
        """Who sits where; every banner shows it."""
        return self._situation

    @situation.setter
    def situation(self, situation: Situation) -> None:
        self._situation = situation
        self._repaint()

    def let_in(
        self,
        situation: Situation,
        home: AirsealScreen[Any],
        leaving: Callable[[], None],
        idle: Idle | None = None,
    ) -> None:
        """Somebody has logged in: go to ``home``, forget every screen before it.

        ``leaving`` is called once, in a thread, when the person locks or ends the program;
        ``idle`` says when the program locks by itself.
        """
        self._leaving = leaving
        self._idle, self._touched = idle, monotonic()
        self.situation = situation
        self.call_later(self._enter, home)

    @property
    def beginning(self) -> tuple[Callable[[], AirsealScreen[Any]], Situation]:
        """The first screen, and what the banner says before a login."""
        return self._first, self._outside

    def begin_at(self, first: Callable[[], AirsealScreen[Any]], situation: Situation) -> None:
        """Forget every screen and the person; from now on locking leads to ``first``."""
        self._first, self._outside = first, situation
        self.lock()

    def switch_language(self) -> None:
        """Write in the other language from now on."""
        use_language(next_language())
        self._repaint()

    def switch_theme(self) -> None:
        """Paint in the next theme from now on."""
        self.theme = themes.after(self.theme)

    def lock(self) -> None:
        """Forget every screen and the person, and go back to the first screen."""
        self.call_later(self._lock)

    def leave_program(self) -> None:
        """End the program."""
        self.exit()

    def internal_error(self, error: BaseException) -> None:
        """Show the error screen for ``error``; only a random reference tells them apart."""
        self._errors += 1
        if isinstance(error, (Problem, TransferError)):
            explained = explain(error)
        else:
            reference = secrets.token_hex(3).upper()
            explained = explain(Problem("INTERNAL_ERROR", reference=reference))
            if self._report is not None:
                self._report(reference, error)
        if self._errors > _ERRORS_BEFORE_GIVING_UP or not self._running:
            told = tr("The program had to stop.")
            self.exit(return_code=1, message=f"{told} {explained.what} [{explained.code}]")
            return
        self.call_later(self.push_screen, ProblemScreen(explained), self._after_problem)

    # how it works

    def on_mount(self) -> None:
        """Show the first screen."""
        self.push_screen(self._first())
        self.set_interval(_LOOK_SECONDS, self.lock_if_idle)

    def on_unmount(self) -> None:
        """The program ends: so does the session, and what was made for it alone."""
        self.close_session()
        if self.ending is not None:
            self.ending()

    async def on_event(self, event: Event) -> None:
        """Every key says that somebody is there; a scanner's are not for a dialog."""
        if isinstance(event, Key):
            self._touched = monotonic()
        if self._wedge.takes(event):
            return
        await super().on_event(event)

    def lock_if_idle(self) -> None:
        """Lock when nobody has touched a key for as long as the policy pack allows (SC-03).

        A duty under way is somebody's work: the time starts anew when it is done.
        """
        if self._leaving is None or self._idle is None:
            return
        if isinstance(self.screen, AirsealScreen) and self.screen.is_busy:
            self._touched = monotonic()
        elif monotonic() - self._touched >= self._idle.seconds:
            leaving, told = self._leaving, self._idle.told
            self._idle = None

            def go() -> None:
                try:
                    told()
                finally:
                    leaving()

            self._leaving = go
            self.lock()

    async def _enter(self, home: AirsealScreen[Any]) -> None:
        await self._forget_screens()
        await self.push_screen(home)

    async def _lock(self) -> None:
        self.situation = self._outside
        await self._forget_screens()
        # Only a blank screen is left meanwhile; the next login finds the home free again.
        await asyncio.to_thread(self.close_session)
        await self.push_screen(self._first())

    def close_session(self) -> None:
        """What must be closed when the person goes; once, however often it is called."""
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            leaving()

    async def _forget_screens(self) -> None:
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self._broken.clear()

    def _after_problem(self, _: None) -> None:
        """Leave the screens whose message loops an error has ended: they are dead."""
        if self.screen in self._broken or not isinstance(self.screen, AirsealScreen):
            self.lock() if len(self.screen_stack) <= 2 else self.pop_screen()

    def _repaint(self) -> None:
        if not self._running:
            return
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.refresh(layout=True)

    async def _dispatch_message(self, message: Message) -> None:
        # The application's own loop must outlive every error; Textual would end it.
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self._handle_exception(error)

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """Run a key's action; an error in it reaches the person and ends nothing."""
        try:
            return await super().run_action(*args, **kwargs)
        except Exception as error:
            self.internal_error(error)
            return True

    def _handle_exception(self, error: Exception) -> None:
        # Called where a message loop is about to end. Textual would print the traceback
        # with local variables and stop; we mark the screen and go on without it.
        pump = active_message_pump.get(None)
        screen = getattr(pump, "screen", None) if pump is not self else None
        if isinstance(screen, Screen):
            if screen in self._broken:
                return  # one error screen for each dead screen is enough
            self._broken.add(screen)
        self.internal_error(error)

    def _fatal_error(self) -> None:
        self.internal_error(RuntimeError("fatal"))

    def panic(self, *renderables: RenderableType) -> None:
        """Never print what went wrong."""
        del renderables
        self.internal_error(RuntimeError("panic"))

    def _print_error_renderables(self) -> None:
        self._exit_renderables = [r for r in self._exit_renderables if isinstance(r, str)]
        super()._print_error_renderables()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """There is no command palette, so it has no commands."""
        del screen
        return ()

    def copy_to_clipboard(self, text: str) -> None:
        """Nothing leaves through the clipboard."""
        del text

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Nothing leaves through a browser."""
        del url, new_tab

    def deliver_screenshot(self, *args: Any, **kwargs: Any) -> None:
        """No screenshots."""
        del args, kwargs

    def save_screenshot(self, *args: Any, **kwargs: Any) -> str:
        """No screenshots."""
        del args, kwargs
        return ""

    def action_screenshot(self, *args: Any, **kwargs: Any) -> None:
        """No screenshots."""
        del args, kwargs


def run(app: AirsealApp) -> int:
    """Run ``app`` at the terminal, without a mouse; the exit status to end with."""
    try:
        app.run(mouse=False)
    finally:
        app.close_session()
    return app.return_code or 0


def run_station(home: Path) -> int:
    """The program at the station in ``home``: login, then the page of the person's post."""
    return run(station_app(home))


def station_app(home: Path) -> AirsealApp:
    """What :func:`run_station` runs."""
    app = AirsealApp(lambda: _login(app, home, _medium()))
    return app


def run_demo(directory: Path, post: str) -> int:
    """The program at a demonstration, which is built first if it is not there yet.

    Raises the ``Problem`` codes of building, ``DEMO_MISSING`` for a damaged demonstration,
    and ``POST_UNKNOWN``.
    """
    if post not in set(Post):
        raise Problem("POST_UNKNOWN", name=post)
    if not demo_home.is_built(directory):
        from airseal.founding.demo import build

        sys.stderr.write(tr("Building the demonstration unit; this takes a moment.") + "\n")
        build(directory)
    return run(demo_app(directory, Post(post)))


def demo_app(directory: Path, post: Post) -> AirsealApp:
    """The program at a demonstration that was built; raises ``Problem("DEMO_MISSING")``.

    It starts with the page of people, passwords and PINs, ``post`` under the cursor; each
    person opens the station of their own post, and locking it leads back to that page.
    """
    demo = demo_home.opened(directory)

    def chosen(person: str) -> None:
        station = demo.stations[demo.person(person).post]
        app.push_screen(_login(app, station, demo.usb, person))

    app = AirsealApp(lambda: StartScreen(demo.people, chosen, post), situation=Situation(demo=True))
    return app


def _login(
    app: AirsealApp, home: Path, medium: Path, person: str = "", *, practice: bool = False
) -> LoginScreen["Session"]:
    """The login of the station in ``home``; what is heavy is imported only behind it."""
    driver = None if practice else _driver()

    def enter(who: str, password: Secret) -> "Session":
        from airseal.screens.session import Session
        from airseal.station import Station

        return Session(Station.open(home, who, password), medium, practice)

    def entered(session: "Session") -> None:
        from airseal.screens.home import HomeScreen

        station = session.station
        idle = Idle(station.idle_minutes * 60, station.record_lock)
        app.let_in(session.situation, HomeScreen(session), session.close, idle)

    def change(who: str, old: Secret, new: Secret) -> None:
        from airseal.founding.homes import change_password

        change_password(home, who, old, new)

    def enter_with_token(who: str, pin: Secret) -> "Session":
        from airseal.founding.homes import open_with_token
        from airseal.screens.session import Session

        return Session(open_with_token(home, who, pin, driver), medium, practice)

    def enrol(who: str, password: Secret, pin: Secret) -> None:
        from airseal.founding.homes import enrol_token

        enrol_token(home, who, password, pin, driver)

    def recover(first: tuple[str, Secret], second: tuple[str, Secret], lost: "Lost") -> Secret:
        from airseal.founding import homes

        return homes.recover(home, first, second, lost)

    def migrate(who: str, password: Secret, where: Path | None, work: "Work") -> int:
        from airseal.founding.homes import migrate_store

        return migrate_store(home, who, password, where or medium, work)["backup"]

    other = OtherWays(enter_with_token, enrol, recover, migrate)
    inside = practice_at(app, lambda *where: _login(app, *where, practice=True))
    return LoginScreen(enter, entered, change, person, other, None if practice else inside)


def _driver() -> Path | None:
    """The driver of the tokens at the login: ``AIRSEAL_PKCS11``, or the soft token."""
    named = os.environ.get("AIRSEAL_PKCS11", "")
    return Path(named) if named else None


def _medium() -> Path:
    """Where sticks are mounted: ``AIRSEAL_MEDIUM``, or the first one found."""
    named = os.environ.get("AIRSEAL_MEDIUM")
    if named:
        return Path(named)
    mounted = (place for root in _MOUNTS for place in sorted(root.glob("*/*")) if place.is_mount())
    return next(mounted, _MOUNTS[0])
