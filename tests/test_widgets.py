"""Lists, pictures, forms, keys: what they show and what the keys do."""

import re
import threading

import pytest
from screens_kit import LARGE, SMALL, application, everything, painted

from airseal.app import AirsealApp
from airseal.model.level import Level
from airseal.screens.shell import Situation
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import DayField, NumberField, SecretField, TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.page_picture import Outline, PageImage, PagePicture
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import LONG, RecordList
from airseal.screens.widgets.record_rows import RecordRows
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.widgets.text_input import TextInput
from airseal.screens.widgets.text_pane import TextPane, wrap
from airseal.text import phrase, use_language


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("zh_CN")


class Counted:
    """A query over a great many records that counts what it is asked for."""

    def __init__(self, total):
        self.total = total
        self.asked = 0

    def count(self):
        return self.total

    def page(self, offset, limit):
        wanted = range(offset, min(offset + limit, self.total))
        self.asked += len(wanted)
        return [Record(str(n), (f"用印申请 {n}", f"case-{n}")) for n in wanted]

    def keys(self, offset, limit):
        return [record.key for record in self.page(offset, limit)]

    def matching(self, words):
        return Listed(tuple(r for r in self.page(0, min(self.total, 500)) if words in r.cells[1]))

    def ordered(self, column, *, down):
        return Listed(tuple(self.page(0, self.total))).ordered(column, down=down)


def _list(query, **options):
    columns = [Column(phrase("Name")), Column(phrase("Post"), 14)]
    return RecordList(columns, query, phrase("empty"), **options)


# Lists


async def test_of_a_hundred_thousand_records_only_pages_are_ever_asked_for():
    query = Counted(100_000)
    app = application()
    async with app.run_test(size=LARGE) as pilot:
        records = _list(query)
        await app.screen.query_one("#body").mount(records)
        await pilot.pause()
        painted(app)
        assert query.asked <= 128
        await pilot.press("end")
        lines = painted(app)
        assert any("case-99999" in line for line in lines)
        assert query.asked <= 400


@pytest.fixture(autouse=True)
def painting():
    """Here it is painted."""


async def test_a_key_paints_once_and_only_the_lines_that_changed(monkeypatch):
    records = _list(Counted(1_000))
    app = application(records)
    paints, lines = [], []
    display, line = AirsealApp._display, RecordRows._painted
    monkeypatch.setattr(AirsealApp, "_display", lambda *told: (paints.append(1), display(*told))[1])
    monkeypatch.setattr(
        RecordRows, "_painted", lambda *told, **how: (lines.append(1), line(*told, **how))[1]
    )
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause(0.1)
        height = records.rows.size.height
        for key, most in [("down", 2), ("space", 2), ("pagedown", height + 1), ("down", 2)]:
            # Only the clock of the banner may paint meanwhile, every five seconds.
            paints.clear()
            lines.clear()
            await pilot.press(key)
            await pilot.pause(0.1)
            assert len(paints) == 1, key
            assert 0 < len(lines) <= most, key
        assert f"{height + 3} of 1000" in everything(app)
        # Another language and another theme are other lines.
        lines.clear()
        app.switch_theme()
        await pilot.pause(0.1)
        assert len(lines) == height


async def test_the_window_follows_the_cursor_and_the_size():
    records = _list(Counted(1_000))
    app = application(records)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("end")
        assert "> [ ] 用印申请 999" in everything(app)
        await pilot.press("up", "up")
        assert "用印申请 999" in everything(app) and "> [ ] 用印申请 997" in everything(app)
        await pilot.resize_terminal(80, 16)
        await pilot.pause()
        assert "> [ ] 用印申请 997" in everything(app)
        await pilot.resize_terminal(160, 50)
        await pilot.pause()
        assert "用印申请 999" in everything(app)
        await pilot.press("home")
        assert "> [ ] 用印申请 0" in everything(app)


async def test_moving_marking_and_opening():
    records = _list(Counted(5))
    app = application(records)
    opened = []
    async with app.run_test(size=SMALL) as pilot:
        app.screen.on_record_list_opened = lambda event: opened.append(event.key)
        assert records.chosen == ("0",)
        await pilot.press("down", "space", "space", "up", "up", "up")
        assert records.chosen == ("1", "2")
        assert records.current == "0"
        assert "[x] 用印申请 1" in everything(app)
        await pilot.press("up", "enter")
        records.mark_all()
        assert len(records.chosen) == 5
        records.mark_all()
        assert records.chosen == ("0",)
        assert "1 of 5" in everything(app)


async def test_filtering_while_typing_keeps_marks_and_esc_ends_it():
    records = _list(Counted(200))
    app = application(records)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("space")
        records.open_filter()
        await pilot.press(*"case-19")
        await pilot.pause()
        assert records.rows.count == 11
        assert "0" in records.chosen
        await pilot.press("0", "0")
        await pilot.pause()
        assert records.rows.count == 0 and "Nothing matches" in everything(app)
        await pilot.press("escape")
        await pilot.pause()
        assert records.rows.count == 200
        assert records.rows.has_focus
        assert len(app.screen_stack) == 2


async def test_a_range_is_marked_from_the_last_mark_to_the_cursor():
    records = _list(Counted(9))
    app = application(records)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("down", "down", "space", "down", "down")
        records.rows.mark_range()
        assert sorted(records.chosen) == ["2", "3", "4", "5"]
        await pilot.press("home")
        records.rows.mark_range()
        assert len(records.chosen) == 6


async def test_sorting_goes_through_the_columns_and_back_to_the_order_it_came_in():
    rows = [("b", "10"), ("A", "9"), ("c", "x")]
    records = _list(Listed(tuple(Record(name, (name, count)) for name, count in rows)))
    app = application(records)

    def order():
        return re.findall(r"\[[ x]\] (\w)", everything(app))

    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("down", "space")
        records.sort_next()
        assert order() == ["A", "b", "c"]
        assert "^ Name" in everything(app)
        records.turn_round()
        assert order() == ["c", "b", "A"]
        assert "v Name" in everything(app)
        records.sort_next()
        assert order() == ["A", "b", "c"]  # 9 before 10, words last
        records.sort_next()
        assert order() == ["b", "A", "c"]
        assert records.chosen == ("A",)


class Slow(Listed):
    """A long list that sorts only when it may; ``started`` says that somebody waits for it."""

    gate, started = threading.Event(), threading.Event()

    def ordered(self, column, *, down):
        self.started.set()
        assert self.gate.wait(20)
        return super().ordered(column, down=down)


async def test_a_long_list_is_sorted_beside_the_screen_which_goes_on_answering():
    records = tuple(Record(str(number), (f"{number:05}", "")) for number in range(LONG))
    shown = _list(Slow(records))
    app = application(shown)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("down")
        shown.turn_round()
        while not Slow.started.is_set():
            await pilot.pause(0.01)
        await pilot.press("down", "down")
        assert shown.current == "3", "the keys work while it is sorted"
        Slow.gate.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert shown.current == str(LONG - 1)


async def test_an_empty_list_says_so():
    records = _list(Listed(()))
    app = application(records)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("down", "space", "enter", "end")
        assert records.chosen == ()
        assert "empty" in everything(app)
        assert app.errors == []


async def test_columns_line_up_under_wide_characters():
    records = _list(Listed((Record("a", ("中" * 60, "x")), Record("b", ("short", "y")))))
    app = application(records)
    async with app.run_test(size=SMALL):
        from rich.cells import cell_len

        ends = {
            cell_len(line[: line.index(last)])
            for line in painted(app)
            for last in ("  x  ", "  y  ")
            if last in line
        }
        assert len(ends) == 1


# Facts and text


async def test_long_values_wrap_under_themselves_and_everything_is_there():
    app = application(FactTable([Fact(phrase("Name"), "甲" * 100), Fact(phrase("Post"), "end")]))
    async with app.run_test(size=SMALL):
        text = everything(app)
        assert text.count("甲") == 100
        assert "end" in text


def test_wrapping_fits_the_width_and_loses_nothing():
    from rich.cells import cell_len

    for line in ("", "abc", "字" * 33, "a字" * 21, "x" * 79):
        rows = wrap(line, 10)
        assert "".join(rows) == line
        assert all(cell_len(row) <= 10 for row in rows)


async def test_a_text_pane_scrolls_and_finds():
    pane = TextPane()
    app = application(pane)
    async with app.run_test(size=SMALL) as pilot:
        pane.show("\n".join(f"line {n}" for n in range(500)))
        await pilot.pause()
        assert pane.find("LINE 40")
        await pilot.pause()
        assert "line 40\n" in everything(app)
        assert all(pane.find("LINE 40") for _ in range(10))  # 400 to 409
        await pilot.pause()
        assert "line 409" in everything(app)
        assert not pane.find("LINE 40")
        assert not pane.find("nowhere")
        pane.show("x" * 75 + "公章管理办法")
        assert pane.find("公章管理")  # the end of the row parts it


# Pictures


def _page(colour=(255, 255, 255), width=210, height=297):
    return PageImage(bytes(colour) * (width * height), width, height, 210_000, 297_000)


async def test_the_page_fills_the_widget_and_the_seal_is_in_true_size():
    picture = PagePicture()
    app = application(picture)
    async with app.run_test(size=LARGE) as pilot:
        picture.show(_page())
        picture.lay(Outline(105_000, 148_500, 42_000))
        await pilot.pause()
        lines = [line for line in painted(app) if "o" in line or "+" in line]
        rim = [line for line in painted(app)[2:-2] if "o" in line]
        # 42 mm of 297 mm on the lines that show the page
        shown = picture.size.height
        assert abs(len(rim) - shown * 42 / 297) <= 2
        assert any("+" in line for line in lines)
        picture.zoom_in()
        await pilot.pause()
        larger = [line for line in painted(app)[2:-2] if "o" in line]
        assert len(larger) > len(rim) * 1.6
        picture.show(None)
        await pilot.pause()
        assert app.errors == []


async def test_two_colours_make_a_half_block():
    picture = PagePicture()
    app = application(picture)
    async with app.run_test(size=SMALL) as pilot:
        stripes = b"".join((b"\xff\xff\xff" if y % 2 else b"\x00\x00\x00") * 40 for y in range(40))
        picture.show(PageImage(stripes, 40, 40, 100_000, 100_000))
        await pilot.pause()
        assert "▄" in everything(app)


@pytest.mark.parametrize(
    "bad",
    [(b"", 1, 1, 1, 1), (b"abc", 1, 1, 0, 1), (b"", 0, 0, 1, 1), (b"x" * 3, 10**6, 10**6, 1, 1)],
)
def test_a_picture_that_does_not_fit_its_size_is_refused(bad):
    with pytest.raises(ValueError, match=r"size|bytes"):
        PageImage(*bad)


# Forms


def _form():
    return Form(
        [
            TextField("title", phrase("Name")),
            NumberField("copies", phrase("Post"), 1, 1, 99),
            DayField("until", phrase("Refresh")),
            ChoiceField("seal", phrase("Seal"), [Choice("a", "公章"), Choice("b", "合同章")]),
            SecretField("pin", phrase("PIN")),
        ]
    )


async def test_a_form_by_keys_alone():
    app = application(_form)
    done = []
    async with app.run_test(size=SMALL) as pilot:
        form = app.screen.query_one(Form)
        app.screen.do_confirm = lambda: done.append(1)
        await pilot.press(*"abc", "enter", "backspace", *"12", "enter", *"2026-11-22", "enter")
        await pilot.press("right", "enter", *"1234", "enter")
        await pilot.pause()
        assert form.field("title", TextField).value == "abc"
        assert form.field("copies", NumberField).number == 12
        assert str(form.field("until", DayField).day) == "2026-11-22"
        assert form.field("seal", ChoiceField).value == "b"
        assert form.field("pin", SecretField).take().reveal() == b"1234"
        assert form.check() is False, "the PIN was taken"
        assert done == [1]


async def test_wrong_entries_are_named_and_hold_the_cursor():
    app = application(_form)
    async with app.run_test(size=SMALL) as pilot:
        form = app.screen.query_one(Form)
        await pilot.press("enter")
        assert "This must be filled in." in everything(app)
        form.field("title", TextField).value = "x"
        form.field("copies", NumberField).value = "0"
        form.field("until", DayField).value = "2026-02-30"
        assert not form.check()
        await pilot.pause()
        text = everything(app)
        assert "from 1 to 99" in text
        assert "2026-11-22" in text


async def test_a_text_field_drops_what_cannot_be_shown():
    app = application(lambda: TextInput("a\x1b‮b", id="t"))
    async with app.run_test(size=SMALL) as pilot:
        from textual import events

        field = app.screen.query_one(TextInput)

        assert field.value == "ab"
        field.focus()
        field.post_message(events.Paste("c\x1b[31m​d\nsecond line"))
        await pilot.pause()
        assert "\x1b" not in field.value and "​" not in field.value
        field.value = "x\x00y"
        assert field.value == "xy"
        await pilot.press("ctrl+a", "ctrl+c", "ctrl+x", "ctrl+v")
        assert field.value == "xy"
        assert app.clipboard == ""


# The banner


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_level_is_always_visible(size):
    situation = Situation(
        "某某县人民政府办公室电子印章工作站" * 3, Level.SECRET, demo=True, person="王" * 50
    )
    app = application(situation=situation)
    async with app.run_test(size=size) as pilot:
        app.screen.query_one(LevelBanner).open_document(Level.SECRET, 10)
        await pilot.pause()
        first = painted(app)[0]
        assert "机密★10年" in first
        assert "DEMONSTRATION" in first


@pytest.mark.parametrize(("colours", "bold"), [("", False), ("truecolor", True)])
async def test_dark_text_is_not_bold_where_bold_is_another_colour(monkeypatch, colours, bold):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLORTERM", colours)
    app = application(lambda: Say(phrase("DARK"), id="dark"))
    async with app.run_test(size=SMALL) as pilot:
        said = app.screen.query_one("#dark", Say)
        said.styles.text_style, said.styles.color, said.styles.background = "bold", "black", "white"
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        (style,) = {part.style for strip in strips for part in strip if "DARK" in part.text}
        assert bool(style.bold) is bold
