"""The words of the summary table of sealing and printing (汇总表; RE-04, T-6)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from airseal.model.paperform import Box, Pair, PaperForm
from airseal.model.periods import Period
from airseal.model.summary import SealUse, Summary
from airseal.text import (
    Phrase,
    enumerated,
    labelled,
    level_name,
    moment,
    one_after_another,
    phrase,
    plural,
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

    What a reader is not cleared for has no title in it (SC-04).
    """
    rows: list[Box | Pair] = [*_head(table, names, now)]
    for number, use in enumerate(table.uses, start=1):
        rows += _use(number, use, table, names)
    rows += _foot(table, names)
    warnings = [str(phrase("DEMONSTRATION, without legal effect"))] if demo else []
    if table.edition > 1:
        again = phrase("REPEAT: edition {n}, in the place of the one before", n=table.edition)
        warnings.append(str(again))
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


def _use(number: int, use: SealUse, table: Summary, names: Names) -> Iterator[Box | Pair]:
    title = use.title_for(table.reader)
    yield box(
        phrase("Sealing {n}", n=number),
        phrase("(title withheld by its level)") if title is None else title,
    )
    yield Pair(
        box(phrase("Document number"), use.symbol),
        box(phrase("Kind of paper"), names.kind_name(use.kind)),
    )
    approvers = enumerated(map(names.person_name, use.approvers))
    yield Pair(
        box(phrase("Drafter"), names.person_name(use.drafter)),
        box(phrase("Approved by"), approvers),
    )
    yield Pair(
        box(phrase("Sealed at"), when(use.sealed_at)),
        box(phrase("Sealed by"), names.person_name(use.sealed_by)),
    )
    yield Pair(
        box(phrase("Seal"), names.seal_name(use.seal)),
        box(phrase("Level"), level_name(use.level)),
    )
    yield Pair(
        box(phrase("Copies approved"), use.copies),
        box(phrase("Copies printed"), phrase("0 (not printed yet)")),
    )
    units = phrase("{main} main, {copied} copy", main=use.main, copied=use.copied)
    yield Pair(
        box(phrase("Recipients"), units), box(phrase("State now"), Phrase(CASE_STATES[use.state]))
    )


def _foot(table: Summary, names: Names) -> Iterator[Box]:
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
    yield Box(str(phrase("Seal custodian")), lines=1, signed=True)
    yield Box(str(phrase("Received by the office")), lines=1, signed=True)


def _counted(counts: Counter[str]) -> Phrase:
    return one_after_another(labelled(name, str(count)) for name, count in counts.items())


def _month(period: Period) -> Phrase:
    return phrase("{year}-{month:02}", year=period.first.year, month=period.first.month)
