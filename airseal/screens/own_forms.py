"""The small pages of people and tokens: enrol, unlock, recover; each hands back what was done."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult

from airseal.duties.pins import Unlocking
from airseal.duties.recovering import Lost
from airseal.model.secret import Secret
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.entry_fields import SecretField, TextField
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.screens.work import Work
from airseal.text import Phrase, mark, phrase


class SecretsScreen(AirsealScreen[bool]):
    """A form with secrets: they are taken once, handed to one duty and wiped whatever happens."""

    OFFERS = ("confirm",)
    progress: Work
    """To whom a long duty reports."""

    DEFAULT_CSS = """
    SecretsScreen #why { margin: 1 0; }
    """

    def why(self) -> Phrase:
        """The line above the fields."""
        return self.heading

    def fields(self) -> list[Field]:
        """The fields, in order."""
        raise NotImplementedError

    def act(self, texts: dict[str, str], secrets: dict[str, Secret]) -> None:
        """What to do; runs in a thread."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """Why, then the fields."""
        yield Say(self.why(), id="why")
        yield Form(self.fields())

    def do_confirm(self) -> None:
        """Do it."""
        form = self.query_one(Form)
        if not form.check():
            return
        texts = {field.key: field.value for field in form.query(TextField)}
        secrets = {field.key: field.take() for field in form.query(SecretField)}

        def work(progress: Work) -> None:
            self.progress = progress
            try:
                self.act(texts, secrets)
            finally:
                for secret in secrets.values():
                    secret.wipe()

        self.run_duty(work, lambda _: self.done(), busy=phrase("Saving"))

    def done(self) -> None:
        """It is done."""
        self.dismiss(True)


class EnrolScreen(SecretsScreen):
    """Lets a USBKey open the station."""

    HEADING = mark("Login with the USBKey")
    HELP = mark(
        "The USBKey gets a key pair of its own for this. From the next login on its PIN opens the"
        " station as the password does; at the highest level (top secret) nothing else does."
    )

    def __init__(self, enrol: Callable[[Secret, Secret], None]) -> None:
        super().__init__()
        self._enrol = enrol

    def why(self) -> Phrase:
        """What it takes."""
        return phrase("Plug in the USBKey. The PIN is tried once.")

    def fields(self) -> list[Field]:
        """Two secrets."""
        return [SecretField("password", phrase("Password")), SecretField("pin", phrase("PIN"))]

    def act(self, texts: dict[str, str], secrets: dict[str, Secret]) -> None:
        """Enrol it."""
        del texts
        self._enrol(secrets["password"], secrets["pin"])


class _OnceIssued(SecretsScreen):
    """Ends in a page that shows a one-time secret."""

    issued: Secret | None = None
    person = ""
    LABEL: ClassVar[str] = mark("Password")

    def done(self) -> None:
        """Show it in the place of this page."""
        from airseal.screens.account_forms import OnceScreen

        assert self.issued is not None
        self.app.switch_screen(OnceScreen(self.person, self.issued, Phrase(self.LABEL)))


class UnlockScreen(_OnceIssued):
    """Unlocks somebody's USBKey, by the system administrator and the seal department."""

    HEADING = mark("Unlock a USBKey")
    LABEL = mark("PIN")
    HELP = mark(
        "Both people are here: the system administrator, who is logged in, and somebody of the"
        " seal department with an account at this station, who brings the administrator's PIN of"
        " the USBKey. Check who the holder is. The new PIN is shown once; nothing is signed with"
        " it until its holder has changed it. This is not the way of a forgotten password."
    )

    def __init__(self, unlock: Callable[[Unlocking, Secret, Secret], Secret]) -> None:
        super().__init__()
        self._unlock = unlock

    def why(self) -> Phrase:
        """What it takes."""
        return phrase("Two people unlock it; the administrator's PIN is tried once.")

    def fields(self) -> list[Field]:
        """Whose, who, how known, why; two secrets."""
        return [
            TextField("person", phrase("Holder (id)"), longest=64),
            TextField("identity", phrase("Identified by")),
            TextField("reason", phrase("Reason")),
            TextField("second", phrase("Second person (id)"), longest=64),
            SecretField("password", phrase("Their password")),
            SecretField("so_pin", phrase("Admin PIN")),
        ]

    def act(self, texts: dict[str, str], secrets: dict[str, Secret]) -> None:
        """Unlock it."""
        self.person = texts["person"]
        wanted = Unlocking(texts["person"], texts["second"], texts["identity"], texts["reason"])
        self.issued = self._unlock(wanted, secrets["password"], secrets["so_pin"])


class RecoverScreen(_OnceIssued):
    """Two administrators give somebody a way in again; from the login."""

    HEADING = mark("Recovery by two administrators")
    HELP = mark(
        "A system and a security administrator together open the station with every key, and issue"
        " a one-time password for somebody who cannot get in any more, with every level that person"
        " is cleared for. Both passwords are tried once; both names and the reason are recorded."
    )

    def __init__(
        self, recover: Callable[[tuple[str, Secret], tuple[str, Secret], Lost], Secret]
    ) -> None:
        super().__init__()
        self._recover = recover

    def why(self) -> Phrase:
        """What it takes."""
        return phrase("Both administrators type their own password.")

    def fields(self) -> list[Field]:
        """The two, and whom it is for."""
        return [
            TextField("first", phrase("First administrator"), longest=64),
            SecretField("first_password", phrase("Their password")),
            TextField("second", phrase("Second administrator"), longest=64),
            SecretField("second_password", phrase("Their password")),
            TextField("person", phrase("Password for (id)"), longest=64),
            TextField("reason", phrase("Reason")),
        ]

    def act(self, texts: dict[str, str], secrets: dict[str, Secret]) -> None:
        """Recover."""
        self.person = texts["person"]
        self.issued = self._recover(
            (texts["first"], secrets["first_password"]),
            (texts["second"], secrets["second_password"]),
            Lost(texts["person"], texts["reason"]),
        )
