"""Coverage-guided fuzzing of what reads codes: ``fuzz_light.py TARGET CORPUS [libFuzzer options]``.

Run by ``make soak``, which installs atheris. A target raises nothing that its door does not name,
and says so when something was believed that should not have been.
"""

import io
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["transfer"]):
    from transfer import base45, childwire, pixels, scan
    from transfer.errors import TransferError
    from transfer.frames import Alphabet, Frame, FrameError, Session, encode_frame, parse_frame
    from transfer.limits import LIGHT
    from transfer.parcel import Kind, Parcel, pack, unpack
    from transfer.receiving import Receiver


def text(data: bytes) -> None:
    """A text as it stands is a frame or refused, and there is one way to write a frame."""
    said = data.decode("utf-8", "replace")
    try:
        frame = parse_frame(said)
    except FrameError:
        return
    assert encode_frame(frame, Alphabet(said[:2])) == said


def frame(data: bytes) -> None:
    """Any head and symbol under a right checksum."""
    body = data + zlib.crc32(data).to_bytes(4, "big")
    for said in ("Q1" + base45.encode(body), data.decode("latin-1")):
        try:
            taken = parse_frame(said)
        except FrameError:
            continue
        assert 1 <= taken.session.length <= LIGHT.object_bytes
        assert taken.session.needed <= LIGHT.symbols and taken.esi < LIGHT.esi
        assert len(taken.symbol) == taken.session.symbol_size <= LIGHT.symbol_bytes


def parcel(data: bytes) -> None:
    """A decoded object is what its own SHA-256 says, or nothing."""
    try:
        made = unpack(data)
    except TransferError:
        return
    assert len(made.content) <= LIGHT.payload_bytes
    assert unpack(pack(made)) == made


def look(data: bytes) -> None:
    """What the child says, should it have been taken over."""
    try:
        seen = childwire.read_look(data)
    except childwire.WireError:
        return
    assert all(isinstance(one, str) for one in seen.texts)


def reply(data: bytes) -> None:
    """What a terminal answers, and lines of a scanner."""
    protocol, cell = pixels.replies(data)
    assert protocol is None or protocol in pixels.Protocol
    assert cell is None or max(cell) < 10_000
    for line in scan.lines(io.BytesIO(data)):
        assert 0 < len(line) <= LIGHT.frame_chars


def receive(data: bytes) -> None:
    """Frames of a few sessions in any order keep to the caps."""
    given = atheris.FuzzedDataProvider(data)
    caps = replace(LIGHT, stored_bytes=1_024, sessions=4)
    receiver = Receiver(_solver(given), caps)
    while given.remaining_bytes():
        length = given.ConsumeIntInRange(1, 200)
        session = Session(given.ConsumeBytes(1).ljust(4, b"\0"), length, 8)
        shown = Frame(session, given.ConsumeIntInRange(0, 40), given.ConsumeBytes(8).ljust(8))
        receiver.take(encode_frame(shown))
        held = sum(one.held * one.session.symbol_size for one in receiver.receptions)
        assert receiver._bytes == held <= caps.stored_bytes
        assert len(receiver.receptions) <= caps.sessions


def _solver(given):
    def solve(session, packets):
        match given.ConsumeIntInRange(0, 3):
            case 0:
                raise TransferError("LIGHT_CHILD_DIED")
            case 1:
                return b"".join(packets)
            case _:
                return None

    return solve


_SAMPLE = Parcel(Kind.STATEMENT, b"\x30" + bytes(range(256)))
_BODY = bytes([1]) + b"tagg" + (5_120).to_bytes(4, "big") + (3).to_bytes(4, "big") + bytes(64)
TARGETS = {
    text: encode_frame(Frame(Session(b"tagg", 5_120, 64), 3, bytes(64))).encode(),
    frame: _BODY,
    parcel: pack(_SAMPLE),
    look: childwire.write_look(childwire.Look(("Q1BB8",), None)),
    reply: b"\x1b_Gi=31;OK\x1b\\\x1b[6;16;8t\x1b[?62;4c\nQ1BB8\n",
    receive: bytes(range(256)),
}
"""Each with something to begin with."""


if __name__ == "__main__":
    name = sys.argv.pop(1)
    target = next(one for one in TARGETS if one.__name__ == name)
    (Path(sys.argv[1]) / "sample").write_bytes(TARGETS[target])
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
