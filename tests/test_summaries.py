"""The summary tables of sealing and printing: made, signed, repeated, handed over (RE-04)."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from commands import airseal
from demo_pilot import at_home
from demo_unit import DemoUnit
from flow_kit import Office, words_of
from hypothesis import given
from hypothesis import strategies as st
from station_kit import code_of, days_on, held, pin_of, station_of
from unit import PaperUnit, SignedUnit

from airseal.evidence.backups import RESTORED
from airseal.evidence.summaries import sealings
from airseal.model.case import CaseState
from airseal.model.digest import sha256
from airseal.model.ending import Ending
from airseal.model.level import Level
from airseal.model.periods import complete_periods, lacking, period_named, period_of
from airseal.model.summary import SealUse, Summary
from airseal.paper.formsheets import draw_form
from airseal.station import Station
from airseal.words.summary import summary_table

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
LENGTHS = st.integers(1, 60)

one_jail = pytest.mark.usefixtures("one_jail", "in_english")


@given(DAYS, LENGTHS)
def test_a_day_is_in_one_period_that_ends_where_the_next_begins(day: date, months: int) -> None:
    period = period_of(day, months)
    assert period.first <= day <= period.last and period.holds(day)
    assert period_named(period.name) == period
    assert period.first.day == 1
    after = period_of(period.last + timedelta(days=1), months)
    assert after.start == period.start + months and not after.holds(day)
    assert not period.holds(period.first - timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "months", "name", "last"),
    [
        ("2026-11-30", 1, "2026-11", "2026-11-30"),
        ("2026-12-01", 1, "2026-12", "2026-12-31"),
        ("2028-02-29", 1, "2028-02", "2028-02-29"),
        ("2026-11-30", 3, "2026-10-2026-12", "2026-12-31"),
        ("2027-01-01", 12, "2027-01-2027-12", "2027-12-31"),
    ],
)
def test_months_quarters_and_years_are_those_of_the_calendar(
    day: str, months: int, name: str, last: str
) -> None:
    period = period_of(date.fromisoformat(day), months)
    assert (period.name, period.last.isoformat()) == (name, last)


@given(DAYS, DAYS, LENGTHS)
def test_every_period_is_asked_for_once_it_is_over(first: date, today: date, months: int) -> None:
    found = [*complete_periods(first, today, months)]
    assert all(one.last < today for one in found)
    covered = [month for one in found for month in one.over]
    assert covered == sorted({*covered}), "none twice, none left out"
    if period_of(first, months).last < today:
        assert found[0].holds(first)
        assert period_of(found[-1].last + timedelta(days=1), months).last >= today
    else:
        assert found == []
    assert lacking(found, found) == ()
    assert lacking(found, ()) == tuple(found)


@given(DAYS, LENGTHS, LENGTHS)
def test_a_table_of_another_length_counts_for_the_months_it_covers(
    day: date, before: int, now: int
) -> None:
    made, asked = period_of(day, before), period_of(day, now)
    whole = made.first <= asked.first and asked.last <= made.last
    assert (lacking([asked], [made]) == ()) == whole


def test_the_pack_says_how_long_a_period_is() -> None:
    assert [*PaperUnit().pack.summary_periods(date(2026, 11, 30), date(2026, 12, 1))]
    quarterly = PaperUnit().with_settings(summary_months=3)
    first = date(2026, 11, 30)
    assert quarterly.summary_periods(first, date(2026, 12, 31)) == ()
    (period,) = quarterly.summary_periods(first, date(2027, 1, 1))
    assert period.name == "2026-10-2026-12"


class AsTheyAre:
    """Everything is called by its id."""

    def person_name(self, person: str) -> str:
        return person

    unit_name = seal_name = kind_name = person_name


def draw_for(station: Station) -> Callable[[Summary], bytes]:
    def draw(table: Summary) -> bytes:
        return draw_form(summary_table(table, station, station.now(), demo=station.demo))

    return draw


def make(unit: DemoUnit, station: Station, reader: Level = Level.INTERNAL) -> Path:
    name = station.summaries.periods()[-1].period.name
    with station.signing(pin_of(unit, "custodian")) as signer:
        made = station.summaries.make(name, reader, draw_for(station), signer)
    assert made.period.name == name
    return unit.usb / station.summaries.write(name, unit.usb)


@one_jail
def test_made_signed_and_handed_over(demo_unit: DemoUnit) -> None:
    with station_of(demo_unit, "custodian") as station:
        assert station.summaries.periods() == (), "the month is not over"
        title = next(row.title for row in station.cases() if row.state == "sealed")
    with days_on(demo_unit, "custodian", 40) as station:
        row = station.summaries.periods()[-1]
        assert row.missing and row.made is None
        (due,) = (one for one in station.outlook.endings() if one.what is Ending.SUMMARY)
        assert (due.key, due.last) == (row.period.name, row.period.last)
        name, today = row.period.name, station.now().date().isoformat()
        assert code_of(lambda: station.summaries.write(name, demo_unit.usb)) == "SUMMARY_NONE"
        path = make(demo_unit, station)
        made = station.summaries.periods()[-1].made
        assert made is not None and made.number == f"{station.facts.id}-{name}"
        assert (made.edition, made.sealings) == (1, 1)
        assert sha256(path.read_bytes()) == made.digest
        for receiver, day in (
            (" ", today),
            ("李", "2020-01-01"),
            ("李", "x"),
            ("李", "2099-01-01"),
        ):
            refused = lambda r=receiver, d=day: station.summaries.receive(name, r, d)  # noqa: E731
            assert code_of(refused) == "SUMMARY_RECEIPT_FORM"
        taken = station.summaries.receive(name, " 办公室 李 ", today)
        assert (taken.receiver, taken.day) == ("办公室 李", today)
        again = lambda: station.summaries.receive(name, "王", today)  # noqa: E731
        assert code_of(again) == "SUMMARY_RECEIVED"
        assert not any(one.key == name for one in station.outlook.endings())
    text = words_of(path)
    assert "".join(title.split()) in text and made.number in text
    assert "REPEAT" not in text and "printedcopiesarenotcountedyet" in text
    signature = path.with_name(path.name + ".p7s")
    verified = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER"),
            *("-in", signature, "-content", path, "-out", "/dev/null"),
        ],
        capture_output=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stderr
    kinds = [one.kind for one in held(demo_unit, "custodian").entries]
    # On record before anything was written out.
    assert kinds.index("summary-made") < kinds.index("form-written")


@one_jail
def test_a_second_making_is_a_repeat_and_the_first_can_be_written_again(
    demo_unit: DemoUnit,
) -> None:
    with days_on(demo_unit, "custodian", 40) as station:
        first = make(demo_unit, station)
        name = station.summaries.periods()[-1].period.name
        copy = demo_unit.usb / station.summaries.write(name, demo_unit.usb)
        assert copy != first and copy.read_bytes() == first.read_bytes()
        assert copy.with_name(copy.name + ".p7s").exists()
        today = station.now().date().isoformat()
        station.summaries.receive(name, "李", today)
        taken = lambda: station.summaries.receive(name, "王", today)  # noqa: E731
        assert code_of(taken) == "SUMMARY_RECEIVED"
        second = make(demo_unit, station)
        assert second.name.endswith("-e2.pdf")
        made = station.summaries.periods()[-1].made
        assert made is not None and made.edition == 2 and not made.receiver, "handed over anew"
    assert "REPEAT:edition2" in words_of(second)
    entries = held(demo_unit, "custodian").entries
    numbers = [one.facts["number"] for one in entries if one.kind == "summary-made"]
    assert len({*numbers}) == 2


@one_jail
def test_a_sealing_that_comes_after_its_table_is_missed(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    """Made while a clock was wrong; as well one that was interrupted, or comes back to us."""
    office = Office(demo_unit, tmp_path / "stick")
    case = office.approved()
    with days_on(demo_unit, "custodian", 40) as station:
        make(demo_unit, station)
        assert not station.summaries.periods()[-1].missing
    with station_of(demo_unit, "security-admin", demo_unit.home("custodian")) as station:
        station.accept_clock("时钟曾快四十天")
    office.seal(case)
    with days_on(demo_unit, "custodian", 41) as station:
        row = station.summaries.periods()[-1]
        assert row.missing and row.made is not None and row.made.sealings == 1
        due = [one.key for one in station.outlook.endings() if one.what is Ending.SUMMARY]
        assert due == [row.period.name]
    told = demo_unit.run("custodian", "custody", "summaries").json
    assert told["missing"] and told["edition"] == 1
    with days_on(demo_unit, "custodian", 42) as station:
        make(demo_unit, station)
        row = station.summaries.periods()[-1]
        assert not row.missing and row.made is not None
        assert (row.made.edition, row.made.sealings) == (2, 2)


def test_a_station_of_the_same_name_in_another_unit_is_not_ours(bureau: SignedUnit) -> None:
    unit = bureau.fork()
    request = unit.request()
    sealing = unit.seal(request, unit.decide(request))
    held = [request, sealing]
    assert [*sealings(held, "bureau", sealing.station)] == [sealing]
    assert [*sealings(held, "rival", sealing.station)] == []
    assert [*sealings(held, "bureau", "elsewhere")] == []


@one_jail
def test_whoever_took_a_table_is_shown_harmlessly(demo_unit: DemoUnit) -> None:
    with days_on(demo_unit, "custodian", 40) as station:
        make(demo_unit, station)
        row = station.summaries.periods()[-1]
        today = station.now().date().isoformat()
        station.summaries.receive(row.period.name, "\x1b[2J\u202e王", today)
    keeper = demo_unit.person("custodian")
    words = ("--home", demo_unit.home("custodian"), "--as", keeper["id"], "custody", "summaries")
    secrets = f"{keeper['password']}\n{keeper['pin']}\n".encode()
    shown = airseal(words, demo_unit.environment, secrets=secrets).out
    assert row.period.name in shown and "王" in shown
    assert "\x1b" not in shown and "\u202e" not in shown


@one_jail
def test_a_restored_home_numbers_no_other_table_the_same(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    """It knows of no table that was made after its backup."""
    home, backup = demo_unit.home("custodian"), tmp_path / "backup"
    shutil.copytree(home, backup)
    with days_on(demo_unit, "custodian", 40) as station:
        first = make(demo_unit, station)
    shutil.rmtree(home)
    shutil.copytree(backup, home)
    with days_on(demo_unit, "custodian", 41) as station:
        station._ports.store.commit([station._ports.event(RESTORED, number=1)])
        second = make(demo_unit, station)
        made = station.summaries.periods()[-1].made
    assert made is not None and made.edition == 1 and made.number.endswith("-r1")
    assert made.number in second.name and made.number not in first.name
    assert "restoredfromabackup" in words_of(second)
    assert "restoredfromabackup" not in words_of(first)


@one_jail
def test_a_reader_who_is_not_cleared_reads_no_title(demo_unit: DemoUnit) -> None:
    """SC-04."""
    with days_on(demo_unit, "custodian", 40) as station:
        name = station.summaries.periods()[-1].period.name
        title = next(row.title for row in station.cases() if row.state == "sealed")
        text = words_of(make(demo_unit, station, Level.PUBLIC))
        too_high = lambda: station.summaries.prepare(name, Level.SECRET, demo_unit.usb)  # noqa: E731
        assert code_of(too_high) == "CLEARANCE_LOW"
    assert "".join(title.split()) not in text
    assert "(titlewithheldbyitslevel)" in text


def test_nor_the_number_that_names_the_paper() -> None:
    """SC-04: as the lists, which show neither above a clearance."""
    use = SealUse(
        *(sha256(b"case"), "关于某事的通知", Level.SECRET, "示密〔2026〕7号", "notice", "li"),
        *(("wang",), "2026-11-03T10:15:00+08:00", "zhang", "official", 3, 1, 1),
        CaseState.SEALED,
    )
    period = period_of(date(2026, 11, 3), 1)

    def told(reader: Level) -> str:
        table = Summary("bureau", "k1", period, 1, reader, "zhang", (use,))
        now = datetime(2026, 12, 1).astimezone()
        return repr(summary_table(table, AsTheyAre(), now, demo=False).rows)

    assert "示密" in told(Level.SECRET) and "关于某事" in told(Level.SECRET)
    assert "示密" not in told(Level.INTERNAL) and "关于某事" not in told(Level.INTERNAL)


@one_jail
def test_whoever_is_cleared_no_more_writes_none_out(demo_unit: DemoUnit) -> None:
    with days_on(demo_unit, "custodian", 40) as station:
        make(demo_unit, station)
        name, ports = station.summaries.periods()[-1].period.name, station._ports
        lowered = replace(ports.account, clearance=Level.PUBLIC)
        station._ports = replace(ports, account=lowered)
        written = code_of(lambda: station.summaries.write(name, demo_unit.usb))
        station._ports = ports
        assert written == "CLEARANCE_LOW"
        assert code_of(lambda: station.summaries.write(name, demo_unit.usb)) is None


@one_jail
def test_only_what_was_sealed_here_and_only_by_who_seals(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    with station_of(demo_unit, "checker") as station:
        station.import_file(demo_unit.waiting(2))
    with days_on(demo_unit, "checker", 40) as station:
        assert station.summaries.periods() == ()
        refused = lambda: station.summaries.receive("2026-11", "李", "2026-12-01")  # noqa: E731
        assert code_of(refused) == "RIGHT_MISSING"
    with days_on(demo_unit, "custodian", 40) as station:
        name = station.summaries.periods()[-1].period.name

        def prepared(period: str, medium: Path) -> str | None:
            return code_of(lambda: station.summaries.prepare(period, Level.INTERNAL, medium))

        assert prepared(name, demo_unit.usb) is None
        assert prepared(name, tmp_path / "away") == "MEDIUM_GONE"
        this_month = period_of(station.now().date(), 1).name
        assert prepared(this_month, demo_unit.usb) == "SUMMARY_PERIOD"
        assert prepared("2020-01", demo_unit.usb) == "SUMMARY_PERIOD"


@one_jail
async def test_a_stick_that_is_pulled_at_the_pin_makes_no_second_edition(
    demo_unit: DemoUnit,
) -> None:
    with days_on(demo_unit, "custodian", 40):
        pass
    away = demo_unit.usb.with_name("pulled")
    with time_machine.travel(datetime.now() + timedelta(days=40)):
        async with at_home(demo_unit, "custodian") as person:
            await person.press("g", "y", "end", "n", "f9")
            demo_unit.usb.rename(away)
            await person.type(demo_unit.person("custodian")["pin"])
            await person.press("enter")
            assert person.name == "SummariesScreen" and "MEDIUM_" in person.screen, person.screen
            assert "not handed over" in person.screen
            away.rename(demo_unit.usb)
            await person.press("e")
            assert "on the medium" in person.screen
    with days_on(demo_unit, "custodian", 40) as station:
        made = station.summaries.periods()[-1].made
    assert made is not None and made.edition == 1
    written = sorted(path.name for path in demo_unit.usb.glob("summary-*"))
    assert written == [f"summary-{made.number}.pdf", f"summary-{made.number}.pdf.p7s"]


@one_jail
async def test_on_the_screens(demo_unit: DemoUnit) -> None:
    with days_on(demo_unit, "custodian", 40) as station:
        month = station.summaries.periods()[-1].period.name
    with time_machine.travel(datetime.now() + timedelta(days=40, minutes=1)):
        async with at_home(demo_unit, "custodian") as person:
            assert "MISSING" in person.screen and month in person.screen, person.screen
            await person.press("g", "y")
            assert person.name == "SummariesScreen" and "! MISSING" in person.screen
            await person.press("h")
            assert "No table of this period was made yet" in person.screen
            await person.press("end", "n", "f9")
            assert person.name == "PinScreen" and f"-{month}" in person.screen, person.screen
            await person.type(demo_unit.person("custodian")["pin"])
            await person.press("enter")
            assert person.name == "SummariesScreen", person.screen
            assert "not handed over" in person.screen and ".pdf" in person.screen
            await person.press("e", "h")
            await person.type("Li")
            await person.press("f9")
            assert "handed over" in person.screen and "Li" in person.screen, person.screen
            await person.press("h")
            assert "taken this table already" in person.screen
            await person.press("n")
            assert "REPEAT" in person.screen
    assert {path.suffix for path in demo_unit.usb.glob("summary-*")} == {".pdf", ".p7s"}


@one_jail
def test_by_command(demo_unit: DemoUnit) -> None:
    assert demo_unit.run("custodian", "custody", "summaries").json == []
    usb = demo_unit.usb
    for command, code in (
        (("summary", "2026-01", "--out", usb), "SUMMARY_PERIOD"),
        (("write-summary", "2026-01", "--out", usb), "SUMMARY_NONE"),
        (("hand-over", "2026-01", "--receiver", "李"), "SUMMARY_NONE"),
    ):
        ran = demo_unit.run("custodian", "custody", *command)
        assert (ran.status, ran.json["code"]) == (1, code)
    with days_on(demo_unit, "custodian", 40) as station:
        make(demo_unit, station)
        name = station.summaries.periods()[-1].period.name
    row = demo_unit.run("custodian", "custody", "summaries").json
    assert (row["period"], row["missing"], row["edition"]) == (name, False, 1)
    again = demo_unit.run("custodian", "custody", "write-summary", name, "--out", usb)
    assert Path(again.json["file"]).exists()
