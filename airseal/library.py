"""The library: what ``from airseal import verify`` gives.

    verdict = verify("notice.airseal", trust="trust")
    for verdict in verify_all(Path("stick").glob("*.pdf"), trust="trust"): ...

Typed results are :class:`airseal.model.verdict.Verdict`; nothing is imported or recorded.
"""

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

from airseal.evidence.verifier import OWN, Profile
from airseal.evidence.verifier.batch import judge_all
from airseal.evidence.verifier.offline import offline
from airseal.model.verdict import Verdict

AnyPath = str | PathLike[str]


def verify(path: AnyPath, *, trust: AnyPath, profile: Profile = OWN) -> Verdict:
    """The verdict on a bundle or PDF, by the roots and registries in the directory ``trust``.

    Whatever is wrong with the file is in the verdict. Raises ``Problem("TRUST_MISSING")`` and
    what refuses the registries in ``trust``.
    """
    (verdict,) = verify_all([path], trust=trust, profile=profile)
    return verdict


def verify_all(
    paths: Iterable[AnyPath], *, trust: AnyPath, profile: Profile = OWN
) -> Iterator[Verdict]:
    """The verdicts on many files in their order, several at a time; raises as :func:`verify`."""
    with offline(Path(trust), profile) as judge:
        yield from judge_all(judge.verifier, [Path(path) for path in paths], lambda *_: None)
