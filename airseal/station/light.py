"""A station's doors for light and paper: what leaves as QR codes, and where codes are read."""

from collections.abc import Iterator
from pathlib import Path

from airseal.duties import light
from airseal.evidence.outside import taken_in
from airseal.evidence.records import station_facts
from airseal.model.channel import LIGHT_CEILING, Eye, judge_eye
from airseal.model.rights import Right
from airseal.station.guard import Guard
from transfer import camera
from transfer.child import ReadingChild
from transfer.limits import LIGHT
from transfer.looking import Look
from transfer.scan import scan


class LightDoors:
    """Each door asks for the right of an export or an import (AC-03)."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def outgoing(self, path: Path) -> light.Outgoing:
        """A bundle or statement that may leave as QR codes; raises why not (E-10, C-25)."""
        with (
            self._guard.acting(Right.EXPORT) as ports,
            taken_in(path, LIGHT.payload_bytes) as (copy, _),
        ):
            registry = ports.evidence.registry(ports.station.unit)
            held = registry.policy if registry else None
            ceiling = held[1].settings.channel_qr if held else LIGHT_CEILING
            return light.outgoing(copy.read(), ceiling)

    def record_showing(self, leaving: light.Outgoing, how: str) -> None:
        """That it is about to be shown on the ``screen``, or printed as ``sheets``."""
        with self._guard.acting(Right.EXPORT) as ports:
            light.record_showing(ports, leaving, how)

    def scan(self, path: Path, child: ReadingChild) -> Iterator[Look]:
        """The codes in a picture, folder, PDF, video or list of frames."""
        with self._guard.acting(Right.IMPORT) as ports:
            yield from scan(path, child, lambda pdf: light.pdf_pages(ports.papers, pdf))

    def film(self, device: str, child: ReadingChild) -> Iterator[Look]:
        """The codes before a camera, if one may be used here (X-15, E-10)."""
        with self._guard.acting(Right.IMPORT) as ports:
            facts = station_facts(ports.store.desk)
            problem = judge_eye(Eye.CAMERA, device, facts.level, facts.media)
            if problem is not None:
                raise problem
            yield from camera.film(device, child)
