"""Choosing a PDF with the keyboard: one directory at a time."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from textual.app import ComposeResult

from airseal.model.problem import Problem
from airseal.screens.base import AirsealScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.text import Shown, file_size, mark, moment, phrase

_MOST_ENTRIES: Final = 20_000
_SUFFIX: Final = ".pdf"
_UP: Final = ".."


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    is_directory: bool
    size: int
    changed: float


class FilesScreen(Listing, AirsealScreen[Path]):
    """Hands back the path of the PDF that was chosen, or None. Nothing is opened here.

    Where ``medium`` and the station's own folders lie is not shown (TK-09).
    """

    HEADING = mark("Choose a document")
    HELP = mark(
        "Enter opens a directory or chooses a PDF; the first line goes up. / filters while you"
        " type. The document is checked before anything else is asked."
    )
    OFFERS = ("open", *SORTING, "refresh")

    DEFAULT_CSS = """
    FilesScreen #directory { color: $text-muted; margin: 0 0 1 0; }
    """

    def __init__(self, directory: Path, medium: Path) -> None:
        super().__init__()
        self._directory, self._medium = directory, medium
        self._entries: dict[str, _Entry] = {}

    def body(self) -> ComposeResult:
        """The directory and what is in it."""
        yield Say(self._place, id="directory")
        columns = [
            Column(phrase("File")),
            Column(phrase("Size"), 10),
            Column(phrase("Changed at"), 20),
        ]
        yield RecordList(columns, Listed(()), phrase("No PDF here."), marking=False)

    def on_mount(self) -> None:
        """Read the directory."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read it again."""
        self._read(self._directory)

    def do_open(self) -> None:
        """Open or choose what is under the cursor."""
        if (key := self.query_one(RecordList).current) is not None:
            self._open(key)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self._open(event.key)

    @property
    def _place(self) -> str:
        """Where this is, as far as it is anybody's business; outside text."""
        for root, name in ((self._medium, self._medium.name), (Path.home(), "~")):
            if self._directory.is_relative_to(root):
                return str(Path(name) / self._directory.relative_to(root))
        return str(Path("...") / self._directory.name)

    def _open(self, name: str) -> None:
        if name == _UP:
            self._read(self._directory.parent)
        elif self._entries[name].is_directory:
            self._read(self._directory / name)
        else:
            self.dismiss(self._directory / name)

    def _read(self, directory: Path) -> None:
        def read(work: Work) -> tuple[Path, list[_Entry]]:
            del work
            return directory, _listed(directory)

        self.run_duty(read, self._show, busy=phrase("Reading the directory"))

    def _show(self, found: tuple[Path, list[_Entry]]) -> None:
        self._directory, entries = found
        self._entries = {entry.name: entry for entry in entries}
        self.query_one("#directory", Say).say(self._place, "$text-muted")
        up = Record(_UP, (phrase("(up)"), "", ""))
        self.query_one(RecordList).show(Listed((up, *map(_record, entries))))


def _listed(directory: Path) -> list[_Entry]:
    """Directories and PDF files, by name; raises ``Problem("DIRECTORY_UNREADABLE")``."""
    try:
        with os.scandir(directory) as entries:
            found = list(_shown(islice(entries, _MOST_ENTRIES)))
    except OSError:
        raise Problem("DIRECTORY_UNREADABLE") from None
    return sorted(found, key=lambda entry: (not entry.is_directory, entry.name.casefold()))


def _shown(entries: Iterator["os.DirEntry[str]"]) -> Iterator[_Entry]:
    for entry in entries:
        is_directory = entry.is_dir()
        if entry.name.startswith(".") or not (is_directory or _is_pdf(entry)):
            continue
        try:
            status = entry.stat()
        except OSError:
            continue
        yield _Entry(entry.name, is_directory, status.st_size, status.st_mtime)


def _is_pdf(entry: "os.DirEntry[str]") -> bool:
    return entry.name.lower().endswith(_SUFFIX) and entry.is_file(follow_symlinks=False)


def _record(entry: _Entry) -> Record:
    changed: Shown = moment(datetime.fromtimestamp(entry.changed).astimezone())
    if entry.is_directory:
        return Record(entry.name, (f"{entry.name}/", "", changed))
    return Record(entry.name, (entry.name, file_size(entry.size), changed))
