"""``airseal qr …``: out as codes and in again, and what may not leave so."""

import hashlib
import io
import json
import os
import random
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from commands import airseal
from demo_unit import DemoUnit
from station_kit import held, station_of

from airseal.cli.main import run
from airseal.evidence.records import station_facts
from airseal.model.channel import Device, Eye, Leaving, judge_eye, judge_light
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.words.device import device_text, devices_of
from transfer import bag, packing
from transfer.bundle import open_bundle


def qr(unit: DemoUnit, *arguments: object, stdin: bytes = b"", status: int = 0) -> dict:
    ran = airseal(["qr", *arguments, "--json"], unit.environment, stdin=stdin)
    assert ran.status == status, ran.err
    return ran.json


def statements_of(unit: DemoUnit, place: Path, count: int) -> Path:
    """A file of few codes: one statement, or a bundle with ``count`` of them and no document."""
    bundle = open_bundle(io.BytesIO(unit.waiting(0).read_bytes()))
    names = [one.name for one in bundle.members if bag.is_statement(one.name)][:count]
    held = {name: bundle.read(name, 1 << 20) for name in names}
    if count == 1:
        path = place / "statement.p7m"
        path.write_bytes(held[names[0]])
        return path
    path = place / "few.airseal"
    payloads = [
        packing.Payload(name, data, len(data), hashlib.sha256(data).hexdigest())
        for name, data in held.items()
    ]
    with path.open("wb") as out:
        packing.write(
            out,
            top="few",
            info={bag.KIND: "case", bag.LEVEL: "internal"},
            payloads=payloads,
            sign=lambda _: b"signature",
        )
    return path


def frames(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.png"))


def test_a_bundle_goes_as_pictures_and_is_imported_as_from_a_stick(built_demo, demo_unit, tmp_path):
    bundle = demo_unit.waiting(0)
    made = qr(demo_unit, "frames", bundle, tmp_path / "frames")
    assert made["rules"] == "default"
    pictures = frames(tmp_path / "frames")
    assert [str(path) for path in pictures] == made["files"]
    chance = random.Random(1)
    for path in chance.sample(pictures, len(pictures) - made["needed"] - 2):
        path.unlink()
    read = qr(demo_unit, "read", tmp_path / "frames", "--out", tmp_path / "in")
    assert Path(read["file"]).read_bytes() == bundle.read_bytes()
    ran = demo_unit.run("officer", "import", read["file"])
    assert ran.status == 0 and len(ran.json["cases"]) == 1


def test_sheets_survive_a_lost_page_and_a_scanner(demo_unit, tmp_path):
    bundle = statements_of(demo_unit, tmp_path, 7)
    made = qr(demo_unit, "sheets", bundle, tmp_path / "out.pdf")
    assert made["pages"] * 6 == made["codes"] and 1 < made["pages"] < 10
    subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", tmp_path / "out.pdf", tmp_path / "page"], check=True
    )
    scanned = sorted(tmp_path.glob("page-*.pgm"))
    assert len(scanned) == made["pages"]
    scanned[1].unlink()
    read = qr(demo_unit, "read", *sorted(tmp_path.glob("page-*.pgm")), "--out", tmp_path / "in")
    assert Path(read["file"]).read_bytes() == bundle.read_bytes()
    text = subprocess.run(["pdftotext", tmp_path / "out.pdf", "-"], capture_output=True, check=True)
    assert "Level: 内部" in text.stdout.decode()
    assert f"page 1 of {made['pages']}" in text.stdout.decode()


def test_a_pdf_of_scans_is_drawn_in_the_jail(demo_unit, tmp_path):
    bundle = statements_of(demo_unit, tmp_path, 1)
    qr(demo_unit, "sheets", bundle, tmp_path / "out.pdf")
    read = qr(demo_unit, "read", tmp_path / "out.pdf", "--out", tmp_path / "in")
    assert Path(read["file"]).read_bytes() == bundle.read_bytes()
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    bad = qr(demo_unit, "read", tmp_path / "bad.pdf", "--out", tmp_path / "in", status=1)
    assert bad["code"] == "PDF_BROKEN"


def test_what_is_unfinished_is_kept_and_goes_on(demo_unit, tmp_path):
    bundle, out = statements_of(demo_unit, tmp_path, 5), tmp_path / "in"
    made = qr(demo_unit, "frames", bundle, tmp_path / "frames")
    pictures = frames(tmp_path / "frames")
    first = qr(demo_unit, "read", *pictures[: made["needed"] // 2], "--out", out, status=1)
    assert first["code"] == "LIGHT_INCOMPLETE"
    (kept,) = out.glob("*.frames")
    rest = pictures[made["needed"] // 2 : made["needed"] + 1]
    read = qr(demo_unit, "read", kept, *rest, "--out", out)
    assert Path(read["file"]).read_bytes() == bundle.read_bytes()
    lines = kept.read_bytes() + b"\n"
    again = qr(demo_unit, "read", "-", "--out", out, stdin=lines, status=1)
    assert again["code"] == "LIGHT_INCOMPLETE"


def test_showing_in_a_terminal_draws_and_counts(demo_unit):
    command = ["qr", "show", demo_unit.waiting(2)]
    large = {**demo_unit.environment, "COLUMNS": "130", "LINES": "80"}
    shown = airseal([*command, "--count", "3", "--fps", "20"], large)
    assert shown.status == 0
    assert shown.out.count("\x1b[H") == 3 and "Level: 内部" in shown.out
    little = {**demo_unit.environment, "COLUMNS": "20", "LINES": "10"}
    small = airseal([*command, "--count", "1"], little)
    assert small.status == 1 and "LIGHT_SCREEN" in small.err


def at_station(unit: DemoUnit, *arguments: object) -> int:
    """The command in this process, by the custodian."""
    person = unit.person("custodian")
    reader, writer = os.pipe()
    os.write(writer, f"{person['password']}\n".encode())
    os.close(writer)
    login = ["--home", unit.home("custodian"), "--as", person["id"], "--secrets-fd", reader]
    return run([str(one) for one in (*login, "qr", *arguments)])


def test_with_a_station_the_pack_in_force_judges_and_the_unit_has_its_name(
    demo_unit, tmp_path, monkeypatch, capfd
):
    path = statements_of(demo_unit, tmp_path, 1)
    assert at_station(demo_unit, "sheets", path, tmp_path / "a.pdf", "--json") == 0
    assert json.loads(capfd.readouterr().out)["rules"] == "policy pack"
    text = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True)
    assert "示范市数据局" in text.stdout.decode()
    last = held(demo_unit, "custodian").last
    assert (last.kind, last.facts["how"]) == ("light-shown", "sheets")
    monkeypatch.setattr("airseal.station.light._ceiling", lambda ports: Level.PUBLIC)
    assert at_station(demo_unit, "frames", demo_unit.waiting(0), tmp_path / "out") == 1
    assert "QR_LEVEL" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_statement_is_as_short_from_the_command_line_as_from_the_screen(
    demo_unit, tmp_path, capfd
):
    bundle = open_bundle(io.BytesIO(demo_unit.waiting(0).read_bytes()))
    path, kinds = tmp_path / "one.p7m", set()
    for name in [one.name for one in bundle.members if bag.is_statement(one.name)]:
        path.write_bytes(bundle.read(name, 1 << 20))
        folder = tmp_path / name.replace("/", "-")
        assert at_station(demo_unit, "frames", path, folder, "--json") == 0
        capfd.readouterr()
        kinds.add(qr(demo_unit, "read", folder, "--out", tmp_path / "in")["kind"])
    assert "slip" in kinds


def test_the_question_where_a_case_stands_is_one_code(demo_unit):
    case = station_case(demo_unit)
    person = demo_unit.person("officer")
    login = ["--home", demo_unit.home("officer"), "--as", person["id"]]
    asked = airseal(
        [*login, "qr", "ask", case],
        {**demo_unit.environment, "COLUMNS": "130", "LINES": "80"},
        secrets=f"{person['password']}\n{person['pin']}\n".encode(),
    )
    assert asked.status == 0, asked.err
    assert asked.out.count("\x1b[H") == 1
    assert "code 1; 1 is needed" in asked.out
    last = held(demo_unit, "officer").last
    assert (last.kind, last.facts["how"]) == ("light-shown", "screen")
    nobody = airseal(["qr", "ask", case], demo_unit.environment)
    assert nobody.status == 1 and "LOGIN_INCOMPLETE" in nobody.err


def station_case(unit: DemoUnit) -> str:
    """A case that the officer's station holds."""
    imported = unit.run("officer", "import", unit.waiting(0))
    assert imported.status == 0, imported.err
    return str(imported.json["case"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["frames", "{pdf}", "{out}"], "LIGHT_KIND"),
        (["frames", "{missing}", "{out}"], "FILE_MISSING"),
        (["frames", "{bundle}", "{out}", "--version", "1"], "QR_VERSION"),
        (["read", "{pdf}", "--out", "{out}"], "LIGHT_NOTHING"),
        (["read", "{text}", "--out", "{out}"], "LIGHT_SOURCE"),
    ],
    ids=lambda one: one if isinstance(one, str) else one[0],
)
def test_refusals(demo_unit, tmp_path, arguments, code):
    (tmp_path / "text").write_text("hello")
    places = {
        "pdf": demo_unit.document(),
        "missing": tmp_path / "none",
        "out": tmp_path / "out",
        "bundle": demo_unit.waiting(0),
        "text": tmp_path / "text",
    }
    told = qr(demo_unit, *(one.format(**places) for one in arguments), status=1)
    assert told["code"] == code


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("ceiling", list(Level))
def test_only_what_is_low_enough_or_tells_nothing_leaves_as_codes(level, ceiling):
    paper = Leaving(level, frozenset({"request"}), documents=True)
    receipt = Leaving(level, frozenset({"receipt", "decision"}), documents=False)
    refused = judge_light(paper, ceiling)
    assert (refused is None) == ceiling.covers(level)
    if refused is not None:
        assert refused.code == "QR_LEVEL" and refused.params == {"level": level, "limit": ceiling}
        carried = Leaving(level, receipt.kinds, documents=True)
        assert judge_light(carried, ceiling) is not None
    assert judge_light(receipt, ceiling) is None


@pytest.mark.parametrize("station", list(Level))
def test_no_camera_where_state_secrets_are(station):
    for eye in (Eye.SCANNED_PAPER, Eye.TYPING_SCANNER, Eye.FILE):
        assert judge_eye(eye, "", station, ()) is None
    mine = (Device("/dev/video0", station),)
    problem = judge_eye(Eye.CAMERA, "/dev/video0", station, mine)
    if station.is_state_secret:
        assert problem is not None and problem.code == "QR_CAMERA"
    else:
        assert problem is None
        stranger = judge_eye(Eye.CAMERA, "/dev/video1", station, mine)
        assert stranger is not None and stranger.code == "QR_DEVICE"


@pytest.mark.parametrize("station", list(Level))
@pytest.mark.parametrize("level", list(Level))
def test_a_device_reads_up_to_its_own_level_only(station, level):
    camera, gun = Device("/dev/video0", level), Device("gun", level)
    told = {"device": "gun", "limit": level, "level": station}
    refused = judge_eye(Eye.TYPING_SCANNER, "", station, (camera, gun))
    assert (refused is None) == level.covers(station)
    assert refused is None or (refused.code, refused.params) == ("QR_DEVICE_LEVEL", told)
    # Another one may be the one that types.
    assert judge_eye(Eye.TYPING_SCANNER, "", station, (gun, Device("best", station))) is None
    assert judge_eye(Eye.FILE, "", station, (gun,)) is None
    if not station.is_state_secret:
        seen = judge_eye(Eye.CAMERA, camera.name, station, (camera, gun))
        assert (seen is None) == level.covers(station)
        assert seen is None or seen.code == "QR_DEVICE_LEVEL"
        assert judge_eye(Eye.CAMERA, "gun", station, (gun,)).code == "QR_DEVICE"


def test_devices_are_written_with_their_level():
    made = devices_of(["/dev/video0=内部", " ", "a=b = secret "])
    assert made == (Device("/dev/video0", Level.INTERNAL), Device("a=b", Level.SECRET))
    assert devices_of(map(device_text, made)) == made
    for wrong in (["/dev/video0"], ["x=most"], ["=内部"], ["x=内部", "x=公开"]):
        with pytest.raises(Problem, match="DEVICE_FORM"):
            devices_of(wrong)


def test_devices_are_registered_and_those_of_before_are_read_as_they_were(demo_unit):
    manager = demo_unit.person("custodian")["id"]
    register = ["station", "register", "--place", "501", "--manager", manager]
    made = demo_unit.run("system-admin", *register, "--device", "/dev/video0=公开")
    assert made.status == 0, made.err
    assert made.json["devices"] == [{"name": "/dev/video0", "level": "public"}]
    assert demo_unit.run("system-admin", *register, "--device", "gun").status == 1
    with station_of(demo_unit, "custodian") as station:
        assert station.facts.devices == (Device("/dev/video0", Level.PUBLIC),)
        with pytest.raises(Problem, match="QR_DEVICE_LEVEL"):
            next(station.light.film("/dev/video0", None))
        row = station.facts.told() | {"media": ["/dev/video1", "usb"]}
    del row["devices"]
    old = station_facts(SimpleNamespace(get=lambda table, key: row))
    assert old.devices == (Device("/dev/video1", Level.INTERNAL),)
