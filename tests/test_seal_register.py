"""A newer entry of the seal register is a transition of the seal's table, or opens nothing.

REQUIREMENTS §2.1: nothing leaves cancelled, destroyed or superseded; what ran out is renewed
only as a new version; older entries never come back.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import DAY, FOUNDED, NOW, PaperUnit, SignedUnit

from airseal.model.case import judge
from airseal.model.current import unlawful_seals
from airseal.model.digest import Digest, sha256
from airseal.model.facts import fold
from airseal.model.registry import SealRecord
from airseal.model.seal import SEAL_MACHINE, STANDINGS, SealState, may_follow, usable
from airseal.model.statement import Statement

FINAL = (SealState.SUPERSEDED, SealState.CANCELLED, SealState.DESTROYED)
TODAY = NOW.date().isoformat()


@pytest.mark.parametrize(
    ("before", "after", "lawful"),
    [
        (SealState.FILED, SealState.ENABLED, True),
        (SealState.ENABLED, SealState.SUSPENDED, True),
        (SealState.SUSPENDED, SealState.ENABLED, True),
        (SealState.ENABLED, SealState.LOST, True),
        (SealState.LOST, SealState.SUSPENDED, True),
        (SealState.ENABLED, SealState.DESTROYED, True),
        (SealState.EXPIRED, SealState.RETIRED, True),
        (SealState.ENABLED, SealState.FILED, False),
        (SealState.EXPIRED, SealState.ENABLED, False),
        (SealState.EXPIRED, SealState.SUSPENDED, False),
        (SealState.RETIRING, SealState.ENABLED, False),
        (SealState.RETIRED, SealState.SUSPENDED, False),
        (SealState.RETIRED, SealState.LOST, False),
        (SealState.CANCELLED, SealState.ENABLED, False),
        (SealState.CANCELLED, SealState.RETIRED, False),
        (SealState.DESTROYED, SealState.ENABLED, False),
        (SealState.DESTROYED, SealState.CANCELLED, False),
        (SealState.SUPERSEDED, SealState.ENABLED, False),
        (SealState.SUPERSEDED, SealState.DESTROYED, False),
    ],
)
def test_what_the_table_leads_to(before: SealState, after: SealState, lawful: bool) -> None:
    assert may_follow(before, after) is lawful


def test_from_what_is_over_nothing_usable_is_reached() -> None:
    over = (SealState.RETIRING, SealState.RETIRED, SealState.EXPIRED, SealState.CHANGING, *FINAL)
    for before in over:
        assert not [after for after in SealState if usable(after) and may_follow(before, after)]
    assert SealState.DESTROYED in SEAL_MACHINE.final


RECORD = PaperUnit().seal_record


def record(state: SealState, number: int, **changes: object) -> SealRecord:
    """An entry that says ``state`` today."""
    days = {
        SealState.FILED: (NOW + 5 * DAY, NOW + 50 * DAY),
        SealState.EXPIRED: (NOW - 50 * DAY, NOW - 5 * DAY),
    }
    first, last = days.get(state, (NOW - 50 * DAY, NOW + 50 * DAY))
    made = replace(
        RECORD,
        number=number,
        enabled=state in (SealState.ENABLED, SealState.FILED, SealState.EXPIRED),
        standing=state.value if state in STANDINGS else "",
        enabled_from=first.date().isoformat(),
        enabled_until=last.date().isoformat(),
        **changes,  # type: ignore[arg-type]  # by name
    )
    assert made.state_on(TODAY) is state
    return made


@pytest.mark.parametrize("changes", [{"impression": sha256(b"new")}, {"custodians": ()}])
@pytest.mark.parametrize(
    ("before", "lawful"),
    [
        (SealState.EXPIRED, True),
        (SealState.SUSPENDED, True),
        (SealState.CHANGING, True),
        (SealState.LOST, False),
        (SealState.RETIRING, False),
        *((state, False) for state in FINAL),
    ],
)
def test_a_new_version_takes_the_place_of_what_may_be_changed(
    before: SealState, lawful: bool, changes: dict[str, object]
) -> None:
    """LC-28, LC-36, X-08: remade for another custodian, or with another impression."""
    newer = record(SealState.ENABLED, 2, **changes)
    assert newer.may_follow(record(before, 1), TODAY) is lawful


@pytest.mark.parametrize(
    "changes",
    [{"standing": "enabled"}, {"standing": "gone"}, {"standing": "lost", "enabled": True}],
)
def test_a_standing_has_a_form(changes: dict[str, object]) -> None:
    told: dict[str, object] = {"enabled": False, **changes}
    with pytest.raises(ValueError):
        replace(RECORD, **told)  # type: ignore[arg-type]  # by name


SAID = (
    SealState.FILED,
    SealState.ENABLED,
    SealState.SUSPENDED,
    SealState.EXPIRED,
    *STANDINGS,
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(SAID)), min_size=1, max_size=5))
def test_any_register_in_any_order(entries: list[tuple[int, SealState]]) -> None:
    """The order of arrival is nothing; what is lawful is a way through the table."""
    unit = PaperUnit()
    said: list[Statement] = []
    for number, state in entries:
        (one,) = unit._issue([record(state, number)], 1, NOW)[:1]
        said.append(one)
    found = unlawful_seals(said)
    assert all(unlawful_seals(order) == found for order in list(permutations(said))[:20])
    way: dict[int, SealState] = {}
    for one in sorted(said, key=lambda one: one.id):
        assert isinstance(one.body, SealRecord)
        if one.id not in found:
            way.setdefault(one.body.number, one.body.state_on(TODAY))
    states = [way[number] for number in sorted(way)]
    assert all(may_follow(before, after) for before, after in pairwise(states))
    ended = [at for at, state in enumerate(states) if state in FINAL]
    assert not ended or not any(usable(state) for state in states[ended[0] :])


class TestAtAStation:
    @pytest.fixture
    def unit(self, bureau: SignedUnit) -> SignedUnit:
        return bureau.fork()

    def again(self, unit: SignedUnit, standing: str) -> Digest:
        """Registered as ``standing`` as number 2, and as in use again as number 3."""
        before = unit.seal_record
        gone = replace(before, number=2, enabled=False, standing=standing)
        unit.publish(2, at=FOUNDED + timedelta(hours=1), seal_official=gone)
        unit.publish(3, at=FOUNDED + timedelta(hours=2), seal_official=replace(before, number=3))
        return unit.registry["seal/official"].id

    @pytest.mark.parametrize("standing", [state.value for state in FINAL])
    def test_what_is_over_is_never_in_use_again(self, unit: SignedUnit, standing: str) -> None:
        entry = self.again(unit, standing)
        request = unit.request()
        approval = unit.decide(request)
        sealing = unit.seal(request, approval)
        trusted = unit.trusted()
        trusted.offer(list(unit.signed.values()))
        registry = trusted.registry("bureau")
        assert registry is not None
        assert registry.barred == {"official"}
        held, told = registry.seals["official"]
        assert held == entry and not told.valid_on(TODAY)
        facts = fold(request.id, trusted.case_statements(request.id))
        assert facts is not None and facts.sealings == (sealing,)
        status = judge(facts, trusted.context(), NOW)
        assert "SEAL_TRANSITION" in [problem.code for problem in status.problems]

    def test_found_again_it_may_be_used(self, unit: SignedUnit) -> None:
        self.again(unit, "lost")
        trusted = unit.trusted()
        trusted.offer(list(unit.signed.values()))
        registry = trusted.registry("bureau")
        assert registry is not None and not registry.barred
        assert registry.seals["official"][1].valid_on(TODAY)

    def test_in_whatever_order_it_came(self, unit: SignedUnit) -> None:
        """The older entry, brought after the newer, bars it too, and is not current itself."""
        entry = self.again(unit, "destroyed")
        trusted = unit.trusted()
        registry = trusted.registry("bureau")
        assert registry is not None and not registry.barred, "nobody can know"
        trusted.offer(list(unit.signed.values()))
        registry = trusted.registry("bureau")
        assert registry is not None and registry.barred == {"official"}
        assert registry.seals["official"][0] == entry
