"""Codes as pictures of the terminal: sixels and kitty's graphics, decoded as a terminal would."""

import base64
import io
import re

import pytest
from light_kit import parcel, sent_at
from PIL import Image

from transfer import pixels, qr
from transfer.child import ReadingChild
from transfer.pixels import Protocol
from transfer.terminal import Canvas


@pytest.fixture(scope="module")
def child():
    with ReadingChild() as one:
        yield one


def sixels(text: str) -> Image.Image:
    """What a VT340 makes of it; a pixel that no sixel set is grey."""
    found = re.fullmatch(r'\x1bP0;1q"1;1;(\d+);(\d+)#0;2;0;0;0#1;2;100;100;100(.*)\x1b\\', text)
    width, height = int(found[1]), int(found[2])
    image = Image.new("L", (width, height), 128)
    x = y = colour = 0
    for one, count, bits in re.findall(r"(#[01]|[$-]|!(\d+)([?-~]))", found[3]):
        match one[0]:
            case "#":
                colour = 255 * int(one[1])
            case "$":
                x = 0
            case "-":
                x, y = 0, y + 6
            case "!":
                for row in range(6):
                    if (ord(bits) - 63) >> row & 1:
                        assert y + row < height
                        image.paste(colour, (x, y + row, x + int(count), y + row + 1))
                x += int(count)
    return image


def kitty_picture(text: str) -> Image.Image:
    """The picture of a run of kitty's graphics commands."""
    chunks = re.findall(r"\x1b_G([^;]*);([A-Za-z0-9+/=]*)\x1b\\", text)
    assert "".join(f"\x1b_G{keys};{data}\x1b\\" for keys, data in chunks) == text
    assert "a=T" in chunks[0][0] and all(len(data) <= 4_096 for _, data in chunks)
    assert [keys[-3:] for keys, _ in chunks] == ["m=1"] * (len(chunks) - 1) + ["m=0"]
    data = base64.b64decode("".join(data for _, data in chunks))
    return Image.open(io.BytesIO(data)).convert("L")


@pytest.mark.parametrize("version", [2, 25, 40])
@pytest.mark.parametrize("scale", [3, 4, 6, 7, 13])
def test_both_protocols_draw_every_pixel_of_the_symbol(child, version, scale):
    text = sent_at(parcel(20_000), version).text(0)
    drawn = qr.draw(text)
    expected = Image.open(io.BytesIO(qr.png(drawn, scale))).convert("L")
    for shown in (
        sixels(pixels.picture(drawn, scale, Protocol.SIXEL)),
        kitty_picture(pixels.picture(drawn, scale, Protocol.KITTY)),
    ):
        assert shown.tobytes() == expected.tobytes()
    assert child.look_at_pixels(*expected.size, expected.tobytes()).texts == (text,)


@pytest.mark.parametrize(
    ("width", "height", "version"),
    [(640, 288, 17), (640, 38, None), (80 * 3, 1_000, 13), (9_999, 9_999, 40)],
)
def test_the_largest_symbol_in_pixels_fits_with_its_quiet_zone(width, height, version):
    found = pixels.largest_in_pixels(width, height)
    assert found == version
    if found is not None:
        matrix = qr.draw(sent_at(parcel(9_000), found).text(0))
        scale = pixels.scale_for(matrix, width, height)
        assert scale >= pixels.LEAST_SCALE
        assert qr.modules(matrix.version) * scale <= min(width, height)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"", (None, None)),
        (b"\x1b[?62;22c", (None, None)),
        (b"\x1b[?63;1;2;4;6c", (Protocol.SIXEL, None)),
        (b"\x1b[6;16;8t\x1b[?63;4c", (Protocol.SIXEL, (8, 16))),
        (b"\x1b[?64;14;44c", (None, None)),
        (b"\x1b_Gi=31;OK\x1b\\\x1b[6;20;10t\x1b[?62;4c", (Protocol.KITTY, (10, 20))),
        (b"\x1b_Gi=31;ENOTSUP\x1b\\\x1b[?62c", (None, None)),
        (b"\x1b[6;99999;8t\x1b[?62;4c", (Protocol.SIXEL, None)),
        (b"\xff\x00 typed ahead \x1b[?4c", (Protocol.SIXEL, None)),
    ],
)
def test_what_a_terminal_answers_is_understood(answer, found):
    assert pixels.replies(answer) == found
    assert pixels.is_answered(answer) == (b"c" in answer)


def test_a_canvas_counts_in_cells():
    canvas = Canvas(Protocol.SIXEL, 8, 16)
    assert canvas.room(80, 18) == 17 and canvas.room(10, 1) is None
