"""What one entry of the error tables holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """``what`` happened and the ``hint`` for what to do: two message ids.

    Write both with ``mark("…")``, or ``counted`` where a number decides the words, so that the
    catalogues have them; ``{name}`` stands for a parameter of the problem.
    """

    what: str
    hint: str
