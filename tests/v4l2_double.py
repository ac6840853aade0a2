"""A V4L2 driver as programs see it: every ioctl that linuxpy makes of a capture device.

There is no camera here and the kernel has no module for a virtual one, so the driver's side is
this double: a file for the device, its buffers mapped from it for real.
"""

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

from linuxpy.video.raw import IOC, Capability, v4l2_fourcc

PAGES = 1 << 20
"""Bytes of one buffer, whole pages."""


@dataclass
class Camera:
    """Shows ``pictures`` one after the other, then is unplugged."""

    device: Path
    pictures: list[bytes]
    fourcc: str
    size: tuple[int, int]
    asked: list[str] = field(default_factory=list)
    streaming: bool = False
    _queued: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.device.write_bytes(b"")
        os.truncate(self.device, 4 * PAGES)

    def ioctl(self, fd, request, arg) -> int:
        self.asked.append(IOC(request).name)
        match IOC(request):
            case IOC.QUERYCAP:
                arg.driver, arg.card, arg.bus_info = b"double", b"none", b"usb-0"
                arg.capabilities = arg.device_caps = Capability.VIDEO_CAPTURE | Capability.STREAMING
            case IOC.S_FMT | IOC.G_FMT:
                # A driver answers with what it has, whatever it was asked for.
                pix = arg.fmt.pix
                pix.width, pix.height = self.size
                pix.pixelformat, pix.sizeimage = v4l2_fourcc(*self.fourcc), PAGES
            case IOC.REQBUFS:
                arg.count = min(arg.count, 4)
            case IOC.QUERYBUF:
                arg.length, arg.m.offset = PAGES, arg.index * PAGES
            case IOC.QBUF:
                self._queued.append(arg.index)
            case IOC.DQBUF:
                if not self.pictures:
                    raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
                picture, arg.index = self.pictures.pop(0), self._queued.pop(0)
                with self.device.open("r+b") as memory:
                    memory.seek(arg.index * PAGES)
                    memory.write(picture)
                arg.bytesused, arg.length = len(picture), PAGES
                arg.m.offset = arg.index * PAGES
            case IOC.STREAMON:
                self.streaming = True
            case IOC.STREAMOFF:
                self.streaming = False
            case _:
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return 0
