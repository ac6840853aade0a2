"""The offices of a station (三员与印章管理部门): accounts, appointments, registration, use rights.

What :class:`airseal.station.Station` is for cases, this is for people; every method passes
the same guard.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from airseal.duties import accounts, exporting, pins, posts, recovering, staffing
from airseal.duties.accounts import Act, Newcomer
from airseal.duties.packing import Exported
from airseal.duties.pins import Unlocking
from airseal.evidence.accounts import (
    ACCOUNT_BOOK,
    USE_BOOK,
    Edition,
    account_facts,
    all_accounts,
    edition,
    use_rights,
)
from airseal.evidence.records import StationFacts
from airseal.evidence.staff import Filed
from airseal.keys.tokenhost import Signer
from airseal.model.account import AccountFacts, Ties
from airseal.model.channel import Device
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.rights import Right
from airseal.model.secret import Secret
from airseal.model.staff import PostEntry
from airseal.model.use import UseRight
from airseal.station.guard import Guard


@dataclass(frozen=True, slots=True)
class Offices:
    """See the module; the duties say what each method raises."""

    _guard: Guard

    def accounts(self) -> list[AccountFacts]:
        """Every account there ever was here, by person."""
        with self._guard.acting(Right.SEE_ACCOUNTS) as ports:
            return sorted(all_accounts(ports.store.desk), key=lambda one: one.person)

    def accounts_edition(self) -> Edition:
        """The version of the register of accounts and posts (E-12)."""
        with self._guard.acting(Right.SEE_ACCOUNTS) as ports:
            return edition(ports.store, ACCOUNT_BOOK)

    def account(self, person: str) -> AccountFacts:
        """One account; raises ``Problem("PERSON_UNKNOWN")``."""
        with self._guard.acting(Right.SEE_ACCOUNTS) as ports:
            return account_facts(ports.store.desk, person)

    def ties(self, person: str) -> Ties:
        """What must be handed over before an account can be closed (PE-01)."""
        with self._guard.acting(Right.SEE_ACCOUNTS) as ports:
            return accounts.ties(ports, person)

    def vacancies(self) -> list[Post]:
        """Posts that this unit's roster gives to nobody (AC-14)."""
        with self._guard.acting(Right.SEE_ACCOUNTS) as ports:
            return staffing.vacancies(ports)

    def register(self) -> list[PostEntry]:
        """The register of posts here: who, since when, and what they have signed (AC-14)."""
        with self._guard.acting(Right.SEE_ACCOUNTS) as ports:
            return staffing.register(ports)

    def unfiled_since(self) -> datetime | None:
        """Since when a change of people waits to be filed (PE-02)."""
        with self._guard.acting(Right.FILE_STAFF) as ports:
            return staffing.unfiled_since(ports)

    def may_file_people(self, medium: Path, reason: str) -> int:
        """How many people would be filed, before a PIN is asked; raises why they may not."""
        with self._guard.acting(Right.FILE_STAFF) as ports:
            self._guard.check_writable(medium)
            return len(staffing.check_people(ports, reason).people)

    def file_people(self, medium: Path, signer: Signer, reason: str) -> Exported:
        """Sign the list of everybody here, and write it to a medium for the seal department."""
        with self._guard.acting(Right.FILE_STAFF) as ports:
            self._guard.check_medium(medium)
            signed = staffing.file_people(ports, signer, reason)
            return exporting.export_staff(ports, signer, signed.id, medium)

    def filed(self) -> tuple[Filed, ...]:
        """The people of the stations as they were filed last."""
        with self._guard.acting(Right.SEE_FILED) as ports:
            return staffing.filed(ports)

    def set_phone(self, person: str, phone: str) -> None:
        """The mobile number of a person."""
        with self._guard.acting(Right.OPEN_ACCOUNT) as ports:
            accounts.set_phone(ports, person, phone)

    def open_account(self, newcomer: Newcomer) -> Secret:
        """A new account; its initial password, to be shown once and wiped."""
        with self._guard.acting(Right.OPEN_ACCOUNT) as ports:
            return accounts.open_account(ports, newcomer)

    def appoint(self, person: str, post: Post, clearance: Level) -> None:
        """Give a person a post and a clearance."""
        with self._guard.acting(Right.APPOINT) as ports:
            accounts.appoint(ports, person, post, clearance)

    def reset_password(self, person: str, reason: str) -> Secret:
        """A one-time password for somebody who forgot theirs."""
        with self._guard.acting(Right.RESET_PASSWORD) as ports:
            return accounts.reset_password(ports, person, reason)

    def arrange_recovery(self) -> tuple[str, ...]:
        """Let the administrators of now open this station together, two by two."""
        with self._guard.acting(Right.RESET_PASSWORD) as ports:
            return recovering.arrange(ports)

    def unlock_pin(self, wanted: Unlocking, password: Secret, so_pin: Secret) -> Secret:
        """A one-time PIN for a locked token, by two people (C-11)."""
        with self._guard.acting(Right.UNLOCK_PIN) as ports:
            return pins.unlock_pin(ports, wanted, password, so_pin)

    def close_account(self, person: str, reason: str) -> None:
        """Close an account for good."""
        with self._guard.acting(Right.CLOSE_ACCOUNT) as ports:
            accounts.close_account(ports, person, reason)

    def acts_since(self, person: str, since: datetime) -> tuple[Act, ...]:
        """What a person did here from then on (AC-09)."""
        with self._guard.acting(Right.AUDIT) as ports:
            return accounts.acts_since(ports, person, since)

    def register_station(
        self,
        place: str,
        manager: str,
        printers: tuple[str, ...],
        media: tuple[str, ...],
        module: str | None = None,
        devices: tuple[Device, ...] = (),
    ) -> StationFacts:
        """Where this station stands and who answers for it."""
        with self._guard.acting(Right.REGISTER_STATION) as ports:
            return posts.register_station(ports, place, manager, printers, media, module, devices)

    def use_rights(self) -> list[UseRight]:
        """Who may use the seals of which type, and until when."""
        with self._guard.acting(Right.GRANT_USE) as ports:
            return sorted(use_rights(ports.store.desk), key=lambda right: right.key)

    def use_edition(self) -> Edition:
        """The version of the register of use rights (E-12)."""
        with self._guard.acting(Right.GRANT_USE) as ports:
            return edition(ports.store, USE_BOOK)

    def grant_use(self, right: UseRight) -> None:
        """Authorise a person for the seals of one type."""
        with self._guard.acting(Right.GRANT_USE) as ports:
            posts.grant_use(ports, right)

    def end_use(self, person: str, seal_type: str, reason: str) -> None:
        """Take a use right back, from this instant on."""
        with self._guard.acting(Right.GRANT_USE) as ports:
            posts.end_use(ports, person, seal_type, reason)

    def handover_impossible(self, person: str, seal: str, reason: str) -> None:
        """Open the retirement of a seal that cannot be handed over."""
        with self._guard.acting(Right.RETIRE) as ports:
            posts.handover_impossible(ports, person, seal, reason)
