"""The screens on which people work: PIN, request, reading, deciding, sealing, exporting."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from demo_pilot import Person
from demo_unit import DemoUnit, copied
from flow_kit import Office
from screens_kit import HOSTILE, LARGE, SMALL, application
from station_kit import lasting_jail, pin_of, station_of

from airseal.duties.drafting import Wish
from airseal.duties.sealing import CHECKS
from airseal.founding.demo import DRAFT_TITLE, SEAL
from airseal.keys.tokenwire import PinState, TokenStatus
from airseal.model.case import CaseState
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.request import Outcome
from airseal.paper.placement import PageSize
from airseal.paper.report import Picture
from airseal.screens.case import CaseScreen
from airseal.screens.decide import DecideScreen
from airseal.screens.files import FilesScreen
from airseal.screens.path import PathScreen
from airseal.screens.pin import PinScreen
from airseal.screens.request import RequestScreen
from airseal.screens.seal import SealScreen
from airseal.screens.session import Session
from airseal.screens.widgets.document_view import DocumentView, ReadAs
from airseal.screens.widgets.entry_fields import NumberField, TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.message_line import MessageLine
from airseal.station import Station
from airseal.text import phrase, use_language


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    """One jail for all stations here: starting it is another test's matter."""
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture(scope="module")
def looked_at(built_demo, tmp_path_factory) -> Iterator[DemoUnit]:
    """One copy for the tests that only look; officer and custodian hold everything."""
    with copied(built_demo, tmp_path_factory.mktemp("looked-at") / "unit") as unit:
        import_all(unit, "officer")
        import_all(unit, "custodian")
        yield unit


def import_all(unit: DemoUnit, post: str) -> None:
    with station_of(unit, post) as station:
        for found in station.bundles_on(unit.usb):
            station.import_file(unit.usb / found.name)


def case_in(station: Station, state: CaseState) -> str:
    return next(row.id for row in station.cases() if row.state is state)


@asynccontextmanager
async def at(unit: DemoUnit, post: str, screen, size=SMALL) -> AsyncIterator[Person]:
    """The screen that ``screen(session)`` makes, at the station of ``post``."""
    with station_of(unit, post) as station:
        session = Session(station, unit.usb)
        app = application(screen=lambda: screen(session), situation=session.situation)
        async with app.run_test(size=size) as pilot:
            person = Person(app, pilot, unit)
            await person.wait()
            yield person
            for error in person.errors:
                raise error


def code_on(person: Person) -> str:
    return person.app.screen.query_one(MessageLine).code


async def give_pin(person: Person, pin: str) -> str:
    assert person.name == "PinScreen", person.screen
    await person.type(pin)
    await person.press("enter")
    return person.screen


# The PIN dialog


def token(pin: PinState = PinState.OK, *, soft: bool = True) -> TokenStatus:
    return TokenStatus("0001", "token of [/x]", "model", soft, pin, ())


@dataclass
class Asking:
    """A screen's question for the PIN, with what came of it."""

    screen: PinScreen
    answers: list[object]


@asynccontextmanager
async def asked(*states: TokenStatus | Problem) -> AsyncIterator[tuple[Person, list[object]]]:
    """A PIN dialog over a token that stands as ``states`` say, one look after the other."""
    looks = iter(states)
    answers: list[object] = []

    def look() -> TokenStatus:
        state = next(looks)
        if isinstance(state, Problem):
            raise state
        return state

    app = application()
    async with app.run_test(size=SMALL) as pilot:
        person = Person(app, pilot, None)
        app.push_screen(PinScreen(look, phrase("Sign")), answers.append)
        await person.wait()
        yield person, answers


async def test_the_pin_is_handed_back_once_and_never_shown():
    async with asked(token()) as (person, answers):
        await person.type("864203")
        assert "864203" not in person.screen
        await person.press("enter")
        (secret,) = answers
        assert secret.reveal() == b"864203"


async def test_esc_turns_away_while_the_key_is_still_being_looked_at():
    looked, answers = threading.Event(), []

    def look() -> TokenStatus:
        looked.wait()
        return token()

    app = application()
    async with app.run_test(size=SMALL) as pilot:
        dialog = PinScreen(look, phrase("Sign"))
        app.push_screen(dialog, answers.append)
        await pilot.pause()
        assert dialog.is_busy
        await pilot.press("escape")
        looked.set()
        await Person(app, pilot, None).wait()
        assert answers == [None]


async def test_a_nearly_locked_token_is_said_before_the_pin_is_asked():
    async with asked(token(PinState.FINAL_TRY)) as (person, answers):
        use_language("en")
        await person.press("f3")
        assert "only one try is left" in person.screen
        assert not answers


async def test_a_locked_token_takes_no_pin():
    async with asked(token(PinState.LOCKED)) as (person, answers):
        await person.type("864203")
        await person.press("enter")
        assert person.name == "PinScreen"
        assert not answers


async def test_without_a_token_no_pin_is_taken_until_it_is_there_again():
    async with asked(Problem("TOKEN_ABSENT"), token()) as (person, answers):
        assert code_on(person) == "TOKEN_ABSENT"
        await person.type("864203")
        await person.press("enter")
        assert not answers
        await person.press("f5", "enter")
        assert len(answers) == 1


async def test_turning_away_hands_back_nothing():
    async with asked(token()) as (person, answers):
        await person.type("864203")
        await person.press("escape")
        assert answers == [None]


# Reading


@dataclass
class FakePages:
    """A document of some pages; a page listed in ``broken`` cannot be drawn."""

    count: int
    broken: tuple[int, ...] = ()
    drawn: list[int] | None = None

    def sizes(self):
        return (PageSize(210_000, 297_000),) * self.count

    def picture(self, page, width_px):
        if self.drawn is not None:
            self.drawn.append(page)
        if page in self.broken:
            raise Problem("JAIL_DIED")
        return Picture(2, 3, bytes(18))

    def text(self, page):
        return f"page {page}\n" + "\n".join(HOSTILE)


@asynccontextmanager
async def reading(pages: FakePages, form: ReadAs) -> AsyncIterator[tuple[Person, DocumentView]]:
    app = application(DocumentView(form=form))
    async with app.run_test(size=SMALL) as pilot:
        person = Person(app, pilot, None)
        view = app.screen.query_one(DocumentView)
        view.open(pages)
        await person.wait()
        yield person, view
        for error in person.errors:
            raise error


async def test_pages_are_turned_within_the_document():
    async with reading(FakePages(3), ReadAs.TEXT) as (person, view):
        assert "page 1" in person.screen
        assert view.turn(1)
        await person.wait()
        assert "page 2" in person.screen
        assert not view.turn(-2)
        assert not view.go_to(4)
        assert view.page == 2
        assert "\x1b" not in person.screen


async def test_a_page_that_cannot_be_drawn_is_said_and_the_others_go_on():
    async with reading(FakePages(3, broken=(2,)), ReadAs.PICTURE) as (person, view):
        use_language("en")
        view.turn(1)
        await person.wait()
        assert "This page cannot be shown" in person.screen
        view.turn(1)
        await person.wait()
        assert "This page cannot be shown" not in person.screen


async def test_whoever_turns_fast_gets_the_page_they_end_at():
    pages = FakePages(500, drawn=[])
    async with reading(pages, ReadAs.PICTURE) as (person, view):
        for _ in range(100):
            view.turn(1)
        await person.wait()
        assert view.page == 101
        assert pages.drawn[-1] == 101
        assert len(pages.drawn) < 10


async def test_words_are_found_from_page_to_page_and_round_again():
    async with reading(FakePages(30), ReadAs.PICTURE) as (person, view):
        for words, page in (("PAGE 2", 2), ("PAGE 2", 20), ("page 30", 30), ("page 2", 2)):
            view.find(words)
            await person.wait()
            assert (view.page, view.form) == (page, ReadAs.TEXT), words
        view.find("nowhere")
        await person.wait()
        assert view.page == 2


async def test_a_case_is_searched_and_a_page_chosen_by_keys(looked_at):
    with station_of(looked_at, "officer") as station:
        case = case_in(station, CaseState.IN_APPROVAL)
    async with at(looked_at, "officer", lambda session: CaseScreen(session, case)) as person:
        await person.press("n")
        assert "尚未查找" in person.screen
        await person.press("slash", *"各有关", "enter")
        assert person.app.screen.document.form is ReadAs.TEXT
        assert "各有关单位" in person.screen
        await person.press("slash", *"没有这句", "enter")
        assert "正文中没有" in person.screen
        await person.press("j", "7", "enter")
        assert "没有这一页" in person.screen
        await person.press("j", "escape")
        assert isinstance(person.app.screen, CaseScreen)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_case_shows_what_is_asked_and_the_document(looked_at, size):
    with station_of(looked_at, "officer") as station:
        case = case_in(station, CaseState.IN_APPROVAL)
    async with at(looked_at, "officer", lambda session: CaseScreen(session, case), size) as person:
        for needed in ("关于启用新版办公系统的通知", "李承办", "示范市财政局", "sha256: ", "内部"):
            assert needed in person.screen
        document = person.app.screen.document
        await person.press(*(["t"] if size is SMALL else []))
        assert "各有关单位" in person.screen
        await person.press("t")
        assert document.form is ReadAs.PICTURE
        assert "\u2584" in person.screen
        await person.press("plus", "plus", "minus", "right_square_bracket")
        assert document.page == 1
        await person.press("t")
        assert document.form is ReadAs.TEXT


async def test_every_word_follows_the_language(looked_at):
    with station_of(looked_at, "officer") as station:
        case = case_in(station, CaseState.IN_APPROVAL)
    async with at(looked_at, "officer", lambda session: CaseScreen(session, case)) as person:
        assert "主送" in person.screen
        await person.press("f2")
        assert "Main recipient" in person.screen
        assert "主送" not in person.screen


# Deciding


async def test_returning_needs_a_reason_and_a_wrong_pin_changes_nothing(demo_unit):
    import_all(demo_unit, "officer")
    with station_of(demo_unit, "officer") as station:
        case = case_in(station, CaseState.IN_APPROVAL)

    def screen(session):
        return DecideScreen(session, [case], Outcome.RETURN)

    async with at(demo_unit, "officer", screen) as person:
        await person.press("enter")
        assert person.name == "DecideScreen", "no reason, no PIN"
        await person.type("落款日期有误")
        await person.press("enter")
        await give_pin(person, "000000")
        assert code_on(person) == "PIN_WRONG"
        assert person.name == "PinScreen", "it is asked for again, where nothing is shown"
        await give_pin(person, demo_unit.person("officer")["pin"])
        assert person.name == "ResultsScreen"
        assert "退回补正" in person.screen
    with station_of(demo_unit, "officer") as station:
        assert station.case(case).status.state is CaseState.RETURNED


async def test_what_a_paper_lacks_is_the_reason_to_begin_with(demo_unit, tmp_path):
    """DC-16: nobody types what the checklist has found."""
    office = Office(demo_unit, tmp_path / "stick")
    case = office.request(title="关于别事的通知")
    office.send("drafter", case, "officer")

    def screen(session):
        return DecideScreen(session, [case], Outcome.RETURN)

    async with at(demo_unit, "officer", screen) as person:
        reason = person.app.screen.query_one(Form).field("reason", TextField)
        assert reason.value == "请更正：标题与申请不符", reason.value
        await person.press("enter")
        await give_pin(person, demo_unit.person("officer")["pin"])
        assert person.name == "ResultsScreen"
    with station_of(demo_unit, "officer") as station:
        (decision,) = station.case(case).facts.decisions
        assert decision.body.reason == "请更正：标题与申请不符"


async def test_a_batch_is_decided_with_one_pin_and_every_failure_is_named(demo_unit):
    unit = demo_unit
    ask_for(unit, "第二份请示")
    ask_for(unit, "过期的请示", until="2020-01-01")
    import_all(unit, "officer")
    with station_of(unit, "officer") as station:
        cases = [row.id for row in station.cases() if row.state is not CaseState.SEALED]
        cases = [case for case in cases if not station.case(case).facts.decisions]
    assert len(cases) == 3

    def screen(session):
        return DecideScreen(session, cases, Outcome.APPROVE)

    async with at(unit, "officer", screen) as person:
        await person.press("enter")
        await give_pin(person, unit.person("officer")["pin"])
        assert person.name == "ResultsScreen"
        lines = person.screen.splitlines()
        by_title = {title: next(line for line in lines if title in line) for title in TITLES}
        assert "+ 已批准" in by_title["关于启用新版办公系统的通知"]
        assert "+ 已批准" in by_title["第二份请示"]
        assert "x " in by_title["过期的请示"]
        assert "2" in person.screen
        await person.press("e")
        assert person.name == "ExportScreen"
        assert "过期的请示" not in person.screen, "only what was signed leaves"


TITLES = ("关于启用新版办公系统的通知", "第二份请示", "过期的请示")


def ask_for(unit: DemoUnit, *titles: str, until: str | None = None) -> list[str]:
    """Requests by the drafter's station, in one bundle on the stick."""
    with station_of(unit, "drafter") as station, station.signing(pin_of(unit, "drafter")) as signer:
        cases = []
        for title in titles:
            wish = Wish(title, "用途", (SEAL,), 1, ("finance",), until, Level.INTERNAL)
            with station.take_in(unit.document()) as document:
                cases.append(station.request(document, wish, signer).id)
        station.export(cases, unit.usb, signer)
        return cases


# Sealing


@asynccontextmanager
async def sealing(unit: DemoUnit, size=SMALL) -> AsyncIterator[tuple[Person, str]]:
    """The sealing table with the approved case of the demo on it."""
    import_all(unit, "custodian")
    with station_of(unit, "custodian") as station:
        case = case_in(station, CaseState.APPROVED)
    async with at(unit, "custodian", lambda session: SealScreen(session, case), size) as person:
        yield person, case


async def test_the_seal_stays_inside_the_approved_tolerance(demo_unit):
    async with sealing(demo_unit, LARGE) as (person, _):
        await person.press("t")
        approved = person.app.screen.position
        await person.press(*["left"] * 15)
        assert code_on(person) == ""
        await person.press("left")
        assert code_on(person) == "PLACE_OUTSIDE_TOLERANCE"
        assert "-16.00" in person.screen
        assert person.app.screen.position.x_um == approved.x_um - 15_000
        await person.press("0")
        assert person.app.screen.position == approved


async def test_nothing_is_sealed_before_content_copies_and_approvals_are_ticked(demo_unit):
    async with sealing(demo_unit) as (person, case):
        for keys in ("1", "2"):
            await person.press(keys, "s")
            assert person.name == "SealScreen"
        await person.press("3", "s")
        assert person.name == "PinScreen"
        await person.press("escape")
        await person.press("3", "s")
        assert person.name == "SealScreen", "the tick was taken away again"
    with station_of(demo_unit, "custodian") as station:
        assert not station.case(case).facts.sealings


class BrokenSigner:
    """A key whose token is pulled between login and signature."""

    def __init__(self, signer):
        self._signer = signer

    def __getattr__(self, name):
        return getattr(self._signer, name)

    def sign(self, tbs):
        raise Problem("TOKEN_PULLED")


async def test_an_unfinished_sealing_is_given_up_with_a_reason_and_never_signed_again(demo_unit):
    import_all(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        case = case_in(station, CaseState.APPROVED)
        pin = pin_of(demo_unit, "custodian")
        with station.signing(pin) as signer, pytest.raises(Problem, match="TOKEN_PULLED"):
            station.seal(case, BrokenSigner(signer), checked=CHECKS)
    async with at(demo_unit, "custodian", lambda session: SealScreen(session, case)) as person:
        assert "未完成" in person.screen
        await person.press("1", "2", "3", "s")
        assert person.name == "SealScreen"
        await person.press("x")
        assert person.name == "ReasonScreen"
        await person.press("enter")
        assert person.name == "ReasonScreen", "no reason, nothing given up"
        await person.type("密钥盘被拔出")
        await person.press("enter")
        assert person.name == "SealScreen"
        await person.press("s")
        assert person.name == "PinScreen"


async def test_a_case_that_cannot_be_sealed_says_why(looked_at):
    with station_of(looked_at, "custodian") as station:
        case = case_in(station, CaseState.IN_APPROVAL)
    async with at(looked_at, "custodian", lambda session: SealScreen(session, case)) as person:
        assert code_on(person) == "APPROVAL_MISSING"
        await person.press("1", "2", "3", "s")
        assert person.name == "SealScreen"


# Requesting


async def test_a_document_that_may_not_be_sealed_is_refused_by_name(demo_unit):
    (demo_unit.usb / f"{DRAFT_TITLE}.pdf").write_bytes(b"%PDF-1.7 broken")
    async with at(demo_unit, "drafter", RequestScreen) as person:
        await person.press("down", "enter")
        assert person.name == "RequestScreen"
        assert code_on(person).startswith("PDF_")
        await person.press("f9", "f7")
        assert person.name == "RequestScreen"


async def test_a_seal_moved_on_the_page_is_asked_for_exactly_there(demo_unit):
    async with at(demo_unit, "drafter", RequestScreen) as person:
        await person.press("down", "enter", "f7")
        assert person.name == "PlaceScreen"
        block = person.app.screen.position
        await person.press("left", "left", "f", "down", "f9")
        form = person.app.screen.query_one(Form)
        form.field("purpose", TextField).value = "用途"
        form.field("copies", NumberField).value = "2"
        assert f"{(block.x_um - 2_000) / 1_000:.1f}" in person.screen
        await person.press("down", "enter", "enter")
        assert person.name == "RequestScreen"
        await person.press("f9")
        await give_pin(person, demo_unit.person("drafter")["pin"])
        assert person.name == "ExportScreen", person.screen
    with station_of(demo_unit, "drafter") as station:
        (row,) = [row for row in station.cases() if row.title == DRAFT_TITLE]
        (place,) = station.case(row.id).facts.asked.grant.documents[0].seals
        assert (place.x_um, place.y_um) == (block.x_um - 2_000, block.y_um + 100)


async def test_the_form_says_what_is_missing_and_asks_no_pin(demo_unit):
    async with at(demo_unit, "drafter", RequestScreen) as person:
        await person.press("down", "enter", "f9")
        assert person.name == "RequestScreen"
        assert code_on(person) == "FORM_INCOMPLETE"


async def test_files_are_listed_harmlessly_and_an_unreadable_directory_is_said(tmp_path):
    (tmp_path / "inner").mkdir()
    for name in ("[@click=app.quit]x.pdf", "a\x1b[2Jb.pdf", "\u202efdp.pdf", "字" * 60 + ".pdf"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "other.txt").write_bytes(b"")
    (tmp_path / "inner" / "found.pdf").write_bytes(b"")
    app = application(screen=lambda: FilesScreen(tmp_path, tmp_path))
    async with app.run_test(size=SMALL) as pilot:
        person = Person(app, pilot, None)
        await person.wait()
        assert "[@click=app.quit]x.pdf" in person.screen
        assert "other.txt" not in person.screen
        assert not {"\x1b", "\u202e"} & set(person.screen)
        (tmp_path / "inner" / "found.pdf").unlink()
        (tmp_path / "inner").rmdir()
        await person.press("down", "enter")
        assert code_on(person) == "DIRECTORY_UNREADABLE"
        assert not person.errors


async def test_where_the_medium_and_the_home_lie_is_shown_nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "somebody"))
    stick, papers = tmp_path / "mounted" / "STICK", tmp_path / "somebody" / "papers"
    private = tmp_path / "private" / "station"
    for place in (stick / "inner", papers, private):
        place.mkdir(parents=True)
    for directory, told in (
        (stick, "STICK"),
        (stick / "inner", "STICK/inner"),
        (papers, "~/papers"),
        (private, ".../station"),
    ):
        app = application(screen=lambda directory=directory: FilesScreen(directory, stick))
        async with app.run_test(size=SMALL) as pilot:
            person = Person(app, pilot, None)
            await person.wait()
            assert told in person.screen
            assert "mounted" not in person.screen
            assert tmp_path.name not in person.screen


async def test_a_path_is_named_from_the_medium_on(tmp_path):
    chosen = []
    app = application()
    async with app.run_test(size=SMALL) as pilot:
        for typed, path in (("", tmp_path), ("a/b.pdf", tmp_path / "a/b.pdf"), ("/x", Path("/x"))):
            app.push_screen(PathScreen(tmp_path), chosen.append)
            person = Person(app, pilot, None)
            await person.wait()
            assert str(tmp_path) not in person.screen
            if typed:
                await person.press("ctrl+u")
                await person.type(typed)
            await person.press("enter")
            assert chosen.pop() == path
