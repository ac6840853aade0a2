"""Keys typed ahead reach the screen that they were meant for, or nothing."""

from time import monotonic

import pytest
from screens_kit import SMALL
from textual import events

from airseal.app import AirsealApp
from airseal.keys.tokenwire import PinState, TokenStatus
from airseal.model.secret import Secret
from airseal.screens.base import AirsealScreen
from airseal.screens.pin import PinScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.widgets.secret_input import SecretInput
from airseal.text import mark, phrase

PIN = "123456"
_STATUS = TokenStatus("SERIAL", "LABEL", "MODEL", True, PinState.OK, ())


class _Under(AirsealScreen[None]):
    """A screen whose keys 1, 2 and 3 do something, and from which a PIN is asked for."""

    HEADING = mark("Cases")
    OFFERS = ("seal", "confirm", "tick")
    delay = 0.0
    fails = False

    def __init__(self):
        super().__init__()
        self.ticked = 0
        self.given = []

    def body(self):
        yield RecordList([Column(phrase("Title"))], Listed((Record("a", ("A",)),)), phrase("-"))

    def do_tick(self):
        self.ticked += 1

    def do_seal(self):
        self.app.push_screen(PinScreen(lambda: _STATUS, phrase("Sign")), self.given.append)

    def do_confirm(self):
        def check(work):
            end = monotonic() + self.delay
            while monotonic() < end:
                work(0, 1, "")

        self.run_duty(check, lambda _: None if self.fails else self.do_seal(), busy=phrase("-"))

    def on_record_list_opened(self, event):
        event.stop()
        self.do_seal()


class _Form(_Under):
    """The same with a field that shows what is typed."""

    def body(self):
        yield Form([TextField("reason", phrase("Reason"))])

    def on_form_completed(self):
        self.do_confirm()


def _typed(app, *keys):
    """All at once, as a terminal hands over what was typed ahead."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def _until(pilot, condition):
    for _ in range(500):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("it never came")


def _pin_typed(app):
    dialog = app.screen
    return any(field._length == len(PIN) for field in dialog.query(SecretInput))


async def _gives_it(pilot, under):
    app = pilot.app
    await _until(pilot, lambda: _pin_typed(app) and not app.screen.is_busy)
    _typed(app, "enter")
    await _until(pilot, lambda: under.given)
    secret = under.given[0]
    assert isinstance(secret, Secret)
    assert secret.reveal() == PIN.encode()


@pytest.mark.parametrize("opens", ["s", "enter"])
async def test_a_pin_typed_right_after_the_key_that_opens_its_dialog_is_whole(opens):
    under = _Under()
    app = AirsealApp(lambda: under)
    async with app.run_test(size=SMALL) as pilot:
        await _until(pilot, lambda: app.focused is not None)
        _typed(app, opens, *PIN)
        await _gives_it(pilot, under)
        assert under.ticked == 0


async def test_a_pin_typed_while_a_check_precedes_its_dialog_is_in_no_field_that_shows_it():
    under = _Form()
    under.delay = 0.3
    app = AirsealApp(lambda: under)
    async with app.run_test(size=SMALL) as pilot:
        await _until(pilot, lambda: app.focused is not None)
        _typed(app, "o", "k", "enter", *PIN)
        await _until(pilot, lambda: under.is_busy)
        assert under.query_one(Form).field("reason", TextField).value == "ok"
        await _gives_it(pilot, under)
        assert under.query_one(Form).field("reason", TextField).value == "ok"


async def test_what_was_typed_for_a_dialog_that_does_not_come_is_dropped():
    under = _Form()
    under.delay, under.fails = 0.3, True
    app = AirsealApp(lambda: under)
    async with app.run_test(size=SMALL) as pilot:
        await _until(pilot, lambda: app.focused is not None)
        _typed(app, "o", "k", "enter", *PIN)
        await _until(pilot, lambda: under.is_busy)
        await _until(pilot, lambda: not under.is_busy)
        await _until(pilot, lambda: app._turns._task is None)
        assert under.query_one(Form).field("reason", TextField).value == "ok"
        _typed(app, "!")
        await _until(pilot, lambda: under.query_one(Form).field("reason", TextField).value == "ok!")


async def test_esc_and_help_work_while_a_duty_holds_what_was_typed():
    under = _Form()
    under.delay = 60
    app = AirsealApp(lambda: under)
    async with app.run_test(size=SMALL) as pilot:
        await _until(pilot, lambda: app.focused is not None)
        _typed(app, "o", "k", "enter", *PIN)
        await _until(pilot, lambda: under.is_busy and app._turns._for_duty)
        _typed(app, "escape")
        await _until(pilot, lambda: not under.is_busy)


async def test_keys_after_the_one_that_closes_a_screen_are_keys_of_the_screen_below():
    under = _Under()
    app = AirsealApp(lambda: under)
    async with app.run_test(size=SMALL) as pilot:
        await _until(pilot, lambda: app.focused is not None)
        _typed(app, "f1", "escape", "1", "2")
        await _until(pilot, lambda: under.ticked == 2)
        assert app.screen is under


async def test_a_thousand_characters_at_once_are_typed_in_order():
    under = _Form()
    app = AirsealApp(lambda: under)
    text = "abcdefghij" * 15
    async with app.run_test(size=SMALL) as pilot:
        await _until(pilot, lambda: app.focused is not None)
        _typed(app, *text)
        await _until(pilot, lambda: under.query_one(Form).field("reason", TextField).value == text)
