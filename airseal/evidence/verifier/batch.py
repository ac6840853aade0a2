"""Judging files from outside: which kind each is, and many of them at once.

Every file is judged in a jailed child of its own; several threads only keep several children
busy. What cannot even be read becomes a verdict too, so that a batch never stops at one file.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from airseal.evidence.outside import name_of, taken_in
from airseal.evidence.verifier.judge import Verifier
from airseal.evidence.verifier.policy import check, unknown
from airseal.model import questions
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.model.verdict import Verdict
from transfer.errors import TransferError

WORKERS = 3
"""Children at work at once; one more than two processors, since each also waits."""
SUFFIXES = (".pdf", ".airseal")
MOST_FILES = 10_000

_PDF_MARK = b"%PDF-"
_ZIP_MARK = b"PK\x03\x04"

Told = Callable[[int, int, str], None]
"""Told of each file done: how many, of how many, its name; may raise to stop."""


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those with our endings anywhere below the directories named.

    Raises ``Problem("TOO_MANY_FILES", limit=…)``.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            for inside in sorted(path.rglob("*")):
                if inside.suffix.lower() in SUFFIXES and inside.is_file():
                    found.append(inside)
                    if len(found) > MOST_FILES:
                        raise Problem("TOO_MANY_FILES", limit=MOST_FILES)
        else:
            found.append(path)
    return found


def is_pdf(source: BinaryIO) -> bool:
    """Whether an open file is a PDF rather than a bundle; leaves it at its start."""
    source.seek(0)
    start = source.read(1_024)
    source.seek(0)
    # A bundle soon shows a document of its own, so its own mark is asked for first.
    return not start.startswith(_ZIP_MARK) and _PDF_MARK in start


def judge_source(
    verifier: Verifier, source: BinaryIO, subject: str, digest: Digest | None = None
) -> Verdict:
    """The verdict on an open file, bundle or PDF; ``digest`` is its own, where that is known."""
    if is_pdf(source):
        return verifier.pdf(source, subject, digest)
    return verifier.bundle(source, subject)


def judge_file(verifier: Verifier, path: Path) -> Verdict:
    """The verdict on a file, read once into memory; raises what stops the whole program only."""
    subject = name_of(path)
    try:
        with taken_in(path) as (source, digest):
            return judge_source(verifier, source, subject, digest)
    except (Problem, TransferError) as error:
        problem = error if isinstance(error, Problem) else Problem(error.code, **error.params)
        unreadable = check(questions.DOCUMENT, unknown(problem))
        return Verdict(subject, verifier.ground.demo, (), (unreadable,))


def judge_all(verifier: Verifier, paths: Sequence[Path], told: Told) -> Iterator[Verdict]:
    """The verdicts in the order of ``paths``; ``told`` may raise to stop in between."""
    total = len(paths)
    with (
        verifier.papers.rushing(),
        ThreadPoolExecutor(WORKERS, thread_name_prefix="verify") as pool,
    ):
        waiting: deque[Future[Verdict]] = deque()
        ahead = iter(paths)
        try:
            for done, path in enumerate(paths):
                while len(waiting) < 2 * WORKERS and (following := next(ahead, None)) is not None:
                    waiting.append(pool.submit(judge_file, verifier, following))
                told(done, total, name_of(path))
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
    told(total, total, "")
