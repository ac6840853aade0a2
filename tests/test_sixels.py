"""Pictures in colours as sixels: drawn again by a small reader, pixel for pixel."""

import random
import re

import pytest

from transfer.sixels import sixels

COMMAND = re.compile(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|([-$])")


def read_back(text: str) -> dict[tuple[int, int], int]:
    """What a VT340 would have set: the colour register of every pixel."""
    head, body = re.fullmatch(r'\x1bP0;1q"1;1;(\d+;\d+)(.*)\x1b\\', text, re.DOTALL).groups()
    pixels: dict[tuple[int, int], int] = {}
    x = top = colour = at = 0
    while at < len(body):
        found = COMMAND.match(body, at)
        assert found, body[at : at + 20]
        at = found.end()
        register, red, _, _, times, repeated, single, move = found.groups()
        if register is not None:
            colour = colour if red else int(register)
        elif move == "-":
            x, top = 0, top + 6
        elif move == "$":
            x = 0
        else:
            bits, length = ord(repeated or single) - 63, int(times or 1)
            for column in range(x, x + length):
                rows = [top + y for y in range(6) if bits >> y & 1]
                pixels |= {(column, row): colour for row in rows}
            x += length
    width, height = map(int, head.split(";"))
    assert set(pixels) == {(x, y) for x in range(width) for y in range(height)}
    return pixels


@pytest.mark.parametrize("size", [(1, 1), (7, 6), (40, 13), (3, 600)])
def test_every_pixel_comes_back_in_its_colour(size):
    width, height = size
    dice = random.Random(width)
    rows = [bytes(dice.choice((0, 0, 0, 5, 31)) for _ in range(width)) for _ in range(height)]
    pixels = read_back(sixels(rows, [(n, n, 255 - n) for n in range(32)]))
    assert all(pixels[x, y] == rows[y][x] for x in range(width) for y in range(height))


def test_nothing_but_drawing_reaches_the_terminal():
    text = sixels([b"\x00\x01"] * 4, [(0, 0, 0), (200, 16, 16)])
    assert text.count("\x1b") == 2 and re.fullmatch(r"\x1bP[ -~]*\x1b\\", text)


@pytest.mark.parametrize("rows", [[], [b""], [b"\x00", b"\x00\x00"], [b"\x02"]])
def test_what_is_no_picture_is_refused(rows):
    with pytest.raises(ValueError, match="picture"):
        sixels(rows, [(0, 0, 0), (255, 255, 255)])
