"""Trainings and assessments: who says so, what counts, and whom it stops (SU-05, SU-06, LC-17)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from demo_pilot import Person, at_home
from demo_unit import DemoUnit, copied
from flow_kit import pack_of, publish
from station_kit import code_of, faults, lasting_jail, pin_of, station_of
from test_evidence_trusted import revoke
from test_rules import request
from unit import ASKED, DAY, NOW, SignedUnit, day

from airseal.evidence.trainings import results, trained_on
from airseal.evidence.trusted import TrustedSet
from airseal.evidence.wire import decode, encode
from airseal.model.digest import parse_digest
from airseal.model.ending import NEVER, Ending
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.seal import SealAct
from airseal.model.standing import still_counts
from airseal.model.statement import Statement
from airseal.model.training import Result, Training, TrainingKind, TrainingRow, last_passed
from airseal.screens.training_form import TrainingFormScreen
from airseal.station import Station
from airseal.station.seals import Entry
from airseal.text import use_language

TOPIC = "电子印章使用规范"
TODAY = day(NOW)


def training(*people: str, **changes: Any) -> Training:
    """Passed by ``people``, on the day before the tests' moment."""
    rows = tuple(TrainingRow(one, True, "") for one in sorted(people))
    made = Training(TrainingKind.TRAINING, TOPIC, day(ASKED - DAY), rows)
    return replace(made, **changes)


class TestForms:
    @pytest.mark.parametrize(
        "wrong",
        [
            lambda: TrainingRow("李", True, ""),
            lambda: TrainingRow("li", True, "x" * 10_000),
            lambda: training("li", topic=" "),
            lambda: training("li", day="2026-13-01"),
            lambda: training(),
            lambda: training(
                "li", rows=(TrainingRow("li", True, ""), TrainingRow("li", False, ""))
            ),
            lambda: training(*(f"p{number:03}" for number in range(201))),
        ],
    )
    def test_nothing_half_said(self, wrong: Any) -> None:
        with pytest.raises(ValueError):
            wrong()

    def test_packs_of_before_the_setting_stay_what_they_are(self, bureau: SignedUnit) -> None:
        statement = bureau.registry["policy"]
        assert b'"training"' not in encode(statement)
        settings = replace(bureau.pack.settings, training="demand")
        payload = encode(replace(statement, body=replace(bureau.pack, settings=settings)))
        assert decode(payload).body.settings.training == "demand"  # type: ignore[union-attr]

    def test_the_newest_passed_training_decides(self) -> None:
        def one(on: str, *, passed: bool = True, kind: TrainingKind = TrainingKind.TRAINING):
            return Result(kind, TOPIC, on, passed, "", "zhou")

        later = one("2026-09-01", passed=False)
        examined = one("2026-10-01", kind=TrainingKind.ASSESSMENT)
        held = [one("2026-03-01"), one("2025-03-01"), later, examined]
        assert last_passed(held, TODAY) == "2026-03-01"
        assert last_passed([later, examined], TODAY) is None
        taken_back = one("2026-03-01", passed=False)
        for order in permutations([*held, taken_back]):
            assert last_passed(order, TODAY) == "2025-03-01"

    @pytest.mark.parametrize(
        "other", [f"{TOPIC} ", TOPIC[:2] + "\u200b" + TOPIC[2:], f"《{TOPIC}》"]
    )
    def test_what_is_read_as_one_topic_is_taken_back_as_one(self, other: str) -> None:
        told = [
            Result(TrainingKind.TRAINING, topic, "2026-03-01", passed, "", "zhou")
            for topic, passed in ((other, True), (TOPIC, False))
        ]
        assert last_passed(told, TODAY) is None
        assert last_passed(told[:1], TODAY) == "2026-03-01"

    def test_it_holds_for_the_months_of_the_pack_and_no_day_longer(self, paper: Any) -> None:
        pack = paper.with_settings(training="demand", training_months=12)
        assert pack.training_ends("2025-11-30").isoformat() == "2026-11-29"
        assert pack.trained("2025-11-30", "2026-11-29")
        assert not pack.trained("2025-11-30", "2026-11-30")
        assert pack.demands_training and not paper.pack.demands_training


class TestAsStatements:
    """What every station accepts, whoever brings it."""

    @pytest.fixture
    def unit(self, bureau: SignedUnit) -> SignedUnit:
        return bureau.fork()

    def say(self, unit: SignedUnit, body: Training, by: str = "qian", **more: Any) -> Statement:
        on = [*unit.basis(by), *more.pop("also", ())]
        facts = {"post": Post.AUTHORITY, "at": ASKED, **more}
        return unit.say(by, body, on=on, **facts)

    def refusal(self, unit: SignedUnit, *statements: Statement) -> list[str]:
        trusted = TrustedSet([unit.anchor])
        offered = trusted.offer([*unit.basics, *(unit[one] for one in statements)])
        return [problem.code for problem in offered.refused.values()]

    def test_the_seal_departments_counts(self, unit: SignedUnit) -> None:
        said = self.say(unit, training("li", "wang"))
        trusted = unit.trusted(said)
        assert set(results(trusted, "bureau")) == {"li", "wang"}
        assert trained_on(trusted, "bureau", "li", TODAY) == day(ASKED - DAY)
        assert trained_on(trusted, "bureau", "zhang", TODAY) is None

    @pytest.mark.parametrize(
        ("by", "post", "code"),
        [
            ("wang", Post.OFFICER, "POST_WRONG"),
            ("zhang", Post.CUSTODIAN, "POST_WRONG"),
            ("li", Post.SECURITY_ADMIN, "POST_WRONG"),
            ("wang", Post.AUTHORITY, "POST_NOT_HELD"),
        ],
    )
    def test_nobody_elses_does(self, unit: SignedUnit, by: str, post: Post, code: str) -> None:
        said = self.say(unit, training("chen"), by=by, post=post)
        assert self.refusal(unit, said) == [code]

    def test_nobody_certifies_themselves(self, unit: SignedUnit) -> None:
        said = self.say(unit, training("li", "qian"))
        assert self.refusal(unit, said) == ["TRAINING_OWN"]

    def test_no_day_that_had_not_come_when_it_was_signed(self, unit: SignedUnit) -> None:
        said = self.say(unit, training("li", day=day(ASKED + DAY)))
        assert self.refusal(unit, said) == ["TRAINING_FUTURE"]

    def test_one_signed_ahead_of_its_time_trains_nobody_longer(self, unit: SignedUnit) -> None:
        ahead = NOW + 200 * DAY
        old = self.say(unit, training("li", day="2025-09-10"))
        early = self.say(unit, training("li", day=day(ahead)), at=ahead)
        trusted = unit.trusted(old, early)
        assert {one.day for one in results(trusted, "bureau")["li"]} == {"2025-09-10", day(ahead)}
        assert trained_on(trusted, "bureau", "li", TODAY) == "2025-09-10"
        assert trained_on(trusted, "bureau", "li", day(ahead)) == day(ahead)

    def test_it_belongs_to_no_case_and_rests_on_the_registry_alone(self, unit: SignedUnit) -> None:
        asked = unit.request()
        inside = self.say(unit, training("li"), case=asked.id, also=[asked.id])
        beside = self.say(unit, training("li"), also=[asked.id])
        assert self.refusal(unit, asked, inside) == ["STATEMENT_CASE"]
        assert self.refusal(unit, asked, beside) == ["STATEMENT_BASIS"]

    def test_another_units_seal_department_says_nothing_of_ours(
        self, unit: SignedUnit, rival: SignedUnit
    ) -> None:
        twin = rival.fork()
        theirs = self.say(twin, training("li"))
        trusted = TrustedSet([unit.anchor, rival.anchor])
        offered = trusted.offer([*unit.basics, *twin.basics, twin[theirs]])
        assert not offered.refused
        assert trained_on(trusted, "bureau", "li", TODAY) is None
        on, post = twin.basis("qian"), Post.AUTHORITY
        forged = twin.say("qian", training("li"), unit="bureau", on=on, post=post, at=ASKED)
        (problem,) = trusted.offer([twin[forged]]).refused.values()
        assert problem.code == "STATEMENT_OTHER_UNIT"

    def test_an_old_one_brought_again_extends_nothing(self, unit: SignedUnit) -> None:
        old = self.say(unit, training("li", day="2025-01-10"))
        new = self.say(unit, training("li", day="2025-09-10"))
        again = self.say(unit, training("li", day="2025-01-10"), at=NOW)
        trusted = unit.trusted(new, old, again)
        trusted.offer([unit[old], unit[again]])
        assert trained_on(trusted, "bureau", "li", TODAY) == "2025-09-10"

    @pytest.mark.parametrize("since", [ASKED - timedelta(hours=1), ASKED + timedelta(hours=1)])
    def test_a_revoked_signers_counts_for_nothing(self, unit: SignedUnit, since: datetime) -> None:
        said = self.say(unit, training("li"))
        trusted = unit.trusted(said)
        assert trained_on(trusted, "bureau", "li", TODAY) is not None
        revoke(unit, {"qian": since})
        trusted.offer(unit.basics)
        assert trained_on(trusted, "bureau", "li", TODAY) is None

    @pytest.mark.parametrize(
        ("revoked", "seen", "counts"),
        [(1, 0, True), (1, 2, False), (1, None, False), (-1, 0, False)],
    )
    def test_unless_somebody_else_had_it_before(
        self, unit: SignedUnit, revoked: int, seen: int | None, counts: bool
    ) -> None:
        """Days after it was signed; a thief writes any day, but not into our ledger."""
        said = self.say(unit, training("li"))
        context = replace(
            unit.trusted(said).context(),
            revoked_since=lambda _: ASKED + revoked * DAY,
            witnessed=lambda _: None if seen is None else ASKED + seen * DAY,
        )
        assert still_counts(said, context) is counts


# at real stations


@pytest.fixture(autouse=True, scope="module")
def jail() -> Iterator[object]:
    with lasting_jail() as jail:
        yield jail


@pytest.fixture(scope="module")
def unit(
    built_demo: DemoUnit, jail: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoUnit]:
    """For the tests that change nothing another one asks about."""
    with copied(built_demo, tmp_path_factory.mktemp("trained") / "unit") as unit:
        yield unit


def at_station(station: Station, *people: str, days_ago: int = 1, **changes: Any) -> Training:
    on = day(station.now() - timedelta(days=days_ago))
    return training(*people, **{"day": on, **changes})


def record(unit: DemoUnit, *people: str, **changes: Any) -> None:
    with station_of(unit, "authority") as station:
        body = at_station(station, *people, **changes)
        with station.signing(pin_of(unit, "authority")) as signer:
            station.trainings.record(body, signer)


def carry(unit: DemoUnit, folder: Path, *posts: str) -> None:
    with (
        station_of(unit, "authority") as station,
        station.signing(pin_of(unit, "authority")) as signer,
    ):
        path = station.export_registry(folder, signer).path
    for post in posts:
        with station_of(unit, post) as station:
            station.import_file(path)


def demand(unit: DemoUnit, **changes: Any) -> None:
    pack = pack_of(unit)
    settings = replace(pack.settings, training="demand", **changes)
    publish(unit, replace(pack, number=pack.number + 1, settings=settings))


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


def _line_of(person: Person, name: str) -> str:
    return next(line for line in person.screen.splitlines() if name in line)


@pytest.fixture
def strict(demo_unit: DemoUnit) -> DemoUnit:
    """A unit of its own whose pack demands training."""
    demand(demo_unit)
    return demo_unit


def told(unit: DemoUnit, post: str) -> list[tuple[str, Any]]:
    """Whose training ends, and when, as ``post`` is told."""
    with station_of(unit, post) as station:
        found = station.outlook.endings()
        return [(one.key, one.last) for one in found if one.what is Ending.TRAINING]


def test_a_unit_that_records_none_is_not_nagged(unit: DemoUnit) -> None:
    assert told(unit, "drafter") == told(unit, "authority") == []
    assert request(unit)


def test_what_is_refused_before_the_pin(unit: DemoUnit) -> None:
    with station_of(unit, "authority") as station:

        def asked(*people: str, **changes: Any) -> str | None:
            return code_of(
                lambda: station.trainings.may_record(at_station(station, *people, **changes))
            )

        assert asked("li") is None
        assert asked("nobody") == "PERSON_UNKNOWN"
        assert asked("zhou") == "TRAINING_OWN"
        assert asked("li", days_ago=-1) == "TRAINING_FUTURE"


@pytest.mark.parametrize("post", ["officer", "custodian", "security-admin", "auditor"])
def test_only_the_seal_department_looks_and_records(unit: DemoUnit, post: str) -> None:
    home = unit.home("custodian") if post in ("security-admin", "auditor") else None
    with station_of(unit, post, home) as station:
        assert code_of(station.trainings.people) == "RIGHT_MISSING"
        body = at_station(station, "li")
        assert code_of(lambda: station.trainings.may_record(body)) == "RIGHT_MISSING"


async def test_whoever_is_not_trained_acts_only_once_it_has_come(
    strict: DemoUnit, tmp_path: Path, chinese: None
) -> None:
    """The whole way: demanded, refused, recorded elsewhere, carried, done, and seen."""
    unit = strict
    assert told(unit, "drafter") == [("li", NEVER)]
    assert told(unit, "authority") == [], "its post does none of what is guarded"
    assert code_of(lambda: request(unit)) == "TRAINING_MISSING"
    record(unit, "li", "wang")
    assert code_of(lambda: request(unit)) == "TRAINING_MISSING", "it is not here yet"
    carry(unit, tmp_path, "drafter", "custodian")
    case = parse_digest(request(unit))
    with station_of(unit, "drafter") as station:
        own = station.own.training
        assert own is not None and own.holds
        assert [(one.topic, one.by) for one in own.results] == [(TOPIC, "zhou")]
    with station_of(unit, "custodian") as station:
        assert code_of(lambda: station.ready_to_seal(case)) == "TRAINING_MISSING"
    assert faults(unit, "authority") == faults(unit, "drafter") == []
    async with at_home(unit, "drafter") as person:
        await person.press("w")
        assert "有效期至" in _line_of(person, "培训")
        assert TOPIC in person.screen


def test_a_failed_training_and_an_assessment_open_nothing(demo_unit: DemoUnit) -> None:
    unit = demo_unit
    record(unit, "zhang", kind=TrainingKind.ASSESSMENT)
    record(unit, "zhang", rows=(TrainingRow("zhang", False, "补考"),))
    with station_of(unit, "authority") as station:
        (zhang,) = [one for one in station.trainings.people() if one.person == "zhang"]
    assert (zhang.holds, zhang.until, len(zhang.results)) == (False, None, 2)


def test_no_seal_comes_into_use_with_a_custodian_who_is_not_trained(strict: DemoUnit) -> None:
    """LC-17; taking it out of use is never held up."""
    unit = strict
    with station_of(unit, "authority") as station:
        stop = Entry("bureau-official", SealAct.SUSPEND, "年检")
        with station.signing(pin_of(unit, "authority")) as signer:
            station.seals.register(stop, signer)
        go_on = Entry("bureau-official", SealAct.RESUME, "年检合格")
        with pytest.raises(Problem) as caught:
            station.seals.may_register(go_on)
        assert (caught.value.code, caught.value.params["person"]) == (
            "CUSTODIAN_UNTRAINED",
            "zhang",
        )
    record(unit, "zhang")
    with station_of(unit, "authority") as station:
        assert station.seals.may_register(go_on).enabled


def test_the_end_is_announced_to_the_person_and_to_the_seal_department(
    demo_unit: DemoUnit, tmp_path: Path
) -> None:
    unit = demo_unit
    demand(unit, training_months=1)
    record(unit, "wang")
    record(unit, "zhao", days_ago=20)
    record(unit, "xu", days_ago=70)
    carry(unit, tmp_path, "officer", "checker")
    at_authority = dict(told(unit, "authority"))
    assert set(at_authority) == {"wang", "zhao", "xu"}
    with station_of(unit, "authority") as station:
        today = station.now().date()
    assert at_authority["xu"] < today < at_authority["zhao"]
    assert told(unit, "checker") == [("zhao", at_authority["zhao"])]
    assert [who for who, _ in told(unit, "officer")] == ["wang"]


def test_by_command_line(unit: DemoUnit) -> None:
    words = ("training", "record", "--topic", TOPIC, "--day", "2026-01-05")
    made = unit.run("authority", *words, "--passed", "sun=优秀", "--failed", "yang")
    assert (made.status, made.json["people"]) == (0, ["sun", "yang"])
    listed = {one["person"]: one for one in unit.run("authority", "training", "list").json}
    assert listed["sun"]["remark"] == "优秀" and "topic" not in listed["zhao"]
    assert (listed["yang"]["until"], listed["yang"]["holds"]) == ("", False)
    assert unit.run("authority", *words).json["code"] == "TRAINING_FORM"
    refused = unit.run("officer", "training", "list")
    assert (refused.status, refused.json["code"]) == (1, "RIGHT_MISSING")
    assert unit.run("officer", "training", "own").json["person"] == "wang"


async def test_recorded_for_several_by_keys_and_seen_by_one(
    demo_unit: DemoUnit, chinese: None
) -> None:
    async with at_home(demo_unit, "authority") as person:
        await person.press("g", "t")
        assert person.name == "TrainingsScreen", person.screen
        assert "从未" in _line_of(person, "李承办（li）")
        await person.press("slash")
        await person.type("办")
        await person.press("enter", "asterisk", "n")
        assert person.name == "TrainingFormScreen", person.screen
        assert "李承办（li）" in person.screen
        await person.press("enter")
        await person.type(TOPIC)
        await person.press("enter", "enter", "enter")
        await person.type("优秀")
        await person.press("enter")
        assert person.name == "PinScreen" and TOPIC in person.screen, person.screen
        await person.type(demo_unit.person("authority")["pin"])
        await person.press("enter")
        assert person.name == "TrainingsScreen", person.screen
        assert "合格" in _line_of(person, "李承办（li）")
        await person.press("home", "enter")
        assert person.name == "TrainedScreen" and "优秀" in person.screen, person.screen


async def test_nobody_types_a_pin_for_their_own_training(
    demo_unit: DemoUnit, chinese: None
) -> None:
    async with at_home(demo_unit, "authority") as person:
        await person.press("g", "t", "slash")
        await person.type("zhou")
        await person.press("enter", "n", "enter")
        await person.type(TOPIC)
        await person.press("enter", "enter", "enter", "enter")
        assert person.name == "TrainingsScreen", person.screen
        assert "不得登记本人的培训结果" in person.screen


async def test_two_hundred_people_leave_room_for_the_fields(unit: DemoUnit, chinese: None) -> None:
    people = {f"p{number:03}": f"王小明（p{number:03}）" for number in range(200)}
    async with at_home(unit, "authority") as person:
        made: list[Training | None] = []
        form = TrainingFormScreen(people, datetime.now().date())
        person.app.push_screen(form, made.append)
        await person.wait()
        for label in ("人员", "188 人", "主题", "日期", "结果", "备注"):
            assert label in person.screen, person.screen
        await person.press("enter")
        await person.type(TOPIC)
        await person.press("enter", "enter", "enter", "enter")
    assert made and made[0] and len(made[0].rows) == 200
