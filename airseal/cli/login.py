"""The command line's way in: secrets from a file descriptor or a prompt, and an open station."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.text import tr

if TYPE_CHECKING:
    from airseal.station import Station

MAX_SECRET = 1_024
"""Bytes of one secret line; longer lines are cut off before they are held."""

MAX_LINES = 3
"""Secrets that one command may need."""


class Secrets:
    """Password, PIN and what else is secret, read when it is first needed."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._lines: list[Secret] | None = None
        if options.secrets_fd is not None:
            self._lines = read_secrets(options.secrets_fd, MAX_LINES)

    def password(self) -> Secret:
        """Line 1, or a prompt."""
        return self.get(0, tr("Password: "))

    def pin(self) -> Secret:
        """Line 2, or a prompt."""
        return self.get(1, tr("PIN: "))

    def second_password(self) -> Secret:
        """Line 2, or a prompt: the password of the second person."""
        return self.get(1, tr("Password of the second person: "))

    def new_password(self) -> Secret:
        """Line 2, or a prompt that is repeated: what nobody sees is easily mistyped."""
        return self.chosen(1, tr("New password: "), tr("New password again: "))

    def chosen(self, index: int, prompt: str, again: str) -> Secret:
        """A new secret: line ``index`` + 1, or a prompt and the same ``again``."""
        new = self.get(index, prompt)
        if self._lines is None and self.get(index, again).reveal() != new.reveal():
            raise Problem("PASSWORDS_DIFFER")
        return new

    def get(self, index: int, prompt: str) -> Secret:
        """Line ``index`` + 1, or a prompt; raises ``SECRET_MISSING``."""
        if self._lines is None:
            import getpass

            return Secret(getpass.getpass(prompt))
        if index >= len(self._lines):
            raise Problem("SECRET_MISSING")
        return self._lines[index]


def read_secrets(descriptor: int, count: int) -> list[Secret]:
    """The first ``count`` lines that come from ``descriptor``; raises ``SECRETS_FD``."""
    try:
        with os.fdopen(descriptor, "rb", buffering=0, closefd=True) as source:
            data = bytearray()
            while len(data) < count * MAX_SECRET and (chunk := source.read(MAX_SECRET)):
                data += chunk
    except OSError:
        raise Problem("SECRETS_FD") from None
    lines = [Secret(line.removesuffix(b"\r")) for line in data.split(b"\n")[:count]]
    data[:] = bytes(len(data))
    return [line for line in lines if line]


def home_of(options: argparse.Namespace) -> Path:
    """``--home``, or ``AIRSEAL_HOME``."""
    home: Path | None = options.home
    if home is None and "AIRSEAL_HOME" in os.environ:
        home = Path(os.environ["AIRSEAL_HOME"])
    if home is None:
        raise Problem("LOGIN_INCOMPLETE")
    return home


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[tuple["Station", Secrets]]:
    """The station that ``--home`` and ``--as`` name, open; raises ``LOGIN_INCOMPLETE``."""
    from airseal.station import Station

    home = home_of(options)
    if options.person is None:
        raise Problem("LOGIN_INCOMPLETE")
    secrets = Secrets(options)
    if options.token:
        from airseal.founding.homes import open_with_token

        door = open_with_token(home, options.person, secrets.get(0, tr("PIN: ")), token_module())
    else:
        door = Station.open(home, options.person, secrets.password())
    with door as station:
        yield station, secrets


def token_module() -> Path | None:
    """The driver of the tokens at the login: ``AIRSEAL_PKCS11``, or the soft token."""
    from airseal.keys.tokenhost import module_of

    return module_of(os.environ.get("AIRSEAL_PKCS11", ""))


def home_login(options: argparse.Namespace) -> tuple[Path, str, Secret]:
    """Home, person and password, for work on a home that is not opened as a station."""
    if options.home is None or options.person is None:
        raise Problem("LOGIN_INCOMPLETE")
    return options.home, options.person, Secrets(options).password()
