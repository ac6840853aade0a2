"""From statements and bytes to a verdict: gathers the subjects, asks a profile's questions."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import BinaryIO

from airseal.evidence.opening import OpenedBundle, current_documents, open_signed_bundle
from airseal.evidence.paths import decode_der
from airseal.evidence.trusted import TrustedSet
from airseal.evidence.verifier.policy import Answer, ask, check, fails, unknown
from airseal.evidence.verifier.profiles import FOREIGN, OWN, STANDING, Profile
from airseal.evidence.verifier.subjects import (
    BundleSubject,
    CaseSubject,
    DocumentSubject,
    Ground,
    PdfSubject,
    SealingSubject,
    digest_of,
    never_met,
    relied,
    relied_charter,
)
from airseal.model import questions
from airseal.model.case import Facts, fold, judge
from airseal.model.checkpoint import Remembered
from airseal.model.digest import Digest
from airseal.model.flowacts import HALT_CODES
from airseal.model.problem import Problem
from airseal.model.registry import Appointment, RevocationList, SealRecord
from airseal.model.request import Sealing
from airseal.model.statement import Statement
from airseal.model.verdict import Check, Copy, FiveItems, Step, Verdict, Word
from airseal.paper.papers import Papers, PdfReport
from airseal.paper.report import SignatureReport
from transfer.errors import TransferError

METHOD = "pades-b-lt"
"""签章方式 as the five items name it: a PAdES signature with the seal's picture."""

FOREIGN_METHOD = "pdf-signature"
"""签章方式 of a PDF that other software signed."""

_VOID_CODES = ("CASE_FROZEN", "CONFLICT_", *HALT_CODES.values())
"""What stopped a case since it was sealed; such a paper must travel, so that others know it."""


@dataclass(frozen=True)
class Verifier:
    """Judges cases, bundles and PDFs against one trusted set, at one moment.

    It never raises for what it was given to judge: whatever is wrong becomes a failed check
    with its code. ``own`` is the profile asked of what enrolled units made.
    """

    trusted: TrustedSet
    papers: Papers
    now: datetime
    stampers: tuple[bytes, ...] = ()
    known: Callable[[str, str], Remembered | None] = never_met
    own: Profile = OWN

    @property
    def ground(self) -> Ground:
        """What its verdicts stand on."""
        return Ground(self.trusted, self.now, self.stampers, self.known)

    def bundle(self, source: BinaryIO, subject: str) -> Verdict:
        """The verdict on a bundle file; nothing is imported."""
        return self._unfailing(subject, lambda: self._bundle(source, subject))

    def _unfailing(self, subject: str, judged: Callable[[], Verdict]) -> Verdict:
        """What ``judged`` says; whatever it raises is no verdict, and no crash either."""
        try:
            return judged()
        except MemoryError:
            raise
        except Exception:
            broken = check(questions.DOCUMENT, unknown(Problem("VERIFY_BROKE_OFF")))
            return Verdict(subject, self.ground.demo, (), (broken,), (), self.own.name)

    def _bundle(self, source: BinaryIO, subject: str) -> Verdict:
        try:
            opened = open_signed_bundle(source, self.trusted)
        except (Problem, TransferError) as error:
            # Whose root nobody accepted here may be as genuine as any.
            strange = isinstance(error, Problem) and error.code == "UNIT_UNKNOWN"
            answer = replace(fails(error), word=Word.UNKNOWN if strange else Word.FAIL)
            kind = Copy.FOREIGN if strange else Copy.ALTERED
            broken = check(questions.BUNDLE, answer)
            return Verdict(subject, self.ground.demo, (), (broken,), (), self.own.name, kind)
        return replace(self, trusted=opened.trusted)._opened(opened, subject)

    def _opened(self, opened: OpenedBundle, subject: str) -> Verdict:
        checks = list(ask(self.own.bundle, BundleSubject(self.ground, opened)))
        documents = dict(opened.documents())
        verdicts = [self.case(case, documents.get) for case in opened.cases]
        checks += [one for verdict in verdicts for one in verdict.checks]
        items = tuple(item for verdict in verdicts for item in verdict.items)
        kinds = [verdict.kind for verdict in verdicts]
        kind = kinds[0] if len(set(kinds)) == 1 else None
        return Verdict(
            subject, self.ground.demo, items, tuple(checks), opened.cases, self.own.name, kind
        )

    def case(
        self,
        case: Digest,
        document: Callable[[Digest], BinaryIO | None],
        measure: Callable[[BinaryIO], Digest] = digest_of,
    ) -> Verdict:
        """The verdict on a case whose statements are trusted; ``document`` finds the bytes.

        ``measure`` is for whoever has their digest already.
        """
        facts = fold(case, self.trusted.case_statements(case))
        if facts is None:
            missing = check(questions.CASE, unknown(Problem("CASE_UNKNOWN")))
            return Verdict(case, self.ground.demo, (), (missing,), (), self.own.name)
        ground = self.ground
        subject = CaseSubject(ground, facts, judge(facts, ground.context, self.now))
        checks = [
            *self._documents(subject, document, measure),
            *ask(self.own.case, subject),
        ]
        items = tuple(five_items(facts, ground))
        kind = _kind(subject, checks)
        return Verdict(case, ground.demo, items, tuple(checks), (case,), self.own.name, kind)

    def standing(self, case: Digest) -> Verdict | None:
        """What the statements say of a sealed case now, its document aside; None if not sealed."""
        facts = fold(case, self.trusted.case_statements(case))
        if facts is None or not facts.sealings:
            return None
        return self._unfailing(case, lambda: self._standing(facts))

    def _standing(self, facts: Facts) -> Verdict:
        ground = self.ground
        subject = CaseSubject(ground, facts, judge(facts, ground.context, self.now))
        checks = tuple(ask(STANDING.case, subject))
        return Verdict(facts.case, ground.demo, (), checks, (facts.case,), STANDING.name)

    def _documents(
        self,
        case: CaseSubject,
        document: Callable[[Digest], BinaryIO | None],
        measure: Callable[[BinaryIO], Digest],
    ) -> Iterator[Check]:
        """Bytes against statements first; only then is a document parsed, in the jail."""
        for asked in case.facts.asked.grant.documents:
            expected = case.facts.current_form(asked.digest)
            source = document(expected)
            found = None if source is None else measure(source)
            subject = DocumentSubject(case, asked, expected, source, found)
            yield from ask(self.own.document, subject)
            if subject.source is not None and subject.is_the_one and subject.sealings:
                yield from self._seals(subject, subject.source)

    def _seals(self, subject: DocumentSubject, source: BinaryIO) -> Iterator[Check]:
        """Each PDF signature against the sealing statement that claims it."""
        ground, sealings = subject.case.ground, subject.sealings
        try:
            grounds = [self._grounds(sealing) for sealing in sealings]
        except Problem as missing:
            yield check(questions.PDF_WHOLE, unknown(missing))
            return
        try:
            report = self.papers.verify(
                source,
                roots=_united(one.roots for one in grounds),
                issuers=_united(one.issuers for one in grounds),
                crls=_united(one.crls for one in grounds),
                each=[sealing.time for sealing in sealings],
            )
        except Problem as problem:
            yield check(questions.PDF_WHOLE, _unread(problem))
            return
        pdf = PdfSubject(report, len(sealings))
        yield from ask(self.own.pdf, pdf)
        if len(report.signatures) != len(sealings):
            return
        for statement, signature in zip(sealings, report.signatures, strict=True):
            yield from ask(self.own.signature, signature)
            yield from ask(self.own.sealing, SealingSubject(ground, statement, signature))

    def _grounds(self, sealing: Statement) -> "_Grounds":
        """What its signer is judged by; raises ``REGISTRY_MISSING`` where that is not held."""
        context = self.ground.context
        charter = relied_charter(sealing, context)
        lists = relied(sealing, RevocationList, context)
        roots = tuple(one.root for one in self.trusted.anchors if one.unit == sealing.unit)
        if charter is None or lists is None or not roots:
            raise Problem("REGISTRY_MISSING", unit=sealing.unit)
        issuers = tuple(decode_der(text) for text in charter.issuers)
        return _Grounds(roots, issuers, tuple(decode_der(text) for text in lists.crls))

    def pdf(self, source: BinaryIO, subject: str, digest: Digest | None = None) -> Verdict:
        """The verdict on a bare PDF, ``digest`` being its own: with its case if that is held.

        Without them the most it can be is 密码有效，用印依据缺失 (VF-03).
        """
        return self._unfailing(subject, lambda: self._pdf(source, subject, digest))

    def _pdf(self, source: BinaryIO, subject: str, known: Digest | None) -> Verdict:
        digest = known or digest_of(source)
        case = self._case_of(digest)
        if case is not None:
            found = self.case(
                case, lambda name: source if name == digest else None, lambda _: digest
            )
            return replace(found, subject=subject)
        return self._foreign(source, subject)

    def _case_of(self, document: Digest) -> Digest | None:
        """The case whose current form a document is; the one that sealed it comes first.

        Only the cases that name it are folded, however many are held.
        """
        asked: Digest | None = None
        for case in self.trusted.cases_naming(document):
            facts = fold(case, self.trusted.case_statements(case))
            if facts is None or document not in current_documents(facts):
                continue
            if document not in {one.digest for one in facts.asked.grant.documents}:
                return case
            asked = asked or case
        return asked

    def _foreign(self, source: BinaryIO, subject: str) -> Verdict:
        """A PDF by its signatures alone, against the current lists of every enrolled unit."""
        report = self._foreign_report(source)
        checks: list[Check] = []
        if isinstance(report, Problem):
            checks.append(check(questions.PDF_WHOLE, _unread(report)))
            signatures: tuple[SignatureReport, ...] = ()
        else:
            checks += ask(FOREIGN.pdf, PdfSubject(report))
            signatures = report.signatures
            for signature in signatures:
                checks += ask(FOREIGN.signature, signature)
            checks.append(check(questions.AUTHORISATION, unknown(Problem("BASIS_MISSING"))))
        items = tuple(
            FiveItems(one.signer, "", one.claimed_time, FOREIGN_METHOD, subject)
            for one in signatures
        )
        kind = _foreign_kind(checks)
        return Verdict(subject, self.ground.demo, items, tuple(checks), (), FOREIGN.name, kind)

    def _foreign_report(self, source: BinaryIO) -> PdfReport | Problem:
        roots = [anchor.root for anchor in self.trusted.anchors]
        issuers: list[bytes] = []
        crls: list[bytes] = []
        for anchor in self.trusted.anchors:
            registry = self.trusted.registry(anchor.unit)
            if registry is not None:
                issuers += [decode_der(text) for text in registry.charter.issuers]
                lists = registry.revocation
                crls += [decode_der(text) for text in lists[1].crls] if lists else []
        try:
            return self.papers.verify(
                source,
                roots=roots,
                issuers=issuers,
                crls=crls,
                at=self.now,
                foreign=True,
                stampers=self.stampers,
            )
        except Problem as problem:
            return problem


@dataclass(frozen=True, slots=True)
class _Grounds:
    """Roots, issuers and lists (DER) that one sealing relied on."""

    roots: tuple[bytes, ...]
    issuers: tuple[bytes, ...]
    crls: tuple[bytes, ...]


def _united(parts: Iterable[tuple[bytes, ...]]) -> tuple[bytes, ...]:
    """Each once, in the order of the sealings."""
    return tuple(dict.fromkeys(chain.from_iterable(parts)))


def five_items(facts: Facts, ground: Ground) -> Iterator[FiveItems]:
    """VF-01, one set for each seal on each document."""
    for statement in facts.sealings:
        sealing = statement.body
        assert isinstance(sealing, Sealing)
        signer = relied(statement, Appointment, ground.context)
        seal = relied(statement, SealRecord, ground.context)
        yield FiveItems(
            signer=signer.name if signer else statement.by,
            seal=seal.name if seal else sealing.seal,
            sealed_at=sealing.sealed_at,
            method=METHOD,
            document=facts.asked.title,
        )


def _kind(subject: CaseSubject, checks: list[Check]) -> Copy | None:
    """VF-08 for a case: what its file is, when the file is at hand."""
    if any(one.code == "DOCUMENT" for one in checks):
        return None
    file_steps = (Step.FORMAT, Step.SIGNATURE, Step.CERTIFICATE, Step.DIGEST)
    if any(one.word is Word.FAIL and one.step in file_steps for one in checks):
        return Copy.ALTERED
    if not subject.facts.sealings:
        return Copy.REQUESTED
    if any(problem.code.startswith(_VOID_CODES) for problem in subject.status.problems):
        return Copy.VOID
    return Copy.ORIGINAL


def _unread(problem: Problem) -> Answer:
    """What to say of a document that the jail gave no report on.

    That it could not be read in there says nothing against the document: 无法判断.
    """
    return unknown(problem) if problem.code.startswith("JAIL_") else fails(problem)


def _foreign_kind(checks: list[Check]) -> Copy:
    """VF-08 for a PDF without a case."""
    reasons = {one.reason.code for one in checks if one.reason is not None}
    if "PDF_UNSIGNED" in reasons:
        return Copy.UNSEALED
    failed = any(one.word is Word.FAIL for one in checks)
    return Copy.ALTERED if failed else Copy.FOREIGN
