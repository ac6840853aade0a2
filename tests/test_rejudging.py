"""Newer lists change verdicts on cases held here: told to the checker, kept until seen (VF-11)."""

import asyncio
import base64
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit
from foreign_pdf import Elsewhere
from station_kit import LastingJail, faults, lasting_jail, station_of, store_of
from test_evidence_verifier import ORIGINAL, seal_pdf
from test_trusted_roots import agreeing, digits, enrol, second
from unit import DAY, NOW, SEALED, SignedUnit, grant, text
from unit_bundles import pack

from airseal.evidence.rejudging import REJUDGED, Change
from airseal.model.digest import Digest, sha256
from airseal.model.people import Post
from airseal.model.registry import RevocationList
from airseal.model.stamp import Timestamp
from airseal.model.verdict import Overall
from airseal.paper.papers import Papers
from airseal.station import Station
from airseal.text import use_language

LATER = SEALED + DAY
BETWEEN = SEALED + DAY / 2


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[LastingJail]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


@pytest.fixture(scope="module")
def sealed(jail: LastingJail, rival: SignedUnit) -> dict[datetime, bytes]:
    """The same paper as zhang sealed it at two moments."""
    return {at: seal_pdf(Papers(jail), rival, ORIGINAL, at) for at in (SEALED, LATER)}


@pytest.fixture
def other(rival: SignedUnit) -> SignedUnit:
    return rival.fork()


class Held:
    """A station that trusts ``unit`` and holds two cases of its: sealed early, and later."""

    def __init__(
        self, demo: DemoUnit, unit: SignedUnit, sealed: dict[datetime, bytes], directory: Path
    ) -> None:
        self.demo, self.unit, self._directory = demo, unit, directory
        self._contents: dict[Digest, bytes] = {}
        root = directory / "root.pem"
        root.write_bytes(unit.anchor.root)
        self.root = root
        self.enrol()
        self.take(*unit.basics, kind="registry")
        self.early, self.late = (self._case(at, content) for at, content in sealed.items())

    def enrol(self) -> None:
        right = digits(self.unit)
        with station_of(self.demo, "security-admin") as station:
            enrol(station, self.demo, self.root, right, right)

    def _case(self, at: datetime, content: bytes) -> Digest:
        request = self.unit.request(grant(content=ORIGINAL))
        approval = self.unit.decide(request)
        sealing = self.unit.seal(
            *(request, approval),
            at=at,
            output=sha256(content),
            output_size=len(content),
            sealed_at=text(at),
        )
        acts = (self.unit[one] for one in (request, approval, sealing))
        self.take(*self.unit.basics, *acts, documents=[content])
        self._contents[request.id] = content
        return request.id

    def take(self, *statements: object, **more: object) -> None:
        path = self._directory / "new.airseal"
        by = "zhou" if "kind" in more else "li"
        path.write_bytes(pack(self.unit, statements, by=by, at=NOW, **more).getvalue())  # type: ignore[arg-type]
        with self.custodian() as station:
            station.import_file(path)

    def stamp(self, case: Digest, elsewhere: Elsewhere, at: datetime) -> None:
        """A time stamp of ``elsewhere`` for the sealing of ``case`` comes in."""
        said = self.unit.said.values()
        sealing = next(one for one in said if one.case == case and one.kind == "sealing")
        imprint = sha256(self.unit[sealing].p7m)
        stamper = elsewhere.timestamper(at)
        token = asyncio.run(stamper.async_timestamp(bytes.fromhex(imprint[7:]), "sha256"))
        content = base64.b64encode(token.dump()).decode()
        body = Timestamp(sealing.id, imprint, text(at), content)
        on = [case, sealing.id, *self.unit.basis("li")]
        self.unit.say("li", body, post=Post.DRAFTER, at=NOW, case=case, on=on)
        acts = (self.unit[one] for one in said if (one.case or one.id) == case)
        self.take(*self.unit.basics, *acts, documents=[self._contents[case]])

    def custodian(self):  # type: ignore[no-untyped-def]
        return station_of(self.demo, "custodian")

    def revoke(self, person: str, since: datetime, number: int = 2) -> None:
        crl = self.unit.keys.crl(number, NOW - DAY / 24, {person: since})
        lists = [base64.b64encode(der).decode() for der in (self.unit.keys.crls[0], crl)]
        self.unit.publish(number, at=NOW, crl=RevocationList(number, tuple(lists)))
        self.take(*self.unit.basics, kind="registry")

    def told(self, station: Station) -> dict[Digest, tuple[Overall, Overall, str]]:
        """What the station says changed, after it has worked off all there is."""
        while station.rejudging.step():
            pass
        found: tuple[Change, ...] = station.rejudging.unseen()
        return {c.case: (c.before, c.after, c.reason.code if c.reason else "") for c in found}


@pytest.fixture
def held(
    demo_unit: DemoUnit, other: SignedUnit, sealed: dict[datetime, bytes], tmp_path: Path
) -> Held:
    return Held(demo_unit, other, sealed, tmp_path)


def judged_again(held: Held) -> int:
    """How many cases were judged again, by what the ledger says."""
    with store_of(held.demo, "custodian") as store:
        rows = (e.facts["cases"] for e in store.entries() if e.kind == REJUDGED)
        return sum(count for count in rows if isinstance(count, int))


def test_a_revocation_tells_before_from_after(held: Held) -> None:
    """What was sealed after it is invalid; what nobody can have seen before it is unknown."""
    with held.custodian() as station:
        assert held.told(station) == {}, "a root that came before its cases is no news of them"
    already = judged_again(held)
    held.revoke("zhang", BETWEEN)
    # The station was closed in between: what is to be done is in the ledger.
    with held.custodian() as station:
        told = {
            held.early: (Overall.VALID, Overall.UNKNOWN, "SIGNER_STATUS_UNKNOWN"),
            held.late: (Overall.VALID, Overall.INVALID, "SIGNER_REVOKED"),
        }
        assert held.told(station) == told
        assert not station.rejudging.is_due()
        for case, (_, after, _) in told.items():
            verdict = station.verify_case(case)
            assert verdict.overall is after, verdict.checks
        station.rejudging.see([held.early])
    with held.custodian() as station:
        assert set(held.told(station)) == {held.late}
    assert judged_again(held) == already + 2, "the station's own case is none of zhang's"
    assert faults(held.demo, "custodian") == []


def test_what_was_here_before_the_revocation_stays_valid_at_its_time(held: Held) -> None:
    """The station's own ledger proves that no thief of the key has made it since."""
    held.revoke("zhang", datetime.now().astimezone() + DAY / 24)
    limited = (Overall.VALID, Overall.LIMITED, "SIGNER_REVOKED_SINCE")
    with held.custodian() as station:
        assert held.told(station) == {held.early: limited, held.late: limited}
        assert station.verify_case(held.early).exit_status == 0


def test_what_nobody_here_signed_is_judged_by_nobody_again(held: Held) -> None:
    already = judged_again(held)
    held.revoke("qian", BETWEEN)
    with held.custodian() as station:
        assert held.told(station) == {}
    assert judged_again(held) == already + 2, "only the root that was accepted"


def test_cases_stand_and_fall_with_the_root(held: Held) -> None:
    with station_of(held.demo, "security-admin") as station:
        station.trust.revoke("rival", "their key is lost")
    with held.custodian() as station:
        fallen = {case: row[:2] for case, row in held.told(station).items()}
        assert fallen == dict.fromkeys((held.early, held.late), (Overall.VALID, Overall.UNKNOWN))
    held.enrol()
    with held.custodian() as station:
        assert held.told(station) == {}, "as it was when somebody last looked"


def test_cases_stand_and_fall_with_the_authority_of_their_time_stamp(
    held: Held, tmp_path: Path
) -> None:
    """Only its stamp says that the paper was sealed before the signer was revoked."""
    elsewhere = Elsewhere()
    root = tmp_path / "tsa.der"
    root.write_bytes(elsewhere.root.der)
    read = sha256(elsewhere.root.der).removeprefix("sha256:")

    def trust() -> None:
        with station_of(held.demo, "security-admin") as station:
            second_one = second(held.demo, read)
            station.trust.enrol_stamper(root, read, second_one, agreeing(held.demo))

    trust()
    held.stamp(held.early, elsewhere, SEALED + DAY / 24)
    held.revoke("zhang", BETWEEN)
    limited = (Overall.VALID, Overall.LIMITED, "SIGNER_REVOKED_SINCE")
    with held.custodian() as station:
        told = held.told(station)
        assert told[held.early] == limited
        assert told[held.late][1] is Overall.INVALID
        station.rejudging.see(list(told))
    with station_of(held.demo, "security-admin") as station:
        station.trust.revoke_stamper(read, "their clock is wrong")
    with held.custodian() as station:
        unknown = (Overall.LIMITED, Overall.UNKNOWN, "SIGNER_STATUS_UNKNOWN")
        assert held.told(station) == {held.early: unknown}
    trust()
    with held.custodian() as station:
        assert held.told(station) == {}, "as it was when somebody last looked"
    assert faults(held.demo, "custodian") == []


async def test_the_first_page_says_so_until_it_was_seen(held: Held) -> None:
    held.revoke("zhang", BETWEEN)
    async with at_home(held.demo, "custodian") as person:
        assert "Verdicts that newer lists changed" in person.screen, person.screen
        await person.press("v")
        assert person.name == "RejudgedScreen"
        for words in ("+ Valid", "x Invalid", "? Cannot be j", "revoked"):
            assert words in person.screen, person.screen
        await person.press("enter")
        assert person.name == "VerdictScreen"
        await person.press("escape", "k")
        assert ("x Invalid" in person.screen) != ("? Cannot" in person.screen), person.screen
        await person.press("asterisk", "k")
        assert "No verdict changed." in person.screen
        await person.press("escape")
        assert "Verdicts that newer lists changed" not in person.screen, person.screen
    rows = held.demo.run("custodian", "rejudge").json
    assert rows == []


def test_from_the_command_line(held: Held) -> None:
    held.revoke("zhang", BETWEEN)
    rows = held.demo.run("custodian", "rejudge", "--seen").json
    assert {(row["case"], row["was"], row["overall"]) for row in rows} == {
        (held.early, "valid", "unknown"),
        (held.late, "valid", "invalid"),
    }
    assert held.demo.run("custodian", "rejudge").json == []
