"""Roots of other units: accepted by two people comparing fingerprints, listed, taken back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit
from station_kit import station_of
from test_evidence_verifier import ORIGINAL
from unit import DOCUMENT, NOW, SignedUnit, grant
from unit_bundles import pack

from airseal.evidence.enrolled import Compared
from airseal.evidence.signed import Signed
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.registry import RevocationList
from airseal.model.secret import Secret
from airseal.model.verdict import Overall, Verdict
from airseal.station import Station

OTHER = "0" * 64


pytestmark = pytest.mark.usefixtures("one_jail", "in_english")


@pytest.fixture
def root(rival: SignedUnit, demo_unit: DemoUnit) -> Path:
    path = demo_unit.usb / "root.pem"
    path.write_bytes(rival.anchor.root)
    return path


def digits(unit: SignedUnit) -> str:
    return unit.anchor.fingerprint.removeprefix("sha256:")


def agreeing(unit: DemoUnit) -> Secret:
    return Secret(unit.person("auditor")["password"])


def second(unit: DemoUnit, typed: str) -> Compared:
    return Compared(unit.person("auditor")["id"], typed)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        act()
    return caught.value.code


def enrol(station: Station, unit: DemoUnit, root: Path, typed: str, again: str) -> None:
    station.trust.enrol(root, typed, second(unit, again), agreeing(unit))


def judged(station: Station, path: Path) -> tuple[Overall, set[str]]:
    verdict: Verdict = station.verify_file(path)
    return verdict.overall, {one.reason.code for one in verdict.checks if one.reason}


def test_two_readings_of_one_fingerprint_and_nothing_less(
    demo_unit: DemoUnit, rival: SignedUnit, root: Path
) -> None:
    right = digits(rival)
    with station_of(demo_unit, "security-admin") as station:
        for typed, again in ((OTHER, right), (right, OTHER), (right[:16], right)):
            assert refused(lambda t=typed, a=again: enrol(station, demo_unit, root, t, a)) == (
                "ROOT_FINGERPRINT"
            )
        own = Compared(station.account.person, right)
        assert refused(lambda: station.trust.enrol(root, right, own, agreeing(demo_unit))) == (
            "WITNESSES_TWO"
        )
        nobody = Compared("nobody", right)
        assert refused(lambda: station.trust.enrol(root, right, nobody, agreeing(demo_unit))) == (
            "PERSON_UNKNOWN"
        )
        wrong = Secret("not-the-password")
        agreed = second(demo_unit, right)
        assert refused(lambda: station.trust.enrol(root, right, agreed, wrong)) == "LOGIN_REFUSED"
        assert [one.unit for one in station.trust.roots()] == ["bureau"]
        enrol(station, demo_unit, root, right, " ".join(right[i : i + 4] for i in range(0, 64, 4)))
        assert [one.unit for one in station.trust.roots()] == ["bureau", "rival"]
        assert refused(lambda: enrol(station, demo_unit, root, right, right)) == "ROOT_KNOWN"
        assert refused(lambda: station.trust.revoke("bureau", "x")) == "ROOT_OWN"
        assert refused(lambda: station.trust.revoke("rival", " ")) == "REASON_MISSING"
        assert refused(lambda: station.trust.revoke("nowhere", "x")) == "UNIT_UNKNOWN"


def test_nobody_else_may(demo_unit: DemoUnit, rival: SignedUnit, root: Path) -> None:
    with station_of(demo_unit, "checker") as station:
        right = digits(rival)
        assert refused(lambda: enrol(station, demo_unit, root, right, right)) == "RIGHT_MISSING"
        assert refused(lambda: station.trust.revoke("rival", "x")) == "RIGHT_MISSING"
    with station_of(demo_unit, "drafter") as station:
        assert refused(station.trust.roots) == "RIGHT_MISSING"


def test_verdicts_stand_and_fall_with_the_root(
    demo_unit: DemoUnit, rival: SignedUnit, root: Path, tmp_path: Path
) -> None:
    """Unknown before; judged after root and registry came; unknown again when it is taken back."""
    registry, case = tmp_path / "registry.airseal", tmp_path / "case.airseal"
    registry.write_bytes(pack(rival, rival.basics, kind="registry", by="zhou").getvalue())
    request = rival.request()
    held = [*rival.basics, rival[request]]
    case.write_bytes(pack(rival, held, [DOCUMENT], at=NOW).getvalue())
    with station_of(demo_unit, "custodian") as station:
        assert judged(station, case) == (Overall.UNKNOWN, {"UNIT_UNKNOWN"})
    right = digits(rival)
    with station_of(demo_unit, "security-admin") as station:
        enrol(station, demo_unit, root, right, right)
        station.import_file(registry)
    with station_of(demo_unit, "custodian") as station:
        assert "NOTHING_SEALED" in judged(station, case)[1]
    with station_of(demo_unit, "security-admin") as station:
        ended = station.trust.revoke("rival", "their key is lost")
        assert not ended.trusted and ended.reason == "their key is lost"
    with station_of(demo_unit, "custodian") as station:
        assert judged(station, case) == (Overall.UNKNOWN, {"UNIT_UNKNOWN"})
    with station_of(demo_unit, "security-admin") as station:
        told = [(one.unit, one.trusted) for one in station.trust.roots()]
        assert told == [("bureau", True), ("rival", False)]
        enrol(station, demo_unit, root, right, right)
        assert all(one.trusted for one in station.trust.roots())


def test_whatever_bundle_brings_a_list_its_own_signer_decides(
    demo_unit: DemoUnit, rival: SignedUnit, root: Path, tmp_path: Path
) -> None:
    """An ordinary bundle updates what is trusted by what the unit's authority signed, no more."""
    unit, path = rival.fork(), tmp_path / "any.airseal"
    right = digits(unit)
    first = unit.basics
    asked = grant(content=ORIGINAL)
    asked = replace(asked, documents=(replace(asked.documents[0], pages=1),))
    case = [*first, unit[unit.request(asked)]]
    with station_of(demo_unit, "security-admin") as station:
        enrol(station, demo_unit, root, right, right)

    def bring(*statements: Signed, code: str | None = None) -> int:
        """Import them in a bundle of cases that a drafter signed; the registry's number then."""
        held = {one.id: one for one in (*case, *statements)}.values()
        path.write_bytes(pack(unit, held, [ORIGINAL], by="li", at=NOW).getvalue())
        with station_of(demo_unit, "custodian") as station:
            found = None
            try:
                station.import_file(path)
            except Problem as problem:
                found = problem.code
            assert found == code
            registry = station._ports.evidence.registry("rival")
            return registry.snapshot.number if registry and registry.snapshot else 0

    assert bring() == 1, "lists are evidence: they travel with whatever rests on them"
    held_lists = unit.bodies["crl"]
    assert isinstance(held_lists, RevocationList)
    unit.publish(2, at=NOW, crl=replace(held_lists, number=2))
    second_edition = unit.basics
    assert bring(*second_edition) == 2, "the authority's own word, whoever carries it"
    assert bring() == 2, "an older one is history"
    forged = replace(held_lists, number=3)
    for person, post, code in (
        ("li", Post.AUTHORITY, "REGISTRY_SIGNER"),
        ("li", Post.DRAFTER, "REGISTRY_SIGNER"),
        ("wang", Post.AUTHORITY, "REGISTRY_SIGNER"),
    ):
        fake = unit.say(person, forged, post=post, at=NOW, on=[unit.charter.id])
        assert bring(*second_edition, unit[fake], code=code) == 2
    other = unit.say("zhou", forged, post=Post.AUTHORITY, at=NOW, on=[unit.charter.id], unit="own")
    assert bring(*second_edition, unit[other], code="UNIT_UNKNOWN") == 2
    ours = unit.say(
        "zhou", forged, post=Post.AUTHORITY, at=NOW, on=[unit.charter.id], unit="bureau"
    )
    assert bring(*second_edition, unit[ours], code="STATEMENT_OTHER_UNIT") == 2
    with station_of(demo_unit, "custodian") as station:
        own = station.registry
        assert own and own.revocation and own.revocation[1].crls != forged.crls
        theirs = station._ports.evidence.registry("rival")
        assert theirs and theirs.revocation and theirs.revocation[1].number == 2


async def test_by_keys(demo_unit: DemoUnit, rival: SignedUnit, root: Path) -> None:
    right = digits(rival)
    async with at_home(demo_unit, "security-admin") as person:
        await person.press("h")
        assert person.name == "RootsScreen" and "示范市数据局" in person.screen
        await person.press("n")
        assert person.name == "EnrolRootScreen"
        await person.press("ctrl+u")
        await person.type(str(root))
        for text in (right, demo_unit.person("auditor")["id"], right):
            await person.press("enter")
            await person.type(text)
        await person.press("enter")
        await person.type(demo_unit.person("auditor")["password"])
        await person.press("enter")
        assert person.name == "RootsScreen" and "rival" in person.screen, person.screen
        await person.press("end")
        assert all(right[at : at + 4] in person.screen for at in range(0, 64, 4)), person.screen
        assert demo_unit.person("auditor")["name"] in person.screen, "people have names"
        await person.press("x")
        await person.type("gone")
        await person.press("enter")
        assert "taken back" in person.screen
        await person.press("x")
        assert "was taken back already" in person.screen
        for second in (OTHER, right):
            if person.name == "EnrolStamperScreen":
                await person.press("escape")
            await person.press("m")
            assert person.name == "EnrolStamperScreen"
            await person.press("ctrl+u")
            await person.type(str(root))
            for text in (right, demo_unit.person("auditor")["id"], second):
                await person.press("enter")
                await person.type(text)
            await person.press("enter")
            await person.type(demo_unit.person("auditor")["password"])
            await person.press("enter")
            if second is OTHER:
                assert "ROOT_FINGERPRINT" in person.screen, "the second reading is compared too"
        assert person.name == "RootsScreen" and "time stamps" in person.screen, person.screen
        assert "No. 4 of " in person.screen, "the register says which version it is (E-12)"
        await person.press("end", "x")
        assert person.name == "ReasonScreen", person.screen
        await person.type("their clock is wrong")
        await person.press("enter")
        assert "their clock is wrong" in person.screen, person.screen
        await person.press("x")
        assert "was taken back already" in person.screen


def test_from_the_command_line(demo_unit: DemoUnit, rival: SignedUnit, root: Path) -> None:
    right = digits(rival)
    wrong = demo_unit.run(
        *("security-admin", "root", "enrol", root, "--fingerprint", right),
        *("--second", demo_unit.person("auditor")["id"], "--second-fingerprint", OTHER),
        pin=demo_unit.person("auditor")["password"],
    )
    assert wrong.json["code"] == "ROOT_FINGERPRINT"
    made = demo_unit.run(
        *("security-admin", "root", "enrol", root, "--fingerprint", right),
        *("--second", demo_unit.person("auditor")["id"], "--second-fingerprint", right),
        pin=demo_unit.person("auditor")["password"],
    )
    assert (made.status, made.json["unit"], made.json["trusted"]) == (0, "rival", True)
    ended = demo_unit.run("security-admin", "root", "revoke", "rival", "--reason", "lost")
    assert (ended.json["trusted"], ended.json["reason"]) == (False, "lost")
    listed = demo_unit.run("security-admin", "root", "list")
    assert [row["unit"] for row in listed.json] == ["bureau", "rival"]
