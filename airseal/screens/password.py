"""Changing the own password, which at the login may be the only page there is, and the own PIN.

AC-05, AC-06, AC-07; TK-02.
"""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.entry_fields import SecretField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.screens.work import Work
from airseal.text import Phrase, mark


class PasswordScreen(AirsealScreen[bool]):
    """Hands back True once ``change`` took the old and the new password; both are wiped."""

    HEADING = mark("Change the password")
    HELP = mark(
        "Type the password of now, then the new one twice. Too simple passwords are refused with"
        " the rule they fail; none of the last ones may come back. Nobody can tell you a"
        " forgotten password: the system administrator issues a one-time one."
    )
    OFFERS = ("confirm",)
    GOOD: ClassVar[str] = mark("The new password holds from the moment it is saved.")
    FIELDS: ClassVar[tuple[str, str, str]] = (
        mark("Password of now"),
        mark("New password"),
        mark("New, once more"),
    )
    BUSY: ClassVar[str] = mark("Changing the password")

    DEFAULT_CSS = """
    PasswordScreen #why { text-style: bold; margin: 1 0; }
    """

    def __init__(self, change: Callable[[Secret, Secret], None], why: Phrase | None = None) -> None:
        super().__init__()
        self._change = change
        self._why = why

    def body(self) -> ComposeResult:
        """Why, then three fields."""
        yield Say(self._why or Phrase(self.GOOD), id="why")
        names = ("old", "new", "again")
        labels = zip(names, self.FIELDS, strict=True)
        yield Form([SecretField(name, Phrase(label)) for name, label in labels])

    def do_confirm(self) -> None:
        """Change it."""
        form = self.query_one(Form)
        if not form.check():
            return
        old, new, again = (form.field(key, SecretField).take() for key in ("old", "new", "again"))

        def change(work: Work) -> None:
            del work
            try:
                if new.reveal() != again.reveal():
                    raise Problem("PASSWORDS_DIFFER")
                self._change(old, new)
            finally:
                for secret in (old, new, again):
                    secret.wipe()

        self.run_duty(change, self._done, busy=Phrase(self.BUSY))
        form.field("old", SecretField).enter()

    def _done(self, _: None) -> None:
        self.dismiss(True)


class PinChangeScreen(PasswordScreen):
    """The same for the PIN of the own USBKey."""

    HEADING = mark("Change the PIN")
    HELP = mark(
        "Type the PIN of now, then the new one twice. The PIN of now is tried once; a wrong one"
        " counts. The new one needs six signs at least, not all alike and not in a row. Nobody"
        " else may know it, and it is written nowhere."
    )
    GOOD = mark("The new PIN holds from the moment it is changed. Nothing signs with a first PIN.")
    FIELDS = (mark("PIN of now"), mark("New PIN"), mark("New PIN, once more"))
    BUSY = mark("Changing the PIN")
