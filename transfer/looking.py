"""Pictures to the texts of the codes on them, inside the reading child.

Every picture is hostile: it is decoded only here, under the child's limits. Codes are QR
Model 2 only: torn frames were once taken for another symbology.
"""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO, Final

from transfer.limits import LIGHT

if TYPE_CHECKING:
    from PIL.Image import Image
    from zxingcpp import Barcode, Binarizer

DARK: Final = 40
"""Mean brightness (of 255) below which a picture without a code is too dark."""

SMALL_PIXELS: Final = 140
"""A code whose side is shorter than this many pixels has no room for a frame of ours."""


class Hint(StrEnum):
    """What is wrong with a picture on which no code could be read."""

    NOTHING = "nothing"
    DARK = "dark"
    SMALL = "small"
    BLURRED = "blurred"


@dataclass(frozen=True, slots=True)
class Look:
    """The texts on one picture, and a hint when there are none."""

    texts: tuple[str, ...]
    hint: Hint | None = None


class PictureError(Exception):
    """What was given is no picture or video that can be read here."""


def look_at_file(data: bytes) -> Look:
    """Read a picture file (PNG, JPEG, TIFF, BMP, WebP or GIF; all pages of a TIFF)."""
    from PIL import Image, ImageSequence

    Image.MAX_IMAGE_PIXELS = LIGHT.picture_pixels // 2  # Pillow refuses at twice this
    texts: dict[str, None] = {}
    hint = None
    formats = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "PPM")
    try:
        with Image.open(io.BytesIO(data), formats=formats) as picture:
            for number, page in enumerate(ImageSequence.Iterator(picture)):
                if number == LIGHT.pictures:
                    break
                seen = look(page.convert("L"))
                texts.update(dict.fromkeys(seen.texts))
                hint = seen.hint
    except Exception:
        raise PictureError from None
    return Look(tuple(texts), None if texts else hint)


def look_at_pixels(width: int, height: int, grey: bytes) -> Look:
    """Read raw pixels, one byte each, row by row."""
    from PIL import Image

    if len(grey) != width * height or not grey:
        raise PictureError
    return look(Image.frombytes("L", (width, height), grey))


def look_at_video(source: BinaryIO) -> Iterator[Look]:
    """Read a video file picture by picture."""
    try:
        import av

        with av.open(source, mode="r", options={"protocol_whitelist": "pipe"}) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            for number, frame in enumerate(container.decode(stream)):
                if number == LIGHT.video_frames:
                    return
                if frame.width * frame.height > LIGHT.picture_pixels:
                    raise PictureError
                picture: Image = frame.to_image()  # type: ignore[no-untyped-call]  # av has none
                yield look(picture.convert("L"))
    except Exception:
        raise PictureError from None


def look(picture: "Image") -> Look:
    """Read a grey picture: as it is, with a global threshold, then blurred (DESIGN §6)."""
    from PIL import ImageFilter, ImageStat
    from zxingcpp import Binarizer

    found = _codes(picture, Binarizer.LocalAverage)
    texts = _texts(found)
    if not texts:
        texts = _texts(_codes(picture, Binarizer.GlobalHistogram))
    if not texts:
        soft = picture.filter(ImageFilter.GaussianBlur(1))
        texts = _texts(_codes(soft, Binarizer.LocalAverage))
    if texts:
        return Look(texts)
    if found:
        small = max(map(_side, found)) < SMALL_PIXELS
        return Look((), Hint.SMALL if small else Hint.BLURRED)
    dark = ImageStat.Stat(picture).mean[0] < DARK
    return Look((), Hint.DARK if dark else Hint.NOTHING)


def _codes(picture: "Image", binarizer: "Binarizer") -> list["Barcode"]:
    from zxingcpp import BarcodeFormat, BarcodeFormats, TextMode, read_barcodes

    return read_barcodes(
        picture,
        formats=BarcodeFormats([BarcodeFormat.QRCodeModel2]),
        text_mode=TextMode.Plain,
        binarizer=binarizer,
        return_errors=True,
    )


def _texts(found: list["Barcode"]) -> tuple[str, ...]:
    texts = (code.text for code in found[: LIGHT.codes] if code.valid)
    return tuple(text for text in texts if len(text) <= LIGHT.frame_chars)


def _side(code: "Barcode") -> float:
    a, b = code.position.top_left, code.position.bottom_right
    return math.hypot(a.x - b.x, a.y - b.y) / math.sqrt(2)
