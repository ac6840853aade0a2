"""One station (工作站): opens a home, binds the ports, exposes duties and queries.

Screens and the command line talk to this and to nothing below it.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from airseal.duties import (
    arriving,
    guarding,
)
from airseal.duties.checking_seals import UNFIT, Checked
from airseal.evidence.accounts import STATION_LOCKED
from airseal.evidence.described import describe
from airseal.evidence.history import History
from airseal.evidence.records import (
    PIN_REFUSED,
    Account,
    project,
)
from airseal.keys.pinflag import is_initial
from airseal.keys.tokenhost import PinState, Signer, TokenHost, TokenKey, module_of
from airseal.model.account import admit
from airseal.model.password import needs_token
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.secret import Secret
from airseal.model.token import TokenAct, judge_token, token_state
from airseal.paper.jail import Jail
from airseal.paper.papers import Papers
from airseal.ports import Clock, Ports, Progress
from airseal.station.acts import Acts
from airseal.store import Credential, Store


class LocalClock:
    """本机时间: the machine's clock with its offset."""

    def now(self) -> datetime:
        """The time now."""
        return datetime.now().astimezone()


class Station(Acts):
    """A home opened by one person. Close it, or use it as a context manager."""

    def __init__(self, ports: Ports, jail: Jail, *, owns_jail: bool = True) -> None:
        super().__init__(ports, jail)
        self._owns_jail = owns_jail

    @classmethod
    def open(
        cls,
        home: Path,
        person: str,
        credential: Credential,
        *,
        clock: Clock | None = None,
        jail: Jail | None = None,
    ) -> "Station":
        """Open ``home`` for ``person``; the login is in the ledger before this returns.

        A ``jail`` that is given is used, and not closed with the station. Logins that were
        refused since the last one are in the ledger too.

        Raises the ``Problem`` codes of ``airseal.store`` (``LOGIN_REFUSED``,
        ``HOME_BUSY``, ``LEDGER_DAMAGED``, …), ``PASSWORD_MUST_CHANGE`` (``why``) while nothing
        but :func:`change_password` helps (AC-05), ``ACCOUNT_NO_POST`` (``person``), and
        ``LOGIN_TOKEN_NEEDED`` for a password where only a token will do (X-13).
        """
        store = Store.open(home, person, credential, project=project, describe=describe)
        try:
            return cls._bind(store, person, credential, clock or LocalClock(), jail)
        except BaseException:
            store.close()
            raise

    @classmethod
    def _bind(
        cls, store: Store, person: str, credential: Credential, clock: Clock, shared: Jail | None
    ) -> "Station":
        arrival = arriving.arrive(store, person, clock.now())
        own = arrival.account
        post = admit(own, arrival.rule, clock.now())
        if isinstance(credential, Secret) and needs_token(arrival.station.level):
            raise Problem("LOGIN_TOKEN_NEEDED")
        registry = arrival.evidence.registry(arrival.station.unit)
        jail = shared or Jail(formal=registry is not None and not registry.charter.demo)
        ports = Ports(
            station=arrival.station,
            account=Account(own.person, own.name, post, own.clearance, own.phone),
            store=store,
            evidence=arrival.evidence,
            history=History(store),
            tokens=TokenHost(module_of(arrival.station.module)),
            papers=Papers(jail),
            clock=clock,
        )
        return cls(ports, jail, owns_jail=shared is None)

    def warm_up(self) -> None:
        """Start the jail in the background, so that the first document opens at once."""
        self._jail.start()

    def close(self) -> None:
        """Clear the token's login state, stop both children, release the home (TK-06)."""
        self._ports.tokens.close()
        if self._owns_jail:
            self._jail.close()
        self._board.keep()
        self._ports.store.close()

    def __enter__(self) -> "Station":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def report_to(
        self,
        progress: Progress,
        no_return: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """From now on, long work reports to ``progress``, which may raise ``CANCELLED``.

        What cannot be taken back is done inside a ``no_return``, which may raise it too.
        """
        self._ports = replace(self._ports, progress=progress, no_return=no_return)

    @contextmanager
    def signing(self, pin: Secret, certificate: bytes | None = None) -> Iterator[Signer]:
        """The person's key for one act or one batch; its login state is cleared after.

        It is the key of the certificate that the roster ties to the person, or before there is
        a roster, of the ``certificate`` given.

        A refused PIN is tried once and written to the ledger; a soft token signs for a
        demonstration only (TK-01: ``TOKEN_SOFT``), and nobody signs with a PIN that somebody
        else has given (TK-02: ``PIN_INITIAL``).
        """
        ports = self._ports
        certificate = certificate or ports.certificate
        status = ports.tokens.status(certificate)
        if status.soft and not self.demo:
            raise Problem("TOKEN_SOFT")
        state = token_state(
            locked=status.pin is PinState.LOCKED, initial=status.pin is PinState.INITIAL
        )
        refused = judge_token(state, TokenAct.OPEN_SESSION, ports.account.post)
        if refused is not None:
            raise refused
        self._guard.forget_pin()
        try:
            signer = ports.tokens.login(certificate, pin)
        except Problem as problem:
            ports.store.commit([ports.event(PIN_REFUSED, code=problem.code)])
            raise
        try:
            if is_initial(signer):
                raise Problem("PIN_INITIAL")
            with self._anchored(signer):
                yield signer
        finally:
            signer.logout()

    def check_seal(
        self, seal: str, pin: Secret | None, ticked: Collection[str], finding: str = ""
    ) -> Checked:
        """Check a seal and record what was found, passed or not (LC-24).

        ``pin`` is tried once; it is None where :meth:`Seals.look` says that none opens the token.
        A token that is gone, locked or has its first PIN is what the check finds; every other
        refusal is as in :meth:`signing`.
        """
        if self.seals.look(seal).openable and pin is not None:
            try:
                with self.signing(pin) as signer:
                    return self.seals.check(seal, signer, ticked, finding)
            except Problem as refused:
                if refused.code not in UNFIT:
                    raise
        return self.seals.check(seal, None, ticked, finding)

    @contextmanager
    def _anchored(self, token: TokenKey) -> Iterator[None]:
        """The custodian's token knows how far the ledger has come, before and after."""
        if self._ports.account.post is not Post.CUSTODIAN:
            yield
            return
        guarding.check_head(self._ports, token)
        try:
            yield
        finally:
            guarding.keep_head(self._ports, token)

    def record_lock(self) -> None:
        """The station locks itself because nobody has touched it (SC-03)."""
        self._ports.store.commit([self._ports.event(STATION_LOCKED)])
