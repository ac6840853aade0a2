"""What a person does about their own account and token, whatever their post (AC-05…AC-09)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from airseal.duties import accounts, arriving, enrolling, pins, staffing, training
from airseal.duties.accounts import Act
from airseal.duties.training import Trained
from airseal.evidence.accounts import account_facts
from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer, TokenStatus
from airseal.model.account import time_left
from airseal.model.secret import Secret
from airseal.ports import Ports


@dataclass(frozen=True, slots=True)
class Own:
    """See the module; the duties say what each method raises."""

    _ports: Callable[[], Ports]

    @property
    def days_left(self) -> int | None:
        """Full days until the own password expires; None when it does not age."""
        ports = self._ports()
        own = account_facts(ports.store.desk, ports.account.person)
        rule = arriving.password_rule(ports.evidence, ports.station)
        return None if own.known else time_left(own, rule, ports.clock.now()).days

    @property
    def opens_with_token(self) -> bool:
        """Whether a token opens this station for the person, too."""
        ports = self._ports()
        return ports.store.has_token(ports.account.person)

    def token(self) -> TokenStatus:
        """The state of the token that holds this person's key; raises ``TOKEN_ABSENT``."""
        ports = self._ports()
        return ports.tokens.status(ports.certificate)

    def change_password(self, old: Secret, new: Secret) -> None:
        """The own password; raises which rule the new one fails (AC-07), ``LOGIN_REFUSED``."""
        ports = self._ports()
        rule = arriving.password_rule(ports.evidence, ports.station)
        arriving.change_password(
            ports.store, rule, ports.account.person, old, new, ports.clock.now()
        )

    @property
    def owes_responsibility(self) -> bool:
        """Whether the own post and the rules in force are still to be signed for (AC-14, SU-10)."""
        return staffing.is_due(self._ports())

    def may_take_on(self, scope: str) -> None:
        """Raise why the post cannot be signed for, before a PIN is asked."""
        staffing.check_take_on(self._ports(), scope)

    def take_on(self, scope: str, signer: Signer) -> Signed:
        """Sign for the own post and the rules in force."""
        return staffing.take_on(self._ports(), signer, scope)

    @property
    def training(self) -> Trained | None:
        """How the person stands (SU-05); None for somebody whom the roster does not have."""
        return training.trained_one(self._ports())

    def report_leak(self, since: datetime) -> tuple[Act, ...]:
        """The own password is known to others since then; what was done with it (AC-09)."""
        return accounts.report_leak(self._ports(), since)

    def change_pin(self, old: Secret, new: Secret) -> None:
        """The own PIN; raises ``PIN_WEAK``, and what the token raises (TK-02)."""
        pins.change_pin(self._ports(), old, new)

    def enrol_token(self, password: Secret, pin: Secret) -> None:
        """Open this station with the own token from the next login on (X-13)."""
        enrolling.enrol_here(self._ports(), password, pin)
