"""Naming a file or directory by its path: on the medium by its name alone (TK-09)."""

from pathlib import Path

from textual.app import ComposeResult

from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.form import Form
from airseal.text import mark, phrase


class PathScreen(AirsealScreen[Path]):
    """Hands back the path that was typed, or None. Nothing is opened here.

    Where the medium is mounted is shown to nobody: ``name`` is what lies in ``folder``.
    """

    HEADING = mark("File or folder")
    HELP = mark(
        "Type the name of a file or folder on the medium and press Enter; a dot is the medium"
        " itself. A path that begins with / or ~ is somewhere else."
    )
    OFFERS = ("confirm",)

    def __init__(self, folder: Path, name: str = ".") -> None:
        super().__init__()
        self._folder, self._offered = folder, name

    def body(self) -> ComposeResult:
        """One field."""
        yield Form([TextField("path", phrase("Path"), self._offered, longest=1_000)])

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if form.check():
            self.dismiss(self._folder / Path(form.field("path", TextField).value).expanduser())
