"""Deletion by consent and how long a record is kept (DC-11, RE-09, C-21, C-22, X-20)."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from demo_unit import DemoUnit, copied
from station_kit import faults, held, lasting_jail, pin_of, rebuild, station_of
from store_disk import Disk
from test_flows_stations import Office, code_of, withdrawal
from test_kill import in_a_child
from unit import NOW, PaperUnit, output

from airseal.duties.flowing import deletion_refusal, tombstone
from airseal.evidence.packs import READY, ready_pack
from airseal.evidence.wire import decode, encode
from airseal.model.case import CaseState
from airseal.model.catalogue import ArchiveClass, DocumentKind
from airseal.model.digest import Digest, sha256
from airseal.model.flow import DeletionRefusal, DeletionRequest, Tombstone
from airseal.model.machine import Act
from airseal.model.people import Post, Role
from airseal.model.retention import NOTHING, Ground, retention_of
from airseal.model.statement import Statement
from airseal.screens.case_facts import case_facts
from airseal.store import durable

ASKING = DeletionRequest("保管期满")


class TestRetention:
    """The longest of everything that applies."""

    @pytest.mark.parametrize(
        ("years", "archive", "last_day"),
        [
            (3, None, "2029-12-31"),
            (10, None, "2036-12-31"),
            (10, ArchiveClass.TEN, "2036-12-31"),
            (10, ArchiveClass.THIRTY, "2056-12-31"),
            (40, ArchiveClass.THIRTY, "2066-12-31"),
            (10, ArchiveClass.PERMANENT, None),
        ],
    )
    def test_the_longest_counts_from_the_next_new_year(
        self, years: int, archive: ArchiveClass | None, last_day: str | None
    ) -> None:
        pack = ready_pack("bureau")
        kinds = (DocumentKind("official", "公文", archive=archive), *pack.catalogue.kinds[1:])
        pack = replace(
            pack,
            catalogue=replace(pack.catalogue, kinds=kinds),
            settings=replace(pack.settings, retention_years=years),
        )
        kept = retention_of("2026-11-29", "official", [pack])
        assert kept.last_day == last_day
        assert kept.forever == (archive is ArchiveClass.PERMANENT)
        assert dict(kept.grounds)[Ground.USE_RECORD] == 3

    @pytest.mark.parametrize("name", READY)
    def test_every_pack_that_ships_classes_its_kinds(self, name: str) -> None:
        pack = ready_pack(name)
        for kind in pack.catalogue.kinds:
            assert (kind.archive is None) == kind.excluded, kind.id
        assert retention_of("2026-11-29", "party", [pack]).forever
        assert retention_of("2026-11-29", "contract", [pack]).last_day == "2056-12-31"
        assert retention_of("2026-11-29", "certificate", [pack]).last_day == "2036-12-31"

    def test_two_packs_ask_the_more_of_both(self) -> None:
        pack = ready_pack("bureau")
        short = replace(pack, settings=replace(pack.settings, retention_years=3))
        long = replace(pack, settings=replace(pack.settings, retention_years=30))
        for packs in ([short, long], [long, short]):
            assert retention_of("2026-01-01", "official", packs).last_day == "2056-12-31"

    def test_judged_on_its_last_day_and_after(self) -> None:
        kept = retention_of("2026-01-01", "official", [])
        problem = kept.judge("2029-12-31")
        assert problem is not None
        assert problem.code == "RETENTION_RUNNING"
        assert kept.judge("2030-01-01") is None
        assert NOTHING.judge("2026-01-01") is None


class TestConsent:
    """A request by one person, the consent of a leader in charge, and no period running."""

    @pytest.fixture
    def led(self, paper: PaperUnit) -> PaperUnit:
        leader = replace(paper.appointment("wang"), roles=(Role.DIVISION_LEADER,))
        paper.publish(2, appointment_wang=leader)
        return paper

    def ask(self, paper: PaperUnit, request: Statement, *known: Statement) -> Statement:
        return paper.flow(request, ASKING, *known, by="zhang", post=Post.CUSTODIAN, at=NOW)

    def grave(self, request: Statement, *forms: Digest) -> Tombstone:
        documents = {d.digest for d in request.body.grant.documents} | set(forms)  # type: ignore[union-attr]
        return Tombstone(request.body.title, tuple(sorted(documents)), "同意")  # type: ignore[union-attr]

    def agree(
        self, paper: PaperUnit, request: Statement, *known: Statement, **more: object
    ) -> Statement:
        body = more.pop("body", self.grave(request))
        facts = {"by": "wang", "post": Post.OFFICER, "at": NOW, **more}
        return paper.flow(request, body, *known, **facts)  # type: ignore[arg-type]

    def refused(self, paper: PaperUnit, request: Statement) -> list[str]:
        return [o.problem.code for o in paper.status(request).flows if o.problem is not None]

    def denied(self, paper: PaperUnit) -> tuple[Statement, Statement]:
        from airseal.model.request import Outcome

        request = paper.request()
        return request, paper.decide(request, Outcome.DENY)

    def test_asked_and_agreed(self, led: PaperUnit) -> None:
        request, denial = self.denied(led)
        asked = self.ask(led, request, denial)
        assert led.status(request).state is CaseState.DENIED
        self.agree(led, request, denial, asked)
        assert led.status(request).state is CaseState.DELETED

    def test_not_without_a_request_by_somebody_else(self, led: PaperUnit) -> None:
        request, denial = self.denied(led)
        self.agree(led, request, denial)
        assert self.refused(led, request) == ["DELETION_NOT_ASKED"]
        assert led.status(request).state is CaseState.DENIED

    def test_not_by_the_one_who_asked(self, paper: PaperUnit) -> None:
        both = replace(paper.appointment("sun"), roles=(Role.UNIT_LEADER,))
        paper.publish(2, appointment_sun=both)
        request, denial = self.denied(paper)
        asked = paper.flow(request, ASKING, denial, by="sun", post=Post.CUSTODIAN, at=NOW)
        self.agree(paper, request, denial, asked, by="sun")
        assert self.refused(paper, request) == ["DELETION_NOT_ASKED"]

    def test_not_by_an_officer_who_leads_nothing(self, led: PaperUnit) -> None:
        request, denial = self.denied(led)
        asked = self.ask(led, request, denial)
        self.agree(led, request, denial, asked, by="chen")
        assert self.refused(led, request) == ["DELETION_NOT_LEADER"]

    def test_refused_it_carries_no_tombstone_until_asked_anew(self, led: PaperUnit) -> None:
        request, denial = self.denied(led)
        asked = self.ask(led, request, denial)
        body = DeletionRefusal((asked.id,), "仍须查阅")
        refusal = self.agree(led, request, denial, asked, body=body)
        self.agree(led, request, denial, asked, refusal)
        assert self.refused(led, request) == ["DELETION_NOT_ASKED"]
        again = self.ask(led, request, denial, asked, refusal)
        self.agree(led, request, denial, asked, refusal, again)
        assert led.status(request).state is CaseState.DELETED

    def test_refused_only_by_a_leader_and_only_what_was_asked(self, led: PaperUnit) -> None:
        request, denial = self.denied(led)
        asked = self.ask(led, request, denial)
        body = DeletionRefusal((asked.id,), "仍须查阅")
        self.agree(led, request, denial, asked, body=body, by="chen")
        self.agree(led, request, denial, asked, body=replace(body, requests=(denial.id,)))
        assert sorted(self.refused(led, request)) == ["DELETION_NOT_ASKED", "DELETION_NOT_LEADER"]
        self.agree(led, request, denial, asked)
        assert led.status(request).state is CaseState.DELETED

    def test_not_of_other_papers(self, led: PaperUnit) -> None:
        request, denial = self.denied(led)
        asked = self.ask(led, request, denial)
        other = self.grave(request, sha256(b"another case's"))
        self.agree(led, request, denial, asked, body=other)
        assert self.refused(led, request) == ["DELETION_OTHER_CASE"]

    def test_not_while_somebody_may_still_act(self, led: PaperUnit) -> None:
        request = led.request()
        asked = self.ask(led, request)
        self.agree(led, request, asked)
        assert "FLOW_NOT_NOW" in self.refused(led, request)
        assert led.status(request).state is CaseState.IN_APPROVAL

    def test_what_was_sealed_is_kept_for_its_time(self, led: PaperUnit) -> None:
        request = led.request()
        approval = led.decide(request)
        sealing = led.seal(request, approval)
        asked = self.ask(led, request, approval, sealing)
        body = self.grave(request, output(1))
        self.agree(led, request, approval, sealing, asked, body=body)
        assert self.refused(led, request) == ["RETENTION_RUNNING"]
        assert led.status(request).state is CaseState.SEALED

    def test_and_no_longer(self, led: PaperUnit) -> None:
        """The registry of that far day is another; only the days decide here."""
        snapshot = led.registry["snapshot"]
        later = NOW + timedelta(days=11 * 366)
        far = replace(
            snapshot,
            body=replace(snapshot.body, next_update=(later + timedelta(days=9)).isoformat()),  # type: ignore[type-var]
        )
        led.said[snapshot.id] = far
        request = led.request()
        approval = led.decide(request)
        sealing = led.seal(request, approval)
        asked = self.ask(led, request, approval, sealing)
        body = self.grave(request, output(1))
        self.agree(led, request, approval, sealing, asked, body=body, at=later)
        assert self.refused(led, request) == []
        assert led.status(request, later).state is CaseState.DELETED

    def test_a_voided_case_can_be_deleted_and_nothing_shakes_it(self, led: PaperUnit) -> None:
        request, denial = self.denied(led)
        asked = self.ask(led, request, denial)
        self.agree(led, request, denial, asked)
        led.decide(request, by="wang")
        assert led.status(request).state is CaseState.DELETED


def test_packs_signed_before_there_were_archive_classes_stay_what_they_are(
    paper: PaperUnit,
) -> None:
    statement = paper.registry["policy"]
    silent = tuple(replace(kind, archive=None) for kind in paper.pack.catalogue.kinds)
    pack = replace(paper.pack, catalogue=replace(paper.pack.catalogue, kinds=silent))
    assert b"archive" not in encode(replace(statement, body=pack))
    kinds = (DocumentKind("official", "公文", archive=ArchiveClass.THIRTY),)
    catalogue = replace(paper.pack.catalogue, kinds=(*kinds, paper.pack.catalogue.kinds[1]))
    pack = replace(paper.pack, catalogue=catalogue)
    payload = encode(replace(statement, body=pack))
    assert b'"archive":"30-years"' in payload
    assert decode(payload).body == pack


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture(scope="module")
def waiting(
    built_demo: DemoUnit, jail: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, Digest]]:
    """A withdrawn case whose deletion the custodian has asked for; the officer knows of it."""
    folder = tmp_path_factory.mktemp("deleting")
    with copied(built_demo, folder / "unit") as unit:
        office = Office(unit, folder / "stick")
        case = office.approved()
        office.act("drafter", case, Act.WITHDRAW, withdrawal)
        office.send("drafter", case, "officer", "custodian")
        with station_of(unit, "officer") as station:
            refusal = code_of(lambda: station.may_act(case, Act.DELETE, tombstone("同意")))
            assert refusal == "DELETION_NOT_ASKED"
        office.act("custodian", case, Act.ASK_DELETION, lambda _: ASKING)
        office.send("custodian", case, "officer")
        yield office, case


def delete_in_steps(office: Office, case: Digest, home: Path, before: Callable[[], None]) -> None:
    """Agree to the deletion; ``before`` is told of each write of that. Only in a child."""
    acting = False

    def step(_call: str, _name: str) -> None:
        if acting:
            before()

    setattr(durable, "_os", Disk(home.parent, step))  # noqa: B010 - the seam is private
    with (
        station_of(office.unit, "officer", home) as station,
        station.signing(pin_of(office.unit, "officer")) as signer,
    ):
        acting = True
        (result,) = station.act([case], Act.DELETE, tombstone("同意"), signer)
        acting = False
    assert result.problem is None


def deleted_after_a_kill(office: Office, case: Digest, home: Path, at: int) -> bool:
    """Whether the case is deleted after a kill before write ``at``; never is it half deleted."""
    seen = 0

    def kill() -> None:
        nonlocal seen
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    status, _ = in_a_child(lambda _: delete_in_steps(office, case, home, kill))
    assert os.WIFSIGNALED(status)
    assert faults(office.unit, "officer", home) == [], "an interrupted destroying is no damage"
    with station_of(office.unit, "officer", home) as station:
        view = station.case(case)
        gone = view.status.state is CaseState.DELETED
        assert station.holds(view.documents[0]) == (not gone)
    assert faults(office.unit, "officer", home) == []
    before = held(office.unit, "officer", home)
    rebuild(office.unit, "officer", home)
    assert held(office.unit, "officer", home) == before
    shutil.rmtree(home)
    return gone


def writes_of_deleting(office: Office, case: Digest, folder: Path) -> int:
    home = Path(shutil.copytree(office.unit.home("officer"), folder / "counted"))

    def work(pipe: int) -> None:
        writes = 0

        def count() -> None:
            nonlocal writes
            writes += 1

        delete_in_steps(office, case, home, count)
        os.write(pipe, str(writes).encode())

    status, heard = in_a_child(work)
    assert status == 0
    return int(heard)


def kills(office: Office, case: Digest, folder: Path, every: int) -> None:
    """Before the commit nothing has happened; after it, the next login ends the destroying."""
    count = writes_of_deleting(office, case, folder)
    states = [
        deleted_after_a_kill(
            office, case, Path(shutil.copytree(office.unit.home("officer"), folder / str(at))), at
        )
        for at in sorted({*range(0, count, every), count - 1})
    ]
    assert states == sorted(states)
    assert set(states) == {False, True}


def test_killed_while_deleting(waiting: tuple[Office, Digest], tmp_path: Path) -> None:
    kills(*waiting, tmp_path, every=6)


@pytest.mark.soak
def test_killed_before_every_write_of_deleting(
    waiting: tuple[Office, Digest], tmp_path: Path
) -> None:
    kills(*waiting, tmp_path, every=1)


def test_deleted_everywhere_and_never_back(waiting: tuple[Office, Digest]) -> None:
    """The last test that uses ``waiting``: the papers, and bundles kept for sending, are gone."""
    office, case = waiting
    bundles = [sha256(path.read_bytes()) for path in office.stick.rglob("officer-*.airseal")]
    with station_of(office.unit, "officer") as station:
        document = station.case(case).documents[0]
        assert station.case_counts().to_delete == 1
        assert [row.id for row in station.cases(to_delete=True)] == [case]
        assert all(station.holds(one) for one in [document, *bundles])
        station.may_act(case, Act.DELETE, tombstone("同意"))
        with station.signing(pin_of(office.unit, "officer")) as signer:
            station.act([case], Act.DELETE, tombstone("同意"), signer)
        view = station.case(case)
        assert view.status.state is CaseState.DELETED
        assert view.facts.asked.title == "关于测试的通知"
        assert station.case_counts().to_delete == 0
        assert not any(station.holds(one) for one in [document, *bundles])
    office.send("officer", case, "custodian")
    with station_of(office.unit, "custodian") as station:
        assert station.case(case).status.state is CaseState.DELETED
        assert not station.holds(document)
    # The drafter has not heard of it and sends the papers again.
    office.send("drafter", case)
    (late,) = (office.stick / str(office._carried)).glob("*.airseal")
    with station_of(office.unit, "custodian") as station:
        assert code_of(lambda: station.import_file(late)) == "CASE_DELETED"
        assert not station.holds(document)
        assert not station.holds(sha256(late.read_bytes())), "nor put aside"
    for post in ("officer", "custodian"):
        assert faults(office.unit, post) == []


def test_a_document_that_another_case_needs_stays(demo_unit: DemoUnit, tmp_path: Path) -> None:
    office = Office(demo_unit, tmp_path / "stick")
    document = office.unit.document("twice.pdf")
    cases = []
    for title in ("第一件", "第二件"):
        with (
            station_of(office.unit, "drafter") as station,
            station.signing(pin_of(office.unit, "drafter")) as signer,
            station.take_in(document) as copy,
        ):
            cases.append(station.request(copy, office.wish(title=title), signer).id)
    first, second = cases
    office.act("drafter", first, Act.WITHDRAW, withdrawal)
    office.act("drafter", first, Act.ASK_DELETION, lambda _: ASKING)
    office.send("drafter", second, "officer")
    office.send("drafter", first, "officer")
    office.act("officer", first, Act.DELETE, tombstone("同意"))
    with station_of(office.unit, "officer") as station:
        assert station.case(first).status.state is CaseState.DELETED
        assert station.holds(station.case(second).documents[0])


def test_refused_it_leaves_the_pile_and_the_asker_reads_why(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    """DC-11: no is an answer, by the leader's command line, and it travels."""
    office = Office(demo_unit, tmp_path / "stick")
    case = office.approved()
    office.act("drafter", case, Act.WITHDRAW, withdrawal)
    office.act("drafter", case, Act.ASK_DELETION, lambda _: ASKING)
    office.send("drafter", case, "officer")
    with station_of(office.unit, "officer") as station:
        assert station.case_counts().to_delete == 1
    said = office.unit.run("officer", "case", "refuse-deletion", case, "--reason", "仍须查阅")
    assert said.status == 0, said.out
    with station_of(office.unit, "officer") as station:
        assert station.case_counts().to_delete == 0
        refusal = code_of(lambda: station.may_act(case, Act.DELETE, tombstone("同意")))
        assert refusal == "DELETION_NOT_ASKED"
        again = deletion_refusal("再次")
        assert code_of(lambda: station.may_act(case, Act.REFUSE_DELETION, again)) == refusal
    office.send("officer", case, "drafter")
    with station_of(office.unit, "drafter") as station:
        facts = case_facts(station, station.case(case))
        assert any("仍须查阅" in str(fact.value) for fact in facts)
    office.act("drafter", case, Act.ASK_DELETION, lambda _: ASKING)
    office.send("drafter", case, "officer")
    with station_of(office.unit, "officer") as station:
        assert station.case_counts().to_delete == 1
