"""The own account and USBKey: password, PIN, login by token, report of a leak."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import ComposeResult

from airseal.errors import Explained, explain
from airseal.keys.tokenhost import TokenStatus
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens.leak import LeakScreen
from airseal.screens.own_forms import EnrolScreen
from airseal.screens.password import PasswordScreen, PinChangeScreen
from airseal.screens.responsibility import ResponsibilityScreen
from airseal.screens.station_screen import StationScreen
from airseal.screens.token_words import token_words
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.work import Work
from airseal.station import Station
from airseal.station.trainings import Trained
from airseal.text import Phrase, level_name, mark, phrase, plural, post_name, with_id
from airseal.words.training import result_words, standing_words


@dataclass(frozen=True, slots=True)
class Standing:
    """How the own account and token stand."""

    days_left: int | None
    opens_with_token: bool
    owes: bool
    training: Trained | None
    token: TokenStatus | Explained


class OwnScreen(StationScreen[None]):
    """What everybody does about themselves; nobody else can."""

    HEADING = mark("My account and USBKey")
    HELP = mark(
        "Here you change your password and the PIN of your USBKey, sign for your post and the"
        " rules in force, let the USBKey open this station, and report that others know your"
        " password: then everything done since that time is listed, and only a new password lets"
        " you in again."
    )
    OFFERS = ("password", "change_pin", "responsibility", "enrol_token", "leak", "refresh")

    def body(self) -> ComposeResult:
        """One table."""
        yield FactTable(self._facts(None))

    def on_screen_resume(self) -> None:
        """Look again whenever the person comes back to this page."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Look again."""
        self.look(_standing, self._show)

    def do_password(self) -> None:
        """Change the own password."""

        def change(old: Secret, new: Secret) -> None:
            with self.session.at_work(Work()) as station:
                station.own.change_password(old, new)

        self.app.push_screen(
            PasswordScreen(change), self._said(phrase("The password was changed."))
        )

    def do_change_pin(self) -> None:
        """Change the PIN of the own USBKey."""

        def change(old: Secret, new: Secret) -> None:
            with self.session.at_work(Work()) as station:
                station.own.change_pin(old, new)

        self.app.push_screen(PinChangeScreen(change), self._said(phrase("The PIN was changed.")))

    def do_enrol_token(self) -> None:
        """Let the own USBKey open this station."""

        def enrol(password: Secret, pin: Secret) -> None:
            with self.session.at_work(Work()) as station:
                station.own.enrol_token(password, pin)

        words = phrase("The USBKey opens this station from the next login on.")
        self.app.push_screen(EnrolScreen(enrol), self._said(words))

    def do_responsibility(self) -> None:
        """Sign for the own post and the rules in force."""
        words = phrase("Signed: your post and the rules are on record.")
        self.app.push_screen(ResponsibilityScreen(self.session), self._said(words))

    def do_leak(self) -> None:
        """Report that others know the password."""
        self.app.push_screen(LeakScreen(self.session))

    def _said(self, words: Phrase) -> Callable[[bool | None], None]:
        def told(done: bool | None) -> None:
            if done:
                self.say(words)

        return told

    def _show(self, standing: Standing) -> None:
        self.query_one(FactTable).show(self._facts(standing))

    def _facts(self, standing: Standing | None) -> list[Fact]:
        account = self.session.station.account
        facts = [
            Fact(phrase("Name"), with_id(account.name, account.person), strong=True),
            Fact(phrase("Post"), post_name(account.post)),
            Fact(phrase("Clearance"), level_name(account.clearance)),
        ]
        if standing is None:
            return [*facts, Fact(phrase("USBKey"), phrase("looking ..."))]
        days = standing.days_left
        ageing = (
            phrase("does not age (demonstration)")
            if days is None
            else plural("{n} day left", "{n} days left", days)
        )
        owes = standing.owes
        signed = phrase("TO BE SIGNED: press r") if owes else phrase("signed, for the rules of now")
        opens = phrase("yes") if standing.opens_with_token else phrase("no")
        return [
            *facts,
            Fact(phrase("Responsibility"), signed, strong=owes),
            *_trained(standing.training),
            Fact(phrase("Password"), ageing),
            Fact(phrase("USBKey"), token_words(standing.token)),
            Fact(phrase("Login with the USBKey"), opens),
        ]


def _trained(training: Trained | None) -> list[Fact]:
    """How the own training stands, where the roster has the person (SU-05)."""
    if training is None:
        return []
    words = standing_words(training.until, holds=training.holds)
    over = training.until is not None and not training.holds
    newest = [Fact(phrase("Newest"), result_words(one)) for one in training.results[:1]]
    return [Fact(phrase("Training"), words, strong=over), *newest]


def _standing(station: Station) -> Standing:
    try:
        token: TokenStatus | Explained = station.token()
    except Problem as problem:
        token = explain(problem)
    own = station.own
    return Standing(
        own.days_left, own.opens_with_token, own.owes_responsibility, own.training, token
    )
