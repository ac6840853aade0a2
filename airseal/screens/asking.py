"""What is asked for on the request screen, and what the drafter declares by signing it (DC-14)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from airseal.duties.drafting import Prepared, Source, Wish
from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest, to_hex
from airseal.model.facts import Facts
from airseal.model.flow import SendBack
from airseal.model.format import CODES
from airseal.model.registry import SealRecord
from airseal.model.request import Decision, Outcome, PlaceRule
from airseal.screens.draft import Draft
from airseal.screens.place import Placed
from airseal.screens.widgets.fact_table import Fact
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.text import Phrase, digest_words, enumerated, phrase
from airseal.words.cases import FINDINGS
from airseal.words.policy import demand_words


@dataclass(frozen=True, slots=True)
class Asking:
    """A filled-in request; ``made_from`` is the path of the editable file, empty for none."""

    document: BinaryIO
    wish: Wish
    made_from: str

    def check(self, station: Station) -> Prepared:
        """As :meth:`Station.may_request`."""
        with self._source(station) as source:
            return station.may_request(self.document, self.wish, source)

    def sign(self, station: Station, signer: Signer) -> Digest:
        """The id of the new case; raises as :meth:`Station.request`."""
        with self._source(station) as source:
            return station.request(self.document, self.wish, signer, source).id

    @contextmanager
    def _source(self, station: Station) -> Iterator[Source | None]:
        if not self.made_from:
            yield None
            return
        path = Path(self.made_from).expanduser()
        with station.take_in(path) as file:
            yield Source(file, path.suffix)


def found_in(draft: Draft | None) -> tuple[str, ...]:
    """The codes of everything that was found and does not forbid the request."""
    return tuple(sorted({finding.code for finding in draft.report.findings})) if draft else ()


def to_correct(old: CaseView | None) -> list[Fact]:
    """Why the version before was returned or sent back (DC-16, FL-02)."""
    opinions = (*old.status.opinions, *old.status.flows) if old is not None else ()
    reasons = [
        one.statement.body.reason
        for one in opinions
        if one.problem is None
        and (
            isinstance(one.statement.body, SendBack)
            or (
                isinstance(one.statement.body, Decision)
                and one.statement.body.outcome is not Outcome.APPROVE
            )
        )
    ]
    return [Fact(phrase("To correct"), reason, strong=True) for reason in reasons]


def declared(
    draft: Draft,
    wish: Wish,
    prepared: Prepared,
    seal: SealRecord,
    units: Mapping[str, str],
    old: Facts | None,
) -> list[Fact]:
    """What stands beside the declaration; ``old`` is the case that this one corrects (FL-03)."""
    # What the drafter lets stand by signing (DC-03, DC-04), and what the paper lacks (DC-16).
    stands = [code for code in found_in(draft) if code in FINDINGS]
    stands += [CODES[one] for one in prepared.lacking]
    return [
        Fact(phrase("Title"), wish.title, strong=True),
        Fact(phrase("Seal"), seal.name, strong=True),
        Fact(phrase("Must approve"), demand_words(prepared.demand), strong=True),
        Fact(phrase("Copies"), str(wish.copies)),
        Fact(phrase("Recipients"), enumerated(units[unit] for unit in wish.recipients)),
        Fact(phrase("Digest"), digest_words(draft.report.digest)),
        *([Fact(phrase("Blank forms"), wish.blanks.template, strong=True)] if wish.blanks else []),
        *_corrected(old),
        *(Fact(phrase("I let stand"), Phrase(FINDINGS[code]), strong=True) for code in stands),
    ]


def _corrected(old: Facts | None) -> list[Fact]:
    """What this request stops when it is signed."""
    if old is None:
        return []
    return [
        Fact(phrase("Corrects the case"), to_hex(old.case)[:12], strong=True),
        Fact(phrase("Is banned"), old.asked.title),
    ]


def place_text(placed: Placed | None) -> str:
    """The place as a ``Wish`` writes it."""
    if placed is None or placed.rule is PlaceRule.SIGNATURE_BLOCK:
        return PlaceRule.SIGNATURE_BLOCK
    at = placed.position
    return f"p{at.page},{at.x_um / 1_000:.3f},{at.y_um / 1_000:.3f}"
