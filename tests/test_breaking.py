"""Paragraphs in the width of a terminal, set as Chinese is set (GB/T 15834)."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from airseal.screens.widgets.breaking import breaks

CLOSING = set("，。、；：？！）》〉」』】〕")
OPENING = set("（《〈「『【〔")
WORDS = st.text(st.sampled_from("公章处理，。；（）《》 abz019-/　\u0301"), max_size=80)


def rows(line: str, width: int) -> list[str]:
    starts = [0, *breaks(line, width), len(line)]
    return [line[a:b] for a, b in pairwise(starts)]


def test_a_mark_that_closes_stays_with_what_it_closes():
    told = "新送来的内容一律不得采信，请报告安全保密管理员。"
    assert rows(told, 24) == ["新送来的内容一律不得采", "信，请报告安全保密管理", "员。"]
    assert rows("见《印章管理办法》第三条", 5) == [
        "见",
        "《印",
        "章管",
        "理办",
        "法》",
        "第三",
        "条",
    ]


def test_a_word_is_whole_and_chinese_beside_it_is_not_moved():
    assert rows("按 Ctrl+Q 退出本程序", 12) == ["按 Ctrl+Q 退", "出本程序"]
    assert rows("sha256: 0123456789abcdef", 10) == ["sha256: ", "0123456789", "abcdef"]


@given(WORDS, st.integers(4, 30))
def test_nothing_is_lost_and_nothing_sticks_out(line: str, width: int):
    found = rows(line, width)
    assert "".join(found) == line
    assert all(cell_len(row.rstrip()) <= width for row in found)


@given(WORDS, st.integers(8, 30))
def test_no_line_begins_or_ends_with_a_mark_that_may_not_stand_there(line: str, width: int):
    found = rows(line, width)
    for before, after in pairwise(found):
        marks = before.rstrip()[-2:] + after[:1]
        lone = len(marks) == 3 and all(mark in CLOSING | OPENING or mark == " " for mark in marks)
        spaced = before[-1:].isspace()
        assert lone or spaced or after[0] not in CLOSING, (before, after)
        assert lone or spaced or before[-1] not in OPENING, (before, after)
