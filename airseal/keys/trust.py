"""Whether a certificate was good at a moment: path, validity, revocation, usage.

Everything needed is given; nothing is ever fetched (LC-38: issuers outside the trust list
are refused). Revocation is hard-fail: without a list that was fresh at the moment asked
about, the status is unknown. Of each issuer the newest list held is used, also when it is
younger than that moment: it knows all an older one knew, and more.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from airseal.keys.certificates import read_certificate
from airseal.model.problem import Problem

if TYPE_CHECKING:
    from cryptography import x509

Result = TypeVar("Result")

_CACHED = 4096
_SIGNING = frozenset({"digital_signature", "non_repudiation"})
_PURPOSE = "email_protection"  # what OpenSSL asks of a CMS signer that states any purpose


class PathValidator:
    """Judges certificates under one list state: these roots, issuing CAs and CRLs (DER).

    Verdicts are kept per certificate and per stretch of time in which nothing that matters
    begins or ends, so ten thousand statements by five people cost a handful of validations.
    Raises ``Problem`` (CERT_FORM, KEY_ALGORITHM) for unreadable roots and issuers; a list
    that cannot be read or was not signed by one of them counts as not given.
    """

    def __init__(
        self, roots: Sequence[bytes], issuers: Sequence[bytes], crls: Sequence[bytes]
    ) -> None:
        for authority in (*roots, *issuers):
            read_certificate(authority)
        self._roots = tuple(roots)
        self._issuers = tuple(issuers)
        self._offered_crls = tuple(crls)
        self._verdict = lru_cache(maxsize=_CACHED)(self._judge)
        self._boundaries = lru_cache(maxsize=_CACHED)(self._find_boundaries)
        self._listed = lru_cache(maxsize=_CACHED)(self._find_listed)

    def validate(self, certificate: bytes, at: datetime) -> None:
        """Return when ``certificate`` could sign at the aware time ``at``.

        Raises ``Problem``: CERT_FORM, KEY_ALGORITHM; CERT_UNTRUSTED when no path leads to a
        root; CERT_NOT_YET_VALID and CERT_EXPIRED (``at``: the limit passed); CERT_REVOKED
        (``at``: since when, this moment included); CERT_STATUS_UNKNOWN when a list is
        missing or was stale; CERT_USAGE when it is not a signer's certificate.
        """
        problem = self._verdict(certificate, _Stretch.of(self._boundaries(certificate), at))
        if problem is not None:
            raise Problem(problem.code, **problem.params)

    @property
    def fingerprint(self) -> str:
        """The same for two validators for which :meth:`revoked_since` says the same."""
        lines = [hashlib.sha256(der).hexdigest() for der in (*self._roots, *self._issuers)]
        for crl in self._crls:
            lines += [
                f"{crl.issuer.rfc4514_string()} {one.serial_number} {one.revocation_date_utc}"
                for one in crl
            ]
        return hashlib.sha256("\n".join(sorted(set(lines))).encode()).hexdigest()

    def revoked_since(self, certificate: bytes) -> datetime | None:
        """Since when ``certificate`` or a CA above it is revoked, whenever it was used.

        None when no list says so; whether a list was given at all is not asked here. Raises
        ``Problem`` (CERT_FORM, KEY_ALGORITHM) for an unreadable certificate.
        """
        return self._listed(certificate)

    @cached_property
    def _crls(self) -> "tuple[x509.CertificateRevocationList, ...]":
        return _newest_crls(self._roots + self._issuers, self._offered_crls)

    def _find_boundaries(self, certificate: bytes) -> tuple[datetime, ...]:
        """The moments at which a verdict on ``certificate`` can change."""
        from cryptography import x509

        read_certificate(certificate)
        moments: set[datetime] = set()
        serials: set[int] = set()
        for der in (certificate, *self._issuers, *self._roots):
            parsed = x509.load_der_x509_certificate(der)
            moments |= {parsed.not_valid_before_utc, parsed.not_valid_after_utc}
            serials.add(parsed.serial_number)
        for crl in self._crls:
            if crl.next_update_utc is not None:
                moments.add(crl.next_update_utc)
            for serial in serials:
                entry = crl.get_revoked_certificate_by_serial_number(serial)
                if entry is not None:
                    moments.add(entry.revocation_date_utc)
        return tuple(sorted(moments))

    def _judge(self, certificate: bytes, stretch: "_Stretch") -> Problem | None:
        """Validate for any moment of ``stretch``; kept by ``_verdict``."""
        from asn1crypto import x509

        try:
            parsed = x509.Certificate.load(certificate, strict=True)
            _require_current(certificate, stretch.moment)
            self._follow_path(parsed, stretch.moment)
            self._require_unrevoked(certificate, stretch.moment)
            _require_usage(parsed)
        except Problem as problem:
            return problem
        except Exception:  # whatever breaks while verifying is a failed verification
            return Problem("CERT_UNTRUSTED")
        return None

    def _follow_path(self, certificate: Any, at: datetime) -> None:
        from asn1crypto import x509
        from cryptography.hazmat.primitives.serialization import Encoding
        from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors

        context = ValidationContext(
            # RFC 5280 lets a root outlive its own validity; OpenSSL and we do not.
            trust_roots=[x509.Certificate.load(der) for der in self._roots if _current(der, at)],
            other_certs=[x509.Certificate.load(der) for der in self._issuers],
            crls=[crl.public_bytes(Encoding.DER) for crl in self._crls],
            ocsps=[],
            moment=at,
            allow_fetching=False,
            # Stricter than "hard-fail", which only asks for lists that certificates point to.
            revocation_mode="require",
            retroactive_revinfo=True,
            time_tolerance=timedelta(0),
        )
        try:
            finish(CertificateValidator(certificate, None, context).async_validate_path())
        except errors.NotYetValidError as error:
            raise Problem("CERT_NOT_YET_VALID", at=error.valid_from.isoformat()) from None
        except errors.ExpiredError as error:
            raise Problem("CERT_EXPIRED", at=error.expired_dt.isoformat()) from None
        except errors.RevokedError as error:
            raise Problem("CERT_REVOKED", at=error.revocation_dt.isoformat()) from None
        except errors.InsufficientRevinfoError:
            raise Problem("CERT_STATUS_UNKNOWN") from None

    def _require_unrevoked(self, certificate: bytes, at: datetime) -> None:
        """The library lets the very moment of revocation pass; we do not."""
        since = self._listed_since(certificate)
        if since is not None and since <= at:
            raise Problem("CERT_REVOKED", at=since.isoformat())

    def _find_listed(self, certificate: bytes) -> datetime | None:
        read_certificate(certificate)
        chain = [certificate, *(ca for ca in self._issuers if _is_issuer(ca, certificate))]
        dates = (self._listed_since(der) for der in chain)
        return min((since for since in dates if since is not None), default=None)

    def _listed_since(self, certificate: bytes) -> datetime | None:
        from cryptography import x509

        parsed = x509.load_der_x509_certificate(certificate)
        lists = [crl for crl in self._crls if crl.issuer == parsed.issuer]
        entries = [
            crl.get_revoked_certificate_by_serial_number(parsed.serial_number) for crl in lists
        ]
        return min((entry.revocation_date_utc for entry in entries if entry), default=None)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of time between two boundaries, or one boundary itself, and a moment in it.

    Two are equal when they are the same stretch, whatever their moments.
    """

    place: tuple[int, int]
    moment: datetime = field(compare=False)

    @classmethod
    def of(cls, boundaries: Sequence[datetime], at: datetime) -> "_Stretch":
        return cls((bisect_left(boundaries, at), bisect_right(boundaries, at)), at)


def _is_issuer(authority: bytes, certificate: bytes) -> bool:
    from cryptography import x509

    parsed = x509.load_der_x509_certificate(certificate)
    return x509.load_der_x509_certificate(authority).subject == parsed.issuer


def _newest_crls(
    authorities: Sequence[bytes], crls: Sequence[bytes]
) -> "tuple[x509.CertificateRevocationList, ...]":
    """Of each authority the newest list it really signed; anything else is ignored."""
    from cryptography import x509

    chosen = []
    for authority in map(x509.load_der_x509_certificate, authorities):
        genuine = [
            crl for crl in map(_read_crl, crls) if crl is not None and _is_from(crl, authority)
        ]
        chosen += sorted(genuine, key=lambda crl: crl.last_update_utc)[-1:]
    return tuple(chosen)


def _read_crl(der: bytes) -> "x509.CertificateRevocationList | None":
    from cryptography import x509

    try:
        return x509.load_der_x509_crl(der)
    except Exception:  # an unreadable list is no list
        return None


def _is_from(crl: "x509.CertificateRevocationList", authority: "x509.Certificate") -> bool:
    key = authority.public_key()
    try:
        return crl.issuer == authority.subject and crl.is_signature_valid(key)  # type: ignore[arg-type]  # raises TypeError for keys that cannot sign
    except Exception:  # a list whose signature cannot be checked is no list
        return False


def _require_current(certificate: bytes, at: datetime) -> None:
    from cryptography import x509

    parsed = x509.load_der_x509_certificate(certificate)
    if at < parsed.not_valid_before_utc:
        raise Problem("CERT_NOT_YET_VALID", at=parsed.not_valid_before_utc.isoformat())
    if at > parsed.not_valid_after_utc:
        raise Problem("CERT_EXPIRED", at=parsed.not_valid_after_utc.isoformat())


def _current(certificate: bytes, at: datetime) -> bool:
    try:
        _require_current(certificate, at)
    except Problem:
        return False
    return True


def _require_usage(certificate: Any) -> None:
    usage, purposes = certificate.key_usage_value, certificate.extended_key_usage_value
    if usage is None or not usage.native & _SIGNING:
        raise Problem("CERT_USAGE")
    if purposes is not None and _PURPOSE not in purposes.native:
        raise Problem("CERT_USAGE")


def finish(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that has nothing to wait for.

    With fetching off the validator never suspends, and an event loop would open sockets
    and cannot be started inside the screens' own.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        value: Result = stop.value
        return value
    coroutine.close()
    raise RuntimeError
