"""落款: whose paper it is by its own signature block, so that no wrong seal is put on it (SE-03).

The signature block is the unit's name directly above the 成文日期. A name beside the date in
the 版记 (印发机关和印发日期) is no signature.
"""

import re
from collections.abc import Iterable
from typing import Final

from airseal.model.format import squeeze
from airseal.model.problem import Problem

_DATE: Final = re.compile(
    r"(?:\d{4}|[〇零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
)
_PRINTED: Final = "印发"
_ABOVE: Final = 2
"""Lines above the date that may bear a unit's name: two units sign a joint paper."""


def signatories(text: str, units: Iterable[str]) -> frozenset[str]:
    """Which of ``units`` sign in ``text``; of names inside each other the longest counts."""
    names = sorted({name for name in units if squeeze(name)}, key=len, reverse=True)
    lines = [line for one in text.splitlines() if (line := squeeze(one))]
    found: set[str] = set()
    for number, line in enumerate(lines):
        date = _DATE.search(line)
        if date is None or line[date.end() :].startswith(_PRINTED):
            continue
        for words in (*lines[max(0, number - _ABOVE) : number], line[: date.start()]):
            name = next((name for name in names if words.endswith(squeeze(name))), None)
            if name is not None:
                found.add(name)
    return frozenset(found)


def judge_signatory(
    text: str, unit: str, others: Iterable[str], *, on_block: bool
) -> Problem | None:
    """``SIGNATURE_UNIT`` (``unit``, ``found``) for a paper that is not signed by ``unit``, or None.

    ``text`` is the text of the page that bears the seal; where it has none there is nothing to
    compare, and only the custodian's eyes are left. ``others`` are the names of all units that
    are known here. ``on_block``: the seal is meant for the signature block, so there must be
    one of ``unit``; elsewhere nothing speaks against it as long as nobody else signs there.
    """
    if not text.strip():
        return None
    found = signatories(text, (unit, *others))
    if unit in found:
        return None
    if found:
        return Problem("SIGNATURE_UNIT", unit=unit, found="、".join(sorted(found)))
    if on_block and squeeze(unit) not in squeeze(text):
        return Problem("SIGNATURE_UNIT", unit=unit, found="")
    return None
