"""A machine whose power is cut: qemu with a Debian kernel, and all its writes recorded.

The guest sees the files of this machine read-only (9p) and has disks of its own. One of them
is behind ``blklogwrites``, which keeps every write and flush in the order in which they reached
the disk; what a power cut may leave is computed from that (:func:`cuts`).
"""

import gzip
import os
import random
import re
import shlex
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guest_story import BLOCK, promise_in

ROOT = Path(__file__).parents[1]
SECTOR = 512
DISK = 32 << 20
FILES = 24 << 20
"""How much of the disk its file system has; behind it the promises are noted."""
NOTES = 28 << 20
_BOOT_SECONDS = 600
_MODULES = ("crc32c_generic", "virtio_pci", "virtio_blk", "ext4", "9pnet_virtio", "9p")
_MAGIC = 0x6A736677736872
_FLUSH, _FUA, _DISCARD = 1, 2, 4

_INIT = """#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t devtmpfs dev /dev
for m in {modules}; do $b insmod /modules/$m.ko; done
$b mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host
$b mount -t proc proc /host/proc
$b mount -t devtmpfs dev /host/dev
$b mount -t tmpfs mnt /host/mnt
for d in {disks}; do $b mkdir /host/mnt/$d; $b mount -t ext4 /dev/$d /host/mnt/$d; done
$b chroot /host /usr/bin/env PYTHONPATH={path} PYTHONDONTWRITEBYTECODE=1 {python} {story}
for d in {disks}; do $b umount /host/mnt/$d; done
$b poweroff -f
"""


@dataclass(frozen=True)
class Machine:
    """A kernel package that ``make soak`` has unpacked, and a directory to work in."""

    kernel: Path
    folder: Path

    def boot(self, story: Sequence[str], drives: Sequence[str], disks: Sequence[str]) -> str:
        """Mount ``disks``, run ``guest_story.py`` with ``story``; what the console said."""
        image = self.folder / "initramfs"
        image.write_bytes(self._initramfs(story, disks))
        (vmlinuz,) = (self.kernel / "boot").glob("vmlinuz-*")
        ran = subprocess.run(
            [
                *("qemu-system-x86_64", "-accel", "tcg", "-m", "512", "-nographic", "-no-reboot"),
                *("-net", "none", "-kernel", str(vmlinuz), "-initrd", str(image)),
                *("-append", "console=ttyS0 quiet loglevel=0 panic=-1"),
                "-virtfs",
                "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
                *drives,
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_BOOT_SECONDS,
        )
        return ran.stdout.decode(errors="replace")

    def _initramfs(self, story: Sequence[str], disks: Sequence[str]) -> bytes:
        tree = self.folder / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        for name in ("bin", "modules", "proc", "dev", "host"):
            (tree / name).mkdir(parents=True)
        shutil.copy("/usr/bin/busybox", tree / "bin/busybox")
        modules = self._modules()
        for name, path in modules.items():
            shutil.copy(path, tree / "modules" / f"{name}.ko")
        init = _INIT.format(
            modules=" ".join(modules),
            disks=" ".join(disks),
            path=":".join([str(ROOT), str(ROOT / "tests"), *_packages()]),
            python=os.path.realpath(sys.executable),
            story=shlex.join([str(ROOT / "tests/guest_story.py"), *story]),
        )
        (tree / "init").write_text(init)
        (tree / "init").chmod(0o755)
        names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
        packed = subprocess.run(
            ["busybox", "cpio", "-o", "-H", "newc"],
            cwd=tree,
            input=names.encode(),
            capture_output=True,
            check=True,
        )
        return gzip.compress(packed.stdout, 1)

    def _modules(self) -> dict[str, Path]:
        """What has to be loaded, each after what it needs."""
        tree = (self.kernel / "lib/modules").rglob("*.ko")
        every = {path.stem.replace("-", "_"): path for path in tree}
        found: dict[str, Path] = {}

        def need(name: str) -> None:
            told = re.search(rb"\0depends=([^\0]*)\0", every[name].read_bytes())
            for other in told[1].decode().split(",") if told and told[1] else ():
                need(other.replace("-", "_"))
            found[name] = every[name]

        for name in _MODULES:
            need(name)
        return found


def _packages() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]


def blank(path: Path) -> None:
    """A disk with an empty ext4 in its first part."""
    with path.open("wb") as file:
        file.truncate(DISK)
    run("mke2fs", "-q", "-t", "ext4", "-b", "1024", str(path), str(FILES >> 10))


def run(*command: str, fine: Sequence[int] = (0,)) -> bytes:
    ran = subprocess.run(
        command,
        capture_output=True,
        timeout=120,
        env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
    )
    assert ran.returncode in fine, (command, ran.stderr.decode(errors="replace"))
    return ran.stdout


def recording(disk: Path, log: Path) -> list[str]:
    """qemu's words for ``disk`` with all its writes in ``log``."""
    log.touch()
    parts = {
        "driver": "blklogwrites",
        "node-name": "recorded",
        "file.driver": "file",
        "file.filename": str(disk),
        "log.driver": "file",
        "log.filename": str(log),
        "log-sector-size": str(SECTOR),
    }
    words = ",".join(f"{name}={value}" for name, value in parts.items())
    return ["-blockdev", words, "-device", "virtio-blk-pci,drive=recorded"]


@dataclass(frozen=True)
class Write:
    """Something that reached the disk: ``data`` at ``offset``; a flush comes before it."""

    offset: int
    data: bytes
    flush: bool
    fua: bool

    @property
    def note(self) -> bool:
        return self.offset >= FILES


def writes(log: Path) -> list[Write]:
    """What ``blklogwrites`` recorded (the kernel's dm-log-writes format, version 1)."""
    found = []
    with log.open("rb") as file:
        magic, version, count, sector = struct.unpack("<QQQI", file.read(28))
        assert (magic, version, sector) == (_MAGIC, 1, SECTOR)
        file.seek(SECTOR)
        for _ in range(count):
            start, length, flags, _ = struct.unpack("<QQQQ", file.read(SECTOR)[:32])
            data = b"" if flags & _DISCARD else file.read(length * SECTOR)
            found.append(Write(start * SECTOR, data, bool(flags & _FLUSH), bool(flags & _FUA)))
    return found


@dataclass(frozen=True)
class Cut:
    """The power failed after ``count`` writes: the disk, and what had been promised."""

    count: int
    promise: dict[str, Any] | None
    image: bytes


def cuts(empty: bytes, done: Sequence[Write], wanted: int, seed: int) -> Iterator[Cut]:
    """``wanted`` disks, at cuts spread over all that was written.

    Sure is what came before the last flush, and what was written through; of the rest any part
    may be there, and of its last write any sectors.
    """
    chance = random.Random(seed)
    points = set(chance.sample(range(1, len(done) + 1), min(wanted, len(done))))
    sure = bytearray(empty)
    volatile: list[Write] = []
    promise: dict[str, Any] | None = None
    for count, write in enumerate(done, 1):
        if write.flush:
            for held in volatile:
                _put(sure, held.offset, held.data)
            volatile = []
        if write.note:
            promise = promise_in(write.data[:BLOCK]) or promise
        elif write.data:
            volatile.append(write)
        if count in points:
            yield Cut(count, promise, _kept(sure, volatile, chance))


def _kept(sure: bytearray, volatile: Sequence[Write], chance: random.Random) -> bytes:
    image = bytearray(sure)
    share = chance.choice((0.0, 0.5, 0.9, 1.0))
    for number, held in enumerate(volatile):
        if held.fua or chance.random() < share:
            _put(image, held.offset, held.data)
        elif number == len(volatile) - 1:
            for at in range(0, len(held.data), SECTOR):
                if chance.random() < 0.5:
                    _put(image, held.offset + at, held.data[at : at + SECTOR])
    return bytes(image)


def _put(image: bytearray, offset: int, data: bytes) -> None:
    image[offset : offset + len(data)] = data


def taken_out(image: Path, folder: Path) -> Path:
    """The files of a disk, its journal replayed as a mount does; by e2fsprogs, not a kernel."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    run("e2fsck", "-fy", str(image), fine=(0, 1))
    run("debugfs", "-R", f"rdump / {folder}", str(image))
    return folder / "home"
