"""Brings both message catalogues up to date with the source.

``python packaging/catalogues.py`` adds what is new (empty in Chinese, as written in
English), drops what is gone, keeps the rest, and prints what still lacks a translation.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).parent.parent
KEYWORDS: Final = {
    "phrase": None,
    "mark": None,
    "tr": None,
    "plural": (1, 2),
    "ntr": (1, 2),
    "counted": (1, 2),
}
# The same at every run: a catalogue whose messages did not change is not written anew.
BEGAN: Final = datetime(2026, 11, 1, tzinfo=UTC)


def template(root: Path = ROOT) -> Catalog:
    """Every message id of the package, with where it stands."""
    catalogue = Catalog(project="airseal", charset="utf-8", creation_date=BEGAN)
    found = extract_from_dir(root / "airseal", keywords=KEYWORDS, method_map=[("**.py", "python")])
    for name, _line, msgid, _comments, context in found:
        # No line numbers: they would change the catalogues with every edit of the source.
        catalogue.add(msgid, locations=[(f"airseal/{name}", 0)], context=context)
    return catalogue


def catalogue_path(language: str, root: Path = ROOT) -> Path:
    """Where the catalogue of ``language`` is."""
    return root / "airseal" / "locale" / language / "LC_MESSAGES" / "airseal.po"


def load(language: str, root: Path = ROOT) -> Catalog:
    """The catalogue of ``language``; an empty one when there is none yet."""
    path = catalogue_path(language, root)
    if not path.exists():
        return Catalog(locale=language, project="airseal", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, root: Path = ROOT) -> list[str]:
    """Rewrite the catalogue of ``language``; the message ids that lack a translation."""
    catalogue = load(language, root)
    catalogue.update(template(root), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    missing = []
    for message in catalogue:
        if not message.id or all(message.string if message.pluralizable else [message.string]):
            continue
        if language == "en":
            message.string = message.id
        else:
            missing.append(str(message.id))
    path = catalogue_path(language, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, omit_header=False, sort_output=True, include_lineno=False)
    return missing


if __name__ == "__main__":
    for name in ("zh_CN", "en"):
        for text in update(name):
            sys.stdout.write(f"{name}: {text}\n")
