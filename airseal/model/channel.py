"""What may leave as QR codes, and which devices may look at some (C-25, E-10, X-15, X-19).

QR codes can be photographed by anybody in the room, so the ceiling is low: 公开 and 内部 by
default. Above it only what is short and tells no content: decisions, receipts, proofs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.settings import Settings

LIGHT_CEILING: Final = Settings().channel_qr
"""``channel.max_level`` for QR codes where no policy pack is held (C-25)."""

TELLS_NO_CONTENT: Final = frozenset(
    {"decision", "receipt", "checkpoint", "timestamp", "sealing", "question", "answer"}
)
"""Kinds of statements that hold digests, names and times, and no text of the paper (E-10)."""


class Channel(StrEnum):
    """By which way something leaves the station (C-25)."""

    MEDIUM = "medium"
    """A registered medium on its way to a machine of its own level."""
    NETWORK = "network"
    """A medium bound for a machine on a network (政务网), or for a unit of a lower level."""
    QR = "qr"


_CAMERA_PATH: Final = "/dev/video"


@dataclass(frozen=True, slots=True)
class Device:
    """A wired camera or scanner that is registered with a station (E-10).

    ``name`` is the path of a camera, such as ``/dev/video0``, or what a scanner is called;
    ``level`` the highest of what it may look at.
    """

    name: str
    level: Level

    @property
    def is_camera(self) -> bool:
        """Whether it films; a scanner types, or lays its pictures down as files."""
        return self.name.startswith(_CAMERA_PATH)


def devices_among(media: Collection[str], level: Level) -> tuple[Device, ...]:
    """The cameras of a registration from before devices had a level, when they stood among media.

    They were let in up to the ``level`` of the station.
    """
    named = (Device(name, level) for name in media)
    return tuple(one for one in named if one.is_camera)


class Eye(StrEnum):
    """What reads codes."""

    CAMERA = "camera"
    SCANNED_PAPER = "scanned-paper"
    TYPING_SCANNER = "typing-scanner"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is about to be shown or printed as codes.

    ``level`` is the highest of everything in it; ``kinds`` the kinds of its statements;
    ``documents`` whether it holds any document itself.
    """

    level: Level
    kinds: frozenset[str]
    documents: bool


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands above codes (X-25).

    ``unit`` is the id of the sender's unit (发文单位), ``kinds`` says what it is (文种) by the
    kinds of its statements, ``name`` is its own id. ``symbol`` (发文字号) and ``title`` (标题)
    are those of its request, empty when there is not exactly one.
    """

    level: Level
    unit: str
    kinds: frozenset[str]
    name: str
    symbol: str
    title: str


def judge_light(leaving: Leaving, ceiling: Level = LIGHT_CEILING) -> Problem | None:
    """``QR_LEVEL`` (``level``, ``limit``) when it must not leave as QR codes, or None."""
    if ceiling.covers(leaving.level):
        return None
    if not leaving.documents and leaving.kinds <= TELLS_NO_CONTENT:
        return None
    return Problem("QR_LEVEL", level=leaving.level, limit=ceiling)


def judge_channel(
    channel: Channel, leaving: Leaving, ceilings: Mapping[Channel, Level], station: Level
) -> Problem | None:
    """Why something must not leave by ``channel``, or None (C-25, SC-02, E-09).

    ``ceilings`` are the highest levels that the pack lets out by each; a medium may hold what
    the station may. ``QR_LEVEL`` and ``CHANNEL_LEVEL`` (``level``, ``limit``).
    """
    match channel:
        case Channel.QR:
            return judge_light(leaving, ceilings.get(channel, LIGHT_CEILING))
        case Channel.NETWORK:
            limit = ceilings.get(channel, LIGHT_CEILING)
        case Channel.MEDIUM:
            limit = station
    if limit.covers(leaving.level):
        return None
    return Problem("CHANNEL_LEVEL", level=leaving.level, limit=limit)


def judge_eye(
    eye: Eye, device: str, station: Level, registered: Collection[Device]
) -> Problem | None:
    """Why this device may not read codes at a station of this level, or None (X-15, E-10).

    A camera never looks at anything where state secrets are worked on (``QR_CAMERA``), and
    elsewhere must be registered with the station (``QR_DEVICE``), for its level at least
    (``QR_DEVICE_LEVEL``); a station takes in nothing above its own level, so that covers the
    content. Scanners that type stay possible everywhere. Nobody can tell which one types, so
    they are refused when scanners are registered and none of them is for this level. Scanned
    paper and files are judged by the medium.
    """
    match eye:
        case Eye.CAMERA if station.is_state_secret:
            return Problem("QR_CAMERA", level=station)
        case Eye.CAMERA:
            mine = [one for one in registered if one.is_camera and one.name == device]
            if not mine:
                return Problem("QR_DEVICE", device=device)
        case Eye.TYPING_SCANNER:
            mine = [one for one in registered if not one.is_camera]
        case Eye.SCANNED_PAPER | Eye.FILE:
            return None
    if mine and not any(one.level.covers(station) for one in mine):
        best = max(mine, key=lambda one: one.level.rank)
        return Problem("QR_DEVICE_LEVEL", device=best.name, limit=best.level, level=station)
    return None


def judge_printer(printer: str, registered: Collection[str]) -> Problem | None:
    """``PRINTER_NOT_REGISTERED`` (``printer``) for one that is not this station's (AC-11)."""
    return None if printer in registered else Problem("PRINTER_NOT_REGISTERED", printer=printer)
