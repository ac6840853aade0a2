"""The checker's word (核验结论): never a bare tick, always with its reasons (VF-01, VF-02).

One :class:`Check` is one question asked; its ``code`` is stable, its ``reason`` a
``Problem`` code when the answer is not a plain yes, its ``evidence`` what the answer rests on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from airseal.model.digest import Digest
from airseal.model.problem import Problem


class Word(StrEnum):
    """The answer to one check."""

    PASS = "pass"
    LIMIT = "limit"
    """It held when the seal was applied, and does not hold without limits today."""
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOTE = "note"
    """A fact worth saying that decides nothing (an absent timestamp, VF-10)."""


class Step(StrEnum):
    """The order of GM/T 0031 §6.2.3 (X-07), and then whether the use was authorised (VF-03)."""

    FORMAT = "format"
    SIGNATURE = "signature"
    CERTIFICATE = "certificate"
    TIME = "time"
    DIGEST = "digest"
    SEAL = "seal"
    AUTHORISATION = "authorisation"


class Overall(StrEnum):
    """有效 / 有效但受限 / 无法判断 / 无效 (状态未知 is not valid)."""

    VALID = "valid"
    LIMITED = "limited"
    UNKNOWN = "unknown"
    INVALID = "invalid"


class Copy(StrEnum):
    """What kind of copy lies here (VF-08), as far as a file can tell."""

    ORIGINAL = "original"
    """正式电子原件: sealed, and in force."""
    VOID = "void"
    """作废件: sealed, and refused, recalled or in conflict since."""
    UNSEALED = "unsealed"
    """转换件、复印件、超份打印件: no seal signature; a seal in it is 未签章图片 (VF-09).

    Which of the three it is no file tells, and none has legal effect (S0-4, S2-11).
    """
    FOREIGN = "foreign"
    """Signed, by whom or for which case is not known here."""
    REQUESTED = "requested"
    """The document of a case in which no seal was applied yet."""
    ALTERED = "altered"
    """Something about the file itself does not hold: it is the original of nothing."""

    @property
    def reference(self) -> bool:
        """Whether it is 参考件: only what the sealing flow made is an 电子公文 (DC-17)."""
        return self not in (Copy.ORIGINAL, Copy.VOID)


Evidence = Mapping[str, str | int]
"""What an answer rests on: label code → digest, time, name or number."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer; ``clauses`` name the rules that ask for it."""

    code: str
    step: Step
    word: Word
    reason: Problem | None = None
    evidence: Evidence = field(default_factory=dict)
    clauses: tuple[str, ...] = ()


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
    """The answer to "is this genuine, complete and authorised?".

    ``checks`` are in the order of the steps. ``profile`` names the set of questions asked.
    """

    subject: str
    demo: bool
    items: tuple[FiveItems, ...]
    checks: tuple[Check, ...]
    cases: tuple[Digest, ...] = ()
    profile: str = ""
    kind: Copy | None = None
    overall: Overall = field(init=False)

    def __post_init__(self) -> None:
        steps = list(Step)
        ordered = sorted(self.checks, key=lambda check: steps.index(check.step))
        object.__setattr__(self, "checks", tuple(ordered))
        object.__setattr__(self, "overall", overall_of(self.checks))

    @property
    def stopped_at(self) -> Step | None:
        """The first step that fails: there GM/T 0031 stops; what follows is for information."""
        return next((check.step for check in self.checks if check.word is Word.FAIL), None)

    @property
    def reason(self) -> Problem | None:
        """The first reason for which it is no plain valid: what fails before what is unknown."""
        for word in (Word.FAIL, Word.UNKNOWN, Word.LIMIT):
            for check in self.checks:
                if check.word is word and check.reason is not None:
                    return check.reason
        return None

    @property
    def obstacle(self) -> Check | None:
        """What keeps the sealed document from being used again (VF-07): no yes, and no limit.

        What voided a case since, and a seal still to be applied, must travel to be known.
        """
        travels = {"COMPLETE", "CASE", "AUTHORISATION"} if self.kind is Copy.VOID else {"COMPLETE"}
        open_ones = (one for one in self.checks if one.word in (Word.FAIL, Word.UNKNOWN))
        return next((one for one in open_ones if one.code not in travels), None)

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
    if Word.UNKNOWN in words or not {Word.PASS, Word.LIMIT} & set(words):
        return Overall.UNKNOWN
    return Overall.LIMITED if Word.LIMIT in words else Overall.VALID
