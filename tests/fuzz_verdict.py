"""Coverage-guided fuzzing (atheris) of the import and the verify path. ``make soak`` runs it.

``python tests/fuzz_verdict.py import|verify SEEDS TRUST [libFuzzer options]``: SEEDS holds genuine
files, TRUST what a checker knows. The process ends with an error at an exception that is no
refusal, at an input that takes too long, and at a changed file that is accepted.
"""

import io
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["airseal", "transfer", "pyhanko.pdf_utils"]):
    from airseal.evidence.opening import open_signed_bundle
    from airseal.evidence.verifier.offline import trusted_by
    from airseal.model.problem import Problem
    from airseal.paper import pdfverify, wire
    from transfer.errors import TransferError

Target = Callable[[bytes], None]


def importing(seeds: set[bytes], trust: Path) -> Target:
    """Open a bundle as an import does."""
    trusted = trusted_by(trust)

    def one(data: bytes) -> None:
        try:
            open_signed_bundle(io.BytesIO(data), trusted)
        except (Problem, TransferError):
            return
        assert data in seeds, "a changed bundle was opened"

    return one


def verifying(seeds: set[bytes], trust: Path) -> Target:
    """Check a PDF as the jail does: as our own, and as one of other software."""
    roots = tuple(path.read_bytes() for path in sorted(trust.glob("*.root")))
    lists = tuple(path.read_bytes() for path in sorted(trust.glob("*.crl")))
    issuers = tuple(path.read_bytes() for path in sorted(trust.glob("*.issuer")))
    now = datetime.now(UTC).isoformat()
    own, foreign = (wire.Verify(roots, issuers, lists, now, kind) for kind in (False, True))
    descriptor = os.memfd_create("fuzz")

    def one(data: bytes) -> None:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, data, 0)
        pdfverify.verify(foreign, descriptor)
        report = pdfverify.verify(own, descriptor)
        assert not report.sound or data in seeds, "a changed document was called sound"

    return one


def main() -> None:
    kind, seeds, trust, *options = sys.argv[1:]
    held = {path.read_bytes() for path in Path(seeds).iterdir()}
    make = {"import": importing, "verify": verifying}[kind]
    target = make(held, Path(trust))
    for seed in held:
        target(seed)
    atheris.Setup([sys.argv[0], *options, seeds], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
