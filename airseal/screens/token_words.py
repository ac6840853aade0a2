"""How a USBKey stands, in words."""

from typing import Final

from airseal.errors import Explained
from airseal.keys.tokenhost import PinState, TokenStatus
from airseal.text import Phrase, mark, phrase

_PIN_STATES: Final = {
    PinState.OK: mark("ready"),
    PinState.LOW: mark("a wrong PIN was entered; few tries are left"),
    PinState.FINAL_TRY: mark("ONE try of the PIN is left"),
    PinState.LOCKED: mark("LOCKED"),
    PinState.INITIAL: mark("the first PIN must be changed before use"),
}


def token_words(token: TokenStatus | Explained) -> Phrase:
    """One line; of a token that cannot be asked, why not."""
    if isinstance(token, Explained):
        return token.sentence
    state = Phrase(_PIN_STATES[token.pin])
    if token.soft:
        return phrase(
            "{label}: soft token, for demonstration only; {state}", label=token.label, state=state
        )
    return phrase("{label} ({model}): {state}", label=token.label, model=token.model, state=state)
