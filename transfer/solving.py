"""Symbols back to the object, inside the reading child: the only user of the decoder.

A decoder is fresh for every try. A forged symbol with a right checksum spoils every try it
is part of, so symbols are left out in turn until what comes out carries the session's tag.
"""

import random
import time
from collections.abc import Iterator, Sequence
from typing import Final

from transfer.frames import Session

TRIES: Final = 96
SECONDS: Final = 2.0
"""What one solving may cost."""


def solve(session: Session, packets: Sequence[bytes]) -> bytes | None:
    """The object of ``session``, or None when these packets do not give it yet."""
    deadline = time.monotonic() + SECONDS
    for tried, chosen in enumerate(_choices(packets, session.needed)):
        if tried == TRIES or time.monotonic() > deadline:
            return None
        made = _decoded(session, chosen)
        if made is not None and session.fits(made):
            return made
    return None


def _choices(packets: Sequence[bytes], needed: int) -> Iterator[Sequence[bytes]]:
    """All packets; then all but a slice, each slice in turn, in ever new orders."""
    if len(packets) < needed:
        return
    yield packets
    spare = len(packets) - needed - 1
    if spare * TRIES < len(packets):
        # Too few to leave each of them out once: the next ones cost the sender less.
        return
    order = list(packets)
    # Which symbols are forged is not known, so chance is as good as any plan; that it is the
    # same chance every time keeps a reception repeatable.
    chance = random.Random(0)  # noqa: S311 no secret depends on it
    while True:
        chance.shuffle(order)
        for start in range(0, len(order), spare):
            yield order[:start] + order[start + spare :]


def _decoded(session: Session, packets: Sequence[bytes]) -> bytes | None:
    from raptorq import Decoder

    try:
        decoder = Decoder.with_defaults(session.length, session.symbol_size)
        for packet in packets:
            if (made := decoder.decode(packet)) is not None:
                return bytes(made)
    except BaseException:  # a panic of the library is no Exception
        return None
    return None
