"""A wired V4L2 camera: its pictures, one by one, for the reading child (extra ``camera``)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from transfer.child import ReadingChild
from transfer.errors import TransferError
from transfer.limits import LIGHT
from transfer.looking import Look

WIDTH: Final = 1920
HEIGHT: Final = 1080
_JPEG: Final = "MJPG"


def cameras() -> tuple[str, ...]:
    """The video devices plugged in, as ``/dev/video0``; what registers them is their path."""
    return tuple(sorted(str(path) for path in Path("/dev").glob("video*")))


def film(device: str, child: ReadingChild) -> Iterator[Look]:
    """What the camera sees, picture by picture, until the caller stops.

    Raises ``LIGHT_CAMERA_MISSING`` without the extra, ``LIGHT_CAMERA(error)`` when the camera
    is not there, is busy, or speaks no format of ours (Motion JPEG, YUYV).
    """
    try:
        from linuxpy.video.device import BufferType, Device
    except ImportError:
        raise TransferError("LIGHT_CAMERA_MISSING") from None
    try:
        with Device(device) as camera:
            camera.set_format(BufferType.VIDEO_CAPTURE, WIDTH, HEIGHT, _JPEG)
            taken = camera.get_format(BufferType.VIDEO_CAPTURE)
            for frame in camera:
                yield see(child, taken.pixel_format.name, taken.width, taken.height, bytes(frame))
    except OSError as error:
        raise TransferError("LIGHT_CAMERA", error=error.strerror or "EIO") from None


def see(child: ReadingChild, pixel_format: str, width: int, height: int, data: bytes) -> Look:
    """One picture as the camera delivered it; a broken one is a picture without codes."""
    if len(data) > LIGHT.picture_bytes:
        raise TransferError("LIGHT_CAMERA", error="EFBIG")
    match pixel_format:
        case "MJPEG" | "JPEG":
            try:
                return child.look_at_file(data)
            except TransferError as error:
                if error.code != "LIGHT_PICTURE":
                    raise
                return Look(())
        case "YUYV":
            # Every other byte is brightness.
            grey = data[: 2 * width * height : 2]
            return child.look_at_pixels(width, height, grey.ljust(width * height, b"\0"))
        case _:
            raise TransferError("LIGHT_CAMERA", error="format")
