"""附件过大走纸质: what no channel carries is refused, and listed on paper (DC-15)."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit
from flow_kit import Office, pack_of, publish
from paper_kit import simple, stream
from station_kit import lasting_jail, pin_of, station_of

from airseal.duties.drafting import Source
from airseal.errors import explain
from airseal.model.channel import Channel
from airseal.model.matter import Matter, Origin
from airseal.model.problem import Problem
from airseal.model.request import PaperAttachment, parse_attachment
from airseal.screens.beside_fields import PaperField
from airseal.screens.case import CaseScreen
from airseal.screens.request import RequestScreen
from airseal.screens.widgets.entry_fields import NumberField, TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.message_line import MessageLine
from airseal.text import use_language

HEAVY = simple(more={6: stream(bytes(1 << 20))})
"""A page that drags more than a megabyte along."""
PLACE = ("bureau-official@p1,100,150",)
ATLAS = PaperAttachment("图册", 120, 2)


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture
def office(demo_unit: DemoUnit, tmp_path: Path) -> Office:
    """An office whose channels carry one megabyte."""
    pack = pack_of(demo_unit)
    rules = replace(pack.settings, attachment_medium_mb=1, attachment_network_mb=1)
    publish(demo_unit, replace(pack, settings=rules))
    return Office(demo_unit, tmp_path / "stick")


def test_the_heavy_one_is_refused_and_the_body_goes_with_a_list(office: Office) -> None:
    with (
        station_of(office.unit, "drafter") as station,
        station.signing(pin_of(office.unit, "drafter")) as signer,
    ):
        entries = station.entries
        with pytest.raises(Problem, match="ATTACHMENT_TOO_LARGE") as refused:
            station.request(io.BytesIO(HEAVY), office.wish(seals=PLACE), signer)
        assert station.entries == entries
    use_language("zh_CN")
    told = explain(refused.value)
    assert "1 MB" in str(told.what) and "纸质附件" in str(told.hint)
    case = office.request(paper_attachments=(ATLAS,))
    office.send("drafter", case, "officer")
    with station_of(office.unit, "officer") as station:
        assert station.case(case).facts.asked.paper_attachments == (ATLAS,)


def test_a_source_that_travels_along_is_measured_too(office: Office) -> None:
    """DC-08: the source of another's text goes by the same channel."""
    source = Source(io.BytesIO(bytes((1 << 20) + 1)), "docx")
    matter = Matter(origin=Origin.FORWARDED)
    with pytest.raises(Problem, match="ATTACHMENT_TOO_LARGE"):
        office.request(source, matter=matter)


def test_each_channel_has_its_own_limit(demo_unit: DemoUnit, tmp_path: Path) -> None:
    """A network may carry less than a medium: refused at the door, before anything is signed."""
    pack = pack_of(demo_unit)
    network = replace(pack, settings=replace(pack.settings, attachment_network_mb=1))
    publish(demo_unit, network)
    office = Office(demo_unit, tmp_path / "stick")
    with (
        station_of(demo_unit, "drafter") as station,
        station.signing(pin_of(demo_unit, "drafter")) as signer,
    ):
        case = station.request(io.BytesIO(HEAVY), office.wish(seals=PLACE), signer).id
        entries = station.entries
        with pytest.raises(Problem, match="ATTACHMENT_TOO_LARGE"):
            station.export([case], office.stick, signer, Channel.NETWORK)
        assert station.entries == entries
        station.export([case], office.stick, signer)


@pytest.mark.parametrize("text", ["", "图册", "1,2", "0,2,图册", "x,2,图册", "1,1, "])
def test_what_is_no_attachment_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="FLOW_FORM"):
        parse_attachment(text)


async def test_the_form_refuses_before_the_pin_and_takes_the_list(office: Office) -> None:
    unit = office.unit
    for old in unit.usb.glob("*.pdf"):
        old.unlink()
    (unit.usb / "heavy.pdf").write_bytes(HEAVY)

    async def asked(name: str, paper: str) -> str:
        async with at_home(unit, "drafter") as person:
            session = person.app.screen.session
            person.app.push_screen(RequestScreen(session))
            await person.wait()
            screen = person.app.screen
            screen.dismiss()
            await person.wait()
            request = person.app.screen
            assert isinstance(request, RequestScreen)
            request._take_file(unit.usb / name)
            await person.wait()
            form = request.query_one(Form)
            form.field("purpose", TextField).value = "用途"
            form.field("copies", NumberField).value = "2"
            request._take_recipients(("finance",))
            form.field("paper", PaperField).value = paper
            await person.press("f9")
            if person.name == "PinScreen":
                await person.type(unit.person("drafter")["pin"])
                await person.press("enter")
                return person.name
            return request.query_one(MessageLine).code

    assert await asked("heavy.pdf", "") == "ATTACHMENT_TOO_LARGE"
    (unit.usb / "body.pdf").write_bytes(unit.document().read_bytes())
    assert await asked("body.pdf", "120,x,图册") == "FORM_INCOMPLETE"
    assert await asked("body.pdf", "120,2,图册；3，1，附表") == "ExportScreen"
    with station_of(unit, "drafter") as station:
        found = [station.case(row.id).facts.asked.paper_attachments for row in station.cases()]
    assert (ATLAS, PaperAttachment("附表", 3, 1)) in found


async def test_the_delivery_is_recorded_by_keys_and_by_the_command(office: Office) -> None:
    """The record travels: whoever imports it sees who took what, and what is left."""
    from airseal.duties.flowing import PaperRow

    case = office.approved(paper_attachments=(ATLAS, PaperAttachment("附表", 3, 1)))
    office.seal(case)
    office.send("custodian", case, "drafter")

    def rows(post: str) -> tuple[PaperRow, ...]:
        with station_of(office.unit, post) as station:
            return station.registers.paper_deliveries()

    assert [row.left for row in rows("drafter")] == [2, 1]
    async with at_home(office.unit, "drafter", (80, 60)) as person:
        person.app.push_screen(CaseScreen(person.app.screen.session, case))
        await person.wait()
        assert "尚未送达 2 份" in person.screen, person.screen
        await person.press("h")
        assert person.name == "FlowScreen", person.screen
        form = person.app.screen.query_one(Form)
        form.field("receiver", TextField).value = "王五"
        await person.press("f9")
        assert person.name == "PinScreen", person.screen
        await person.type(office.unit.person("drafter")["pin"])
        await person.press("enter", "escape")
        assert "尚未送达 1 份" in person.screen, person.screen
        assert "送达" in person.screen and "王五" in person.screen, person.screen
    told = ("--attachment", "图册", "--to", "finance", "--receiver", "王五")
    refused = office.unit.run("drafter", "case", "deliver-paper", case, *told, "--copies", "2")
    assert refused.json["code"] == "PAPER_COPIES"
    done = office.unit.run("drafter", "case", "deliver-paper", case, *told, "--copies", "1")
    assert done.status == 0, done.err
    office.send("drafter", case, "officer")
    listed = office.unit.run("officer", "case", "paper-deliveries").json
    assert [(row["attachment"], row["left"], len(row["delivered"])) for row in listed] == [
        ("图册", 0, 2),
        ("附表", 1, 0),
    ]
