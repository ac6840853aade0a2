"""``airseal store``: checks say what is wrong, rebuilding ends with a whole store."""

from pathlib import Path

import pytest
from demo_unit import DemoUnit
from store_disk import quick
from store_kit import PASSWORD, PERSON, create, event, patient, project, refused, reopen

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.store import Store, ledger, upkeep


def test_check_and_rebuild_by_command_line(demo_unit: DemoUnit) -> None:
    home = demo_unit.home("custodian")
    told = demo_unit.run("custodian", "store", "check")
    assert told.status == 0, told
    assert told.json["problems"] == []
    chain = demo_unit.run("custodian", "store", "check", "--hashes")
    assert chain.json["entries"] == told.json["entries"] > 0
    assert len(bytes.fromhex(chain.json["head"])) == 32
    (home / "desk").unlink()
    assert _codes(demo_unit) == ["DESK_MISSING"]
    assert demo_unit.run("custodian", "store", "rebuild").status == 0
    assert _codes(demo_unit) == []
    segment = home / "ledger/000001"
    data = segment.read_bytes()
    segment.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:])
    assert _codes(demo_unit) == ["LEDGER_DAMAGED"]
    damaged = demo_unit.run("custodian", "store", "check", "--hashes")
    assert damaged.status == 0, "without a key only the head tells"
    assert damaged.json["head"] != chain.json["head"]


def test_a_document_gone_from_the_vault_is_named(demo_unit: DemoUnit) -> None:
    """Whoever takes a file out of the vault of a station is told of."""
    custodian = demo_unit.home("custodian")
    demo_unit.run("custodian", "import", str(demo_unit.waiting(1)))
    assert _codes(demo_unit) == []
    papers = sorted((custodian / "vault").iterdir())
    for paper in papers:
        paper.rename(custodian.parent / paper.name)
    told = demo_unit.run("custodian", "store", "check")
    assert [problem["code"] for problem in told.json["problems"]] == ["BLOBS_LOST"]
    assert len(told.json["lost"]) == len(papers)
    assert {len(one["digest"]) for one in told.json["lost"]} == {len("sha256:") + 64}
    assert {one["sequence"] in range(1, told.json["entries"] + 1) for one in told.json["lost"]} == {
        True
    }
    for paper in papers:
        (custodian.parent / paper.name).rename(paper)
    assert _codes(demo_unit) == []


def _codes(unit: DemoUnit) -> list[str]:
    ran = unit.run("custodian", "store", "check")
    problems = [problem["code"] for problem in ran.json["problems"]]
    assert ran.status == (1 if problems else 0)
    return problems


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    quick(monkeypatch)
    monkeypatch.setattr(ledger, "MILESTONE", 10)
    monkeypatch.setattr(upkeep, "_STEP", 10)
    with create(tmp_path / "home") as store:
        for number in range(50):
            store.commit([event(number)])
    return tmp_path / "home"


@pytest.mark.parametrize("act", ["check", "rebuild"])
def test_long_work_tells_how_far_it_is_and_can_be_stopped(home: Path, act: str) -> None:
    heard: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, what: str) -> None:
        heard.append((done, total, what))

    def run(told: upkeep.Progress) -> None:
        getattr(Store, act)(
            home, PERSON, Secret(PASSWORD), project=project, now=patient, progress=told
        )

    run(progress)
    for what in ("ledger", "desk"):
        assert [one[:2] for one in heard if one[2] == what] == [
            (done, 50) for done in range(10, 51, 10)
        ]
    before = (home / "desk").read_bytes()
    for steps in range(len(heard)):
        left = iter(range(steps))

        def stop(*_: object) -> None:
            if next(left, None) is None:  # noqa: B023
                raise Problem("CANCELLED")

        with refused("CANCELLED"):
            run(stop)
        assert (home / "desk").read_bytes() == before
    with reopen(home) as store:
        assert store.desk.get("counts", "tick") == 50
