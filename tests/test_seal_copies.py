"""The archive of seal copies: kept, taken out by two people, and no key in it (BK-01)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import bagit
import pytest
from demo_unit import DemoUnit
from station_kit import code_of, held, lasting_jail, pin_of, station_of

from airseal.evidence.signed import read
from airseal.model.registry import SealRecord
from airseal.model.secret import Secret
from airseal.station import Station

SEAL = "bureau-official"


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


@contextmanager
def seal_office(unit: DemoUnit) -> Iterator[Station]:
    """The seal department at the station where the seal and the administrators are."""
    me = unit.person("authority")
    with Station.open(unit.home("custodian"), me["id"], Secret(me["password"])) as station:
        yield station


def keep(unit: DemoUnit, station: Station) -> None:
    with station.signing(pin_of(unit, "authority")) as signer:
        station.seals.keep_copy(SEAL, signer)


def test_a_copy_is_kept_and_two_people_take_it_out(demo_unit: DemoUnit, tmp_path: Path) -> None:
    second = demo_unit.person("auditor")

    def take(station: Station, person: str, given: str, reason: str, medium: Path) -> str:
        return station.seals.take_copy_out(SEAL, person, Secret(given), reason, medium)

    usb = demo_unit.usb
    keeper = demo_unit.person("custodian")
    with seal_office(demo_unit) as station:
        agreed = (second["id"], second["password"])
        assert code_of(lambda: take(station, *agreed, "介质损坏", usb)) == "SEAL_COPY_NONE"
        assert code_of(lambda: station.seals.may_keep_copy("no-such")) == "SEAL_UNKNOWN"
        keep(demo_unit, station)
        me = demo_unit.person("authority")
        for person, given, reason, medium, code in (
            (me["id"], me["password"], "介质损坏", usb, "WITNESSES_TWO"),
            (second["id"], "Not-Their-99-Password", "介质损坏", usb, "LOGIN_REFUSED"),
            ("nobody", second["password"], "介质损坏", usb, "PERSON_UNKNOWN"),
            (keeper["id"], keeper["password"], "介质损坏", usb, "POST_WRONG"),
            (*agreed, " ", usb, "REASON_MISSING"),
            (*agreed, "介质损坏", tmp_path / "away", "MEDIUM_GONE"),
        ):
            tried = lambda p=person, g=given, r=reason, m=medium: take(station, p, g, r, m)  # noqa: E731
            assert code_of(tried) == code
        before = station.entries
        path = usb / take(station, *agreed, "介质损坏", usb)
        assert station.entries == before + 1
    last = held(demo_unit, "custodian").last
    assert (last.kind, last.by) == ("seal-copy-taken-out", me["id"])
    assert (last.facts["second"], last.facts["reason"]) == (second["id"], "介质损坏")
    with ZipFile(path) as archive:
        archive.extractall(tmp_path / "copy")
    (bag,) = (tmp_path / "copy").iterdir()
    bagit.Bag(str(bag)).validate()
    statements = [read(one.read_bytes()).statement for one in (bag / "data/statements").iterdir()]
    records = [one.body for one in statements if isinstance(one.body, SealRecord)]
    assert {one.seal for one in records} == {SEAL}
    (impression,) = (bag / "data/documents").iterdir()
    assert impression.read_bytes().startswith(b"%PDF")
    # Nothing else is in it, and above all no key.
    assert b"PRIVATE KEY" not in path.read_bytes()
    assert {one.name for one in (bag / "data").iterdir()} == {"statements", "documents"}


def test_only_the_seal_department_keeps_copies(demo_unit: DemoUnit) -> None:
    with station_of(demo_unit, "custodian") as station:
        assert code_of(station.seals.copies) == "RIGHT_MISSING"
        assert code_of(lambda: station.seals.may_keep_copy(SEAL)) == "RIGHT_MISSING"
    with seal_office(demo_unit) as station:
        keep(demo_unit, station)
        (blob,) = (one.digest for one in station.seals.copies().values())
    home = demo_unit.home("custodian")
    on_disk = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert not any(b"bagit" in one or SEAL.encode() in one for one in on_disk), "encrypted"
    assert blob.startswith("sha256:")
