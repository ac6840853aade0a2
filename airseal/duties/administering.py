"""Administering: setting up a station, its accounts and the roots it trusts (AC-11, TX-16)."""

import base64
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from airseal.evidence.accounts import ACCOUNT_OPENED
from airseal.evidence.described import describe
from airseal.evidence.records import (
    ANCHOR_ENROLLED,
    STATION_REGISTERED,
    Account,
    StationFacts,
    project,
    statement_entry,
)
from airseal.evidence.signed import Signed
from airseal.evidence.trusted import Anchor
from airseal.model.digest import sha256
from airseal.model.secret import Secret
from airseal.ports import Ports
from airseal.store import BlobIn, EntryIn, JsonValue, Store, remember


def create_station(
    home: Path,
    facts: StationFacts,
    accounts: Sequence[tuple[Account, Secret]],
    anchors: Sequence[tuple[Anchor, tuple[str, str]]],
    *,
    demo: bool,
    at: datetime,
) -> None:
    """Make a home: station facts, accounts with their passwords, enrolled roots.

    Each anchor comes with the two people who compared its fingerprint. ``demo`` allows the
    cheap key derivation of a demonstration, whose first passwords are known to everybody and
    need not be changed; elsewhere they are initial passwords (AC-05). Raises the ``Problem``
    codes of the store.
    """
    when = at.replace(microsecond=0).isoformat()
    founder = accounts[0][0].person

    def event(kind: str, entry_facts: dict[str, JsonValue]) -> EntryIn:
        return EntryIn(kind=kind, by=founder, at=when, facts=entry_facts)

    entries = [
        event(STATION_REGISTERED, facts.told()),
        *(event(ACCOUNT_OPENED, _first(account, key, demo=demo)) for account, key in accounts),
    ]
    for anchor, witnesses in anchors:
        entries.append(
            event(
                ANCHOR_ENROLLED,
                {
                    "unit": anchor.unit,
                    "root": base64.b64encode(anchor.root).decode(),
                    "fingerprint": anchor.fingerprint,
                    "compared_by": list(witnesses),
                },
            )
        )
    first = {account.person: password for account, password in accounts}
    with Store.create(
        home, first=first, demo=demo, project=project, describe=describe, level=facts.level
    ) as store:
        store.commit(entries)


def _first(account: Account, password: Secret, *, demo: bool) -> dict[str, JsonValue]:
    return {
        "person": account.person,
        "name": account.name,
        "phone": account.phone,
        "post": account.post,
        "clearance": account.clearance,
        "known": demo,
        "remembered": remember(password, demo=demo),
    }


def hold(ports: Ports, signed: Sequence[Signed], documents: Sequence[bytes] = ()) -> None:
    """Commit statements that were made here, with the documents they name.

    Raises the ``Problem`` of the first statement this station would not accept.
    """
    trial = ports.evidence.copy().offer(signed)
    for problem in trial.refused.values():
        raise problem
    at = ports.clock.now()
    ports.store.commit(
        [statement_entry(one, ports.account.person, at) for one in signed],
        [BlobIn(sha256(content), io.BytesIO(content)) for content in documents],
    )
    ports.evidence.offer(signed)
