"""PDFs broken by mutation: the same one for the same number, on every machine."""

import random
import re
from collections.abc import Callable, Sequence

Mutation = Callable[[random.Random, bytes, bytes], bytes]


def _flip(dice: random.Random, document: bytes, _: bytes) -> bytes:
    made = bytearray(document)
    for _i in range(dice.choice((1, 1, 3, 40))):
        made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    return bytes(made)


def _span(dice: random.Random, document: bytes) -> tuple[int, int]:
    start = dice.randrange(len(document))
    return start, min(len(document), start + dice.choice((1, 9, 200, 5_000)))


def _cut(dice: random.Random, document: bytes, _: bytes) -> bytes:
    start, end = _span(dice, document)
    return document[:start] + document[end:]


def _twice(dice: random.Random, document: bytes, _: bytes) -> bytes:
    start, end = _span(dice, document)
    return document[:end] + document[start:]


def _noise(dice: random.Random, document: bytes, _: bytes) -> bytes:
    start, end = _span(dice, document)
    return document[:start] + dice.randbytes(end - start) + document[end:]


def _end(dice: random.Random, document: bytes, _: bytes) -> bytes:
    return document[: dice.randrange(len(document))] + dice.choice((b"", b"%%EOF", b"%%EOF\n"))


def _splice(dice: random.Random, document: bytes, other: bytes) -> bytes:
    return document[: dice.randrange(len(document))] + other[dice.randrange(len(other)) :]


def _number(dice: random.Random, document: bytes, _: bytes) -> bytes:
    """Another number in the structure: a length, an offset, a reference, a count."""
    found = dice.choice(list(re.finditer(rb"\d+|\Z", document)))
    choices = (
        b"0",
        b"-1",
        b"1",
        b"2147483648",
        b"99999999999999999999",
        b"%d" % dice.randrange(99),
    )
    return document[: found.start()] + dice.choice(choices) + document[found.end() :]


def _name(dice: random.Random, document: bytes, _: bytes) -> bytes:
    """One name in the place of another: types, keys, filters."""
    names = list(re.finditer(rb"/[A-Za-z0-9]+|\Z", document))
    one, other = dice.choice(names), dice.choice(names)
    return document[: one.start()] + other[0] + document[one.end() :]


def _deep(dice: random.Random, document: bytes, _: bytes) -> bytes:
    at = max(0, document.find(b"<<", dice.randrange(len(document))))
    depth = dice.choice((50, 5_000))
    return document[:at] + dice.choice((b"[", b"<</A")) * depth + document[at:]


_MUTATIONS: Sequence[Mutation] = (
    *(_flip, _cut, _twice, _noise, _end, _splice, _number, _number, _name, _name, _deep),
)


def broken(genuine: Sequence[bytes], number: int) -> bytes:
    """Document ``number`` of a campaign, which is none of the ``genuine`` ones."""
    dice = random.Random(number)
    while True:
        made, other = dice.choice(genuine), dice.choice(genuine)
        for _ in range(dice.choice((1, 1, 2, 4))):
            made = dice.choice(_MUTATIONS)(dice, made, other) or b"%"
        if made not in genuine:
            return made
