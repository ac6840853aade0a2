"""What it takes to sign: the two shapes every signing key here has."""

from typing import Protocol

from airseal.keys.algorithms import Algorithm


class KeySigner(Protocol):
    """A private key somewhere else that signs what it is given."""

    @property
    def algorithm(self) -> Algorithm:
        """How the key signs."""

    def sign(self, tbs: bytes) -> bytes:
        """The signature value over ``tbs``, in the form X.509 and CMS carry it.

        Raises ``Problem`` with the code of what went wrong in the token.
        """


class Signer(KeySigner, Protocol):
    """A key together with the certificate that says whose it is."""

    @property
    def certificate(self) -> bytes:
        """The signer's certificate, DER."""
