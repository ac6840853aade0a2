"""``airseal qr …``: out as codes and in again, and what may not leave so."""

import json
import random
import subprocess
from pathlib import Path

import pytest
from demo_unit import AIRSEAL, DemoUnit

from airseal.model.channel import Eye, Leaving, judge_eye, judge_light
from airseal.model.level import Level


def qr(unit: DemoUnit, *arguments: object, stdin: bytes = b"", status: int = 0) -> dict:
    done = subprocess.run(
        [*AIRSEAL, "qr", *map(str, arguments), "--json"],
        env=unit.environment,
        input=stdin,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == status, done.stderr.decode()
    return json.loads(done.stdout)


def frames(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.png"))


def test_a_bundle_goes_as_pictures_and_is_imported_as_from_a_stick(built_demo, demo_unit, tmp_path):
    bundle = demo_unit.waiting(2)
    made = qr(demo_unit, "frames", bundle, tmp_path / "frames")
    pictures = frames(tmp_path / "frames")
    assert [str(path) for path in pictures] == made["files"]
    chance = random.Random(1)
    for path in chance.sample(pictures, len(pictures) - made["needed"] - 2):
        path.unlink()
    read = qr(demo_unit, "read", tmp_path / "frames", "--out", tmp_path / "in")
    assert Path(read["file"]).read_bytes() == bundle.read_bytes()
    ran = demo_unit.run("checker", "import", read["file"])
    assert ran.status == 0 and len(ran.json["cases"]) == 1


def test_sheets_survive_a_lost_page_and_a_scanner(demo_unit, tmp_path):
    bundle = demo_unit.waiting(0)
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
    bundle = demo_unit.waiting(0)
    qr(demo_unit, "sheets", bundle, tmp_path / "out.pdf")
    read = qr(demo_unit, "read", tmp_path / "out.pdf", "--out", tmp_path / "in")
    assert Path(read["file"]).read_bytes() == bundle.read_bytes()
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    bad = qr(demo_unit, "read", tmp_path / "bad.pdf", "--out", tmp_path / "in", status=1)
    assert bad["code"] == "PDF_BROKEN"


def test_what_is_unfinished_is_kept_and_goes_on(demo_unit, tmp_path):
    bundle, out = demo_unit.waiting(1), tmp_path / "in"
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
    done = subprocess.run(
        [*AIRSEAL, "qr", "show", demo_unit.waiting(2), "--count", "3", "--fps", "20"],
        env={**demo_unit.environment, "COLUMNS": "130", "LINES": "80"},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0
    shown = done.stdout.decode()
    assert shown.count("\x1b[H") == 3 and "Level: 内部" in shown
    small = subprocess.run(
        [*AIRSEAL, "qr", "show", demo_unit.waiting(2), "--count", "1"],
        env={**demo_unit.environment, "COLUMNS": "20", "LINES": "10"},
        capture_output=True,
        timeout=60,
    )
    assert small.returncode == 1 and b"LIGHT_SCREEN" in small.stderr


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
    problem = judge_eye(Eye.CAMERA, "/dev/video0", station, ("/dev/video0",))
    if station.is_state_secret:
        assert problem is not None and problem.code == "QR_CAMERA"
    else:
        assert problem is None
        stranger = judge_eye(Eye.CAMERA, "/dev/video1", station, ("/dev/video0",))
        assert stranger is not None and stranger.code == "QR_DEVICE"
