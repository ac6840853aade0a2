"""The checker's word (核验结论): never a bare tick, always with its reasons (VF-01, VF-02).

One :class:`Check` is one question asked; its ``code`` is stable, its ``reason`` a
``Problem`` code when the answer is not a plain yes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from airseal.model.digest import Digest
from airseal.model.problem import Problem


class Word(StrEnum):
    """The answer to one check."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOTE = "note"
    """A fact worth saying that decides nothing (an absent timestamp, VF-10)."""


class Group(StrEnum):
    """The order in which checks are shown, after the five items."""

    FORMAT = "format"
    INTEGRITY = "integrity"
    IDENTITY = "identity"
    VALIDITY = "validity"
    AUTHORISATION = "authorisation"


class Overall(StrEnum):
    """有效 / 有效但受限 / 无法判断 / 无效 (issue Verdict; 状态未知 is not valid)."""

    VALID = "valid"
    LIMITED = "limited"
    UNKNOWN = "unknown"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer."""

    code: str
    group: Group
    word: Word
    reason: Problem | None = None


@dataclass(frozen=True, slots=True)
class FiveItems:
    """签章人姓名, 公章名称, 签章时间, 签章方式, 电子文本信息 (VF-01), for one seal."""

    signer: str
    seal: str
    sealed_at: str
    method: str
    document: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "is this genuine, complete and authorised?"."""

    subject: str
    demo: bool
    items: tuple[FiveItems, ...]
    checks: tuple[Check, ...]
    cases: tuple[Digest, ...] = ()
    overall: Overall = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "overall", overall_of(self.checks))

    @property
    def exit_status(self) -> int:
        """0 genuine and authorised, 1 not, 2 cannot judge."""
        match self.overall:
            case Overall.VALID | Overall.LIMITED:
                return 0
            case Overall.INVALID:
                return 1
            case Overall.UNKNOWN:
                return 2


def overall_of(checks: Iterable[Check]) -> Overall:
    """One failed check makes 无效, one unanswered 无法判断, no check at all 无法判断."""
    words = [check.word for check in checks]
    if Word.FAIL in words:
        return Overall.INVALID
    if Word.UNKNOWN in words or Word.PASS not in words:
        return Overall.UNKNOWN
    return Overall.VALID
