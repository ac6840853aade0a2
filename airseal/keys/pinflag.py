"""The own flag of an initial PIN (初始密码), kept in the token itself (TK-02).

Few tokens set CKF_USER_PIN_TO_BE_CHANGED, so whoever gives a token its first PIN, or a new one
after it was locked, leaves a private note in it; changing the PIN takes the note away. The token
carries it to every station.
"""

from typing import Final, Protocol

_LABEL: Final = "airseal-pin"
_INITIAL: Final = b"initial"
_CHANGED: Final = b"changed"


class _Notes(Protocol):
    def notes(self, label: str) -> tuple[bytes, ...]: ...

    def write_note(self, label: str, value: bytes) -> None: ...


def mark_initial(token: _Notes) -> None:
    """The PIN of now was given by somebody else; raises what the token raises."""
    token.write_note(_LABEL, _INITIAL)


def mark_changed(token: _Notes) -> None:
    """The holder has chosen the PIN of now; raises what the token raises."""
    token.write_note(_LABEL, _CHANGED)


def is_initial(token: _Notes) -> bool:
    """Whether the PIN of now must be changed before anything is signed with it."""
    return _INITIAL in token.notes(_LABEL)
