"""What has been read of QR codes and is not complete yet: it waits for whoever reads on."""

from collections import Counter, deque
from collections.abc import Iterable
from io import BytesIO
from time import monotonic
from typing import Final

from transfer.child import ReadingChild
from transfer.limits import LIGHT
from transfer.looking import Hint, Look
from transfer.parcel import Parcel
from transfer.receiving import Receiver, Reception, Taken
from transfer.scan import lines

_PACE_SECONDS: Final = 10.0
"""How far back the rate looks: long enough to be calm, short enough to show a hand that moved."""


class Receptions:
    """One receiver with its child; used by one thread at a time."""

    def __init__(self) -> None:
        self.child = ReadingChild()
        self._receiver = Receiver(self.child.solve)
        self._arrivals: deque[float] = deque(maxlen=256)
        self.pictures = 0
        self.hint: Hint | None = None
        """What was wrong with the picture seen last."""
        self.taken: Counter[Taken] = Counter()
        self.kept = 0
        """How many codes were here already from before this login."""
        self.refused = 0
        """How many complete objects did not hold."""
        self.resumed = False
        """Whether what was kept has been looked for."""

    def take(self, look: Look) -> list[Parcel]:
        """Take the codes of one picture; everything they completed."""
        self.pictures += 1
        self.hint = look.hint
        return self._take_texts(look.texts)

    def resume(self, frames: bytes) -> list[Parcel]:
        """Take what :attr:`frames` was at an earlier login; what was complete but not imported."""
        self.resumed = True
        made = self._receiver.take_all(lines(BytesIO(frames)))
        self.kept = sum(one.held for one in self.under_way)
        return made

    @property
    def frames(self) -> bytes:
        """The codes held of what is not complete, one a line; of a crowd only the fullest."""
        fullest = self.under_way[: LIGHT.kept_sessions]
        texts = (text for one in fullest for text in self._receiver.lines(one.session))
        return "".join(f"{text}\n" for text in texts).encode("ascii")

    @property
    def under_way(self) -> tuple[Reception, ...]:
        """What is not complete yet, fullest first."""
        return self._receiver.receptions

    @property
    def rate(self) -> float:
        """New codes a second, of late."""
        now = monotonic()
        late = [at for at in self._arrivals if now - at <= _PACE_SECONDS]
        return len(late) / max(1.0, min(_PACE_SECONDS, now - late[0])) if late else 0.0

    def forget(self) -> None:
        """Drop everything that is not complete, and that anything was refused."""
        self._receiver.forget()
        self.kept = self.refused = 0

    def close(self) -> None:
        """End the child; what was not put aside is gone."""
        self.child.close()

    def _take_texts(self, texts: Iterable[str]) -> list[Parcel]:
        made = []
        for text in texts:
            parcel = self._receiver.take(text)
            if self._receiver.last is not None:
                self.taken[self._receiver.last] += 1
            if self._receiver.last is Taken.NEW:
                self._arrivals.append(monotonic())
            if parcel is not None:
                made.append(parcel)
        return made
