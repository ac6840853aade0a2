"""Writing a verification report: for the command line and the screens alike."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from airseal.model.digest import sha256
from airseal.model.problem import Problem
from airseal.model.verdict import Verdict
from airseal.paper.report import Picture
from airseal.paper.reporting import draw
from airseal.verdict_report import About, reports_json, sheet_of, summary_sheet


def write_report(
    target: Path,
    verdicts: Sequence[Verdict],
    about: About,
    pictures: tuple[Picture, ...] = (),
    sign: Callable[[bytes], bytes] | None = None,
) -> None:
    """The report on one verdict, or the summary of several, at ``target``; beside it as JSON.

    The sheet names the digest of the JSON, so that the one signature, beside both, covers both.
    Raises ``Problem("REPORT_NOT_WRITTEN")`` and what ``sign`` raises; then nothing is there.
    """
    only = verdicts[0] if len(verdicts) == 1 else None
    told = json.dumps(reports_json(verdicts, about), ensure_ascii=False, indent=2).encode()
    data = sha256(told)
    sheet = sheet_of(only, about, data) if only else summary_sheet(verdicts, about, data)
    drawn = draw(sheet, pictures)
    signature = sign(drawn) if sign is not None else None
    try:
        _write(target, drawn)
        _write(target.with_name(target.name + ".json"), told)
        if signature is not None:
            _write(target.with_name(target.name + ".p7s"), signature)
    except OSError:
        raise Problem("REPORT_NOT_WRITTEN") from None


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
