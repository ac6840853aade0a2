"""The base of the screens on which a person signs: one PIN, one act or one batch."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from airseal.errors import Explained
from airseal.keys.tokenhost import Signer
from airseal.model.secret import Secret
from airseal.screens.pin import PinScreen
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.fact_table import Fact
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, phrase, plural

Result = TypeVar("Result")
Made = TypeVar("Made")


_IN_DIALOG: Final = 6
"""How many papers of a batch the PIN dialog names."""


def named(titles: Sequence[str]) -> list[Fact]:
    """What one PIN is about, by title (C-29): the first papers, and how many more there are."""
    facts = [Fact(phrase("Title"), title, strong=True) for title in titles[:_IN_DIALOG]]
    more = len(titles) - _IN_DIALOG
    if more > 0:
        facts.append(Fact(phrase("And"), plural("{n} more", "{n} more", more)))
    return facts


class SigningScreen(StationScreen[Result]):
    """A station screen with acts that need the person's key."""

    def check_and_sign(
        self,
        check: Callable[[Station], Sequence[Fact]],
        purpose: Phrase,
        act: Callable[[Station, Signer], Made],
        done: Callable[[Made], None],
        *,
        busy: Phrase,
    ) -> None:
        """As :meth:`sign`, once ``check`` has raised nothing: it says what is about to be signed.

        Whatever can be known is refused before anybody types a PIN for it (AC-04).
        """
        self.at_station(
            lambda station, _: check(station),
            lambda facts: self.sign(purpose, act, done, busy=busy, facts=facts),
            busy=phrase("Checking before the PIN is asked"),
        )

    def sign(
        self,
        purpose: Phrase,
        act: Callable[[Station, Signer], Made],
        done: Callable[[Made], None],
        *,
        busy: Phrase,
        facts: Sequence[Fact] = (),
    ) -> None:
        """Ask for the PIN once, then carry out ``act`` with the key; see :meth:`with_pin`."""

        def signed(station: Station, pin: Secret) -> Made:
            with station.signing(pin) as signer:
                return act(station, signer)

        self.with_pin(purpose, signed, done, busy=busy, facts=facts)

    def with_pin(
        self,
        purpose: Phrase,
        act: Callable[[Station, Secret], Made],
        done: Callable[[Made], None],
        *,
        busy: Phrase,
        facts: Sequence[Fact] = (),
    ) -> None:
        """Ask for the PIN once, then carry out ``act`` with it in a thread.

        The PIN dialog shows ``purpose`` and ``facts``: what is about to be signed. A refused
        PIN is not tried again; the secret is wiped whatever happens. The dialog stands again,
        with the refusal: whoever types on must not type a PIN into a field that shows it.
        """

        def go_on(pin: Secret | None) -> None:
            if pin is None:
                self.say(phrase("Nothing was signed."))
                return

            def acted(station: Station, work: Work) -> Made:
                del work
                try:
                    return act(station, pin)
                finally:
                    pin.wipe()

            self.at_station(acted, done, busy=busy, failed=failed)

        def failed(why: Explained) -> None:
            if why.code == "PIN_WRONG":
                ask(why)
            else:
                self.show_explained(why)

        def ask(refused: Explained | None = None) -> None:
            dialog = PinScreen(self.session.station.token, purpose, facts, refused)
            self.app.push_screen(dialog, go_on)

        ask()
