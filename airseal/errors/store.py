"""The codes of what this station keeps, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import counted, mark

STORE: Final[Mapping[str, Sentence]] = {
    "BACKUP_DAMAGED": Sentence(
        mark("Backup No. {number} is damaged, or is not of this station."),
        mark("Use an earlier one, and make a new backup on a sound medium."),
    ),
    "BACKUP_INSIDE": Sentence(
        mark("A backup inside the station's own directory saves nothing."),
        mark("Choose a stick or another disk."),
    ),
    "BACKUP_KEEP": Sentence(
        mark("At least one backup has to be kept."),
        mark("Name how many of the newest are to stay."),
    ),
    "BACKUP_MISSING": Sentence(
        mark("There is no backup No. {number} in this place."),
        mark("List the backups that are there: airseal backup list."),
    ),
    "BACKUP_NONE": Sentence(
        mark("There is no backup of a station in this place."),
        mark("Check the medium."),
    ),
    "BACKUP_PIECE": Sentence(
        mark("A piece of the backup is missing or damaged."),
        mark("The next backup to this medium writes it again. To restore, use another backup."),
    ),
    "BACKUP_SEVERAL": Sentence(
        mark("This medium holds the backups of several stations."),
        mark("Take a medium, or a copy of its directory, that holds those of one station."),
    ),
    "BACKUP_UNREADABLE": Sentence(
        mark("The medium did not give back what was written to it."),
        mark("No backup was made. Do not use this medium any more."),
    ),
    "BLOBS_DAMAGED": Sentence(
        mark("Documents in the vault are damaged: {count}."),
        mark("Restore the newest backup, or import the documents again."),
    ),
    "BLOBS_LOST": Sentence(
        mark("Documents that the ledger says are kept here are gone from the vault: {count}."),
        mark("Nothing was deleted by consent. Restore the newest backup, or import them again."),
    ),
    "BLOB_DAMAGED": Sentence(
        mark("A document in the vault is damaged."),
        mark("Restore the newest backup, or import the document again."),
    ),
    "BLOB_MISMATCH": Sentence(
        mark("The bytes are not those the digest names."),
        mark("Nothing was stored. Take the document in again."),
    ),
    "BLOB_MISSING": Sentence(
        mark("The document is not in the vault."),
        mark("Import the bundle that contains it."),
    ),
    "BLOB_UNREADABLE": Sentence(
        mark("The document could not be read to its end."),
        mark("Nothing was stored. Check the medium and try again."),
    ),
    "CLEARANCE_LOW": Sentence(
        mark("This login is not cleared for the level {level}."),
        mark("Ask somebody who is cleared for it, at a station registered for that level."),
    ),
    "DESK_DAMAGED": Sentence(
        mark("The work table of this station is damaged. The ledger is not affected."),
        mark("Ask the system administrator to rebuild it from the ledger: airseal store rebuild."),
    ),
    "DESK_DIFFERS": Sentence(
        mark("The work table does not say what the ledger says."),
        mark("Ask the system administrator to rebuild it from the ledger: airseal store rebuild."),
    ),
    "DESK_FORM": Sentence(
        mark("The program tried to keep something of the kind {kind} that cannot be kept."),
        mark("Nothing was saved. Report to the system administrator."),
    ),
    "DESK_MISSING": Sentence(
        mark("The work table of this station is missing. The ledger is not affected."),
        mark("Ask the system administrator to rebuild it from the ledger: airseal store rebuild."),
    ),
    "DESK_OLDER": Sentence(
        counted(
            "The work table is older than the ledger by {behind} step: someone may have "
            "put an old copy back.",
            "The work table is older than the ledger by {behind} steps: someone may have "
            "put an old copy back.",
            "behind",
        ),
        mark("Report to the security auditor, then have it rebuilt: airseal store rebuild."),
    ),
    "DOOR_LOST": Sentence(
        mark("The record of refused logins is missing or damaged. Nobody can log in for now."),
        counted(
            "Try again in {seconds} second. The loss is written to the ledger then; report it to "
            "the security auditor.",
            "Try again in {seconds} seconds. The loss is written to the ledger then; report it to "
            "the security auditor.",
            "seconds",
        ),
    ),
    "ENTRY_FORM": Sentence(
        mark("An entry of the kind {kind} cannot be written to the ledger."),
        mark("Nothing was saved. Report to the system administrator."),
    ),
    "ENTRY_TOO_LARGE": Sentence(
        mark("An entry is too large for the ledger: {size} of {limit} bytes."),
        mark("Nothing was saved. Shorten what was entered."),
    ),
    "ENTRY_UNKNOWN": Sentence(
        mark("The ledger has no entry {sequence}."),
        mark("Refresh the list."),
    ),
    "HOME_BUSY": Sentence(
        mark("This station is already open in another window."),
        mark("Close the other one first."),
    ),
    "HOME_EXISTS": Sentence(
        mark("There is already a station, or what is left of one, in this place."),
        mark("Choose an empty place."),
    ),
    "HOME_MISSING": Sentence(
        mark("There is no station in this place."),
        mark("Check the directory that was given."),
    ),
    "HOME_CURRENT": Sentence(
        mark("This station has today's format ({version}) already."),
        mark("There is nothing to do."),
    ),
    "HOME_OLDER": Sentence(
        mark("This station was last used by an older version of the program (format {version})."),
        mark(
            'An administrator brings it up to date at the login, or with "airseal store migrate";'
            " a backup is made first."
        ),
    ),
    "MIGRATE_POST": Sentence(
        mark("Only the system or the security administrator may bring a station up to date."),
        mark("Ask one of them."),
    ),
    "HOME_NEWER": Sentence(
        mark("This station was used by a newer version of the program (format {version})."),
        mark("Use that version; nothing was changed."),
    ),
    "KEYSLOTS_DAMAGED": Sentence(
        mark("The file that guards the passwords is damaged."),
        mark("Ask the system administrator to restore the newest backup."),
    ),
    "KEYSLOTS_MISSING": Sentence(
        mark("The file that guards the passwords is missing."),
        mark("Ask the system administrator to restore the newest backup."),
    ),
    "KEYSLOTS_OLDER": Sentence(
        counted(
            "The file that guards the passwords is older than the ledger by {behind} "
            "change: someone may have put an old copy back.",
            "The file that guards the passwords is older than the ledger by {behind} "
            "changes: someone may have put an old copy back.",
            "behind",
        ),
        mark("Report to the security auditor at once."),
    ),
    "LEDGER_DAMAGED": Sentence(
        mark("The ledger is damaged at entry {sequence}."),
        mark("Do not go on working. Report to the security auditor; restore the newest backup."),
    ),
    "LEDGER_SHORT": Sentence(
        mark("The ledger ends before entry {sequence}, which was already confirmed."),
        mark("Do not go on working. Report to the security auditor; restore the newest backup."),
    ),
    "LOGIN_LOCKED": Sentence(
        counted(
            "Too many refused logins. This person has to wait {seconds} second.",
            "Too many refused logins. This person has to wait {seconds} seconds.",
            "seconds",
        ),
        mark("Wait; every further refusal makes the wait longer. Restarting does not help."),
    ),
    "LOGIN_REFUSED": Sentence(
        mark("Person or password is wrong."),
        mark("Try again. A forgotten password is reset by the system administrator."),
    ),
    "PERSON_EXISTS": Sentence(
        mark("{person} already has an account here."),
        mark("Choose another id."),
    ),
    "PERSON_LAST": Sentence(
        mark("The last account cannot be removed."),
        mark("Add another person first."),
    ),
    "PERSON_UNKNOWN": Sentence(
        mark("{person} has no account here."),
        mark("Check the id."),
    ),
    "RECOVERY_MISSING": Sentence(
        mark("Recovery by these two administrators was not arranged here."),
        mark("Use the two who were named for it, or restore the newest backup."),
    ),
    "RECOVERY_PAIR": Sentence(
        mark("Recovery needs two administrators at least."),
        mark("Name two different people."),
    ),
    "RESTORE_PAIR": Sentence(
        mark("A restore needs two different people."),
        mark("Let the second administrator give their own id and password."),
    ),
    "RESTORE_POST": Sentence(
        mark("{person} is no administrator in this backup."),
        mark(
            "The system administrator and the security administrator restore a station "
            "together, with their passwords of when the backup was made."
        ),
    ),
    "STORE_CLOSED": Sentence(
        mark("The station is closed."),
        mark("Log in again."),
    ),
    "STORE_READ_FAILED": Sentence(
        mark("The station's disk could not be read ({stage}, {reason})."),
        mark("Nothing was changed. Ask the system administrator to check the disk."),
    ),
    "STORE_WRITE_FAILED": Sentence(
        mark("Saving failed ({stage}, {reason})."),
        mark(
            "What was shown as saved before is safe; the last act is not saved. Free some "
            "space on the disk or have it checked, then log in again."
        ),
    ),
}
