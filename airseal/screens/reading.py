"""The base of the screens on which a document is read beside what is said about it."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.ask_line import AskLine
from airseal.screens.widgets.document_view import DocumentView, ReadAs
from airseal.text import Phrase, phrase

Result = TypeVar("Result")

_WIDE = 110


class ReadingScreen(SigningScreen[Result]):
    """Facts and the document: side by side where there is room, else one after the other.

    ``t`` goes on from the facts to the text and to the picture; on a wide terminal the facts
    stay. A subclass yields the facts from :meth:`beside`.
    """

    READING: ClassVar[tuple[str, ...]] = (
        "view",
        "next_page",
        "previous_page",
        "zoom_in",
        "zoom_out",
        "find",
        "find_next",
        "go_to_page",
    )
    """The keys of reading, for a subclass's ``OFFERS``."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012  # Textual's form

    DEFAULT_CSS = """
    ReadingScreen #beside { width: 1fr; height: 1fr; padding: 0 1 0 0; }
    ReadingScreen DocumentView { width: 1fr; height: 1fr; }
    ReadingScreen.-narrow DocumentView { display: none; }
    ReadingScreen.-narrow.-reading DocumentView { display: block; }
    ReadingScreen.-narrow.-reading #beside { display: none; }
    """

    _words = ""

    def body(self) -> ComposeResult:
        """Facts left, document right."""
        with Horizontal():
            with VerticalScroll(id="beside"):
                yield from self.beside()
            yield DocumentView(form=ReadAs.TEXT)

    def beside(self) -> ComposeResult:
        """The widgets beside the document."""
        yield from ()

    @property
    def document(self) -> DocumentView:
        """The document being read."""
        return self.query_one(DocumentView)

    @property
    def reads(self) -> bool:
        """Whether the document is in sight."""
        return self.has_class("-wide") or self.has_class("-reading")

    def on_screen_suspend(self) -> None:
        """Pixels must not show through the screen that comes over this one."""
        self.document.hide_pixels()

    def why_not_read(self, action: str) -> Phrase | None:
        """Why a key of reading does nothing now."""
        page, pages = self.document.page, len(self.document.sizes)
        match action:
            case "next_page" | "previous_page" | "zoom_in" | "zoom_out" if not self.reads:
                return phrase("The document is not in sight: t shows it.")
            case "next_page" if page >= pages:
                return phrase("This is the last page.")
            case "previous_page" if page <= 1:
                return phrase("This is the first page.")
            case "find" | "find_next" | "go_to_page" if not self.document.sizes:
                return phrase("The document is not in sight: t shows it.")
            case "find_next" if not self._words:
                return phrase("Nothing was searched for yet: / asks for the words.")
            case "zoom_in" | "zoom_out" if self.document.form is ReadAs.TEXT:
                return phrase("Only the picture can be enlarged: t shows it.")
            case _:
                return None

    def do_view(self) -> None:
        """Go on to the next way of looking."""
        text_first = not self.reads
        if text_first:
            self.add_class("-reading")
            self.document.show_as(ReadAs.TEXT)
        elif self.document.form is ReadAs.TEXT:
            self.document.show_as(ReadAs.PICTURE)
        else:
            self.remove_class("-reading")
            self.document.show_as(ReadAs.TEXT)
        self._focus_what_scrolls()

    def do_next_page(self) -> None:
        """Turn the page."""
        self.document.turn(1)

    def do_previous_page(self) -> None:
        """Turn back."""
        self.document.turn(-1)

    def do_zoom_in(self) -> None:
        """Enlarge the picture."""
        self.document.zoom(larger=True)

    def do_zoom_out(self) -> None:
        """Reduce the picture."""
        self.document.zoom(larger=False)

    def do_find(self) -> None:
        """Ask for words to find."""
        self._show_document()
        self.document.ask("words", phrase("Find:"))

    def do_find_next(self) -> None:
        """Find the same words again."""
        self._show_document()
        self.document.find(self._words)

    def do_go_to_page(self) -> None:
        """Ask for a page."""
        self._show_document()
        pages = len(self.document.sizes)
        self.document.ask("page", phrase("Page (1 to {pages}):", pages=pages))

    def on_ask_line_answered(self, event: AskLine.Answered) -> None:
        """Words to find, or the number of a page."""
        event.stop()
        self._focus_what_scrolls()
        if event.about == "words" and event.answer:
            self._words = event.answer
            self.document.find(self._words)
        elif event.about == "page" and not self._turn_to(event.answer):
            self.say(phrase("There is no such page."))
        self.update_keys()

    def on_ask_line_dropped(self, event: AskLine.Dropped) -> None:
        """Back to reading."""
        event.stop()
        self._focus_what_scrolls()

    def on_document_view_sought(self, event: DocumentView.Sought) -> None:
        """Say when nothing was found; what was found is seen."""
        event.stop()
        self.hush()
        if not event.found:
            self.say(phrase("These words do not stand in the text of this document."))
        self._focus_what_scrolls()

    def _turn_to(self, answer: str) -> bool:
        return answer.isdecimal() and len(answer) < 7 and self.document.go_to(int(answer))

    def _show_document(self) -> None:
        if not self.reads:
            self.do_view()

    def on_document_view_turned(self, event: DocumentView.Turned) -> None:
        """Pages have come: the keys may work now."""
        event.stop()
        self.update_keys()

    def _focus_what_scrolls(self) -> None:
        reading_text = self.reads and self.document.form is ReadAs.TEXT
        target: Widget = self.document.text_pane if reading_text else self.query_one("#beside")
        target.focus()
