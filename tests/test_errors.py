"""Every code has its sentences, and every sentence belongs to a code."""

import ast
import re
import string
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airseal.errors import explain
from airseal.errors.explaining import TABLES, sentence_for
from airseal.model.problem import Problem
from transfer.errors import TransferError

ROOT = Path(__file__).parent.parent
CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\Z|CANCELLED\Z")
RAISERS = {"Problem", "TransferError", "Failure", "Finding", "block", "warn"}


@cache
def _sources():
    return [
        (path.relative_to(ROOT), ast.parse(path.read_text("utf-8")))
        for folder in ("airseal", "transfer")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if ROOT / "airseal" / "errors" not in path.parents
    ]


def _constants(node):
    """The code or codes an argument may be: a literal, or a choice of two."""
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=one, orelse=other):
            yield from _constants(one)
            yield from _constants(other)


@cache
def _raised():
    """code → [(where, names of its parameters)]"""
    raised = defaultdict(list)
    for path, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in RAISERS:
                    for code in _constants(node.args[0]):
                        if CODE.match(code):
                            params = {k.arg for k in node.keywords}
                            raised[code].append((f"{path}:{node.lineno}", params))
    return raised


def test_every_code_has_an_entry():
    missing = [
        f"{code} {sorted(set().union(*(p for _, p in places)) - {None})} {places[0][0]}"
        for code, places in sorted(_raised().items())
        if sentence_for(code) is None
    ]
    assert not missing, "add to airseal/errors/<room>.py:\n" + "\n".join(missing)


def test_every_entry_is_used():
    mentioned = {
        node.value
        for _, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    unused = sorted(code for table in TABLES for code in table if code not in mentioned)
    assert not unused, "no code raises these any more:\n" + "\n".join(unused)


def test_no_code_is_in_two_tables():
    codes = [code for table in TABLES for code in table]
    assert len(codes) == len(set(codes))


def _placeholders(sentence):
    parsed = string.Formatter().parse(sentence)
    return {(name, spec) for _, name, spec, _ in parsed if name is not None}


def test_sentences_ask_only_for_parameters_their_code_has():
    raised = _raised()
    wrong = []
    for table in TABLES:
        for code, entry in table.items():
            asked = _placeholders(entry.what) | _placeholders(entry.hint)
            assert all(spec == "" for _, spec in asked), f"{code}: no format specifications here"
            for where, given_params in raised.get(code, []):
                if None not in given_params and {n for n, _ in asked} - given_params:
                    wrong.append(f"{code} at {where}: {sorted(n for n, _ in asked)}")
    assert not wrong, "\n".join(wrong)


def test_what_is_said():
    told = explain(Problem("BUNDLE_MEMBER_ALTERED", name="data/\x1b[2J"))
    assert told.code == "BUNDLE_MEMBER_ALTERED"
    assert "␛[2J" in told.what and "\x1b" not in told.what
    assert told.hint
    assert str(told).endswith("[BUNDLE_MEMBER_ALTERED]")


def test_posts_and_levels_are_said_in_words():
    assert "officer" not in explain(Problem("POST_WRONG", post="officer")).what
    assert "nonsense" in explain(Problem("POST_WRONG", post="nonsense")).what


@given(
    st.sampled_from([c for t in TABLES for c in t] + ["NO_SUCH_CODE", ""]),
    st.dictionaries(
        st.sampled_from(["name", "post", "level", "limit", "reference"]),
        st.text(max_size=20) | st.integers(),
    ),
)
def test_explaining_never_fails(code, params):
    for error in (Problem(code, **params), TransferError(code, **params)):
        told = explain(error)
        assert told.what and told.hint and told.code == code


def test_an_unknown_code_is_an_internal_error_that_quotes_it():
    assert "NO_SUCH_CODE" in explain(Problem("NO_SUCH_CODE")).what


@pytest.mark.parametrize("table", TABLES)
def test_sentences_are_sentences(table):
    for code, entry in table.items():
        for words in (entry.what, entry.hint):
            assert words[0].isupper() or words[0] in "{", code
            assert words.rstrip("}").endswith((".", "reference", "build", "rebuild", "because")), (
                code,
                words,
            )
