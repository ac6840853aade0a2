"""A station's doors for light and paper: what leaves as QR codes, and where codes are read."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from airseal.duties import asking, exporting, light, receipting
from airseal.evidence.outside import taken_in
from airseal.evidence.questions import Asked
from airseal.evidence.records import station_facts
from airseal.keys.tokenhost import Signer
from airseal.model.case import fold
from airseal.model.channel import LIGHT_CEILING, Channel, Eye, judge_eye, judge_printer
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.question import Answer
from airseal.model.rights import Right
from airseal.paper import printer
from airseal.ports import Ports
from airseal.station.guard import Guard
from transfer import camera
from transfer.child import ReadingChild
from transfer.limits import LIGHT
from transfer.looking import Look
from transfer.scan import scan

_RECEPTION: Final = "reception"
_PRINTED: Final = "printed"


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
            return light.of_file(ports, copy.read(), _ceiling(ports))

    def slips(self, case: Digest) -> tuple[light.Slip, ...]:
        """The statements of a case that can be shown by themselves, newest first."""
        with self._guard.acting(Right.EXPORT) as ports:
            return light.slips(ports, case, _ceiling(ports))

    def check_cases(self, cases: Sequence[Digest]) -> None:
        """Raise why these cases may not be shown whole, before a PIN is asked (E-10, C-25)."""
        with self._guard.acting(Right.EXPORT) as ports:
            light.check_cases(ports, cases, _ceiling(ports))

    def prepare_cases(self, cases: Sequence[Digest], signer: Signer) -> tuple[light.Outgoing, ...]:
        """Sign cases as a bundle that no medium has seen; the ban of an earlier version after it.

        Raises as :meth:`check_cases`, ``BUNDLE_TOO_LARGE`` and ``LIGHT_TOO_LARGE``.
        """
        with self._guard.acting(Right.EXPORT) as ports:
            ceiling = _ceiling(ports)
            light.check_cases(ports, cases, ceiling)
            made = [exporting.prepare_cases(ports, signer, cases)]
            if banned := exporting.banned_by(ports, cases):
                made.append(exporting.prepare_cases(ports, signer, banned, papers=False))
            return tuple(light.from_vault(ports, one.digest, ceiling) for one in made)

    def may_sign_receipts(self, bundles: Collection[str]) -> None:
        """Raise why these bundles may not be signed for, before a PIN is asked."""
        with self._guard.acting(Right.SIGN_RECEIPT) as ports:
            self._one_pin_for(bundles)
            receipting.may_sign(ports, bundles)

    def _one_pin_for(self, bundles: Collection[str]) -> None:
        if len(bundles) > 1 and not self._guard.one_pin(Right.SIGN_RECEIPT, Level.PUBLIC):
            raise Problem("PIN_EACH")

    def sign_receipts(self, bundles: Collection[str], signer: Signer) -> tuple[light.Outgoing, ...]:
        """Sign for bundles that came; each receipt leaves by itself, without a medium (TX-06).

        Raises as :meth:`airseal.station.Station.sign_receipts`.
        """
        with self._guard.acting(Right.SIGN_RECEIPT) as ports:
            self._one_pin_for(bundles)
            signed = receipting.sign(ports, signer, bundles)
            return tuple(light.alone(ports, one, _ceiling(ports)) for one in signed)

    def receipt_of(self, bundle: str) -> light.Outgoing:
        """The receipt that was signed here for a bundle; raises ``RECEIPT_NOTHING``."""
        with self._guard.acting(Right.EXPORT) as ports:
            return light.receipt_of(ports, bundle, _ceiling(ports))

    def questions(self) -> tuple[Asked, ...]:
        """The questions after cases: those that came and wait for an answer first."""
        with self._guard.acting(Right.IMPORT) as ports:
            return asking.asked(ports)

    def may_ask(self, case: Digest) -> None:
        """Raise why nobody can be asked where a case stands, before a PIN is asked."""
        with self._guard.acting(Right.EXPORT) as ports:
            asking.check_ask(ports, case)

    def ask(self, case: Digest, signer: Signer) -> light.Outgoing:
        """Sign the question where a case stands at another station."""
        with self._guard.acting(Right.EXPORT) as ports:
            return light.alone(ports, asking.ask(ports, signer, case), _ceiling(ports))

    def may_answer(self, question: Digest) -> Answer:
        """What would be answered now, before a PIN is asked; raises as :meth:`answer`."""
        with self._guard.acting(Right.EXPORT) as ports:
            self._check_cleared(ports, question)
            return asking.check_answer(ports, question)

    def _check_cleared(self, ports: Ports, question: Digest) -> None:
        about = asking.about_which(ports, question)
        facts = fold(about, ports.evidence.case_statements(about))
        if facts is not None:
            self._guard.check_clearance(facts.request.level)

    def answer(self, question: Digest, signer: Signer) -> light.Outgoing:
        """Sign where the case of a question stands here.

        Raises ``QUESTION_UNKNOWN``, and ``CLEARANCE_LOW`` for a case above the person (SC-07).
        """
        with self._guard.acting(Right.EXPORT) as ports:
            self._check_cleared(ports, question)
            return light.alone(ports, asking.answer(ports, signer, question), _ceiling(ports))

    def may_write(self, medium: Path) -> None:
        """Raise why codes may not be written to ``medium``: as any export (AC-11, SC-05)."""
        with self._guard.acting(Right.EXPORT):
            self._guard.check_medium(medium)

    def record_showing(self, leaving: light.Outgoing, how: str) -> None:
        """That it is about to be shown on the ``screen``, or printed as ``sheets``."""
        with self._guard.acting(Right.EXPORT) as ports:
            light.record_showing(ports, leaving, how)

    def printers(self) -> tuple[str, ...]:
        """The printers of this machine, registered or not."""
        with self._guard.acting(Right.EXPORT):
            return printer.printers()

    def print_sheets(self, leaving: light.Outgoing, sheets: light.Printed, name: str) -> str:
        """Print sheets on a registered printer; returns the job's id.

        The ledger has it before the printer has. Raises ``PRINTER_NOT_REGISTERED``,
        ``PRINTER_UNKNOWN`` and ``PRINTER_FAILED``.
        """
        with self._guard.acting(Right.EXPORT) as ports:
            problem = judge_printer(name, station_facts(ports.store.desk).printers)
            if problem is not None:
                raise problem
            printer.require(name)
            light.record_showing(ports, leaving, _PRINTED)
            return printer.print_pdf(sheets.pdf, name, f"airseal {leaving.parcel.sha256[:16]}")

    def scan(self, path: Path, child: ReadingChild) -> Iterator[Look]:
        """The codes in a picture, folder, PDF, video or list of frames."""
        with self._guard.acting(Right.IMPORT) as ports:
            yield from scan(path, child, lambda pdf: light.pdf_pages(ports.papers, pdf))

    def keep(self, frames: bytes) -> None:
        """Put codes of what is not complete aside, encrypted, for the next login (by anybody).

        Raises ``Problem("STORE_WRITE_FAILED")``, which costs nothing that was kept before.
        """
        with self._guard.acting(Right.IMPORT) as ports:
            ports.store.put_aside(_RECEPTION, frames)

    def kept(self) -> bytes:
        """What was put aside last; nothing when there is none or it is damaged."""
        with self._guard.acting(Right.IMPORT) as ports:
            return ports.store.set_aside(_RECEPTION) or b""

    def film(self, device: str, child: ReadingChild) -> Iterator[Look]:
        """The codes before a camera, if one may be used here (X-15, E-10)."""
        with self._guard.acting(Right.IMPORT) as ports:
            facts = station_facts(ports.store.desk)
            problem = judge_eye(Eye.CAMERA, device, facts.level, facts.devices)
            if problem is not None:
                raise problem
            yield from camera.film(device, child)

    def typed(self, lines: Sequence[str]) -> Iterator[Look]:
        """The codes that a scanner typed, if the station's scanners may be used (E-10)."""
        with self._guard.acting(Right.IMPORT) as ports:
            facts = station_facts(ports.store.desk)
            problem = judge_eye(Eye.TYPING_SCANNER, "", facts.level, facts.devices)
            if problem is not None:
                raise problem
            yield from (Look((line,)) for line in lines)


def _ceiling(ports: Ports) -> Level:
    """``channel.max_level`` for QR codes of the policy pack in force (C-25)."""
    registry = ports.evidence.registry(ports.station.unit)
    held = registry.policy if registry else None
    return held[1].ceilings[Channel.QR] if held else LIGHT_CEILING
