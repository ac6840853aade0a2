"""A demonstration unit to measure at: real stations, soft tokens, a temporary directory."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from airseal.duties.drafting import Wish
from airseal.founding import demo
from airseal.founding.demo_home import DemoPerson
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.request import Outcome
from airseal.model.secret import Secret
from airseal.station import Station


class Unit:
    """The five stations of a demonstration unit, and a stick between them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        demo.build(directory / "unit")
        self.stick = directory / "stick"
        self.stick.mkdir()

    def home(self, post: Post) -> Path:
        """The directory of the station of ``post``."""
        return self.directory / "unit" / post.value

    @contextmanager
    def at(self, post: Post) -> Iterator[tuple[Station, Secret]]:
        """The station of ``post``, opened by its person, whose PIN comes with it."""
        person = person_of(post)
        with Station.open(self.home(post), person.id, Secret(person.password)) as station:
            yield station, Secret(person.pin)

    def approved(self, documents: Sequence[Path]) -> list[Digest]:
        """A case for each document: requested, approved, and imported by the custodian."""
        with self.at(Post.DRAFTER) as (station, pin), station.signing(pin) as signer:
            cases = []
            for path in documents:
                wish = Wish(
                    title=path.stem,
                    purpose="measured",
                    seals=(f"{demo.SEAL}@p1,150,240",),
                    copies=1,
                    recipients=("finance",),
                    until=None,
                    level=Level.INTERNAL,
                )
                with station.take_in(path) as held:
                    cases.append(station.request(held, wish, signer).id)
            requested = station.export(cases, self.stick, signer).path
        with self.at(Post.OFFICER) as (station, pin):
            station.import_file(requested)
            requested.unlink()
            with station.signing(pin) as signer:
                station.decide(cases, Outcome.APPROVE, "measured", signer)
                decided = station.export(cases, self.stick, signer).path
        with self.at(Post.CUSTODIAN) as (station, _):
            station.import_file(decided)
        decided.unlink()
        return cases


@contextmanager
def built() -> Iterator[Unit]:
    """A fresh unit, gone after the block."""
    with TemporaryDirectory(prefix="airseal-bench-") as directory:
        yield Unit(Path(directory))


def person_of(post: Post) -> DemoPerson:
    """Who holds ``post``."""
    return next(one for one in demo.PEOPLE if one.post is post)


@contextmanager
def command(
    unit: Unit, post: Post, *arguments: str, status: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    """``airseal`` as a process of its own at the station of ``post``, secrets by a pipe.

    It must end with ``status``.
    """
    person = person_of(post)
    reader, writer = os.pipe()
    os.write(writer, f"{person.password}\n{person.pin}\n".encode())
    os.close(writer)
    identity = ["--home", str(unit.home(post)), "--as", person.id, "--secrets-fd", str(reader)]
    process = subprocess.Popen(
        [*airseal(), *identity, *arguments, "--json"],
        pass_fds=[reader],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    os.close(reader)
    try:
        yield process
        _, complaint = process.communicate(timeout=300)
        if process.returncode != status:
            code = re.findall(rb"\[([A-Z_]+)\]", complaint)
            raise SystemExit(f"airseal {arguments[0]} failed: {code or complaint[-300:]!r}")
    finally:
        process.kill()
        process.wait()


def airseal() -> list[str]:
    """The installed console script."""
    return [str(Path(sys.executable).with_name("airseal"))]
