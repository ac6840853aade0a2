"""What a person does at a station: every act passes the guard, and each batch says its results."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from airseal.duties import (
    administering,
    approving,
    drafting,
    exporting,
    flowing,
    formwriting,
    guarding,
    importing,
    quarantining,
    receipting,
    sealing,
)
from airseal.duties.exporting import Leaves
from airseal.duties.importing import Imported
from airseal.duties.packing import Exported
from airseal.duties.sealing import Position, Ready
from airseal.evidence.outside import taken_in
from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.channel import Channel
from airseal.model.digest import Digest
from airseal.model.format import Element
from airseal.model.grant import AS_ASKED, Less
from airseal.model.level import Level
from airseal.model.machine import Act, CaseState
from airseal.model.problem import Problem
from airseal.model.request import Outcome
from airseal.model.rights import Right, right_to
from airseal.paper.report import Picture, PreflightReport, Proposal
from airseal.ports import Ports
from airseal.station.verifying import Verifying
from transfer.errors import TransferError
from transfer.limits import DEFAULT
from transfer.parcel import Kind, Parcel

_TAKE: Final = {
    Kind.BUNDLE: importing.import_bytes,
    Kind.STATEMENT: importing.import_statement,
    Kind.SLIP: importing.import_slip,
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item of a batch: what was signed, or why not."""

    case: Digest
    signed: Signed | None
    problem: Problem | None


class Acts(Verifying):
    """The acting side of a station; :class:`airseal.station.Station` opens and closes it."""

    def accept_clock(self, reason: str) -> None:
        """Believe the clock as it is now, and say why."""
        with self._guard.acting(Right.CONFIRM_CLOCK) as ports:
            guarding.accept_clock(ports, reason)

    def settle_alarm(self, unit: str, station: str, reason: str) -> None:
        """Accept what a station showed last as its history, and say why."""
        with self._guard.acting(Right.ANSWER_ALARM) as ports:
            guarding.settle_alarm(ports, unit, station, reason)

    def preflight(self, document: BinaryIO) -> PreflightReport:
        """What speaks against sealing this document."""
        return drafting.preflight(self._ports, document)

    def preview_text(self, document: BinaryIO, page: int) -> str:
        """The text layer of one page of a document that was taken in; untrusted."""
        return self._ports.papers.page_text(document, page)

    def preview_picture(self, document: BinaryIO, page: int, width_px: int) -> Picture:
        """One page of a document that was taken in, drawn in the jail."""
        return self._ports.papers.render(document, page, width_px)

    def signature_block(self, document: BinaryIO, seal: str) -> Proposal:
        """Where the 落款 puts ``seal`` (id or name); raises ``Problem("SEAL_UNKNOWN")``."""
        record = self._ports.registry.find_seal(seal)
        return self._ports.papers.find_signature_block(
            document, record.unit_name, record.width_um, record.height_um
        )

    @contextmanager
    def take_in(self, path: Path) -> Iterator[BinaryIO]:
        """A document from outside, copied into memory under the cap."""
        with taken_in(path, DEFAULT.document_bytes) as (copy, _):
            yield copy

    def check_format(
        self, document: BinaryIO, pages: int, wish: drafting.Wish
    ) -> tuple[Element, ...]:
        """The elements that the policy pack asks of this kind of paper and that it lacks."""
        return drafting.check_format(self._ports, document, pages, wish)

    def may_request(
        self, document: BinaryIO, wish: drafting.Wish, source: drafting.Source | None = None
    ) -> drafting.Prepared:
        """Whether this may be asked for so, before any PIN; raises the first reason why not.

        With who will have to approve it, and what the paper lacks.
        """
        with self._guard.acting(Right.REQUEST) as ports:
            self._guard.check_clearance(wish.level)
            if wish.replaces is not None:
                flowing.check_ban(ports, wish.replaces)
            return drafting.check(ports, document, wish, source)

    def request(
        self,
        document: BinaryIO,
        wish: drafting.Wish,
        signer: Signer,
        source: drafting.Source | None = None,
    ) -> Signed:
        """Freeze a document and sign the request for it, and the ban of what it corrects.

        ``source`` is what the document was made from, kept beside it.
        """
        with self._guard.acting(Right.REQUEST) as ports:
            self._guard.check_clearance(wish.level)
            old = wish.replaces
            ban = flowing.ban_for(ports, signer, old) if old is not None else None
            return drafting.request(ports, signer, document, wish, ban, source)

    def import_file(self, path: Path) -> Imported:
        """Import one bundle, all of it or nothing; or one statement that was saved by itself."""
        with self._guard.acting(Right.IMPORT) as ports:
            self._guard.check_medium(path)
            imported, trusted = importing.import_file(ports, path)
        self._ports = replace(self._ports, evidence=trusted)
        return imported

    def may_sign_receipts(self, bundles: Collection[str], medium: Path) -> None:
        """Raise why ``bundles`` may not be signed for to ``medium``, before a PIN is asked."""
        with self._guard.acting(Right.SIGN_RECEIPT) as ports:
            self._guard.check_writable(medium)
            self._one_pin_for(bundles)
            receipting.may_sign(ports, bundles)

    def _one_pin_for(self, bundles: Collection[str]) -> None:
        if len(bundles) > 1 and not self._guard.one_pin(Right.SIGN_RECEIPT, Level.PUBLIC):
            raise Problem("PIN_EACH")

    def sign_receipts(self, bundles: Collection[str], medium: Path, signer: Signer) -> Exported:
        """Sign for bundles that came, and write the receipts to a medium (TX-06, AC-04)."""
        with self._guard.acting(Right.SIGN_RECEIPT) as ports:
            self._guard.check_medium(medium)
            self._one_pin_for(bundles)
            signed = receipting.sign(ports, signer, bundles)
            return exporting.export_receipts(ports, signer, signed, medium)

    def copy_refused(self, file: Digest, medium: Path) -> Path:
        """Copy a file out of the quarantine, as it came."""
        with self._guard.acting(Right.CLEAR_QUARANTINE) as ports:
            self._guard.check_medium(medium)
            return quarantining.copy_out(ports, file, medium)

    def clear_refused(self, file: Digest, reason: str) -> None:
        """Destroy a file in the quarantine."""
        with self._guard.acting(Right.CLEAR_QUARANTINE) as ports:
            quarantining.clear(ports, file, reason)

    def import_light(self, parcel: Parcel, *, quarantine: bool = True) -> Imported:
        """Import what came as QR codes, exactly like a bundle from a stick.

        Without ``quarantine`` what is refused is not kept.
        """
        name = f"qr-{parcel.sha256[:16]}{parcel.suffix}"
        with self._guard.acting(Right.IMPORT) as ports:
            take = _TAKE[parcel.kind]
            imported, trusted = take(ports, parcel.content, name, quarantine=quarantine)
        self._ports = replace(self._ports, evidence=trusted)
        return imported

    def read(self, case: Digest) -> None:
        """Record that this person opened the documents of a case."""
        with self._guard.acting(Right.READ) as ports:
            approving.record_reading(ports, case)

    def may_decide(
        self, case: Digest, outcome: Outcome, reason: str, less: Less = AS_ASKED
    ) -> None:
        """Raise the reason why this person may not decide so, before a PIN is asked."""
        with self._guard.acting(Right.DECIDE) as ports:
            turn = approving.check(ports, case, outcome, reason, less)
            self._guard.check_clearance(turn.facts.request.level)

    def decide(
        self,
        cases: Sequence[Digest],
        outcome: Outcome,
        reason: str,
        signer: Signer,
        less: Less | Mapping[Digest, Less] = AS_ASKED,
    ) -> list[Result]:
        """Decide each case by itself; stop the batch at the first trouble with the token.

        Approving may give ``less`` than what was asked, of all or of some (E-11).

        Raises ``Problem("PIN_EACH")`` where the policy pack wants a PIN for every decision.
        """

        def one(case: Digest) -> Signed:
            with self._acting_on(Right.DECIDE, case) as ports:
                own = less if isinstance(less, Less) else less.get(case, AS_ASKED)
                return approving.decide(ports, signer, case, outcome, reason, own)

        self._check_batch(Right.DECIDE, cases)
        return self._each(cases, one)

    def may_act(self, case: Digest, act: Act, build: flowing.Build) -> CaseState:
        """What the case will be once this is signed; nothing is.

        Raises the reason why this person may not do this to a case, before a PIN is asked.
        """
        with self._guard.acting(right_to(act)) as ports:
            ahead = flowing.check(ports, case, build)
            self._guard.check_clearance(ahead.facts.request.level)
            return flowing.state_after(ports, ahead)

    def act(
        self, cases: Sequence[Digest], act: Act, build: flowing.Build, signer: Signer
    ) -> list[Result]:
        """Do what ``build`` makes to each case: withdraw, send back, confirm, void and the like."""

        def one(case: Digest) -> Signed:
            with self._acting_on(right_to(act), case) as ports:
                return flowing.act(ports, signer, case, build)

        self._check_batch(right_to(act), cases)
        return self._each(cases, one)

    def ready_to_seal(self, case: Digest, checked: Sequence[str] | None = None) -> Ready:
        """What the custodian must see before the PIN; raises why sealing is not possible.

        ``checked`` is what was ticked, where that is known already (SE-01: ``TICKS_MISSING``).
        """
        with self._guard.acting(Right.SEAL) as ports:
            ready = sealing.check(ports, case, checked)
            self._guard.check_clearance(ready.facts.request.level)
            return ready

    def check_position(self, ready: Ready, position: Position) -> Problem | None:
        """Why the seal may not stand there, or None."""
        return sealing.check_position(self._ports, ready, position)

    def seal(
        self,
        case: Digest,
        signer: Signer,
        position: Position | None = None,
        checked: Sequence[str] = (),
    ) -> Signed:
        """Seal the next place of one case; ``checked`` is what the custodian ticked (SE-01).

        Raises ``Problem("PIN_EACH")`` when the PIN was used for another case before, and the
        policy pack does not allow that for papers of this level.
        """
        with self._acting_on(Right.SEAL, case) as ports:
            return sealing.seal(ports, signer, case, position, checked)

    def may_seal_all(self, cases: Sequence[Digest]) -> None:
        """Raise ``Problem("PIN_EACH")`` where one PIN may not seal these together (SE-13)."""
        with self._guard.acting(Right.SEAL):
            self._check_batch(Right.SEAL, cases)

    def seal_all(
        self, cases: Sequence[Digest], signer: Signer, checked: Sequence[str] = ()
    ) -> list[Result]:
        """Seal every open place of each case at its approved centre; raises ``PIN_EACH``.

        ``checked`` is what the custodian ticked for all of them (SE-01).
        """

        def whole(case: Digest) -> Signed:
            signed = self.seal(case, signer, checked=checked)
            while self._view(case).facts.next_place is not None:
                signed = self.seal(case, signer, checked=checked)
            return signed

        self._check_batch(Right.SEAL, cases)
        return self._each(cases, whole)

    @contextmanager
    def _acting_on(self, right: Right, case: Digest) -> Iterator[Ports]:
        """The ports for an act on one case that takes a PIN (AC-04) and clearance (SC-07)."""
        with self._guard.acting(right) as ports:
            facts = self._view(case).facts
            level = facts.request.level
            self._guard.check_clearance(level)
            self._guard.spend_pin(right, case, level, facts.asked.matter.importance)
            yield ports

    def _check_batch(self, right: Right, cases: Sequence[Digest]) -> None:
        """Raise ``Problem("PIN_EACH")`` before the first of a batch that one PIN may not sign."""
        views = [self._view(case).facts for case in set(cases)]
        kinds = {(facts.request.level, facts.asked.matter.importance) for facts in views}
        if len(views) > 1 and not all(self._guard.one_pin(right, *each) for each in kinds):
            raise Problem("PIN_EACH")

    def abandon(self, case: Digest, reason: str) -> None:
        """Give up an unfinished sealing, with the reason."""
        with self._guard.acting(Right.SEAL) as ports:
            sealing.abandon(ports, case, reason)

    def export(
        self,
        cases: Sequence[Digest],
        medium: Path,
        signer: Signer,
        channel: Channel = Channel.MEDIUM,
    ) -> Exported:
        """Write cases to a medium and read them back; ``channel`` is where it is bound for."""
        with self._guard.acting(Right.EXPORT) as ports:
            self._guard.check_medium(medium)
            return exporting.export_cases(ports, signer, cases, medium, channel)

    def write_form(self, case: Digest, name: str, content: bytes, medium: Path) -> str:
        """Write a drawn paper form of a case to a medium; returns the file's name (BK-07)."""
        with self._guard.acting(Right.EXPORT) as ports:
            self._guard.check_medium(medium)
            self._guard.check_clearance(self._view(case).facts.request.level)
            return formwriting.write_form(ports, case, name, content, medium)

    def leaving(
        self,
        cases: Sequence[Digest],
        medium: Path | None = None,
        channel: Channel = Channel.MEDIUM,
    ) -> Leaves:
        """What an export of ``cases`` would take out; nothing is signed or written (BK-08).

        Raises why they may not leave to ``medium`` by ``channel``, before any PIN is asked.
        """
        with self._guard.acting(Right.EXPORT) as ports:
            if medium is not None:
                self._guard.check_writable(medium)
            exporting.check_channel(ports, cases, channel)
            return exporting.leaving(ports, cases)

    def hold(self, signed: Sequence[Signed], documents: Sequence[bytes]) -> None:
        """Commit statements that were made here, with the documents they name."""
        with self._guard.acting(Right.PUBLISH) as ports:
            administering.hold(ports, signed, documents)

    def may_export_registry(self, medium: Path) -> None:
        """Raise why the registry may not be written to ``medium``, before a PIN is asked."""
        with self._guard.acting(Right.PUBLISH) as ports:
            self._guard.check_writable(medium)
            ports.current_registry().basis(ports.account.person)

    def export_registry(self, medium: Path, signer: Signer) -> Exported:
        """Write the registry to a medium."""
        with self._guard.acting(Right.PUBLISH) as ports:
            self._guard.check_medium(medium)
            return exporting.export_registry(ports, signer, medium)

    def _each(self, cases: Iterable[Digest], act: Callable[[Digest], Signed]) -> list[Result]:
        """One result a case; trouble with the token, or the person, stops the rest."""
        results: list[Result] = []
        stopped = False
        wanted = list(cases)
        for done, case in enumerate(wanted):
            if stopped:
                results.append(Result(case, None, Problem("BATCH_STOPPED")))
                continue
            try:
                self._ports.progress(done, len(wanted), "batch")
                results.append(Result(case, act(case), None))
            except (Problem, TransferError) as error:
                problem = error if isinstance(error, Problem) else Problem(error.code)
                results.append(Result(case, None, problem))
                stopped = problem.code.startswith(("PIN_", "TOKEN_", "CANCELLED"))
        return results
