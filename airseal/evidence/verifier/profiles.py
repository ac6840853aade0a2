"""The named sets of questions: which policies are asked of what.

Own bundles and cases are asked everything. A PDF from elsewhere can be asked about its
signatures only. An archive is checked again long after its lists ran out.
"""

from dataclasses import dataclass, replace
from typing import Final

from airseal.evidence.verifier import bundles, cases, documents, signatures
from airseal.evidence.verifier.policy import Policy
from airseal.evidence.verifier.subjects import (
    BundleSubject,
    CaseSubject,
    DocumentSubject,
    PdfSubject,
    SealingSubject,
)
from airseal.paper.report import SignatureReport


@dataclass(frozen=True)
class Profile:
    """What is asked of each kind of subject, in this order."""

    name: str
    bundle: tuple[Policy[BundleSubject], ...] = ()
    document: tuple[Policy[DocumentSubject], ...] = ()
    pdf: tuple[Policy[PdfSubject], ...] = ()
    signature: tuple[Policy[SignatureReport], ...] = ()
    sealing: tuple[Policy[SealingSubject], ...] = ()
    case: tuple[Policy[CaseSubject], ...] = ()


OWN: Final = Profile(
    "own",
    bundle=(bundles.whole, bundles.statements, bundles.not_empty, bundles.ledger),
    document=(documents.here, documents.digest, documents.lock),
    pdf=(signatures.whole, signatures.counted),
    signature=(signatures.value, signatures.certificate, signatures.protected),
    sealing=(signatures.as_stated,),
    case=(
        *(cases.sealed, cases.signers_still_good, cases.seal_status, cases.authorised),
        *(cases.undisturbed, cases.complete, cases.lists, cases.stamped),
    ),
)
"""A case of an enrolled unit, with all its statements."""

FOREIGN: Final = Profile(
    "foreign",
    pdf=(signatures.whole_foreign, signatures.stamps),
    signature=(signatures.value, signatures.certificate_foreign, signatures.protected),
)
"""A signed PDF without statements: the most it can be is 密码有效，用印依据缺失."""

ARCHIVE: Final = replace(
    OWN,
    name="archive",
    case=tuple(cases.lists_then if one is cases.lists else one for one in OWN.case),
)
"""A case checked again years later, when nobody publishes its lists any more."""

STANDING: Final = Profile(
    "standing",
    case=(
        *(cases.rooted, cases.signers_still_good, cases.seal_status, cases.authorised),
        cases.undisturbed,
    ),
)
"""What newer lists can change in the verdict on a sealed case: none of it needs the document.

Each PDF signature is judged by the lists its own sealing relied on. That lists run out is no
news about any case.
"""

PROFILES: Final = {one.name: one for one in (OWN, FOREIGN, ARCHIVE)}
