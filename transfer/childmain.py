"""The reading child: decoder, picture libraries and video codecs live and die here.

Run only by :mod:`transfer.child` as ``python -I -m transfer.childmain FD``. It ends when the
program closes the channel.
"""

import ctypes
import logging
import os
import resource
import socket
import sys
from typing import Final

from transfer import childwire as wire
from transfer.childwire import Tag
from transfer.looking import PictureError, look_at_file, look_at_pixels, look_at_video
from transfer.solving import solve

ADDRESS_SPACE: Final = 2 << 30
OPEN_FILES: Final = 32
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_DUMPABLE: Final = 4


def main() -> None:
    """Give up what is not needed, then answer questions one by one."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    os.set_inheritable(channel.fileno(), False)
    logging.disable()
    _confine()
    while True:
        try:
            tag, body = wire.receive(channel, wire.MAX_QUESTION)
            _answer(channel, tag, body)
        except (wire.WireError, OSError):
            return


def _confine() -> None:
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
    ):
        resource.setrlimit(limit, (value, value))


def _answer(channel: socket.socket, tag: Tag, body: bytes) -> None:
    try:
        match tag:
            case Tag.SOLVE:
                made = solve(*wire.read_packets(body))
                if made is None:
                    wire.send(channel, Tag.NOTHING)
                else:
                    wire.send(channel, Tag.OBJECT, made)
            case Tag.FILE:
                wire.send(channel, Tag.LOOK, wire.write_look(look_at_file(body)))
            case Tag.PIXELS:
                seen = look_at_pixels(*wire.read_pixels(body))
                wire.send(channel, Tag.LOOK, wire.write_look(seen))
            case Tag.VIDEO:
                _, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
                with os.fdopen(descriptors[0], "rb") as source:
                    for seen in look_at_video(source):
                        wire.send(channel, Tag.LOOK, wire.write_look(seen))
                wire.send(channel, Tag.END)
            case _:
                raise wire.WireError
    except (PictureError, MemoryError, ValueError):
        wire.send(channel, Tag.UNREADABLE)


if __name__ == "__main__":
    main()
