"""Textual without its command palette: what would show it is not even loaded.

A palette offers the program's inside to whoever sits there (DESIGN §6), and :mod:`textual.command`
draws in a tree, a folder browser, an option list and a fuzzy search: an eighth of the time to the
first screen. Whoever imports Textual imports this module first.
"""

import sys


class _Absent:
    """In the place of everything that Textual takes from there; none of it is ever made."""


DiscoveryHit = Hit = Hits = Provider = SimpleProvider = _Absent
CommandListItem = CommandPalette = _Absent

sys.modules.setdefault("textual.command", sys.modules[__name__])
