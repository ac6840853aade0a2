"""Accounts, use rights and retirements as this station's ledger tells them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from airseal.model.account import AccountAct, AccountFacts, AccountState
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.use import UseRight
from airseal.store import DeskView, DeskWrite, Entry, JsonValue, Query, Store

ACCOUNT_OPENED: Final = "account-opened"
ACCOUNT_CLOSED: Final = "account-closed"
APPOINTED: Final = "appointed"
PHONE_CHANGED: Final = "phone-changed"
PASSWORD_CHANGED: Final = "password-changed"
PASSWORD_RESET: Final = "password-reset"
PASSWORD_LEAKED: Final = "password-leaked"
OVERREACH: Final = "overreach"
STATION_LOCKED: Final = "station-locked"
USE_GRANTED: Final = "use-granted"
USE_ENDED: Final = "use-ended"
RECOVERY_ARRANGED: Final = "recovery-arranged"
TOKEN_ENROLLED: Final = "token-enrolled"
PIN_CHANGED: Final = "pin-changed"
PIN_UNLOCKED: Final = "pin-unlocked"
HANDOVER_IMPOSSIBLE: Final = "handover-impossible"

ACCOUNT_BOOK: Final = frozenset(
    {
        ACCOUNT_OPENED,
        ACCOUNT_CLOSED,
        APPOINTED,
        PHONE_CHANGED,
        PASSWORD_CHANGED,
        PASSWORD_RESET,
        PASSWORD_LEAKED,
    }
)
"""The entries that change the register of accounts."""

USE_BOOK: Final = frozenset({USE_GRANTED, USE_ENDED, HANDOVER_IMPOSSIBLE})
"""The entries that change the register of use rights."""

PEOPLE: Final = "people"
_USE: Final = "use-rights"
_RETIRING: Final = "retiring"

_ACTS: Final[Mapping[str, AccountAct]] = {
    ACCOUNT_CLOSED: AccountAct.CLOSE,
    PASSWORD_CHANGED: AccountAct.CHANGE_PASSWORD,
    PASSWORD_RESET: AccountAct.RESET_PASSWORD,
    PASSWORD_LEAKED: AccountAct.REPORT_LEAK,
}
_REMEMBERED: Final = 24
"""Old passwords that are remembered; more than any rule compares with."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which version of a register this is (E-12): its changes counted, and the last one's time."""

    number: int
    at: str


def edition(store: Store, book: frozenset[str]) -> Edition:
    """The version of a register that the station keeps of itself; ``book``: what changes it."""
    store.wait()
    query = Query(kinds=book)
    newest = store.index.page(query, limit=1).rows
    return Edition(store.index.count(query), newest[0].at.isoformat() if newest else "")


def project_accounts(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """What one entry changes in the tables of accounts, use rights and retirements."""
    facts = dict(entry.facts)
    match entry.kind:
        case "account-opened":
            yield DeskWrite(PEOPLE, str(facts["person"]), _opened(facts, entry.at))
        case "appointed":
            row = _known(desk, PEOPLE, str(facts["person"]))
            row |= {"post": facts["post"], "clearance": facts["clearance"], "appointed": entry.at}
            yield DeskWrite(PEOPLE, str(facts["person"]), row)
        case "phone-changed":
            person = str(facts["person"])
            row = {**_known(desk, PEOPLE, person), "phone": facts["phone"]}
            yield DeskWrite(PEOPLE, person, row)
        case "account-closed" | "password-changed" | "password-reset" | "password-leaked":
            person = str(facts["person"])
            row = _known(desk, PEOPLE, person)
            yield DeskWrite(PEOPLE, person, _stepped(row, _ACTS[entry.kind], facts, entry.at))
        case "use-granted":
            yield DeskWrite(_USE, _use_right(facts).key, facts)
        case "use-ended":
            key = f"{facts['person']} {facts['type']}"
            yield DeskWrite(_USE, key, {**_known(desk, _USE, key), "ended": True})
        case "handover-impossible":
            told = {**facts, "at": entry.at, "by": entry.by, "ground": "b"}
            yield DeskWrite(_RETIRING, str(facts["seal"]), told)
        case _:
            return


def _opened(facts: dict[str, JsonValue], at: str) -> dict[str, JsonValue]:
    state = AccountState.ACTIVE if facts["known"] else AccountState.INITIAL
    row = {key: facts[key] for key in ("person", "name", "phone", "post", "clearance", "known")}
    begun: dict[str, JsonValue] = {"state": state, "since": at, "appointed": at}
    return {**row, **begun, "passwords": [facts["remembered"]]}


def _stepped(
    row: dict[str, JsonValue], act: AccountAct, facts: dict[str, JsonValue], at: str
) -> dict[str, JsonValue]:
    step = _facts_of(row).done(act, datetime.fromisoformat(at))
    before = row["passwords"]
    assert isinstance(before, list)
    passwords: list[JsonValue] = before
    if "remembered" in facts:
        passwords = [facts["remembered"], *before][:_REMEMBERED]
    since = step.since.isoformat()
    return {**row, "state": step.state, "known": step.known, "since": since, "passwords": passwords}


def account_facts(desk: DeskView, person: str) -> AccountFacts:
    """One account; raises ``Problem("PERSON_UNKNOWN", person=…)``."""
    row = desk.get(PEOPLE, person)
    if not isinstance(row, dict):
        raise Problem("PERSON_UNKNOWN", person=person)
    return _facts_of(row)


def account_name(desk: DeskView, person: str) -> str:
    """The name of whoever has or had an account here, or the id itself."""
    row = desk.get(PEOPLE, person)
    return str(row["name"]) if isinstance(row, dict) else person


def all_accounts(desk: DeskView) -> Iterator[AccountFacts]:
    """Every account there ever was here, closed ones too."""
    for person, _ in desk.items(PEOPLE):
        yield account_facts(desk, person)


def appointed_on(desk: DeskView, person: str) -> str:
    """The day since which a person holds the post of now, as the ledger tells it."""
    return str(_known(desk, PEOPLE, person)["appointed"])[:10]


def remembered_passwords(desk: DeskView, person: str) -> Iterable[str]:
    """The slow hashes of a person's passwords, newest first."""
    passwords = _known(desk, PEOPLE, person)["passwords"]
    assert isinstance(passwords, list)
    return [str(each) for each in passwords]


def use_rights(desk: DeskView) -> Iterator[UseRight]:
    """Every use right that was granted here and not replaced."""
    for _, row in desk.items(_USE):
        assert isinstance(row, dict)
        yield _use_right(row)


def retiring(desk: DeskView) -> Mapping[str, str]:
    """Seals whose retirement was opened here, with the person who could not hand them over."""
    rows = {seal: _known(desk, _RETIRING, seal) for seal, _ in desk.items(_RETIRING)}
    return {seal: str(row["person"]) for seal, row in rows.items()}


def _facts_of(row: dict[str, JsonValue]) -> AccountFacts:
    return AccountFacts(
        person=str(row["person"]),
        name=str(row["name"]),
        phone=str(row["phone"]),
        post=None if row["post"] is None else Post(str(row["post"])),
        clearance=Level(str(row["clearance"])),
        state=AccountState(str(row["state"])),
        since=datetime.fromisoformat(str(row["since"])),
        known=bool(row["known"]),
    )


def _use_right(row: Mapping[str, JsonValue]) -> UseRight:
    return UseRight(
        person=str(row["person"]),
        seal_type=str(row["type"]),
        start=str(row["start"]),
        end=str(row["end"]),
        basis=str(row["basis"]),
        ended=bool(row.get("ended")),
    )


def _known(desk: DeskView, table: str, key: str) -> dict[str, JsonValue]:
    row = desk.get(table, key)
    assert isinstance(row, dict)
    return dict(row)
