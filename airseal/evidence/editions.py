"""The next edition of a unit's registry: one document, and the snapshot that makes it current."""

from datetime import datetime, timedelta
from typing import Final

from airseal.evidence.signed import Author, Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.current import Registry
from airseal.model.level import Level
from airseal.model.registry import RegistryBody, SeriesHead, Snapshot

LIST_LIFE: Final = timedelta(days=90)
"""How long the new snapshot holds before the next must be there (E-12)."""


def next_edition(
    who: Author, signer: Signer, registry: Registry, body: RegistryBody, at: datetime
) -> tuple[Signed, Signed]:
    """``body`` as the head of its series, and the snapshot after that of ``registry``."""
    assert registry.snapshot is not None
    on = [registry.charter_id]
    made = author(who, signer, body, level=Level.INTERNAL, at=at, on=on)
    heads = {head.series: head for head in registry.snapshot.heads}
    heads[body.series] = SeriesHead(body.series, body.number, made.id)
    # The lists it names are as old as before: a new rule must not make them look fresh.
    update = min(registry.snapshot.next_update, (at + LIST_LIFE).replace(microsecond=0).isoformat())
    snapshot = Snapshot(
        number=registry.snapshot.number + 1,
        next_update=update,
        heads=tuple(heads[series] for series in sorted(heads)),
    )
    return made, author(who, signer, snapshot, level=Level.INTERNAL, at=at, on=on)
