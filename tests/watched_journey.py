"""Run as a program: the whole journey in one process that watches itself.

``python watched_journey.py DEMO_JSON STICK BACKUP`` prints, as JSON, what the journey handled
(``handled``) and what the process did meanwhile: families of the sockets it made, files it
opened for writing, programs it started, and what /proc showed of all its descendants.
"""

import json
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


class Watch:
    """What the interpreter's audit events tell, from the start of the process on."""

    def __init__(self) -> None:
        self.families: set[int] = set()
        self.calls: set[str] = set()
        self.written: set[str] = set()
        self.started: list[str] = []
        self.descendants: list[str] = []

    def __call__(self, event: str, details: tuple[Any, ...]) -> None:
        match event:
            case "socket.__new__":
                self.families.add(int(details[1]))
            case "socket.connect" | "socket.bind" | "socket.getaddrinfo" | "socket.gethostbyname":
                self.calls.add(event)
            case "open" if details[2] & WRITING and not isinstance(details[0], int):
                self.written.add(os.fsdecode(details[0]))
            case "subprocess.Popen":
                self.started.append(repr(details))
            case "os.system" | "os.exec" | "os.posix_spawn" | "os.spawn":
                self.started.append(repr(details))

    def look(self) -> None:
        """Arguments, environment and open internet sockets of every descendant now."""
        for pid in descendants(os.getpid()):
            with suppress(OSError):
                for name in ("cmdline", "environ"):
                    text = Path(f"/proc/{pid}/{name}").read_bytes()
                    self.descendants.append(text.decode("utf-8", "replace"))
                self.calls |= {f"internet socket of {pid}" for _ in internet_sockets(pid)}


def descendants(pid: int) -> list[int]:
    found = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, listing.read_text().split()):
                found += [child, *descendants(child)]
    return found


def internet_sockets(pid: int) -> set[str]:
    """The inodes of this process's sockets that its name space lists as TCP, UDP or raw."""
    held = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            held.add(os.readlink(descriptor).removeprefix("socket:[").removesuffix("]"))
    listed = set()
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
            listed |= {line.split()[9] for line in lines}
    return held & listed


TITLE = "关于调整某某项目安排的请示"
PURPOSE = "报送上级机关审定使用"
REASON = "经研究，情况属实"


def travel(told: dict[str, Any], stick: Path, backup: Path, watch: Watch) -> list[str]:
    """Request, approve, seal, check, back up; returns the ids and digests that came up."""
    from airseal.duties.drafting import Wish
    from airseal.duties.sealing import CHECKS
    from airseal.founding.demo import sample_pdf
    from airseal.model.digest import sha256
    from airseal.model.level import Level
    from airseal.model.request import Outcome
    from airseal.model.secret import Secret
    from airseal.station import Station

    people: dict[str, Any] = {}
    for one in told["people"]:
        people.setdefault(one["post"], one)
    digests: list[str] = []

    def at(post: str) -> tuple[Station, Secret]:
        one = people[post]
        home = Path(told["stations"][post])
        return Station.open(home, one["id"], Secret(one["password"])), Secret(one["pin"])

    document = sample_pdf(TITLE)
    source = stick / "source.pdf"
    source.write_bytes(document)
    wish = Wish(TITLE, PURPOSE, ("bureau-official",), 3, ("finance",), None, Level.INTERNAL)
    station, pin = at("drafter")
    with station, station.signing(pin) as signer, station.take_in(source) as taken:
        case = station.request(taken, wish, signer).id
        watch.look()
        bundle = station.export([case], stick, signer).path
    station, pin = at("officer")
    with station:
        station.import_file(bundle)
        station.read(case)
        with station.signing(pin) as signer:
            decided = station.decide([case], Outcome.APPROVE, REASON, signer)
            watch.look()
            bundle = station.export([case], stick, signer).path
    station, pin = at("custodian")
    with station:
        station.import_file(bundle)
        with station.signing(pin) as signer:
            sealed = station.seal(case, signer, checked=CHECKS)
            watch.look()
            bundle = station.export([case], stick, signer).path
    station, _ = at("checker")
    with station:
        station.import_file(bundle)
        verdict = station.verify_file(bundle)
        watch.look()
        digests += station.case(case).documents
    station, _ = at("system-admin")
    with station:
        station.keeping.back_up(backup)
        assert station.keeping.try_restore(backup)[1].problems == ()
        watch.look()
    assert verdict.exit_status == 0
    digests += [case, sealed.id, sha256(document), sha256(bundle.read_bytes())]
    digests += [result.signed.id for result in decided if result.signed is not None]
    return digests


def main(demo: str, stick: str, backup: str) -> None:
    watch = Watch()
    sys.addaudithook(watch)
    told = json.loads(Path(demo).read_text(encoding="utf-8"))
    os.environ["SOFTHSM2_CONF"] = told["SOFTHSM2_CONF"]
    digests = travel(told, Path(stick), Path(backup), watch)
    report: dict[str, Any] = {
        "handled": {"texts": [TITLE, PURPOSE, REASON], "digests": digests},
        "families": sorted(watch.families),
        "calls": sorted(watch.calls),
        "written": sorted(watch.written),
        "started": list(watch.started),
        "descendants": list(watch.descendants),
    }
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM):
        # So that a watch that sees nothing cannot pass for a journey that did nothing.
        report["awake"] = socket.AF_INET in watch.families
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
