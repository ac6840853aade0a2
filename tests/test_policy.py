"""The rules of the office as data: what a pack holds, whom it asks, and what it refuses."""

import json
import re
from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airseal.evidence.packs import READY, read_pack, ready_pack, write_pack
from airseal.model.catalogue import SealType
from airseal.model.level import Level
from airseal.model.matrix import Row, Step, union
from airseal.model.matter import Importance, Matter, Special, Subject
from airseal.model.people import Role
from airseal.model.problem import Problem
from airseal.model.settings import ELSEWHERE, Settings, changed, table, written


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        act()
    return caught.value.code


ROLES = st.sampled_from(list(Role))
STEPS = st.lists(st.builds(Step, ROLES, st.integers(1, 3)), max_size=3, unique_by=lambda s: s.role)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    steps = tuple(draw(STEPS)) or (Step(Role.OFFICER),)
    aside = tuple(draw(st.sets(ROLES, max_size=2)))
    keys = draw(st.sampled_from([(), ("official",), ("contract",)]))
    return Row(
        id=draw(st.text("甲乙丙丁", min_size=1, max_size=4)),
        clause="S0-9",
        steps=steps,
        countersigners=aside,
        kinds=keys,
        subjects=tuple(sorted(draw(st.sets(st.sampled_from(list(Subject)))))),
        importance=draw(st.sampled_from(list(Importance))),
        level=draw(st.sampled_from(list(Level))),
        delegable=draw(st.booleans()),
        confirmers=tuple(draw(st.sets(st.sampled_from([s.role for s in steps]), max_size=1))),
    )


@st.composite
def matters(draw: st.DrawFn) -> Matter:
    return Matter(
        kind=draw(st.sampled_from(["official", "contract", "report"])),
        importance=draw(st.sampled_from(list(Importance))),
        subjects=tuple(sorted(draw(st.sets(st.sampled_from(list(Subject)))))),
    )


def asked_by(some: list[Row], matter: Matter, level: Level):
    return union(row.demand for row in some if row.matches("official", matter, level))


class TestUnion:
    @given(st.lists(rows(), max_size=5), rows(), matters(), st.sampled_from(list(Level)))
    @settings(max_examples=200, deadline=None)
    def test_one_more_row_never_lowers_what_is_asked(self, some, more, matter, level) -> None:
        before, after = asked_by(some, matter, level), asked_by([*some, more], matter, level)
        assert after.covers(before)
        assert after.total >= before.total
        if more.matches("official", matter, level):
            assert after.covers(more.demand)

    @given(st.lists(rows(), max_size=5), matters(), st.sampled_from(list(Level)), st.data())
    @settings(max_examples=100, deadline=None)
    def test_the_order_of_the_rows_does_not_matter(self, some, matter, level, data) -> None:
        one = asked_by(some, matter, level)
        other = asked_by(data.draw(st.permutations(some)), matter, level)
        assert (one.steps, one.asked, one.delegable) == (other.steps, other.asked, other.delegable)
        ranks = [step.role.rank for step in one.steps]
        assert ranks == sorted(set(ranks))

    @given(st.lists(rows(), max_size=5), matters())
    @settings(max_examples=100, deadline=None)
    def test_more_important_or_more_secret_is_never_asked_less(self, some, matter) -> None:
        """AP-08: lowering either would need a new request anyway."""
        for level, higher in zip(list(Level), list(Level)[1:], strict=False):
            assert asked_by(some, matter, higher).covers(asked_by(some, matter, level))
        critical = replace(matter, importance=Importance.CRITICAL)
        assert asked_by(some, critical, Level.PUBLIC).covers(asked_by(some, matter, Level.PUBLIC))


class TestReadyPacks:
    @pytest.mark.parametrize("name", READY)
    def test_comes_back_from_its_own_file(self, name: str) -> None:
        pack = ready_pack(name)
        assert read_pack(write_pack(pack)) == pack

    @pytest.mark.parametrize("name", READY)
    def test_every_row_and_every_setting_cites_its_clause(self, name: str) -> None:
        clause = re.compile(r"(S\d|X-|[A-Z]{2}-)")
        assert all(clause.match(row.clause) for row in ready_pack(name).matrix)
        assert all(clause.match(line.clauses) for line in table())

    @pytest.mark.parametrize("name", READY)
    @pytest.mark.parametrize("level", [Level.INTERNAL, Level.SECRET])
    def test_every_seal_type_has_somebody_to_approve(self, name: str, level: Level) -> None:
        pack = ready_pack(name)
        usable = 0
        for seal_type in pack.catalogue.seal_types:
            for kind in pack.catalogue.kinds:
                matter = Matter(kind=kind.id, flow_ref="2026-1")
                try:
                    demand = pack.route(matter, level, [seal_type.id])
                except Problem as problem:
                    assert problem.code in {
                        "KIND_FORBIDDEN",
                        "KIND_OUT_OF_SCOPE",
                        "KIND_EXCLUDED",
                        "PARTY_DOCUMENT",
                        "POLICY_NO_RULE",
                    }
                else:
                    usable += 1
                    assert demand.steps
        assert usable > 10

    def test_the_bureau_follows_the_seed(self) -> None:
        bureau = ready_pack("bureau")

        def roles(seal: str = "official", level: Level = Level.INTERNAL, **about) -> list[Role]:
            matter = Matter(flow_ref="2026-1", **about)
            return list(bureau.route(matter, level, [seal]).asked)

        assert roles() == [Role.SECTION_CHIEF]
        assert roles(importance=Importance.IMPORTANT) == [Role.SECTION_CHIEF, Role.DIVISION_LEADER]
        assert roles(kind="special-number")[-1] is Role.UNIT_LEADER
        assert roles(level=Level.SECRET)[-1] is Role.DIVISION_LEADER
        assert Role.FINANCE in roles(subjects=(Subject.FINANCE,))
        assert roles("finance", kind="finance") == [Role.FINANCE_DIRECTOR]
        assert roles("contract", kind="contract") == [
            Role.LEGAL,
            Role.DEPARTMENT_HEAD,
            Role.UNIT_LEADER,
        ]


@pytest.mark.parametrize(
    ("about", "seal", "code"),
    [
        ({"kind": "unheard-of"}, "official", "KIND_UNKNOWN"),
        ({"kind": "personal-status"}, "official", "KIND_EXCLUDED"),
        ({"kind": "contract"}, "official", "KIND_FORBIDDEN"),
        ({"kind": "official"}, "finance", "KIND_OUT_OF_SCOPE"),
        ({"kind": "party"}, "official", "PARTY_DOCUMENT"),
        ({"flow_ref": " "}, "official", "FLOW_REF_MISSING"),
        ({"special": Special.OFFSITE}, "official", "SPECIAL_FORBIDDEN"),
        ({"special": Special.LOAN}, "official", "SPECIAL_FORBIDDEN"),
        ({}, "unheard-of", "POLICY_NO_RULE"),
    ],
)
def test_wrong_routing_is_refused(about, seal, code) -> None:
    matter = Matter(**{"flow_ref": "2026-1", **about})
    bureau = ready_pack("bureau")
    assert code_of(lambda: bureau.route(matter, Level.INTERNAL, [seal])) == code


def test_a_row_that_is_missing_is_refused_where_it_is_missing() -> None:
    bureau = ready_pack("bureau")
    without = replace(bureau, matrix=tuple(r for r in bureau.matrix if r.id != "财务专用章"))
    matter = Matter(kind="finance", flow_ref="2026-1")
    assert code_of(lambda: without.route(matter, Level.INTERNAL, ["finance"])) == "POLICY_NO_RULE"


class TestSpecials:
    def test_only_a_row_that_names_it_and_the_setting_together_allow_it(self) -> None:
        bureau = ready_pack("bureau")
        away = replace(bureau, settings=replace(bureau.settings, offsite="carry-out"))
        matter = Matter(special=Special.OFFSITE, flow_ref="2026-1")
        ordinary = away.route(replace(matter, special=None), Level.INTERNAL, ["official"])
        special = away.route(matter, Level.INTERNAL, ["official"])
        assert special.covers(ordinary)
        assert not ordinary.covers(special)
        bare = replace(away, matrix=tuple(r for r in away.matrix if not r.specials))
        refused = code_of(lambda: bare.route(matter, Level.INTERNAL, ["official"]))
        assert refused == "SPECIAL_FORBIDDEN"

    @pytest.mark.parametrize(
        ("mode", "scope", "asked"),
        [
            ("off", ("report",), False),
            ("outside", (), False),
            ("outside", ("report",), True),
            ("outside", ("official",), False),
            ("always", (), True),
        ],
    )
    def test_two_directors_outside_the_scope_of_a_stand_alone_seal(self, mode, scope, asked):
        bureau = ready_pack("bureau")
        rules = replace(bureau.settings, double_director=mode, standalone_kinds=scope)
        pack = replace(bureau, settings=rules)
        demand = pack.route(Matter(flow_ref="1"), Level.INTERNAL, ["official"])
        assert ({Role.OFFICE_DIRECTOR, Role.WORKGROUP_DIRECTOR} <= set(demand.asked)) == asked


class TestSettings:
    def test_all_thirty_conflicts_are_answered(self) -> None:
        answered = {line.name for line in table()} | set(ELSEWHERE)
        assert {f"C-{n:02}" for n in range(1, 31)} <= answered

    @pytest.mark.parametrize("line", table(), ids=lambda line: line.field)
    def test_each_can_be_written_and_read_back(self, line) -> None:
        start = Settings()
        assert written(start, line.field) == line.default
        values = line.options or ((str(line.limits[1]),) if line.limits else ("report, contract",))
        for value in values:
            assert written(changed(start, line.field, value), line.field) == value

    @pytest.mark.parametrize("line", table(), ids=lambda line: line.field)
    def test_nothing_else_is_taken(self, line) -> None:
        wrong = "perhaps" if line.options else "999999" if line.limits else None
        if wrong is not None:
            assert code_of(lambda: changed(Settings(), line.field, wrong)) == "SETTING_VALUE"

    def test_an_unknown_setting_is_none(self) -> None:
        assert code_of(lambda: changed(Settings(), "master_key", "yes")) == "SETTING_UNKNOWN"

    def test_every_setting_is_in_the_table(self) -> None:
        assert [line.field for line in table()] == [one.name for one in fields(Settings)]


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda p: p["matrix"][3].update(kinds=["unheard-of"]), "其他文书"),
        (lambda p: p["matrix"].append(p["matrix"][0]), "公文"),
        (lambda p: p["matrix"][2].update(steps=[]), "特殊字号公文"),
        (lambda p: p["matrix"][5].update(confirmers=["legal"]), "特别重要"),
        (lambda p: p["settings"].update(idle_minutes=0), "idle_minutes"),
        (lambda p: p["settings"].update(blank_forms="maybe"), "blank_forms"),
        (lambda p: p["settings"].update(idle_minuets=5), "idle_minuets"),
        (lambda p: p["catalogue"]["seal_types"][0].update(scope=["contract"]), "official"),
        (lambda p: p.pop("owner"), "owner"),
    ],
)
def test_a_pack_that_is_wrong_is_refused_by_the_name_of_its_row(spoil, named) -> None:
    tree = json.loads(write_pack(ready_pack("bureau")))
    spoil(tree)
    with pytest.raises(Problem) as caught:
        read_pack(json.dumps(tree, ensure_ascii=False).encode())
    assert caught.value.code == "PACK_FORM"
    assert named in str(caught.value.params["why"])


@given(st.binary(max_size=200))
def test_no_bytes_are_a_pack_by_accident(content: bytes) -> None:
    assert code_of(lambda: read_pack(content)) == "PACK_FORM"


def test_in_scope_and_forbidden_at_once_is_nonsense() -> None:
    with pytest.raises(ValueError, match="at once"):
        SealType("official", "公章", scope=("contract",), forbidden=("contract",))
