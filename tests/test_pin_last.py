"""Every refusal that can be known comes before the PIN: nobody types it for nothing (AC-04)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from demo_pilot import at_home
from demo_unit import DemoUnit

WRONG = "000000"
"""Where this was tried, the refusal would be PIN_WRONG."""


pytestmark = pytest.mark.usefixtures("one_jail", "in_english")


def refused(unit: DemoUnit, post: str, *command: str | Path) -> str:
    ran = unit.run(post, *command, pin=WRONG)
    assert ran.status != 0, ran
    return str(ran.json["code"])


def test_no_medium_is_said_before_the_pin(demo_unit: DemoUnit, tmp_path: Path) -> None:
    usb, away = demo_unit.usb, tmp_path / "away"
    demo_unit.run("checker", "import", demo_unit.waiting(2))
    usb.rename(away)
    for post, command in (
        ("authority", ("unit", "export")),
        ("auditor", ("audit", "export")),
        ("checker", ("receipt", "sign")),
        ("security-admin", ("account", "file", "--reason", "x")),
    ):
        assert refused(demo_unit, post, *command, "--out", usb) == "MEDIUM_GONE", command
    sealed = next(away.glob("custodian-*.airseal"))
    report = ("verify", sealed, "--sign", "--report", usb / "r.pdf")
    assert refused(demo_unit, "checker", *report) == "MEDIUM_GONE"
    away.rename(usb)
    assert refused(demo_unit, "authority", "unit", "export", "--out", usb) == "PIN_WRONG"


def test_what_may_not_or_need_not_be_is_said_before_the_pin(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    usb = demo_unit.usb
    answer = usb / "answer.tsr"
    answer.write_bytes(b"no answer of anybody")
    for post, command, code in (
        ("drafter", ("unit", "export", "--out", usb), "RIGHT_MISSING"),
        ("drafter", ("audit", "export", "--out", usb), "RIGHT_MISSING"),
        ("checker", ("receipt", "sign", "nothing-came", "--out", usb), "RECEIPT_NOTHING"),
        ("custodian", ("stamp", "attach", answer), "TIMESTAMP_FORM"),
        ("auditor", ("stamp", "attach", answer), "RIGHT_MISSING"),
        ("drafter", ("account", "sign", "--scope", " "), "SCOPE_MISSING"),
    ):
        assert refused(demo_unit, post, *command) == code, command


@pytest.mark.parametrize(
    ("post", "keys"), [("auditor", ("l", "e")), ("custodian", ("3", "enter", "f8", "i", "enter"))]
)
async def test_on_the_screens(
    demo_unit: DemoUnit, tmp_path: Path, post: str, keys: tuple[str, ...]
) -> None:
    """A medium that is gone, an answer that is not there: no dialog asks for the PIN."""
    demo_unit.usb.rename(tmp_path / "away")
    async with at_home(demo_unit, post) as person:
        await person.press(*keys)
        assert person.name in ("AuditScreen", "StampsScreen"), person.screen
        assert "medium" in person.screen or "FILE_MISSING" in person.screen, person.screen


async def test_what_is_signed_without_a_medium_is_judged_and_shown_before_the_pin(
    demo_unit: DemoUnit,
) -> None:
    """A receipt as a QR code: what is signed for stands in the dialog, or why nothing can be."""
    demo_unit.run("checker", "import", demo_unit.waiting(2))
    async with at_home(demo_unit, "checker") as person:
        await person.press("i", "s", "q")
        assert person.name == "PinScreen" and "Signed for" in person.screen, person.screen
        await person.press("escape")
        with time_machine.travel(datetime.now(UTC) + timedelta(days=3_000)):
            await person.press("q")
            assert person.name == "ReceiptsScreen", person.screen
            assert "REGISTRY_EXPIRED" in person.screen, person.screen
