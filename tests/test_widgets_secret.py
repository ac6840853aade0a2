"""The secret field leaks nothing: not its length, not its value, not by any key."""

import gc

import pytest
from screens_kit import SMALL, application, everything, painted
from textual import events
from textual.message import Message

from airseal.screens.widgets.entry_fields import SecretField, TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.secret_input import LONGEST, SecretInput
from airseal.text import phrase

SECRET = "Tq7#密码z"


@pytest.fixture
def typed():
    """Messages that went through the widget, except the keys themselves."""
    return []


async def _type(pilot, text):
    for character in text:
        pilot.app.post_message(events.Key(character, character))
    await pilot.pause()


async def test_the_mask_is_the_same_for_every_length():
    app = application(SecretInput(id="s"))
    async with app.run_test(size=SMALL) as pilot:
        app.screen.query_one(SecretInput).focus()
        looks = set()
        for count in (1, 2, 15):
            app.screen.query_one(SecretInput).action_clear()
            await _type(pilot, "x" * count)
            looks.add("".join(painted(app)[2:-1]))
        assert len(looks) == 1
        assert "********" in looks.pop()


async def test_taking_hands_it_over_and_leaves_nothing():
    app = application(SecretInput(id="s"))
    async with app.run_test(size=SMALL) as pilot:
        field = app.screen.query_one(SecretInput)
        field.focus()
        await _type(pilot, SECRET)
        secret = field.take()
        assert secret.reveal() == SECRET.encode()
        assert field.is_empty
        assert bytes(field._typed) == bytes(LONGEST)
        assert field.take().reveal() == b""


async def test_backspace_takes_a_whole_character_and_ctrl_u_all():
    app = application(SecretInput(id="s"))
    async with app.run_test(size=SMALL) as pilot:
        field = app.screen.query_one(SecretInput)
        field.focus()
        await _type(pilot, "a密")
        await pilot.press("backspace")
        assert field.take().reveal() == b"a"
        await _type(pilot, "abc")
        await pilot.press("ctrl+u")
        assert field.is_empty and bytes(field._typed) == bytes(LONGEST)


async def test_unmounting_wipes():
    app = application(SecretInput(id="s"))
    async with app.run_test(size=SMALL) as pilot:
        field = app.screen.query_one(SecretInput)
        field.focus()
        await _type(pilot, SECRET)
        await field.remove()
        await pilot.pause()
        assert bytes(field._typed) == bytes(LONGEST)


async def test_no_message_and_no_description_has_the_value(monkeypatch):
    app = application(SecretInput(id="s"))
    seen = []
    async with app.run_test(size=SMALL) as pilot:
        field = app.screen.query_one(SecretInput)
        field.focus()
        buffer_before = id(field._typed)

        def hook(message: Message) -> None:
            if not isinstance(message, events.Key):
                seen.append(repr(message) + repr(vars(message)))

        field.message_signal.subscribe(app.screen, hook)
        await _type(pilot, SECRET)
        await pilot.press("enter", "ctrl+c", "tab")
        await pilot.pause()
        for text in (*seen, repr(field), str(field), everything(app), app.clipboard):
            assert SECRET not in text
        assert id(field._typed) == buffer_before
        assert not [
            o for o in gc.get_objects() if isinstance(o, events.Message) and SECRET in repr(o)
        ]


async def test_keys_do_not_bubble_and_paste_is_refused():
    app = application(SecretInput(id="s"))
    async with app.run_test(size=SMALL) as pilot:
        field = app.screen.query_one(SecretInput)
        field.focus()
        await pilot.press("question_mark", "f", "space")
        assert len(app.screen_stack) == 2, "? went into the field, not to help"
        assert field.take().reveal() == b"?f "
        field.post_message(events.Paste("stolen"))
        await pilot.pause()
        assert field.is_empty


async def test_it_has_an_end():
    app = application(SecretInput(id="s"))
    async with app.run_test(size=SMALL) as pilot:
        field = app.screen.query_one(SecretInput)
        field.focus()
        await _type(pilot, "密" * 90)
        assert len(field.take().reveal()) == 85 * 3


async def test_the_clipboard_of_the_program_stays_empty():
    app = application(SecretInput(id="s"))
    async with app.run_test(size=SMALL):
        app.copy_to_clipboard("x")
        assert app.clipboard == ""


async def test_what_is_typed_ahead_of_enter_lands_in_the_field_that_it_leads_to():
    """Keys that arrive before Enter is answered: no password in the field before, in sight."""
    form = Form([TextField("who", phrase("Person id")), SecretField("pin", phrase("Password"))])
    app = application(lambda: form)
    async with app.run_test() as pilot:
        for key in ("z", "h", "enter", "S", "3", "c"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert form.field("who", TextField).value == "zh"
        assert form.field("pin", SecretField).take().reveal() == b"S3c"
        assert app.errors == []
