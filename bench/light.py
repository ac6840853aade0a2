"""QR codes: frames until complete, time a frame, the whole path through a simulated camera."""

import random
import subprocess
import sys
from functools import partial
from pathlib import Path
from time import perf_counter

from bench.table import Row, Section, once
from bench.unit import Unit
from transfer import qr
from transfer.child import ReadingChild
from transfer.fountain import Fountain
from transfer.frames import symbol_room
from transfer.parcel import pack, parcel_of
from transfer.receiving import Receiver
from transfer.solving import solve

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

TIMES = 20
SIZES = {"2 KB": 2_048, "20 KB": 20_480, "200 KB": 204_800, "2 MB": 2 << 20}
LOSSES = (0.0, 0.1, 0.3, 0.5)
TARGETS = {("200 KB", 0.0): 261, ("200 KB", 0.1): 290, ("200 KB", 0.3): 370, ("200 KB", 0.5): 520}


def measure(_: Unit) -> Section:
    rows = [_frames(size, loss) for size in SIZES for loss in LOSSES]
    rows += _times()
    return Section(
        "QR codes",
        rows,
        notes=[
            "frames shown until complete: random content, version 20-L, mean of 20 runs",
            "camera: perspective, blur, noise and JPEG in software; decoding alone is timed",
        ],
    )


def _frames(size: str, loss: float) -> Row:
    """The mean number of frames shown; symbols are fed straight to a fresh decoder."""
    counts = []
    for seed in range(TIMES):
        chance = random.Random(seed)
        source = Fountain(chance.randbytes(SIZES[size]), symbol_room(qr.characters(20)))
        held: list[bytes] = []
        number = 0
        while True:
            frame = source.frame(number)
            number += 1
            if chance.random() < loss:
                continue
            held.append(frame.packet)
            if len(held) >= source.needed and solve(source.session, held) is not None:
                break
        counts.append(number)
    mean = sum(counts) / len(counts)
    what = f"{size}, {loss:.0%} lost: frames (K = {source.needed})"
    return Row(what, [mean], "", TARGETS.get((size, loss)))


def _times() -> list[Row]:
    from light_kit import photographed, picture

    content = random.Random(1).randbytes(20_480)
    parcel = parcel_of(b"\x30" + content)
    source = Fountain(pack(parcel), symbol_room(qr.characters(25)))
    source.frame(0)
    texts = [source.text(number) for number in range(source.needed + 3)]
    encode = [once(partial(lambda n: qr.draw(source.text(n)), n)) for n in range(TIMES)]
    photos = [photographed(picture(qr.draw(text), 5), seed) for seed, text in enumerate(texts)]
    with ReadingChild() as child:
        child.look_at_file(photos[0])
        receiver, decode, shown = Receiver(child.solve), [], 0
        started = perf_counter()
        for photo in photos:
            shown += 1
            begun = perf_counter()
            look = child.look_at_file(photo)
            decode.append((perf_counter() - begun) * 1_000)
            if receiver.take_all(look.texts):
                break
        seconds = perf_counter() - started
        screen = [picture(qr.draw(text), 4) for text in texts[:TIMES]]
        clean = [once(partial(child.look_at_pixels, *one.size, one.tobytes())) for one in screen]
    return [
        Row("draw one code, version 25", encode, "ms", 4),
        Row("read one code from clean pixels, version 25", clean, "ms", 10),
        Row("read one code from a photograph, version 25 (JPEG included)", decode, "ms"),
        Row("20 KB from photographs: object bytes a second of decoding", [20_480 / seconds], "B"),
        Row("20 KB from photographs: frames shown", [float(shown)], ""),
        Row("2 MB end to end, peak memory of the program", [_memory()], "MB", 150),
    ]


_WHOLE = """
import random, resource
from transfer.child import ReadingChild
from transfer.fountain import Fountain
from transfer.frames import symbol_room
from transfer.parcel import pack, parcel_of
from transfer.receiving import Receiver
from transfer import qr
parcel = parcel_of(b"\\x30" + random.Random(1).randbytes(2 << 20))
source = Fountain(pack(parcel), symbol_room(qr.characters(25)))
with ReadingChild() as child:
    receiver, made = Receiver(child.solve), None
    for text in source.texts():
        if (made := receiver.take(text)) is not None:
            break
assert made == parcel
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024 / 1e6)
"""


def _memory() -> float:
    done = subprocess.run([sys.executable, "-c", _WHOLE], capture_output=True, check=True)
    return float(done.stdout)
