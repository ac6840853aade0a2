"""The words of a document that carry its form, and the unit that signs it."""

from collections.abc import Collection
from typing import BinaryIO, Final

from airseal.model.catalogue import DocumentKind
from airseal.model.format import Element, Expected, missing_elements
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import PlaceRule, SealPlace
from airseal.model.signatory import judge_signatory
from airseal.paper.papers import Papers, Session

_ENDS: Final = 2
"""Pages at either end: 版头 and 主体 begin on the first, 落款 and 附件 lie on the last."""


def lacking(
    papers: Papers, document: BinaryIO, pages: int, expected: Expected, kind: DocumentKind | None
) -> tuple[Element, ...]:
    """The elements of a 公文 that ``kind`` asks for and that the document lacks (DC-16)."""
    if kind is None or not kind.elements:
        return ()
    numbers = sorted({*range(1, pages + 1)[:_ENDS], *range(1, pages + 1)[-_ENDS:]})
    with papers.session() as session:
        texts = [papers.page_text(document, number, session=session) for number in numbers]
    return missing_elements("\n".join(texts), expected, kind.elements)


def judge_unit(
    papers: Papers,
    document: BinaryIO,
    place: SealPlace,
    seal: SealRecord,
    units: Collection[str],
    session: Session | None = None,
) -> Problem | None:
    """Why ``seal`` is not the seal of the unit that signs the paper at ``place``, or None (SE-03).

    ``units`` are the names of all units that are known here.
    """
    return judge_signatory(
        papers.page_text(document, place.page, session=session),
        seal.unit_name,
        units,
        on_block=place.rule is PlaceRule.SIGNATURE_BLOCK,
    )
