"""Words: the two catalogues are complete, and nothing from outside hides or steers."""

import functools
import re
import string
import sys
import unicodedata
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airseal import text
from airseal.model.digest import sha256
from airseal.model.level import Level
from airseal.model.people import Post

sys.path.insert(0, str(Path(__file__).parent.parent / "packaging"))
import catalogues

LANGUAGES = ("zh_CN", "en")


load = functools.cache(catalogues.load)
template = functools.cache(catalogues.template)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The catalogues as they stand in the source, compiled afresh."""
    from babel.messages.mofile import write_mo

    place = tmp_path_factory.mktemp("locale")
    for name in LANGUAGES:
        folder = place / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        with (folder / "airseal.mo").open("wb") as file:
            write_mo(file, load(name))
    return place


@pytest.fixture(autouse=True)
def language(compiled, monkeypatch):
    monkeypatch.setattr(text, "_LOCALE", compiled)
    before = text.language()
    text.use_language("zh_CN")
    yield
    text.use_language(before)


# The catalogues


def _forms(value):
    return [value] if isinstance(value, str) else list(value)


def _placeholders(value):
    return {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_message_of_the_source_is_translated_and_nothing_else_is_there(name):
    wanted = {m.id if isinstance(m.id, str) else m.id[0] for m in template() if m.id}
    catalogue = load(name)
    held = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue if m.id}
    assert wanted - held.keys() == set(), "run packaging/catalogues.py and translate these"
    assert held.keys() - wanted == set(), "no longer in the source"
    assert not catalogue.obsolete
    assert [key for key, m in held.items() if m.fuzzy or not all(_forms(m.string))] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_translations_have_the_placeholders_of_their_message(name):
    for message in load(name):
        if message.id:
            expected = _placeholders(_forms(message.id)[-1])
            for form in _forms(message.string):
                assert _placeholders(form) == expected, message.id


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_translation_has_a_character_of_ambiguous_width(name):
    for message in load(name):
        if message.id:
            bad = {c for c in "".join(_forms(message.string)) if _ambiguous(c)}
            assert not bad, (message.id, bad)


def _ambiguous(character):
    return unicodedata.east_asian_width(character) == "A"


def test_chinese_is_chinese():
    for message in load("zh_CN"):
        if message.id and len(re.sub(r"\{\w+\}", "", _forms(message.string)[0])) > 12:
            assert any("一" <= c <= "鿿" for c in _forms(message.string)[0]), message.id


# Language


def test_a_phrase_follows_the_language():
    words = text.phrase("Password")
    assert str(words) == "密码"
    text.use_language("en")
    assert str(words) == "Password"
    assert text.next_language() == "zh_CN"


def test_an_unknown_language_is_chinese():
    text.use_language("../../etc")
    assert text.language() == "zh_CN"


def test_an_empty_phrase_is_empty():
    assert str(text.Phrase("")) == ""


def test_a_missing_parameter_is_a_question_mark():
    assert "?" in str(text.Phrase("The bundle is cut off. {name}"))


def test_parameters_are_made_harmless_and_never_formatted():
    shown = text.tr("imported: {bundle}", bundle="a\x1b[2J{bundle}{0.__class__}")
    assert "\x1b" not in shown
    assert "{bundle}{0.__class__}" in shown


# Outside text


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("a\x1b[31mb", "a␛[31mb"),
        ("a\nb\tc\r", "a␊b␉c␍"),
        ("a\x7f\x9bb", "a␡‹009B›b"),
        ("pay‮fdp.exe", "pay‹202E›fdp.exe"),
        ("a​b﻿c", "a‹200B›b‹FEFF›c"),
        ("a\u2066b\u2069", "a‹2066›b‹2069›"),
        ("ㅤ", "‹3164›"),
        ("\ud800", "‹D800›"),
        ("\ue000", "‹E000›"),
        ("a\xa0b\u2003c", "a b c"),
        ("❤️", "❤‹FE0F›"),
        ("[@click=app.quit]x[/x].pdf", "[@click=app.quit]x[/x].pdf"),
        ("某县人民政府（盖章）　文件", "某县人民政府（盖章）　文件"),
    ],
)
def test_what_hides_is_made_visible(hostile, harmless):
    assert text.safe_text(hostile) == harmless


def test_stacked_marks_are_cut():
    zalgo = "a" + "\u0301" * 50
    assert text.safe_text(zalgo).count("\u0301") == 3


def test_long_text_is_cut_with_a_sign():
    assert text.safe_text("字" * 10_000, 20) == "字" * 20 + "..."


@given(st.text(max_size=300), st.integers(0, 250))
def test_safe_text_never_lets_anything_hidden_through(value, limit):
    shown = text.safe_text(value, limit)
    assert all(
        unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in shown
    )
    assert len(shown) <= limit * 10 + 3
    assert text.safe_text(shown, limit=len(shown)) == shown


# How values are written


def test_times_and_days_the_chinese_way():
    at = datetime(2026, 11, 2, 4, 5)
    assert str(text.moment(at)) == "2026年11月2日 04:05"
    assert str(text.day(date(2026, 3, 9))) == "2026年3月9日"
    text.use_language("en")
    assert str(text.moment(at)) == "2026-11-02 04:05"


@pytest.mark.parametrize(
    ("um", "written"),
    [
        (42_000, "42.0 毫米"),
        (1_249, "1.2 毫米"),
        (1_250, "1.3 毫米"),
        (-100, "-0.1 毫米"),
        (-20, "0.0 毫米"),
    ],
)
def test_millimetres(um, written):
    assert str(text.millimetres(um)) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1946, "1.9 KB"),
        (25_165_824, "24.0 MB"),
        (5 << 40, "5120.0 GB"),
    ],
)
def test_sizes(size, written):
    assert text.file_size(size) == written


def test_a_digest_in_groups_of_four():
    digest = sha256(b"x")
    whole = text.digest_words(digest)
    assert whole.replace(" ", "") == digest
    assert all(len(word) == 4 for word in whole.removeprefix("sha256: ").split(" "))
    assert text.digest_words(digest, 2) == f"sha256: {digest[7:11]} {digest[11:15]} ..."


def test_the_marking_of_x16():
    assert text.marking(Level.SECRET, 10) == "机密★10年"
    assert text.marking(Level.TOP_SECRET) == "绝密★长期"
    assert text.marking(Level.INTERNAL) == "内部"


@pytest.mark.parametrize("name", LANGUAGES)
def test_levels_and_posts_have_names(name):
    text.use_language(name)
    for value, named in [(v, text.level_name(v)) for v in Level] + [
        (v, text.post_name(v)) for v in Post
    ]:
        assert str(named) and str(named) != value


def test_a_time_of_the_formats_is_written_in_local_time():
    written = "2026-11-22T14:05:09+08:00"
    assert str(text.when(written)) == str(text.moment(datetime.fromisoformat(written).astimezone()))
    assert str(text.when("2026-11-22")) == "2026年11月22日"


@pytest.mark.parametrize(
    "written",
    ["", "soon", "2026-11-31", "2026-11-22T25:00:00", "9999-12-31T23:59:59-23:59", "[red]"],
)
def test_what_is_no_time_stays_outside_text(written):
    assert text.when(written) is written
