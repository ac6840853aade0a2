"""The one verifier: from statements and bytes to a verdict with reasons (VF-01…VF-03).

Import, screens and command line all ask here. It never raises for what it was given to
judge: whatever is wrong becomes a failed check with its code.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, TypeVar

from airseal.evidence.opening import OpenedBundle, current_documents, open_signed_bundle
from airseal.evidence.stamps import check_timestamp, stamps_of
from airseal.evidence.trusted import TrustedSet, decode_der
from airseal.model.case import CaseState, Context, Facts, fold, judge, judge_sealing
from airseal.model.checkpoint import Remembered, judge_shown
from airseal.model.digest import Digest, from_hex, sha256
from airseal.model.moment import parse_moment
from airseal.model.problem import Problem
from airseal.model.registry import Appointment, Charter, RevocationList, SealRecord
from airseal.model.request import RequestedDocument, Sealing
from airseal.model.stamp import Timestamp
from airseal.model.statement import Statement
from airseal.model.verdict import Check, FiveItems, Group, Verdict, Word
from airseal.paper.papers import Papers
from airseal.paper.report import PdfReport, Revocation, SignatureReport
from transfer.errors import TransferError

Body = TypeVar("Body")

METHOD = "pades-b-lt"
"""签章方式 as the five items name it: a PAdES signature with the seal's picture."""

POSITION_SLACK_UM = 50
"""How far a seal in the PDF may be from the stated centre: rounding to PDF points, in µm."""


def _never_met(_unit: str, _station: str) -> None:
    """What is remembered by somebody without a station: nothing."""


@dataclass(frozen=True)
class Verifier:
    """Judges cases, bundles and PDFs against one trusted set, at one moment."""

    trusted: TrustedSet
    papers: Papers
    now: datetime
    stampers: tuple[bytes, ...] = ()
    """The roots (DER) of the time stamping authorities that are enrolled here."""

    known: Callable[[str, str], Remembered | None] = _never_met
    """What is remembered of the ledger of a unit's station."""

    def bundle(self, source: BinaryIO, subject: str) -> Verdict:
        """The verdict on a bundle file; nothing is imported."""
        try:
            opened = open_signed_bundle(source, self.trusted)
        except (Problem, TransferError) as error:
            return Verdict(subject, self._demo(), (), (_failed("BUNDLE", Group.FORMAT, error),))
        inside = replace(self, trusted=opened.trusted)
        return inside._opened(opened, subject)

    def _opened(self, opened: OpenedBundle, subject: str) -> Verdict:
        checks = [Check("BUNDLE", Group.FORMAT, Word.PASS)]
        if opened.offered.parked:
            parked = Problem("STATEMENTS_PARKED", count=len(opened.offered.parked))
            checks.append(Check("STATEMENTS", Group.FORMAT, Word.UNKNOWN, parked))
        else:
            checks.append(Check("STATEMENTS", Group.FORMAT, Word.PASS))
        if not opened.cases:
            nothing = Problem("NOTHING_SEALED")
            checks.append(Check("SEALED", Group.AUTHORISATION, Word.UNKNOWN, nothing))
        checks.extend(self._ledger(opened))
        documents = dict(opened.documents())
        items: list[FiveItems] = []
        for case in opened.cases:
            verdict = self.case(case, documents.get)
            items.extend(verdict.items)
            checks.extend(verdict.checks)
        return Verdict(subject, self._demo(), tuple(items), tuple(checks), opened.cases)

    def _ledger(self, opened: OpenedBundle) -> Iterator[Check]:
        """Whether the sender's ledger continues what is known of it; said only when not.

        Who shows two histories may have made this one for the occasion: 无法判断.
        """
        if (shown := opened.shown) is None:
            return
        problem = judge_shown(self.known(shown.unit, shown.station), shown)
        if problem is not None:
            forked = problem.code == "CHECKPOINT_FORKED"
            yield Check("LEDGER", Group.INTEGRITY, Word.UNKNOWN if forked else Word.NOTE, problem)

    def case(self, case: Digest, document: Callable[[Digest], BinaryIO | None]) -> Verdict:
        """The verdict on a case whose statements are trusted; ``document`` finds the bytes."""
        facts = fold(case, self.trusted.case_statements(case))
        if facts is None:
            return Verdict(case, self._demo(), (), (_unknown("CASE", Problem("CASE_UNKNOWN")),))
        checks = list(self._case_checks(facts, document))
        return Verdict(case, self._demo(), tuple(self._items(facts)), tuple(checks), (case,))

    def pdf(self, source: BinaryIO, subject: str) -> Verdict:
        """The verdict on a bare PDF: with its case if the statements are held.

        Without them the most it can be is 密码有效，用印依据缺失 (VF-03).
        """
        digest = digest_of(source)
        case = self._case_of(digest)
        if case is not None:
            found = self.case(case, lambda name: source if name == digest else None)
            return replace(found, subject=subject)
        missing = Problem("BASIS_MISSING")
        try:
            checks = [*self._foreign_pdf(source), _unknown("AUTHORISATION", missing)]
        except Problem as problem:
            checks = [_failed("PDF", Group.FORMAT, problem)]
        return Verdict(subject, self._demo(), (), tuple(checks))

    def _case_of(self, digest: Digest) -> Digest | None:
        """The case whose current form a document is; the one that sealed it comes first."""
        found: Digest | None = None
        for case in sorted(self.trusted.cases):
            facts = fold(case, self.trusted.case_statements(case))
            if facts is not None and digest in current_documents(facts):
                if digest not in {d.digest for d in facts.asked.grant.documents}:
                    return case
                found = found or case
        return found

    def _foreign_pdf(self, source: BinaryIO) -> Iterator[Check]:
        """A PDF by its signatures alone, against the current lists of every enrolled unit."""
        roots = [anchor.root for anchor in self.trusted.anchors]
        issuers: list[bytes] = []
        crls: list[bytes] = []
        for anchor in self.trusted.anchors:
            registry = self.trusted.registry(anchor.unit)
            if registry is not None:
                issuers += [decode_der(text) for text in registry.charter.issuers]
                lists = registry.revocation
                crls += [decode_der(text) for text in lists[1].crls] if lists else []
        report = self.papers.verify(source, roots=roots, issuers=issuers, crls=crls, at=None)
        yield from _pdf_checks(report)
        for signature in report.signatures:
            yield from _signature_checks(signature)

    def _demo(self) -> bool:
        """Whether any unit here is a demonstration: then everything is said to be one."""
        registries = (self.trusted.registry(anchor.unit) for anchor in self.trusted.anchors)
        return any(registry is not None and registry.charter.demo for registry in registries)

    def _items(self, facts: Facts) -> Iterator[FiveItems]:
        """VF-01, one set for each seal on each document."""
        context = self.trusted.context()
        for statement in facts.sealings:
            sealing = statement.body
            assert isinstance(sealing, Sealing)
            signer = _relied(statement, Appointment, context)
            seal = _relied(statement, SealRecord, context)
            yield FiveItems(
                signer=signer.name if signer else statement.by,
                seal=seal.name if seal else sealing.seal,
                sealed_at=sealing.sealed_at,
                method=METHOD,
                document=facts.asked.title,
            )

    def _case_checks(
        self, facts: Facts, document: Callable[[Digest], BinaryIO | None]
    ) -> Iterator[Check]:
        context = self.trusted.context()
        status = judge(facts, context, self.now)
        if not facts.sealings:
            yield Check("SEALED", Group.AUTHORISATION, Word.UNKNOWN, Problem("NOTHING_SEALED"))
        for asked in facts.asked.grant.documents:
            digest = facts.current_form(asked.digest)
            source = document(digest)
            if source is None:
                yield _unknown("DOCUMENT", Problem("DOCUMENT_MISSING"))
            else:
                yield from self._document_checks(facts, asked, digest, source)
        yield from self._authorisation(facts, status.state, status.problems, context)
        yield self._list_age(facts)
        yield from self._stamps(facts)

    def _stamps(self, facts: Facts) -> Iterator[Check]:
        """VF-10: a time stamp is verified and shown; its absence is stated, not a failure."""
        for sealing in facts.sealings:
            reason: Problem | None = Problem("TIMESTAMP_ABSENT")
            for stamp in stamps_of(sealing.id, facts.statements):
                if (reason := self._stamp_problem(sealing, stamp)) is None:
                    break
            word = Word.PASS if reason is None else Word.NOTE
            yield Check("TIMESTAMP", Group.VALIDITY, word, reason)
        if not facts.sealings:
            absent = Problem("TIMESTAMP_ABSENT")
            yield Check("TIMESTAMP", Group.VALIDITY, Word.NOTE, absent)

    def _stamp_problem(self, sealing: Statement, stamp: Timestamp) -> Problem | None:
        if not self.stampers:
            return Problem("TIMESTAMP_UNVERIFIED")
        signed = self.trusted.get(sealing.id)
        assert signed is not None
        try:
            check_timestamp(stamp, sha256(signed.p7m), self.stampers)
        except Problem as problem:
            return problem
        return None

    def _document_checks(
        self, facts: Facts, asked: RequestedDocument, digest: Digest, source: BinaryIO
    ) -> Iterator[Check]:
        """Bytes against statements first; only then is the document parsed, in the jail."""
        if digest_of(source) != digest:
            yield _failed("DOCUMENT_DIGEST", Group.INTEGRITY, Problem("DOCUMENT_MISMATCH"))
            return
        yield Check("DOCUMENT_DIGEST", Group.INTEGRITY, Word.PASS)
        if digest_of(source, asked.size) != asked.digest:
            yield _failed("DOCUMENT_LOCK", Group.INTEGRITY, Problem("DOCUMENT_NOT_APPROVED"))
        else:
            yield Check("DOCUMENT_LOCK", Group.INTEGRITY, Word.PASS)
        done = [
            sealing
            for place in asked.seals
            if (sealing := facts.sealing(asked.digest, place.order)) is not None
        ]
        if done:
            yield from self._seal_checks(done, source)

    def _seal_checks(self, sealings: list[Statement], source: BinaryIO) -> Iterator[Check]:
        """Each PDF signature against the sealing statement that claims it."""
        context = self.trusted.context()
        last = sealings[-1]
        charter = _relied_charter(last, context)
        lists = _relied(last, RevocationList, context)
        anchor = next((a for a in self.trusted.anchors if a.unit == last.unit), None)
        if charter is None or lists is None or anchor is None:
            yield _unknown("PDF", Problem("REGISTRY_MISSING", unit=last.unit))
            return
        try:
            report = self.papers.verify(
                source,
                roots=[anchor.root],
                issuers=[decode_der(text) for text in charter.issuers],
                crls=[decode_der(text) for text in lists.crls],
                at=last.time,
            )
        except Problem as problem:
            yield _failed("PDF", Group.INTEGRITY, problem)
            return
        yield from _pdf_checks(report)
        if len(report.signatures) != len(sealings):
            counted = Problem("SIGNATURE_COUNT", found=len(report.signatures), stated=len(sealings))
            yield _failed("SIGNATURES", Group.INTEGRITY, counted)
            return
        for statement, signature in zip(sealings, report.signatures, strict=True):
            yield from _signature_checks(signature)
            yield _statement_check(statement, signature, context)
            yield self._revoked_since(statement)

    def _revoked_since(self, statement: Statement) -> Check:
        """VF-11: the newest list held may know more than the list of that day."""
        since = self.trusted.context().revoked_since(statement)
        if since is None:
            return Check("SIGNER_STATUS", Group.VALIDITY, Word.PASS)
        reason = Problem("SIGNER_REVOKED", person=statement.by)
        word = Word.FAIL if statement.time >= since else Word.NOTE
        return Check("SIGNER_STATUS", Group.VALIDITY, word, reason)

    def _authorisation(
        self,
        facts: Facts,
        state: CaseState,
        problems: tuple[Problem, ...],
        context: Context,
    ) -> Iterator[Check]:
        """VF-03: who asked, who approved, who sealed, each entitled then and to this."""
        group = Group.AUTHORISATION
        for statement in facts.sealings:
            problem = judge_sealing(statement, facts, context)
            yield Check("AUTHORISATION", group, _word(problem), problem)
        for problem in problems:
            if problem.code.startswith(("CONFLICT_", "CASE_")):
                yield Check("CASE", group, Word.FAIL, problem)
        if facts.sealings and facts.next_place is not None:
            yield Check("COMPLETE", group, Word.FAIL, Problem("SEALS_MISSING"))
        if state is CaseState.SEALED:
            yield Check("CASE", group, Word.PASS)

    def _list_age(self, facts: Facts) -> Check:
        """E-05, E-12: how old the lists are; an expired registry leaves 状态未知."""
        registry = self.trusted.registry(facts.request.unit)
        if registry is None or registry.snapshot is None:
            return _unknown("LISTS", Problem("REGISTRY_MISSING", unit=facts.request.unit))
        if registry.expired(self.now):
            return _unknown("LISTS", Problem("REGISTRY_EXPIRED", unit=registry.unit))
        until = Problem("LISTS_UNTIL", until=registry.snapshot.next_update)
        return Check("LISTS", Group.VALIDITY, Word.PASS, until)


def _pdf_checks(report: PdfReport) -> Iterator[Check]:
    """What speaks against the file as a whole; each finding alone makes it fail."""
    for finding in report.findings:
        yield _failed("PDF", Group.INTEGRITY, finding.problem)
    if not report.findings:
        yield Check("PDF", Group.INTEGRITY, Word.PASS)


def _signature_checks(signature: SignatureReport) -> Iterator[Check]:
    """GM/T 0031 §6.2.3 order: signature value, certificate, time (X-07)."""
    field = signature.field
    if signature.intact:
        yield Check("SIGNATURE_VALUE", Group.INTEGRITY, Word.PASS)
    else:
        broken = Problem("SIGNATURE_BROKEN", field=field)
        yield _failed("SIGNATURE_VALUE", Group.INTEGRITY, broken)
    if signature.trusted:
        yield Check("SIGNER_CERTIFICATE", Group.IDENTITY, Word.PASS)
        return
    match signature.revocation:
        case Revocation.REVOKED:
            reason = Problem("CERT_REVOKED", at=signature.claimed_time)
            yield _failed("SIGNER_CERTIFICATE", Group.IDENTITY, reason)
        case Revocation.UNKNOWN:
            yield Check(
                "SIGNER_CERTIFICATE",
                Group.IDENTITY,
                Word.UNKNOWN,
                Problem("CERT_STATUS_UNKNOWN"),
            )
        case Revocation.GOOD:
            reason = Problem("CERT_UNTRUSTED")
            yield _failed("SIGNER_CERTIFICATE", Group.IDENTITY, reason)


def _statement_check(statement: Statement, signature: SignatureReport, context: Context) -> Check:
    """The PDF signature must be the one the sealing statement tells of (SE-08)."""
    sealing = statement.body
    assert isinstance(sealing, Sealing)
    seal = _relied(statement, SealRecord, context)
    place = signature.place
    expected = (sealing.page, sealing.x_um, sealing.y_um)
    reason: Problem | None = None
    if sha256(signature.certificate) != statement.cert:
        reason = Problem("SEAL_OTHER_SIGNER")
    elif not _same_moment(signature.claimed_time, sealing.sealed_at):
        reason = Problem("SEAL_OTHER_TIME")
    elif (
        place is None
        or seal is None
        or place.page != expected[0]
        or (
            max(
                abs(place.x_um - expected[1]),
                abs(place.y_um - expected[2]),
                abs(place.width_um - seal.width_um),
                abs(place.height_um - seal.height_um),
            )
            > POSITION_SLACK_UM
        )
    ):
        reason = Problem("SEAL_OTHER_PLACE")
    word = Word.FAIL if reason else Word.PASS
    return Check("SEAL_AS_STATED", Group.INTEGRITY, word, reason)


def _same_moment(claimed: str, stated: str) -> bool:
    """Whether a PDF's own time, if it has one, is the stated time."""
    try:
        return datetime.fromisoformat(claimed) == parse_moment(stated)
    except ValueError:
        return False


def _relied(statement: Statement, body: type[Body], context: Context) -> Body | None:
    """The one document of a kind that ``statement`` names, if it is held."""
    for parent_id in statement.on:
        parent = context.lookup(parent_id)
        if parent is not None and isinstance(parent.body, body):
            return parent.body
    return None


def _relied_charter(statement: Statement, context: Context) -> Charter | None:
    """The charter behind the lists an act relied on."""
    for parent_id in statement.on:
        parent = context.lookup(parent_id)
        if parent is not None and isinstance(parent.body, RevocationList):
            return _relied(parent, Charter, context)
    return None


def _word(problem: Problem | None) -> Word:
    """状态未知 is an answer of its own: neither valid nor false (DESIGN §4 Registry)."""
    if problem is None:
        return Word.PASS
    return Word.UNKNOWN if problem.code == "SIGNER_STATUS_UNKNOWN" else Word.FAIL


def _failed(code: str, group: Group, error: Problem | TransferError) -> Check:
    problem = error if isinstance(error, Problem) else Problem(error.code, **error.params)
    return Check(code, group, Word.FAIL, problem)


def _unknown(code: str, problem: Problem) -> Check:
    return Check(code, Group.AUTHORISATION, Word.UNKNOWN, problem)


def digest_of(source: BinaryIO, size: int | None = None) -> Digest:
    """The digest of a seekable file, or of its first ``size`` bytes; leaves it at the start."""
    source.seek(0)
    state = hashlib.sha256()
    left = size
    while left is None or left > 0:
        chunk = source.read(1 << 20 if left is None else min(left, 1 << 20))
        if not chunk:
            break
        state.update(chunk)
        left = None if left is None else left - len(chunk)
    source.seek(0)
    return from_hex(state.hexdigest())
