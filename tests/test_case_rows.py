"""A pile sorted and filtered quickly says the same as one sorted and filtered plainly."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airseal.evidence.board import Line
from airseal.evidence.ordering import Lookups, Ordering
from airseal.model.case import CaseState
from airseal.station.case_rows import _RUN, Names, SortBy, Stack, _in_order

NAMES = Names(
    lambda line: line.title or "",
    lambda line: line.symbol or "",
    lambda person: f"Name of {person}",
    lambda seal: f"Seal {seal}",
)


def _line(number, title="通知", state=CaseState.APPROVED, due=None, drafter="li", at=0):
    return Line(
        at=datetime.fromtimestamp(1_700_000_000 + at, UTC).isoformat(),
        case=f"sha256:{number:064x}",
        state=state,
        level="internal" if number % 2 else "public",
        drafter=drafter,
        title=title,
        place=None,
        since=None,
        until=due,
        symbol=f"示数〔2026〕{number}号",
        seals=("bureau-official",),
    )


LINES = st.lists(
    st.tuples(
        st.sampled_from(["通知", "Über", "uber", "纪要 9", ""]),
        st.sampled_from(list(CaseState)),
        st.none() | st.integers(1, 3),
        st.sampled_from(["li", "zhao"]),
        st.integers(0, 3),
    ),
    max_size=40,
).map(lambda rows: [_line(number, *row) for number, row in enumerate(rows)])

PLAIN = {
    SortBy.TITLE: lambda line: (line.title.casefold(), *line.key),
    SortBy.STATE: lambda line: (line.state, *line.key),
    SortBy.LEVEL: lambda line: (line.level, *line.key),
    SortBy.DRAFTER: lambda line: (line.drafter, *line.key),
    SortBy.ASKED: lambda line: line.key,
    SortBy.DUE: lambda line: (line.due is None, line.due or 0, *line.key),
}


@given(LINES, st.sampled_from(list(SortBy)), st.booleans())
def test_every_order_is_the_plain_one(lines, by, down):
    found = Stack(lines, NAMES).ordered(by, down=down)
    assert list(found.lines) == sorted(lines, key=PLAIN[by], reverse=down)


@given(LINES, st.text("通知纪要 9uü2026示li月", max_size=6))
def test_a_filter_finds_what_each_word_occurs_in(lines, words):
    def text(line):
        seals, drafter = "Seal bureau-official", f"Name of {line.drafter}"
        day = "2023-11-14 2023年11月14日"
        return f"{line.title} {line.symbol} {drafter} {seals} {day}".casefold()

    found = Stack(lines, NAMES).matching(words, {})
    wanted = [one for one in lines if all(word in text(one) for word in words.casefold().split())]
    assert list(found.lines) == wanted


@pytest.mark.parametrize("number", [0, 1, _RUN, _RUN + 1, 3 * _RUN + 7, 4 * _RUN])
def test_many_are_sorted_in_runs_that_become_one(number):
    items = [(index * 7_919) % (number + 1) for index in range(number)]
    assert _in_order(list(items)) == sorted(items)
    assert _in_order(list(items), lambda item: -item) == sorted(items, reverse=True)


@given(LINES, st.booleans())
def test_the_keys_of_a_page_are_those_of_its_lines(lines, newest):
    order = Ordering()
    order.fill(lines)
    cases = order.newest(frozenset()) if newest else order.standing(frozenset(), 2)
    stack = Stack(Lookups(cases, {line.case: line for line in lines}.__getitem__), NAMES)
    every = [line.case for line in stack.lines]
    assert list(stack.keys(0, len(lines))) == every
    assert list(stack.keys(3, 5)) == every[3:8]


def test_a_long_slice_of_a_list_is_what_its_places_say():
    order = Ordering()
    order.fill([_line(n, at=n * 7 % 5, due=n % 4 or None) for n in range(3_000)])
    cases = order.standing(frozenset(), 2)
    assert cases[10:2_500] == [cases[at] for at in range(10, 2_500)]
    assert cases[:] == list(cases)
