"""An older station is brought up to date before anybody logs in to it (BK-04)."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from airseal.model.secret import Secret
from airseal.screens.own_forms import SecretsScreen
from airseal.screens.widgets.entry_fields import SecretField, TextField
from airseal.screens.widgets.field import Field
from airseal.screens.work import Work
from airseal.text import Phrase, mark, phrase

Migrate: TypeAlias = Callable[[str, Secret, Path | None, Work], int]
"""Person, password, where the backup goes (None: the stick at hand), progress; its number."""


class MigrateScreen(SecretsScreen):
    """Says what will happen, then does it; ``backup`` is the number of the backup made first."""

    HEADING = mark("Bring the station up to date")
    HELP = mark(
        "First a backup of the station as it is goes to the directory or stick that you name, and"
        " is read back. Then the work table is made anew from the ledger in the form of this"
        " program. Format, program, person and time are recorded. Whatever interrupts this, it can"
        " be done again; the older program opens the station until it is finished. Esc cancels."
    )

    def __init__(self, migrate: Migrate, person: str = "") -> None:
        super().__init__()
        self._migrate, self._person = migrate, person
        self.backup = 0

    def why(self) -> Phrase:
        """What will happen."""
        return phrase(
            "An older version of the program kept this station. A backup is made first; then the"
            " station is brought up to date, and is opened by this version only. Whoever makes"
            " backups of the station does this."
        )

    def fields(self) -> list[Field]:
        """Who does it, and where the backup goes."""
        return [
            TextField("person", phrase("Person id"), self._person, longest=64),
            SecretField("password", phrase("Password")),
            TextField("medium", phrase("Backup to (empty: the stick)"), required=False),
        ]

    def act(self, texts: dict[str, str], secrets: dict[str, Secret]) -> None:
        """Migrate."""
        where = Path(texts["medium"]) if texts["medium"] else None
        self.backup = self._migrate(texts["person"], secrets["password"], where, self.progress)
