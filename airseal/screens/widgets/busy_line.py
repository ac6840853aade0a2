"""The line that shows a duty at work: what, how far, how fast, how long still."""

from typing import Final

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from airseal.screens.widgets.paint import content
from airseal.screens.work import Stage, Work
from airseal.text import Phrase, file_size, mark, phrase

_STEPS: Final = {
    "import-statement": mark("statements"),
    "import-document": mark("documents"),
    "import-case": mark("cases"),
    "export-document": mark("documents"),
    "export-write": mark("written"),
    "batch": mark("case"),
    "demo-keys": mark("keys and charter"),
    "demo-stations": mark("stations"),
    "demo-registry": mark("registry"),
    "demo-work": mark("papers that wait"),
    "backup-file": mark("file"),
    "backup-verify": mark("verifying the restored copy"),
}
"""What duties call their steps; anything else is outside text, such as a file's name."""
_IN_BYTES: Final = frozenset({"export-write"})
_TURNS = "|/-\\"
_LOOKS_PER_SECOND = 8


class BusyLine(Widget):
    """Looks at the work a few times a second; without work it takes no space."""

    DEFAULT_CSS = """
    BusyLine { height: 1; padding: 0 1; display: none; background: $primary 20%; }
    BusyLine.-busy { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._work: Work | None = None
        self._busy = Phrase("")
        self._turn = 0
        self._timer: Timer | None = None

    def watch_work(self, work: Work, busy: Phrase) -> None:
        """Show ``work`` as it goes on, introduced by the words ``busy``."""
        self._work, self._busy = work, busy
        self.add_class("-busy")
        self._timer = self.set_interval(1 / _LOOKS_PER_SECOND, self._look)
        self.refresh()

    def rest(self) -> None:
        """The work is over."""
        if self._timer is not None:
            self._timer.stop()
        self._work = self._timer = None
        self.remove_class("-busy")

    def _look(self) -> None:
        self._turn += 1
        self.refresh()

    def render(self) -> Content:
        """Paint the state of the moment."""
        if self._work is None:
            return Content("")
        stage = self._work.stage
        parts = [content(_TURNS[self._turn % len(_TURNS)], "bold"), content(self._busy)]
        if stage.what:
            what = Phrase(_STEPS[stage.what]) if stage.what in _STEPS else stage.what
            parts.append(content(what, limit=30))
        parts += [content(words, "bold") for words in _figures(stage)]
        parts.append(content(_way_out(stage), "$text-muted"))
        return Content("  ").join(parts)


def _figures(stage: Stage) -> list[Phrase]:
    weighed = stage.what in _IN_BYTES
    figures = []
    if stage.is_cut:
        part = min(stage.part + 1, stage.parts)
        figures.append(phrase("file {done} of {total}", done=part, total=stage.parts))
    if stage.total:
        done, total = stage.done, stage.total
        whole = (file_size(done), file_size(total)) if weighed else (str(done), str(total))
        figures.append(phrase("{done} of {total}", done=whole[0], total=whole[1]))
    if stage.remaining is not None:
        rate = file_size(round(stage.rate)) if weighed else f"{stage.rate:.1f}"
        figures.append(phrase("{rate}/s", rate=rate))
        minutes, seconds = divmod(round(stage.remaining), 60)
        figures.append(phrase("{time} left", time=f"{minutes:02}:{seconds:02}"))
    return figures


def _way_out(stage: Stage) -> Phrase:
    if not stage.cancellable:
        return phrase("runs to its end")
    if stage.cancelling:
        return phrase("being cancelled")
    return phrase("Esc cancels")
