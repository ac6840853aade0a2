"""Files that were refused on import and are kept aside (隔离), until somebody answers for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from airseal.evidence.tombstones import condemn
from airseal.model.digest import Digest, parse_digest
from airseal.model.problem import Problem
from airseal.store import DeskView, DeskWrite, Entry, JsonValue

IMPORT_REFUSED: Final = "import-refused"
QUARANTINE_CLEARED: Final = "quarantine-cleared"
QUARANTINE_COPIED: Final = "quarantine-copied"

QUARANTINE_BOOK: Final = frozenset({IMPORT_REFUSED, QUARANTINE_CLEARED})
"""The entries that change the register of what was refused."""

_TABLE: Final = "quarantine"


@dataclass(frozen=True, slots=True)
class Refused:
    """One file: its digest, the name it came under (from outside), why, and who tried when."""

    file: Digest
    name: str
    problem: Problem
    by: str
    at: str


def project_quarantine(entry: Entry) -> Iterator[DeskWrite]:
    """What an entry changes in the table ``quarantine``."""
    match entry.kind:
        case "import-refused":
            told = {**entry.facts, "by": entry.by, "at": entry.at}
            yield DeskWrite(_TABLE, str(entry.facts["bundle"]), told)
        case "quarantine-cleared":
            file = str(entry.facts["bundle"])
            yield DeskWrite(_TABLE, file, None)
            yield condemn(file, "")
        case _:
            return


def refused_files(desk: DeskView) -> tuple[Refused, ...]:
    """Everything that is kept aside, the newest first."""
    found = (_refused(file, row) for file, row in desk.items(_TABLE) if isinstance(row, dict))
    return tuple(sorted(found, key=lambda one: (one.at, one.file), reverse=True))


def refused_file(desk: DeskView, file: Digest) -> Refused:
    """One of them; raises ``Problem("QUARANTINE_UNKNOWN")``."""
    found = next((one for one in refused_files(desk) if one.file == file), None)
    if found is None:
        raise Problem("QUARANTINE_UNKNOWN")
    return found


def _refused(file: str, row: Mapping[str, JsonValue]) -> Refused:
    params = row.get("params")
    told = params.items() if isinstance(params, dict) else ()
    problem = Problem(
        str(row["code"]),
        **{str(name): value for name, value in told if isinstance(value, (str, int))},
    )
    return Refused(parse_digest(file), str(row["name"]), problem, str(row["by"]), str(row["at"]))
