"""Printing on a real CUPS: what a queue gets, and what is refused."""

import pytest
from cups_kit import cups, until
from demo_pilot import Person
from screens_kit import application
from station_kit import held, station_of

from airseal.model.problem import Problem
from airseal.paper import printer
from airseal.screens.light_send import of_file
from airseal.screens.session import Session
from airseal.text import use_language

REGISTERED = "演示打印机"
"""The printer that a demonstration registers with its stations."""


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    with (
        cups(tmp_path_factory.mktemp("cups"), REGISTERED) as (environment, paper),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("CUPS_SERVER", environment["CUPS_SERVER"])
        yield paper


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("zh_CN")


def printed(paper):
    return sorted(paper.glob("*.pdf"), key=lambda path: int(path.stem))


def test_a_paper_reaches_the_queue_byte_for_byte(queue):
    assert printer.printers() == (REGISTERED,)
    before = len(printed(queue))
    job = printer.print_pdf(b"%PDF-1.7 a paper", REGISTERED, "airseal 0123")
    assert job.startswith(REGISTERED + "-")
    until(lambda: len(printed(queue)) > before)
    assert printed(queue)[-1].read_bytes() == b"%PDF-1.7 a paper"


@pytest.mark.parametrize("name", ["", "none", "-o raw", f"{REGISTERED} -h elsewhere", "x; id"])
def test_a_queue_that_is_not_there_is_refused(queue, name):
    with pytest.raises(Problem, match="PRINTER_UNKNOWN"):
        printer.print_pdf(b"%PDF-1.7", name, "airseal")


def test_a_printing_system_that_does_not_answer_is_said(queue, monkeypatch, tmp_path):
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "none"))
    with pytest.raises(Problem, match=r"PRINTER_(FAILED|UNKNOWN)"):
        printer.print_pdf(b"%PDF-1.7", REGISTERED, "airseal")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert printer.printers() == ()


async def test_sheets_are_printed_from_the_screen_and_the_ledger_says_so(queue, demo_unit):
    bundle, before = demo_unit.waiting(0), len(printed(queue))
    with station_of(demo_unit, "custodian") as station:
        session = Session(station, demo_unit.usb)
        app = application(situation=session.situation)
        async with app.run_test(size=(150, 72)) as pilot:
            person = Person(app, pilot, demo_unit)
            app.push_screen(of_file(session, bundle))
            await person.wait()
            await person.press("f8")
            assert REGISTERED in person.screen and "ready" in person.screen
            await person.press("enter")
            assert f"job {REGISTERED}-" in person.screen
        session.receptions.close()
        assert person.errors == []
    until(lambda: len(printed(queue)) > before)
    assert printed(queue)[-1].read_bytes().startswith(b"%PDF-")
    assert held(demo_unit, "custodian").last.facts["how"] == "printed"


def test_a_printer_that_is_not_the_station_s_gets_nothing(queue, demo_unit):
    from airseal.duties.light import Printed

    with station_of(demo_unit, "custodian") as station:
        leaving = station.light.outgoing(demo_unit.waiting(0))
        entries = station.entries
        with pytest.raises(Problem, match="PRINTER_NOT_REGISTERED"):
            station.light.print_sheets(leaving, Printed(b"%PDF-1.7", 1, 1, 1), "another")
        assert station.entries == entries
