"""The one dialog that asks for a PIN; it says first how the token stands (TK-06, X-30)."""

from collections.abc import Callable, Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from airseal.errors import Explained
from airseal.keys.tokenwire import PinState, TokenStatus
from airseal.model.secret import Secret
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.entry_fields import SecretField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.text import Phrase, mark, phrase

_STATES: Final = {
    PinState.OK: mark("no wrong try"),
    PinState.LOW: mark("a wrong PIN was entered before; few tries are left"),
    PinState.FINAL_TRY: mark("only one try is left; one more wrong PIN locks the USBKey"),
    PinState.INITIAL: mark("this is still the first PIN; it must be changed"),
    PinState.LOCKED: mark("locked; only the seal department can unlock it"),
}
_WARNED: Final = frozenset({PinState.LOW, PinState.FINAL_TRY, PinState.LOCKED})


class PinScreen(AirsealScreen[Secret]):
    """Hands back the PIN as typed, or None when the person turned away.

    It neither tries the PIN nor keeps it: whoever gets the secret uses it for one login and
    wipes it. ``token`` is asked in a thread how the token stands; without a token, or with
    a locked one, no PIN can be given.
    """

    HEADING = mark("Sign with the key")
    HELP = mark(
        "Read what you are about to sign, type the PIN of your key and press Enter. The PIN is"
        " never shown. It is tried once; after a wrong PIN the program does not try again by"
        " itself. F5 looks at the USBKey again."
    )
    OFFERS = ("confirm", "refresh")

    DEFAULT_CSS = """
    PinScreen #purpose { text-style: bold; margin: 1 0; }
    PinScreen #about { height: auto; max-height: 12; margin: 0 0 1 0; }
    PinScreen #state { margin: 0 0 1 0; }
    """

    def __init__(
        self,
        token: Callable[[], TokenStatus],
        purpose: Phrase,
        facts: Sequence[Fact] = (),
        refused: Explained | None = None,
    ) -> None:
        """``refused`` is why the PIN given before was not taken."""
        super().__init__()
        self._refused = refused
        self._token = token
        self._purpose = purpose
        self._facts = tuple(facts)
        self._status: TokenStatus | None = None

    def body(self) -> ComposeResult:
        """What will be signed, how the token stands, the field."""
        yield Say(self._purpose, id="purpose")
        with VerticalScroll(id="about", can_focus=False):
            yield FactTable(self._facts)
        yield FactTable(id="token")
        yield Say(id="state")
        yield Form([SecretField("pin", phrase("PIN"))])

    def on_mount(self) -> None:
        """Look at the token first."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """No PIN without a token that can take it."""
        if action != "confirm":
            return None
        if self._status is None:
            return phrase("There is no USBKey to give the PIN to. F5 looks again.")
        if self._status.pin is PinState.LOCKED:
            return phrase("The USBKey is locked.")
        return None

    def do_refresh(self) -> None:
        """Ask the token how it stands."""
        self._status = None
        self.run_duty(lambda _: self._token(), self._show, busy=phrase("Looking at the USBKey"))

    def _show(self, status: TokenStatus) -> None:
        self._status = status
        kind = phrase("software key (demonstration)") if status.soft else phrase("hardware key")
        self.query_one("#token", FactTable).show(
            [
                Fact(phrase("USBKey"), f"{status.label}  {status.serial}"),
                Fact(phrase("Kind of key"), kind),
            ]
        )
        if self._refused is not None:
            self.show_explained(self._refused)
        words = phrase("PIN state: {state}", state=Phrase(_STATES[status.pin]))
        warned = status.pin in _WARNED
        self.query_one("#state", Say).say(words, "bold $text-error" if warned else "")

    def do_leave(self) -> None:
        """Turn away, also while the token is still being looked at."""
        self.leave()

    def do_confirm(self) -> None:
        """Hand the PIN over."""
        form = self.query_one(Form)
        if form.check():
            self.dismiss(form.field("pin", SecretField).take())
