"""The codes of what can happen to a case, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.model.machine import Act
from airseal.text import Phrase, counted, mark

_ACTS: Final = {
    Act.REQUEST: mark("Request the use of a seal"),
    Act.APPROVE: mark("Approve"),
    Act.RETURN: mark("Return for correction"),
    Act.DENY: mark("Do not approve"),
    Act.CHECK: mark("Confirm the final file"),
    Act.SEAL: mark("Apply the seal"),
    Act.WITHDRAW: mark("Withdraw the request"),
    Act.SEND_BACK: mark("Send back unsealed or unprinted"),
    Act.CORRECT: mark("Request a corrected version"),
    Act.FALL_BACK: mark("Go over to paper"),
    Act.RECONCILE: mark("Close the matter on paper"),
    Act.VOID: mark("Void the document"),
    Act.RESOLVE: mark("Resolve the conflict"),
    Act.REVIEW: mark("Review the emergency use"),
    Act.ACCOUNT_BLANKS: mark("Account for the blank forms"),
    Act.CONFIRM_USE: mark("Confirm the use"),
    Act.ASK_DELETION: mark("Ask for deletion"),
    Act.ACKNOWLEDGE: mark("Acknowledge the ban"),
    Act.CONSENT_VOID: mark("Agree to the voiding"),
    Act.TRANSFER: mark("Pass the decision on"),
    Act.ATTEND: mark("Attend the off-site use"),
    Act.HAND_OUT: mark("Hand out the seal"),
    Act.TAKE_BACK: mark("Take back the seal"),
    Act.DELIVER_PAPER: mark("Record a paper delivery"),
    Act.REFUSE_DELETION: mark("Refuse the deletion"),
    Act.DELETE: mark("Delete the papers"),
    Act.EXPIRE: mark("Expire"),
    Act.CONTRADICT: mark("Contradict"),
}


def act_name(act: Act) -> Phrase:
    """What an act is called."""
    return Phrase(_ACTS[act])


FLOWS: Final[Mapping[str, Sentence]] = {
    "CASE_DELETED": Sentence(
        mark("The papers of this case were deleted by consent; the tombstone is left."),
        mark("They do not come back. The case says who agreed, when and why."),
    ),
    "DELETION_NOT_ASKED": Sentence(
        mark("Nobody else has asked for this deletion."),
        mark("Drafter, clerk or custodian asks first; import what they signed, then try again."),
    ),
    "DELETION_NOT_LEADER": Sentence(
        mark("Only the leader in charge may agree to a deletion or refuse it."),
        mark("The roster must give the role of division leader or unit leader."),
    ),
    "DELETION_OTHER_CASE": Sentence(
        mark("The tombstone names other papers than those of this case."),
        mark("Do not rely on it. Import everything about the case, then delete it anew."),
    ),
    "RETENTION_FOREVER": Sentence(
        mark("Papers of this kind are kept for ever."),
        mark("They cannot be deleted. Hand them over to the archive."),
    ),
    "RETENTION_RUNNING": Sentence(
        mark("The record must be kept until {until}."),
        mark("Ask for the deletion after that day; the longest of all periods counts."),
    ),
    "CASE_ON_PAPER": Sentence(
        mark("After an incident the matter went over to paper."),
        mark("It must not be sealed electronically any more."),
    ),
    "CASE_SENT_BACK": Sentence(
        mark("The sealer or the printer sent the case back."),
        mark("It goes on only with a request for a corrected version."),
    ),
    "CASE_SUPERSEDED": Sentence(
        mark("A corrected version takes the place of this document."),
        mark("Do not seal, print or use it. Ask for the corrected version."),
    ),
    "ATTACHMENT_TOO_LARGE": Sentence(
        mark("With its attachments the file is too large for the channel: over {limit} MB."),
        mark(
            "Take the attachments out and list them as attachments on paper, each with title, "
            "pages and copies; the body still goes electronically."
        ),
    ),
    "CASE_VOIDED": Sentence(
        mark("The document was voided."),
        mark("Do not rely on it. The void notice in the case says why and what replaces it."),
    ),
    "CASE_WITHDRAWN": Sentence(
        mark("The drafter withdrew the request."),
        mark("It must not be sealed."),
    ),
    "CHECKS_MISSING": Sentence(
        mark("The confirmation of the {post} is missing, which the policy pack demands."),
        mark("Have it confirmed, import the confirmation, then try again."),
    ),
    "CHECK_OTHER_DOCUMENTS": Sentence(
        mark("The confirmation is about other documents than the request."),
        mark("Do not rely on it. Confirm the documents of this case."),
    ),
    "CONFLICT_RESOLUTIONS": Sentence(
        mark("Two resolutions of one conflict contradict each other."),
        mark("The seal department must resolve it anew, knowing both."),
    ),
    "FINDINGS_UNCONFIRMED": Sentence(
        mark("Something was found in the document that you have not let stand: {finding}."),
        mark("Correct the document, or confirm the finding by its code if it is meant so."),
    ),
    "FLOW_FORM": Sentence(
        mark("What was filled in does not fit together."),
        mark("Check reasons and numbers: none is missing, and the counts must add up."),
    ),
    "FLOW_NOT_CONTENDED": Sentence(
        mark("No statement that is part of the conflict begins like this."),
        mark("Give the first digits of the statement that shall stand, as the case shows it."),
    ),
    "FLOW_NOT_NOW": Sentence(
        mark("This cannot be done to the case as it stands: {act}."),
        mark("Look at the state of the case; another act may come first."),
    ),
    "FLOW_NO_BLANKS": Sentence(
        mark("The case is not a batch of blank forms."),
        mark("Only numbered blank forms are accounted for."),
    ),
    "FLOW_NO_EMERGENCY": Sentence(
        mark("The request was not marked as an emergency."),
        mark("Only emergency uses are reviewed afterwards."),
    ),
    "FLOW_TWICE": Sentence(
        mark("This was done to the case already: {act}."),
        mark("Read in the case who did it and what was said; it is closed for good."),
    ),
    "FLOW_OTHER_DRAFTER": Sentence(
        mark("{person} did not make this request."),
        mark("Only the drafter who made it may do this."),
    ),
    "FLOW_OWN_ACT": Sentence(
        mark("{person} took part in this case and may not check it too."),
        mark("Somebody else must do it."),
    ),
    "GRANT_EMPTY": Sentence(
        mark("The approvals leave no recipient in common."),
        mark("Ask the approving officers to agree, or make a new request."),
    ),
    "GRANT_NOT_LESS": Sentence(
        mark("An approval can only give less than what was asked, and never nothing."),
        mark("Give fewer copies, some of the units asked for, or an earlier day."),
    ),
    "APPROVAL_PASSED_ON": Sentence(
        mark("You passed this decision on to another officer."),
        mark("That officer decides now; or decide in another role that is asked of you."),
    ),
    "ATTENDANCE_MISSING": Sentence(
        mark("An off-site use needs a second person, who has not said that they are there."),
        mark("Have the clerk attend at this station, inside the approved hours."),
    ),
    "BLANKS_OTHER_COUNT": Sentence(
        counted(
            "{issued} form is accounted for; approved: {granted}.",
            "{issued} forms are accounted for; approved: {granted}.",
            "issued",
        ),
        mark("Count again: every numbered form is used, spoilt or returned."),
    ),
    "LOAN_NOBODY": Sentence(
        mark("The roster does not have {person}."),
        mark("Name the borrower as the roster does: by the person's id."),
    ),
    "LOAN_NOT_OUT": Sentence(
        mark("The seal is not handed out in this case."),
        mark("Record the handing out first."),
    ),
    "LOAN_NOT_KEEPER": Sentence(
        mark("The seal is not tied to the certificate of {person}, who could not seal with it."),
        mark("Lend it to a person whom the seal register names among its custodians."),
    ),
    "LOAN_OTHER": Sentence(
        mark("The seal was handed out to {person}."),
        mark("Only the borrower seals while the loan lasts."),
    ),
    "LOAN_STILL_OUT": Sentence(
        mark("The seal is still out on a loan."),
        mark("Take it back first; airseal case loans lists every loan."),
    ),
    "PAPER_OTHER": Sentence(
        mark("No attachment on paper of this case is called {title}."),
        mark("Choose one of those that the request lists."),
    ),
    "PAPER_RECIPIENT": Sentence(
        mark("{unit} is no approved recipient of this case."),
        mark("Hand the attachment only to the recipients that were approved."),
    ),
    "PAPER_COPIES": Sentence(
        mark("No more copies of this attachment are left to be handed over: {left}."),
        mark("Count again; what was handed over before is in the case."),
    ),
    "PAPER_DAY": Sentence(
        mark("The day of the delivery has not come yet: {day}."),
        mark("Record it once it was handed over."),
    ),
    "RECONCILE_COPIES": Sentence(
        counted(
            "{copies} copy is said to be sealed on paper; approved: {granted}.",
            "{copies} copies are said to be sealed on paper; approved: {granted}.",
            "copies",
        ),
        mark("Count again; more copies need a request of their own."),
    ),
    "SPECIAL_OTHER": Sentence(
        mark("This case is no special matter of that kind: {special}."),
        mark("Such a use is requested and approved as what it is."),
    ),
    "TRANSFER_TO_SELF": Sentence(
        mark("The decision cannot be passed on to {person}."),
        mark("Choose another officer who may approve in this role and did not ask for it."),
    ),
    "VOID_UNAPPROVED": Sentence(
        mark("No officer has agreed to the voiding."),
        mark("Have an officer agree to it, import that, then void the document."),
    ),
    "WINDOW_MISSING": Sentence(
        mark("An off-site use or a loan needs the hours it is for."),
        mark("Request it with the first and the last moment."),
    ),
    "WINDOW_OUTSIDE": Sentence(
        mark("It is outside the approved hours."),
        mark("Do it inside them, or request other hours."),
    ),
    "MAKER_UNKNOWN": Sentence(
        mark("The seal maker is not on the unit's list: {name}."),
        mark("Only makers that the policy pack lists may make seals; ask the seal department."),
    ),
    "SEAL_NOT_FILED": Sentence(
        mark("The seal is not filed with the authorities yet."),
        mark("The policy pack lets no seal be used before that; have its filing registered."),
    ),
    "WITNESSES_MISSING": Sentence(
        mark("Witnesses are missing: {missing}."),
        mark("All must be there at once, each for another department."),
    ),
    "MOVE_ILLEGAL": Sentence(
        mark("This step does not follow from where the matter stands now."),
        mark("Look at what happened last; docs/state-machines.md has every step there is."),
    ),
    "PRINT_OPERATOR": Sentence(
        mark("The {post} does not print here: the policy pack gives printing to another post."),
        mark("Hand the case to the post that prints."),
    ),
    "PRINT_QUOTA": Sentence(
        mark("Every allowed copy has been printed."),
        mark("Request more copies of the case; nothing is printed before that is approved."),
    ),
    "PREDECESSOR_OPEN": Sentence(
        mark("The version that this request corrects is not stopped here yet."),
        mark("Import the ban of the earlier version, then try again."),
    ),
}
