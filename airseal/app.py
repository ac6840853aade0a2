"""The Textual application: hardened, in two languages and three themes, hard to kill.

Textual is built for open desks: it offers screenshots, a command palette, copying, debug
connections and tracebacks with local variables. None of that may exist where PINs are
typed and classified papers are read, so it is taken away here (DESIGN §6).
"""

from airseal import hardening as hardening  # isort: skip  # before Textual

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.console import RenderableType
from textual._context import active_message_pump
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.events import Event, Key
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from airseal import collecting
from airseal.errors import explain
from airseal.model.problem import Problem
from airseal.screens import themes
from airseal.screens.base import AirsealScreen
from airseal.screens.shell import Situation
from airseal.screens.turns import Turns
from airseal.screens.wedge import Wedge
from airseal.screens.widgets.few_colours import FewColours
from airseal.text import next_language, tr, use_language
from transfer.errors import TransferError

if TYPE_CHECKING:
    from airseal.screens.tour import Tour

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
        self._turns = Turns(self)
        self._few_colours = FewColours(self.console.color_system == "standard")
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
        from airseal.screens.problem import ProblemScreen

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

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Everything painted passes these, and where there are few colours one more."""
        filters = super().get_line_filters()
        return [*filters, self._few_colours] if self._few_colours.enabled else filters

    def on_mount(self) -> None:
        """Show the first screen."""
        self.push_screen(self._first())
        self.set_interval(_LOOK_SECONDS, self.lock_if_idle)
        self.call_after_refresh(collecting.begin)

    def on_unmount(self) -> None:
        """The program ends: so does the session, and what was made for it alone."""
        self.close_session()
        if self.ending is not None:
            self.ending()

    async def on_event(self, event: Event) -> None:
        """Every key says that somebody is there; a scanner's are not for a dialog."""
        if isinstance(event, Key):
            self._touched = monotonic()
        if self._wedge.takes(event) or self._turns.holds(event):
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
