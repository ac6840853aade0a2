"""The codes of the pure rules, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import mark

MODEL: Final[Mapping[str, Sentence]] = {
    "APPROVAL_EXPIRED": Sentence(
        mark("The approval ended on {until}."),
        mark("Ask the drafter for a new request."),
    ),
    "APPROVAL_MISSING": Sentence(
        mark("An approval that is needed is missing."),
        mark("Import the decision of the approving officer, then try again."),
    ),
    "APPROVAL_OTHER_GRANT": Sentence(
        mark("The approval is for something else than what was requested."),
        mark("Do not seal. Ask the approving officer to decide on this very request."),
    ),
    "APPROVAL_OWN_REQUEST": Sentence(
        mark("{person} may not decide on a request of their own."),
        mark("Another approving officer must decide."),
    ),
    "CASE_FROZEN": Sentence(
        mark("The case is frozen: a withdrawal or denial was not known when it was sealed."),
        mark("Stop printing and dispatch, and report to the seal department."),
    ),
    "CONFLICT_DECISIONS": Sentence(
        mark("One person made two decisions that contradict each other."),
        mark("Sealing stops until the seal department has resolved it."),
    ),
    "CONFLICT_SEALINGS": Sentence(
        mark("The same place was sealed twice under one approval."),
        mark("Stop printing and dispatch, and report to the seal department."),
    ),
    "DIGEST_FORM": Sentence(
        mark("A digest is not written as it must be."),
        mark("Check that it was copied completely: sha256: and 64 digits."),
    ),
    "PLACE_FORM": Sentence(
        mark("The place of the seal is not written as it must be."),
        mark("Write p<page>,<mm from left>,<mm from top>, or signature-block."),
    ),
    "PLACE_TOLERANCE_TOO_WIDE": Sentence(
        mark("The request allows the seal to move further than the seal's rule permits."),
        mark("Ask the drafter for a request with a smaller tolerance."),
    ),
    "POLICY_NOT_NAMED": Sentence(
        mark("The act does not name the policy pack it relied on."),
        mark("Do not rely on it. Ask the signer to do it again with a current registry."),
    ),
    "POLICY_NO_RULE": Sentence(
        mark("The policy pack has no rule for seals of the kind {type}."),
        mark("Report to the seal department: such seals cannot be used until there is a rule."),
    ),
    "POST_NOT_HELD": Sentence(
        mark("{person} does not hold the post of {post}."),
        mark("Check the roster. If the appointment is new, import the newest registry."),
    ),
    "QR_CAMERA": Sentence(
        mark("No camera may look at anything at a station of the level {level}."),
        mark(
            "State secrets may not be photographed or filmed (X-15). Use paper and a scanner,"
            " a typing scanner or a medium of the same level."
        ),
    ),
    "QR_DEVICE": Sentence(
        mark("The camera {device} is not registered with this station."),
        mark("Have the system administrator enter it among the station's devices (E-10)."),
    ),
    "QR_DEVICE_LEVEL": Sentence(
        mark("The device {device} is registered up to {limit}; this station is {level}."),
        mark(
            "The rules E-10 and X-15 let only devices of the station's own level look at its"
            " content. Have one of that level registered, or use a medium."
        ),
    ),
    "QR_LEVEL": Sentence(
        mark("This is {level}; QR codes may show up to {limit} only."),
        mark(
            "The rules E-10 and C-25 of the policy pack say so, because codes can be"
            " photographed. Use a medium of the same level."
        ),
    ),
    "QR_VERSION": Sentence(
        mark("There is no room for a frame in a QR code of this version."),
        mark("Choose a version from {least} to 40."),
    ),
    "RECIPIENT_UNKNOWN": Sentence(
        mark("The unit {unit} is not in the register of units."),
        mark("Check the name, or import the newest registry."),
    ),
    "SEALER_APPROVED": Sentence(
        mark("{person} approved this case and may not seal it too."),
        mark("Another custodian must seal it."),
    ),
    "SEALING_NOT_GRANTED": Sentence(
        mark("The seal does not stand where the request allows it."),
        mark("The document must not be relied on. Report to the seal department."),
    ),
    "SEALING_OTHER_INPUT": Sentence(
        mark("The sealing was made on another form of the document than the last one."),
        mark("The document must not be relied on. Report to the seal department."),
    ),
    "SEALING_OUT_OF_ORDER": Sentence(
        mark("A seal was applied before its turn."),
        mark("Apply the seals in the order of the request."),
    ),
    "SEALING_TIME": Sentence(
        mark("The seal carries a later time than the statement that tells of it."),
        mark("Do not rely on the document. Report to the seal department."),
    ),
    "SEAL_NOT_CUSTODIAN": Sentence(
        mark("The seal {seal} is in the custody of someone else."),
        mark("Only its custodian may seal with it."),
    ),
    "SEAL_NOT_NAMED": Sentence(
        mark("The act does not name the registration of the seal {seal}."),
        mark("Do not rely on it. Ask the signer to do it again with a current registry."),
    ),
    "SEAL_NOT_VALID": Sentence(
        mark("The seal {seal} is not in its term of validity."),
        mark("Report to the seal department."),
    ),
    "SEAL_TRANSITION": Sentence(
        mark("The register's entry of the seal {seal} does not follow from the one before."),
        mark(
            "Do not use it: a seal that ended never comes back. Ask the seal department for a new"
            " version of the seal."
        ),
    ),
    "SEAL_OTHER_STATION": Sentence(
        mark("The register names another station for the seal {seal}."),
        mark("Seal at that station, or ask the seal department for a release."),
    ),
    "SEAL_COPY_NONE": Sentence(
        mark("No copy of this seal is kept here."),
        mark("Keep one at the station of the seal department: registry, copies of seals."),
    ),
    "SEAL_UNKNOWN": Sentence(
        mark("The seal {seal} is not in the seal register."),
        mark("Check the name, or import the newest registry."),
    ),
    "SIGNER_REVOKED": Sentence(
        mark("The certificate of {person} was revoked when it was used."),
        mark("Do not rely on this act. Report to the seal department."),
    ),
    "SIGNER_STATUS_UNKNOWN": Sentence(
        mark(
            "The certificate of {person} was revoked later, and nothing independent shows "
            "that this was signed before."
        ),
        mark("Ask the seal department; until then the status is unknown."),
    ),
    "STATEMENT_KIND": Sentence(
        mark("A signed statement is of a kind that is not accepted here."),
        mark("Ask the sender which version of the program made it."),
    ),
}
