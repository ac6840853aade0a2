"""Which acts a case offers to whom: the keys that are shown, and why one does not work now."""

from collections.abc import Mapping
from typing import Final

from airseal.errors import explain
from airseal.model.flowacts import HALT_CODES
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

_RARE: Final[Mapping[Act, Special | None]] = {
    Act.REVIEW: None,
    Act.ACCOUNT_BLANKS: None,
    Act.CONFIRM_USE: None,
    Act.REFUSE_DELETION: None,
    Act.TRANSFER: None,
    Act.CONSENT_VOID: None,
    Act.ACKNOWLEDGE: None,
    Act.ATTEND: Special.OFFSITE,
    Act.HAND_OUT: Special.LOAN,
    Act.TAKE_BACK: Special.LOAN,
    Act.DELIVER_PAPER: None,
}
"""Acts whose keys are shown only where the case allows them, and of which special matter."""


def why_not(act: Act, view: CaseView, post: Post) -> Phrase | None:
    """Why ``post`` may not do ``act`` now, by the table of transitions, or None."""
    state = view.status.state
    if post not in actors_of(act):
        return explain(Problem("RIGHT_MISSING", right=right_to(act), post=post)).sentence
    if state in sources_of(act, post):
        return None
    code = HALT_CODES.get(state)
    return explain(Problem(code) if code else Problem("FLOW_NOT_NOW", act=act)).sentence


def never_here(act: Act, view: CaseView | None, post: Post) -> bool:
    """Whether the case as it is has nothing to do with ``act``, so that its key only tires."""
    if act not in _RARE:
        return False
    if view is None:
        return True
    if _about_nothing(act, view):
        return True
    wanted = _RARE[act]
    if wanted is not None and view.facts.asked.matter.special is not wanted:
        return True
    return view.status.state not in sources_of(act, post)


def _about_nothing(act: Act, view: CaseView) -> bool:
    """Whether the case has none of what ``act`` is about."""
    asked = view.facts.asked
    match act:
        case Act.DELIVER_PAPER:
            return not asked.paper_attachments
        case Act.REVIEW:
            return asked.emergency is None
        case Act.ACCOUNT_BLANKS:
            return asked.blanks is None
        case Act.CONFIRM_USE:
            return not view.status.unconfirmed
        case _:
            return False
