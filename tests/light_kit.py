"""Parcels, frames and pictures of them, honest and distorted, for the tests and the bench."""

import io
import random

from PIL import Image, ImageFilter

from transfer import qr
from transfer.fountain import Fountain
from transfer.parcel import Kind, Parcel, pack
from transfer.qr import Matrix
from transfer.sending import fountain


def parcel(size: int, seed: int = 1) -> Parcel:
    """A statement of ``size`` bytes that no compression shortens."""
    return Parcel(Kind.STATEMENT, b"\x30" + random.Random(seed).randbytes(size - 1))


def sent(what: Parcel, room: int = 808) -> Fountain:
    """Its frames, with symbols of at most ``room`` bytes."""
    return Fountain(pack(what), room)


def sent_at(what: Parcel, version: int) -> Fountain:
    """Its frames, for symbols of ``version``."""
    return fountain(what, version)


def picture(matrix: Matrix, scale: int = 4) -> Image.Image:
    """A symbol as a screen shows it."""
    return Image.open(io.BytesIO(qr.png(matrix, scale))).convert("L")


def photographed(
    shown: Image.Image, seed: int, *, blur: float = 0.8, noise: int = 12, quality: int = 70
) -> bytes:
    """What a camera makes of ``shown``: held askew, out of focus, noisy, as JPEG."""
    chance = random.Random(seed)
    width, height = shown.size
    canvas = Image.new("L", (width * 5 // 4, height * 5 // 4), 90)
    canvas.paste(shown, (width // 8, height // 8))
    w, h = canvas.size

    def off() -> float:
        return chance.uniform(-0.04, 0.04) * w

    corners = (off(), off(), off(), h + off(), w + off(), h + off(), w + off(), off())
    held = canvas.transform((w, h), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    soft = held.filter(ImageFilter.GaussianBlur(blur))
    grain = Image.effect_noise((w, h), noise)
    mixed = Image.blend(soft, grain, 0.15)
    out = io.BytesIO()
    mixed.save(out, "JPEG", quality=quality)
    return out.getvalue()
