"""QR codes: frames until complete, time a frame, the whole path through a simulated camera."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from statistics import mean
from time import perf_counter, process_time

from airseal.model.people import Post
from bench.showing import share_of_a_core
from bench.table import Row, Section, once
from bench.unit import Unit
from transfer import qr
from transfer.child import ReadingChild
from transfer.fountain import Fountain
from transfer.frames import symbol_room
from transfer.looking import look_at_pixels
from transfer.parcel import Parcel, pack, parcel_of
from transfer.receiving import Receiver
from transfer.sending import version_for_one
from transfer.solving import solve

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

TIMES = 20
SIZES = {"2 KB": 2_048, "20 KB": 20_480, "200 KB": 204_800, "2 MB": 2 << 20}
LOSSES = (0.0, 0.1, 0.3, 0.5)
TARGETS = {("200 KB", 0.0): 261, ("200 KB", 0.1): 290, ("200 KB", 0.3): 370, ("200 KB", 0.5): 520}


def measure(unit: Unit) -> Section:
    rows = [row for size in SIZES for row in _frames(size)]
    rows += _times()
    rows += _whole_path()
    share = [share_of_a_core(unit)]
    rows.append(Row("sending screen, version 25, 8 codes a second: one core", share, "%", 30))
    rows.append(Row("2 MB end to end, peak memory of the program", [_memory()], "MB", 150))
    rows += _small(unit)
    return Section(
        "QR codes",
        rows,
        notes=[
            "frames shown until complete: random content, version 20-L, mean of 20 runs",
            "peer: the same source symbols shown again and again, without a fountain code",
            "camera: perspective, blur, noise and JPEG in software, which is not timed",
        ],
    )


def _frames(size: str) -> Iterator[Row]:
    """The mean numbers of frames shown; symbols are fed straight to a fresh decoder."""
    shown: dict[float, list[int]] = {loss: [] for loss in LOSSES}
    looped: dict[float, list[int]] = {loss: [] for loss in LOSSES}
    for seed in range(TIMES):
        content = random.Random(seed).randbytes(SIZES[size])
        source = Fountain(content, symbol_room(qr.characters(20)))
        for loss in LOSSES:
            shown[loss].append(_until_complete(source, loss, random.Random(seed)))
            looped[loss].append(_looped(source.needed, loss, random.Random(seed)))
    for loss in LOSSES:
        what = f"{size}, {loss:.0%} lost: frames (K = {source.needed})"
        peer = Row("shown in a loop", [mean(looped[loss])], "")
        yield Row(what, [mean(shown[loss])], "", TARGETS.get((size, loss)), peer)


def _until_complete(source: Fountain, loss: float, chance: random.Random) -> int:
    held: list[bytes] = []
    for number in count():
        if chance.random() < loss:
            continue
        held.append(source.frame(number).packet)
        if len(held) >= source.needed and solve(source.session, held) is not None:
            return number + 1
    raise AssertionError


def _looped(needed: int, loss: float, chance: random.Random) -> int:
    missing = set(range(needed))
    for number in count():
        if chance.random() >= loss:
            missing.discard(number % needed)
            if not missing:
                return number + 1
    raise AssertionError


def _times() -> list[Row]:
    from light_kit import picture

    content = random.Random(1).randbytes(20_480)
    source = Fountain(pack(parcel_of(b"\x30" + content)), symbol_room(qr.characters(25)))
    source.frame(0)
    draw = [partial(lambda n: qr.draw(source.text(n)), n) for n in range(TIMES)]
    paint = [partial(_painted, qr.draw(source.text(n))) for n in range(TIMES)]
    last = [partial(lambda n: qr.draw_to_last(source.text(n)), n) for n in range(5)]
    screen = [picture(qr.draw(source.text(n)), 4) for n in range(TIMES)]
    reading = [partial(look_at_pixels, *one.size, one.tobytes()) for one in screen]
    with ReadingChild() as child:
        child.look_at_pixels(*screen[0].size, screen[0].tobytes())
        clean = [once(partial(child.look_at_pixels, *one.size, one.tobytes())) for one in screen]
    return [
        Row("draw one code, version 25", [once(one) for one in draw], "ms", 4),
        Row("draw one code, version 25: CPU", [_computed(one) for one in draw], "ms", 4),
        Row("its cells for a terminal: CPU", [_computed(one) for one in paint], "ms"),
        Row("draw one code to print, version 25: CPU", [_computed(one) for one in last], "ms"),
        Row("read one code from clean pixels, version 25", clean, "ms", 10),
        Row("read one code from clean pixels: CPU", [_computed(one) for one in reading], "ms", 10),
    ]


def _painted(matrix: qr.Matrix) -> int:
    return sum(len(line) for line in qr.ansi(matrix, qr.Cells.HALF))


def _computed(act: Callable[[], object]) -> float:
    """How long ``act`` computed in this process, in milliseconds."""
    start = process_time()
    act()
    return (process_time() - start) * 1_000


def _whole_path() -> Iterator[Row]:
    """Drawn, photographed, read, decoded; what a camera sees is what the screen shows."""
    from light_kit import photographed, picture

    for size in ("2 KB", "20 KB", "200 KB"):
        content = b"\x30" + random.Random(1).randbytes(SIZES[size] - 1)
        looks: list[float] = []
        with ReadingChild() as child:
            child.look_at_pixels(1, 1, b"x")
            receiver, made, shown = Receiver(child.solve), [], 0
            begun = perf_counter()
            source = Fountain(pack(parcel_of(content)), symbol_room(qr.characters(25)))
            source.frame(0)
            seconds = perf_counter() - begun
            while not made:
                begun = perf_counter()
                drawn = qr.draw(source.text(shown))
                seconds += perf_counter() - begun
                photo = photographed(picture(drawn, 5), shown)
                begun = perf_counter()
                made = receiver.take_all(child.look_at_file(photo).texts)
                looks.append((perf_counter() - begun) * 1_000)
                shown += 1
        assert made[0].content == content
        seconds += sum(looks) / 1_000
        yield Row(f"{size}, screen to object through a camera: frames", [float(shown)], "")
        yield Row("  object bytes a second, as fast as it goes", [len(content) / seconds], "B")
        paced = len(content) / max(seconds, shown / 8)
        yield Row("  object bytes a second, at 8 codes a second", [paced], "B")
        yield Row("  one photograph read, JPEG and all", looks, "ms")


def _small(unit: Unit) -> Iterator[Row]:
    """What a real act takes by itself: as it leaves, and whole as in a bundle."""
    bundle = next((unit.directory / "unit" / "usb").glob("custodian-*.airseal"))
    with unit.at(Post.CHECKER) as (station, pin), station.signing(pin) as signer:
        (case,) = station.import_file(bundle).cases
        (receipt,) = station.light.sign_receipts([bundle.stem], signer)
        question = station.light.ask(case, signer)
        acts = {
            one.statement.kind: one.leaving.parcel
            for one in station.light.slips(case)
            if one.leaving is not None and one.statement.kind in _SMALL
        }
    with unit.at(Post.CUSTODIAN) as (station, pin), station.signing(pin) as signer:
        station.import_light(question.parcel)
        (asked,) = station.light.questions()
        answer = station.light.answer(asked.question, signer)
    acts |= {"receipt": receipt.parcel, "question": question.parcel, "answer": answer.parcel}
    for kind, parcel in acts.items():
        yield from _one(kind, parcel)


def _one(kind: str, parcel: Parcel) -> Iterator[Row]:
    packed = pack(parcel)
    codes = Fountain(packed, symbol_room(qr.characters(25))).needed
    yield Row(
        f"one {kind}: bytes without the signer's certificate", [float(len(parcel.content))], "B"
    )
    yield Row("  bytes packed", [float(len(packed))], "B")
    yield Row("  version that holds it whole", [float(version_for_one(len(packed)) or 0)], "", 20)
    yield Row("  codes of version 25", [float(codes)], "")


_SMALL = ("decision",)

_WHOLE = """
import os, random
from pathlib import Path
from transfer.child import ReadingChild
from transfer.fountain import Fountain
from transfer.frames import symbol_room
from transfer.parcel import pack, parcel_of
from transfer.receiving import Receiver
from transfer import qr

def peak(process):
    told = Path(f"/proc/{process}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in told if line.startswith("VmHWM:"))

def in_group(group):
    for stat in Path("/proc").glob("[0-9]*/stat"):
        process, told = stat.parent.name, stat.read_text().rsplit(")", 1)[1].split()
        if int(told[2]) == group:
            yield process

parcel = parcel_of(b"\\x30" + random.Random(1).randbytes(2 << 20))
source = Fountain(pack(parcel), symbol_room(qr.characters(25)))
with ReadingChild() as child:
    receiver, made = Receiver(child.solve), None
    for text in source.texts():
        if (made := receiver.take(text)) is not None:
            break
    assert made == parcel
    print(sum(map(peak, [os.getpid(), *in_group(child._process.pid)])) * 1_024 / 1e6)
"""
"""The peak of the program and of its child together; what exec inherits would be the bench's."""


def _memory() -> float:
    done = subprocess.run([sys.executable, "-c", _WHOLE], capture_output=True, check=True)
    return float(done.stdout)
