"""Naming a file or directory by its path."""

from pathlib import Path

from textual.app import ComposeResult

from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.form import Form
from airseal.text import mark, phrase


class PathScreen(AirsealScreen[Path]):
    """Hands back the path that was typed, or None. Nothing is opened here."""

    HEADING = mark("File or folder")
    HELP = mark("Type the path of a file or folder and press Enter.")
    OFFERS = ("confirm",)

    def __init__(self, start: Path) -> None:
        super().__init__()
        self._start = start

    def body(self) -> ComposeResult:
        """One field."""
        yield Form([TextField("path", phrase("Path"), str(self._start), longest=1_000)])

    def on_form_completed(self) -> None:
        """Enter in the field."""
        self.action_act("confirm")

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if form.check():
            self.dismiss(Path(form.field("path", TextField).value).expanduser())
