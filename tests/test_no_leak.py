"""Nothing gets out: a used home is unreadable, no network, no secret where others can look."""

import base64
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from demo_unit import DemoUnit, copied

PROGRAM = Path(__file__).with_name("watched_journey.py")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


@dataclass(frozen=True)
class Journey:
    """A demo unit after one more journey, and what the process that made it says."""

    unit: DemoUnit
    stick: Path
    backup: Path
    temporary: Path
    report: dict[str, Any]

    @property
    def homes(self) -> list[Path]:
        return [Path(home) for home in self.unit.told["stations"].values()]

    @property
    def secrets(self) -> list[str]:
        people = self.unit.told["people"]
        return [one[name] for one in people for name in ("password", "pin")]

    @property
    def needles(self) -> dict[str, bytes]:
        """What must not be found in a home, in every spelling it could have there."""
        told, handled = self.unit.told, self.report["handled"]
        texts = [*handled["texts"], *self.secrets]
        texts += [one["name"] for kind in ("people", "seals", "units") for one in told[kind]]
        texts += [one["id"] for kind in ("seals", "units") for one in told[kind]]
        found = {
            f"{text} ({encoding})": text.encode(encoding)
            for text in texts
            for encoding in ENCODINGS
        }
        for digest in handled["digests"]:
            plain = digest.removeprefix("sha256:")
            raw = bytes.fromhex(plain)
            found |= {
                f"{plain} (hex)": plain.encode(),
                f"{plain} (HEX)": plain.upper().encode(),
                f"{plain} (raw)": raw,
                f"{plain} (base64)": base64.b64encode(raw).rstrip(b"="),
            }
        return found | {"a PDF": b"%PDF-", "a bundle": b"PK\x03\x04", "JSON": b'"kind":'}


@pytest.fixture(scope="module")
def journey(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    folder = tmp_path_factory.mktemp("leak")
    stick, backup, temporary = (folder / name for name in ("stick", "backup", "tmp"))
    for made in (stick, backup, temporary):
        made.mkdir()
    with copied(built_demo, folder / "unit") as unit:
        ran = subprocess.run(
            [sys.executable, PROGRAM, unit.directory / "demo.json", stick, backup],
            env={**os.environ, "TMPDIR": str(temporary)},
            capture_output=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr.decode()
        yield Journey(unit, stick, backup, temporary, json.loads(ran.stdout))


def found_below(folder: Path, needles: dict[str, bytes]) -> set[tuple[str, str]]:
    """Which needles are in the names and contents of the files below ``folder``, and where."""
    found = set()
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        hay = name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"")
        found |= {(what, name) for what, needle in needles.items() if needle in hay}
    return found


def test_a_used_home_tells_nothing(journey: Journey) -> None:
    for home in journey.homes:
        assert sum(path.stat().st_size for path in home.rglob("*")) > 10_000
        assert found_below(home, journey.needles) == set()


def test_a_backup_tells_nothing_either(journey: Journey) -> None:
    assert sum(path.stat().st_size for path in journey.backup.rglob("*")) > 10_000
    assert found_below(journey.backup, journey.needles) == set()


def test_nothing_stays_where_temporary_files_go(journey: Journey) -> None:
    assert list(journey.temporary.rglob("*")) == []


def test_the_search_would_find_it(journey: Journey) -> None:
    """On the stick everything is there to be read, in the spellings a home is searched for."""
    found = {what for what, _ in found_below(journey.stick, journey.needles)}
    case = journey.report["handled"]["digests"][1].removeprefix("sha256:")
    title = journey.report["handled"]["texts"][0]
    assert {f"{title} (utf-8)", f"{case} (hex)", "a PDF", "a bundle", "JSON"} <= found


def test_no_socket_reaches_beyond_this_machine(journey: Journey) -> None:
    assert journey.report["awake"]
    assert set(journey.report["families"]) <= {socket.AF_UNIX}
    assert journey.report["calls"] == []


def test_no_file_is_written_but_in_the_homes_and_on_the_stick(journey: Journey) -> None:
    places = [*journey.homes, journey.stick, journey.backup]
    allowed = (*(f"{folder}/" for folder in places), "/dev/null")
    written = set(journey.report["written"])
    # The stick's files are opened by name inside its open directory.
    inside = {name for name in written if "/" not in name}
    on_stick = {path.name for path in journey.stick.glob("*.airseal")}
    assert {name.removesuffix(".part") for name in inside} == on_stick
    assert [path for path in written - inside if not path.startswith(allowed)] == []


def test_no_secret_is_in_arguments_or_environment(journey: Journey) -> None:
    report = journey.report
    seen = "\n".join([*report["started"], *report["descendants"]])
    assert "airseal.keys.tokenserver" in seen
    assert "airseal.paper.jailed" in seen
    assert "SOFTHSM2_CONF" in seen
    secrets = [*journey.secrets, *report["handled"]["texts"]]
    assert [secret for secret in secrets if secret in seen] == []


def test_the_stick_holds_the_document_and_the_bundles_only(journey: Journey) -> None:
    names = sorted(path.suffix for path in journey.stick.iterdir())
    assert names == [".airseal", ".airseal", ".airseal", ".pdf"]
