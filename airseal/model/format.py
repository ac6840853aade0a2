"""体例格式: the elements that a 公文 must have, looked for in its text (DC-16, GB/T 9704-2012).

Which kinds of paper must have which elements is said by the policy pack's catalogue. What is
missing forbids nothing: the drafter sees it and lets it stand, the officer and the receiver
have it as reasons for returning the paper.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from airseal.model.level import Level


class Element(StrEnum):
    """What is looked for, in the order of the page."""

    LEVEL = "level"
    """密级: only of papers that have one (秘密 and above)."""
    SYMBOL = "symbol"
    """发文字号."""
    TITLE = "title"
    MAIN_RECIPIENT = "main-recipient"
    """主送."""
    ATTACHMENTS = "attachments"
    """附件: those that go on paper beside it are named in the text (DC-15)."""
    DATE = "date"
    """成文日期."""


CODES: Final = {
    Element.LEVEL: "FORMAT_LEVEL",
    Element.SYMBOL: "FORMAT_SYMBOL",
    Element.TITLE: "FORMAT_TITLE",
    Element.MAIN_RECIPIENT: "FORMAT_MAIN_RECIPIENT",
    Element.ATTACHMENTS: "FORMAT_ATTACHMENTS",
    Element.DATE: "FORMAT_DATE",
}
"""What is said of a missing element, as a finding."""

DATE: Final = re.compile(r"(?:\d{4}|[〇零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月")
"""A 成文日期 up to its month, in squeezed text."""

_SYMBOL: Final = re.compile(r"[〔\[(（【]\d{4}[〕\])）】]\d+号")
_EVERYBODY: Final = re.compile(r"各[^:。]{0,20}:")
"""各有关单位: as a 主送 that names nobody by name; squeezing folds the colon."""

_MARKS: Final = {Level.CONFIDENTIAL: "秘密", Level.SECRET: "机密", Level.TOP_SECRET: "绝密"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What the request says of the paper: the same must be on it.

    ``main`` are the names of the 主送 units, ``attachments`` titles of paper attachments.
    """

    title: str
    symbol: str
    main: tuple[str, ...]
    level: Level
    attachments: tuple[str, ...] = ()


def missing_elements(
    text: str, expected: Expected, elements: Iterable[Element]
) -> tuple[Element, ...]:
    """Those of ``elements`` that are not in ``text``, in the order of :class:`Element`.

    ``text`` is the document's own text layer and may say anything; a paper without one lacks
    every element that is asked of it.
    """
    squeezed, asked = squeeze(text), set(elements)
    return tuple(one for one in Element if one in asked and not _has(squeezed, one, expected))


def _has(text: str, element: Element, expected: Expected) -> bool:
    match element:
        case Element.LEVEL:
            return _MARKS.get(expected.level, "") in text
        case Element.SYMBOL if expected.symbol.strip():
            return squeeze(expected.symbol) in text
        case Element.SYMBOL:
            return _SYMBOL.search(text) is not None
        case Element.TITLE:
            return squeeze(expected.title) in text
        case Element.MAIN_RECIPIENT:
            named = any(squeeze(name) in text for name in expected.main)
            return named or _EVERYBODY.search(text) is not None
        case Element.ATTACHMENTS:
            return all(squeeze(title) in text for title in expected.attachments)
        case Element.DATE:
            return DATE.search(text) is not None


def squeeze(text: str) -> str:
    """Compatibility forms folded, blanks gone: how words on paper are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())
