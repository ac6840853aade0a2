"""The login: nothing about the station, its paths or its people is shown before it (SC-03)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from textual.app import ComposeResult

from airseal.errors import Explained
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.entry_fields import SecretField, TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.screens.work import Work
from airseal.text import Phrase, mark, phrase

if TYPE_CHECKING:
    from airseal.duties.recovering import Lost
    from airseal.screens.migrating import Migrate

Session = TypeVar("Session")


_MEANS: Final = {
    False: mark("with the password; F4: with the PIN of the USBKey"),
    True: mark("with the PIN of the USBKey; F4: with the password"),
}


@dataclass(frozen=True, slots=True)
class OtherWays(Generic[Session]):
    """The ways in beside the password: a token, enrolling one, recovery by two, migration."""

    login: Callable[[str, Secret], Session]
    enrol: Callable[[str, Secret, Secret], None]
    recover: Callable[[tuple[str, Secret], tuple[str, Secret], "Lost"], Secret]
    migrate: "Migrate"


class LoginScreen(AirsealScreen[None], Generic[Session]):
    """Asks for person and password; ``login`` runs in a thread, for Argon2id takes its time.

    ``login`` raises a ``Problem`` to refuse; what it returns goes to ``entered``. The secret
    is wiped whatever happens. ``person`` fills in the id beforehand (demonstration only).
    ``practice`` builds a practice unit in a thread and returns what opens it (SU-05).
    Whose password must be changed first gets to the page for that and no further; ``change``
    takes person, old and new password.
    """

    HEADING = mark("Log in")
    HELP = mark(
        "Enter your person id and your password, then press Enter. The password is never shown,"
        " not even its length. Ctrl+U empties the field. With F4 the PIN of your USBKey opens the"
        " station, if you have enrolled it. F6 is for two administrators together, when somebody"
        " cannot get in any more. F7 is for practising: a unit with test seals, of which nothing"
        " remains."
    )
    OFFERS = ("confirm", "with_token", "recover", "practise")

    DEFAULT_CSS = """
    LoginScreen #body { align: center middle; }
    LoginScreen #door { width: 60; max-width: 100%; height: auto; }
    LoginScreen #means { width: auto; margin: 0 0 1 0; }
    LoginScreen #name { text-style: bold; color: $primary; margin: 0 0 1 0; }
    """

    def __init__(
        self,
        login: Callable[[str, Secret], Session],
        entered: Callable[[Session], None],
        change: Callable[[str, Secret, Secret], None],
        person: str = "",
        other: "OtherWays[Session] | None" = None,
        practice: Callable[[Work], Callable[[], None]] | None = None,
    ) -> None:
        super().__init__()
        self._login = login
        self._entered = entered
        self._change = change
        self._person = person
        self._other = other
        self._practice = practice
        self._by_token = False

    def body(self) -> ComposeResult:
        """Two fields."""
        fields = [
            TextField("person", phrase("Person id"), self._person, longest=64),
            SecretField("password", phrase("Password or PIN")),
        ]
        yield Say(phrase("Offline electronic seal workstation"), id="name")
        yield Say(Phrase(_MEANS[False]), id="means")
        yield Form(fields, id="door")

    def on_mount(self) -> None:
        """With a known person the cursor waits at the password."""
        if self._person:
            self.query_one(Form).field("password", SecretField).enter()

    def do_confirm(self) -> None:
        """Try to log in."""
        form = self.query_one(Form)
        if self.is_busy:
            return
        if not form.check():
            self.show_problem(Problem("LOGIN_INCOMPLETE"))
            return
        person = form.field("person", TextField).value
        secret = form.field("password", SecretField).take()
        by_token = self._by_token

        def enter(work: Work) -> Session:
            del work
            try:
                if by_token and self._other is not None:
                    return self._other.login(person, secret)
                return self._login(person, secret)
            finally:
                secret.wipe()

        def failed(explained: Explained) -> None:
            self.show_explained(explained)
            if explained.code == "PASSWORD_MUST_CHANGE":
                self._change_first(person, explained.sentence)
            elif explained.code == "LOGIN_TOKEN_NEEDED":
                self._enrol_first(person)
            elif explained.code == "HOME_OLDER":
                self._migrate_first(person)

        self.run_duty(enter, self._entered, busy=phrase("Checking the password"), failed=failed)

    def _change_first(self, person: str, why: Phrase) -> None:
        from airseal.screens.password import PasswordScreen

        def change(old: Secret, new: Secret) -> None:
            self._change(person, old, new)

        def changed(done: bool | None) -> None:
            if done:
                self.say(phrase("The password was changed. Log in with the new one."))

        self.app.push_screen(PasswordScreen(change, why), changed)

    def why_not(self, action: str) -> Phrase | None:
        """The other ways belong to a station."""
        if action in ("with_token", "recover") and self._other is None:
            return phrase("There is no station to open here.")
        if action == "practise" and self._practice is None:
            return phrase("This is practice already.")
        return None

    def do_with_token(self) -> None:
        """From now on the secret is the PIN of a USBKey, or the password again."""
        self._by_token = not self._by_token
        self.query_one("#means", Say).say(Phrase(_MEANS[self._by_token]))

    def do_recover(self) -> None:
        """Two administrators give somebody a way in."""
        from airseal.screens.own_forms import RecoverScreen

        assert self._other is not None
        self.app.push_screen(RecoverScreen(self._other.recover))

    def do_practise(self) -> None:
        """Build a practice unit, then go there."""
        assert self._practice is not None
        self.run_duty(
            self._practice, lambda go: go(), busy=phrase("Making a unit to practise with")
        )

    def _migrate_first(self, person: str) -> None:
        from airseal.screens.migrating import MigrateScreen

        if self._other is None:
            return
        page = MigrateScreen(self._other.migrate, person)

        def migrated(done: bool | None) -> None:
            if done:
                self.say(
                    phrase(
                        "The station is up to date; backup No. {number} was made before. Log in.",
                        number=page.backup,
                    )
                )

        self.app.push_screen(page, migrated)

    def _enrol_first(self, person: str) -> None:
        from airseal.screens.own_forms import EnrolScreen

        other = self._other
        if other is None:
            return

        def enrolled(done: bool | None) -> None:
            if done:
                self.do_with_token()
                self.say(phrase("Log in with the PIN of the USBKey now."))

        self.app.push_screen(EnrolScreen(lambda old, pin: other.enrol(person, old, pin)), enrolled)
