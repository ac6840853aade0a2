"""What every screen is: title, banner, body, message, work in progress, keys and help.

A screen names its actions (:mod:`airseal.screens.keymap`), yields its widgets from
:meth:`AirsealScreen.body` and has one ``do_<action>`` method for each. Reasons why a key
does nothing now come from :meth:`AirsealScreen.why_not`.
"""

import asyncio
from collections.abc import Callable
from typing import ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from airseal.errors import Explained, explain
from airseal.model.problem import Problem
from airseal.screens.keymap import EVERYWHERE, actions, keys_of
from airseal.screens.shell import Shell
from airseal.screens.widgets.busy_line import BusyLine
from airseal.screens.widgets.key_bar import KeyBar, KeyHint
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.message_line import MessageLine
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.tour_line import TourLine
from airseal.screens.work import Work
from airseal.text import Phrase, mark, phrase
from transfer.errors import TransferError

Result = TypeVar("Result")
Made = TypeVar("Made")

_NO_HELP = mark("The line at the bottom shows the keys that work now.")


class AirsealScreen(Screen[Result], inherit_bindings=False):
    """The base of all screens; leaving one hands its result to whoever opened it."""

    HEADING: ClassVar[str] = ""
    """The title, a message id."""
    HELP: ClassVar[str] = _NO_HELP
    """What ``?`` says about this screen, a message id."""
    OFFERS: ClassVar[tuple[str, ...]] = ()
    """Names of this screen's own actions, in the order the key bar shows them."""
    COMPLETES: ClassVar[str] = "confirm"
    """The action that Enter in the last field of this screen's form does."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]

    DEFAULT_CSS = """
    AirsealScreen { layout: vertical; background: $background; color: $foreground; }
    AirsealScreen > #heading { padding: 0 1; height: 1; text-style: bold; color: $primary; }
    AirsealScreen > #body { height: 1fr; padding: 0 1; }
    """

    def __init_subclass__(cls) -> None:
        cls.BINDINGS = [
            *AirsealScreen.BINDINGS,
            *(
                Binding(key, f"press('{key}')", show=False)
                for key in keys_of((*cls.OFFERS, *EVERYWHERE))
            ),
        ]
        super().__init_subclass__(inherit_bindings=False)

    def __init__(self) -> None:
        super().__init__()
        self._work: Work | None = None
        self._rested = asyncio.Event()
        self.pressed_key = ""
        """The key that called the action under way; some actions have several keys."""

    # what a screen fills in

    @property
    def heading(self) -> Phrase:
        """The title, in the language of the moment."""
        return Phrase(self.HEADING)

    def body(self) -> ComposeResult:
        """The widgets between the heading and the message line."""
        yield from ()

    def why_not(self, action: str) -> Phrase | None:
        """Why ``action`` cannot be done now, or None when it can."""
        del action
        return None

    # what a screen uses

    @property
    def shell(self) -> Shell:
        """The program around this screen."""
        return cast(Shell, self.app)

    def say(self, words: Phrase) -> None:
        """Tell the person something, on the message line."""
        self.query_one(MessageLine).say(words)

    def show_problem(self, problem: Problem | TransferError) -> None:
        """Tell the person what went wrong and what to do, on the message line."""
        self.show_explained(explain(problem))

    def show_explained(self, explained: Explained) -> None:
        """The same for a refusal that is explained already."""
        self.query_one(MessageLine).explain(explained)

    def hush(self) -> None:
        """Take back what was said last."""
        self.query_one(MessageLine).clear()

    def update_keys(self) -> None:
        """Let the key bar look again at what can be done now."""
        if self._stands:
            self.query_one(KeyBar).show(self.key_hints())

    def run_duty(
        self,
        duty: Callable[[Work], Made],
        done: Callable[[Made], None],
        *,
        busy: Phrase,
        failed: Callable[[Explained], None] | None = None,
    ) -> None:
        """Carry out ``duty`` in a thread of its own while the screen stays alive.

        One at a time: a second one while the first is under way raises RuntimeError, as
        :meth:`why_not` already said so. ``done`` gets what the duty made; a refusal goes to
        ``failed``, or to the message line. Both are called on the screen's own thread, and
        neither when the screen was put away meanwhile.
        """
        if self._work is not None:
            raise RuntimeError("a duty is already under way")
        work = self._work = Work()
        self._rested.clear()
        self.query_one(MessageLine).clear()
        self.query_one(BusyLine).watch_work(work, busy)
        self.update_keys()
        self.run_worker(
            self._carry_out(duty, work, done, failed or self.show_explained),
            group="duty",
            exclusive=True,
            exit_on_error=False,
        )

    @property
    def is_busy(self) -> bool:
        """Whether a duty is under way."""
        return self._work is not None

    async def rest(self) -> None:
        """Wait until the duty under way is done."""
        await self._rested.wait()

    # how it works

    @property
    def _stands(self) -> bool:
        # A screen that is put away is not displayed any more before it loses its parts.
        return self.is_attached and self.display

    def compose(self) -> ComposeResult:
        """Lay out the frame around the body."""
        yield LevelBanner()
        yield Say(self.heading, id="heading")
        with Vertical(id="body"):
            yield from self.body()
        yield MessageLine()
        yield BusyLine()
        if self.shell.tour is not None:
            yield TourLine(self.shell.tour, type(self).__name__)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the keys; Textual calls a subclass's own ``on_mount`` besides this one."""
        self.update_keys()

    def key_hints(self) -> list[KeyHint]:
        """The keys of this screen, each with the reason why not, if there is one."""
        return [
            KeyHint(action, self._refusal(action.name))
            for action in actions((*self.OFFERS, *EVERYWHERE))
            if action.name != "tour" or self.shell.tour is not None
        ]

    def on_screen_resume(self) -> None:
        """The tour goes on to this screen; subclasses are called besides."""
        for line in self.query(TourLine):
            line.arrive()

    def action_press(self, key: str) -> None:
        """Do what ``key`` stands for here; where posts differ, what it is for this one."""
        offered = [action for action in actions((*self.OFFERS, *EVERYWHERE)) if key in action.keys]
        shown = {hint.action.name for hint in self.key_hints()}
        mine = next((action for action in offered if action.name in shown), offered[0])
        self.action_act(mine.name, key)

    def on_form_completed(self) -> None:
        """Enter in the last field."""
        self.action_act(self.COMPLETES)

    def action_act(self, name: str, key: str = "") -> None:
        """Do the action ``name``, or say why not."""
        self.pressed_key = key
        name = self._meant(name, key)
        refusal = self._refusal(name)
        if refusal is not None:
            self.say(refusal)
            return
        getattr(self, f"do_{name}")()
        self.update_keys()

    def _meant(self, name: str, key: str) -> str:
        """What a key that acts of several posts share means here: the one that is shown."""
        shown = [hint.action.name for hint in self.key_hints() if key in hint.action.keys]
        return name if name in shown or not shown else shown[0]

    def _refusal(self, name: str) -> Phrase | None:
        match name:
            case "tour" if self.shell.tour is None:
                return phrase("The tour belongs to practice, which begins at the login.")
            case "help" | "language" | "theme" | "tour":
                return None
            case "leave" if self.is_busy:
                return None
            case "leave" if self._is_first:
                return phrase("There is no screen before this one.")
            case _ if self.is_busy:
                return phrase("This must wait until the work under way is done.")
            case _:
                return self.why_not(name)

    def do_leave(self) -> None:
        """Cancel the work under way; without any, leave this screen."""
        if self._work is None:
            self.leave()
        elif not self._work.cancel():
            self.say(
                phrase("It is too late to cancel what is done now; nothing more is begun after it.")
            )

    def leave(self) -> None:
        """Go back to the screen before; the first one has none and stays."""
        if not self._is_first:
            self.dismiss(None)

    @property
    def _is_first(self) -> bool:
        # Textual keeps an empty screen of its own at the bottom.
        return self.app.screen_stack[:2][-1] is self

    def do_help(self) -> None:
        """Show what this screen is for and all its keys."""
        from airseal.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.heading, Phrase(self.HELP), self.key_hints()))

    def do_language(self) -> None:
        """Write in the other language."""
        self.shell.switch_language()

    def do_theme(self) -> None:
        """Paint in the next theme."""
        self.shell.switch_theme()

    def do_tour(self) -> None:
        """Show the guided tour, or put it away."""
        for line in self.query(TourLine):
            line.toggle()

    def do_lock(self) -> None:
        """Lock the station."""
        self.shell.lock()

    def do_quit(self) -> None:
        """End the program."""
        self.shell.leave_program()

    def on_unmount(self) -> None:
        """Nobody waits for the result any more."""
        if self._work is not None:
            self._work.cancel()

    async def _carry_out(
        self,
        duty: Callable[[Work], Made],
        work: Work,
        done: Callable[[Made], None],
        failed: Callable[[Explained], None],
    ) -> None:
        try:
            try:
                made = await asyncio.to_thread(duty, work)
            finally:
                self._work = None
                self._rested.set()
                if self._stands:
                    self.query_one(BusyLine).rest()
            if self._stands:
                done(made)
        except (Problem, TransferError) as problem:
            if self._stands:
                failed(explain(problem))
        except Exception as error:  # a screen never dies of a duty
            self.shell.internal_error(error)
        self.update_keys()
