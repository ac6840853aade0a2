"""Sending and receiving by light, as a person sees it: what is painted can be photographed."""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from demo_pilot import Person
from demo_unit import DemoUnit
from light_kit import parcel, photographed, sent_at
from PIL import Image
from screens_kit import SMALL, application, everything
from station_kit import held, station_of
from test_light_pixels import kitty_picture
from textual.events import Key, Paste

from airseal.duties.light import Outgoing
from airseal.evidence.signed import read
from airseal.evidence.slips import told
from airseal.evidence.wire import KINDS
from airseal.model.channel import Device
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.screens.light_case import LightCaseScreen
from airseal.screens.light_receive import LightReceiveScreen
from airseal.screens.light_send import of_file
from airseal.screens.session import Session
from airseal.screens.widgets.text_input import TextInput
from airseal.screens.widgets.typing_field import BURST, TypingField
from airseal.text import use_language
from airseal.words.light import kind_name
from transfer.child import ReadingChild
from transfer.frames import Alphabet, encode_frame
from transfer.parcel import Kind, Parcel, parcel_of
from transfer.pixels import Protocol
from transfer.qr import Cells, draw, png
from transfer.receiving import Receiver, Taken
from transfer.terminal import Canvas

LARGE = (150, 72)


pytestmark = pytest.mark.usefixtures("one_jail", "in_english")


@pytest.fixture(scope="module")
def child() -> Iterator[ReadingChild]:
    with ReadingChild() as one:
        yield one


@asynccontextmanager
async def at(unit: DemoUnit, post: str, screen, size) -> AsyncIterator[Person]:
    with station_of(unit, post) as station:
        session = Session(station, unit.usb)
        app = application(situation=session.situation)
        async with app.run_test(size=size) as pilot:
            person = Person(app, pilot, unit)
            app.push_screen(screen(session))
            await person.wait()
            yield person
        session.receptions.close()
        assert person.errors == []


def screen_shot(app, cell=(5, 10)) -> Image.Image:
    """What the terminal paints: each cell's two halves in their colours."""
    rows: list[bytearray] = []
    for strip in app.screen._compositor.render_strips():
        upper, lower = bytearray(), bytearray()
        for segment in strip:
            style = segment.style
            back = style.bgcolor.triplet.red if style and style.bgcolor else 128
            front = style.color.triplet.red if style and style.color else 128
            for character in segment.text:
                upper.append(back)
                lower.append(front if character == "\u2584" else back)
        rows += [upper, lower]
    width = min(len(row) for row in rows)
    image = Image.frombytes("L", (width, len(rows)), b"".join(bytes(r[:width]) for r in rows))
    return image.resize((width * cell[0], len(rows) * cell[1] // 2), Image.Resampling.NEAREST)


async def until(person: Person, ready) -> None:
    # The page itself looks round four times a second.
    deadline = monotonic() + 30
    while monotonic() < deadline:
        if ready():
            return
        await person.wait()
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def give_path(person: Person, path: Path) -> None:
    await until(person, lambda: person.app.screen.query(TextInput))
    person.app.screen.query_one(TextInput).value = str(path)
    await person.press("f9")


def running(person: Person) -> bool:
    return person.app.screen._show is not None


@pytest.mark.parametrize("theme", [0, 1])
async def test_what_is_painted_is_photographed_and_read(demo_unit, child, theme):
    bundle = demo_unit.usb / "statement.p7m"
    with zipfile.ZipFile(demo_unit.waiting(2)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".p7m")]
        bundle.write_bytes(archive.read(names[0]))
    async with at(demo_unit, "custodian", lambda s: of_file(s, bundle), LARGE) as person:
        await until(person, lambda: running(person))
        for _ in range(theme):
            await person.press("f3")
        await person.press("space")
        screen, receiver, made = person.app.screen, Receiver(child.solve), []
        assert screen._show.version >= 20
        for _ in range(3):
            for seed in range(screen._show.source.needed + 12):
                screen._step()
                await person.wait()
                look = child.look_at_file(photographed(screen_shot(person.app), seed, blur=0.6))
                made += receiver.take_all(look.texts)
                if made:
                    break
            if made:
                break
            # A code that no picture shows well is drawn with larger squares, as a person would.
            await person.press("[")
        assert made == [screen._leaving.parcel]
        whole = parcel_of(bundle.read_bytes())
        assert made == [whole] or told(made[0].content) == read(whole.content).statement
        assert "statement.p7m" not in everything(person.app)
        await person.press("escape")
        assert person.name == "Bench"
    last = held(demo_unit, "custodian").last
    assert last.kind == "light-shown"
    assert last.facts["how"] == "screen"


async def test_speed_size_and_cells_change_while_it_runs(demo_unit):
    bundle = demo_unit.waiting(0)
    async with at(demo_unit, "custodian", lambda s: of_file(s, bundle), LARGE) as person:
        await until(person, lambda: running(person))
        screen = person.app.screen
        first = screen._show.version
        await person.press("plus")
        assert "at 10/s" in everything(person.app)
        await person.press("minus", "minus")
        assert "at 6/s" in everything(person.app)
        await person.press("left_square_bracket")
        assert screen._show.version == first - 1
        await person.press("x")
        await until(person, lambda: screen._show.version < 20)
        await person.press("x", "z")
        await until(person, lambda: screen._show.version > first)
        text = everything(person.app)
        assert "内部" in text and "Esc" not in text, "the level stays above the code"
        await person.press("space")
        shown = screen._shown
        screen._tick()
        assert screen._shown == shown
        await person.press("space")
        screen._tick()
        assert screen._shown > shown


async def test_pixels_are_drawn_over_the_cells_and_go_when_another_screen_comes(
    demo_unit, child, monkeypatch
):
    def with_pixels(screen):
        screen._ways = (Canvas(Protocol.KITTY, 8, 16), *Cells)
        screen._drawing = screen._ways[0]

    monkeypatch.setattr("airseal.screens.light_send.LightSendScreen._find_ways", with_pixels)
    bundle, written = demo_unit.waiting(0), []
    async with at(demo_unit, "custodian", lambda s: of_file(s, bundle), (80, 24)) as person:
        await until(person, lambda: running(person))
        screen = person.app.screen
        assert screen._show.version >= 15, "half blocks have room for version 2 here"
        await person.press("space")
        monkeypatch.setattr(person.app._driver, "write", written.append)
        screen._step()
        await person.wait()
        (drawn,) = {text for text in written if "\x1b_Ga=T" in text}
        place = re.match(r"\x1b7\x1b\[(\d+);(\d+)H", drawn)
        assert 1 < int(place[1]) < 20 and 1 < int(place[2]) < 80
        shown = kitty_picture(drawn[place.end() : -len("\x1b8")])
        look = child.look_at_pixels(*shown.size, shown.tobytes())
        assert look.texts == (screen._show.source.text(screen._show.number - 1),)
        written.clear()
        await person.press("question_mark")
        screen._step()
        await person.wait()
        assert any("\x1b_Ga=d" in text for text in written)
        assert not any("\x1b_Ga=T" in text for text in written), "it is behind another screen"
        await person.press("escape")
        assert "QR" in person.screen, "pixels come after the cells were painted"
        await until(person, lambda: any("\x1b_Ga=T" in text for text in written))
        written.clear()
        await person.press("x")
        assert any("\x1b_Ga=d" in text for text in written)
        assert "\u2584" in everything(person.app)


async def test_a_window_too_small_says_so(demo_unit):
    bundle = demo_unit.waiting(0)
    async with at(demo_unit, "custodian", lambda s: of_file(s, bundle), (60, 12)) as person:
        await until(person, lambda: "LIGHT_SCREEN" in everything(person.app))


async def test_what_may_not_leave_so_is_refused_with_the_rule(demo_unit, monkeypatch):
    def refuse(content: bytes, ceiling: Level) -> Outgoing:
        raise Problem("QR_LEVEL", level=Level.SECRET, limit=Level.INTERNAL)

    monkeypatch.setattr("airseal.duties.light.outgoing", refuse)
    bundle = demo_unit.waiting(0)
    async with at(demo_unit, "custodian", lambda s: of_file(s, bundle), LARGE) as person:
        await until(person, lambda: "QR_LEVEL" in everything(person.app))
        assert "C-25" in everything(person.app)
        assert not running(person)
        await person.press("p")
        assert not list(demo_unit.usb.glob("*-qr.pdf"))


async def test_sheets_go_to_the_medium(demo_unit):
    bundle = demo_unit.waiting(0)
    async with at(demo_unit, "custodian", lambda s: of_file(s, bundle), LARGE) as person:
        await until(person, lambda: running(person))
        await person.press("p")
        await until(person, lambda: list(demo_unit.usb.glob("*-qr.pdf")))
        await person.wait()


async def test_a_case_and_its_decision_are_sent_without_a_medium(demo_unit):
    with station_of(demo_unit, "custodian") as station:
        (case,) = station.import_file(demo_unit.waiting(1)).cases
    medium = sorted(demo_unit.usb.iterdir())
    async with at(demo_unit, "custodian", lambda s: LightCaseScreen(s, case), LARGE) as person:
        await until(person, lambda: "decision" in everything(person.app))
        assert "one code of version" in everything(person.app)
        await person.press("down", "enter")
        await until(person, lambda: running(person))
        decision = person.app.screen._leaving
        assert decision.caption.kinds == {"decision"} and decision.caption.title in person.screen
        await person.press("escape", "home", "enter")
        await person.type(demo_unit.person("custodian")["pin"])
        await person.press("enter")
        await until(person, lambda: running(person))
        whole = person.app.screen._leaving
        assert whole.parcel.kind is Kind.BUNDLE
    assert sorted(demo_unit.usb.iterdir()) == medium
    ledger = held(demo_unit, "custodian")
    assert [one.kind for one in ledger.entries][-2:] == ["export-prepared", "light-shown"]
    assert ledger.tables["exports"][whole.caption.name]["state"] == "shown"
    with station_of(demo_unit, "checker") as station:
        station.import_file(demo_unit.waiting(2))
        assert station.import_light(whole.parcel).cases == (case,)
        assert station.import_light(decision.parcel).again


async def test_a_case_above_the_ceiling_asks_for_no_pin(demo_unit, monkeypatch):
    with station_of(demo_unit, "custodian") as station:
        (case,) = station.import_file(demo_unit.waiting(1)).cases
    monkeypatch.setattr("airseal.station.light._ceiling", lambda ports: Level.PUBLIC)
    async with at(demo_unit, "custodian", lambda s: LightCaseScreen(s, case), LARGE) as person:
        await until(person, lambda: "decision" in everything(person.app))
        await person.press("enter")
        await until(person, lambda: "QR_LEVEL" in everything(person.app))
        assert person.name == "LightCaseScreen"
        # A decision tells no content (E-10).
        await person.press("down", "enter")
        await until(person, lambda: running(person))


def test_every_kind_of_statement_has_a_name_above_codes():
    assert [kind for kind in KINDS if kind_name(kind) == kind] == []


async def test_a_scanner_types_and_a_file_does_the_rest(demo_unit, tmp_path):
    bundle = demo_unit.waiting(0)
    source = sent_at(parcel_of(bundle.read_bytes()), 25)
    rest = tmp_path / "rest"
    rest.mkdir()
    for number in range(3, source.needed + 1):
        (rest / f"{number}.png").write_bytes(png(draw(source.text(number)), 3))
    typed = [encode_frame(source.frame(n), Alphabet.BASE32) for n in range(3)]
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        screen = person.app.screen
        for count, line in enumerate(typed, 1):
            # Either case, and no letter of it is a command.
            await person.type(line.lower() if count == 2 else line)
            await person.press("enter")
            await until(person, lambda count=count: screen._held.pictures == count)
            await person.wait()
        assert f"3 of {source.needed} codes" in everything(person.app)
        # A key that comes as fast as the scanner's is still the scanner's.
        typing = monotonic()
        await until(person, lambda: monotonic() > typing + BURST)
        await person.press("f4")
        await give_path(person, rest)
        await until(person, lambda: "Imported from" in everything(person.app))
    kinds = [entry.kind for entry in held(demo_unit, "officer").entries]
    assert kinds[-1] == "imported"


async def test_what_is_unfinished_goes_on_after_the_next_login(demo_unit, tmp_path):
    source = sent_at(parcel_of(demo_unit.waiting(0).read_bytes()), 25)
    other = sent_at(parcel_of(demo_unit.waiting(1).read_bytes()), 20)
    first, rest = tmp_path / "first.frames", tmp_path / "rest.frames"
    half = source.needed // 2
    first.write_text("".join(f"{source.text(n)}\n" for n in range(half)) + other.text(7))
    rest.write_text("".join(f"{source.text(n)}\n" for n in range(half, source.needed + 1)))
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        await person.press("f4")
        await give_path(person, first)
        await until(person, lambda: f"{half} of {source.needed} codes" in person.screen)
    # Nothing of it lies on the disk as it came.
    (kept,) = (demo_unit.home("officer") / "aside").glob("reception")
    assert source.frame(0).symbol[:32] not in kept.read_bytes()
    assert source.text(0)[:32].encode() not in kept.read_bytes()
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        await until(person, lambda: f"{half} of {source.needed} codes" in person.screen)
        assert f"1 of {other.needed} codes" in person.screen, "two senders are kept apart"
        assert f"{half + 1} codes" in person.screen
        await person.press("f4")
        await give_path(person, rest)
        await until(person, lambda: "Imported from" in person.screen)
        await person.press("f6")
        assert "forgotten" in person.screen
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        await until(person, lambda: person.app.screen._held.resumed)
        assert person.app.screen._held.under_way == ()


async def test_what_was_complete_but_not_imported_is_imported_at_the_next_login(demo_unit):
    source = sent_at(parcel_of(demo_unit.waiting(0).read_bytes()), 25)
    frames = "".join(f"{source.text(n)}\n" for n in range(source.needed + 1)).encode()
    with station_of(demo_unit, "officer") as station:
        station.light.keep(frames)
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        await until(person, lambda: "Imported from" in person.screen)
    assert held(demo_unit, "officer").last.kind == "imported"


async def test_a_damaged_file_of_what_was_kept_is_as_if_there_were_none(demo_unit):
    with station_of(demo_unit, "officer") as station:
        station.light.keep(b"Q1 anything\n" * 1_000)
        assert station.light.kept().startswith(b"Q1")
    place = demo_unit.home("officer") / "aside" / "reception"
    place.write_bytes(place.read_bytes()[:-1])
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        await until(person, lambda: person.app.screen._held.resumed)
        assert person.app.screen._held.under_way == ()


async def test_nothing_that_a_scanner_types_is_a_command(demo_unit):
    source = sent_at(parcel_of(demo_unit.waiting(0).read_bytes()), 25)
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        for line in ("xcipeqnz", "0123 https://example.org/?q=[x]", "Q1", "Q2" + "A" * 5_000):
            await person.type(line.replace("?", ""))
            await person.press("enter")
            assert person.name == "LightReceiveScreen"
        screen = person.app.screen
        await until(person, lambda: screen._held.taken[Taken.REFUSED] == 4)
        # Codes that come faster than they are read wait for their turn.
        lines = [encode_frame(source.frame(n), Alphabet.BASE32) for n in range(5)]
        screen.query_one(TypingField).post_message(Paste("\n".join(lines)))
        await until(person, lambda: screen._held.taken[Taken.NEW] == 5)


async def test_what_comes_as_fast_as_a_scanner_types_is_no_command(demo_unit):
    """Esc and Ctrl+Q, at the beginning, within and at the end of a code."""
    start, app = 1_000.0, None

    def at_time(key: str, seconds: float) -> None:
        event = Key(key, key if len(key) == 1 else None)
        event.time = start + seconds
        app.post_message(event)

    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        app, screen = person.app, person.app.screen
        code = ["ctrl+q", "Q", "2", "escape", "?", "f4", "tab", "ctrl+q", "enter", "escape"]
        for order, key in enumerate(code):
            at_time(key, order * BURST / 3)
        await until(person, lambda: screen._held.taken[Taken.REFUSED] == 1)
        # One that begins with a command and has nothing else is a code too.
        at_time("escape", 1)
        at_time("enter", 1 + BURST / 2)
        await person.wait()
        assert app.is_running and app.screen is screen
        assert app.focused is screen.query_one(TypingField)
        at_time("f4", 2)
        await until(person, lambda: person.name == "PathScreen")
        # A scanner knows nothing of the dialog that lies over the page: the page has its code.
        dialog, field = app.screen, app.screen.query_one(TextInput)
        before = field.value
        frame = encode_frame(sent_at(parcel(600), 25).frame(0), Alphabet.BASE32)
        for order, key in enumerate([*frame, "f9", "escape", "ctrl+q", "enter"]):
            at_time(key, 3 + order * BURST / 3)
        at_time("enter", 3 + (len(frame) + 4) * BURST / 3 + 2 * BURST)
        await until(person, lambda: screen._held.taken[Taken.NEW] == 1)
        await person.wait()
        assert app.is_running and app.screen is dialog and field.value == before
        app.post_message(Paste(f"{frame}\n"))
        await until(person, lambda: screen._held.taken[Taken.FINISHED] == 1)
        # A person types slowly, or two keys at once.
        at_time("a", 60)
        at_time("b", 60 + BURST / 3)
        await until(person, lambda: field.value == before + "ab")
        at_time("escape", 62)
        await until(person, lambda: app.screen is screen)
        at_time("escape", 63)
        # A person's key is a command as ever.
        await until(person, lambda: app.screen is not screen)


async def test_a_scanner_below_the_level_of_the_station_types_nothing(demo_unit):
    with station_of(demo_unit, "system-admin") as station:
        facts = station.facts
        station.offices.register_station(
            facts.place, facts.manager, facts.printers, (), None, (Device("gun", Level.PUBLIC),)
        )
    async with at(demo_unit, "custodian", LightReceiveScreen, (100, 30)) as person:
        await person.type("Q2ABC")
        await person.press("enter")
        await until(person, lambda: "QR_DEVICE_LEVEL" in person.screen)
        assert "E-10" in person.screen and person.app.screen._held.pictures == 0


async def test_a_flood_of_forged_objects_does_not_fill_the_quarantine(demo_unit, tmp_path):
    frames = tmp_path / "many.frames"
    forged = [sent_at(parcel(600, seed), 40).text(0) for seed in range(30)]
    frames.write_text("\n".join(forged))
    before = len(held(demo_unit, "officer").entries)
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        await person.press("f4")
        await give_path(person, frames)
        await until(person, lambda: person.app.screen._held.refused == 30)
    kinds = [entry.kind for entry in held(demo_unit, "officer").entries[before:]]
    assert kinds.count("import-refused") == 8


async def test_the_way_by_light_in_chinese(demo_unit, tmp_path):
    use_language("zh_CN")
    with station_of(demo_unit, "custodian") as station:
        (case,) = station.import_file(demo_unit.waiting(1)).cases
    async with at(demo_unit, "custodian", lambda s: LightCaseScreen(s, case), SMALL) as person:
        await until(person, lambda: "审批意见" in person.screen)
        assert "整个事项" in person.screen and "一个二维码" in person.screen
        await person.press("down", "enter")
        await until(person, lambda: running(person))
        shown = person.screen
        assert "内部" in shown and "审批意见" in shown and "示范市数据局" in shown
        assert "至少需要" in shown and "窗口太小，只能显示小码" in shown
        await person.press("space")
        assert "暂停" in person.screen
    frames = tmp_path / "some.frames"
    source = sent_at(parcel_of(demo_unit.waiting(0).read_bytes()), 25)
    frames.write_text("\n".join(source.text(n) for n in range(2)))
    async with at(demo_unit, "officer", LightReceiveScreen, SMALL) as person:
        await person.press("f4")
        await give_path(person, frames)
        await until(person, lambda: f"已有 2 个，共需 {source.needed} 个" in person.screen)
        frames.write_text("\n".join(source.text(n) for n in range(2, source.needed + 2)))
        await person.press("f4")
        await give_path(person, frames)
        await until(person, lambda: "已导入" in person.screen)


async def test_what_is_no_code_is_said(demo_unit, tmp_path):
    dark = io.BytesIO()
    Image.new("L", (300, 300), 5).save(dark, "PNG")
    (tmp_path / "dark.png").write_bytes(dark.getvalue())
    async with at(demo_unit, "officer", LightReceiveScreen, (100, 30)) as person:
        await person.press("f4")
        await person.wait()
        await give_path(person, tmp_path / "dark.png")
        await until(person, lambda: "LIGHT_NOTHING" in everything(person.app))
        assert "too dark" in everything(person.app)


def test_a_single_statement_is_imported_when_it_needs_no_document(demo_unit):
    with station_of(demo_unit, "custodian") as station:
        station.import_file(demo_unit.waiting(1))
        (case,) = [row.id for row in station.cases() if row.state.value == "approved"][:1]
        evidence = station._ports.evidence
        decision = next(
            evidence.get(one.id) for one in evidence.case_statements(case) if one.kind == "decision"
        )
    with station_of(demo_unit, "officer") as station:
        station.import_file(demo_unit.waiting(0))
        again = station.import_light(Parcel(Kind.STATEMENT, decision.p7m))
        assert again.kind == "statement" and again.cases == (case,)
        assert station.import_light(Parcel(Kind.STATEMENT, decision.p7m)).again
        forged = bytearray(decision.p7m)
        forged[-1] ^= 1
        with pytest.raises(Problem):
            station.import_light(Parcel(Kind.STATEMENT, bytes(forged)))
    assert held(demo_unit, "officer").last.kind == "import-refused"
