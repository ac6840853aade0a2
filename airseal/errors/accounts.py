"""The codes of accounts, passwords, posts and rights, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.model.account import MustChange
from airseal.model.rights import Right
from airseal.text import Phrase, mark

_RIGHTS: Final = {
    Right.REQUEST: mark("request the use of a seal"),
    Right.DECIDE: mark("decide on requests"),
    Right.SEAL: mark("apply seals"),
    Right.CONFIRM: mark("confirm final files"),
    Right.SEND_BACK: mark("send cases back"),
    Right.FALL_BACK: mark("go over to paper"),
    Right.SETTLE: mark("void documents and resolve conflicts"),
    Right.DELEGATE: mark("delegate approvals"),
    Right.REVIEW: mark("review emergency uses"),
    Right.ACCOUNT_BLANKS: mark("account for blank forms"),
    Right.ASK_DELETION: mark("ask for deletion"),
    Right.DELETE: mark("agree to a deletion"),
    Right.IMPORT: mark("import bundles"),
    Right.EXPORT: mark("export cases"),
    Right.READ: mark("read cases"),
    Right.VERIFY: mark("check seals"),
    Right.PUBLISH: mark("publish the registry"),
    Right.GRANT_USE: mark("grant use rights"),
    Right.RETIRE: mark("open the retirement of a seal"),
    Right.OPEN_ACCOUNT: mark("open accounts"),
    Right.CLOSE_ACCOUNT: mark("close accounts"),
    Right.RESET_PASSWORD: mark("reset passwords"),
    Right.REGISTER_STATION: mark("register the station"),
    Right.UNLOCK_PIN: mark("unlock a USBKey"),
    Right.BACK_UP: mark("back the station up"),
    Right.CONFIRM_CLOCK: mark("confirm the time of the clock"),
    Right.ANSWER_ALARM: mark("answer for alarms and enrol authorities"),
    Right.SIGN_RECEIPT: mark("sign for what came"),
    Right.RECORD_TRAINING: mark("record trainings"),
    Right.FILE_STAFF: mark("file the people of the station"),
    Right.SEE_FILED: mark("see the people that stations filed"),
    Right.KEEP_COPY: mark("keep copies of seals and take them out"),
    Right.CLEAR_QUARANTINE: mark("copy out or clear away refused files"),
    Right.SEE_ROOTS: mark("see the trusted roots"),
    Right.TRUST_ROOT: mark("accept or take back the root of a unit"),
    Right.APPOINT: mark("appoint people to posts"),
    Right.SEE_ACCOUNTS: mark("see the accounts"),
    Right.AUDIT: mark("audit"),
}

_REASONS: Final = {
    MustChange.INITIAL: mark("it is an initial password"),
    MustChange.LEAKED: mark("it was reported as leaked"),
    MustChange.EXPIRED: mark("it has expired"),
}


def right_name(right: Right) -> Phrase:
    """What a right lets somebody do."""
    return Phrase(_RIGHTS[right])


def change_reason(why: MustChange) -> Phrase:
    """Why a password must be changed."""
    return Phrase(_REASONS[why])


ACCOUNTS: Final[Mapping[str, Sentence]] = {
    "ACCOUNT_CLOSED": Sentence(
        mark("The account is closed."),
        mark("A closed account is never opened again; open a new one."),
    ),
    "ACCOUNT_FORM": Sentence(
        mark("The account is not filled in as it must be."),
        mark("The id is small letters, digits and hyphens; the name must not be empty."),
    ),
    "ACCOUNT_NO_POST": Sentence(
        mark("{person} has no post at this station yet."),
        mark("Ask the security administrator to appoint you."),
    ),
    "ACCOUNT_OWN": Sentence(
        mark("Nobody does this to their own account."),
        mark("Ask another administrator."),
    ),
    "ACCOUNT_TIED": Sentence(
        mark(
            "The account cannot be closed yet. In this person's hands are still: seals {seals}, "
            "open cases {cases}, proxies {proxies}, unprinted allowances {allowances}."
        ),
        mark(
            "Each needs a handover or return first. Where none is possible, the seal department "
            "opens the retirement of the seal."
        ),
    ),
    "ACCOUNT_TWICE": Sentence(
        mark("{person} has the same name and telephone: one person has one account."),
        mark("Check who it is; close the old account first if it is the same person."),
    ),
    "CLEARANCE_ROSTER": Sentence(
        mark("The roster clears this person up to {level} only."),
        mark("Choose a lower level, or ask the seal department for a new appointment."),
    ),
    "LEAK_LATER": Sentence(
        mark("The time of the leak lies in the future."),
        mark("Enter when the password may first have been known to others."),
    ),
    "LOGIN_TOKEN_NEEDED": Sentence(
        mark("At this level a password alone opens nothing: a USBKey is needed."),
        mark("Enrol your USBKey for the login first, then log in with it."),
    ),
    "RECOVERY_POSTS": Sentence(
        mark("A system and a security administrator together are needed for this."),
        mark("Both need passwords of their own, not ones that somebody else has set."),
    ),
    "PASSWORDS_DIFFER": Sentence(
        mark("The two new passwords are not the same."),
        mark("Type both again."),
    ),
    "PASSWORD_COMMON": Sentence(
        mark("This password is one of those that everybody tries first."),
        mark("Choose several words or signs that do not belong together."),
    ),
    "PASSWORD_DOUBTFUL": Sentence(
        mark("The disk failed while the password was changed, and does not tell which one counts."),
        mark("Have the disk checked. Then try the new password first, and the old one after it."),
    ),
    "PASSWORD_MUST_CHANGE": Sentence(
        mark("The password must be changed before anything else: {why}."),
        mark("Choose a new password: airseal password, or the page that opens now."),
    ),
    "PASSWORD_ONE_KIND": Sentence(
        mark("This password has signs of one kind only."),
        mark("Mix capital and small letters, digits and other signs."),
    ),
    "PASSWORD_PERSONAL": Sentence(
        mark("This password contains your id, name or telephone number."),
        mark("Choose one that has nothing to do with you."),
    ),
    "PASSWORD_REPEATED": Sentence(
        mark("This password repeats the same signs."),
        mark("Choose one with more different signs."),
    ),
    "PASSWORD_SEQUENCE": Sentence(
        mark("This password has four signs in a row from the alphabet, digits or keyboard."),
        mark("Choose one without such rows."),
    ),
    "PASSWORD_SHORT": Sentence(
        mark("This password is too short: at least {length} characters are needed here."),
        mark("Choose a longer one."),
    ),
    "PASSWORD_UNRECORDED": Sentence(
        mark("The new password counts from now on, but the disk refused to record the change."),
        mark(
            "Free some space on the disk or have it checked. Then log in with the new password "
            "and change it once more."
        ),
    ),
    "PASSWORD_USED": Sentence(
        mark("This password was used before, or is the initial one."),
        mark("Choose one that is none of the last {number}."),
    ),
    "PIN_EACH": Sentence(
        mark("The policy pack wants a PIN for each of these."),
        mark("Do them one by one."),
    ),
    "POSTS_KEPT_APART": Sentence(
        mark("One person may not hold two posts that are kept apart: {one} and {other}."),
        mark("Choose another person."),
    ),
    "POST_OFFLINE": Sentence(
        mark("The root is not a post for a person."),
        mark("Choose another post."),
    ),
    "RIGHT_MISSING": Sentence(
        mark("The post of {post} has no right to do this: {right}. The attempt was recorded."),
        mark("Whoever holds the right post must do it."),
    ),
    "SEAL_RETIRING": Sentence(
        mark("The retirement of the seal {seal} was opened: it could not be handed over."),
        mark("Nobody may use it. Ask the seal department."),
    ),
    "SEAL_CHECK_OVERDUE": Sentence(
        mark("The periodic check of the seal {seal} is overdue; it was due by {until}."),
        mark("Check the seal first: registry, checks of seals. Then seal."),
    ),
    "SEAL_SELF_MANAGED": Sentence(
        mark("You signed the registration of the seal {seal}, so you may not use it."),
        mark("Managing and using a seal are kept apart: its custodian must seal."),
    ),
    "DEVICE_FORM": Sentence(
        mark("{device} is not one device with its level."),
        mark("Write each camera and scanner once, with its level: /dev/video0=内部 (E-10)."),
    ),
    "STATION_FORM": Sentence(
        mark("The registration needs a place and a responsible person."),
        mark("Fill in both."),
    ),
    "STATION_UNREGISTERED": Sentence(
        mark("This station is not registered, so nothing is sealed here."),
        mark("Ask the system administrator to register its place and responsible person."),
    ),
    "SUMMARY_PERIOD": Sentence(
        mark("There is nothing to be summed up for the period {name}."),
        mark("Choose a period that is over and in or after which something was sealed here."),
    ),
    "SUMMARY_NONE": Sentence(
        mark("No summary table was made for the period {name}."),
        mark("Make it first; then it can be written out and handed over."),
    ),
    "SUMMARY_RECEIVED": Sentence(
        mark("This summary table was taken already: by {receiver}, on {day}."),
        mark("Nothing was changed. A new edition is handed over anew."),
    ),
    "SUMMARY_RECEIPT_FORM": Sentence(
        mark("The receipt of the summary table is not filled in as it must be."),
        mark("Enter who took it and the day: not before it was made, and not after today."),
    ),
    "TIME_FORM": Sentence(
        mark("The time is not written as it must be."),
        mark("Write it as YYYY-MM-DD or YYYY-MM-DDTHH:MM."),
    ),
    "USE_RIGHT_ENDED": Sentence(
        mark("The right of {person} to use seals of the kind {type} is not in its term ({until})."),
        mark("Ask the seal department for a new authorisation."),
    ),
    "USE_RIGHT_FORM": Sentence(
        mark("The term of the use right is not written as it must be."),
        mark("Write both days as YYYY-MM-DD, the end not before the beginning."),
    ),
    "USE_RIGHT_MISSING": Sentence(
        mark("{person} is not authorised to use seals of the kind {type}."),
        mark("Ask the seal department for an authorisation."),
    ),
}
