"""The page about security names real tests and real codes, and enough of them.

It reads the sources only: collecting the whole suite would cost more than it shows.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from airseal.errors.explaining import sentence_for

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NODE = re.compile(r"(?P<file>tests/test_\w+\.py)::(?P<path>\w+(?:::\w+)*)(?:\[(?P<case>.+)\])?")
CODE = re.compile(r"[A-Z]+(?:_[A-Z]+)+")


@dataclass(frozen=True)
class Attack:
    """One row: what was tried, the codes it meets, and the node id of its test."""

    number: int
    what: str
    codes: tuple[str, ...]
    node: str


def rows() -> list[Attack]:
    found = []
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 5 and cells[0].isdigit():
            codes = tuple(re.findall(r"`([^`]+)`", cells[3]))
            found.append(Attack(int(cells[0]), cells[1], codes, cells[4].strip("`")))
    return found


ATTACKS = rows()


@cache
def source(file: str) -> str:
    return (ROOT / file).read_text("utf-8")


@cache
def nodes_of(file: str) -> frozenset[str]:
    """``test_x`` and ``TestY::test_x``, as pytest would name them."""
    tree = ast.parse(source(file))
    return frozenset(_nodes(tree, ""))


def _nodes(parent: ast.Module | ast.ClassDef, prefix: str) -> list[str]:
    names: list[str] = []
    for node in parent.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names += [prefix + name] if name.startswith("test_") else []
            case ast.ClassDef(name=name) if name.startswith("Test"):
                names += _nodes(node, f"{prefix}{name}::")
    return names


def test_there_are_enough_attacks_numbered_in_order() -> None:
    assert [attack.number for attack in ATTACKS] == list(range(1, len(ATTACKS) + 1))
    assert len(ATTACKS) >= 30
    assert len({attack.node for attack in ATTACKS}) == len(ATTACKS), "one test, one attack"


def test_no_row_of_the_tables_is_overlooked() -> None:
    assert PAGE.count("\n| ") - len(ATTACKS) == len(re.findall(r"(?m)^\| (?!\d)", PAGE))


def test_every_test_named_anywhere_on_the_page_exists() -> None:
    named = list(NODE.finditer(PAGE))
    assert len(named) > len(ATTACKS), "the example counts too"
    missing = [m[0] for m in named if m["path"] not in nodes_of(m["file"])]
    assert missing == []


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: str(attack.number))
def test_the_row_says_what_its_test_asks_for(attack: Attack) -> None:
    found = NODE.fullmatch(attack.node)
    assert found, attack.node
    text = source(found["file"])
    for code in attack.codes:
        assert CODE.fullmatch(code), code
        assert sentence_for(code) is not None, f"no sentence: {code}"
        assert re.search(rf"\b{code}\b", text), f"{found['file']} never asks for {code}"
    if found["case"]:
        parts = [found["case"]] if found["case"] in text else found["case"].split("-")
        assert all(part in text for part in parts), found["case"]


def test_a_test_that_is_not_there_would_be_missed() -> None:
    """The check above can fail: it knows methods by their class, and helpers are no tests."""
    known = nodes_of("tests/test_evidence_trusted.py")
    assert "TestRevoked::test_nothing_new_under_a_list_that_says_so" in known
    assert "test_nothing_new_under_a_list_that_says_so" not in known
    assert "revoke" not in known


def test_the_readme_leads_here() -> None:
    assert "(docs/security.md)" in (ROOT / "README.md").read_text("utf-8")
