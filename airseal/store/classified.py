"""Statements in the ledger, each under the key of its level (密级).

The ledger's own encryption is for everybody at the station; inside it, a statement is
encrypted once more, so that an entry above a person's clearance tells them that it exists,
what kind it is and that the chain holds, and nothing else.
"""

from dataclasses import replace

from airseal.model.problem import Problem
from airseal.store import cipher
from airseal.store.cipher import Keys
from airseal.store.records import Entry, EntryIn


class Classified:
    """Closes and opens the statements of entries with one person's keys."""

    def __init__(self, keys: Keys) -> None:
        self._home = keys.home
        self._rings = {level: keys.cipher("statements", level) for level in keys.levels}

    def close(self, entry: EntryIn) -> EntryIn:
        """``entry`` with its statement encrypted; one without a level stays as it is.

        Raises ``Problem("CLEARANCE_LOW", level=…)``: nobody writes above their clearance.
        """
        if entry.level is None or not isinstance(entry.statement, bytes):
            return entry
        ring = self._rings.get(entry.level)
        if ring is None:
            raise Problem("CLEARANCE_LOW", level=entry.level.value)
        sealed = cipher.encrypt(ring, entry.statement, self._bound(entry))
        return replace(entry, statement=sealed)

    def open(self, entry: Entry) -> Entry:
        """``entry`` with its statement, or with None when it is above the clearance.

        Raises ``Tampered``.
        """
        if entry.level is None or entry.statement is None:
            return entry
        ring = self._rings.get(entry.level)
        if ring is None:
            return replace(entry, statement=None)
        return replace(entry, statement=cipher.decrypt(ring, entry.statement, self._bound(entry)))

    def _bound(self, entry: Entry | EntryIn) -> bytes:
        return self._home + (entry.statement_id or "").encode()
