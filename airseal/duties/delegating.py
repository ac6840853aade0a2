"""Delegating: an officer lets a representative approve for a time, or ends that (AP-05)."""

from airseal.evidence.signed import Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.custody import endable
from airseal.model.delegation import Delegation, DelegationEnd
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.problem import Problem
from airseal.model.statement import Statement
from airseal.ports import Ports


def delegations(ports: Ports) -> tuple[Statement, ...]:
    """Every delegation held, ended or not, newest first."""
    held = [one for one in ports.evidence.office if isinstance(one.body, Delegation)]
    return tuple(sorted(held, key=lambda one: (one.at, one.id), reverse=True))


def check(ports: Ports, body: Delegation) -> None:
    """Raise why this person may not sign ``body``.

    ``APPROVAL_ROLE_NOT_HELD`` for a role they lack, ``PERSON_UNKNOWN`` and ``POST_NOT_HELD``
    for a delegate who may not approve, ``DELEGATION_FORM`` for themselves.
    """
    registry, person = ports.current_registry(), ports.account.person
    own, other = registry.people.get(person), registry.people.get(body.delegate)
    if own is None or not own[1].approves_as(body.role):
        raise Problem("APPROVAL_ROLE_NOT_HELD", person=person, role=body.role)
    if body.delegate == person:
        raise Problem("DELEGATION_FORM")
    if other is None or not other[1].active:
        raise Problem("PERSON_UNKNOWN", person=body.delegate)
    if Post.OFFICER not in other[1].posts:
        raise Problem("POST_NOT_HELD", person=body.delegate, post=Post.OFFICER)
    ports.require_steady_clock()


def delegate(ports: Ports, signer: Signer, body: Delegation) -> Signed:
    """Sign and commit a delegation; raises as ``check``."""
    check(ports, body)
    return _say(ports, signer, body, ())


def check_end(ports: Ports, delegation: Digest, reason: str) -> None:
    """Whether this person may end it now.

    Raises ``DELEGATION_UNKNOWN``, ``REASON_MISSING``, and as any act.
    """
    held = next((one for one in delegations(ports) if one.id == delegation), None)
    if held is None or held.by != ports.account.person:
        raise Problem("DELEGATION_UNKNOWN")
    assert isinstance(held.body, Delegation)
    ended = ports.evidence.context().ended_at(delegation) is not None
    if not endable(held.body.state_on(ports.clock.now().date().isoformat(), ended=ended)):
        raise Problem("DELEGATION_UNKNOWN")
    if not reason.strip():
        raise Problem("REASON_MISSING")
    ports.current_registry().basis(ports.account.person)


def end(ports: Ports, signer: Signer, delegation: Digest, reason: str) -> Signed:
    """End an own delegation from now on; raises as :func:`check_end`."""
    check_end(ports, delegation, reason)
    return _say(ports, signer, DelegationEnd(delegation, reason.strip()), (delegation,))


def _say(
    ports: Ports, signer: Signer, body: Delegation | DelegationEnd, about: tuple[Digest, ...]
) -> Signed:
    at = ports.clock.now()
    signed = author(
        ports.author,
        signer,
        body,
        level=Level.INTERNAL,
        at=at,
        on=[*about, *ports.current_registry().basis(ports.account.person)],
    )
    ports.hold(signed, at)
    return signed
