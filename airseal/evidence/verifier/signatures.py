"""Questions about a signed PDF and each of its signatures, in the order of GM/T 0031."""

from collections.abc import Iterator
from datetime import datetime

from airseal.evidence.verifier.policy import Answer, fails, holds, limited, policy, unknown
from airseal.evidence.verifier.subjects import PdfSubject, SealingSubject, relied
from airseal.model import questions
from airseal.model.digest import sha256
from airseal.model.moment import parse_moment
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.paper.placement import Place
from airseal.paper.report import Revocation, SignatureReport

POSITION_SLACK_UM = 50
"""How far a seal in the PDF may be from the stated centre: rounding to PDF points, in µm."""


@policy(questions.PDF_WHOLE)
def whole(subject: PdfSubject) -> Iterator[Answer]:
    """What speaks against the file as a whole; each finding alone makes it fail."""
    for finding in subject.report.findings:
        yield fails(finding.problem)
    if not subject.report.findings:
        yield holds()


@policy(questions.SIGNATURES)
def counted(subject: PdfSubject) -> Iterator[Answer]:
    """Said only when there are more or fewer signatures than sealings."""
    found = len(subject.report.signatures)
    if subject.stated is not None and found != subject.stated:
        yield fails(Problem("SIGNATURE_COUNT", found=found, stated=subject.stated))


@policy(questions.SIGNATURE_VALUE)
def value(signature: SignatureReport) -> Iterator[Answer]:
    """The signature fits the signed bytes."""
    if signature.intact:
        yield holds(field=signature.field)
    else:
        yield fails(Problem("SIGNATURE_BROKEN", field=signature.field))


@policy(questions.SIGNER_CERTIFICATE)
def certificate(signature: SignatureReport) -> Iterator[Answer]:
    """The signer's path ends in a trusted root, every list included."""
    who = sha256(signature.certificate)
    if signature.trusted:
        yield holds(certificate=who)
        return
    match signature.revocation:
        case Revocation.REVOKED:
            yield fails(Problem("CERT_REVOKED", at=signature.claimed_time), certificate=who)
        case Revocation.UNKNOWN:
            yield unknown(Problem("CERT_STATUS_UNKNOWN"), certificate=who)
        case Revocation.GOOD:
            yield fails(Problem("CERT_UNTRUSTED"), certificate=who)


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


@policy(questions.SIGNER_STATUS)
def still_good(subject: SealingSubject) -> Iterator[Answer]:
    """VF-11: the newest list held may know more than the list of that day."""
    statement = subject.statement
    since = subject.ground.context.revoked_since(statement)
    if since is None:
        yield holds(time=statement.at)
    elif statement.time >= since:
        yield fails(Problem("SIGNER_REVOKED", person=statement.by), since=since.isoformat())
    else:
        reason = Problem("SIGNER_REVOKED_SINCE", person=statement.by, since=since.isoformat())
        yield limited(reason, time=statement.at)


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
