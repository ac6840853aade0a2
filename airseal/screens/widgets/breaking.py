"""Where a paragraph may go on in the next line, the way Chinese is set (GB/T 15834-2011 §5.1.10).

Chinese breaks between any two characters, but no line begins with a mark that closes or ends with
one that opens; a word of Latin letters or digits stays whole as long as it fits a line.
"""

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, set_cell_size

_OPENING: Final = "（《〈「『【〔"
_CLOSING: Final = "，。、；：？！）》〉」』】〕"
_WIDE: Final = "\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
_UNIT: Final = re.compile(
    rf"\s+|[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*|[{_OPENING}{_CLOSING}]+"
)
"""What stays together: a space, or a character or word with the marks that belong to it."""


def breaks(line: str, width: int) -> list[int]:
    """Where in ``line``, which has no line feed, another one begins at a ``width`` of cells."""
    return list(_breaks(line, max(2, width)))


def _breaks(line: str, width: int) -> Iterator[int]:
    used = 0
    for unit in _UNIT.finditer(line):
        size = cell_len(unit[0])
        if used + size <= width or unit[0].isspace():
            # A space at the end of a line takes no room: it is not painted.
            used = min(used + size, width)
            continue
        if used:
            yield unit.start()
        rest, start = unit[0], unit.start()
        while cell_len(rest) > width:
            taken = _fitting(rest, width)
            start, rest = start + taken, rest[taken:]
            yield start
        used = cell_len(rest)


def _fitting(text: str, width: int) -> int:
    """How many characters of ``text`` fit, at least one."""
    return max(1, len(set_cell_size(text, width).rstrip(" ")))
