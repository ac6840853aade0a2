"""The accounts of the station: for each administrator, their own part of the work (AC-01…AC-09)."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult

from airseal.duties.accounts import Newcomer
from airseal.duties.pins import Unlocking
from airseal.evidence.accounts import Edition
from airseal.model.account import AccountFacts
from airseal.model.secret import Secret
from airseal.screens.account_forms import Appointment, AppointScreen, NewcomerScreen, OnceScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.reason import ReasonScreen
from airseal.screens.register_words import edition_fact
from airseal.screens.session import Session
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, enumerated, level_name, mark, phrase, post_name, when
from airseal.words.cases import ACCOUNT_STATES

_ON_AN_ACCOUNT = frozenset({"appoint", "reset_password", "close_account", "set_phone"})


class AccountsScreen(Listing, StationScreen[None]):
    """Opening, appointing, resetting, closing; the key bar shows the part of one's own post."""

    HEADING = mark("Accounts of this station")
    HELP = mark(
        "The system administrator opens and closes accounts and issues one-time passwords; the"
        " security administrator gives posts and clearances; the auditor looks at both. Every"
        " change is in the ledger with its reason. An account is closed only when nothing is left"
        " in that person's hands."
    )
    OFFERS = (
        "open_account",
        "appoint",
        "reset_password",
        "close_account",
        "staff",
        "set_phone",
        "unlock_pin",
        "register",
        "arrange_recovery",
        *SORTING,
        "refresh",
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._accounts: Sequence[AccountFacts] = ()

    def body(self) -> ComposeResult:
        """The list."""
        columns = [
            Column(phrase("Person id"), 12),
            Column(phrase("Name")),
            Column(phrase("Post"), 17),
            Column(phrase("Level"), 6),
            Column(phrase("State"), 16),
            Column(phrase("Password since"), 20, wide=True),
        ]
        yield RecordList(columns, Listed(()), phrase("There is nobody here."), marking=False)
        yield FactTable(id="edition")

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """Most acts need an account."""
        if action in _ON_AN_ACCOUNT and not self._accounts:
            return phrase("There is nobody here.")
        return None

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(_read, self._show)

    def do_open_account(self) -> None:
        """Ask for whom, then open it."""

        def asked(newcomer: Newcomer | None) -> None:
            if newcomer is not None:
                self._issue(newcomer.person, lambda s: s.offices.open_account(newcomer))

        self.app.push_screen(NewcomerScreen(), asked)

    def do_reset_password(self) -> None:
        """Ask why, then issue a one-time password."""
        person = self.query_one(RecordList).current

        def asked(reason: str | None) -> None:
            if reason and person:
                self._issue(person, lambda s: s.offices.reset_password(person, reason))

        self.app.push_screen(
            ReasonScreen(
                phrase("Why does {person} need a one-time password?", person=person or "")
            ),
            asked,
        )

    def do_appoint(self) -> None:
        """Ask for post and clearance."""
        person = self.query_one(RecordList).current
        account = next((one for one in self._accounts if one.person == person), None)

        def asked(chosen: Appointment | None) -> None:
            if chosen is not None and account is not None:
                self._do(lambda s: s.offices.appoint(account.person, chosen.post, chosen.level))

        if account is not None:
            self.app.push_screen(AppointScreen(account), asked)

    def do_close_account(self) -> None:
        """Ask why, then close it."""
        person = self.query_one(RecordList).current

        def asked(reason: str | None) -> None:
            if reason and person:
                self._do(lambda s: s.offices.close_account(person, reason))

        self.app.push_screen(
            ReasonScreen(phrase("Why is the account of {person} closed?", person=person or "")),
            asked,
        )

    def do_staff(self) -> None:
        """See the register of posts."""
        from airseal.screens.staff import StaffScreen

        self.app.push_screen(StaffScreen(self.session))

    def do_set_phone(self) -> None:
        """Ask for the mobile number of the person under the cursor."""
        person = self.query_one(RecordList).current

        def asked(phone: str | None) -> None:
            if phone and person:
                self._do(lambda s: s.offices.set_phone(person, phone))

        question = phrase("The mobile number of {person}", person=person or "")
        self.app.push_screen(ReasonScreen(question, phrase("Mobile")), asked)

    def do_unlock_pin(self) -> None:
        """Unlock somebody's USBKey, together with the seal department."""
        from airseal.screens.own_forms import UnlockScreen

        def unlock(wanted: Unlocking, password: Secret, so_pin: Secret) -> Secret:
            with self.session.at_work(Work()) as station:
                return station.offices.unlock_pin(wanted, password, so_pin)

        self.app.push_screen(UnlockScreen(unlock))

    def do_register(self) -> None:
        """See and change the station's registration."""
        from airseal.screens.registration import RegistrationScreen

        def told(done: bool | None) -> None:
            if done:
                self.say(phrase("The registration is in the ledger."))

        self.app.push_screen(RegistrationScreen(self.session), told)

    def do_arrange_recovery(self) -> None:
        """Let the administrators of now recover the station together."""

        def arranged(people: tuple[str, ...]) -> None:
            names = enumerated(people)
            self.say(phrase("Any two of these can recover the station: {names}", names=names))

        self.at_station(
            lambda station, _: station.offices.arrange_recovery(), arranged, busy=phrase("Saving")
        )

    def _issue(self, person: str, act: Callable[[Station], Secret]) -> None:
        def issued(password: Secret) -> None:
            self.app.push_screen(OnceScreen(person, password))

        self.at_station(lambda station, _: act(station), issued, busy=phrase("Saving"))

    def _do(self, act: Callable[[Station], None]) -> None:
        self.at_station(
            lambda station, _: act(station), lambda _: self.do_refresh(), busy=phrase("Saving")
        )

    def _show(self, found: tuple[Sequence[AccountFacts], Edition]) -> None:
        accounts, edition = found
        self._accounts = accounts
        self.query_one("#edition", FactTable).show([edition_fact(edition)])
        self.query_one(RecordList).show(Listed(tuple(_record(one) for one in accounts)))
        self.update_keys()


def _read(station: Station) -> tuple[Sequence[AccountFacts], Edition]:
    return station.offices.accounts(), station.offices.accounts_edition()


def _record(one: AccountFacts) -> Record:
    post = post_name(one.post) if one.post else phrase("no post yet")
    state = Phrase(ACCOUNT_STATES[one.state])
    since = when(one.since.isoformat())
    return Record(one.person, (one.person, one.name, post, level_name(one.clearance), state, since))
