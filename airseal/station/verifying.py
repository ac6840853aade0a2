"""Verifying at a station: verdicts on cases and files, and reports on them (VF-01 to VF-10)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from airseal.duties import (
    checking,
    importing,
)
from airseal.evidence.verifier import OWN, Profile
from airseal.evidence.verifier.pictures import compared_pages, page_pictures
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.model.rights import Right
from airseal.model.verdict import Verdict
from airseal.paper.report import Picture
from airseal.paper.revisions import Difference
from airseal.station.queries import Queries
from transfer.parcel import Kind

_TAKE: Final = {
    Kind.BUNDLE: importing.import_bytes,
    Kind.STATEMENT: importing.import_statement,
    Kind.SLIP: importing.import_slip,
}


class Verifying(Queries):
    """What a checker asks a station, and everybody else with the right to verify."""

    def glance(self, case: Digest) -> Verdict:
        """The verdict on one case as it is opened; nothing is recorded."""
        with self._guard.acting(Right.VERIFY) as ports:
            return ports.verdict(case)

    def verify_case(self, case: Digest) -> Verdict:
        """The verdict on one case this station holds."""
        with self._guard.acting(Right.VERIFY) as ports:
            return checking.verify_case(ports, case)

    def verify_file(self, path: Path) -> Verdict:
        """The verdict on a bundle or a PDF from outside; recorded, nothing imported."""
        with self._guard.acting(Right.VERIFY) as ports:
            return checking.verify_file(ports, path)

    def verify_files(self, paths: Sequence[Path], profile: Profile = OWN) -> tuple[Verdict, ...]:
        """The verdicts on many files from outside, in their order; recorded together."""
        with self._guard.acting(Right.VERIFY) as ports:
            return checking.verify_files(ports, paths, profile)

    def page_pictures(self, path: Path, verdict: Verdict) -> tuple[Picture, ...]:
        """The sealed page of a file for its report; with what is shown now, if that differs."""
        return page_pictures(self._ports.papers, path, verdict)

    def compare_pages(
        self, path: Path, verdict: Verdict, end: int, page: int, *, onwards: bool
    ) -> tuple[int, Difference]:
        """A page as a seal saw it and as it is now; see :func:`compared_pages`."""
        with self._guard.acting(Right.VERIFY) as ports:
            told = ports.progress
            return compared_pages(ports.papers, path, verdict, end, page, told, onwards=onwards)

    def may_report(self, medium: Path) -> None:
        """Raise why no report may be written to ``medium``, before a PIN is asked (SC-05)."""
        with self._guard.acting(Right.VERIFY):
            self._guard.check_writable(medium)

    def sign_report(self, report: bytes, signer: Signer) -> bytes:
        """A detached CMS signature over a report, by the person logged in."""
        with self._guard.acting(Right.VERIFY) as ports:
            return checking.sign_report(ports, report, signer)

    @property
    def about_report(self) -> tuple[str, str, str, str, str]:
        """Number, time, station, checker and the loaded pack's legal basis, for a report."""
        return checking.about_report(self._ports)
