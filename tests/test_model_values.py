"""The small values: digests, levels, secrets, moments, request forms, statements, verdicts."""

import pickle
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit import ASKED, PaperUnit, draft, grant, output, place, text

from airseal.model.digest import from_hex, parse_digest, sha256, to_hex
from airseal.model.level import Level
from airseal.model.moment import parse_day, parse_moment
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.request import (
    Decision,
    Outcome,
    Recipient,
    RecipientRole,
    Request,
    Sealing,
    parse_place,
    within,
)
from airseal.model.secret import Secret
from airseal.model.statement import closure, latest_first
from airseal.model.verdict import Check, Overall, Step, Verdict, Word, overall_of


def offset(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


class TestDigest:
    def test_round_trip(self) -> None:
        digest = sha256(b"abc")
        assert digest.startswith("sha256:ba7816bf")
        assert parse_digest(digest) == from_hex(to_hex(digest)) == digest

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "sha256:",
            "ba" * 32,
            "sha256:" + "BA" * 32,
            "sha256:" + "a" * 63,
            "sm3:" + "a" * 64,
            "sha256:" + "a" * 64 + "\n",
            " sha256:" + "a" * 64,
            "sha256:" + "٣" * 64,
        ],
    )
    def test_one_form_only(self, text: str) -> None:
        with pytest.raises(Problem, match="DIGEST_FORM"):
            parse_digest(text)


class TestLevel:
    def test_each_covers_itself_and_what_is_below(self) -> None:
        levels = list(Level)
        for high, upper in enumerate(levels):
            for low, lower in enumerate(levels):
                assert upper.covers(lower) is (high >= low)

    def test_state_secrets_begin_at_confidential(self) -> None:
        secret = [level for level in Level if level.is_state_secret]
        assert secret == [Level.CONFIDENTIAL, Level.SECRET, Level.TOP_SECRET]


class TestSecret:
    def test_shows_nothing(self) -> None:
        secret = Secret("246810")
        assert "246810" not in f"{secret!r} {secret}"
        with pytest.raises(TypeError):
            pickle.dumps(secret)
        with pytest.raises(AttributeError):
            secret.note = 1  # type: ignore[attr-defined]  # that is the point

    def test_wiped_it_is_empty(self) -> None:
        given_bytes = bytearray(b"246810")
        secret = Secret(given_bytes)
        assert (secret.reveal(), len(secret), bool(secret)) == (b"246810", 6, True)
        secret.wipe()
        assert (secret.reveal(), len(secret), bool(secret)) == (b"", 0, False)
        assert given_bytes == b"246810"


class TestMoments:
    @given(st.dates())
    def test_a_day_has_one_spelling(self, when: date) -> None:
        assert parse_day(when.isoformat()) == when

    @given(st.datetimes(timezones=st.integers(-1_439, 1_439).map(offset)))
    def test_a_moment_has_one_spelling(self, when: datetime) -> None:
        when = when.replace(microsecond=0)
        assert parse_moment(when.isoformat()) == when

    @given(st.text(max_size=30))
    def test_whatever_is_accepted_is_that_spelling(self, text: str) -> None:
        for parse in (parse_day, parse_moment):
            try:
                assert parse(text).isoformat() == text
            except ValueError:
                continue

    @pytest.mark.parametrize(
        "text",
        [
            "2026-02-30T00:00:00+08:00",
            "2026-01-01T24:00:00+08:00",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01 00:00:00+08:00",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00.5+08:00",
            "٢026-01-01T00:00:00+08:00",
        ],
    )
    def test_no_other_moment(self, text: str) -> None:
        with pytest.raises(ValueError):
            parse_moment(text)


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("p1,150,220.5", (1, 150_000, 220_500)),
            ("p12,0,0", (12, 0, 0)),
            ("p1,10000,10000", (1, 10_000_000, 10_000_000)),
        ],
    )
    def test_in_millimetres(self, text: str, expected: tuple[int, int, int]) -> None:
        assert parse_place(text) == expected

    @given(st.text(max_size=40) | st.from_regex(r"p-?[0-9]{0,30},[0-9einfa.+-]{0,20},[0-9.-]{0,9}"))
    def test_anything_else_is_refused_with_its_code(self, text: str) -> None:
        try:
            page, x_um, y_um = parse_place(text)
        except Problem as problem:
            assert problem.code == "PLACE_FORM"
        else:
            assert page >= 1
            assert 0 <= x_um <= 10_000_000
            assert 0 <= y_um <= 10_000_000

    @pytest.mark.parametrize("text", ["p1,nan,1", "p1,inf,1", "p1,1e400,1", "p0,1,1", "p1,-1,1"])
    def test_numbers_that_are_no_place(self, text: str) -> None:
        with pytest.raises(Problem, match="PLACE_FORM"):
            parse_place(text)

    @given(st.integers(-20_000, 20_000), st.integers(-20_000, 20_000))
    def test_the_tolerance_is_a_circle(self, dx: int, dy: int) -> None:
        inside = (dx * dx + dy * dy) ** 0.5 <= 15_000
        assert within(place(), 1, 150_000 + dx, 220_000 + dy) is inside
        assert not within(place(), 2, 150_000, 220_000)


def sealing(**changes: Any) -> Sealing:
    made = Sealing(sha256(b"d"), 1, "official", 1, 0, 0, sha256(b"d"), output(1), 9, text(ASKED))
    return replace(made, **changes)


REQUEST = Request("关于用印的请示", "印发", grant())
DOCUMENT = grant().documents[0]
FINANCE = Recipient("finance", RecipientRole.MAIN)


@pytest.mark.parametrize(
    "build",
    [
        lambda: place(0),
        lambda: place(page=0),
        lambda: place(tolerance_um=-1),
        lambda: place(x_um=-1),
        lambda: place(y_um=10**9),
        lambda: replace(DOCUMENT, seals=()),
        lambda: replace(DOCUMENT, seals=(place(2),)),
        lambda: replace(DOCUMENT, seals=(place(1), place(1))),
        lambda: replace(DOCUMENT, seals=(place(page=3),)),
        lambda: replace(DOCUMENT, size=0),
        lambda: replace(grant(), documents=()),
        lambda: replace(grant(), documents=(DOCUMENT, replace(DOCUMENT, pages=9))),
        lambda: replace(grant(), copies=0),
        lambda: replace(grant(), recipients=()),
        lambda: replace(grant(), recipients=(FINANCE, replace(FINANCE, role=RecipientRole.COPY))),
        lambda: replace(grant(), until="9"),
        lambda: replace(grant(), until="20991231"),
        lambda: replace(REQUEST, title="　"),
        lambda: replace(REQUEST, purpose="x" * 2_001),
        lambda: Decision(Outcome.APPROVE, "", None, None),
        lambda: Decision(Outcome.DENY, "", grant(), None),
        lambda: Decision(Outcome.DENY, "x" * 2_001, None, None),
        lambda: sealing(order=0),
        lambda: sealing(page=0),
        lambda: sealing(x_um=-1),
        lambda: sealing(output=sha256(b"d")),
        lambda: sealing(output_size=0),
        lambda: sealing(sealed_at="2026-01-01"),
    ],
)
def test_bodies_outside_their_form_cannot_be_made(build: Any) -> None:
    assert sealing()
    with pytest.raises(ValueError):
        build()


class TestStatement:
    @pytest.mark.parametrize(
        "change",
        [
            {"unit": "Bureau"},
            {"unit": ""},
            {"station": "../x"},
            {"by": "li\n"},
            {"by": "l" * 65},
            {"at": "2026-01-01T00:00:00Z"},
            {"nonce": "0" * 31},
            {"nonce": "A" * 32},
            {"on": (sha256(b"a"), sha256(b"b"))},
            {"on": (sha256(b"a"), sha256(b"a"))},
        ],
    )
    def test_a_draft_outside_its_form_cannot_be_made(self, change: dict[str, Any]) -> None:
        made = draft("bureau", "li", b"c", REQUEST, post=Post.DRAFTER, at=ASKED)
        assert replace(made, on=tuple(sorted({sha256(b"a"), sha256(b"b")})))
        with pytest.raises(ValueError):
            replace(made, **change)

    def test_closure_is_what_is_relied_on_as_far_as_it_is_held(self, paper: PaperUnit) -> None:
        request = paper.request()
        first = paper.decide(request)
        second = paper.decide(request, replaces=first)
        case = {s.id: s for s in (request, first, second)}
        assert closure([second.id], case) == set(case)
        assert closure([first.id], case) == {request.id, first.id}
        assert closure([second.id], paper.said) > closure([request.id], paper.said)
        assert closure([sha256(b"nothing")], paper.said) == set()

    def test_what_relies_on_another_is_later_whatever_the_clock_says(
        self, paper: PaperUnit
    ) -> None:
        """Acts of one second once stood in the order of their ids, which are random."""
        request = paper.request()
        first = paper.decide(request)
        second = paper.decide(request, replaces=first)
        for moment in (request.at, "2000-01-01T00:00:00+08:00"):
            acts = [request, replace(first, at=request.at), replace(second, at=moment)]
            assert [s.id for s in latest_first(acts)] == [second.id, first.id, request.id]


class TestVerdict:
    @pytest.mark.parametrize(
        ("words", "overall", "status"),
        [
            ([], Overall.UNKNOWN, 2),
            ([Word.NOTE], Overall.UNKNOWN, 2),
            ([Word.PASS], Overall.VALID, 0),
            ([Word.PASS, Word.NOTE], Overall.VALID, 0),
            ([Word.PASS, Word.LIMIT], Overall.LIMITED, 0),
            ([Word.LIMIT, Word.UNKNOWN], Overall.UNKNOWN, 2),
            ([Word.PASS, Word.UNKNOWN], Overall.UNKNOWN, 2),
            ([Word.PASS, Word.UNKNOWN, Word.FAIL], Overall.INVALID, 1),
        ],
    )
    def test_the_worst_word_decides(self, words: list[Word], overall: Overall, status: int) -> None:
        checks = tuple(Check("CASE", Step.FORMAT, word) for word in words)
        assert overall_of(checks) is overall
        assert Verdict("x.pdf", True, (), checks).overall is overall
        assert Verdict("x.pdf", True, (), checks).exit_status == status
