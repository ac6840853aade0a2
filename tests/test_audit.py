"""The auditor's ledger: asked, checked, copied out, compared; and nobody else's (AC-12, RE-11)."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from demo_pilot import at_home
from demo_unit import DemoUnit, copied
from hypothesis import given
from hypothesis import strategies as st
from pki import openssl
from station_kit import code_of, held, lasting_jail, pin_of, station_of

from airseal.duties.sealing import CHECKS
from airseal.evidence.logs import Head, LogLine, LogWriter, open_log
from airseal.evidence.wire import KINDS
from airseal.model.digest import Digest, sha256
from airseal.model.problem import Problem
from airseal.station import Station
from airseal.store import Query
from airseal.text import use_language
from airseal.words.event import EVENTS, FACTS, GROUPS, STATEMENTS

AUDITOR = "auditor"


@pytest.fixture(scope="module", autouse=True)
def _jail() -> Iterator[None]:
    with lasting_jail():
        yield


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    use_language("zh_CN")
    yield
    use_language("zh_CN")


@pytest.fixture(scope="module")
def unit(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoUnit]:
    """A custodian's station that has something to tell: an import, a look, a sealing."""
    with copied(built_demo, tmp_path_factory.mktemp("audit") / "unit") as unit:
        with station_of(unit, "custodian") as station:
            (case,) = station.import_file(unit.waiting(1)).cases[:1]
            station.read(case)
            with station.signing(pin_of(unit, "custodian")) as signer:
                station.seal(case, signer, checked=CHECKS)
        yield unit


@pytest.fixture
def auditor(unit: DemoUnit) -> Iterator[Station]:
    with station_of(unit, AUDITOR) as station:
        yield station


@pytest.fixture
def copy(unit: DemoUnit, auditor: Station, tmp_path: Path) -> Path:
    with auditor.signing(pin_of(unit, AUDITOR)) as signer:
        return auditor.audit.export(signer, Query(), tmp_path).path


# Asking


def test_a_sealing_is_found_by_seal_person_title_document_kind_and_time(auditor: Station) -> None:
    ask = auditor.audit
    sealing = ask.page(Query(kinds=frozenset({"sealing"}))).rows[0]
    entry, title = ask.entry(sealing.sequence)
    assert title is not None
    assert title.startswith("关于")
    assert ask.titles([sealing]) == {sealing.case: title}
    output = Digest(str(entry.facts["output"]))
    for query in (
        Query(seal="bureau-official"),
        Query(person="zhang"),
        Query(document=output),
        Query(case=sealing.case),
        Query(since=sealing.at, until=None),
    ):
        assert sealing.sequence in {row.sequence for row in ask.page(query).rows}, query
    found = ask.page(Query(text=title[2:5], kinds=frozenset({"request"}))).rows
    assert sealing.case in {row.case for row in found}
    assert ask.count(Query(seal="bureau-official", until=sealing.at)) < ask.count(Query())
    assert ask.page(Query(text="没有这样的标题")).rows == ()


def test_pages_join_up_and_counters_count(auditor: Station) -> None:
    ask = auditor.audit
    joined, before = [], None
    while True:
        page = ask.page(Query(), before, 7)
        joined += [row.sequence for row in page.rows]
        before = page.following
        if before is None:
            break
    assert joined == list(range(ask.count(Query()), 0, -1))
    kinds = {name: group for name, (_, group) in GROUPS.items()}
    told = ask.counters(kinds)
    assert told["sealing"] >= 1
    assert told == {name: ask.count(Query(kinds=group)) for name, group in kinds.items()}


def test_the_chain_is_read_from_the_first_entry_and_that_is_recorded(auditor: Station) -> None:
    before = auditor.audit.count(Query())
    steps: list[int] = []
    auditor.report_to(lambda done, total, what: steps.append(total))
    assert auditor.audit.check_chain() == before
    assert steps[0] == before
    (found,) = auditor.audit.page(Query(kinds=frozenset({"chain-checked"})), limit=1).rows
    assert found.sequence == before + 1


@pytest.mark.parametrize("post", ["custodian", "system-admin", "security-admin", "clerk"])
def test_nobody_else_reads_the_ledger_and_trying_is_overreach(
    unit: DemoUnit, post: str, tmp_path: Path
) -> None:
    with station_of(unit, post) as station:
        ask = station.audit
        attempts: list[Callable[[], object]] = [
            lambda: ask.page(Query()),
            lambda: ask.count(Query()),
            lambda: ask.counters({}),
            lambda: ask.titles([]),
            lambda: ask.entry(1),
            ask.check_chain,
            lambda: ask.export(None, Query(), tmp_path),  # type: ignore[arg-type]  # never used
            lambda: ask.compare(tmp_path),
            lambda: ask.take(tmp_path),
            ask.foreign,
            lambda: ask.foreign_lines(sha256(b"")),
        ]
        assert [code_of(attempt) for attempt in attempts] == ["RIGHT_MISSING"] * len(attempts)
    entries = held(unit, "custodian").entries
    mine = [one for one in entries if one.kind == "overreach" and one.by == unit.person(post)["id"]]
    assert [one.facts["right"] for one in mine] == ["audit"] * len(attempts)


# A copy


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def rewritten(path: Path, change: Callable[[list[LogLine]], object], **head: object) -> Path:
    """The copy as somebody forges it who knows the form: changed, and with a right digest."""
    log = open_log(io.BytesIO(path.read_bytes()))
    lines = list(log.lines())
    change(lines)
    out = io.BytesIO()
    told = {"count": len(lines), **head}
    writer = LogWriter(out, msgspec.structs.replace(log.head, **told))
    for line in lines:
        writer.add(line)
    writer.end()
    forged = path.with_name("伪造.airseal-log")
    forged.write_bytes(out.getvalue())
    return forged


def test_a_copy_is_json_lines_with_digest_and_signature(
    unit: DemoUnit, auditor: Station, copy: Path
) -> None:
    head, *entries, foot = lines_of(copy)
    assert (head["station"], head["by"], head["whole"]) == ("custodian", "zheng", True)
    assert head["size"] == head["count"] == len(entries)
    content = copy.read_bytes()
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    assert foot == {"digest": sha256(content[:last])}
    assert [one["sequence"] for one in entries] == list(range(1, len(entries) + 1))
    signature = copy.with_name(copy.name + ".p7s")
    checked = openssl(
        *("cms", "-verify", "-noverify", "-binary", "-inform", "DER"),
        *("-in", signature, "-content", copy, "-out", "/dev/null"),
    )
    assert checked.returncode == 0, checked.stderr
    (event,) = auditor.audit.page(Query(kinds=frozenset({"log-exported"})), limit=1).rows
    facts = auditor.audit.entry(event.sequence)[0].facts
    assert facts["digest"] == sha256(content)
    assert (facts["entries"], facts["whole"]) == (len(entries), True)


def test_a_copy_agrees_with_the_ledger_it_came_from(auditor: Station, copy: Path) -> None:
    found = auditor.audit.compare(copy)
    assert (found.first, found.differences, found.signer) == (None, 0, "zheng")
    assert found.same == len(lines_of(copy)) - 2
    assert found.since >= 1, "the export itself is an entry"
    again = auditor.audit.compare(copy)
    assert (again.first, again.since) == (None, found.since + 1)


def test_a_part_of_the_ledger_can_be_copied_and_compared(
    unit: DemoUnit, auditor: Station, tmp_path: Path
) -> None:
    wanted = Query(kinds=frozenset({"sealing", "request"}))
    with auditor.signing(pin_of(unit, AUDITOR)) as signer:
        made = auditor.audit.export(signer, wanted, tmp_path)
    head, *entries, _ = lines_of(made.path)
    assert head["whole"] is False
    assert len(entries) == made.entries == auditor.audit.count(wanted)
    assert auditor.audit.compare(made.path).first is None


@pytest.mark.parametrize("where", [0, 5, -1])
def test_every_change_is_named(auditor: Station, copy: Path, where: int) -> None:
    def changed(lines: list[LogLine]) -> None:
        lines[where] = msgspec.structs.replace(lines[where], by="nobody")

    def removed(lines: list[LogLine]) -> None:
        del lines[where]

    def invented(lines: list[LogLine]) -> None:
        last = lines[-1]
        lines.append(msgspec.structs.replace(last, sequence=last.sequence + 10_000))

    size = len(lines_of(copy)) - 2
    sequence = where + 1 if where >= 0 else size
    found = auditor.audit.compare(rewritten(copy, changed))
    assert (found.changed, found.missing, found.added) == ((sequence,), (), ())
    assert (found.first, found.signer) == (sequence, None)
    found = auditor.audit.compare(rewritten(copy, removed))
    assert (found.changed, found.missing, found.added) == ((), (), (sequence,))
    found = auditor.audit.compare(rewritten(copy, invented, size=size + 10_000))
    assert found.missing == (size + 10_000,)


def test_a_ledger_with_another_root_is_not_the_same(auditor: Station, copy: Path) -> None:
    forged = rewritten(copy, lambda _: None, root=sha256(b"another"))
    assert auditor.audit.compare(forged).first is not None


def test_what_is_no_whole_copy_is_refused(auditor: Station, copy: Path, tmp_path: Path) -> None:
    content = copy.read_bytes()
    bad = tmp_path / "坏.airseal-log"
    flipped = content.replace(b'"by":"zhang"', b'"by":"zhong"', 1)
    cut = b"".join(content.splitlines(keepends=True)[:-1])
    for forged, code in (
        (flipped, "LOG_DIGEST"),
        (content[:-5], "LOG_FORM"),
        (cut, "LOG_FORM"),
        (content + b"x", "LOG_FORM"),
        (b"", "LOG_FORM"),
    ):
        assert forged != content
        bad.write_bytes(forged)
        assert code_of(lambda: auditor.audit.compare(bad)) == code
    other = rewritten(copy, lambda _: None, station="officer")
    assert code_of(lambda: auditor.audit.compare(other)) == "LOG_OTHER_STATION"


HEAD = Head(1, "bureau", "officer", "wang", "2026-11-22T20:00:00+08:00", 3, sha256(b""), 1, True)


@given(st.binary(max_size=200), st.integers(0, 400), st.binary(max_size=8))
def test_nothing_hostile_gets_past_the_form(junk: bytes, at: int, spliced: bytes) -> None:
    out = io.BytesIO()
    writer = LogWriter(out, HEAD)
    writer.add(LogLine(1, "2026-11-22T20:00:00+08:00", "wang", "login", None, None, {}, "00"))
    writer.end()
    honest = out.getvalue()
    assert len(list(open_log(io.BytesIO(honest)).lines())) == 1
    for hostile in (junk, honest[:at] + spliced + honest[at:], honest[:at] + spliced):
        if hostile == honest:
            continue
        with pytest.raises(Problem, match="LOG_"):
            open_log(io.BytesIO(hostile))


# Other stations


def of_officer(path: Path, at: str) -> Path:
    out = io.BytesIO()
    writer = LogWriter(out, msgspec.structs.replace(HEAD, at=at))
    writer.add(LogLine(1, at, "wang", "login", None, None, {"title": "[b]标题"}, "00"))
    writer.end()
    path.write_bytes(out.getvalue())
    return path


def test_another_station_is_shown_as_of_its_newest_copy(
    auditor: Station, copy: Path, tmp_path: Path
) -> None:
    older = of_officer(tmp_path / "a.airseal-log", "2026-11-20T09:00:00+08:00")
    newer = of_officer(tmp_path / "b.airseal-log", "2026-11-21T09:00:00+08:00")
    for path in (older, newer):
        taken = auditor.audit.take(path)
        assert auditor.audit.foreign() == (taken,)
    assert (taken.station, taken.at, taken.signer) == (
        "officer",
        "2026-11-21T09:00:00+08:00",
        None,
    )
    (line,) = auditor.audit.foreign_lines(taken.digest)
    assert (line.by, line.kind) == ("wang", "login")
    assert code_of(lambda: auditor.audit.take(older)) == "LOG_OLDER"
    assert code_of(lambda: auditor.audit.take(copy)) == "LOG_OWN"


# At the keyboard, and on the command line


async def test_the_auditors_day(built_demo: DemoUnit, tmp_path: Path) -> None:
    with copied(built_demo, tmp_path / "unit") as unit:
        with station_of(unit, "custodian") as station:
            station.import_file(unit.waiting(1))
        async with at_home(unit, AUDITOR) as person:
            await person.press("l")
            assert person.name == "AuditScreen", person.screen
            assert "导入数据包" in person.screen
            assert "本次登录尚未核对" in person.screen
            await person.press("k")
            assert "完好" in person.screen, person.screen
            await person.press("enter")
            assert person.name == "EntryScreen"
            assert "通读核对台账" in person.screen
            await person.press("escape", "s")
            assert person.name == "SearchScreen"
            await person.press("down", "down", "down", "right", "f9")
            assert person.name == "AuditScreen"
            assert "用印" in person.screen
            assert "导入数据包" not in person.screen
            await person.press("e")
            await person.type(unit.person(AUDITOR)["pin"])
            await person.press("enter")
            (made,) = unit.usb.glob("*.airseal-log")
            assert made.name in person.screen, person.screen
            await person.press("y", "enter")
            assert person.name == "ComparedScreen", person.screen
            assert "副本与台账一致" in person.screen
            await person.press("escape", "o")
            of_officer(unit.usb / "a.airseal-log", "2026-11-20T09:00:00+08:00")
            await person.press("i", "home", "enter")
            assert "示范市数据局 / officer" in person.screen, person.screen
            await person.press("enter")
            assert person.name == "ForeignLedgerScreen"
            assert "[b]标题" in person.screen
            assert not person.errors


async def test_the_key_is_the_auditors_alone(unit: DemoUnit) -> None:
    async with at_home(unit, "custodian") as person:
        await person.press("l")
        assert person.name == "HomeScreen"


def test_the_commands(unit: DemoUnit, tmp_path: Path) -> None:
    def run(*arguments: str | Path) -> tuple[int, object]:
        ran = unit.run(AUDITOR, "audit", *arguments)
        return ran.status, ran.json

    status, told = run("query", "--kind", "sealing")
    assert status == 0
    assert told["count"] >= 1  # type: ignore[index]  # JSON
    status, told = run("export", "--out", tmp_path)
    assert status == 0
    path = Path(told["path"])  # type: ignore[index]  # JSON
    status, told = run("compare", path)
    assert (status, told["first"], told["signer"]) == (0, None, "zheng")  # type: ignore[index]
    forged = rewritten(path, lambda lines: lines.pop(2))
    status, told = run("compare", forged)
    assert (status, told["first"]) == (1, 3)  # type: ignore[index]  # JSON


# Words


def test_every_kind_has_a_word_and_every_group_knows_its_kinds() -> None:
    assert set(STATEMENTS) == set(KINDS)
    for _, kinds in GROUPS.values():
        assert kinds <= {*STATEMENTS, *EVENTS}


def test_every_fact_in_a_ledger_has_words(built_demo):
    names = {
        name
        for post in ("drafter", "officer", "custodian", "checker", "authority")
        for entry in held(built_demo, post).entries
        for name in entry.facts
    }
    assert {"title", "clearance", "door"} <= names
    assert names - set(FACTS) == set()
