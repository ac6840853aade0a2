"""The store: ledger, vault, desk and keyslots of one home; commit is the only writer.

A record that was reported as saved is never lost, never silently changed, and never readable
without a person's secret.
"""

from airseal.store.appearing import appearing
from airseal.store.backlog import Soundness
from airseal.store.backup import Backup, Made, places_on
from airseal.store.commit import Store
from airseal.store.desk import CONDEMNED, DeskView, DeskWrite, Projection
from airseal.store.door import Knock, Visit
from airseal.store.index import Index
from airseal.store.instant import Instant
from airseal.store.manifest import Manifest
from airseal.store.migrate import Migrated, migrate
from airseal.store.records import Entry, EntryIn, Head, JsonValue, leaf_of
from airseal.store.remembered import is_remembered, one_time_password, remember
from airseal.store.restore import restore
from airseal.store.search import Describe, Found, Page, Place, Query, Row
from airseal.store.slots import Credential, TokenKey
from airseal.store.upkeep import Lost, Report
from airseal.store.vault import BlobIn

__all__ = [
    "CONDEMNED",
    "Backup",
    "BlobIn",
    "Credential",
    "Describe",
    "DeskView",
    "DeskWrite",
    "Entry",
    "EntryIn",
    "Found",
    "Head",
    "Index",
    "Instant",
    "JsonValue",
    "Knock",
    "Lost",
    "Made",
    "Manifest",
    "Migrated",
    "Page",
    "Place",
    "Projection",
    "Query",
    "Report",
    "Row",
    "Soundness",
    "Store",
    "TokenKey",
    "Visit",
    "appearing",
    "is_remembered",
    "leaf_of",
    "migrate",
    "one_time_password",
    "places_on",
    "remember",
    "restore",
]
