"""What has been read of QR codes since the login: it waits while a person looks elsewhere."""

from collections import Counter
from collections.abc import Iterable

from transfer.child import ReadingChild
from transfer.looking import Hint, Look
from transfer.parcel import Parcel
from transfer.receiving import Receiver, Reception, Taken


class Receptions:
    """One receiver with its child; used by one thread at a time."""

    def __init__(self) -> None:
        self.child = ReadingChild()
        self._receiver = Receiver(self.child.solve)
        self.pictures = 0
        self.hint: Hint | None = None
        """What was wrong with the picture seen last."""
        self.taken: Counter[Taken] = Counter()

    def take(self, look: Look) -> list[Parcel]:
        """Take the codes of one picture; everything they completed."""
        self.pictures += 1
        self.hint = look.hint
        return self.take_texts(look.texts)

    def take_texts(self, texts: Iterable[str]) -> list[Parcel]:
        """The same for texts alone."""
        made = []
        for text in texts:
            parcel = self._receiver.take(text)
            if self._receiver.last is not None:
                self.taken[self._receiver.last] += 1
            if parcel is not None:
                made.append(parcel)
        return made

    @property
    def under_way(self) -> tuple[Reception, ...]:
        """What is not complete yet, fullest first."""
        return self._receiver.receptions

    def close(self) -> None:
        """End the child; what was held is gone."""
        self.child.close()
