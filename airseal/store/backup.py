"""Backups (备份): numbered, incremental copies of a home in a directory or on a stick (BK-02).

A backup is a manifest and the pieces it names (see ``manifest`` and ``pieces``). The manifest is
written last, so an interrupted backup is none, and never harms an earlier one. Everything is
encrypted in the home already; private keys are in tokens and so in no backup.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from airseal.model.problem import Problem
from airseal.store import desk, door, durable, manifest, segments, slotfile, vault
from airseal.store.cipher import Keys
from airseal.store.manifest import Manifest, Saved
from airseal.store.pieces import PIECE, Pieces
from airseal.store.records import Head

Progress = Callable[[int, int, str], None]
"""Done, of how much, of what; may raise to end the work."""

_STAGE = "backup"
_PREFIX = "airseal-"
_MAX_KEYSLOTS = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup as a list shows it; ``size`` is of all its files, in bytes.

    ``deleted`` counts the documents in it that were destroyed in the home since (DC-11).
    """

    number: int
    at: str
    by: str
    head: Head
    size: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Made:
    """What making a backup did: ``written`` of all its ``pieces`` were not there before."""

    number: int
    head: Head
    size: int
    files: int
    pieces: int
    written: int


def place_of(medium: Path, home_id: bytes) -> Path:
    """The directory on ``medium`` that holds the backups of one home."""
    return medium / f"{_PREFIX}{home_id[:8].hex()}"


def places_on(medium: Path) -> list[tuple[Path, list[int]]]:
    """The directories with backups on ``medium``, of whatever homes, and the numbers in each."""
    with durable.reading(_STAGE):
        if not medium.is_dir():
            return []
        found = sorted(path for path in medium.iterdir() if path.name.startswith(_PREFIX))
    return [(path, numbers) for path in found if (numbers := manifest.numbers(path))]


def make(
    home: Path, keys: Keys, head: Head, medium: Path, about: tuple[int, str, str], report: Progress
) -> Made:
    """Back up a home that nobody writes meanwhile; ``about`` is (number at least, at, by).

    Raises ``Problem("BACKUP_INSIDE")`` when ``medium`` is in the home, ``BACKUP_UNREADABLE``
    when the medium does not give back what was written, ``STORE_WRITE_FAILED`` and
    ``STORE_READ_FAILED``; what was backed up earlier is as it was.
    """
    if medium.resolve().is_relative_to(home.resolve()):
        raise Problem("BACKUP_INSIDE")
    place = place_of(medium, keys.home)
    at_least, at, by = about
    with durable.writing(_STAGE):
        durable.make_directory(place)
        durable.sync_names(medium)
        durable.sweep(place)
    kept = Pieces(place)
    files: list[Saved] = []
    written = 0
    paths = list(_files(home))
    for done, path in enumerate(paths):
        beat = partial(report, done, len(paths), "backup-file")
        beat()
        saved, fresh = _save(home, path, kept, beat)
        files.append(saved)
        written += fresh
    with durable.reading("keyslots"):
        slots = durable.read_small(home / slotfile.NAME, _MAX_KEYSLOTS)
    number = max(at_least, *(one + 1 for one in manifest.numbers(place)), 1)
    made = Manifest(number, at, by, head, slots, tuple(files))
    with durable.writing(_STAGE):
        kept.settle()
        manifest.write(place, made, keys)
    return Made(number, head, made.size, len(files) + 1, len(made.pieces), written)


def listed(place: Path, keys: Keys, home: Path | None = None) -> list[Backup]:
    """The backups in ``place`` that can be read, newest first; raises ``STORE_READ_FAILED``."""
    present = _documents(home) if home is not None else None
    found = []
    for number in reversed(manifest.numbers(place)):
        try:
            one = manifest.read(place, number, keys)
        except Problem as problem:
            if problem.code != "BACKUP_DAMAGED":
                raise
            continue
        deleted = 0 if present is None else len(one.documents - present)
        found.append(Backup(number, one.at, one.by, one.head, one.size, deleted))
    return found


def prune(place: Path, keys: Keys, keep: int) -> tuple[list[int], int]:
    """Keep the newest ``keep`` backups; returns the numbers removed and how many pieces.

    Raises ``Problem("BACKUP_KEEP")`` for fewer than one, ``BACKUP_DAMAGED`` (``number``) while
    one that would be kept cannot be read (its pieces would be lost), ``STORE_WRITE_FAILED``.
    """
    if keep < 1:
        raise Problem("BACKUP_KEEP")
    every = manifest.numbers(place)
    old, kept = every[:-keep], every[-keep:]
    wanted = [manifest.read(place, number, keys).pieces for number in kept]
    with durable.writing(_STAGE):
        for number in old:
            durable.remove(manifest.path_of(place, number))
        if old:
            durable.sync_names(place)
        removed = Pieces(place).prune(frozenset().union(*wanted)) if kept else 0
    return old, removed


def lay_out(place: Path, backup: Manifest, target: Path, report: Progress) -> None:
    """Write the files of a backup to the empty directory ``target``, the keyslots first.

    Raises ``Problem("BACKUP_PIECE")`` for the first piece that is missing or damaged, and
    ``STORE_WRITE_FAILED``; what is in ``target`` then is no home.
    """
    pieces = Pieces(place)
    with durable.writing("home"):
        for name in (segments.DIRECTORY, vault.DIRECTORY):
            durable.make_directory(target / name)
        durable.replace(target / slotfile.NAME, backup.keyslots)
    for done, saved in enumerate(backup.files):
        report(done, len(backup.files), "backup-file")
        with durable.writing("home"):
            file = durable.NewFile(target / saved.name)
            try:
                length = sum(file.write(pieces.read(piece)) for piece in saved.pieces)
                if length != saved.size:
                    raise Problem("BACKUP_PIECE")
                file.settle()
                file.publish()
            except BaseException:
                file.discard()
                raise
    with durable.writing("home"):
        for name in (segments.DIRECTORY, vault.DIRECTORY, "."):
            durable.sync_names(target / name)


def _files(home: Path) -> Iterator[Path]:
    """Every file of a home that cannot be made again from the others, the keyslots apart."""
    yield home / desk.NAME
    yield home / door.NAME
    for directory in (segments.DIRECTORY, vault.DIRECTORY):
        with durable.reading(_STAGE):
            names = sorted(path.name for path in (home / directory).iterdir())
        yield from (home / directory / name for name in names if not name.startswith("."))


def _save(home: Path, path: Path, kept: Pieces, beat: Callable[[], None]) -> tuple[Saved, int]:
    size = written = 0
    pieces = []
    with durable.reading(_STAGE):
        file = durable.open_regular(path)
    with file:
        while True:
            with durable.reading(_STAGE):
                data = file.read(PIECE)
            if not data:
                break
            with durable.writing(_STAGE):
                digest, fresh = kept.keep(data)
            pieces.append(digest)
            size += len(data)
            written += fresh
            beat()
    return Saved(str(path.relative_to(home)), size, tuple(pieces)), written


def _documents(home: Path) -> frozenset[str]:
    with durable.reading("vault"):
        return frozenset(path.name for path in (home / vault.DIRECTORY).iterdir())
