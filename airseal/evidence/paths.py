"""By which certificates a unit's people sign: its enrolled root, its charters and its lists."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from airseal.evidence.shelf import Holdings
from airseal.keys.trust import PathValidator
from airseal.model.digest import Digest, sha256
from airseal.model.problem import Problem
from airseal.model.registry import Charter, RevocationList

Body = TypeVar("Body")


@dataclass(frozen=True, slots=True)
class Anchor:
    """An enrolled root: two people compared its fingerprint. ``root`` is DER."""

    unit: str
    root: bytes

    @property
    def fingerprint(self) -> Digest:
        """What the two people compared."""
        return sha256(self.root)


class Paths:
    """The validators for the certificates of every unit in ``anchors``, each made once."""

    def __init__(self, anchors: Mapping[str, Anchor], accepted: Holdings) -> None:
        self._anchors = anchors
        self._accepted = accepted
        self._made: dict[tuple[Digest, Digest], PathValidator] = {}
        self._everything: dict[str, PathValidator] = {}

    def copy(self, anchors: Mapping[str, Anchor], accepted: Holdings) -> "Paths":
        """The same for a twin set; what was made by documents both hold is made for both."""
        twin = Paths(anchors, accepted)
        twin._made = self._made
        return twin

    def by(self, unit: str, charter_id: Digest, lists_id: Digest) -> PathValidator:
        """By one charter and one set of revocation lists, both accepted."""
        key = (charter_id, lists_id)
        if key not in self._made:
            charter = self._accepted[charter_id].statement.body
            lists = self._accepted[lists_id].statement.body
            assert isinstance(charter, Charter)
            assert isinstance(lists, RevocationList)
            self._made[key] = self.of(unit, charter, lists)
        return self._made[key]

    def of(self, unit: str, charter: Charter, lists: RevocationList) -> PathValidator:
        """By documents that need not be accepted yet; raises why they are none."""
        return PathValidator(
            roots=self._roots(unit),
            issuers=[decode_der(text) for text in charter.issuers],
            crls=[decode_der(text) for text in lists.crls],
        )

    def by_everything(self, unit: str) -> PathValidator:
        """By every list ever held, not the current one.

        A list can be withheld or replaced by an empty one, but what a CA once signed as revoked
        stays so.
        """
        if unit not in self._everything:
            charters, lists = self._held(unit, Charter), self._held(unit, RevocationList)
            self._everything[unit] = PathValidator(
                roots=self._roots(unit),
                issuers=[decode_der(text) for body in charters for text in body.issuers],
                crls=[decode_der(text) for body in lists for text in body.crls],
            )
        return self._everything[unit]

    def learn(self, unit: str) -> None:
        """The registry of ``unit`` has grown."""
        self._everything.pop(unit, None)

    def forget(self, unit: str) -> None:
        """The root of ``unit`` is another one, or none."""
        self._everything.pop(unit, None)
        self._made.clear()

    def _roots(self, unit: str) -> list[bytes]:
        """None, once the unit is disowned: then no certificate of its holds."""
        anchor = self._anchors.get(unit)
        return [] if anchor is None else [anchor.root]

    def _held(self, unit: str, body: type[Body]) -> Iterator[Body]:
        statements = (signed.statement for signed in self._accepted.registry())
        return (s.body for s in statements if s.unit == unit and isinstance(s.body, body))


def decode_der(text: str) -> bytes:
    """Base64 DER inside a registry document; raises ``Problem("STATEMENT_FORM")``."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Problem("STATEMENT_FORM") from None
