"""Questions about a signed PDF and each of its signatures, in the order of GM/T 0031."""

from collections.abc import Callable, Iterator
from datetime import datetime

from airseal.evidence.verifier.policy import Answer, fails, holds, limited, note, policy, unknown
from airseal.evidence.verifier.subjects import PdfSubject, SealingSubject, relied
from airseal.model import questions
from airseal.model.digest import sha256
from airseal.model.moment import parse_moment
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.paper.placement import Place
from airseal.paper.report import Modification, Severity, SignatureReport, Stamp, Trouble

POSITION_SLACK_UM = 50
"""How far a seal in the PDF may be from the stated centre: rounding to PDF points, in µm."""


@policy(questions.PDF_WHOLE)
def whole(subject: PdfSubject) -> Iterator[Answer]:
    """What speaks against the file as a whole; each finding alone makes it fail."""
    for finding in subject.report.findings:
        yield fails(finding.problem)
    if not subject.report.findings:
        yield holds()


_NOT_OURS_TO_JUDGE = (
    "PDF_ENCRYPTED",
    "PDF_HYBRID",
    "PDF_IRREGULAR",
    "PDF_REFERENCE_MISSING",
    "PDF_SIGNATURE_KIND",
)
"""Genuine ways to make a signed PDF that this verifier does not know well enough."""


@policy(questions.PDF_WHOLE)
def whole_foreign(subject: PdfSubject) -> Iterator[Answer]:
    """As :data:`whole`; but what could show something else limits, and what is not known is so."""
    for finding in subject.report.findings:
        if finding.code in _NOT_OURS_TO_JUDGE:
            yield unknown(finding.problem)
        elif finding.severity is Severity.WARN:
            yield limited(finding.problem)
        else:
            yield fails(finding.problem)
    if not subject.report.findings:
        yield holds()


@policy(questions.SIGNATURES)
def counted(subject: PdfSubject) -> Iterator[Answer]:
    """Said only when there are more or fewer signatures than sealings."""
    found = len(subject.report.signatures)
    if subject.stated is not None and found != subject.stated:
        yield fails(Problem("SIGNATURE_COUNT", found=found, stated=subject.stated))


@policy(questions.TIMESTAMP)
def stamps(subject: PdfSubject) -> Iterator[Answer]:
    """VF-10: each time stamp is verified and shown; an absent one is said, and is no failure."""
    for stamp in subject.report.timestamps:
        match stamp.state:
            case Stamp.TRUSTED:
                yield holds(field=stamp.field, time=stamp.at)
            case Stamp.UNKNOWN:
                yield note(Problem("TIMESTAMP_UNVERIFIED"), field=stamp.field, time=stamp.at)
            case Stamp.BROKEN:
                yield fails(Problem("TIMESTAMP_BROKEN", field=stamp.field))
    if subject.report.signatures and not subject.report.timestamps:
        yield note(Problem("TIMESTAMP_ABSENT"))


@policy(questions.SIGNATURE_VALUE)
def value(signature: SignatureReport) -> Iterator[Answer]:
    """The signature fits the signed bytes."""
    if signature.intact:
        yield holds(field=signature.field)
    else:
        yield fails(Problem("SIGNATURE_BROKEN", field=signature.field))


@policy(questions.SIGNER_CERTIFICATE)
def certificate(signature: SignatureReport) -> Iterator[Answer]:
    """The signer's path ends in a trusted root, every list included (X-07).

    A path that ends elsewhere is no signature of the unit; a list that is not here leaves it
    unknown.
    """
    yield _path_answer(signature, fails)


@policy(questions.SIGNER_CERTIFICATE)
def certificate_foreign(signature: SignatureReport) -> Iterator[Answer]:
    """As :data:`certificate`; but a root that nobody accepted here only leaves it unknown."""
    yield _path_answer(signature, unknown)


def _path_answer(signature: SignatureReport, elsewhere: Callable[..., Answer]) -> Answer:
    who = {"person": signature.signer, "certificate": sha256(signature.certificate)}
    if signature.trusted:
        return holds(**who)
    match signature.trouble:
        case Trouble.NONE:
            return fails(Problem("CERT_UNTRUSTED"), **who)
        case Trouble.NO_PATH:
            return elsewhere(Problem("CERT_ROOT_UNKNOWN"), **who)
        case Trouble.EXPIRED:
            return unknown(Problem("CERT_TERM", at=signature.claimed_time), **who)
        case Trouble.REVOKED:
            return fails(Problem("CERT_REVOKED", at=signature.claimed_time), **who)
        case Trouble.NO_LIST:
            return unknown(Problem("CERT_STATUS_UNKNOWN"), **who)
        case Trouble.UNSUITABLE:
            return fails(Problem("CERT_UNSUITABLE"), **who)


@policy(questions.PROTECTED_RANGE)
def protected(signature: SignatureReport) -> Iterator[Answer]:
    """X-10: what the signature covers; what was added later is flagged."""
    covered: dict[str, str | int] = {
        "bytes": signature.end - signature.gap,
        "end": signature.end,
    }
    match signature.modification:
        case _ if not signature.end:
            yield fails(Problem("SIGNATURE_BROKEN", field=signature.field))
        case Modification.NONE:
            yield holds(**covered)
        case Modification.SIGNATURES:
            yield holds(Problem("RANGE_SIGNED_ON", field=signature.field), **covered)
        case Modification.EVIDENCE:
            yield holds(Problem("RANGE_EVIDENCE_ADDED", field=signature.field), **covered)
        case Modification.OTHER:
            yield fails(Problem("RANGE_CHANGED", field=signature.field), **covered)


@policy(questions.SEAL_AS_STATED)
def as_stated(subject: SealingSubject) -> Iterator[Answer]:
    """The PDF signature is the one the sealing statement tells of (SE-08)."""
    sealing, signature = subject.sealing, subject.signature
    if sha256(signature.certificate) != subject.statement.cert:
        yield fails(Problem("SEAL_OTHER_SIGNER"))
    elif not _same_moment(signature.claimed_time, sealing.sealed_at):
        yield fails(Problem("SEAL_OTHER_TIME"))
    elif not _same_place(subject):
        yield fails(Problem("SEAL_OTHER_PLACE"))
    else:
        yield holds(statement=subject.statement.id, page=sealing.page, time=sealing.sealed_at)


def _same_moment(claimed: str, stated: str) -> bool:
    """Whether a PDF's own time, if it has one, is the stated time."""
    try:
        return datetime.fromisoformat(claimed) == parse_moment(stated)
    except ValueError:
        return False


def _same_place(subject: SealingSubject) -> bool:
    sealing, place = subject.sealing, subject.signature.place
    seal = relied(subject.statement, SealRecord, subject.ground.context)
    if place is None or seal is None:
        return False
    stated = Place(sealing.page, sealing.x_um, sealing.y_um, seal.width_um, seal.height_um)
    apart = (
        abs(place.x_um - stated.x_um),
        abs(place.y_um - stated.y_um),
        abs(place.width_um - stated.width_um),
        abs(place.height_um - stated.height_um),
    )
    return place.page == stated.page and max(apart) <= POSITION_SLACK_UM
