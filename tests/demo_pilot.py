"""The real program at a demo unit, driven by keys."""

import asyncio
from collections.abc import AsyncIterator, Sized
from contextlib import asynccontextmanager, suppress

from demo_unit import DemoUnit
from screens_kit import SMALL, everything
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.worker import WorkerCancelled, WorkerFailed

from airseal.app import AirsealApp
from airseal.model.people import Post
from airseal.model.secret import Secret
from airseal.screens.home import HomeScreen
from airseal.screens.session import Session
from airseal.starting import demo_app
from airseal.station import Station

_PAINTINGS = 4
_ROUNDS = 100_000


async def _nothing_to_run() -> None:
    """Until every task of the loop waits for a timer, a thread or a key.

    Pilot's own measure, twenty milliseconds without work, is slow, and false on a busy machine.
    """
    ready: Sized = asyncio.get_running_loop()._ready
    for _ in range(_ROUNDS):
        if not ready:
            return
        await asyncio.sleep(0)
    raise AssertionError("a task of the program never rests")


class Person:
    """Somebody at the keyboard: presses keys, waits for the work to end, reads the screen."""

    def __init__(self, app: AirsealApp, pilot: Pilot[None], unit: DemoUnit) -> None:
        self.app = app
        self.unit = unit
        self._pilot = pilot
        self.errors: list[BaseException] = []
        """What the person met as an internal error, which only shows a reference."""
        app._report = lambda reference, error: self.errors.append(error)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each after the work of the one before."""
        for key in keys:
            self._send(key)
            await self.wait()

    async def type(self, text: str) -> None:
        """Type into the field that has the focus."""
        for character in text:
            self._send(character)
        await self.wait()

    async def wait(self) -> None:
        """Until no thread works and everything is painted."""
        while True:
            # What is painted may ask for more, so a page settles in a few paintings.
            for _ in range(_PAINTINGS):
                await _nothing_to_run()
                self.app.screen._on_timer_update()
            await _nothing_to_run()
            at_work = [worker for worker in self.app.workers if not worker.is_finished]
            # Only Textual's own blank screen is there while a locked station is closed.
            closing = self.app.is_running and self.name == "Screen"
            if not (at_work or closing):
                return
            for worker in at_work:
                with suppress(WorkerFailed, WorkerCancelled):
                    await worker.wait()

    async def resize(self, size: tuple[int, int]) -> None:
        """Sit at a terminal of so many columns and rows from now on."""
        await self._pilot.resize_terminal(*size)
        await self.wait()

    def _send(self, key: str) -> None:
        # As Pilot does, less its two pauses after every key.
        if len(key) > 1:
            character = {"space": " ", "slash": "/", "asterisk": "*"}.get(key)
        else:
            character, key = key, key if key.isalnum() else _character_to_key(key)
        event = events.Key(key, character)
        event.set_sender(self.app)
        self.app.post_message(event)

    @property
    def screen(self) -> str:
        """The text on the screen."""
        return everything(self.app)

    @property
    def name(self) -> str:
        """Which screen it is."""
        return type(self.app.screen).__name__

    async def log_in(self, post: str) -> None:
        """From the start page to the home of ``post``."""
        who = self.unit.person(post)
        people = [one["id"] for one in self.unit.told["people"]]
        await self.press("home", *["down"] * people.index(who["id"]), "enter")
        await self.type(who["password"])
        await self.press("enter")


@asynccontextmanager
async def at_demo(
    unit: DemoUnit, post: str, size: tuple[int, int] = SMALL
) -> AsyncIterator[Person]:
    """The start page of the demo, ``post`` under the cursor."""
    app = demo_app(unit.directory, Post(post))
    async with app.run_test(size=size) as pilot:
        person = Person(app, pilot, unit)
        await person.wait()
        yield person
        for error in person.errors:
            raise error


@asynccontextmanager
async def at_home(
    unit: DemoUnit, post: str, size: tuple[int, int] = SMALL
) -> AsyncIterator[Person]:
    """The first page of ``post``, as the login would have opened it."""
    who = unit.person(post)
    async with at_demo(unit, post, size) as person:
        station = Station.open(unit.home(post), who["id"], Secret(who["password"]))
        session = Session(station, unit.usb)
        person.app.let_in(session.situation, HomeScreen(session), session.close)
        await person.wait()
        assert person.name == "HomeScreen", person.screen
        yield person
