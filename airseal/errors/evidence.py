"""The codes of statements, registry and verdicts, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import counted, mark

EVIDENCE: Final[Mapping[str, Sentence]] = {
    "BASIS_MISSING": Sentence(
        mark("The signature may be good, but the approvals behind it are not at hand."),
        mark("Import the bundle that came with the document, then check again."),
    ),
    "BUNDLE_COVER": Sentence(
        mark("The bundle's cover does not fit its contents: {label}."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "BUNDLE_SIGNATURE": Sentence(
        mark("The signature over the bundle does not fit."),
        mark(
            "The bundle was changed or damaged and is kept in quarantine. Ask the sender "
            "for a new one."
        ),
    ),
    "BUNDLE_SIGNER": Sentence(
        mark("The bundle was signed by someone who may not send bundles."),
        mark("It is kept in quarantine. Ask the sender."),
    ),
    "CERT_TERM": Sentence(
        mark("The signer's certificate is not in its term, and nobody proves when it was used."),
        mark("The signer states {at}. Ask for the case with its statements."),
    ),
    "CERT_REVOKED": Sentence(
        mark("The signer's certificate was revoked at {at}."),
        mark("Do not rely on the document. Report to the seal department."),
    ),
    "CERT_ROOT_UNKNOWN": Sentence(
        mark("The signer's certificate comes from a root that was not accepted here."),
        mark("Two persons must compare the root's fingerprint before it counts."),
    ),
    "CERT_STATUS_UNKNOWN": Sentence(
        mark("Whether the signer's certificate was revoked is not known."),
        mark("Import the newest registry and check again."),
    ),
    "CERT_UNSUITABLE": Sentence(
        mark("The signer's certificate, or an algorithm in it, must not be used for seals."),
        mark("Do not rely on the document."),
    ),
    "CERT_UNTRUSTED": Sentence(
        mark("The signer's certificate does not come from a trusted root."),
        mark("Do not rely on the document."),
    ),
    "CHARTER_SIGNER": Sentence(
        mark("The founding document of {unit} is not signed by its enrolled root."),
        mark("Compare the root's fingerprint with the seal department, by two persons."),
    ),
    "CLEARANCE_TOO_LOW": Sentence(
        mark("{person} is not cleared for the level of this matter."),
        mark("Someone with the clearance must handle it."),
    ),
    "DOCUMENT_MISMATCH": Sentence(
        mark("The document is not the one its digest names."),
        mark("It was changed or damaged. Ask the sender for a new bundle."),
    ),
    "DOCUMENT_MISSING": Sentence(
        mark("The document itself is not at hand."),
        mark("Import the bundle that contains it."),
    ),
    "DOCUMENT_NOT_APPROVED": Sentence(
        mark("What was sealed is not the document that was approved."),
        mark("Do not rely on the document. Report to the seal department."),
    ),
    "DOCUMENT_UNNAMED": Sentence(
        mark("The bundle holds a document that no statement names."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "LEDGER_ROLLED_BACK": Sentence(
        mark("This station's ledger is not the one it was: entry {sequence} is missing or other."),
        mark(
            "The station was set back to an old copy. Seal nothing; report to the security "
            "administrator."
        ),
    ),
    "LISTS_UNTIL": Sentence(
        mark("The lists at hand are good until {until}."),
        mark("Import newer ones before that day."),
    ),
    "NOTHING_SEALED": Sentence(
        mark("Nothing has been sealed here yet."),
        mark("Check again once the case has been sealed."),
    ),
    "PROOF_FORM": Sentence(
        mark("The proofs in the bundle are not in the required form."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "PROOF_WRONG": Sentence(
        mark("The bundle does not prove that its statements are in the sender's ledger."),
        mark("It is kept in quarantine. Report to the security administrator."),
    ),
    "REGISTRY_EXPIRED": Sentence(
        mark("The registry of {unit} is out of date."),
        mark("Import the newest registry from the seal department."),
    ),
    "REGISTRY_MISSING": Sentence(
        mark("There is no registry of {unit} at this station."),
        mark("Import the registry from the seal department first."),
    ),
    "REGISTRY_MIXED": Sentence(
        mark("The registry's documents do not belong together."),
        mark("They are refused. Ask the seal department for a new registry bundle."),
    ),
    "REGISTRY_ROLLED_BACK": Sentence(
        mark("A statement relies on an older registry than the one it builds on."),
        mark("It is refused. Ask the signer to import the newest registry and do it again."),
    ),
    "REGISTRY_SIGNER": Sentence(
        mark("A registry document is signed by {person}, who may not publish it."),
        mark("It is refused. Report to the seal department."),
    ),
    "SEALS_MISSING": Sentence(
        mark("Not all seals of the request have been applied."),
        mark("The document is incomplete until they are."),
    ),
    "SEAL_OTHER_PLACE": Sentence(
        mark("The seal in the document does not stand where the sealing statement says."),
        mark("Do not rely on the document. Report to the seal department."),
    ),
    "SEAL_OTHER_SIGNER": Sentence(
        mark(
            "The seal in the document was signed with another certificate than the "
            "sealing statement."
        ),
        mark("Do not rely on the document. Report to the seal department."),
    ),
    "SEAL_OTHER_TIME": Sentence(
        mark("The time in the seal is not the one of the sealing statement."),
        mark("Do not rely on the document. Report to the seal department."),
    ),
    "SIGNATURE_BROKEN": Sentence(
        mark("The signature {field} does not fit the document."),
        mark("The document was changed after sealing. Do not rely on it."),
    ),
    "SIGNATURE_COUNT": Sentence(
        counted(
            "The document carries {found} signature, the statements tell of {stated}.",
            "The document carries {found} signatures, the statements tell of {stated}.",
            "found",
        ),
        mark("Do not rely on the document. Report to the seal department."),
    ),
    "SLIP_SIGNER": Sentence(
        mark("The appointment of {person}, who signed what came, is not held here."),
        mark("Import the sender's registry first and read it again, or ask for it on a medium."),
    ),
    "STATEMENTS_PARKED": Sentence(
        mark("Statements that wait for others: {count}."),
        mark("Import what is missing, then check again."),
    ),
    "STATEMENT_BASIS": Sentence(
        mark("A statement of the kind {kind} that is relied on is missing or not accepted."),
        mark("Import what is missing, or ask the sender."),
    ),
    "STATEMENT_CASE": Sentence(
        mark("A statement names a case it does not belong to."),
        mark("It is refused. Ask the sender."),
    ),
    "STATEMENT_FORM": Sentence(
        mark("A signed statement is not in the form it must have."),
        mark("It is refused. Ask the sender for a new bundle."),
    ),
    "STATEMENT_LEVEL": Sentence(
        mark("A statement carries a lower level than the case it belongs to."),
        mark("It is refused. Report to the security administrator."),
    ),
    "STATEMENT_NAME": Sentence(
        mark("A statement in the bundle has the wrong name."),
        mark("The bundle is kept in quarantine. Ask the sender for a new one."),
    ),
    "STATEMENT_OTHER_UNIT": Sentence(
        mark("A statement belongs to another unit, {unit}."),
        mark("It is refused. Ask the sender."),
    ),
    "STATEMENT_SIGNER": Sentence(
        mark("A statement is not signed by the person it names, {person}."),
        mark("It is refused. Report to the seal department."),
    ),
    "STATEMENT_TIME": Sentence(
        mark("The time in the signature is not the one of the statement."),
        mark("It is refused. Ask the sender to check the clock of their station."),
    ),
    "STATEMENT_VERSION": Sentence(
        mark("A statement was made by a newer version of the program."),
        mark("Bring the program up to date, then import again."),
    ),
    "STATEMENTS_DIFFER": Sentence(
        mark("Statements in the ledger do not hold when verified anew: {count}, first {first}."),
        mark("Do not go on working. Report to the security auditor."),
    ),
    "TIMESTAMP_BROKEN": Sentence(
        mark("The time stamp {field} does not fit what it should stamp."),
        mark("Do not rely on the document; ask the sender for it again."),
    ),
    "TIMESTAMP_FORM": Sentence(
        mark("The file is not the answer of a time stamping authority."),
        mark("Bring the answer (.tsr) that the authority gave to the request."),
    ),
    "TIMESTAMP_OTHER": Sentence(
        mark("The time stamp is not for this statement, or answers another request."),
        mark("Choose the answer to the request that was made here."),
    ),
    "TIMESTAMP_REFUSED": Sentence(
        mark("The time stamping authority refused the request: {status}."),
        mark("Make a new request."),
    ),
    "TIMESTAMP_UNKNOWN": Sentence(
        mark("No time stamp was asked for with this number."),
        mark("Make a request at this station first."),
    ),
    "TIMESTAMP_UNTRUSTED": Sentence(
        mark("The time stamp does not come from an enrolled authority."),
        mark("Have two persons compare and enrol the authority's root, or do not rely on it."),
    ),
    "TIMESTAMP_UNVERIFIED": Sentence(
        mark("There is a time stamp, but its authority is not enrolled here."),
        mark("The sealing time is the local time of the signing machine."),
    ),
    "TIMESTAMP_ABSENT": Sentence(
        mark("There is no time stamp of a time-stamping authority."),
        mark("The times shown are those of the stations' own clocks."),
    ),
    "RANGE_CHANGED": Sentence(
        mark("The document was changed after the signature {field}."),
        mark("Compare what was signed with what is shown now, and do not rely on the rest."),
    ),
    "RANGE_EVIDENCE_ADDED": Sentence(
        mark("After the signature {field} only lists, time stamps or file properties were added."),
        mark("What the pages show did not change."),
    ),
    "RANGE_SIGNED_ON": Sentence(
        mark("After the signature {field} only further signatures were added."),
        mark("Each is checked for itself."),
    ),
    "SEAL_ENDED_SINCE": Sentence(
        mark("The seal {seal} was in force when it was applied, and is not any more."),
        mark("The document stays sealed. Nothing new may be sealed with it."),
    ),
    "SIGNER_REVOKED_SINCE": Sentence(
        mark("The certificate of {person} was good when it was used, and was revoked at {since}."),
        mark("The document stays sealed if somebody else proves that it was there before."),
    ),
    "UNIT_UNKNOWN": Sentence(
        mark("The unit {unit} is not known at this station."),
        mark("Import the registry in which it is enrolled."),
    ),
    "VERIFY_BROKE_OFF": Sentence(
        mark("The check met something that it does not know how to take, and broke off."),
        mark("Do not rely on the file; report it to whoever looks after the program."),
    ),
}
