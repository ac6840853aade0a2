"""Long work: how far it is, how to stop it, and from when on it cannot be stopped."""

import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from demo_unit import DemoUnit
from hypothesis import given
from hypothesis import strategies as st
from station_kit import pin_of, station_of
from test_screens_work import at, case_in, code_on, import_all

from airseal.duties.sealing import CHECKS
from airseal.evidence.ordering import Ordering
from airseal.model.case import CaseState
from airseal.model.problem import Problem
from airseal.screens import work as working
from airseal.screens.export import ExportScreen, of_cases
from airseal.screens.media import MediaScreen
from airseal.screens.widgets.busy_line import BusyLine
from airseal.screens.widgets.fact_table import Fact
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.work import Work
from airseal.text import phrase

pytestmark = pytest.mark.usefixtures("one_jail", "in_english")


class Watcher:
    """Hears what a duty reports; ``before`` refuses the step of that name, or the last one."""

    def __init__(self, before: str = "") -> None:
        self.before = before
        self.heard: list[str] = []

    def __call__(self, done: int, total: int, what: str) -> None:
        assert 0 <= done < total
        self._hear(what)

    @contextmanager
    def no_return(self) -> Iterator[None]:
        self._hear("no return")
        yield

    def _hear(self, what: str) -> None:
        self.heard.append(what)
        if what == self.before:
            raise Problem("CANCELLED")


def taken(station) -> list[str]:
    return [entry.kind for entry in station._ports.store.entries(0)]


@pytest.mark.parametrize("step", ["import-statement", "import-document", "no return"])
def test_an_import_cancelled_at_any_step_leaves_nothing_and_can_be_repeated(demo_unit, step):
    path = demo_unit.waiting(0)
    with station_of(demo_unit, "officer") as station:
        before, watcher = taken(station), Watcher(step)
        station.report_to(watcher, watcher.no_return)
        with pytest.raises(Problem, match="CANCELLED"):
            station.import_file(path)
        assert watcher.heard[-1] == step
        assert taken(station) == before
        watcher.before = ""
        assert not station.import_file(path).again
        assert watcher.heard[-1] == "no return", "nothing is reported as under way afterwards"


def test_a_sealing_cancelled_before_its_intent_leaves_none(demo_unit: DemoUnit):
    import_all(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        case = case_in(station, CaseState.APPROVED)
        before, watcher = taken(station), Watcher("no return")
        station.report_to(watcher, watcher.no_return)
        with station.signing(pin_of(demo_unit, "custodian")) as signer:
            with pytest.raises(Problem, match="CANCELLED"):
                station.seal(case, signer, checked=CHECKS)
            assert taken(station) == before
            watcher.before = ""
            station.seal(case, signer, checked=CHECKS)
        assert station.case(case).status.state is CaseState.SEALED


@pytest.mark.parametrize("step", ["export-document", "export-write", "no return"])
def test_an_export_cancelled_at_any_step_leaves_nothing_on_the_medium(demo_unit, step):
    import_all(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        case, watcher = case_in(station, CaseState.APPROVED), Watcher(step)
        lay = sorted(one.name for one in demo_unit.usb.iterdir())
        station.report_to(watcher, watcher.no_return)
        with station.signing(pin_of(demo_unit, "custodian")) as signer:
            with pytest.raises(Problem, match="CANCELLED"):
                station.export([case], demo_unit.usb, signer)
            assert sorted(one.name for one in demo_unit.usb.iterdir()) == lay
            watcher.before = ""
            assert station.export([case], demo_unit.usb, signer).path.exists()


@pytest.mark.parametrize("late", [False, True])
async def test_esc_stops_an_export_in_time_and_the_screen_says_when_it_is_too_late(demo_unit, late):
    import_all(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        case = case_in(station, CaseState.APPROVED)
    gate, inside = threading.Event(), threading.Event()

    def screen(session):
        def export(station, signer):
            with station._ports.no_return() if late else nullcontext():
                inside.set()
                assert gate.wait(20)
            return station.export([case], session.medium, signer)

        return ExportScreen(
            session, phrase("Export"), lambda _: [Fact(phrase("Case"), "1")], export
        )

    lay = {one.name for one in demo_unit.usb.iterdir()}
    async with at(demo_unit, "custodian", screen) as person:
        await person.press("enter")
        await person.type(demo_unit.person("custodian")["pin"])
        await person._pilot.press("enter")
        while not inside.is_set():
            await person._pilot.pause(0.01)
        line = person.app.screen.query_one(BusyLine).render().plain
        assert ("runs to its end" if late else "Esc cancels") in line
        await person._pilot.press("escape")
        assert ("too late" in person.screen) == late
        gate.set()
        await person.wait()
        assert code_on(person) == "CANCELLED"
        assert {one.name for one in demo_unit.usb.iterdir()} == lay


async def test_importing_many_tells_the_file_and_what_is_left(demo_unit):
    async with at(demo_unit, "officer", MediaScreen) as person:
        work, line = Work(), person.app.screen.query_one(BusyLine)
        line.watch_work(work, phrase("Importing"))
        work.begin_part(3, 8)
        work(10, 40, "import-statement")
        told = line.render().plain
        assert "file 4 of 8" in told
        assert "statements" in told
        assert "10 of 40" in told
        assert "/s" in told
        assert "left" in told
        line.rest()
        await person.press("asterisk", "i")
        rows = person.app.screen.query_one(RecordList).rows
        assert rows.count > 1
        assert all(str(row.cells[-1]) for row in rows.shown_query.page(0, 99)), "each was tried"


def test_what_is_left_counts_parts_by_what_is_done_of_the_one_under_way():
    work = Work()
    work.begin_part(1, 4)
    work(1, 2, "import-document")
    stage = work.stage
    assert stage.remaining == pytest.approx(stage.seconds / 1.5 * 2.5, rel=0.01)
    with work.no_return():
        assert not work.cancel()
        work(2, 2, "import-document")
    with pytest.raises(Problem, match="CANCELLED"):
        work.begin_part(2, 4)


class Line:
    """One case of a list."""

    def __init__(self, number: int, state: CaseState, due: int | None) -> None:
        self.case, self.state, self.due = f"case-{number:03}", state, due
        self.key = (f"{number // 3:03}", self.case)


@given(
    st.lists(st.tuples(st.sampled_from(list(CaseState)[:3]), st.none() | st.integers(0, 9))),
    st.sets(st.sampled_from(list(CaseState)[:3])),
    st.integers(0, 9),
)
def test_a_list_made_lazily_is_the_one_that_sorting_makes(drawn, states, before):
    lines = [Line(number, *one) for number, one in enumerate(drawn)]
    order = Ordering()
    order.fill(lines[::2])
    for line in lines[1::2]:
        order.add(line)
    for line in lines[:3]:
        order.drop(line)
    here = [line for line in lines[3:] if not states or line.state in states]
    press = [line for line in here if line.due is not None and line.due <= before]
    rest = sorted((line for line in here if line not in press), key=lambda line: line.key)
    press.sort(key=lambda line: (line.due, line.key))
    wanted = [line.case for line in (*press, *rest)]
    found = order.standing(frozenset(states), before)
    assert list(found) == wanted
    assert found[:] == wanted
    assert [found[at] for at in range(-len(wanted), len(wanted))] == wanted * 2


# What leaves is said before, and where it goes is nobody's business


async def test_an_export_says_what_leaves_and_that_is_what_leaves(demo_unit):
    import_all(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        case = case_in(station, CaseState.APPROVED)
        before, leaves = taken(station), station.leaving([case])
        assert taken(station) == before
        with station.signing(pin_of(demo_unit, "custodian")) as signer:
            exported = station.export([case], demo_unit.usb, signer)
        names = zipfile.ZipFile(exported.path).namelist()
        assert leaves.documents == sum("/data/documents/" in name for name in names) > 0
        assert leaves.statements == len(exported.statements) - 1, "the checkpoint is made then"
        assert leaves.cases == exported.cases
        assert 0.3 < leaves.size / exported.path.stat().st_size < 1.5
    async with at(demo_unit, "custodian", lambda session: of_cases(session, [case])) as person:
        for words in ("Documents", "Internal", "Recipients", "Size about", demo_unit.usb.name):
            assert words in person.screen
        assert str(demo_unit.usb.parent) not in person.screen
        assert person._pilot.app.screen.why_not("go_on") is None


@pytest.mark.parametrize("post", ["officer", "custodian"])
async def test_the_medium_is_called_by_its_name(demo_unit, post):
    async with at(demo_unit, post, MediaScreen) as person:
        assert demo_unit.usb.name in person.screen
        assert "/" + demo_unit.usb.name not in person.screen


def test_the_rate_is_of_all_files_behind_and_begins_anew_with_another_count(monkeypatch):
    clock = iter(range(0, 1_000, 10))
    monkeypatch.setattr(working, "monotonic", lambda: next(clock))
    work = Work()
    for done, name in enumerate(["a.pdf", "b.pdf", "c.pdf"]):
        work(done, 3, name)
    stage = work.stage
    assert (stage.rate, stage.remaining) == (0.2, 5.0)
    work(0, 7, "d.pdf")
    assert work.stage.seconds == 10
