"""Text that means harm in what crosses from station to station: titles, reasons, file names.

What is typed into the fields of every screen is in ``tests/test_every_screen.py``, the widgets
alone in ``tests/test_widgets_hostile.py``.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_pilot import Person, at_home
from demo_unit import DemoUnit
from screens_kit import HOSTILE, harm
from station_kit import lasting_jail, pin_of, station_of

from airseal.duties.drafting import Wish
from airseal.founding.demo import SEAL, sample_pdf
from airseal.model.level import Level
from airseal.model.problem import Problem
from transfer.errors import TransferError

NAMES = (
    "[@click=app.quit]x[bold]",
    "\x1b[2J\x1b]52;c;ZXZpbA==",
    "invoice\u202efdp",
    "a\nb\tc",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "$(reboot) `reboot` ; -rf *",
    "\u5b57" * 60,
    "a" + "\u0301" * 80,
)
"""What a file may be called on a stick that somebody prepared."""

LOOKS = {
    "officer": ("i", "i escape 1", "1 enter", "1 a", "1 a enter", "s", "p"),
    "checker": ("i y",),
}
"""Keys to the pages that show what came."""


@pytest.fixture(autouse=True)
def jail() -> Iterator[None]:
    with lasting_jail():
        yield


def wicked_requests(unit: DemoUnit) -> tuple[int, int]:
    """Ask for every wicked title and purpose; how many were taken, and how many refused."""
    taken = refused = 0
    document = unit.document()
    with (
        station_of(unit, "drafter") as station,
        station.signing(pin_of(unit, "drafter")) as signer,
    ):
        for number, text in enumerate(HOSTILE):
            document.write_bytes(sample_pdf(f"{number}"))
            wish = Wish(text, text, (SEAL,), 3, ("finance",), None, Level.INTERNAL)
            try:
                with station.take_in(document) as held:
                    station.request(held, wish, signer)
                taken += 1
            except Problem:
                refused += 1
        station.export([case.id for case in station.cases()], unit.usb, signer)
    return taken, refused


def wicked_files(unit: DemoUnit) -> list[str]:
    """Bundles and sealed papers under every wicked name, on the stick."""
    made = []
    for number, name in enumerate(NAMES):
        source, end = (unit.waiting(2), ".airseal") if number % 2 else (unit.document(), ".pdf")
        path = Path(unit.usb) / f"{name}{end}"
        path.write_bytes(source.read_bytes())
        made.append(path.name)
    return made


async def look(person: Person, keys: str) -> None:
    await person.press(*keys.split())
    complaints = list(harm(person.app))
    assert complaints == [], (keys, person.name)
    while person.name != "HomeScreen":
        await person.press("escape")


async def test_what_crosses_is_shown_harmlessly(demo_unit: DemoUnit):
    taken, refused = wicked_requests(demo_unit)
    assert taken + refused == len(HOSTILE) and taken
    names = wicked_files(demo_unit)
    with station_of(demo_unit, "officer") as station:
        found = {one.name for one in station.bundles_on(demo_unit.usb)}
        assert found & set(names)
        for name in sorted(found):
            try:
                station.import_file(demo_unit.usb / name)
            except (Problem, TransferError) as problem:
                assert problem.code
        assert len(station.cases()) >= taken
    for post, ways in LOOKS.items():
        async with at_home(demo_unit, post) as person:
            for keys in ways:
                await look(person, keys)
            if post == "checker":
                await person.press("i")
                assert "$(reboot) `reboot`" in person.screen, person.screen
