"""The loans of seals that the cases held here tell of (RE-08)."""

from datetime import datetime

from airseal.evidence.trusted import TrustedSet
from airseal.model.case import fold, judge
from airseal.model.loans import Loan, has_loans, loans_of


def loans(evidence: TrustedSet, now: datetime) -> tuple[Loan, ...]:
    """Every loan that counts, by the time it went out."""
    context, found = evidence.context(), list[Loan]()
    for case in evidence.cases:
        statements = evidence.case_statements(case)
        facts = fold(case, statements) if has_loans(statements) else None
        if facts is not None:
            status = judge(facts, context, now)
            counting = {one.statement.id for one in status.flows if one.problem is None}
            found += loans_of(facts, counting)
    return tuple(sorted(found, key=lambda loan: (loan.out.time, loan.out.id)))
