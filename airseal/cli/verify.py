"""``airseal verify``: one file in full, or many in a table, with a report when wanted."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import print_json
from airseal.model.problem import Problem
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.evidence.verifier import Profile
    from airseal.model.verdict import Verdict
    from airseal.paper.report import Picture
    from airseal.verdict_report import About

PROFILES = ("own", "archive")
EXIT_UNKNOWN = 2
"""What is refused was not judged: the same as a verdict of unknown."""


def add_commands(commands: Any) -> None:
    """The command with its arguments."""
    summary = tr("judge bundles and PDFs: 0 all genuine, 1 one is not, 2 one is unknown")
    verify = commands.add_parser("verify", help=summary, description=summary)
    verify.add_argument("--json", action="store_true", help=tr("print JSON"))
    verify.set_defaults(command=run, refused=EXIT_UNKNOWN)
    verify.add_argument("paths", type=Path, nargs="+", metavar="FILE|DIR")
    verify.add_argument("--trust", type=Path, metavar="DIR")
    verify.add_argument("--profile", choices=PROFILES, default="own")
    verify.add_argument("--report", type=Path, metavar="OUT.pdf", help=tr("write a report"))
    verify.add_argument(
        "--sign", action="store_true", help=tr("sign the report with the checker's key")
    )


@dataclass(frozen=True)
class _Judge:
    """Somebody who judges files: a station, or a directory of roots."""

    judge: "Callable[[Sequence[Path], Profile], Sequence[Verdict]]"
    about: "Callable[[], About]"
    picture: "Callable[[Path, Verdict], tuple[Picture, ...]]"
    sign: "Callable[[bytes], bytes] | None"
    confined: bool
    may_report: "Callable[[Path], None]"
    """Raises why no report may be written to that directory."""


def run(options: argparse.Namespace) -> int:
    """Judge, print, write the report; the exit status is the worst verdict's."""
    from airseal.evidence.verifier.batch import files_in
    from airseal.evidence.verifier.profiles import PROFILES as KNOWN

    paths = files_in(options.paths)
    if not paths:
        raise Problem("NOTHING_TO_VERIFY")
    with _judge(options) as judge:
        if options.report is not None:
            judge.may_report(options.report.parent)
        verdicts = judge.judge(paths, KNOWN[options.profile])
        one = len(options.paths) == 1 and not options.paths[0].is_dir()
        if options.report is not None:
            _write_report(options.report, judge, paths, verdicts, one)
        _print(options, judge, verdicts, one)
    statuses = {verdict.exit_status for verdict in verdicts}
    return 1 if 1 in statuses else max(statuses)


def _print(
    options: argparse.Namespace, judge: _Judge, verdicts: "Sequence[Verdict]", one: bool
) -> None:
    from airseal.text import safe_text
    from airseal.verdict_report import main_reason
    from airseal.words.verdict import summary, verdict_json, verdict_lines

    if not judge.confined:
        warning = tr("bubblewrap is missing or may not run here: documents are read unconfined.")
        print(warning, file=sys.stderr)
    if options.json:
        told = [{**verdict_json(one), "confined": judge.confined} for one in verdicts]
        print_json(told[0] if one else told)
    elif one:
        print("\n".join(verdict_lines(verdicts[0])))
    else:
        for verdict in verdicts:
            print(safe_text(verdict.subject), summary(verdict), main_reason(verdict), sep="  ")


def _write_report(
    target: Path,
    judge: _Judge,
    paths: Sequence[Path],
    verdicts: "Sequence[Verdict]",
    one: bool,
) -> None:
    from airseal.report_files import write_report

    pictures = judge.picture(paths[0], verdicts[0]) if one else ()
    write_report(target, verdicts, judge.about(), pictures, judge.sign)


@contextmanager
def _judge(options: argparse.Namespace) -> "Iterator[_Judge]":
    if options.trust is not None:
        with _offline(options) as judge:
            yield judge
    elif options.home is not None or options.person is not None:
        with _at_station(options) as judge:
            yield judge
    else:
        raise Problem("TRUST_MISSING")


@contextmanager
def _offline(options: argparse.Namespace) -> Iterator[_Judge]:
    from datetime import datetime

    from airseal.evidence.verifier import Profile, Verifier
    from airseal.evidence.verifier.batch import judge_all
    from airseal.evidence.verifier.offline import offline
    from airseal.evidence.verifier.pictures import page_pictures
    from airseal.verdict_report import About

    if options.sign:
        raise Problem("SIGN_NEEDS_STATION")
    with offline(options.trust) as found:
        verifier: Verifier = found.verifier
        at = datetime.now().astimezone().replace(microsecond=0)

        def about() -> About:
            number = at.strftime("%Y%m%d-%H%M%S")
            return About(number, at.isoformat(), "-", "-", "", found.confined)

        def judge(paths: Sequence[Path], profile: Profile) -> "Sequence[Verdict]":
            from dataclasses import replace

            asked = replace(verifier, own=profile)
            return tuple(judge_all(asked, paths, lambda *_: None))

        yield _Judge(
            judge,
            about,
            lambda path, verdict: page_pictures(verifier.papers, path, verdict),
            None,
            found.confined,
            lambda _: None,
        )


@contextmanager
def _at_station(options: argparse.Namespace) -> Iterator[_Judge]:
    from airseal.verdict_report import About

    with opened(options) as (station, secrets):

        def sign(report: bytes) -> bytes:
            with station.signing(secrets.pin()) as signer:
                return station.sign_report(report, signer)

        yield _Judge(
            lambda paths, profile: station.verify_files(paths, profile),
            lambda: About(*station.about_report, station.confined),
            station.page_pictures,
            sign if options.sign else None,
            station.confined,
            station.may_report,
        )
