"""The words of a policy pack: what each setting means, what a row asks, what has changed."""

from collections.abc import Iterator
from typing import Final

from airseal.model.catalogue import ArchiveClass, DocumentKind
from airseal.model.custody import CustodyState
from airseal.model.level import Level
from airseal.model.matrix import Demand, Row
from airseal.model.matter import Importance, Origin, Subject, Way
from airseal.model.people import Role
from airseal.model.policy import PolicyPack
from airseal.model.policydiff import Change, Part
from airseal.text import (
    Phrase,
    Shown,
    enumerated,
    level_name,
    mark,
    one_after_another,
    phrase,
    plural,
    role_name,
    special_name,
)

SETTINGS: Final = {
    "blank_forms": mark("Whether forms may be sealed blank and filled in later."),
    "require_flow_ref": mark("Whether a request must name its number in the flow system."),
    "allow_party_docs": mark("Whether papers of the Party committee may be sealed here."),
    "standalone_kinds": mark("Kinds of paper a stand-alone seal is for; none means every kind."),
    "double_director": mark("When two directors must approve the use of a stand-alone seal."),
    "operator": mark("Who applies a seal."),
    "lending": mark("Whether a seal may be lent."),
    "printing_operator": mark("Who prints sealed papers."),
    "over_quota_issuing": mark("What happens to more copies than approved at the issuer."),
    "over_quota_receiving": mark("What happens to more copies than approved at the receiver."),
    "password_min_length": mark("Fewest characters of a password; the level may ask for more."),
    "password_max_age_days": mark("Days until a password must be changed; the level may shorten."),
    "pin_unlock": mark("How a locked PIN is unlocked."),
    "key_backup": mark("Whether keys are backed up; only the seal's definition ever is."),
    "pin_handover": mark("What becomes of the PIN when a seal is handed in."),
    "witnesses": mark("How many different roles witness a change or a destruction."),
    "makers": mark("Who may make seals: certificates or names, separated by commas."),
    "converted_copies": mark("What a file converted after sealing is."),
    "seal_transform": mark("Whether a seal may be turned or scaled."),
    "offsite": mark("Whether seals may be used away from the office."),
    "paper": mark("When the paper way may be taken."),
    "deletion": mark("What deleting leaves behind."),
    "retention_years": mark("Years that records are kept at least."),
    "seal_string": mark("What the hidden string in a seal's picture is worth."),
    "late_hours": mark("Hours without receipt after which a paper counts as late."),
    "channel_qr": mark("Highest level that may leave by QR code."),
    "channel_network": mark("Highest level that may go to a machine on a network."),
    "attachment_medium_mb": mark("Most megabytes of a paper with its attachments on a medium."),
    "attachment_network_mb": mark("Most megabytes of a paper with its attachments on a network."),
    "impression_after_make": mark("What becomes of the paper impression of a new seal."),
    "after_use": mark("What is cleared from the token after use."),
    "approver_may_seal": mark("Whether who approved a paper may also seal it."),
    "batch_checks": mark("How a batch is checked."),
    "lost_token": mark("What becomes of a lost token."),
    "checks_before_sealing": mark(
        "Whether drafter and clerk each confirm between approval and sealing."
    ),
    "ticks_before_sealing": mark("Whether the custodian ticks content, copies and approvals."),
    "consent_to_void": mark("Whether an officer must agree before a document is voided."),
    "seal_department_review": mark("Whether the seal department reviews every request last."),
    "placement_tolerance_um": mark("How far a seal may be moved from its place, in micrometres."),
    "acknowledgement": mark("Whether people without a signed responsibility may still act."),
    "one_pin_decisions": mark("Whether one PIN signs a batch of decisions."),
    "one_pin_sealings": mark("Up to which level one PIN seals a batch."),
    "idle_minutes": mark("Minutes without a key after which the station locks."),
    "filing_before_enabling": mark("Whether a seal must be filed before it is put into use."),
    "check_cycle_months": mark("Months between two checks of a seal by its custodian."),
    "check_overdue": mark("What becomes of a seal whose periodic check is overdue."),
    "lead_days": mark("Days before its end at which a seal is announced as expiring."),
    "summary_months": mark("Months that one summary table of sealing and printing covers."),
    "training_months": mark("Months that a training holds."),
    "training": mark("Whether people whose training does not hold may still act."),
}
"""What each setting decides, for the person who sets it."""

ARCHIVE_CLASSES: Final = {
    None: mark("as long as the pack keeps records"),
    ArchiveClass.TEN: mark("10 years"),
    ArchiveClass.THIRTY: mark("30 years"),
    ArchiveClass.PERMANENT: mark("for ever"),
}
"""How long papers of a kind are kept (保管期限, X-20)."""

VALUES: Final = {
    "yes": mark("yes"),
    "no": mark("no"),
    "none": mark("never"),
    "forbid": mark("forbidden"),
    "registered": mark("registered templates only"),
    "off": mark("never"),
    "outside": mark("outside its scope"),
    "always": mark("always"),
    "custodian": mark("the custodian"),
    "authorised-user": mark("an authorised user"),
    "borrower": mark("whoever borrowed it"),
    "approved-loan": mark("as an approved loan"),
    "printer": mark("the printing clerk"),
    "block": mark("blocked"),
    "degrade": mark("printed without red head and red seal"),
    "two-persons": mark("with the administrator PIN, two persons present"),
    "reset-before-both": mark("reset in front of both"),
    "marked": mark("a marked copy without effect"),
    "locked": mark("no: upright and in true size"),
    "carry-out": mark("carried out, two persons, within a time"),
    "with-reason": mark("with a recorded reason"),
    "tombstone": mark("an entry that it was there"),
    "second-check": mark("a second check; the signature decides"),
    "keep-sealed": mark("kept under seal"),
    "destroy-with-witness": mark("destroyed before a witness"),
    "clear-login": mark("the login; the PIN stays"),
    "each-item": mark("item by item"),
    "remind": mark("reminded only"),
    "demand": mark("must sign first"),
    "cancel": mark("cancelled for good; the seal gets a new version"),
}

IMPORTANCES: Final = {
    Importance.GENERAL: mark("general"),
    Importance.IMPORTANT: mark("important"),
    Importance.CRITICAL: mark("most important"),
}

SUBJECTS: Final = {Subject.FINANCE: mark("finance"), Subject.LEGAL: mark("law")}

ORIGINS: Final = {
    Origin.OWN: mark("Our own text"),
    Origin.DRAFTED_FOR_OTHERS: mark("Written for others"),
    Origin.FORWARDED: mark("Forwarded"),
}

WAYS: Final = {
    Way.ELECTRONIC: mark("Electronic seal"),
    Way.TRADITIONAL: mark("Traditional seal on paper"),
}

DELEGATION_STATES: Final = {
    CustodyState.APPROVED: mark("not yet"),
    CustodyState.ACTIVE: mark("in force"),
    CustodyState.REVOKED: mark("taken back"),
    CustodyState.EXPIRED: mark("expired"),
}
"""Where a delegation of approval stands (AP-05)."""

PARTS: Final = {
    Part.ABOUT: mark("About"),
    Part.SETTING: mark("Setting"),
    Part.KIND: mark("Kind of paper"),
    Part.SEAL_TYPE: mark("Seal type"),
    Part.ROW: mark("Matrix row"),
    Part.STEP: mark("Step of the physical seal"),
}


def value_words(name: str, value: str) -> Shown:
    """The value of a setting, as ``settings.written`` gives it, in words."""
    match name, value:
        case "key_backup", _:
            return phrase("never")
        case "check_overdue", "block":
            return phrase("not used before it is checked")
        case "training", "demand":
            return phrase("must be trained first")
        case _:
            pass
    if value in VALUES:
        return Phrase(VALUES[value])
    if value in set(Level):
        return level_name(Level(value))
    return value or phrase("nothing")


def demand_lines(demand: Demand) -> Iterator[Phrase]:
    """Who will have to approve, in order; then what else is asked."""
    for step in demand.steps:
        yield _asked(step.role, step.count)
    for role in demand.countersigners:
        yield phrase("countersigned by: {role}", role=role_name(role))
    if not demand.delegable:
        yield phrase("in person; no representative")
    for role in demand.confirmers:
        yield phrase("confirmed after use by: {role}", role=role_name(role))


def demand_words(demand: Demand) -> Phrase:
    """The same on one line."""
    return enumerated(demand_lines(demand))


def _asked(role: Role, count: int) -> Phrase:
    if count == 1:
        return role_name(role)
    people = plural("{n} person", "{n} persons", count)
    return phrase("{role} ({people})", role=role_name(role), people=people)


def kind_words(kind: DocumentKind) -> Phrase:
    """What the pack says of a kind of paper: that no seal is for it, or how long it is kept."""
    if kind.excluded:
        return phrase("no electronic seal, by law")
    return phrase("kept: {how_long}", how_long=Phrase(ARCHIVE_CLASSES[kind.archive]))


def keys_words(row: Row, pack: PolicyPack) -> Phrase:
    """For which papers a row is."""
    types = pack.catalogue.seal_type_names
    kinds = pack.catalogue.kind_names
    parts: list[Phrase] = [
        enumerated(types.get(name, name) for name in row.seal_types) or phrase("any seal"),
        enumerated([*(kinds.get(name, name) for name in row.kinds), *row.symbols]),
        enumerated(Phrase(SUBJECTS[one]) for one in row.subjects),
        enumerated(special_name(one) for one in row.specials),
    ]
    if row.importance is not Importance.GENERAL:
        name = Phrase(IMPORTANCES[row.importance])
        parts.append(phrase("{importance} and above", importance=name))
    if row.level is not Level.PUBLIC:
        parts.append(phrase("{importance} and above", importance=level_name(row.level)))
    return one_after_another(filter(None, parts))


def change_words(change: Change) -> tuple[Phrase, Shown, Shown, Shown]:
    """Part, name, before and after of one difference."""
    gone = phrase("(not there)")
    before, after = (
        gone if text is None else value_words(change.field, text) for text in change.texts
    )
    about = SETTINGS.get(change.field)
    return Phrase(PARTS[change.part]), Phrase(about) if about else change.name, before, after
