"""Checking: the checker's word on bundles, PDFs and cases held here (VF-01…VF-07)."""

from collections.abc import Sequence
from pathlib import Path

from airseal.evidence.records import VERIFIED
from airseal.evidence.verifier import OWN, Profile
from airseal.evidence.verifier.batch import judge_all, judge_file
from airseal.keys.cms import sign_detached
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, sha256
from airseal.model.verdict import Verdict
from airseal.ports import Ports
from airseal.store import EntryIn


def verify_case(ports: Ports, case: Digest, profile: Profile = OWN) -> Verdict:
    """The verdict on a case held here; asking is recorded."""
    verdict = ports.verdict(case, profile)
    ports.store.commit([_record(ports, verdict)])
    return verdict


def verify_file(ports: Ports, path: Path, profile: Profile = OWN) -> Verdict:
    """The verdict on a bundle or PDF from outside; recorded, nothing imported (VF-07)."""
    verdict = judge_file(ports.verifier(profile), path)
    ports.store.commit([_record(ports, verdict)])
    return verdict


def verify_files(
    ports: Ports, paths: Sequence[Path], profile: Profile = OWN
) -> tuple[Verdict, ...]:
    """The verdicts on many files in their order, recorded together when all are done.

    ``ports.progress`` is told of each file and may stop the batch; nothing is recorded then.
    """
    verdicts = tuple(judge_all(ports.verifier(profile), paths, ports.progress))
    if verdicts:
        ports.store.commit([_record(ports, verdict) for verdict in verdicts])
    return verdicts


def sign_report(ports: Ports, report: bytes, signer: Signer) -> bytes:
    """A detached CMS signature (RFC 5652, DER) over a report; that it was made is recorded."""
    signed = sign_detached(report, signer, ports.clock.now().replace(microsecond=0))
    ports.store.commit([ports.event(VERIFIED, report=sha256(report), signed=sha256(signed))])
    return signed


def about_report(ports: Ports) -> tuple[str, str, str, str, str]:
    """Number, time, station, checker and legal basis of a report made now.

    The number is the place in the ledger, so no two reports of a station share one.
    """
    now = ports.clock.now().replace(microsecond=0)
    number = f"{ports.station.unit}-{ports.station.id}-{now:%Y}-{ports.history.size}"
    registry = ports.evidence.registry(ports.station.unit)
    pack = registry.policy[1] if registry is not None and registry.policy else None
    person = ports.account.person
    held = registry.people.get(person) if registry is not None else None
    named = held[1].name if held else person
    basis = pack.legal_basis if pack else ""
    return number, now.isoformat(), f"{ports.station.unit}/{ports.station.id}", named, basis


def _record(ports: Ports, verdict: Verdict) -> EntryIn:
    return ports.event(
        VERIFIED,
        subject=verdict.subject,
        overall=verdict.overall.value,
        failed=[check.code for check in verdict.checks if check.word == "fail"],
    )
