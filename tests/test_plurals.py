"""One is not several: every sentence with a count is right for one and for two."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from airseal.errors import explain
from airseal.model.problem import Problem
from airseal.text import DEFAULT_LANGUAGE, counted, plural, said, use_language

EN = Path(__file__).parents[1] / "airseal" / "locale" / "en" / "LC_MESSAGES" / "airseal.po"
COUNTS = (
    "n|count|seconds|minutes|hours|days|weeks|behind|parked|pieces|entries|blobs|found|issued"
    "|documents|cases|copies|codes|statements|pages|files|people|waiting"
)
_SEVERAL = re.compile(rf"\{{({COUNTS})\}} (?!is\b|was\b|has\b|of\b)([a-z]+ )?[a-z]+s\b")
_ONE = re.compile(r"\b1 (?!is\b|was\b|has\b|of\b)[a-z]+s\b")
NEVER_ONE = {"{n} codes a second"}
"""Told with a decimal: 1.0 codes."""


@pytest.fixture(autouse=True)
def _chinese_again():
    yield
    use_language(DEFAULT_LANGUAGE)


def _messages():
    with EN.open("rb") as file:
        return [message for message in read_po(file, locale="en") if message.id]


def test_a_count_before_a_plural_is_a_sentence_of_two_forms():
    single = [message.id for message in _messages() if isinstance(message.id, str)]
    assert [one for one in single if _SEVERAL.search(one) and one not in NEVER_ONE] == []


def test_every_sentence_of_two_forms_is_right_for_one_and_for_two():
    use_language("en")
    pairs = [message.id for message in _messages() if not isinstance(message.id, str)]
    assert len(pairs) > 30
    for one, many in pairs:
        names = set(re.findall(r"{(\w+)}", one + many)) - {"n"}
        first, second = (str(plural(one, many, n, **dict.fromkeys(names, n))) for n in (1, 2))
        assert first != second
        assert not _ONE.search(first), first
        assert "{" not in first + second


@pytest.mark.parametrize(
    ("code", "name", "one", "two"),
    [
        ("LOGIN_LOCKED", "seconds", "wait 1 second.", "wait 2 seconds."),
        ("DESK_OLDER", "behind", "by 1 step:", "by 2 steps:"),
        ("KEYSLOTS_OLDER", "behind", "by 1 change:", "by 2 changes:"),
        ("SIGNATURE_COUNT", "found", "1 signature,", "2 signatures,"),
        ("BLANKS_OTHER_COUNT", "issued", "1 form is", "2 forms are"),
    ],
)
def test_a_refusal_counts_too_in_both_languages(code, name, one, two):
    use_language("en")
    assert one in explain(Problem(code, **{name: 1})).what
    assert two in explain(Problem(code, **{name: 2})).what
    use_language("zh_CN")
    for n in (1, 2):
        told = explain(Problem(code, **{name: n})).what
        assert str(n) in told
        assert not re.search(r"[a-z]{3}", told)


def test_without_its_number_a_sentence_is_said_all_the_same():
    use_language("en")
    sentence = counted("{days} day", "{days} days", "days")
    assert str(said(sentence, {"days": 1})) == "1 day"
    assert str(said(sentence, {"days": "some"})) == "some days"
    assert str(said(sentence, {})) == "? days"
