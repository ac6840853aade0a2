"""Lists of 100,000 cases: opened, paged, filtered as one types, sorted, marked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final
from unittest.mock import Mock

from airseal.evidence.board import Board, Line
from airseal.model.case import CaseState
from airseal.screens.case_query import CaseQuery, case_columns
from airseal.screens.widgets.record_rows import RecordRows
from airseal.station.case_rows import Names, SortBy, Stack, pressing_before
from bench.table import Row, Section
from bench.unit import Unit

CASES: Final = 100_000
TIMES: Final = 20
_SCREEN: Final = 64
_STATES: Final = tuple(CaseState)
_NOW: Final = datetime(2026, 11, 29, 12).astimezone()


def measure(_: Unit) -> Section:
    """Everything a person does in a list, on the thread that paints."""
    board = filled(CASES)
    stack = opened(board)
    query = CaseQuery(stack)
    rows = [
        _row("open a pile of all cases, first page", lambda: _shown(opened(board)), 50),
        _row("open one state's pile, first page", lambda: _shown(opened(board, 1)), 50),
        _row("page in the middle", lambda: query.page(CASES // 2, _SCREEN), 20),
        _row("page at the end", lambda: query.page(CASES - _SCREEN, _SCREEN), 20),
        Row("first letter of a filter", [_timed(lambda: CaseQuery(_fresh(stack)).matching("纪"))]),
        _row("every further letter of a filter", lambda: query.matching("纪要 9")),
        _row("sort by title", lambda: stack.ordered(SortBy.TITLE, down=False)),
        _row("sort by term", lambda: stack.ordered(SortBy.DUE, down=False)),
        _row("mark all", lambda: dict.fromkeys(query.keys(0, CASES))),
        _row("count every pile of the first page", lambda: _tallies(board), 50),
    ]
    notes = [f"{CASES:,} lines on the board, in {len(_STATES)} states; the middle of {TIMES} runs."]
    return Section("Lists", rows, notes)


def _row(what: str, act: Callable[[], object], target: float | None = None) -> Row:
    act()
    return Row(what, [_timed(act) for _ in range(TIMES)], target=target)


def _timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1_000


def filled(cases: int) -> Board:
    """A board of ``cases`` lines, in every state."""
    board = Board(Mock())
    kinds = ("关于印发{}号文件的通知", "关于第{}次工作会议纪要的函", "关于报送{}项数据目录的请示")
    for number in range(cases):
        at = (_NOW - timedelta(minutes=number)).isoformat()
        due = int((_NOW + timedelta(days=number % 60 - 2)).timestamp()) if number % 3 else None
        line = Line(
            at=at,
            case=f"sha256:{number:064x}",
            state=_STATES[number % len(_STATES)],
            level="internal",
            drafter=f"person-{number % 50}",
            title=kinds[number % 3].format(number),
            place=None,
            since=None,
            until=due,
            symbol=f"示数〔2026〕{number}号",
            seals=("bureau-official",),
        )
        board._put(line.case, line)
    return board


def opened(board: Board, states: int = 0) -> Stack:
    """The pile of the first ``states`` states, or of all, as its screen opens it."""
    lines = board.stack(frozenset(_STATES[:states]), due_before=pressing_before(_NOW))
    return Stack(lines, Names(_title, _symbol, str, str), pressing_before(_NOW))


def _fresh(stack: Stack) -> Stack:
    """The same, of which nothing was looked through yet."""
    return Stack(stack.lines, stack.names, stack.before)


def _shown(stack: Stack) -> None:
    rows = RecordRows(tuple(case_columns()), CaseQuery(stack), marking=True)
    assert rows._record(0) is not None


def _tallies(board: Board) -> None:
    for state in _STATES:
        board.tally(frozenset({state}), pressing_before(_NOW))


def _title(line: Line) -> str:
    return line.title or ""


def _symbol(line: Line) -> str:
    return line.symbol or ""
