"""Statements as bytes: one spelling, and nothing but a Problem for anything else."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import ASKED, NOW, PaperUnit, day, draft, grant, text

from airseal.evidence.wire import KINDS, decode, encode, kind_of
from airseal.model.case import CaseState
from airseal.model.checkpoint import Checkpoint, Sighting
from airseal.model.delegation import Delegation, DelegationEnd
from airseal.model.digest import sha256
from airseal.model.flow import (
    Acknowledgement,
    Attendance,
    Ban,
    BlankAccount,
    Confirmation,
    DeletionRefusal,
    DeletionRequest,
    Fallback,
    Handout,
    PaperDelivery,
    Reconciliation,
    Resolution,
    Review,
    SendBack,
    SendBackReason,
    TakeBack,
    Tombstone,
    Transfer,
    UseConfirmation,
    VoidConsent,
    Voiding,
    Withdrawal,
)
from airseal.model.level import Level
from airseal.model.matter import Matter, Origin
from airseal.model.people import Post, Role
from airseal.model.problem import Problem
from airseal.model.question import Answer, Question
from airseal.model.recall import BlankCount, CopyCount
from airseal.model.receipt import Receipt
from airseal.model.registry import UnitRecord
from airseal.model.request import Outcome, Request, SourceFile
from airseal.model.staff import Responsibility, StaffList, StaffRow
from airseal.model.stamp import Timestamp
from airseal.model.statement import Statement
from airseal.model.training import Training, TrainingKind, TrainingRow

Tree = dict[str, Any]


def one_of_each() -> dict[str, Statement]:
    paper = PaperUnit()
    request = paper.request(grant(until=NOW))
    approval = paper.decide(request)
    paper.decide(request, Outcome.DENY, replaces=approval)
    paper.seal(request, approval)
    seen = Sighting("bureau", "checker", 2, sha256(b"seen"))
    others = [
        Checkpoint(3, sha256(b"root"), 0, (seen,)),
        Timestamp(request.id, sha256(b"p7m"), text(NOW), "AAAA"),
        Confirmation((request.id,), ""),
        Withdrawal("撤回"),
        SendBack(SendBackReason.LAYOUT, "排版不正确"),
        Ban(approval.id),
        Voiding("作废", CopyCount(3, 2, 1, "一份遗失"), approval.id),
        Resolution(request.id, (approval.id,), "以此为准"),
        Fallback("G-1", "设备故障", "办公室", "急需"),
        Reconciliation("电源", "更换", 3),
        Review(True, "属实"),
        BlankAccount(BlankCount(10, 7, 1, 2), ""),
        UseConfirmation(Role.UNIT_LEADER, ""),
        DeletionRequest("保管期满"),
        DeletionRefusal((request.id,), "仍须查阅"),
        Question(request.id),
        Answer(approval.id, request.id, CaseState.SEALED),
        Receipt("k1-1", sha256(b"b"), "bureau", "k1", text(NOW), 3, sha256(b"root")),
        Tombstone("通知", (approval.id,), "同意"),
        Responsibility("保管公章", 1, "管理办法"),
        StaffList((StaffRow("li", "李", "13800000001", Post.DRAFTER, day(NOW)),), (), "新进"),
        Acknowledgement("两份收回"),
        VoidConsent("误盖"),
        Transfer("chen", Role.OFFICER, "出差"),
        Attendance(""),
        Handout("wu", ""),
        TakeBack(False, "外壳破损"),
        PaperDelivery("图册", "finance", 2, "王五", day(NOW), ""),
        Delegation("wu", Role.LEGAL, (), (), Level.INTERNAL, day(NOW), day(NOW), ""),
        DelegationEnd(sha256(b"delegation"), ""),
        Training(TrainingKind.ASSESSMENT, "用印规范", day(NOW), (TrainingRow("li", True, "优秀"),)),
    ]
    said = [
        decode(encode(replace(request, kind=kind_of(body), case=request.id, body=body)))
        for body in others
    ]
    return {statement.kind: statement for statement in [*paper.said.values(), *said]}


SAMPLES = one_of_each()
STATEMENTS = st.sampled_from([encode(statement) for statement in SAMPLES.values()])


def tree(payload: bytes) -> Tree:
    made: Tree = json.loads(payload)
    return made


def canonical(made: Any) -> bytes:
    return json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def code(payload: bytes) -> str:
    with pytest.raises(Problem) as caught:
        decode(payload)
    return caught.value.code


def test_every_kind_comes_back_as_it_was() -> None:
    assert set(SAMPLES) == set(KINDS)
    for kind, statement in SAMPLES.items():
        payload = encode(statement)
        assert decode(payload) == statement
        assert statement.id == sha256(payload)
        assert kind_of(statement.body) == kind


def test_the_payload_is_what_any_canonical_writer_writes() -> None:
    for statement in SAMPLES.values():
        assert canonical(tree(encode(statement))) == encode(statement)


@given(title=st.text(min_size=1, max_size=60).filter(str.strip))
@settings(deadline=None)
def test_any_text_comes_back(title: str) -> None:
    body = Request(title, title[::-1], grant())
    made = draft("bureau", "li", b"c", body, post=Post.DRAFTER, at=ASKED)
    try:
        payload = encode(made)
    except UnicodeEncodeError:
        assert any(0xD800 <= ord(letter) < 0xE000 for letter in title)
    else:
        assert decode(payload).body == body


@given(title=st.text(min_size=1, max_size=60).filter(str.strip))
@settings(deadline=None)
def test_the_library_of_the_standard_writes_the_same(title: str) -> None:
    body = Request(title, title[::-1], grant())
    payload = encode(draft("bureau", "li", b"c", body, post=Post.DRAFTER, at=ASKED))
    assert rfc8785.dumps(json.loads(payload)) == payload


@pytest.mark.parametrize("number", [2**53 - 1, 10**15, 2**53, 2**64 - 1])
def test_no_number_that_the_standard_has_no_form_for(number: int) -> None:
    held = SAMPLES["unit"]
    assert isinstance(held.body, UnitRecord)
    made = replace(held, body=replace(held.body, number=number))
    if number < 2**53:
        assert decode(encode(made)).body == made.body
        return
    with pytest.raises(rfc8785.IntegerDomainError):
        encode(made)
    payload = encode(held).replace(b'"number":%d' % held.body.number, b'"number":%d' % number)
    assert payload != encode(held)
    assert code(payload) == "STATEMENT_FORM"


Spoil = Callable[[Tree], object]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda t: t.update(v=2), "STATEMENT_VERSION"),
        (lambda t: t.update(v="1"), "STATEMENT_VERSION"),
        (lambda t: t.update(v=True), "STATEMENT_VERSION"),
        (lambda t: t.update(v=1.0), "STATEMENT_FORM"),
        (lambda t: t.update(kind="wish"), "STATEMENT_KIND"),
        (lambda t: t.update(kind=["request"]), "STATEMENT_KIND"),
        (lambda t: t.update(kind="decision"), "STATEMENT_FORM"),
        (lambda t: t.update(extra=1), "STATEMENT_FORM"),
        (lambda t: t.pop("nonce"), "STATEMENT_FORM"),
        (lambda t: t["body"].update(extra=1), "STATEMENT_FORM"),
        (lambda t: t["body"].pop("title"), "STATEMENT_FORM"),
        (lambda t: t["body"].update(title=" "), "STATEMENT_FORM"),
        (lambda t: t["body"].update(title=1), "STATEMENT_FORM"),
        (lambda t: t["body"]["grant"].update(copies=3.0), "STATEMENT_FORM"),
        (lambda t: t["body"]["grant"].update(copies="3"), "STATEMENT_FORM"),
        (lambda t: t["body"]["grant"].update(copies=True), "STATEMENT_FORM"),
        (lambda t: t["body"]["grant"].update(copies=2**53), "STATEMENT_FORM"),
        (lambda t: t["body"]["grant"].update(copies=10**400), "STATEMENT_FORM"),
        (lambda t: t["body"]["grant"].update(until="tomorrow"), "STATEMENT_FORM"),
        (lambda t: t["body"]["grant"]["documents"][0].update(digest="x"), "STATEMENT_FORM"),
        (lambda t: t["body"]["grant"]["documents"] * 2, None),
        (lambda t: t.update(case="x"), "STATEMENT_FORM"),
        (lambda t: t.update(case=""), "STATEMENT_FORM"),
        (lambda t: t.update(cert=t["cert"].upper()), "STATEMENT_FORM"),
        (lambda t: t.update(on=t["on"][::-1]), "STATEMENT_FORM"),
        (lambda t: t.update(on=t["on"] + t["on"][-1:]), "STATEMENT_FORM"),
        (lambda t: t.update(on="x"), "STATEMENT_FORM"),
        (lambda t: t.update(on=None), "STATEMENT_FORM"),
        (lambda t: t.update(post="root "), "STATEMENT_FORM"),
        (lambda t: t.update(level="secret\n"), "STATEMENT_FORM"),
        (lambda t: t.update(at="2026-01-01T00:00:00Z"), "STATEMENT_FORM"),
        (lambda t: t.update(by="../li"), "STATEMENT_FORM"),
        (lambda t: t.update(body=None), "STATEMENT_FORM"),
        (lambda t: t.update(body=[]), "STATEMENT_FORM"),
    ],
)
def test_no_other_content(spoil: Spoil, expected: str | None) -> None:
    made = tree(encode(SAMPLES["request"]))
    spoil(made)
    if expected is None:
        assert decode(canonical(made)) == SAMPLES["request"]
    else:
        assert code(canonical(made)) == expected


def test_no_other_spelling() -> None:
    payload = encode(SAMPLES["request"])
    for other in (
        b" " + payload,
        payload + b"\n",
        b"\xef\xbb\xbf" + payload,
        payload.replace(b'"v":1', b'"v": 1'),
        payload.replace(b'"v":1', b'"v":1e0'),
        payload.replace(b'"kind"', b'"\\u006bind"'),
        payload.replace(b'{"at"', b'{"at":1,"at"', 1),
        json.dumps(tree(payload), sort_keys=True, separators=(",", ":")).encode(),
        payload + payload,
        payload[:-1],
        b"",
        b"null",
        b"[]",
        b"\xff",
        b'"\\ud800"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1" * 100_000,
    ):
        assert code(other) == "STATEMENT_FORM"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_digests_inside_bodies_have_their_form(kind: str) -> None:
    """Wherever a digest stands, another text in its place is refused."""
    payload = encode(SAMPLES[kind])
    found = {part for part in payload.split(b'"') if part.startswith(b"sha256:")}
    assert found
    for digest in found:
        assert code(payload.replace(digest, digest.upper())) == "STATEMENT_FORM"
        assert code(payload.replace(digest, digest[:-1])) == "STATEMENT_FORM"


@given(payload=STATEMENTS, place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=300, deadline=None)
def test_a_flipped_bit_gives_another_statement_or_none(
    payload: bytes, place: float, bit: int
) -> None:
    spoiled = bytearray(payload)
    spoiled[int(place * len(payload))] ^= 1 << bit
    try:
        found = decode(bytes(spoiled))
    except Problem:
        return
    assert found.id == sha256(bytes(spoiled)) != sha256(payload)
    assert encode(found) == spoiled


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def paths(made: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = made.items() if isinstance(made, dict) else enumerate(made)
    found = [path] if path else []
    for key, value in inner if isinstance(made, dict | list) else ():
        found += paths(value, (*path, key)) if isinstance(value, dict | list) else [(*path, key)]
    return found


@given(payload=STATEMENTS, value=JSON, data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_value_in_any_place_is_taken_or_refused(
    payload: bytes, value: Any, data: st.DataObject
) -> None:
    made = tree(payload)
    *path, last = data.draw(st.sampled_from(paths(made)))
    holder = made
    for step in path:
        holder = holder[step]
    holder[last] = value
    try:
        spoiled = canonical(made)
    except UnicodeEncodeError:
        return
    try:
        found = decode(spoiled)
    except Problem as problem:
        assert problem.code in {"STATEMENT_FORM", "STATEMENT_KIND", "STATEMENT_VERSION"}
    else:
        assert encode(found) == spoiled


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    assert code(noise) == "STATEMENT_FORM"


def test_the_nonce_makes_two_of_a_kind_differ() -> None:
    request = SAMPLES["request"]
    assert replace(request, nonce="1" * 32) != request
    assert encode(replace(request, nonce="1" * 32)) != encode(request)
    assert text(NOW) != text(ASKED)


def test_what_came_later_leaves_earlier_statements_as_they_are() -> None:
    """Fields that say nothing are not written, so ids from before they were there still hold."""
    paper = PaperUnit()
    request = paper.request()
    for statement in (request, paper.decide(request), *paper.registry.values()):
        written = encode(statement)
        for name in (b'"origin"', b'"window"', b'"source"', b'"filing"', b'"elements"', b'"flow"'):
            assert name not in written
        assert b'"consent_to_void"' not in written and b'"ticks_before_sealing"' not in written
        assert decode(written) == statement


def test_what_came_later_is_written_where_it_says_something() -> None:
    paper = PaperUnit()
    source = SourceFile(sha256(b"words"), 5, "docx")
    asked = grant()
    asked = replace(asked, documents=(replace(asked.documents[0], source=source),))
    request = paper.request(asked, matter=Matter(origin=Origin.FORWARDED))
    paper.publish(2, policy=paper.with_settings(consent_to_void=True, ticks_before_sealing=False))
    paper.publish(3, seal_official=replace(paper.seal_record, filing="公备2026-7"))
    for statement in (request, paper.decide(request), *paper.registry.values()):
        assert decode(encode(statement)) == statement
    assert b'"forwarded"' in encode(request) and b'"docx"' in encode(paper.decide(request))
