"""The base of the screens on which a seal is moved over a page in true size (SE-02, C-18)."""

import re
from typing import ClassVar, Final, TypeVar

from airseal.duties.sealing import Position
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.screens.reading import ReadingScreen
from airseal.screens.widgets.ask_line import AskLine
from airseal.screens.widgets.document_view import ReadAs
from airseal.screens.widgets.key_bar import KeyHint
from airseal.screens.widgets.page_picture import Impression, Outline
from airseal.text import Phrase, millimetres, phrase

Result = TypeVar("Result")

_STEPS_UM: Final = (1_000, 100)
_TWO_NUMBERS: Final = re.compile(
    r"\s*([0-9]{1,4}(?:\.[0-9]{1,2})?)[\s,;x\u3001\uff0c\uff1b]+([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*"
)
_WAYS: Final = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


class PlacingScreen(ReadingScreen[Result]):
    """The arrow keys move the seal while the picture is in sight; ``f`` makes the steps fine.

    A subclass refuses places with :meth:`refuse`; a refused step leaves the seal where it is
    and says the number that failed.
    """

    PLACING: ClassVar[tuple[str, ...]] = ("move", "step", "type_place")
    """The keys of placing, for a subclass's ``OFFERS``."""

    _position: Position | None = None
    _seal: SealRecord | None = None
    _impression: Impression | None = None
    _step_um = _STEPS_UM[0]

    def refuse(self, position: Position) -> Problem | None:
        """Why the seal may not stand there, or None."""
        del position
        return None

    def place_note(self, position: Position) -> Phrase:
        """What to say beside the page number about where the seal stands."""
        return phrase(
            "{x} from the left, {y} mm from the top", x=mm(position.x_um), y=mm(position.y_um)
        )

    @property
    def position(self) -> Position | None:
        """Where the seal stands now."""
        return self._position

    def take_up(self, seal: SealRecord, impression: Impression | None) -> None:
        """The seal to be placed, and how it looks if that is known."""
        self._seal, self._impression = seal, impression

    def put(self, position: Position) -> None:
        """Put the seal there, in its true size."""
        assert self._seal is not None
        self._position = position
        width = self._seal.width_um
        outline = Outline(position.x_um, position.y_um, width, self._impression)
        self.document.lay(position.page, outline)
        self.document.note(self.place_note(position))

    def take_away(self) -> None:
        """There is no seal to place any more."""
        self._position = None
        self.document.lay_nothing()
        self.document.note(None)

    def key_hints(self) -> list[KeyHint]:
        """The arrow keys scroll until the picture is in sight."""
        hints = super().key_hints()
        if self._position is not None and self.why_not_place("move") is not None:
            return [hint for hint in hints if hint.action.name != "move"]
        return hints

    def why_not_place(self, action: str) -> Phrase | None:
        """Why a key of placing does nothing now."""
        if action not in self.PLACING:
            return None
        if self._position is None:
            return phrase("There is no seal to move.")
        if not self.reads or self.document.form is not ReadAs.PICTURE:
            return phrase("The picture of the page is not in sight: t shows it.")
        return None

    def do_move(self) -> None:
        """One step with an arrow key, if the place there is allowed."""
        assert self._position is not None
        across, down = _WAYS[self.pressed_key]
        moved = Position(
            self.document.page,
            self._position.x_um + across * self._step_um,
            self._position.y_um + down * self._step_um,
        )
        self._try(moved)

    def _try(self, wanted: Position) -> None:
        """Put the seal there, or say the number that speaks against it and leave it (SE-02)."""
        refused = self.refuse(wanted)
        if refused is not None:
            self.show_problem(refused)
            return
        self.hush()
        self.put(wanted)

    def do_type_place(self) -> None:
        """Ask for the place in numbers."""
        self.document.ask("place", phrase("Centre of the seal, mm from the left and the top:"))

    def on_ask_line_answered(self, event: AskLine.Answered) -> None:
        """Numbers of a place; the rest is reading."""
        if event.about != "place":
            super().on_ask_line_answered(event)
            return
        event.stop()
        self._focus_what_scrolls()
        numbers = _millimetres_in(event.answer)
        if numbers is None:
            self.say(phrase("Type two numbers in millimetres, for example 150.5 220."))
            return
        self._try(Position(self.document.page, *numbers))

    def do_step(self) -> None:
        """Steps of 1 mm or of 0.1 mm."""
        self._step_um = _STEPS_UM[1 - _STEPS_UM.index(self._step_um)]
        self.say(phrase("An arrow key now moves the seal by {step}.", step=self.step))

    @property
    def step(self) -> Phrase:
        """How far an arrow key moves the seal."""
        return millimetres(self._step_um)

    def _focus_what_scrolls(self) -> None:
        if self.reads and self.document.form is ReadAs.PICTURE:
            self.set_focus(None)  # the arrow keys belong to the seal
        else:
            super()._focus_what_scrolls()


def _millimetres_in(text: str) -> tuple[int, int] | None:
    """Two lengths in mm, with at most two decimals, as µm; None for anything else."""
    found = _TWO_NUMBERS.fullmatch(text)
    if found is None:
        return None
    return round(float(found[1]) * 1_000), round(float(found[2]) * 1_000)


def mm(um: int) -> str:
    """A length in mm with one decimal, without its unit: the line has little room."""
    return f"{um / 1_000:.1f}"
