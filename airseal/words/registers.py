"""The words of the registers that are printed and signed by hand (RE-08)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from airseal.model.flow import TakeBack
from airseal.model.loans import Loan
from airseal.model.paperform import Box, Pair, PaperForm
from airseal.text import Shown, enumerated, moment, phrase, when
from airseal.words.forms import Names, box


def loan_register(loans: Sequence[Loan], names: Names, now: datetime, *, demo: bool) -> PaperForm:
    """《单机版电子印章借用登记表》: every loan known here, and who signs for the whole of it."""
    rows: list[Box | Pair] = [row for loan in loans for row in _loan(loan, names)]
    if not rows:
        rows = [Box(str(phrase("Loans")), str(phrase("No seal was lent.")))]
    rows.append(Box(str(phrase("Checked by")), lines=2, signed=True))
    return PaperForm(
        name=f"loans-{now:%Y%m%d%H%M%S}.pdf",
        title=str(phrase("Register of lent electronic seals")),
        number=str(phrase("As of {at}", at=moment(now))),
        rows=tuple(rows),
        footer=str(
            phrase("Printed from the signed statements held here; they decide, not this form.")
        ),
        signature=str(phrase("Signature: ____________  Day: ______-____-____")),
        warning=str(phrase("DEMONSTRATION, without legal effect")) if demo else "",
    )


def back_words(loan: Loan) -> Shown:
    """When a lent seal came back, and whether it was damaged; or that it is out."""
    if loan.back is None:
        return phrase("STILL OUT")
    body = loan.back.body
    assert isinstance(body, TakeBack)
    at = moment(loan.back.time)
    return at if body.intact else phrase("{at}, NOT intact: {why}", at=at, why=body.note)


def _loan(loan: Loan, names: Names) -> Iterator[Box | Pair]:
    seals = enumerated(map(names.seal_name, loan.seals))
    yield box(phrase("Seal"), seals)
    yield Pair(
        box(phrase("Borrower"), names.person_name(loan.borrower)),
        box(phrase("Lent by"), names.person_name(loan.out.by)),
    )
    yield Pair(
        box(phrase("Out at"), moment(loan.out.time)), box(phrase("Back at"), back_words(loan))
    )
    yield box(phrase("Purpose"), loan.purpose)
    yield box(phrase("Approved by"), enumerated(map(names.person_name, loan.approvers)))
    times = [str(when(at)) for at in loan.sealed]
    sealed = "\n".join([loan.title, *times]) if times else phrase("nothing was sealed")
    yield box(phrase("Documents sealed"), sealed)
