"""A request on the command line: its arguments and its work, on whatever door it comes in."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.login import opened
from airseal.cli.output import EXIT_OK, print_made
from airseal.cli.policy import add_matter_arguments, matter_of
from airseal.model.problem import Problem
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.model.request import BlankForms, PaperAttachment, Window


def add_request_arguments(parser: Any) -> None:
    """What a request needs, on whatever door it comes in."""
    parser.add_argument("file", type=Path, metavar="FILE.pdf")
    parser.add_argument("--title", required=True)
    parser.add_argument("--purpose", default="")
    parser.add_argument("--seal", action="append", required=True, metavar="SEAL[@PLACE]")
    parser.add_argument("--copies", type=int, required=True)
    parser.add_argument("--to", action="append", required=True, metavar="UNIT")
    parser.add_argument("--until", metavar="YYYY-MM-DD")
    parser.add_argument("--level", default="internal")
    parser.add_argument("--emergency", default="", metavar="REASON")
    add_matter_arguments(parser)
    parser.add_argument(
        "--window",
        nargs=2,
        metavar=("START", "END"),
        help=tr("the hours of an off-site use or a loan (RFC 3339)"),
    )
    parser.add_argument(
        "--source",
        type=Path,
        metavar="FILE",
        help=tr("the editable file it was made from"),
    )
    parser.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="CODE",
        help=tr("let a finding of the preflight stand, by its code"),
    )
    parser.add_argument(
        "--paper-attachment",
        action="append",
        default=[],
        metavar="PAGES,COPIES,TITLE",
        help=tr("an attachment that goes on paper beside the document"),
    )
    parser.add_argument(
        "--blank-forms",
        metavar="FIRST,KIND,HOLDER,TEMPLATE",
        help=tr("a batch of numbered blank forms; KIND is table or filled-in"),
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def window(texts: Sequence[str] | None) -> "Window | None":
    """``START END``, RFC 3339 with offset; raises ``Problem("FLOW_FORM")``."""
    from airseal.model.request import Window

    if texts is None:
        return None
    try:
        return Window(*texts)
    except ValueError:
        raise Problem("FLOW_FORM") from None


def paper_attachments(texts: Sequence[str]) -> tuple["PaperAttachment", ...]:
    """``PAGES,COPIES,TITLE`` each; raises ``Problem("FLOW_FORM")``."""
    from airseal.model.request import parse_attachment

    return tuple(map(parse_attachment, texts))


def blank_forms(text: str | None) -> "BlankForms | None":
    """``FIRST,KIND,HOLDER,TEMPLATE``; raises ``Problem("FLOW_FORM")``."""
    from airseal.model.request import BlankForms, BlankKind

    if text is None:
        return None
    try:
        first, kind, holder, template = text.split(",", 3)
        return BlankForms(template, BlankKind(kind), int(first), holder)
    except ValueError:
        raise Problem("FLOW_FORM") from None


def request(options: argparse.Namespace) -> int:
    """Freeze the document, request the seals, and export the request."""
    from airseal.duties.drafting import Source, Wish
    from airseal.model.level import Level

    try:
        level = Level(options.level)
    except ValueError:
        raise Problem("LEVEL_UNKNOWN") from None
    with opened(options) as (station, secrets):
        old = station.find_case(options.replaces) if options.replaces else None
        wish = Wish(
            title=options.title,
            purpose=options.purpose,
            seals=tuple(options.seal),
            copies=options.copies,
            recipients=tuple(options.to),
            until=options.until,
            level=level,
            replaces=old,
            emergency=options.emergency,
            matter=matter_of(options),
            blanks=blank_forms(options.blank_forms),
            confirmed=tuple(options.confirm),
            paper_attachments=paper_attachments(options.paper_attachment),
            window=window(options.window),
        )
        with ExitStack() as held:
            document = held.enter_context(station.take_in(options.file))
            source = None
            if options.source is not None:
                made_from = held.enter_context(station.take_in(options.source))
                source = Source(made_from, options.source.suffix)
            station.may_request(document, wish, source)
            signer = held.enter_context(station.signing(secrets.pin()))
            signed = station.request(document, wish, signer, source)
            exported = station.export([signed.id], options.out, signer)
        print_made(options, signed.id, str(exported.path), exported.statements, station.demo)
    return EXIT_OK
