"""The words of the summary table of sealing and printing (汇总表; RE-04, T-6)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from airseal.model.paperform import Box, Pair, PaperForm, Table
from airseal.model.periods import Period
from airseal.model.request import MAX_TEXT
from airseal.model.summary import SealUse, Summary
from airseal.text import (
    Phrase,
    Shown,
    enumerated,
    labelled,
    level_name,
    mark,
    moment,
    one_after_another,
    phrase,
    plural,
    shown,
    when,
)
from airseal.words.cases import CASE_STATES
from airseal.words.forms import Names, box


def period_words(period: Period) -> Phrase:
    """A month, or from which to which."""
    first = _month(period)
    if period.months == 1:
        return first
    return phrase("{start} to {end}", start=first, end=_month(Period(period.over[-1], 1)))


def summary_table(table: Summary, names: Names, now: datetime, *, demo: bool) -> PaperForm:
    """《电子印章签章和打印情况汇总表》: every sealing of the period, and who signs for the table.

    What a reader is not cleared for has no title in it and no document number (SC-04).
    """
    uses = [_uses(table, names)] if table.uses else []
    rows: list[Box | Pair | Table] = [*_head(table, names, now), *uses, *_foot(table, names)]
    warnings = [str(phrase("DEMONSTRATION, without legal effect"))] if demo else []
    if table.edition > 1:
        again = phrase("REPEAT: edition {n}, in the place of the one before", n=table.edition)
        warnings.append(str(again))
    if table.restores:
        lost = phrase("The station was restored from a backup: there may be an earlier edition.")
        warnings.append(str(lost))
    return PaperForm(
        name=f"summary-{table.number}.pdf",
        title=str(phrase("Summary table of electronic sealing and printing")),
        number=str(phrase("No. {number}", number=table.number)),
        rows=tuple(rows),
        footer=str(
            phrase(
                "Drawn from the signed statements held here, and signed in the file beside it;"
                " printed copies are not counted yet."
            )
        ),
        signature=str(phrase("Signature: ____________  Day: ______-____-____")),
        warning="\n".join(warnings),
    )


def _head(table: Summary, names: Names, now: datetime) -> Iterator[Box | Pair]:
    yield Pair(
        box(phrase("Unit"), names.unit_name(table.unit)),
        box(phrase("Station"), table.station),
    )
    yield Pair(
        box(phrase("Period"), period_words(table.period)), box(phrase("Made at"), moment(now))
    )
    yield Pair(
        box(phrase("Seal custodian"), names.person_name(table.by)),
        box(phrase("For readers up to"), level_name(table.reader)),
    )


_COLUMNS: Final = (
    (mark("Line"), 9),
    (mark("Title"), 44),
    (mark("Document number"), 24),
    (mark("Kind of paper"), 15),
    (mark("Level"), 12),
    (mark("Drafter"), 17),
    (mark("Approved by"), 20),
    (mark("Sealed at"), 22),
    (mark("Seal"), 26),
    (mark("Approved copies"), 14),
    (mark("Printed copies"), 14),
    (mark("Main and copy recipients"), 18),
    (mark("State now"), 18),
)
"""The columns of T-6 that this program can fill by now, and their shares of the width."""


def _uses(table: Summary, names: Names) -> Table:
    return Table(
        headings=tuple(str(Phrase(heading)) for heading, _ in _COLUMNS),
        shares=tuple(share for _, share in _COLUMNS),
        lines=tuple(
            tuple(shown(cell, MAX_TEXT) for cell in _use(number, use, table, names))
            for number, use in enumerate(table.uses, start=1)
        ),
    )


def _use(number: int, use: SealUse, table: Summary, names: Names) -> Iterator[Shown]:
    title = use.title_for(table.reader)
    yield str(number)
    yield phrase("(title withheld by its level)") if title is None else title
    yield "" if title is None else use.symbol
    yield names.kind_name(use.kind)
    yield level_name(use.level)
    yield names.person_name(use.drafter)
    yield enumerated(map(names.person_name, use.approvers))
    yield when(use.sealed_at)
    yield names.seal_name(use.seal)
    yield str(use.copies)
    yield "0"
    yield f"{use.main} / {use.copied}"
    yield Phrase(CASE_STATES[use.state])


def _foot(table: Summary, names: Names) -> Iterator[Box | Pair]:
    if table.uses:
        seals = Counter(names.seal_name(use.seal) for use in table.uses)
        kinds = Counter(names.kind_name(use.kind) for use in table.uses)
        total = plural("{n} sealing", "{n} sealings", len(table.uses))
        copies = labelled(phrase("Copies approved"), str(table.copies))
        yield box(phrase("In all"), one_after_another([total, copies]))
        yield box(phrase("By seal"), _counted(seals))
        yield box(phrase("By kind of paper"), _counted(kinds))
    else:
        yield box(phrase("In all"), phrase("Nothing was sealed in this period."))
    yield Box(str(phrase("Irregularities")), lines=2)
    yield Pair(
        Box(str(phrase("Seal custodian")), signed=True),
        Box(str(phrase("Received by the office")), signed=True),
    )


def _counted(counts: Counter[str]) -> Phrase:
    return one_after_another(labelled(name, str(count)) for name, count in counts.items())


def _month(period: Period) -> Phrase:
    return phrase("{year}-{month:02}", year=period.first.year, month=period.first.month)
