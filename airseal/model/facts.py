"""The facts of a case (用印事项): what its statements say happened.

``fold`` is pure and order-free: the same statements give the same facts everywhere. What
the facts mean today is the question of ``airseal.model.case`` (DESIGN §1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from airseal.model.digest import Digest
from airseal.model.request import Decision, Outcome, Request, Sealing, SealPlace
from airseal.model.statement import Statement, closure


@dataclass(frozen=True, slots=True)
class Facts:
    """What the held statements of one case say. Tuples are ordered by id.

    ``statements`` are all of them. ``decisions`` are those in force (not replaced by their
    own author). ``conflicts`` are codes that stop sealing, printing and dispatch until they
    are resolved. ``frozen`` says that a denial or return is in force which a sealing did
    not know of.
    """

    case: Digest
    request: Statement
    statements: tuple[Statement, ...]
    decisions: tuple[Statement, ...]
    sealings: tuple[Statement, ...]
    conflicts: tuple[str, ...]
    frozen: bool

    @property
    def asked(self) -> Request:
        """The request's body."""
        assert isinstance(self.request.body, Request)
        return self.request.body

    def sealing(self, document: Digest, order: int) -> Statement | None:
        """The sealing of one seal place, if it is done."""
        return next((s for s in self.sealings if _place_of(s) == (document, order)), None)

    @property
    def next_place(self) -> tuple[Digest, SealPlace] | None:
        """The first seal place not sealed yet: approved document and place."""
        for document in self.asked.grant.documents:
            for place in document.seals:
                if self.sealing(document.digest, place.order) is None:
                    return document.digest, place
        return None

    def current_form(self, document: Digest) -> Digest:
        """The newest form of an approved document: its last sealing's output, or itself."""
        form = document
        for asked in self.asked.grant.documents:
            if asked.digest == document:
                for place in asked.seals:
                    done = self.sealing(document, place.order)
                    if done is not None and isinstance(done.body, Sealing):
                        form = done.body.output
        return form

    def known_to(self, statement: Statement) -> tuple[Statement, ...]:
        """What of the case ``statement`` relied on, directly or not, ordered by id."""
        held = {s.id: s for s in self.statements}
        return tuple(held[key] for key in sorted(closure(statement.on, held)))


def _place_of(statement: Statement) -> tuple[Digest, int]:
    assert isinstance(statement.body, Sealing)
    return statement.body.document, statement.body.order


def fold(case: Digest, statements: Iterable[Statement]) -> Facts | None:
    """The facts of ``case`` from accepted statements; None while its request is not held."""
    held = {s.id: s for s in statements if s.id == case or s.case == case}
    request = held.get(case)
    if request is None or not isinstance(request.body, Request):
        return None
    ordered = tuple(held[key] for key in sorted(held))
    decisions = in_force(ordered)
    sealings = tuple(s for s in ordered if isinstance(s.body, Sealing))
    return Facts(
        case=case,
        request=request,
        statements=ordered,
        decisions=decisions,
        sealings=sealings,
        conflicts=tuple(_conflicts(decisions, sealings)),
        frozen=_frozen(decisions, sealings, held),
    )


def in_force(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The decisions among ``statements`` that their own author did not replace in them."""
    decisions = {s.id: s for s in statements if isinstance(s.body, Decision)}
    replaced = {
        s.body.replaces
        for s in decisions.values()
        if isinstance(s.body, Decision)
        and s.body.replaces is not None
        and s.body.replaces in s.on
        and s.body.replaces in decisions
        and decisions[s.body.replaces].by == s.by
    }
    return tuple(s for key, s in decisions.items() if key not in replaced)


def outcome_of(decision: Statement) -> Outcome:
    """What a decision says."""
    assert isinstance(decision.body, Decision)
    return decision.body.outcome


def _conflicts(decisions: tuple[Statement, ...], sealings: tuple[Statement, ...]) -> Iterable[str]:
    """DESIGN §4 Fold rules: two decisions of one person, two sealings of one approval."""
    authors = [s.by for s in decisions]
    if len(authors) != len(set(authors)):
        yield "CONFLICT_DECISIONS"
    places = [_place_of(s) for s in sealings]
    if len(places) != len(set(places)):
        yield "CONFLICT_SEALINGS"


def _frozen(
    decisions: tuple[Statement, ...],
    sealings: tuple[Statement, ...],
    held: Mapping[Digest, Statement],
) -> bool:
    """Whether some sealing did not know of a refusal that now is in force."""
    refusals = {s.id for s in decisions if outcome_of(s) is not Outcome.APPROVE}
    return any(refusals - closure([sealing.id], held) for sealing in sealings)
