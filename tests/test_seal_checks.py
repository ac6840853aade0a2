"""The periodic check of a seal: made by its custodian, at its station only (LC-24)."""

import pytest
from demo_unit import DemoUnit
from station_kit import held, pin_of, station_of

from airseal.duties.checking_seals import LOOKED_AT, TICKED
from airseal.model.problem import Problem

SEAL = "bureau-official"

pytestmark = pytest.mark.usefixtures("one_jail")


def test_a_check_counts_when_every_point_holds(demo_unit: DemoUnit) -> None:
    pin = pin_of(demo_unit, "custodian")
    with station_of(demo_unit, "custodian") as station:
        record = station.seals.may_check(SEAL)
        found = station.seals.check(SEAL, pin, ["storage"], " 印盒有裂纹 ")
        assert (found.failed, found.finding) == (("device",), "印盒有裂纹")
        assert SEAL not in station.seals.checks
        found = station.seals.check(SEAL, pin, TICKED)
        assert found.points == tuple((point, True) for point in (*LOOKED_AT, *TICKED))
        passed = station.seals.checks[SEAL]
        assert (passed.number, passed.by) == (record.number, demo_unit.person("custodian")["id"])
    told = [one.facts for one in held(demo_unit, "custodian").entries if one.kind == "seal-checked"]
    assert [one["failed"] for one in told] == [["device"], []]
    with station_of(demo_unit, "drafter") as station, pytest.raises(Problem) as refused:
        station.seals.may_check(SEAL)
    assert refused.value.code == "RIGHT_MISSING"
