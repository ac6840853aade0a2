"""The register of loans (单机版借用登记) as it follows from the facts of cases (RE-08)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from airseal.model.digest import Digest
from airseal.model.facts import Facts
from airseal.model.flow import Handout, TakeBack
from airseal.model.level import Level
from airseal.model.statement import Statement


@dataclass(frozen=True, slots=True)
class Loan:
    """A row of the register. ``sealed`` is when the document ``title`` was sealed in that case."""

    case: Digest
    title: str
    level: Level
    seals: tuple[str, ...]
    purpose: str
    approvers: tuple[str, ...]
    borrower: str
    out: Statement
    back: Statement | None
    sealed: tuple[str, ...]


def has_loans(statements: Iterable[Statement]) -> bool:
    """Whether somebody says among ``statements`` that a seal was handed out."""
    return any(isinstance(one.body, Handout) for one in statements)


def loans_of(facts: Facts, counting: Collection[Digest]) -> Iterator[Loan]:
    """Every loan of one case; what is not among ``counting`` neither lends nor brings back."""
    backs = [s for s in facts.flows if isinstance(s.body, TakeBack) and s.id in counting]
    for out in facts.flows:
        if isinstance(out.body, Handout) and out.id in counting:
            yield Loan(
                facts.case,
                facts.asked.title,
                facts.request.level,
                tuple(sorted({p.seal for d in facts.asked.grant.documents for p in d.seals})),
                facts.asked.purpose,
                tuple(sorted({s.by for s in facts.decisions})),
                out.body.borrower,
                out,
                next((s for s in backs if out.id in s.on), None),
                tuple(s.at for s in facts.sealings),
            )
