"""Atheris drives what reads codes (soak only: it comes with the dependency group ``fuzz``)."""

import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 30


@pytest.mark.soak
@pytest.mark.parametrize("target", ["text", "frame", "parcel", "look", "reply", "receive"])
def test_atheris_finds_nothing(target, tmp_path):
    options = [f"-max_total_time={SECONDS}", "-rss_limit_mb=1024", "-print_final_stats=1"]
    done = subprocess.run(
        [sys.executable, Path(__file__).parent / "fuzz_light.py", target, tmp_path, *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    runs = next(line for line in done.stderr.splitlines() if "number_of_executed_units" in line)
    assert int(runs.split()[-1]) > 500
