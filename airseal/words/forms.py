"""The words of the forms that are printed and signed by hand (AP-11, AP-12, BK-07).

《电子印章使用申请表》, 《传统印章使用申请表》 and 转纸质办理单: one function each; which one a case
needs follows from what it is.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from airseal.model.approvals import Rung
from airseal.model.case import Facts, Status
from airseal.model.digest import to_hex
from airseal.model.flow import Fallback, Reconciliation
from airseal.model.matter import Way
from airseal.model.paperform import Box, Pair, PaperForm
from airseal.model.request import Decision, RecipientRole
from airseal.model.statement import Statement
from airseal.text import (
    Phrase,
    digest_words,
    enumerated,
    level_name,
    moment,
    phrase,
    plural,
    role_name,
    when,
)
from airseal.words.cases import OUTCOMES

_OPINION_LINES: Final = 2


class Names(Protocol):
    """What the registry calls people, units, seals and kinds."""

    def person_name(self, person: str) -> str:
        """A person's name."""

    def unit_name(self, unit: str) -> str:
        """A unit's name."""

    def seal_name(self, seal: str) -> str:
        """A seal's name."""

    def kind_name(self, kind: str) -> str:
        """A kind of paper."""


def form_of(facts: Facts, status: Status, names: Names, *, demo: bool) -> PaperForm:
    """The form that goes with a case: of its fallback, or else of its request."""
    fallback = next((s for s in facts.flows if isinstance(s.body, Fallback)), None)
    if fallback is not None:
        return _fallback(facts, fallback, names, demo)
    if facts.asked.matter.way is Way.TRADITIONAL:
        title, name = phrase("Application for the use of a traditional seal"), "traditional"
        closing = [_signed(phrase("Sealed by the custodian"), phrase("Copies sealed: ______"))]
    else:
        title, name = phrase("Application for the use of an electronic seal"), "application"
        closing = []
    rows = [
        *_request(facts, names),
        *_approvals(status, names, by_hand=facts.asked.matter.way is Way.TRADITIONAL),
        *closing,
    ]
    return _form(name, title, facts, rows, demo)


def _form(name: str, title: Phrase, facts: Facts, rows: list[Box | Pair], demo: bool) -> PaperForm:
    digits = to_hex(facts.case)
    return PaperForm(
        name=f"{name}-{digits[:12]}.pdf",
        title=str(title),
        number=str(phrase("Case {number}", number=digits[:12])),
        rows=tuple(rows),
        footer=str(
            phrase(
                "Printed from the signed statements of case {case}; they decide, not this form.",
                case=digits,
            )
        ),
        signature=str(phrase("Signature: ____________  Day: ______-____-____")),
        warning=str(phrase("DEMONSTRATION, without legal effect")) if demo else "",
    )


def _request(facts: Facts, names: Names) -> Iterator[Box | Pair]:
    asked, request = facts.asked, facts.request
    grant = asked.grant
    seals = dict.fromkeys(names.seal_name(p.seal) for d in grant.documents for p in d.seals)
    yield box(phrase("Title"), asked.title)
    yield box(phrase("Purpose"), asked.purpose, 2)
    yield box(phrase("Seal"), enumerated(seals))
    yield Pair(
        box(phrase("Kind of paper"), names.kind_name(asked.matter.kind)),
        box(phrase("Document number"), asked.matter.symbol),
    )
    yield Pair(
        box(phrase("Copies"), str(grant.copies)), box(phrase("Level"), level_name(request.level))
    )
    for role, label in (
        (RecipientRole.MAIN, phrase("Main recipient")),
        (RecipientRole.COPY, phrase("Copy recipient")),
    ):
        units = [names.unit_name(one.unit) for one in grant.recipients if one.role is role]
        if units:
            yield box(label, enumerated(units))
    yield Pair(
        box(phrase("Requested at"), moment(request.time)),
        box(phrase("Use until"), when(grant.until) if grant.until else phrase("no limit")),
    )
    for document in grant.documents:
        pages = plural("{n} page", "{n} pages", document.pages)
        yield box(phrase("Document"), f"{pages}\n{digest_words(document.digest)}")
    if asked.emergency is not None:
        yield box(phrase("Emergency"), asked.emergency)
    yield box(
        phrase("Declaration"),
        phrase(
            "{name} declares that the content is true, lawful and complete.",
            name=names.person_name(request.by),
        ),
    )


def _approvals(status: Status, names: Names, *, by_hand: bool) -> Iterator[Box]:
    """Every approval the policy pack asks, with what was said, or room to say it."""
    for rung in status.ladder.rungs:
        for statement in rung.given:
            yield box(_asked_of(rung), _said(statement, names), _OPINION_LINES)
        for _ in range(rung.missing):
            if by_hand:
                yield _signed(_asked_of(rung), "", _OPINION_LINES)
            else:
                yield box(_asked_of(rung), phrase("not given yet"))
    for role in status.unconfirmed:
        yield _signed(phrase("Confirmed after use"), role_name(role))


def _asked_of(rung: Rung) -> Phrase:
    return role_name(rung.role)


def _said(statement: Statement, names: Names) -> str:
    decision = statement.body
    assert isinstance(decision, Decision)
    lines = [str(Phrase(OUTCOMES[decision.outcome])), decision.reason]
    who = phrase(
        "{name}, {at} (local time)",
        name=names.person_name(statement.by),
        at=moment(statement.time),
    )
    if decision.delegation is not None:
        who = phrase(
            "{name}, authorised representative, delegation {id}",
            name=who,
            id=to_hex(decision.delegation)[:8],
        )
    return "\n".join(line for line in (*lines, str(who)) if line)


def _fallback(facts: Facts, statement: Statement, names: Names, demo: bool) -> PaperForm:
    """BK-07: why this paper goes by paper, who was told, and how the matter ended."""
    told = statement.body
    assert isinstance(told, Fallback)
    grant = facts.asked.grant
    ended = next((s.body for s in facts.flows if isinstance(s.body, Reconciliation)), None)
    units = enumerated(names.unit_name(one.unit) for one in grant.recipients)
    by = phrase(
        "{name}, {at} (local time)",
        name=names.person_name(statement.by),
        at=moment(statement.time),
    )
    rows: list[Box | Pair] = [
        box(phrase("Title"), facts.asked.title),
        box(phrase("Recipients"), units),
        Pair(
            box(phrase("Copies"), str(grant.copies)),
            box(phrase("Level"), level_name(facts.request.level)),
        ),
        box(phrase("Incident number"), told.incident),
        box(phrase("What failed"), told.symptom, 2),
        box(phrase("Why it cannot wait"), told.reason, 2),
        box(phrase("Who was told"), told.told),
        box(phrase("Gone over to paper by"), by),
        _signed(phrase("Reported to and agreed by"), "", _OPINION_LINES),
        box(phrase("Cause"), ended.cause if ended else "", 2),
        box(phrase("Repair"), ended.repair if ended else "", 2),
        _signed(
            phrase("Copies sealed on paper"), str(ended.copies) if ended else "", _OPINION_LINES
        ),
        box(
            phrase("Attention"),
            phrase("This paper is never sealed electronically as well (BK-07)."),
        ),
    ]
    return _form("fallback", phrase("Slip for going over to paper"), facts, rows, demo)


def box(label: Phrase, text: object, lines: int = 1) -> Box:
    """A box of a form: its label, and what is written in it."""
    return Box(str(label), str(text), lines)


def _signed(label: Phrase, text: object, lines: int = 1) -> Box:
    return Box(str(label), str(text), lines, signed=True)
