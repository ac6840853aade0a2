"""A compiled gettext catalogue, read where it is asked and not before.

:mod:`gettext` reads all of a catalogue when it opens it; that took a twentieth of the time to the
first screen, which shows ten of its sentences. Its entries are in order, so each is soon found.
"""

import gettext
import struct
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Final

_MAGIC: Final = 0x950412DE


class Catalogue:
    """The sentences of one language in the file ``path``; a file that is missing has none."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes() if path.is_file() else b""
        magic, _, number, ids, strings = struct.unpack_from("<5I", self._data.ljust(20, b"\0"))
        if magic not in (0, _MAGIC):
            raise ValueError(f"no catalogue: {path.name}")
        self._number, self._ids, self._strings = number, ids, strings

    def gettext(self, msgid: str) -> str:
        """``msgid`` in this language, or as it stands."""
        found = self._found(msgid)
        return msgid if found is None else found[0]

    def ngettext(self, msgid: str, msgid_plural: str, n: int) -> str:
        """The form of it for ``n`` of something."""
        found = self._found(msgid)
        if found is None:
            return msgid if n == 1 else msgid_plural
        return found[self._form(n)] if len(found) > 1 else found[0]

    def _found(self, msgid: str) -> list[str] | None:
        wanted = msgid.encode()
        at = bisect_left(range(self._number), wanted, key=self._id)
        if at == self._number or self._id(at) != wanted:
            return None
        return self._entry(self._strings, at).decode().split("\0")

    def _id(self, at: int) -> bytes:
        """What an entry is found by: of one with a plural, the singular."""
        return self._entry(self._ids, at).partition(b"\0")[0]

    def _entry(self, table: int, at: int) -> bytes:
        length, start = struct.unpack_from("<2I", self._data, table + 8 * at)
        return self._data[start : start + length]

    @cached_property
    def _form(self) -> Callable[[int], int]:
        """Which form ``n`` has, by the rule in the catalogue's header."""
        header = (self._found("") or [""])[0]
        rule = header.partition("plural=")[2].partition(";")[0]
        form: Callable[[int], int] = gettext.c2py(rule or "n != 1")
        return form
