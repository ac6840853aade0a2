"""Which cases wait for whom: the piles (待办) on the first page of each post."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from airseal.evidence.board import Tally
from airseal.model.case import CaseState
from airseal.model.people import Post
from airseal.station import Station
from airseal.station.case_rows import Stack
from airseal.text import Phrase, mark


@dataclass(frozen=True, slots=True)
class Pile:
    """Cases in one of ``states`` (every case when empty).

    Or only unfinished sealings, or those whose deletion waits for an answer, or what was sealed
    and waits for a confirmation or a review. In one that ``waits`` what presses comes first, then
    the oldest; in the others the newest.
    """

    name: str
    label: str
    states: frozenset[CaseState] = frozenset()
    unfinished: bool = False
    to_delete: bool = False
    after_use: bool = False
    waits: bool = True

    @property
    def words(self) -> Phrase:
        """What the pile is called."""
        return Phrase(self.label)

    def tally(self, station: Station) -> Tally:
        """The pile in figures; nothing presses where nothing waits."""
        found = station.tally(
            self.states,
            unfinished=self.unfinished,
            to_delete=self.to_delete,
            after_use=self.after_use,
        )
        return found if self.waits else Tally(found.count, 0, None)

    def stack(self, station: Station) -> Stack:
        """The cases in it, in the order in which they are best taken up."""
        return station.stack(
            self.states,
            unfinished=self.unfinished,
            to_delete=self.to_delete,
            after_use=self.after_use,
            newest=not self.waits,
        )


_REFUSED = frozenset({CaseState.RETURNED, CaseState.DENIED, CaseState.SENT_BACK})
_APPROVED = frozenset({CaseState.APPROVED, CaseState.DRAFTER_CHECKED, CaseState.CLERK_VERIFIED})
_OPEN = frozenset({CaseState.IN_APPROVAL})

_STOPPED: Final = Pile(
    "stopped",
    mark("Stopped: expired, in conflict or without authority"),
    frozenset({CaseState.EXPIRED, CaseState.CONFLICT, CaseState.UNAUTHORISED}),
)
_ENDED: Final = Pile(
    "ended",
    mark("Withdrawn, replaced, voided, on paper or deleted"),
    frozenset({CaseState.WITHDRAWN, CaseState.SUPERSEDED, CaseState.VOIDED, CaseState.ON_PAPER})
    | {CaseState.DELETED},
    waits=False,
)
_AFTER_USE: Final = Pile(
    "after-use", mark("After use: to confirm, or an emergency to review"), after_use=True
)
_SEALED: Final = Pile("sealed", mark("Sealed"), frozenset({CaseState.SEALED}), waits=False)
ALL: Final = Pile("all", mark("All cases"), waits=False)

_PILES: Final[Mapping[Post, tuple[Pile, ...]]] = {
    Post.DRAFTER: (
        Pile("refused", mark("Returned or not approved"), _REFUSED),
        Pile("open", mark("In approval"), _OPEN),
        Pile("approved", mark("Approved, not sealed yet"), _APPROVED),
        _SEALED,
        _STOPPED,
        _ENDED,
    ),
    Post.OFFICER: (
        Pile("open", mark("To decide"), _OPEN),
        _AFTER_USE,
        Pile("approved", mark("Approved, not sealed yet"), _APPROVED),
        Pile("refused", mark("Returned or not approved"), _REFUSED),
        _SEALED,
        _STOPPED,
        _ENDED,
        Pile("to-delete", mark("Deletion asked for"), to_delete=True),
    ),
    Post.CUSTODIAN: (
        Pile("approved", mark("Approved, to seal"), _APPROVED),
        Pile("unfinished", mark("Sealing begun and not finished"), unfinished=True),
        _SEALED,
        _STOPPED,
        _ENDED,
    ),
    Post.CLERK: (
        Pile("to-verify", mark("Approved, to verify"), _APPROVED),
        _SEALED,
        _STOPPED,
        _ENDED,
    ),
    Post.PRINTER: (_SEALED, _STOPPED, _ENDED),
    Post.CHECKER: (_SEALED, _STOPPED, _ENDED),
    Post.AUTHORITY: (_STOPPED, _AFTER_USE, _SEALED, _ENDED),
}


def piles(post: Post) -> tuple[Pile, ...]:
    """The piles of a post, most pressing first; the last one is all cases."""
    return (*_PILES.get(post, (_STOPPED,)), ALL)
