"""The commands ``airseal qr …``: codes in the terminal, on paper, in files, and back.

They work on files and need no station, but for ``qr ask``: what a bundle holds is signed, and
whoever receives it imports it as from a stick. What may not leave as codes is refused all the same
(E-10, C-25): by the strict default, or with ``--home`` and ``--as`` by the policy pack that the
station holds, whose ledger then has that it left; a statement is shorter then too.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airseal.cli.output import EXIT_OK, EXIT_REFUSED, print_list
from airseal.text import ntr, tr
from transfer.errors import TransferError

if TYPE_CHECKING:
    from airseal.duties.light import Outgoing
    from airseal.station import Station
    from transfer.looking import Look
    from transfer.parcel import Parcel
    from transfer.receiving import Receiver

FRAMES_SUFFIX = ".frames"
"""Of a file that keeps an unfinished reception: one frame a line."""


def add_commands(commands: Any) -> None:
    """``qr show``, ``qr ask``, ``qr sheets``, ``qr frames`` and ``qr read``."""
    group = commands.add_parser("qr", help=tr("across the gap by QR codes"))
    names = group.add_subparsers(required=True, metavar=tr("COMMAND"))

    def add(name: str, work: Callable[[argparse.Namespace], int], summary: str) -> Any:
        sub = names.add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help=tr("print JSON"))
        sub.set_defaults(command=work)
        return sub

    show = add("show", _show, tr("show a bundle or statement in this terminal until Ctrl+C"))
    show.add_argument("path", type=Path, metavar="PATH")
    show.add_argument("--fps", type=float, default=8.0, help=tr("codes a second, 1 to 20"))
    show.add_argument("--full", action="store_true", help=tr("spaces only, for other fonts"))
    show.add_argument("--count", type=int, help=tr("stop after so many codes"))

    ask = add("ask", _ask, tr("sign the question where a case stands elsewhere; shows one code"))
    ask.add_argument("case", metavar="CASE")
    ask.add_argument("--full", action="store_true", help=tr("spaces only, for other fonts"))
    ask.set_defaults(fps=1.0, count=1)

    sheets = add("sheets", _sheets, tr("print codes on A4 sheets, as a PDF"))
    sheets.add_argument("path", type=Path, metavar="PATH")
    sheets.add_argument("out", type=Path, metavar="OUT.pdf")

    frames = add("frames", _frames, tr("save codes as PNG files"))
    frames.add_argument("path", type=Path, metavar="PATH")
    frames.add_argument("out", type=Path, metavar="DIR")
    frames.add_argument("--version", type=int, default=25, help=tr("QR version, 2 to 40"))
    frames.add_argument("--wedge", action="store_true", help=tr("for scanners that type (Base32)"))

    read = add("read", _read, tr("read codes from pictures, PDFs, videos or typed lines"))
    read.add_argument("sources", nargs="+", metavar="SOURCE", help=tr("'-' is standard input"))
    read.add_argument("--out", type=Path, required=True, metavar="DIR")


@dataclass(frozen=True, slots=True)
class _Judged:
    """What leaves, the name of its unit where it is known, and which rules let it."""

    leaving: "Outgoing"
    unit: str
    rules: str

    @property
    def header(self) -> list[str]:
        from airseal.words.light import header_lines

        return header_lines(self.leaving.caption, self.unit)


_STRICT = "default"
_PACK = "policy pack"


def _judged(options: argparse.Namespace, how: str, medium: Path | None = None) -> _Judged:
    """By the pack in force at the station that was named, else by the strict default.

    What leaves to a ``medium`` of a station leaves to a registered one (AC-11).
    """
    if options.person is None:
        print(tr("Judged by the strict default; --home and --as ask the pack."), file=sys.stderr)
        return _Judged(_outgoing(options.path), "", _STRICT)
    from airseal.cli.login import opened

    with opened(options) as (station, _):
        if medium is not None:
            station.light.may_write(medium)
        return _recorded(station, station.light.outgoing(options.path), how)


def _recorded(station: "Station", leaving: "Outgoing", how: str) -> _Judged:
    station.light.record_showing(leaving, how)
    unit = station.unit_name(leaving.caption.unit)
    rules = _PACK if station.registry and station.registry.policy else _STRICT
    return _Judged(leaving, unit, rules)


def _outgoing(path: Path) -> "Outgoing":
    import io

    from airseal.duties.light import outgoing
    from transfer import media
    from transfer.limits import LIGHT

    held = io.BytesIO()
    media.copy_in(path, held, LIGHT.payload_bytes)
    return outgoing(held.getvalue())


def _show(options: argparse.Namespace) -> int:
    return _shown(options, _judged(options, "screen"))


def _ask(options: argparse.Namespace) -> int:
    """A question tells nothing but the id of the case, and fits one code (E-10)."""
    from airseal.cli.login import opened

    with opened(options) as (station, secrets):
        case = station.find_case(options.case)
        station.light.may_ask(case)
        with station.signing(secrets.pin()) as signer:
            leaving = station.light.ask(case, signer)
        judged = _recorded(station, leaving, "screen")
    return _shown(options, judged)


def _shown(options: argparse.Namespace, judged: _Judged) -> int:
    import shutil

    from transfer import pixels, qr
    from transfer.sending import fountain, smallest_version
    from transfer.terminal import canvas

    leaving, header = judged.leaving, judged.header
    columns, lines = shutil.get_terminal_size()
    lines -= len(header) + 2
    cells = qr.Cells.FULL if options.full else qr.Cells.HALF
    # A terminal that shows pictures holds far larger codes.
    drawn = canvas() if sys.stdout.isatty() and not options.full else None

    def picture_of(matrix: qr.Matrix) -> str:
        if drawn is None:
            return "\r\n".join(qr.ansi(matrix, cells))
        scale = pixels.scale_for(matrix, *drawn.pixels(columns, lines))
        return pixels.picture(matrix, scale, drawn.protocol)

    version = drawn.room(columns, lines) if drawn else qr.largest_version(columns, lines, cells)
    if version is None or version < smallest_version():
        raise TransferError("LIGHT_SCREEN")
    source = fountain(leaving.parcel, version)
    pause = 1 / min(20.0, max(1.0, options.fps))
    shown, needed = 0, source.needed
    out = sys.stdout
    try:
        out.write("\x1b[2J\x1b[?25l")
        for shown, text in enumerate(source.texts(), 1):
            began = time.monotonic()
            picture = picture_of(qr.draw(text))
            told = ntr(
                "code {code}; {n} is needed", "code {code}; {n} are needed", needed, code=shown
            )
            out.write("\x1b[H" + "\r\n".join([*header, f"{told}\x1b[K", picture]))
            out.flush()
            if shown == options.count:
                break
            time.sleep(max(0.0, pause - (time.monotonic() - began)))
    except KeyboardInterrupt:
        pass
    finally:
        out.write(f"{pixels.removal(drawn.protocol) if drawn else ''}\x1b[?25h\r\n")
    if options.json:
        row = {"shown": shown, "needed": needed, "rules": judged.rules}
        print_list(options, [row], str)
    return EXIT_OK


def _sheets(options: argparse.Namespace) -> int:
    from airseal.duties.light import print_sheets

    judged = _judged(options, "sheets", options.out.parent)
    printed = print_sheets(
        judged.leaving, judged.header, lambda n, m: tr("page {n} of {m}", n=n, m=m)
    )
    row = {
        "file": _written(options.out.parent, options.out.name, printed.pdf),
        "pages": printed.pages,
        "codes": printed.codes,
        "needed": printed.needed,
        "rules": judged.rules,
    }
    print_list(options, [row], lambda row: str(row["file"]))
    return EXIT_OK


def _frames(options: argparse.Namespace) -> int:
    from airseal.model.problem import Problem
    from transfer import qr
    from transfer.frames import Alphabet
    from transfer.sending import codes_in_files, fountain, smallest_version

    judged = _judged(options, "files", options.out)
    alphabet = Alphabet.BASE32 if options.wedge else Alphabet.BASE45
    if not smallest_version(alphabet) <= options.version <= 40:
        raise Problem("QR_VERSION", least=smallest_version(alphabet))
    source = fountain(judged.leaving.parcel, options.version, alphabet)
    options.out.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(codes_in_files(source.needed)):
        picture = qr.png(qr.draw_to_last(source.text(number)))
        name = f"{source.session.name}-{number + 1:05}.png"
        files.append(_written(options.out, name, picture))
    row = {
        "files": files,
        "needed": source.needed,
        "session": source.session.name,
        "rules": judged.rules,
    }
    print_list(options, [row], lambda row: "\n".join(row["files"]))
    return EXIT_OK


def _read(options: argparse.Namespace) -> int:
    from airseal.cli.output import refuse
    from transfer.child import ReadingChild
    from transfer.receiving import Receiver

    found: list[Parcel] = []
    pictures = codes = 0
    with ReadingChild() as child:
        receiver = Receiver(child.solve)
        for look in _looks(options.sources, child):
            pictures += 1
            codes += len(look.texts)
            found += receiver.take_all(look.texts)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = [_saved(options.out, parcel) for parcel in found]
    unfinished = _keep_unfinished(options.out, receiver)
    if not rows:
        if not unfinished:
            raise TransferError("LIGHT_NOTHING")
        best = receiver.receptions[0]
        raise TransferError("LIGHT_INCOMPLETE", held=best.held, needed=best.needed)
    for row in rows:
        row |= {"pictures": pictures, "codes": codes, "unfinished": unfinished}
    print_list(options, rows, lambda row: str(row["file"]))
    if unfinished and not options.json:
        best = receiver.receptions[0]
        refuse(TransferError("LIGHT_INCOMPLETE", held=best.held, needed=best.needed), options)
    return EXIT_REFUSED if unfinished else EXIT_OK


def _looks(sources: list[str], child: Any) -> Iterator["Look"]:
    """Every picture of every source; the jail starts only when there is a PDF."""
    from airseal.duties.light import pdf_pages
    from airseal.paper.jail import Jail
    from airseal.paper.papers import Papers
    from transfer.looking import Look
    from transfer.scan import lines, scan

    with closing(Jail(formal=False)) as jail:
        papers = Papers(jail)
        for source in sources:
            if source == "-":
                yield from (Look((line,)) for line in lines(sys.stdin.buffer))
            else:
                yield from scan(Path(source), child, lambda pdf: pdf_pages(papers, pdf))


def _saved(directory: Path, parcel: "Parcel") -> dict[str, Any]:
    name = f"qr-{parcel.sha256[:16]}{parcel.suffix}"
    file = _written(directory, name, parcel.content)
    kind = parcel.kind.name.lower()
    return {"file": file, "kind": kind, "sha256": parcel.sha256, "size": len(parcel.content)}


def _keep_unfinished(directory: Path, receiver: "Receiver") -> list[str]:
    """The frames of what is not complete, to be read again together with the rest."""
    kept = []
    for one in receiver.receptions:
        text = "".join(f"{line}\n" for line in receiver.lines(one.session)).encode("ascii")
        name = f"qr-{one.session.name}{FRAMES_SUFFIX}"
        kept.append(_written(directory, name, text))
    return kept


def _written(directory: Path, name: str, content: bytes) -> str:
    """The path of a new file with ``content``; nothing that is there is touched."""
    from transfer import media

    saved = media.write_file(directory, name, lambda out: out.write(content))
    return str(directory / saved.name)
