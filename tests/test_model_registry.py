"""What is current: the highest snapshot under the highest charter, and only what it lists."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import DAY, FOUNDED, NOW, PaperUnit, text

from airseal.model.current import Registry, current_registry
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.registry import SeriesHead, Snapshot, UnitRecord
from airseal.model.statement import Statement


def current(paper: PaperUnit) -> Registry:
    found = current_registry("bureau", paper.said.values())
    assert found is not None
    return found


def code(caught: pytest.ExceptionInfo[Problem]) -> str:
    return caught.value.code


def new_charter(paper: PaperUnit, number: int) -> Statement:
    body = paper.charter_body(b"another issuer", number)
    return paper.say("root", body, post=Post.ROOT, at=FOUNDED)


def snapshot(paper: PaperUnit, number: int, *heads: SeriesHead) -> Statement:
    body = Snapshot(number, text(NOW + DAY), tuple(heads))
    return paper.say("zhou", body, post=Post.AUTHORITY, at=FOUNDED, on=[paper.charter.id])


class TestCurrent:
    def test_everything_the_snapshot_lists(self, paper: PaperUnit) -> None:
        registry = current(paper)
        assert registry.snapshot_id == paper.registry["snapshot"].id
        assert registry.missing == ()
        assert registry.find_seal("示范局公章") == paper.seal_record
        assert registry.find_seal("official") == paper.seal_record
        assert registry.find_unit("示范财政局") == UnitRecord(1, "finance", "示范财政局")
        assert registry.policy == (paper.registry["policy"].id, paper.pack)

    def test_nothing_before_the_charter(self, paper: PaperUnit) -> None:
        without = [s for s in paper.said.values() if s.id != paper.charter.id]
        assert current_registry("bureau", without) is None
        assert current_registry("other", paper.said.values()) is None

    def test_a_charter_alone_is_a_registry_without_documents(self, paper: PaperUnit) -> None:
        registry = current_registry("bureau", [paper.charter])
        assert registry is not None
        assert registry.expired(NOW)
        with pytest.raises(Problem) as caught:
            registry.basis("wang")
        assert code(caught) == "REGISTRY_MISSING"

    def test_lower_numbers_never_come_back(self, paper: PaperUnit) -> None:
        old = paper.registry["snapshot"]
        newer = paper.publish(7)
        later = paper.fork()
        later.publish(6, policy=replace(paper.pack, title="旧"))
        assert current(paper).snapshot_id == newer.id
        assert current(later).snapshot_id == newer.id
        assert old.id in later.said

    def test_another_document_of_a_series_is_history(self, paper: PaperUnit) -> None:
        lax = replace(paper.with_settings(placement_tolerance_um=10**5), number=99)
        paper.say("zhou", lax, post=Post.AUTHORITY, at=NOW, on=[paper.charter.id])
        assert current(paper).policy == (paper.registry["policy"].id, paper.pack)

    def test_a_new_charter_makes_all_under_the_old_one_history(self, paper: PaperUnit) -> None:
        paper.publish(99)
        charter = new_charter(paper, 2)
        assert current(paper).charter_id == charter.id
        assert current(paper).snapshot is None

    def test_two_of_one_number_are_decided_alike_everywhere(self, paper: PaperUnit) -> None:
        paper.publish(5)
        paper.publish(5)
        ids = [s.id for s in paper.said.values() if isinstance(s.body, Snapshot)]
        fives = [key for key in ids if key != current_first(paper).id]
        assert current(paper).snapshot_id == min(fives)
        assert current(paper).rivals == (max(fives),), "and nobody is left in the dark"
        paper.publish(6)
        assert current(paper).rivals == ()

    def test_what_is_listed_but_not_held_is_missing(self, paper: PaperUnit) -> None:
        gone = paper.registry["crl"]
        held = [s for s in paper.said.values() if s.id != gone.id]
        registry = current_registry("bureau", held)
        assert registry is not None
        assert registry.missing == (SeriesHead("crl", 1, gone.id),)
        with pytest.raises(Problem) as caught:
            registry.basis("wang")
        assert code(caught) == "REGISTRY_MISSING"

    @pytest.mark.parametrize(
        ("series", "number"), [("appointment/li", 1), ("policy", 1), ("appointment/wang", 2)]
    )
    def test_a_head_must_be_what_it_says(self, paper: PaperUnit, series: str, number: int) -> None:
        head = SeriesHead(series, number, paper.registry["appointment/wang"].id)
        snapshot(paper, 2, head)
        assert current(paper).people == {}
        assert current(paper).missing == (head,)

    def test_a_head_that_is_no_registry_document(self, paper: PaperUnit) -> None:
        head = SeriesHead("policy", 1, paper.request().id)
        snapshot(paper, 2, head)
        assert current(paper).missing == (head,)

    def test_past_its_next_update_it_is_expired(self, paper: PaperUnit) -> None:
        snapshot(paper, 2)
        assert not current(paper).expired(NOW + DAY)
        assert current(paper).expired(NOW + DAY + timedelta(seconds=1))

    @given(data=st.data())
    @settings(max_examples=40, deadline=None)
    def test_the_order_of_arrival_does_not_matter(self, data: st.DataObject) -> None:
        paper = PaperUnit()
        paper.publish(3, policy=replace(paper.pack, number=2))
        paper.publish(3, policy=replace(paper.pack, number=3))
        new_charter(paper, 1)
        shuffled = data.draw(st.permutations(list(paper.said.values())))
        assert current_registry("bureau", shuffled) == current(paper)


def current_first(paper: PaperUnit) -> Statement:
    snapshots = [s for s in paper.said.values() if isinstance(s.body, Snapshot)]
    return next(s for s in snapshots if isinstance(s.body, Snapshot) and s.body.number == 1)


class TestBasis:
    def test_names_each_document_once_and_sorted(self, paper: PaperUnit) -> None:
        found = current(paper).basis("li", ["official", "official"], ["finance"])
        expected = paper.basis("li", "seal/official", "unit/finance")
        assert found == tuple(sorted(expected))

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (("nobody", [], []), "POST_NOT_HELD"),
            (("li", ["finance"], []), "SEAL_UNKNOWN"),
            (("li", [], ["nobody"]), "RECIPIENT_UNKNOWN"),
        ],
    )
    def test_says_what_the_registry_does_not_have(
        self, paper: PaperUnit, arguments: tuple[str, list[str], list[str]], expected: str
    ) -> None:
        with pytest.raises(Problem) as caught:
            current(paper).basis(*arguments)
        assert code(caught) == expected

    def test_names_nobody_knows(self, paper: PaperUnit) -> None:
        with pytest.raises(Problem) as seal:
            current(paper).find_seal("")
        with pytest.raises(Problem) as unit:
            current(paper).find_unit("nobody")
        assert (code(seal), code(unit)) == ("SEAL_UNKNOWN", "RECIPIENT_UNKNOWN")


class TestForms:
    def test_one_row_of_one_name(self, paper: PaperUnit) -> None:
        with pytest.raises(ValueError, match="two rows"):
            replace(paper.pack, matrix=paper.pack.matrix * 2)

    def test_a_series_is_listed_once_and_in_order(self, paper: PaperUnit) -> None:
        one = SeriesHead("crl", 1, paper.charter.id)
        other = SeriesHead("policy", 1, paper.charter.id)
        for heads in ((one, replace(one, number=2)), (other, one)):
            with pytest.raises(ValueError, match="series"):
                Snapshot(1, text(NOW), heads)

    @pytest.mark.parametrize("certificate", ["b3RoZXI=", "?", "印"])
    def test_an_appointment_names_one_certificate(self, paper: PaperUnit, certificate: str) -> None:
        with pytest.raises(ValueError):
            replace(paper.appointment("li"), certificate=certificate)

    @pytest.mark.parametrize("moment", ["2026-01-01", "2026-01-01T00:00:00", "never", ""])
    def test_next_update_is_a_moment_with_offset(self, moment: str) -> None:
        with pytest.raises(ValueError, match="time"):
            Snapshot(1, moment, ())

    @pytest.mark.parametrize("when", ["20260101", "2026-W01-1", "9", "", "2026-1-1"])
    @pytest.mark.parametrize("field", ["enabled_from", "enabled_until"])
    def test_a_seal_is_enabled_between_days(self, paper: PaperUnit, field: str, when: str) -> None:
        with pytest.raises(ValueError, match="day"):
            replace(paper.seal_record, **{field: when})  # type: ignore[arg-type]  # a table of keywords
