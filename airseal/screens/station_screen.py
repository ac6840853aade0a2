"""The base of the screens behind the login: they have a session and work at its station."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from textual.worker import WorkType

from airseal.errors import Explained
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.rights import Right, may
from airseal.screens.base import AirsealScreen
from airseal.screens.session import Session
from airseal.screens.widgets.key_bar import KeyHint
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, phrase
from transfer.errors import TransferError

Result = TypeVar("Result")
Made = TypeVar("Made")

NEEDS: Final[Mapping[str, Right]] = {
    "new": Right.REQUEST,
    "approve": Right.DECIDE,
    "return": Right.DECIDE,
    "deny": Right.DECIDE,
    "seal": Right.SEAL,
    "delegations": Right.DELEGATE,
    "delegate": Right.DELEGATE,
    "end_delegation": Right.DELEGATE,
    "import": Right.IMPORT,
    "export": Right.EXPORT,
    "export_found": Right.EXPORT,
    "paper_form": Right.EXPORT,
    "show_codes": Right.EXPORT,
    "read_codes": Right.IMPORT,
    "verify": Right.VERIFY,
    "sign_report": Right.VERIFY,
    "rejudged": Right.VERIFY,
    "seen": Right.VERIFY,
    "verify_all": Right.VERIFY,
    "publish": Right.PUBLISH,
    "loans": Right.READ,
    "seal_checks": Right.READ,
    "check_seal": Right.SEAL,
    "summaries": Right.SEAL,
    "make_summary": Right.SEAL,
    "write_summary": Right.SEAL,
    "hand_over": Right.SEAL,
    "seal_copies": Right.KEEP_COPY,
    "keep_copy": Right.KEEP_COPY,
    "take_copy_out": Right.KEEP_COPY,
    "enter_seal": Right.PUBLISH,
    "trainings": Right.RECORD_TRAINING,
    "record_training": Right.RECORD_TRAINING,
    "add_row": Right.PUBLISH,
    "add_kind": Right.PUBLISH,
    "add_type": Right.PUBLISH,
    "drop_row": Right.PUBLISH,
    "publish_pack": Right.PUBLISH,
    "backups": Right.BACK_UP,
    "back_up": Right.BACK_UP,
    "try_restore": Right.BACK_UP,
    "accounts": Right.SEE_ACCOUNTS,
    "open_account": Right.OPEN_ACCOUNT,
    "appoint": Right.APPOINT,
    "reset_password": Right.RESET_PASSWORD,
    "close_account": Right.CLOSE_ACCOUNT,
    "unlock_pin": Right.UNLOCK_PIN,
    "arrange_recovery": Right.RESET_PASSWORD,
    "register": Right.REGISTER_STATION,
    "use_rights": Right.GRANT_USE,
    "audit": Right.AUDIT,
    "receipts": Right.SIGN_RECEIPT,
    "sign_receipts": Right.SIGN_RECEIPT,
    "set_phone": Right.OPEN_ACCOUNT,
    "file_staff": Right.FILE_STAFF,
    "filed_staff": Right.SEE_FILED,
    "copy_refused": Right.CLEAR_QUARANTINE,
    "clear_refused": Right.CLEAR_QUARANTINE,
    "roots": Right.SEE_ROOTS,
    "enrol_root": Right.TRUST_ROOT,
    "revoke_root": Right.TRUST_ROOT,
}
"""The right an action needs. Its key is shown to the posts that have it; the guard at the
station's doors decides who may act."""


class StationScreen(AirsealScreen[Result]):
    """A screen that calls duties and queries of the session's station, always in a thread."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    @property
    def post(self) -> Post:
        """The post of the person who is logged in."""
        return self.session.station.account.post

    def key_hints(self) -> list[KeyHint]:
        """Only the keys of the person's own post."""
        return [hint for hint in super().key_hints() if self._is_mine(hint.action.name)]

    def at_station(
        self,
        duty: Callable[[Station, Work], Made],
        done: Callable[[Made], None],
        *,
        busy: Phrase,
        failed: Callable[[Explained], None] | None = None,
    ) -> None:
        """Carry out ``duty`` at the station; see :meth:`AirsealScreen.run_duty`."""

        def work_there(work: Work) -> Made:
            with self.session.at_work(work) as station:
                return duty(station, work)

        self.run_duty(work_there, done, busy=busy, failed=failed)

    def look(self, query: Callable[[Station], Made], show: Callable[[Made], None]) -> None:
        """Ask the station something while every key goes on working; the last asking wins."""

        async def ask() -> None:
            await self._look(query, show)

        work: WorkType[None] = ask
        self.run_worker(work, group="look", exclusive=True, exit_on_error=False)

    async def _look(self, query: Callable[[Station], Made], show: Callable[[Made], None]) -> None:
        def ask() -> Made:
            with self.session.at_work(Work()) as station:
                return query(station)

        try:
            found = await asyncio.to_thread(ask)
            if self._stands:  # else the station was locked meanwhile
                show(found)
        except (Problem, TransferError) as problem:
            if self._stands:
                self.show_problem(problem)
        except Exception as error:  # a screen never dies of a question
            if self._stands:
                self.shell.internal_error(error)

    def _refusal(self, name: str) -> Phrase | None:
        if not self._is_mine(name):
            return phrase("Your post may not do this.")
        return super()._refusal(name)

    def _is_mine(self, action: str) -> bool:
        return action not in NEEDS or may(self.post, NEEDS[action])
