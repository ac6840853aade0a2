"""Questions after a case as the ledger tells them: who asked, what was answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from airseal.model.case import CaseState
from airseal.model.digest import Digest, parse_digest
from airseal.model.question import Answer, Question
from airseal.model.statement import Statement
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

_QUESTIONS: Final = "questions"


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered: where the case stood at ``station`` ``at`` (截至); by which statement.

    ``state`` is None when the case was not held there.
    """

    station: str
    at: str
    state: CaseState | None
    answer: Digest


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, who asked it when, and the answers that are held here.

    ``mine`` says that it was asked at this station.
    """

    question: Digest
    about: Digest
    station: str
    at: str
    mine: bool
    told: tuple[Told, ...]


def question_facts(statement: Statement) -> dict[str, JsonValue]:
    """What the ledger's entry of a question or an answer says in the open."""
    facts: dict[str, JsonValue] = {
        "author": f"{statement.unit}/{statement.station}",
        "signed": statement.at,
    }
    match statement.body:
        case Question(about=about):
            return facts | {"about": about}
        case Answer(question=question, about=about, state=state):
            return facts | {"about": about, "question": question, "state": state}
        case _:
            raise AssertionError


def project_questions(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """A question opens a row; each answer is written into it, in any order."""
    facts = entry.facts
    if entry.kind != "statement" or facts.get("kind") not in ("question", "answer"):
        return
    if facts.get("parked"):
        return
    here = str(entry.statement_id)
    key = here if facts["kind"] == "question" else str(facts["question"])
    held = desk.get(_QUESTIONS, key)
    row = held if isinstance(held, dict) else {"about": facts["about"]}
    if facts["kind"] == "question":
        row = {**row, "about": facts["about"], "station": facts["author"], "at": facts["signed"]}
    elif row["about"] == facts["about"]:
        told = row.get("told")
        answers = told if isinstance(told, dict) else {}
        answer: JsonValue = {
            "at": facts["signed"],
            "state": facts["state"],
            "id": here,
        }
        row = {**row, "told": {**answers, str(facts["author"]): answer}}
    yield DeskWrite(_QUESTIONS, key, row)


def questions(desk: DeskView) -> tuple[Asked, ...]:
    """All questions, those that wait for an answer from here first, then the newest."""
    own = desk.get("station", "facts")
    here = f"{own['unit']}/{own['id']}" if isinstance(own, dict) else ""
    rows = [
        Asked(
            question=parse_digest(key),
            about=parse_digest(str(row["about"])),
            station=str(row["station"]),
            at=str(row["at"]),
            mine=row["station"] == here,
            told=tuple(_told(row.get("told"))),
        )
        for key, row in desk.items(_QUESTIONS)
        if isinstance(row, dict) and "station" in row
    ]
    newest = sorted(rows, key=lambda one: one.at, reverse=True)
    return tuple(sorted(newest, key=lambda one: one.mine or bool(one.told)))


def _told(told: JsonValue) -> Iterator[Told]:
    for station, row in told.items() if isinstance(told, dict) else ():
        assert isinstance(row, dict)
        state = None if row["state"] is None else CaseState(str(row["state"]))
        yield Told(station, str(row["at"]), state, parse_digest(str(row["id"])))
