"""PKCS#11 tokens, one session at a time. Runs inside the token host process only.

The program never tries a PIN twice by itself: every login here is one ``C_Login``, every
change of a PIN one ``C_SetPIN``.
"""

import contextlib
import hashlib
from collections.abc import Iterator

import pkcs11
from pkcs11 import (
    MGF,
    DecryptMixin,
    Mechanism,
    SignMixin,
    TokenFlag,
)

from airseal.keys import tokenobjects as objects
from airseal.keys.algorithms import ALGORITHMS, ecdsa_value
from airseal.keys.certificates import read_certificate
from airseal.keys.tokenwire import (
    KeyKind,
    KeyUse,
    OaepDigest,
    PinState,
    TokenStatus,
)
from airseal.model.problem import Problem

_PIN_TO_BE_CHANGED = 0x00080000  # CKF_USER_PIN_TO_BE_CHANGED, not named by python-pkcs11 0.9
_OAEP: dict[OaepDigest, tuple[Mechanism, MGF, None]] = {
    "sha256": (Mechanism.SHA256, MGF.SHA256, None),
    "sha1": (Mechanism.SHA_1, MGF.SHA1, None),
}


class TokenReader:
    """One PKCS#11 module, and the one login there may be."""

    def __init__(self, module: str) -> None:
        try:
            self._library = pkcs11.lib(module)
        except pkcs11.PKCS11Error:
            raise Problem("TOKEN_MODULE_MISSING") from None
        self._session: pkcs11.Session | None = None
        self._key: pkcs11.PrivateKey | None = None

    def list(self) -> tuple[TokenStatus, ...]:
        """Every token plugged in now; new ones are seen while nobody is logged in."""
        if self._session is None:
            self._restart()
        found = []
        for token in self._tokens():
            with contextlib.suppress(pkcs11.PKCS11Error), token.open() as session:
                found.append(_status(token, session))
        return tuple(found)

    def login(self, public_key: bytes, pin: bytes) -> None:
        """Log in to the token that holds ``public_key``; ends an earlier login first.

        Raises TOKEN_ABSENT, PIN_FORM, PIN_WRONG, PIN_LOCKED, TOKEN_FAILED.
        """
        self.logout()
        self._restart()
        token, identifier = self._holder(public_key)
        self._open(token, pin)
        assert self._session is not None
        with self._explained(token):
            self._key = objects.private_key(self._session, identifier)

    def sign(self, algorithm: str, data: bytes) -> bytes:
        """The signature value over ``data`` by the key logged in to.

        Raises TOKEN_LOGGED_OUT, TOKEN_PULLED, TOKEN_FAILED.
        """
        session, key, how = self._session, self._key, ALGORITHMS.get(algorithm)
        if session is None or key is None:
            raise Problem("TOKEN_LOGGED_OUT")
        if how is None:
            raise Problem("KEY_ALGORITHM")
        if not isinstance(key, SignMixin):
            raise Problem("TOKEN_KEY_USE")
        if how.hashed_outside:
            data = hashlib.new(how.digest, data).digest()
        with self._explained(session.token):
            value: bytes = key.sign(data, mechanism=Mechanism[how.mechanism])
        return ecdsa_value(value) if how.key == "ec" else value

    def notes(self, label: str) -> tuple[bytes, ...]:
        """The private data objects of ``label``: one, or two when a writing was cut off.

        Raises TOKEN_LOGGED_OUT, TOKEN_PULLED, TOKEN_FAILED.
        """
        session = self._logged_in()
        with self._explained(session.token):
            return objects.notes(session, label)

    def write_note(self, label: str, value: bytes) -> None:
        """Put ``value`` in the place of all private data objects of ``label``.

        The new one is there before the old ones go. Raises what :meth:`notes` raises.
        """
        session = self._logged_in()
        # Only a session for writing may change the token; the login holds for all sessions.
        with self._explained(session.token), session.token.open(rw=True) as writing:
            objects.replace_note(writing, label, value)

    def decrypt(self, digest: OaepDigest, data: bytes) -> bytes:
        """What was encrypted to the key logged in to with RSA-OAEP.

        Raises TOKEN_LOGGED_OUT, TOKEN_PULLED, TOKEN_FAILED, TOKEN_KEY_USE, and TOKEN_OAEP when the
        token cannot do this ``digest``, which leaves it logged in.
        """
        session, key = self._session, self._key
        if session is None or key is None:
            raise Problem("TOKEN_LOGGED_OUT")
        if not isinstance(key, DecryptMixin):
            raise Problem("TOKEN_KEY_USE")
        with self._explained(session.token):
            try:
                value = key.decrypt(
                    data, mechanism=Mechanism.RSA_PKCS_OAEP, mechanism_param=_OAEP[digest]
                )
            except (pkcs11.ArgumentsBad, pkcs11.MechanismParamInvalid, pkcs11.MechanismInvalid):
                raise Problem("TOKEN_OAEP") from None
        assert isinstance(value, bytes)
        return value

    def logout(self) -> None:
        """Clear the token's login state (TK-06); never fails, whatever the token does."""
        session, self._session, self._key = self._session, None, None
        if session is None:
            return
        try:
            session.close()
        except pkcs11.PKCS11Error:
            self._restart()

    def change_pin(self, public_key: bytes, old: bytes, new: bytes) -> None:
        """Change the user PIN; the old one is tried once.

        Raises TOKEN_ABSENT, PIN_FORM, PIN_WRONG, PIN_LOCKED, TOKEN_PULLED, TOKEN_FAILED.
        """
        self.logout()
        self._restart()
        token, _ = self._holder(public_key)
        old_text, new_text = _pin_text(old), _pin_text(new)
        _require_unlocked(token)
        with self._explained(token), token.open(rw=True) as session:
            session.set_pin(old_text, new_text)

    def unlock_pin(self, serial: str, so_pin: bytes, new: bytes) -> None:
        """Give the token a new user PIN (``C_InitPIN``); the administrator's is tried once.

        Raises TOKEN_ABSENT, PIN_FORM, SO_PIN_WRONG, SO_PIN_LOCKED, TOKEN_PULLED, TOKEN_FAILED.
        """
        self.logout()
        self._restart()
        token = self._by_serial(serial)
        so_text, new_text = _pin_text(so_pin), _pin_text(new)
        if token.flags & TokenFlag.SO_PIN_LOCKED:
            raise Problem("SO_PIN_LOCKED")
        with self._explained(token):
            try:
                session = token.open(rw=True, so_pin=so_text)
            except pkcs11.PinIncorrect:
                self._restart()
                raise Problem("SO_PIN_WRONG") from None
            except pkcs11.PinLocked:
                self._restart()
                raise Problem("SO_PIN_LOCKED") from None
            with session:
                session.init_pin(new_text)

    def generate(self, serial: str, pin: bytes, kind: KeyKind, label: str, use: KeyUse) -> bytes:
        """Make a key pair inside the token; returns the DER SubjectPublicKeyInfo.

        The private key is sensitive, cannot be taken out and can only do its ``use``.
        Raises TOKEN_ABSENT, PIN_FORM, PIN_WRONG, PIN_LOCKED, TOKEN_PULLED, TOKEN_FAILED.
        """
        with self._writing(serial, pin) as session:
            return objects.make_key_pair(session, kind, label, use)

    def store_certificate(self, serial: str, pin: bytes, certificate: bytes) -> None:
        """Put ``certificate`` into the token that holds its key.

        Raises TOKEN_KEY_ABSENT when this token has no such key, CERT_FORM, and what
        :meth:`generate` raises.
        """
        wanted = read_certificate(certificate).spki
        with self._writing(serial, pin) as session:
            identifier = objects.identifier_of(session, wanted)
            if identifier is None:
                raise Problem("TOKEN_KEY_ABSENT")
            objects.put_certificate(session, identifier, certificate)

    def _logged_in(self) -> pkcs11.Session:
        if self._session is None:
            raise Problem("TOKEN_LOGGED_OUT")
        return self._session

    def _tokens(self) -> Iterator[pkcs11.Token]:
        """The initialised tokens; a slot that cannot be read counts as empty."""
        try:
            slots = self._library.get_slots(token_present=True)
        except pkcs11.PKCS11Error as error:
            raise _failed(error) from None
        for slot in slots:
            with contextlib.suppress(pkcs11.PKCS11Error):
                token = slot.get_token()
                if token.flags & TokenFlag.TOKEN_INITIALIZED:
                    yield token

    def _by_serial(self, serial: str) -> pkcs11.Token:
        for token in self._tokens():
            if token.serial.decode("ascii", "replace") == serial:
                return token
        raise Problem("TOKEN_ABSENT")

    def _holder(self, public_key: bytes) -> tuple[pkcs11.Token, bytes]:
        """The token that holds ``public_key``, and the CKA_ID the key has there."""
        for token in self._tokens():
            with contextlib.suppress(pkcs11.PKCS11Error), token.open() as session:
                identifier = objects.identifier_of(session, public_key)
                if identifier is not None:
                    return token, identifier
        raise Problem("TOKEN_ABSENT")

    def _open(self, token: pkcs11.Token, pin: bytes, *, rw: bool = False) -> None:
        """Log in: one ``C_Login``, or none when it cannot succeed."""
        text = _pin_text(pin)
        _require_unlocked(token)
        with self._explained(token):
            self._session = token.open(rw=rw, user_pin=text)

    @contextlib.contextmanager
    def _writing(self, serial: str, pin: bytes) -> Iterator[pkcs11.Session]:
        """A login for maintenance, ended when the block is."""
        self.logout()
        self._restart()
        token = self._by_serial(serial)
        self._open(token, pin, rw=True)
        assert self._session is not None
        try:
            with self._explained(token):
                yield self._session
        finally:
            self.logout()

    @contextlib.contextmanager
    def _explained(self, token: pkcs11.Token) -> Iterator[None]:
        """Turn a failure of the token into a ``Problem`` and drop what is left of the login."""
        try:
            yield
        except pkcs11.PKCS11Error as error:
            problem = _explain(error, token)
            self._session = self._key = None
            self._restart()
            raise problem from None

    def _restart(self) -> None:
        """Close what a failed login leaked and look for tokens anew.

        Tokens plugged in after ``C_Initialize`` are seen only after another one.
        """
        try:
            self._library.reinitialize()
        except pkcs11.PKCS11Error as error:
            raise _failed(error) from None


def _failed(error: pkcs11.PKCS11Error) -> Problem:
    return Problem("TOKEN_FAILED", reason=type(error).__name__)


def _explain(error: pkcs11.PKCS11Error, token: pkcs11.Token) -> Problem:
    try:
        state = pin_state(token.slot.get_token().flags)
    except pkcs11.PKCS11Error:
        return Problem("TOKEN_PULLED")
    match error:
        case pkcs11.PinIncorrect() if state is not PinState.LOCKED:
            return Problem("PIN_WRONG", state=state)
        case pkcs11.PinIncorrect() | pkcs11.PinLocked():
            return Problem("PIN_LOCKED")
        case pkcs11.PinLenRange() | pkcs11.PinInvalid() | pkcs11.PinTooWeak():
            return Problem("PIN_FORM")
        case pkcs11.DeviceRemoved() | pkcs11.TokenNotPresent():
            return Problem("TOKEN_PULLED")
        case _:
            return _failed(error)


def _require_unlocked(token: pkcs11.Token) -> None:
    if pin_state(token.flags) is PinState.LOCKED:
        raise Problem("PIN_LOCKED")


def _pin_text(pin: bytes) -> str:
    """What python-pkcs11 wants; a PIN no token can have is refused before it costs a try."""
    try:
        text = pin.decode()
    except UnicodeDecodeError:
        raise Problem("PIN_FORM") from None
    if not text or not text.isprintable():
        raise Problem("PIN_FORM")
    return text


def pin_state(flags: int) -> PinState:
    """What the CK_TOKEN_INFO flags say of the user PIN, the most pressing state first."""
    for flag, state in (
        (TokenFlag.USER_PIN_LOCKED, PinState.LOCKED),
        (TokenFlag.USER_PIN_FINAL_TRY, PinState.FINAL_TRY),
        (_PIN_TO_BE_CHANGED, PinState.INITIAL),
        (TokenFlag.USER_PIN_COUNT_LOW, PinState.LOW),
    ):
        if flags & flag:
            return state
    return PinState.OK


def _status(token: pkcs11.Token, session: pkcs11.Session) -> TokenStatus:
    return TokenStatus(
        serial=token.serial.decode("ascii", "replace"),
        label=token.label,
        model=token.model,
        soft="softhsm" in f"{token.model} {token.manufacturer_id}".lower(),
        pin=pin_state(token.flags),
        certificates=tuple(objects.certificates(session)),
        login_keys=tuple(objects.login_keys(session)),
    )
