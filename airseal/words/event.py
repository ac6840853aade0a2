"""The words for what the ledger holds: every statement and every event, one short sentence each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from airseal.text import Phrase, Shown, mark

STATEMENTS: Final[Mapping[str, str]] = {
    "charter": mark("Charter of a unit"),
    "unit": mark("Unit registered"),
    "appointment": mark("Appointment"),
    "policy": mark("Policy pack"),
    "seal": mark("Seal registered"),
    "crl": mark("Revocation lists"),
    "snapshot": mark("Registry published"),
    "request": mark("Use of a seal requested"),
    "decision": mark("Request decided"),
    "sealing": mark("Seal applied"),
    "check": mark("Confirmation before sealing"),
    "withdrawal": mark("Request withdrawn"),
    "send-back": mark("Sent back by the custodian"),
    "ban": mark("Earlier version banned"),
    "voiding": mark("Document voided"),
    "resolution": mark("Conflict resolved"),
    "fallback": mark("Sealed on paper instead"),
    "reconciliation": mark("Paper use reconciled"),
    "review": mark("Emergency use reviewed"),
    "blank-account": mark("Account of sealed blanks"),
    "checkpoint": mark("Checkpoint of a ledger"),
    "timestamp": mark("Time stamp attached"),
    "delegation": mark("Approval delegated"),
    "delegation-end": mark("Delegation ended"),
    "use-confirmation": mark("Use confirmed afterwards"),
    "acknowledgement": mark("Ban acknowledged"),
    "void-consent": mark("Voiding agreed to"),
    "transfer": mark("Decision passed on"),
    "attendance": mark("Second person was there"),
    "handout": mark("Seal handed out"),
    "take-back": mark("Seal taken back"),
    "deletion-request": mark("Deletion asked for"),
    "deletion-refusal": mark("Deletion refused"),
    "tombstone": mark("Deletion agreed to"),
    "responsibility": mark("Responsibility for a post signed"),
    "staff": mark("People of a station filed"),
    "receipt": mark("Bundle signed for"),
    "question": mark("Asked where a case stands"),
    "answer": mark("Answered where a case stands"),
}
"""What is signed, by the statement's kind."""

EVENTS: Final[Mapping[str, str]] = {
    "login": mark("Logged in"),
    "login-refused": mark("Login refused"),
    "door-lost": mark("Record of refused logins lost"),
    "station-locked": mark("Station locked itself"),
    "template-kept": mark("Request template kept"),
    "template-dropped": mark("Request template forgotten"),
    "overreach": mark("OVERREACH: reached for a right that is missing"),
    "pin-refused": mark("PIN refused"),
    "pin-changed": mark("PIN changed"),
    "pin-unlocked": mark("PIN unlocked"),
    "account-opened": mark("Account opened"),
    "account-closed": mark("Account closed"),
    "appointed": mark("Post and clearance given"),
    "phone-changed": mark("Mobile number entered"),
    "password-changed": mark("Password changed"),
    "password-reset": mark("One-time password issued"),
    "password-leaked": mark("Password reported as leaked"),
    "use-granted": mark("Use right granted"),
    "use-ended": mark("Use right ended"),
    "handover-impossible": mark("Handover impossible"),
    "station-registered": mark("Station registered"),
    "anchor-enrolled": mark("Root of a unit enrolled"),
    "anchor-revoked": mark("Root of a unit taken back"),
    "stamper-enrolled": mark("Time stamping authority enrolled"),
    "imported": mark("Bundle imported"),
    "import-refused": mark("Bundle refused"),
    "quarantine-copied": mark("Refused file copied out"),
    "quarantine-cleared": mark("Refused file cleared away"),
    "document-read": mark("Documents read"),
    "deleted": mark("Papers condemned by a tombstone"),
    "destroyed": mark("Papers destroyed"),
    "verified": mark("Seals checked"),
    "lists-newer": mark("Newer lists about signers or seals"),
    "rejudged": mark("Verdicts judged again"),
    "changes-seen": mark("Changed verdicts seen"),
    "seal-intent": mark("Sealing begun"),
    "seal-output": mark("Sealed document made"),
    "seal-abandoned": mark("Sealing given up"),
    "export-prepared": mark("Export prepared"),
    "export-done": mark("Export done"),
    "export-failed": mark("Export failed"),
    "clock-accepted": mark("Clock confirmed"),
    "timestamp-requested": mark("Time stamp asked for"),
    "partner-seen": mark("Ledger of another station seen"),
    "acknowledged": mark("Own ledger acknowledged"),
    "alarm": mark("ALARM: a ledger does not fit"),
    "alarm-settled": mark("Alarm answered"),
    "backup-made": mark("Backup made"),
    "backup-tested": mark("Backup tested by restoring"),
    "backups-pruned": mark("Old backups removed"),
    "restored": mark("Station restored from a backup"),
    "migrated": mark("Station brought up to date"),
    "form-written": mark("Paper form written"),
    "light-shown": mark("Shown as QR codes"),
    "chain-checked": mark("Ledger checked from its first entry"),
    "log-exported": mark("Ledger copied out"),
    "log-compared": mark("Copy compared with the ledger"),
    "log-taken": mark("Copy of another ledger taken in"),
}
"""What happened at this station, by the event's name."""

GROUPS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "seal": (
        mark("Use of seals"),
        frozenset({"request", "decision", "sealing", "check", "withdrawal", "send-back"})
        | frozenset({"ban", "voiding", "resolution", "fallback", "reconciliation", "review"})
        | frozenset({"seal-intent", "seal-output", "seal-abandoned", "blank-account"}),
    ),
    "sealing": (mark("Seals applied"), frozenset({"sealing"})),
    "deletion": (
        mark("Deletions"),
        frozenset({"deletion-request", "deletion-refusal", "tombstone", "deleted", "destroyed"}),
    ),
    "transfer": (
        mark("In and out"),
        frozenset({"receipt", "imported", "import-refused", "export-prepared", "export-done"})
        | frozenset({"export-failed", "log-exported", "log-taken"}),
    ),
    "people": (
        mark("Accounts and posts"),
        frozenset({"account-opened", "account-closed", "appointed", "password-changed"})
        | frozenset({"responsibility", "staff", "phone-changed"})
        | frozenset({"password-reset", "password-leaked", "use-granted", "use-ended"})
        | frozenset({"handover-impossible", "login", "station-locked"}),
    ),
    "refused": (
        mark("Refusals and alarms"),
        frozenset({"overreach", "login-refused", "pin-refused", "import-refused"})
        | frozenset({"alarm", "door-lost"}),
    ),
    "registry": (
        mark("Registry"),
        frozenset({"charter", "unit", "appointment", "policy", "seal", "crl", "snapshot"})
        | frozenset({"anchor-enrolled", "anchor-revoked"})
        | frozenset({"station-registered", "stamper-enrolled"}),
    ),
}
"""What an auditor asks for: the words of each group and the kinds in it."""

FACTS: Final[Mapping[str, str]] = {
    "title": mark("Title"),
    "case": mark("Case"),
    "bundle": mark("Bundle"),
    "digest": mark("Digest"),
    "name": mark("Name"),
    "sender": mark("From"),
    "reason": mark("Reason"),
    "code": mark("Code"),
    "right": mark("Right"),
    "person": mark("Person"),
    "post": mark("Post"),
    "document": mark("Document"),
    "entries": mark("Entries"),
    "station": mark("Station"),
    "unit": mark("Unit"),
    "kind": mark("Kind"),
}
"""The names of facts, as far as they have words; the rest is shown as the ledger spells it."""


def kind_words(kind: str) -> Shown:
    """What an entry of this kind says; an unknown one as it is."""
    known = STATEMENTS.get(kind) or EVENTS.get(kind)
    return Phrase(known) if known else kind


def fact_words(name: str) -> Phrase:
    """The name of a fact."""
    return Phrase(FACTS.get(name, name))


def entry_kind(kind: str, facts: Mapping[str, object]) -> str:
    """The kind to be told: a statement's own."""
    told = facts.get("kind") if kind == "statement" else None
    return told if isinstance(told, str) else kind


def seconds(at: datetime) -> str:
    """A time in a narrow column, to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S}"
