"""The facts of a case (用印事项): what its statements say happened.

``fold`` is pure and order-free: the same statements give the same facts everywhere. What
the facts mean today is the question of ``airseal.model.case`` (DESIGN §1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from airseal.model.digest import Digest
from airseal.model.flow import Ban, FlowBody, Halt, Resolution, Tombstone, Voiding
from airseal.model.people import Post
from airseal.model.request import Decision, Outcome, Request, Sealing, SealPlace
from airseal.model.statement import Statement, closure


@dataclass(frozen=True, slots=True)
class Facts:
    """What the held statements of one case say. Tuples are ordered by id.

    ``statements`` are all of them. ``decisions`` are those in force (not replaced by their
    own author). ``flows`` are withdrawals, return slips, confirmations and the like.
    ``conflicts`` are codes that stop sealing, printing and dispatch until they are resolved;
    what a resolution let fall is in neither ``decisions`` nor ``sealings``. ``frozen`` says
    that something that stops the case is in force which a sealing did not know of.
    """

    case: Digest
    request: Statement
    statements: tuple[Statement, ...]
    decisions: tuple[Statement, ...]
    sealings: tuple[Statement, ...]
    flows: tuple[Statement, ...]
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
    def banned(self) -> bool:
        """Whether a ban is held: such a case travels without its papers (FL-04, E-01)."""
        return any(isinstance(s.body, Ban) for s in self.flows)

    @property
    def paperless(self) -> bool:
        """Whether the case may travel without its papers: they were banned, or destroyed."""
        return any(isinstance(s.body, (Ban, Tombstone)) for s in self.flows)

    @property
    def forms(self) -> tuple[Digest, ...]:
        """Every form its documents ever had, and what they were made from, sorted."""
        found = {document.digest for document in self.asked.grant.documents}
        found |= {d.source.digest for d in self.asked.grant.documents if d.source is not None}
        for statement in self.sealings:
            assert isinstance(statement.body, Sealing)
            found |= {statement.body.input, statement.body.output}
        return tuple(sorted(found))

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

    def is_reference(self, document: Digest) -> bool:
        """Whether an approved document is still 参考件: not every seal asked is on it (DC-17)."""
        places = next(d.seals for d in self.asked.grant.documents if d.digest == document)
        return any(self.sealing(document, place.order) is None for place in places)

    def known_to(self, statement: Statement) -> tuple[Statement, ...]:
        """What of the case ``statement`` relied on, directly or not, ordered by id."""
        held = {s.id: s for s in self.statements}
        return tuple(held[key] for key in sorted(closure(statement.on, held)))

    def before(self, statement: Statement) -> "Facts":
        """The case as ``statement`` knew it."""
        facts = fold(self.case, (self.request, *self.known_to(statement)))
        assert facts is not None
        return facts


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
    flows = tuple(s for s in ordered if isinstance(s.body, FlowBody))
    fallen = _fallen(ordered, flows)
    standing = tuple(s for s in ordered if s.id not in fallen)
    decisions = in_force(standing)
    sealings = tuple(s for s in standing if isinstance(s.body, Sealing))
    return Facts(
        case=case,
        request=request,
        statements=ordered,
        decisions=decisions,
        sealings=sealings,
        flows=flows,
        conflicts=tuple(_conflicts(decisions, sealings, flows)),
        frozen=_frozen(decisions, sealings, _halts(flows, request), held),
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


def resolutions_in_force(flows: Iterable[Statement]) -> tuple[Statement, ...]:
    """The resolutions that no later one, which knows them, settles anew."""
    found = tuple(s for s in flows if isinstance(s.body, Resolution))
    known = {parent for s in found for parent in s.on}
    return tuple(s for s in found if s.id not in known)


def contentions(facts: Facts) -> tuple[tuple[Statement, ...], ...]:
    """The groups of statements that contradict each other now; a resolution settles one."""
    held = {s.id: s for s in facts.statements}
    groups: dict[object, list[Statement]] = {}
    for statement in (*facts.decisions, *facts.sealings):
        groups.setdefault(_subject(statement), []).append(statement)
    if "CONFLICT_RESOLUTIONS" in facts.conflicts:
        for settled in resolutions_in_force(facts.flows):
            assert isinstance(settled.body, Resolution)
            for name in (settled.body.stands, *settled.body.falls):
                group = groups.setdefault(_subject(held[name]), []) if name in held else []
                if name in held and held[name] not in group:
                    group.append(held[name])
    found = (sorted(group, key=lambda s: s.id) for group in groups.values())
    return tuple(tuple(group) for group in found if len(group) > 1)


def _fallen(ordered: tuple[Statement, ...], flows: tuple[Statement, ...]) -> set[Digest]:
    """What resolutions in force let fall: of one conflict each, as the resolution knew it.

    A decision that its author had replaced already is in no conflict, and stays replaced.
    """
    held = {s.id: s for s in ordered}
    fallen: set[Digest] = set()
    for statement in resolutions_in_force(flows):
        body = statement.body
        assert isinstance(body, Resolution)
        known = [held[key] for key in sorted(closure(statement.on, held))]
        contending = {s.id: s for s in in_force(known)}
        contending |= {s.id: s for s in known if isinstance(s.body, Sealing)}
        named = [contending.get(name) for name in (body.stands, *body.falls)]
        if None not in named and len({_subject(s) for s in named if s is not None}) == 1:
            fallen.update(body.falls)
    return fallen


def _subject(statement: Statement) -> object:
    """What two statements contradict each other about."""
    match statement.body:
        case Decision():
            return statement.by
        case Sealing():
            return _place_of(statement)
        case _:
            return statement.id


def _conflicts(
    decisions: tuple[Statement, ...],
    sealings: tuple[Statement, ...],
    flows: tuple[Statement, ...],
) -> Iterable[str]:
    """DESIGN §4 Fold rules: two decisions of one person, two sealings of one approval."""
    authors = [s.by for s in decisions]
    if len(authors) != len(set(authors)):
        yield "CONFLICT_DECISIONS"
    places = [_place_of(s) for s in sealings]
    if len(places) != len(set(places)):
        yield "CONFLICT_SEALINGS"
    settled: set[Digest] = set()
    for statement in resolutions_in_force(flows):
        assert isinstance(statement.body, Resolution)
        named = {statement.body.stands, *statement.body.falls}
        if named & settled:
            yield "CONFLICT_RESOLUTIONS"
            return
        settled |= named


def _halts(flows: tuple[Statement, ...], request: Statement) -> tuple[Statement, ...]:
    """What stops the case, said by those who may: a drafter speaks for the own request only."""
    return tuple(
        s
        for s in flows
        if isinstance(s.body, Halt)
        and not isinstance(s.body, Voiding)
        and (s.post is not Post.DRAFTER or s.by == request.by)
    )


def _frozen(
    decisions: tuple[Statement, ...],
    sealings: tuple[Statement, ...],
    halts: tuple[Statement, ...],
    held: Mapping[Digest, Statement],
) -> bool:
    """Whether some sealing did not know of what stops the case, nor that of the sealing.

    A decision after the sealing freezes too: it must not happen, and somebody has to look.
    """
    refusals = {s.id for s in decisions if outcome_of(s) is not Outcome.APPROVE}
    for sealing in sealings:
        known = closure([sealing.id], held)
        if refusals - known:
            return True
        if any(h.id not in known and sealing.id not in closure([h.id], held) for h in halts):
            return True
    return False
