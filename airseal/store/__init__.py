"""The store: ledger, vault, desk and keyslots of one home; commit is the only writer.

A record that was reported as saved is never lost, never silently changed, and never readable
without a person's secret.
"""

from airseal.store.commit import Store
from airseal.store.desk import DeskView, DeskWrite, Projection
from airseal.store.records import Entry, EntryIn, Head, JsonValue
from airseal.store.upkeep import Report
from airseal.store.vault import BlobIn

__all__ = [
    "BlobIn",
    "DeskView",
    "DeskWrite",
    "Entry",
    "EntryIn",
    "Head",
    "JsonValue",
    "Projection",
    "Report",
    "Store",
]
