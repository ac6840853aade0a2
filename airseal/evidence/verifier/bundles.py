"""Questions about a bundle as a whole."""

from collections.abc import Iterator

from airseal.evidence.verifier.policy import Answer, holds, note, policy, unknown
from airseal.evidence.verifier.subjects import BundleSubject
from airseal.model import questions
from airseal.model.checkpoint import judge_shown
from airseal.model.problem import Problem


@policy(questions.BUNDLE)
def whole(subject: BundleSubject) -> Iterator[Answer]:
    """It could be opened: structure, digests and signature hold."""
    cover = subject.opened.cover
    yield holds(person=cover.person, sender=f"{cover.unit}/{cover.station}", time=cover.prepared)


@policy(questions.STATEMENTS)
def statements(subject: BundleSubject) -> Iterator[Answer]:
    """Nothing that a statement relies on is missing."""
    parked = len(subject.opened.offered.parked)
    count = len(subject.opened.statements)
    if parked:
        yield unknown(Problem("STATEMENTS_PARKED", count=parked), count=count)
    else:
        yield holds(count=count)


@policy(questions.SEALED)
def not_empty(subject: BundleSubject) -> Iterator[Answer]:
    """A bundle without a case seals nothing."""
    if not subject.opened.cases:
        yield unknown(Problem("NOTHING_SEALED"))


@policy(questions.LEDGER)
def ledger(subject: BundleSubject) -> Iterator[Answer]:
    """Whether the sender's ledger continues what is known of it; said only when not.

    Who shows two histories may have made this one for the occasion: 无法判断.
    """
    if (shown := subject.opened.shown) is None:
        return
    problem = judge_shown(subject.ground.known(shown.unit, shown.station), shown)
    if problem is not None:
        yield unknown(problem) if problem.code == "CHECKPOINT_FORKED" else note(problem)
