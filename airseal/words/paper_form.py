"""Forms as rows of words: what a printed sheet says of a case (T-1, BK-07, AP-12), and returns.

Each row is a label and a value. Whoever prints or shows them lays them out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from airseal.model.case import Status
from airseal.model.facts import Facts
from airseal.model.flow import Fallback, SendBack
from airseal.model.format import CODES, Element
from airseal.model.matter import Way
from airseal.model.people import Role
from airseal.model.request import Decision, Outcome
from airseal.text import (
    Phrase,
    Shown,
    digest_words,
    enumerated,
    level_name,
    moment,
    phrase,
    role_name,
)
from airseal.words.cases import FINDINGS, OUTCOMES, ROLES, SEND_BACK_REASONS

Row = tuple[Phrase, Shown]


@dataclass(frozen=True, slots=True)
class Names:
    """How people, units, seals and kinds of paper are called at this station."""

    person: Callable[[str], str]
    unit: Callable[[str], str]
    seal: Callable[[str], str]
    kind: Callable[[str], str]


def use_form(facts: Facts, status: Status, names: Names) -> Iterator[Row]:
    """用印审批单: the request with its approvals, and why it went to paper if it did (BK-07)."""
    asked = facts.asked
    yield phrase("Number"), facts.case.removeprefix("sha256:")[:12]
    yield phrase("Requested by"), names.person(facts.request.by)
    yield phrase("Requested at"), moment(facts.request.time)
    yield phrase("Title"), asked.title
    yield phrase("Purpose"), asked.purpose
    yield phrase("Kind of paper"), names.kind(asked.matter.kind)
    if asked.matter.symbol:
        yield phrase("Document number"), asked.matter.symbol
    yield phrase("Level"), level_name(facts.request.level)
    seals = sorted({place.seal for one in asked.grant.documents for place in one.seals})
    yield phrase("Seal"), enumerated(map(names.seal, seals))
    yield phrase("Copies"), str(status.grant.copies)
    for recipient in status.grant.recipients:
        yield Phrase(ROLES[recipient.role]), names.unit(recipient.unit)
    for document in asked.grant.documents:
        yield phrase("Digest"), digest_words(document.digest)
    if asked.matter.way is Way.TRADITIONAL:
        yield phrase("Way"), phrase("Traditional seal on paper")
    for statement in status.approvals:
        assert isinstance(statement.body, Decision)
        words = phrase(
            "{role} {name}, {at}: {reason}",
            role=role_name(statement.body.role),
            name=names.person(statement.by),
            at=moment(statement.time),
            reason=statement.body.reason,
        )
        yield phrase("Approved by"), words
    for statement in facts.flows:
        if isinstance(statement.body, Fallback):
            yield phrase("Incident number"), statement.body.incident
            yield phrase("What failed"), statement.body.symptom
            yield phrase("Who was told"), statement.body.told
            yield phrase("Why it cannot wait"), statement.body.reason
            yield phrase("Gone over to paper"), moment(statement.time)


def return_text(
    facts: Facts, status: Status, lacking: tuple[Element, ...], names: Names
) -> Iterator[Row]:
    """退回补正 or 退签, as it is told to the drafter: who, why, what is wrong, what to do next.

    ``lacking`` is what the paper lacks of a 公文 (DC-16).
    """
    yield phrase("Title"), facts.asked.title
    yield phrase("Drafter"), names.person(facts.request.by)
    for opinion in status.opinions:
        body = opinion.statement.body
        assert isinstance(body, Decision)
        if opinion.problem is None and body.outcome is not Outcome.APPROVE:
            yield Phrase(OUTCOMES[body.outcome]), _why(body.role, opinion.statement.by, names)
            yield phrase("Reason"), body.reason
    for opinion in status.flows:
        body = opinion.statement.body
        if opinion.problem is None and isinstance(body, SendBack):
            yield Phrase(SEND_BACK_REASONS[body.category]), names.person(opinion.statement.by)
            yield phrase("Reason"), body.reason
    for element in lacking:
        yield phrase("To correct"), Phrase(FINDINGS[CODES[element]])
    yield (
        phrase("Next"),
        phrase("Correct the document and request the corrected version of this case."),
    )


def _why(role: Role, person: str, names: Names) -> Phrase:
    return phrase("{name} ({role})", name=names.person(person), role=role_name(role))
