"""What a case says, as rows for a person to read before they decide, seal or check."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from airseal.errors import explain
from airseal.model.approvals import Rung
from airseal.model.case import CaseState, Opinion
from airseal.model.matter import Importance, Matter, Origin, Way
from airseal.model.physical import walked
from airseal.model.request import (
    Decision,
    PlaceRule,
    RecipientRole,
    Sealing,
    SealPlace,
)
from airseal.model.statement import Statement
from airseal.screens.case_flows import flow_facts, stamp_facts
from airseal.screens.widgets.fact_table import Fact
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import (
    Phrase,
    Shown,
    day,
    digest_words,
    enumerated,
    file_size,
    labelled,
    level_name,
    mark,
    millimetres,
    moment,
    phrase,
    plural,
    role_name,
    special_name,
)
from airseal.words.cases import CASE_STATES, OUTCOMES, as_reference
from airseal.words.policy import IMPORTANCES, ORIGINS, SUBJECTS, WAYS

_PLACE_RULES = {
    PlaceRule.SIGNATURE_BLOCK: mark("on the signature block"),
    PlaceRule.COORDINATES: mark("at a chosen place"),
}
_LONG_TEXT = 2_000


def case_facts(station: Station, view: CaseView) -> list[Fact]:
    """Everything the request asks for, and how far it has come."""
    return [
        *_what(station, view),
        *stamp_facts(station, view),
        *_grant(station, view),
        *_documents(view),
        *digest_facts(view),
        *approvers(station, view),
        *_sealings(station, view),
        *flow_facts(station, view),
        *_steps(station, view),
        _authority(view),
    ]


def in_short(station: Station, view: CaseView) -> list[Fact]:
    """The few rows that tell one case of a batch from the others."""
    grant = view.facts.asked.grant
    return [
        Fact(phrase("Title"), view.facts.asked.title, strong=True),
        *_seals(station, view),
        Fact(phrase("Copies"), str(grant.copies)),
        _recipients(station, view, RecipientRole.MAIN),
        Fact(phrase("Use until"), _until(grant.until)),
        *_documents(view),
    ]


def approvers(station: Station, view: CaseView) -> Iterator[Fact]:
    """The chain of decisions, each with its author, time and reason, and what is missing."""
    for opinion in view.status.opinions:
        yield Fact(phrase("Decision"), _opinion(station, opinion), strong=True)
    asking = view.status.state is CaseState.IN_APPROVAL
    turns = view.status.ladder.open if asking else ()
    for rung in view.status.ladder.rungs:
        words = _rung(rung, rung in turns) if asking or not rung.missing else _never_given(rung)
        yield Fact(phrase("Approval asked"), words, strong=rung in turns)
    for role in view.status.unconfirmed:
        yield Fact(phrase("To be confirmed after use"), role_name(role), strong=True)


def _steps(station: Station, view: CaseView) -> Iterator[Fact]:
    """The unit's own steps of its physical seal, each with person and time (AP-01)."""
    for taken in walked(station.flow_of(view.facts), view.facts, view.status):
        words: Shown = phrase("not yet")
        if (last := taken.last) is not None:
            name = station.person_name(last.by)
            words = phrase("{name}, {at}", name=name, at=moment(last.time))
        yield Fact(phrase("Step"), labelled(taken.step.id, words))


def _authority(view: CaseView) -> Fact:
    """Whether those who approved may issue this, and by which rows of the matrix (AP-03)."""
    rows = enumerated(view.status.ladder.rows)
    words = phrase("matches the policy pack ({rows})", rows=rows)
    if view.status.ladder.missing or view.status.missing_approvals:
        words = phrase("does NOT match the policy pack ({rows})", rows=rows)
        if view.status.state is CaseState.IN_APPROVAL:
            words = phrase("not all approvals of the policy pack yet ({rows})", rows=rows)
        elif not view.facts.sealings:
            words = phrase("never all approvals of the policy pack ({rows})", rows=rows)
    return Fact(phrase("Authority to issue"), words, strong=True)


def _matter(station: Station, matter: Matter) -> Iterator[Fact]:
    """What the authority matrix is asked about; what is as usual is left out."""
    yield Fact(phrase("Kind of paper"), station.kind_name(matter.kind))
    if matter.symbol:
        yield Fact(phrase("Document number"), matter.symbol)
    if matter.importance is not Importance.GENERAL:
        yield Fact(phrase("Importance"), Phrase(IMPORTANCES[matter.importance]), strong=True)
    if matter.subjects:
        names = enumerated(Phrase(SUBJECTS[one]) for one in matter.subjects)
        yield Fact(phrase("Touches"), names, strong=True)
    if matter.special is not None:
        yield Fact(phrase("Special matter"), special_name(matter.special), strong=True)
    if matter.way is Way.TRADITIONAL:
        yield Fact(phrase("Way"), Phrase(WAYS[matter.way]), strong=True)
    if matter.origin is not Origin.OWN:
        yield Fact(phrase("Text"), Phrase(ORIGINS[matter.origin]), strong=True)
    if matter.flow_ref:
        yield Fact(phrase("Flow number"), matter.flow_ref)


def _never_given(rung: Rung) -> Phrase:
    """Of a case that was stopped, it is nobody's turn, now or later."""
    return phrase("{role}: missing ({n})", role=role_name(rung.role), n=rung.missing)


def _rung(rung: Rung, turn: bool) -> Phrase:
    """One line of what the policy pack asks: who, and whether it is there."""
    role = role_name(rung.role)
    if not rung.missing:
        return phrase("{role}: given", role=role)
    if turn:
        return phrase("{role}: MISSING ({n}), now their turn", role=role, n=rung.missing)
    return phrase("{role}: missing ({n}), later", role=role, n=rung.missing)


def _what(station: Station, view: CaseView) -> Iterator[Fact]:
    yield Fact(phrase("Title"), view.facts.asked.title, strong=True, limit=_LONG_TEXT)
    state: Shown = Phrase(CASE_STATES[view.status.state])
    if view.unfinished:
        state = phrase("{state}; a sealing was begun and not finished", state=state)
    yield Fact(phrase("State"), state, strong=True)
    for problem in view.status.problems:
        yield Fact(phrase("Attention"), explain(problem).sentence, strong=True)
    yield Fact(phrase("Purpose"), view.facts.asked.purpose, limit=_LONG_TEXT)
    yield from _matter(station, view.facts.asked.matter)


def _grant(station: Station, view: CaseView) -> Iterator[Fact]:
    request, grant = view.facts.request, view.facts.asked.grant
    yield from _seals(station, view)
    yield Fact(phrase("Copies"), str(grant.copies), strong=True)
    yield _recipients(station, view, RecipientRole.MAIN)
    if any(recipient.role is RecipientRole.COPY for recipient in grant.recipients):
        yield _recipients(station, view, RecipientRole.COPY)
    yield Fact(phrase("Use until"), _until(grant.until))
    yield Fact(phrase("Level"), level_name(request.level))
    yield Fact(
        phrase("Requested by"),
        phrase("{name}, {at} (local time)", name=station.person_name(request.by), at=_at(request)),
    )


def _seals(station: Station, view: CaseView) -> Iterator[Fact]:
    for document in view.facts.asked.grant.documents:
        for place in document.seals:
            yield Fact(phrase("Seal"), _seal(station, place), strong=True)


def _seal(station: Station, place: SealPlace) -> Phrase:
    return phrase(
        "{seal}, {rule}: page {page}, {x} from the left, {y} from the top",
        seal=station.seal_name(place.seal),
        rule=Phrase(_PLACE_RULES[place.rule]),
        page=place.page,
        x=millimetres(place.x_um),
        y=millimetres(place.y_um),
    )


def _recipients(station: Station, view: CaseView, role: RecipientRole) -> Fact:
    labels = {
        RecipientRole.MAIN: phrase("Main recipient"),
        RecipientRole.COPY: phrase("Copy recipient"),
    }
    names = [
        station.unit_name(recipient.unit)
        for recipient in view.facts.asked.grant.recipients
        if recipient.role is role
    ]
    return Fact(labels[role], enumerated(names), strong=True)


def _documents(view: CaseView) -> Iterator[Fact]:
    """Each document; one without its seals is marked as what it is (DC-17)."""
    for document in view.facts.asked.grant.documents:
        words = phrase(
            "{pages}, {size}",
            pages=plural("{n} page", "{n} pages", document.pages),
            size=file_size(document.size),
        )
        unsealed = view.facts.is_reference(document.digest)
        yield Fact(phrase("Document"), as_reference(words) if unsealed else words, strong=unsealed)


def digest_facts(view: CaseView) -> Iterator[Fact]:
    """The digest of every document that is to be sealed: what was read is what is signed."""
    for document in view.facts.asked.grant.documents:
        yield Fact(phrase("Digest"), digest_words(document.digest))
        if (source := document.source) is not None:
            size = file_size(source.size)
            words = phrase("{size}, .{ending}", size=size, ending=source.ending)
            yield Fact(phrase("Made from"), words)
            yield Fact(phrase("Digest of the source"), digest_words(source.digest))


def _opinion(station: Station, opinion: Opinion) -> Phrase:
    decision = opinion.statement.body
    assert isinstance(decision, Decision)
    name: Shown = phrase(
        "{name} ({role})",
        name=station.person_name(opinion.statement.by),
        role=role_name(decision.role),
    )
    if decision.delegation is not None:
        name = phrase(
            "{name}, authorised representative, delegation {id}",
            name=name,
            id=decision.delegation.removeprefix("sha256:")[:8],
        )
    words = phrase(
        "{name}: {outcome}, {at} (local time)",
        name=name,
        outcome=Phrase(OUTCOMES[decision.outcome]),
        at=_at(opinion.statement),
    )
    if decision.reason:
        words = phrase("{decision}. {reason}", decision=words, reason=decision.reason)
    if opinion.problem is not None:
        words = phrase(
            "{decision} DOES NOT COUNT: {why}",
            decision=words,
            why=explain(opinion.problem).sentence,
        )
    return words


def _sealings(station: Station, view: CaseView) -> Iterator[Fact]:
    for statement in view.facts.sealings:
        if isinstance(statement.body, Sealing):
            words = phrase(
                "{seal}, by {name}, {at} (local time)",
                seal=station.seal_name(statement.body.seal),
                name=station.person_name(statement.by),
                at=_at(statement),
            )
            yield Fact(phrase("Sealed"), words, strong=True)
            yield Fact(phrase("Digest when sealed"), digest_words(statement.body.output))


def _at(statement: Statement) -> Phrase:
    return moment(statement.time)


def _until(until: str | None) -> Shown:
    if until is None:
        return phrase("no limit")
    with suppress(ValueError):
        return day(date.fromisoformat(until))
    return until


__all__ = ["approvers", "case_facts", "digest_facts", "in_short"]
