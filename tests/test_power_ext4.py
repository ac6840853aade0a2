"""Power cuts of a real machine: a Linux kernel, its ext4, and a disk that forgets.

The store lives in a guest whose writes and flushes are recorded; each disk that a power cut may
leave is opened, by e2fsprogs here, and a sample of them by a kernel that mounts them.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from guest_kit import NOTES, ROOT, Cut, Machine, blank, cuts, recording, taken_out, writes
from guest_story import COMMITS, ROUNDS, verdict

CUTS = 600
MOUNTED = 16
SEED = 20261129


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    kernel = Path(os.environ.get("AIRSEAL_GUEST", ROOT / ".tools/guest"))
    assert (kernel / "boot").is_dir(), "make soak unpacks a kernel here"
    yield Machine(kernel, tmp_path_factory.mktemp("guest"))


def lived(machine: Machine, *without: str) -> Iterator[Cut]:
    """What power cuts may leave of one life at a home; of one ``without`` somebody's fsync."""
    disk, log = machine.folder / "disk", machine.folder / "log"
    log.unlink(missing_ok=True)
    blank(disk)
    empty = disk.read_bytes()
    story = ["live", "/mnt/vda/home", "/dev/vda", str(NOTES), *without]
    console = machine.boot(story, recording(disk, log), ["vda"])
    assert "LIVED" in console, console[-2_000:]
    done = writes(log)
    assert len(done) > 500
    assert sum(write.flush for write in done) > 100
    return cuts(empty, done, CUTS, SEED)


def looked(machine: Machine, cut: Cut) -> str:
    image = machine.folder / "cut"
    image.write_bytes(cut.image)
    home = taken_out(image, machine.folder / "files")
    return verdict(home, cut.promise)


@pytest.mark.soak
def test_power_cuts_on_a_real_ext4(machine: Machine) -> None:
    promised = set()
    sample: list[Cut] = []
    for number, cut in enumerate(lived(machine)):
        assert looked(machine, cut) == "", (cut.count, cut.promise)
        promised.add(json.dumps(cut.promise))
        if number % (CUTS // MOUNTED) == 0:
            sample.append(cut)
    assert len(promised) > ROUNDS * COMMITS // 2
    assert mounted(machine, sample) == [""] * len(sample)


def mounted(machine: Machine, sample: list[Cut]) -> list[str]:
    """What a guest says whose kernel mounts these disks, its own recovery and all."""
    names = [f"vd{chr(ord('a') + number)}" for number in range(len(sample))]
    drives = []
    for name, cut in zip(names, sample, strict=True):
        image = machine.folder / name
        image.write_bytes(cut.image)
        drives += ["-drive", f"file={image},format=raw,if=virtio"]
    asked = json.dumps(
        [(f"/mnt/{name}/home", cut.promise) for name, cut in zip(names, sample, strict=True)]
    )
    console = machine.boot(["look", asked], drives, names)
    assert "LOOKED" in console, console[-2_000:]
    # The firmware does not end its last line.
    told = (line.partition("VERDICT ")[2] for line in console.splitlines())
    return [json.loads(line.split(" ", 1)[1]) for line in told if line]


@pytest.mark.soak
@pytest.mark.parametrize("caller", ["append", "settle"])
def test_without_an_fsync_a_real_disk_loses(machine: Machine, caller: str) -> None:
    """The ledger's appending, and the files that replace others: each is needed here, too."""
    shutil.rmtree(machine.folder / "files", ignore_errors=True)
    assert any(looked(machine, cut) != "" for cut in lived(machine, caller))
