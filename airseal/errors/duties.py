"""The codes of the duties, the station and the command line, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import mark

DUTIES: Final[Mapping[str, Sentence]] = {
    "BATCH_STOPPED": Sentence(
        mark("The batch had stopped before this one."),
        mark("Put the cause right, then run the batch again for what is left."),
    ),
    "CASE_ALREADY_SEALED": Sentence(
        mark("The case is already sealed."),
        mark("Refresh the list."),
    ),
    "CASE_DENIED": Sentence(
        mark("The request was denied."),
        mark("It must not be sealed."),
    ),
    "CASE_RETURNED": Sentence(
        mark("The request was returned for correction."),
        mark("It must not be sealed; wait for a new request."),
    ),
    "CASE_UNKNOWN": Sentence(
        mark("There is no such case here."),
        mark("Check the number, or import the bundle first."),
    ),
    "LOG_DIGEST": Sentence(
        mark("The copy of the ledger is not what was written: its digest is wrong."),
        mark("It was changed or damaged. Ask for a new copy; report it to the auditor."),
    ),
    "LOG_FORM": Sentence(
        mark("The file is not a copy of a ledger."),
        mark("Choose a file that was exported on the ledger page (.airseal-log)."),
    ),
    "LOG_OLDER": Sentence(
        mark("A newer copy of that ledger is here, as of {at}."),
        mark("Nothing was changed."),
    ),
    "LOG_OTHER_STATION": Sentence(
        mark("The copy is of another station's ledger: {unit}/{station}."),
        mark("Compare it at that station; here it can be taken in and read."),
    ),
    "LOG_OWN": Sentence(
        mark("The copy is of this station's own ledger."),
        mark("Compare it with the ledger instead."),
    ),
    "ALARM_UNKNOWN": Sentence(
        mark("There is no alarm about this station."),
        mark("Refresh the list."),
    ),
    "CHECKPOINT_ABSENT": Sentence(
        mark("A bundle of {unit}/{station} came without a checkpoint of its ledger."),
        mark("Ask that station for a bundle made with the present version of the program."),
    ),
    "CHECKPOINT_FORKED": Sentence(
        mark(
            "{unit}/{station} showed two different ledgers: they differ within the first "
            "{size} entries."
        ),
        mark(
            "It was set back to an old copy, or two books are kept. Rely on nothing new from "
            "there; report to the security administrator."
        ),
    ),
    "CHECKPOINT_RESTORED": Sentence(
        mark(
            "{unit}/{station} says that it was restored from a backup on {at}; what it wrote "
            "after that backup is gone there."
        ),
        mark(
            "Compare with that station what is missing; then let the security administrator "
            "settle the alarm."
        ),
    ),
    "CHECKPOINT_UNPROVEN": Sentence(
        mark(
            "The bundle of {unit}/{station} does not prove that its ledger continues the {size} "
            "entries known here."
        ),
        mark("Send that station a bundle and import its next one; if this stays, report it."),
    ),
    "CLOCK_AHEAD": Sentence(
        mark("The clock is more than seven days after the last entry of the ledger ({mark})."),
        mark("Compare the clock with another. If it is right, confirm it with a reason."),
    ),
    "CLOCK_BEHIND": Sentence(
        mark("The clock was set back: it is before the last entry of the ledger ({mark})."),
        mark(
            "Nothing is approved or sealed until the clock is right again, or the security "
            "administrator has entered the reason."
        ),
    ),
    "CLOCK_STEADY": Sentence(
        mark("Nothing is wrong with the clock."),
        mark("Refresh the page."),
    ),
    "DEMO_EXISTS": Sentence(
        mark("There is already something in this place."),
        mark("Choose an empty directory for the demonstration."),
    ),
    "DEMO_MISSING": Sentence(
        mark("There is no demonstration in this place."),
        mark("Build it first: airseal demo build."),
    ),
    "LEVEL_ABOVE_STATION": Sentence(
        mark("The level {level} is above the level of this station."),
        mark("It must not be brought here. Report to the security administrator."),
    ),
    "EXPORT_UNSOUND": Sentence(
        mark("The seals on {paper} do not hold, and it may not leave. {because}"),
        mark("Open the case; its seal check says what does not hold, and why."),
    ),
    "CHANNEL_LEVEL": Sentence(
        mark("Papers of the level {level} must not leave by this channel; the limit is {limit}."),
        mark("Use a medium of the right level that goes to a machine of its own level."),
    ),
    "LEVEL_UNKNOWN": Sentence(
        mark("There is no such level."),
        mark("Write public, internal, confidential, secret or top-secret."),
    ),
    "PLACE_OTHER_PAGE": Sentence(
        mark("The seal would stand on page {page}; page {approved} is approved."),
        mark("Go back to page {approved}."),
    ),
    "RULES_UNACKNOWLEDGED": Sentence(
        mark("You have not signed for your post and for the rules in force, No. {number}."),
        mark('Read the policy pack, then sign your responsibility under "My account".'),
    ),
    "SCOPE_MISSING": Sentence(
        mark("The scope of the responsibility is missing."),
        mark("Write what your post is about at this station."),
    ),
    "STAFF_MOBILE": Sentence(
        mark("The mobile number of {person} is missing; nobody is filed without one."),
        mark("The system administrator enters it, then file again."),
    ),
    "RECEIPT_NOTHING": Sentence(
        mark("None of these bundles waits for a receipt."),
        mark("Look at the list: each bundle is signed for once, after it was imported."),
    ),
    "QUESTION_UNKNOWN": Sentence(
        mark("There is no such question or answer here."),
        mark("Look at the list of receipts and questions."),
    ),
    "QUARANTINE_UNKNOWN": Sentence(
        mark("No file in the quarantine begins with this digest."),
        mark("Look at the list; give enough digits for one file only."),
    ),
    "POST_UNKNOWN": Sentence(
        mark("There is no post {name}."),
        mark("Choose drafter, officer, custodian, checker or authority."),
    ),
    "POST_WRONG": Sentence(
        mark("The post of {post} may not do this."),
        mark("Log in with the right post."),
    ),
    "REASON_MISSING": Sentence(
        mark("A reason must be given."),
        mark("Write down the reason."),
    ),
    "RECIPIENT_TWICE": Sentence(
        mark("A recipient is named twice."),
        mark("Name each recipient once."),
    ),
    "REQUEST_FORM": Sentence(
        mark("The request is not filled in as it must be."),
        mark("Check title, copies, recipients and term."),
    ),
    "SEAL_NOTHING_UNFINISHED": Sentence(
        mark("There is no unfinished sealing in this case."),
        mark("Refresh the list."),
    ),
    "SEAL_OUTPUT_REFUSED": Sentence(
        mark("The sealed document did not pass its own check. Nothing was saved as sealed."),
        mark("Report to the seal department and do not use what was made."),
    ),
    "SEAL_UNFINISHED": Sentence(
        mark("An earlier sealing of this document was not finished."),
        mark("Give it up with a reason first, then seal again."),
    ),
    "NOTHING_TO_VERIFY": Sentence(
        mark("There is no bundle and no PDF to check there."),
        mark("Name files, or a directory with files ending in .pdf or .airseal."),
    ),
    "REPORT_NOT_WRITTEN": Sentence(
        mark("The report could not be written."),
        mark("Check the directory, its rights and its free space. The verdicts stand."),
    ),
    "MEDIUM_AROUND": Sentence(
        mark("A medium that is not this station's is plugged in: {name}."),
        mark("Take it out before anything is sealed; it stays unsealed until then."),
    ),
    "SESSION_AROUND": Sentence(
        mark("Somebody else has a session open at this machine: {name}."),
        mark("End that session before anything is sealed."),
    ),
    "SHARING_AROUND": Sentence(
        mark("A program is running that shows or records the screen: {name}."),
        mark("End it before anything is sealed."),
    ),
    "SIGNATURE_UNIT": Sentence(
        mark("The paper is not signed by {unit}, whose seal was chosen."),
        mark("Do not seal. Choose the seal of the unit that signs, or correct the paper."),
    ),
    "SOURCE_MISSING": Sentence(
        mark("A text written for or taken from others comes with the file it was made from."),
        mark("Request it with both files: the fixed layout and its editable source."),
    ),
    "TICKS_MISSING": Sentence(
        mark("Content, copies and approvals were not all checked."),
        mark("Check all three and tick each before the PIN."),
    ),
    "SIGN_NEEDS_STATION": Sentence(
        mark("Only a person at a station can sign a report."),
        mark("Give --home and --as instead of --trust, or leave --sign out."),
    ),
    "TOO_MANY_FILES": Sentence(
        mark("There are more than {limit} files to check."),
        mark("Check the directories below one by one."),
    ),
    "SECRETS_FD": Sentence(
        mark("The password could not be read from the file descriptor."),
        mark("Check the number given with --secrets-fd."),
    ),
    "SECRET_MISSING": Sentence(
        mark("Password or PIN is missing."),
        mark("Line 1 is the password, line 2 the PIN."),
    ),
    "SERIES_TWICE": Sentence(
        mark("Two documents of one series would be published together."),
        mark("Publish one of them."),
    ),
    "TOKEN_SOFT": Sentence(
        mark("A soft token may sign for a demonstration only."),
        mark("Use the USBKey that was issued to you."),
    ),
    "TRUST_MISSING": Sentence(
        mark("It was not said whom to trust."),
        mark("Name a station or a directory with root certificates: --trust."),
    ),
    "WITNESSES_TWO": Sentence(
        mark("Two persons must have compared the fingerprint."),
        mark("Name both of them."),
    ),
    "TEMPLATE_FORM": Sentence(
        mark("A template needs a name of at most 60 characters, and no value may be too long."),
        mark("Type a shorter name, or shorten the long field, and keep it again."),
    ),
    "TEMPLATE_TOO_MANY": Sentence(
        mark("This station keeps 200 templates already."),
        mark("Forget one that nobody uses any more, with x in the list of templates."),
    ),
    "TEMPLATE_UNKNOWN": Sentence(
        mark("There is no template of that name any more."),
        mark("Somebody forgot it; choose another one."),
    ),
}
