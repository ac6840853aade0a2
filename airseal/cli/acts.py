"""What ``airseal case …`` makes of its options: the body of each act of a case.

Each takes the options and the station, and returns what builds the body from the facts; a form
that is not filled in properly is refused by ``airseal.duties.flowing`` as ``FLOW_FORM``.
"""

import argparse
from typing import TYPE_CHECKING

from airseal.model.problem import Problem

if TYPE_CHECKING:
    from airseal.duties.flowing import Build
    from airseal.station import Station

Options = argparse.Namespace


def check(options: Options, station: "Station") -> "Build":
    """That the files were compared, or verified (DC-12)."""
    from airseal.duties.flowing import confirmation

    del station
    return confirmation(options.note)


def confirm_use(options: Options, station: "Station") -> "Build":
    """That the approver has seen the use (AP-07)."""
    from airseal.duties.flowing import use_confirmation

    return use_confirmation(station.account.person, options.note)


def acknowledge(options: Options, station: "Station") -> "Build":
    """That this station knows the ban or the void notice (E-01)."""
    from airseal.model.flow import Acknowledgement

    del station
    return lambda _: Acknowledgement(options.note.strip())


def agree_void(options: Options, station: "Station") -> "Build":
    """Consent to a voiding (FL-08)."""
    from airseal.model.flow import VoidConsent

    del station
    return lambda _: VoidConsent(options.reason.strip())


def transfer(options: Options, station: "Station") -> "Build":
    """A pending decision goes to somebody else (AP-03); raises ``ROLE_UNKNOWN``."""
    from airseal.model.flow import Transfer
    from airseal.model.people import Role

    del station
    try:
        role = Role(options.role)
    except ValueError:
        raise Problem("ROLE_UNKNOWN", name=options.role) from None
    return lambda _: Transfer(options.to, role, options.reason.strip())


def attend(options: Options, station: "Station") -> "Build":
    """The second person of an off-site use (SE-11)."""
    from airseal.model.flow import Attendance

    del station
    return lambda _: Attendance(options.note.strip())


def hand_out(options: Options, station: "Station") -> "Build":
    """The seal of an approved loan goes out (RE-08)."""
    from airseal.model.flow import Handout

    del station
    return lambda _: Handout(options.to, options.note.strip())


def take_back(options: Options, station: "Station") -> "Build":
    """A lent seal is back (LC-23)."""
    from airseal.model.flow import TakeBack

    del station
    return lambda _: TakeBack(not options.damaged, options.note.strip())


def deliver_paper(options: Options, station: "Station") -> "Build":
    """An attachment on paper was handed over (DC-15); today unless another day is given."""
    from airseal.model.flow import PaperDelivery

    day = options.day or station.now().date().isoformat()
    told = options.attachment.strip(), options.to, options.copies, options.receiver.strip()
    return lambda _: PaperDelivery(*told, day, options.note.strip())


def withdraw(options: Options, station: "Station") -> "Build":
    """The drafter withdraws."""
    from airseal.model.flow import Withdrawal

    del station
    return lambda _: Withdrawal(options.reason.strip())


def send_back(options: Options, station: "Station") -> "Build":
    """退签 (FL-01)."""
    from airseal.model.flow import SendBack, SendBackReason

    del station
    return lambda _: SendBack(SendBackReason(options.category), options.reason.strip())


def void(options: Options, station: "Station") -> "Build":
    """作废, with the count of copies (FL-05, FL-08)."""
    from airseal.model.flow import Voiding
    from airseal.model.recall import CopyCount

    successor = station.find_case(options.replaced_by) if options.replaced_by else None
    return lambda _: Voiding(
        options.reason.strip(),
        CopyCount(options.printed, options.recalled, options.lost, options.explanation.strip()),
        successor,
    )


def resolve(options: Options, station: "Station") -> "Build":
    """Which of two statements stands."""
    from airseal.duties.flowing import resolution

    del station
    return resolution(options.stands, options.reason)


def paper(options: Options, station: "Station") -> "Build":
    """转纸质 after an incident (BK-07)."""
    from airseal.model.flow import Fallback

    del station
    return lambda _: Fallback(options.incident, options.symptom, options.told, options.reason)


def reconcile(options: Options, station: "Station") -> "Build":
    """What became of the paper (BK-06)."""
    from airseal.model.flow import Reconciliation

    del station
    return lambda _: Reconciliation(options.cause, options.repair, options.copies)


def review(options: Options, station: "Station") -> "Build":
    """The later review of an emergency use (SE-14)."""
    from airseal.model.flow import Review

    del station
    return lambda _: Review(options.proper, options.reason.strip())


def blanks(options: Options, station: "Station") -> "Build":
    """The account of a batch of blank forms (DC-05)."""
    from airseal.model.flow import BlankAccount
    from airseal.model.recall import BlankCount

    del station
    return lambda _: BlankAccount(
        BlankCount(options.issued, options.used, options.voided, options.returned), options.note
    )


def ask_deletion(options: Options, station: "Station") -> "Build":
    """That the papers be deleted (DC-11)."""
    from airseal.model.flow import DeletionRequest

    del station
    return lambda _: DeletionRequest(options.reason.strip())


def keep(options: Options, station: "Station") -> "Build":
    """That they are kept (DC-11)."""
    from airseal.duties.flowing import deletion_refusal

    del station
    return deletion_refusal(options.reason)


def delete(options: Options, station: "Station") -> "Build":
    """That they are deleted, as the leader in charge (DC-11)."""
    from airseal.duties.flowing import tombstone

    del station
    return tombstone(options.reason)
