"""The unit's flow of its physical seal (与实物印章一致), told again of each case (AP-01).

The steps are data of the policy pack, in the unit's own words; each names the act by which it
is done here. What must be done is said by the matrix and the tables: this shows it in the
order and the words that the unit knows, each step with its person and time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from airseal.model.case import Status
from airseal.model.facts import Facts
from airseal.model.flow import FlowBody
from airseal.model.flowacts import HALT_CODES, act_of
from airseal.model.machine import Act
from airseal.model.request import Decision, Sealing
from airseal.model.statement import Statement
from airseal.model.steps import FlowStep


def _is_done_by(step: FlowStep, statement: Statement) -> bool:
    """Whether this statement, which counts, is that step."""
    if step.post is not None and statement.post is not step.post:
        return False
    match statement.body:
        case Decision(role=role):
            return step.act is Act.APPROVE and (not step.roles or role in step.roles)
        case Sealing():
            return step.act is Act.SEAL
        case body if isinstance(body, FlowBody):
            return act_of(body) is step.act
        case _:
            return step.act is Act.REQUEST


@dataclass(frozen=True, slots=True)
class Taken:
    """A step with the statements that did it, in the order of their ids."""

    step: FlowStep
    done: tuple[Statement, ...]

    @property
    def last(self) -> Statement | None:
        """The latest of them by the clocks they were said at; it orders nothing but this view."""
        return max(self.done, key=lambda one: (one.time, one.id), default=None)


def walked(flow: Iterable[FlowStep], facts: Facts, status: Status) -> tuple[Taken, ...]:
    """Each step with what did it: only what counts is shown as done."""
    counted = [facts.request, *status.approvals]
    # What stopped the case later does not undo that it was sealed.
    if all(problem.code in HALT_CODES.values() for problem in status.problems):
        counted += facts.sealings
    counted += [o.statement for o in status.flows if o.problem is None]
    return tuple(
        Taken(step, tuple(one for one in counted if _is_done_by(step, one))) for step in flow
    )
