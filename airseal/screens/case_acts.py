"""Which acts a case offers to whom: the keys that are shown, and why one does not work now."""

from datetime import datetime
from typing import Final

from airseal.errors import explain
from airseal.evidence.records import Account
from airseal.model.flow import DeletionRefusal, DeletionRequest, FlowBody
from airseal.model.flowacts import HALT_CODES, act_of
from airseal.model.lateracts import Counts, open_loan
from airseal.model.machine import Act, actors_of, sources_of
from airseal.model.matter import Special
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.rights import right_to
from airseal.station.queries import CaseView
from airseal.text import Phrase

FLOWS: Final = (
    Act.CHECK,
    Act.SEND_BACK,
    Act.WITHDRAW,
    Act.CORRECT,
    Act.VOID,
    Act.RESOLVE,
    Act.REVIEW,
    Act.FALL_BACK,
    Act.RECONCILE,
    Act.ACCOUNT_BLANKS,
    Act.CONFIRM_USE,
    Act.ASK_DELETION,
    Act.DELETE,
    Act.REFUSE_DELETION,
    Act.TRANSFER,
    Act.CONSENT_VOID,
    Act.ACKNOWLEDGE,
    Act.ATTEND,
    Act.HAND_OUT,
    Act.TAKE_BACK,
    Act.DELIVER_PAPER,
)
"""What can happen to a case beside deciding and sealing; a post sees the keys of its own acts."""

_RARE: Final = frozenset(
    {
        Act.REVIEW,
        Act.ACCOUNT_BLANKS,
        Act.CONFIRM_USE,
        Act.REFUSE_DELETION,
        Act.DELETE,
        Act.TRANSFER,
        Act.CONSENT_VOID,
        Act.ACKNOWLEDGE,
        Act.ATTEND,
        Act.HAND_OUT,
        Act.TAKE_BACK,
        Act.DELIVER_PAPER,
    }
)
"""Acts whose keys are shown only where the case allows them."""


def why_not(act: Act, view: CaseView, account: Account, now: datetime) -> Phrase | None:
    """Why this person may not do ``act`` now, by the table and by what the case is, or None."""
    state, post = view.status.state, account.post
    if post not in actors_of(act):
        return explain(Problem("RIGHT_MISSING", right=right_to(act), post=post)).sentence
    if state not in sources_of(act, post):
        code = HALT_CODES.get(state)
        return explain(Problem(code) if code else Problem("FLOW_NOT_NOW", act=act)).sentence
    problem = _about_nothing(act, view) or _own(act, view, account.person) or _hours(act, view, now)
    return None if problem is None else explain(problem).sentence


def never_here(act: Act, view: CaseView | None, post: Post) -> bool:
    """Whether the case as it is has nothing to do with ``act``, so that its key only tires."""
    if act not in _RARE:
        return False
    if view is None or view.status.state not in sources_of(act, post):
        return True
    return _about_nothing(act, view) is not None


def _about_nothing(act: Act, view: CaseView) -> Problem | None:
    """Why the case has none of what ``act`` is about, or has it behind it; None if it has."""
    asked, status = view.facts.asked, view.status
    match act:
        case Act.DELIVER_PAPER if not asked.paper_attachments:
            return Problem("FLOW_NOT_NOW", act=act)
        case Act.REVIEW if asked.emergency is None:
            return Problem("FLOW_NO_EMERGENCY")
        case Act.ACCOUNT_BLANKS if asked.blanks is None:
            return Problem("FLOW_NO_BLANKS")
        case Act.CONFIRM_USE if not status.unconfirmed:
            return Problem("FLOW_NOT_NOW", act=act)
        case Act.REVIEW | Act.ACCOUNT_BLANKS | Act.RECONCILE if _done(act, view):
            return Problem("FLOW_TWICE", act=act)
        case Act.DELETE | Act.REFUSE_DELETION if not _asked_for(view):
            return Problem("DELETION_NOT_ASKED")
        case Act.ATTEND if asked.matter.special is not Special.OFFSITE:
            return Problem("SPECIAL_OTHER", special=Special.OFFSITE)
        case Act.HAND_OUT | Act.TAKE_BACK if asked.matter.special is not Special.LOAN:
            return Problem("SPECIAL_OTHER", special=Special.LOAN)
        case Act.HAND_OUT if open_loan(view.facts, _counting(view)) is not None:
            return Problem("LOAN_STILL_OUT")
        case Act.TAKE_BACK if open_loan(view.facts, _counting(view)) is None:
            return Problem("LOAN_NOT_OUT")
        case _:
            return None


def _own(act: Act, view: CaseView, person: str) -> Problem | None:
    """``FLOW_OWN_ACT`` for the review of what the person took part in (SE-14)."""
    took_part = {one.by for one in (*view.facts.sealings, *view.facts.decisions)}
    own = act is Act.REVIEW and person in took_part
    return Problem("FLOW_OWN_ACT", person=person) if own else None


def _hours(act: Act, view: CaseView, now: datetime) -> Problem | None:
    """``WINDOW_OUTSIDE`` for what is done inside the approved hours only (C-07, C-19)."""
    window = view.facts.asked.window
    bound = act in (Act.ATTEND, Act.HAND_OUT) and not (window and window.covers(now))
    return Problem("WINDOW_OUTSIDE") if bound else None


def _done(act: Act, view: CaseView) -> bool:
    counting = (one.statement.body for one in view.status.flows if one.problem is None)
    return any(isinstance(body, FlowBody) and act_of(body) is act for body in counting)


def _counting(view: CaseView) -> Counts:
    """Whether a later act of the case counts."""
    counting = {one.statement.id for one in view.status.flows if one.problem is None}
    return lambda statement: statement.id in counting


def _asked_for(view: CaseView) -> bool:
    """Whether somebody asked for the deletion and no leader refused that yet (DC-11)."""
    counting = [one.statement for one in view.status.flows if one.problem is None]
    refused = {
        key
        for one in counting
        if isinstance(one.body, DeletionRefusal)
        for key in one.body.requests
    }
    return any(isinstance(one.body, DeletionRequest) and one.id not in refused for one in counting)
