"""The sending side: an object as an endless row of frames, source symbols first (RFC 6330).

Any K of them, and now and then one more, give the object back; who joins late or misses
frames loses nothing but time.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import count
from typing import Final

from transfer.frames import Alphabet, Frame, Session, encode_frame, session_of, symbol_size_for

_LEAST_REPAIR: Final = 32
_REPAIR_RATIO: Final = 2
"""Repair symbols made ahead, for each source symbol: with half of all frames lost, no frame
is shown twice before the object is complete."""


class Fountain:
    """The frames of one object, by number; number ``period`` is number 0 again."""

    def __init__(
        self, content: bytes, symbol_room: int, alphabet: Alphabet = Alphabet.BASE45
    ) -> None:
        self._content = content
        self._alphabet = alphabet
        self.session: Session = session_of(content, symbol_size_for(len(content), symbol_room))

    @property
    def needed(self) -> int:
        """K: frames without which nobody can have the object."""
        return self.session.needed

    @property
    def period(self) -> int:
        """Frames that all differ, before the row begins again."""
        return self.needed + max(_LEAST_REPAIR, _REPAIR_RATIO * self.needed)

    @cached_property
    def _packets(self) -> Sequence[bytes]:
        return packets(self._content, self.session.symbol_size, self.period - self.needed)

    def frame(self, number: int) -> Frame:
        """The frame with this number; it is its encoding symbol id too."""
        packet = self._packets[number % self.period]
        return Frame(self.session, int.from_bytes(packet[:4], "big"), packet[4:])

    def text(self, number: int) -> str:
        """What the QR code of this frame holds."""
        return encode_frame(self.frame(number), self._alphabet)

    def texts(self) -> Iterator[str]:
        """All frames for ever."""
        return (self.text(number) for number in count())


def packets(content: bytes, symbol_size: int, repair: int) -> list[bytes]:
    """The RFC 6330 encoding packets: all source symbols, then ``repair`` more."""
    from raptorq import Encoder

    encoder = Encoder.with_defaults(content, symbol_size)
    return [bytes(packet) for packet in encoder.get_encoded_packets(repair)]
