"""Writes the list of codes in the guide's page "when something goes wrong", in each language.

    uv run python packaging/error_pages.py [--check] [GUIDE]

The list stands between two marks in the page; the rest of the page is written by hand.
The page of all screens (``screen_pages.py``) is written along with it.
With ``--check`` nothing is written: the pages whose list is not true are named, and the
exit status is 1 if there are any.
"""

import argparse
import string
import sys
from pathlib import Path
from typing import Final

import catalogues
import screen_pages
from babel.messages.catalog import Catalog

from airseal.errors.explaining import TABLES
from airseal.text import Counted

GUIDE: Final = catalogues.ROOT / "docs" / "guide"
PAGE: Final = "when-something-goes-wrong.md"
BEGIN: Final = "<!-- codes: written by packaging/error_pages.py -->\n"
END: Final = "<!-- end of codes -->\n"

LANGUAGES: Final = {
    "zh": ("zh_CN", ("代码", "发生了什么", "怎么办")),
    "en": ("en", ("Code", "What happened", "What to do")),
}
"""Folder of the guide → its catalogue, and the heads of the three columns."""


class _Open(dict[str, str]):
    """Whatever a sentence would name at run time stands as three dots."""

    def __missing__(self, key: str) -> str:
        return "…"


def codes(language: str) -> str:
    """The table of all codes, in the language of the guide's folder ``language``."""
    name, heads = LANGUAGES[language]
    catalogue = catalogues.load(name)
    rows = [heads, ("---",) * len(heads)]
    for code, entry in sorted(item for table in TABLES for item in table.items()):
        sentences = (_said(catalogue, entry.what), _said(catalogue, entry.hint))
        rows.append((f"`{code}`", *sentences))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _said(catalogue: Catalog, msgid: str) -> str:
    message = catalogue.get(msgid.one if isinstance(msgid, Counted) else msgid)
    string_of = message.string if message is not None and message.string else msgid
    said = string_of if isinstance(string_of, str) else string_of[-1]
    return string.Formatter().vformat(said, (), _Open()).replace("|", "\\|")


def rewritten(page: str, language: str) -> str:
    """``page`` with the list of codes as it is now; raises ``ValueError`` without the marks."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"no marks in the page {language}")
    return f"{before}{BEGIN}\n{codes(language)}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Write or check the pages; see the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("guide", type=Path, nargs="?", default=GUIDE)
    options = parser.parse_args(arguments)
    stale = []
    for language in LANGUAGES:
        path = options.guide / language / PAGE
        page = path.read_text("utf-8")
        true = rewritten(page, language)
        if page != true:
            stale.append(path)
            if not options.check:
                path.write_text(true, "utf-8")
    stale += screen_pages.brought_up_to_date(options.guide, write=not options.check)
    for path in stale:
        sys.stdout.write(f"{path}\n")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
