"""The login: nothing about the station, its paths or its people is shown before it (SC-03)."""

from collections.abc import Callable
from typing import Generic, TypeVar

from textual.app import ComposeResult

from airseal.errors import Explained
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens.base import AirsealScreen
from airseal.screens.password import PasswordScreen
from airseal.screens.widgets.entry_fields import SecretField, TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.screens.work import Work
from airseal.text import Phrase, mark, phrase

Session = TypeVar("Session")


class LoginScreen(AirsealScreen[None], Generic[Session]):
    """Asks for person and password; ``login`` runs in a thread, for Argon2id takes its time.

    ``login`` raises a ``Problem`` to refuse; what it returns goes to ``entered``. The secret
    is wiped whatever happens. ``person`` fills in the id beforehand (demonstration only).
    Whose password must be changed first gets to the page for that and no further; ``change``
    takes person, old and new password.
    """

    HEADING = mark("Log in")
    HELP = mark(
        "Enter your person id and your password, then press Enter. The password is never shown,"
        " not even its length. Ctrl+U empties the field."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    LoginScreen #body { align: center middle; }
    LoginScreen #door { width: 60; max-width: 100%; height: auto; }
    LoginScreen #name { text-style: bold; color: $primary; margin: 0 0 1 0; }
    """

    def __init__(
        self,
        login: Callable[[str, Secret], Session],
        entered: Callable[[Session], None],
        change: Callable[[str, Secret, Secret], None],
        person: str = "",
    ) -> None:
        super().__init__()
        self._login = login
        self._entered = entered
        self._change = change
        self._person = person

    def body(self) -> ComposeResult:
        """Two fields."""
        fields = [
            TextField("person", phrase("Person id"), self._person, longest=64),
            SecretField("password", phrase("Password")),
        ]
        yield Say(phrase("Offline electronic seal workstation"), id="name")
        yield Form(fields, id="door")

    def on_mount(self) -> None:
        """With a known person the cursor waits at the password."""
        if self._person:
            self.query_one(Form).field("password", SecretField).enter()

    def on_form_completed(self) -> None:
        """Enter in the last field."""
        self.do_confirm()

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

        def enter(work: Work) -> Session:
            del work
            try:
                return self._login(person, secret)
            finally:
                secret.wipe()

        def failed(explained: Explained) -> None:
            self.show_explained(explained)
            if explained.code == "PASSWORD_MUST_CHANGE":
                self._change_first(person, explained.sentence)

        self.run_duty(enter, self._entered, busy=phrase("Checking the password"), failed=failed)

    def _change_first(self, person: str, why: Phrase) -> None:
        def change(old: Secret, new: Secret) -> None:
            self._change(person, old, new)

        def changed(done: bool | None) -> None:
            if done:
                self.say(phrase("The password was changed. Log in with the new one."))

        self.app.push_screen(PasswordScreen(change, why), changed)
