"""The import and verify paths under a coverage-guided fuzzer, for a minute each (``make soak``)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from demo_unit import DemoUnit
from pdf_bench import Bench

SECONDS = 60
SLOWEST = 10
HARNESS = Path(__file__).with_name("fuzz_verdict.py")


def fuzzed(kind: str, seeds: Path, trust: Path, work: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, str(HARNESS), kind, str(seeds), str(trust)),
            *(f"-max_total_time={SECONDS}", f"-timeout={SLOWEST}", "-rss_limit_mb=2048"),
            *("-max_len=65536", "-seed=1", f"-artifact_prefix={work}/"),
        ],
        env={**os.environ, "PYTHONPATH": str(HARNESS.parent.parent)},
        cwd=work,
        capture_output=True,
        text=True,
        timeout=SECONDS * 10,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    assert "DONE" in done.stderr or "Done" in done.stderr, done.stderr[-1_000:]


@pytest.mark.soak
def test_importing(built_demo: DemoUnit, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number in range(3):
        (seeds / f"{number}.airseal").write_bytes(built_demo.waiting(number).read_bytes())
    fuzzed("import", seeds, built_demo.trust, tmp_path)


@pytest.mark.soak
def test_verifying(bench: Bench, tmp_path: Path) -> None:
    seeds, trust = tmp_path / "seeds", tmp_path / "trust"
    seeds.mkdir()
    trust.mkdir()
    for number, document in enumerate((bench.sealed, bench.twice, bench.form)):
        (seeds / f"{number}.pdf").write_bytes(document)
    (trust / "a.root").write_bytes(bench.pki.root.certificate)
    (trust / "a.issuer").write_bytes(bench.pki.issuing.certificate)
    for number, crl in enumerate(bench.pki.crls):
        (trust / f"{number}.crl").write_bytes(crl)
    fuzzed("verify", seeds, trust, tmp_path)
