"""A verifier without a station: by the roots and registries in a directory.

Roots are certificates (PEM or DER), registries are ``*.airseal`` bundles under those roots.
Whoever names the directory vouches for the roots in it.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from airseal.evidence.opening import KIND_REGISTRY, open_signed_bundle
from airseal.evidence.outside import taken_in
from airseal.evidence.paths import Anchor
from airseal.evidence.trusted import TrustedSet
from airseal.evidence.verifier.judge import Verifier
from airseal.evidence.verifier.profiles import OWN, Profile
from airseal.keys.roots import unit_of_root
from airseal.model.problem import Problem
from airseal.paper.jail import Jail
from airseal.paper.papers import Papers

ROOT_SUFFIXES = (".pem", ".crt", ".cer", ".der")


@dataclass(frozen=True, slots=True)
class Offline:
    """A verifier, and whether bubblewrap confines what parses the documents."""

    verifier: Verifier
    confined: bool


@contextmanager
def offline(trust: Path, profile: Profile = OWN) -> Iterator[Offline]:
    """A verifier by the directory ``trust``; its jail lives as long as the block.

    Raises ``Problem("TRUST_MISSING")`` and what refuses the registries in there.
    """
    trusted = trusted_by(trust)
    jail = Jail(formal=False)
    jail.start()
    with closing(jail):
        now = datetime.now().astimezone()
        yield Offline(Verifier(trusted, Papers(jail), now, own=profile), jail.confined)


def trusted_by(trust: Path) -> TrustedSet:
    """The set that the roots and registry bundles in ``trust`` make."""
    found = [trust, trust / "trust"]
    names = [path for folder in found if folder.is_dir() for path in sorted(folder.iterdir())]
    anchors = []
    for path in names:
        if path.suffix in ROOT_SUFFIXES and path.is_file():
            unit, root = unit_of_root(path.read_bytes()[: 1 << 16])
            anchors.append(Anchor(unit, root))
    if not anchors:
        raise Problem("TRUST_MISSING")
    trusted = TrustedSet(anchors)
    for path in names:
        if path.suffix == ".airseal" and path.is_file():
            with taken_in(path) as (source, _):
                opened = open_signed_bundle(source, trusted)
                if opened.cover.kind == KIND_REGISTRY:
                    trusted = opened.trusted
    return trusted
