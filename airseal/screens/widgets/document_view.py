"""A document to read: one page at a time, as a picture or as its text layer."""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from airseal.errors import Explained, explain
from airseal.model.digest import Digest
from airseal.model.problem import Problem
from airseal.paper.placement import PageSize
from airseal.paper.report import Picture
from airseal.screens.pages import Pages
from airseal.screens.widgets.ask_line import AskLine
from airseal.screens.widgets.graphics import canvas_of
from airseal.screens.widgets.page_picture import Outline, PageImage, PagePicture
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.text_pane import TextPane, has_words
from airseal.text import Phrase, digest_words, phrase
from airseal.words.cases import REFERENCE
from transfer.errors import TransferError

_FEW_LINES: Final = 30
"""On fewer lines a whole page is a blur: it is enlarged to begin with."""
_GROUPS: Final = 4
"""Groups of the digest beside the page: enough to compare at a glance; the facts have all."""
_WIDTH_PX: Final = 1_000
"""Enough for the widest terminal at the highest zoom."""


class ReadAs(Enum):
    """How a page is shown."""

    PICTURE = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class _Wanted:
    page: int
    form: ReadAs


class DocumentView(Vertical, can_focus=False):
    """Shows pages as they come from the jail; turning pages never waits for a page.

    A seal may be laid on one page with :meth:`lay`. What cannot be shown is said in its
    place, and the screen lives on.
    """

    DEFAULT_CSS = """
    DocumentView { width: 1fr; height: 1fr; }
    DocumentView > .where { height: auto; max-height: 2; padding: 0 1; }
    DocumentView > .where { color: $text-muted; background: $panel; }
    DocumentView > .trouble { display: none; padding: 1 2; color: $text-error; }
    DocumentView.-trouble > .trouble { display: block; }
    DocumentView.-trouble > PagePicture, DocumentView.-trouble > TextPane { display: none; }
    """

    class Turned(Message):
        """Another page is in front of the person, or the page count has become known."""

    def __init__(self, *, form: ReadAs = ReadAs.PICTURE, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pages: Pages | None = None
        self._sizes: tuple[PageSize, ...] = ()
        self._wanted = _Wanted(1, form)
        self._shown: _Wanted | None = None
        self._seal: tuple[int, Outline] | None = None
        self._note: Phrase | None = None
        self._digest: Digest | None = None
        self._reference = True
        self._fetching = False
        self._drawn = False

    class Sought(Message):
        """A search has ended; ``found`` tells whether the words stand anywhere."""

        def __init__(self, words: str, found: bool) -> None:
            super().__init__()
            self.words = words
            self.found = found

    def compose(self) -> ComposeResult:
        """A line that says where we are, the page, what went wrong, and what is asked."""
        yield Say(classes="where")
        yield PagePicture()
        yield TextPane()
        yield Say(classes="trouble")
        yield AskLine()

    def on_mount(self) -> None:
        """Show the form asked for."""
        self._show_form()

    # what a screen uses

    def open(
        self,
        pages: Pages,
        page: int = 1,
        digest: Digest | None = None,
        *,
        reference: bool = True,
    ) -> None:
        """Show this document, beginning with ``page``; its ``digest`` stays in sight.

        It is marked as 参考件 unless the sealing flow made it (DC-17).
        """
        self._digest, self._reference = digest, reference
        self._pages, self._sizes, self._shown = pages, (), None
        self._wanted = _Wanted(page, self._wanted.form)
        self._fetch_soon()

    @property
    def page(self) -> int:
        """The page in front of the person."""
        return self._wanted.page

    @property
    def form(self) -> ReadAs:
        """Whether pages are shown as pictures or as text."""
        return self._wanted.form

    @property
    def sizes(self) -> tuple[PageSize, ...]:
        """The size of every page, once it is known; empty before."""
        return self._sizes

    @property
    def text_pane(self) -> TextPane:
        """The text layer, which scrolls."""
        return self.query_one(TextPane)

    def turn(self, by: int) -> bool:
        """Turn to another page; False at either end of the document."""
        return self.go_to(self.page + by)

    def go_to(self, page: int) -> bool:
        """Turn to ``page``; False when there is no such page."""
        if not 1 <= page <= len(self._sizes):
            return False
        self._wanted = _Wanted(page, self.form)
        self._fetch_soon()
        return True

    def show_as(self, form: ReadAs) -> None:
        """Show pages in this form from now on."""
        self._wanted = _Wanted(self.page, form)
        self._show_form()
        self._fetch_soon()

    def lay(self, page: int, outline: Outline) -> None:
        """Lay a seal in true size on ``page``; it is seen whenever that page is."""
        self._seal = (page, outline)
        self._lay_seal()

    def lay_nothing(self) -> None:
        """Take the seal away."""
        self._seal = None
        self._lay_seal()

    def note(self, words: Phrase | None) -> None:
        """Say this beside the page number."""
        self._note = words
        self._say_where()

    def ask(self, about: str, question: Phrase) -> None:
        """Ask for a word or a page below the page; :class:`AskLine.Answered` tells."""
        self.query_one(AskLine).ask(about, question)

    def find(self, words: str) -> None:
        """Go to the next place after the last one where ``words`` stand, from page to page.

        The text is shown then. After the last page the search goes on at the first.
        """
        if self._pages is not None and self._sizes and words:
            search = self._find(self._pages, words)
            self.run_worker(search, group="find", exclusive=True, exit_on_error=False)

    def hide_pixels(self) -> None:
        """Another screen comes over this one."""
        self.query_one(PagePicture).hide()

    def zoom(self, larger: bool) -> None:
        """Enlarge or reduce the picture."""
        picture = self.query_one(PagePicture)
        picture.zoom_in() if larger else picture.zoom_out()
        self._say_where()

    # how it works

    def _fetch_soon(self) -> None:
        self._say_where()
        if not self._fetching and self._pages is not None and self._shown != self._wanted:
            self._fetching = True
            self.run_worker(self._fetch(), group="pages", exit_on_error=False)

    async def _fetch(self) -> None:
        """One page at a time; whoever turns faster gets only the page they end at."""
        try:
            while self._pages is not None and self._shown != self._wanted:
                pages, wanted = self._pages, self._wanted
                try:
                    await self._fetch_one(pages, wanted)
                except (Problem, TransferError) as problem:
                    self._show_trouble(explain(problem))
                self._shown = wanted if pages is self._pages else None
        finally:
            self._fetching = False

    async def _fetch_one(self, pages: Pages, wanted: _Wanted) -> None:
        if not self._sizes:
            self._sizes = await asyncio.to_thread(pages.sizes)
        match wanted.form:
            case ReadAs.PICTURE:
                picture = await asyncio.to_thread(pages.picture, wanted.page, _WIDTH_PX)
                self._show_picture(wanted.page, picture)
            case ReadAs.TEXT:
                text = await asyncio.to_thread(pages.text, wanted.page)
                self.query_one(TextPane).show(text or str(phrase("(no text on this page)")))
        self.remove_class("-trouble")
        self._say_where()
        self.post_message(self.Turned())

    async def _find(self, pages: Pages, words: str) -> None:
        first, count = self.page, len(self._sizes)
        shown = self._shown == _Wanted(first, ReadAs.TEXT)
        if shown and self.query_one(TextPane).find(words):
            self.post_message(self.Sought(words, found=True))
            return
        try:
            for step in range(1 if shown else 0, count + 1):
                page = (first - 1 + step) % count + 1
                text = await asyncio.to_thread(pages.text, page)
                if pages is not self._pages:
                    return
                if has_words(text, words):
                    self._show_found(page, text, words)
                    return
        except (Problem, TransferError) as problem:
            self._show_trouble(explain(problem))
            return
        self.post_message(self.Sought(words, found=False))

    def _show_found(self, page: int, text: str, words: str) -> None:
        self._wanted = self._shown = _Wanted(page, ReadAs.TEXT)
        self._show_form()
        pane = self.query_one(TextPane)
        pane.show(text)
        pane.find(words)
        self.remove_class("-trouble")
        self._say_where()
        self.post_message(self.Turned())
        self.post_message(self.Sought(words, found=True))

    def _show_picture(self, page: int, picture: Picture) -> None:
        if not self._drawn and (canvas := canvas_of(self.app)) is not None:
            self.query_one(PagePicture).draw_on(canvas)
        size = self._sizes[page - 1]
        image = PageImage(picture.rgb, picture.width, picture.height, size.width_um, size.height_um)
        picture_of_page = self.query_one(PagePicture)
        few = 0 < picture_of_page.size.height < _FEW_LINES
        if not self._drawn and few and not picture_of_page.has_pixels:
            picture_of_page.zoom_in()
        self._drawn = True
        picture_of_page.show(image)
        self._lay_seal()

    def _show_trouble(self, explained: Explained) -> None:
        words = phrase(
            "This page cannot be shown. {what} {hint}",
            what=explained.sentence,
            hint=explained.advice,
        )
        self.query_one(".trouble", Say).say(words)
        self.add_class("-trouble")

    def _show_form(self) -> None:
        self.query_one(PagePicture).display = self.form is ReadAs.PICTURE
        self.query_one(TextPane).display = self.form is ReadAs.TEXT

    def _lay_seal(self) -> None:
        seal = self._seal if self._seal is not None and self._seal[0] == self.page else None
        self.query_one(PagePicture).lay(seal[1] if seal else None)

    def _say_where(self) -> None:
        where = phrase(
            "Page {page}/{pages}, {form}",
            page=self.page,
            pages=len(self._sizes) or "-",
            form=self._form_words(),
        )
        if self._pages is not None and self._reference:
            where = phrase("{where}; {note}", where=where, note=Phrase(REFERENCE))
        if self._digest is not None:
            where = phrase(
                "{where}; {digest}", where=where, digest=digest_words(self._digest, _GROUPS)
            )
        if self._note is not None:
            where = phrase("{where}; {note}", where=where, note=self._note)
        self.query_one(".where", Say).say(where, "$text-muted")

    def _form_words(self) -> Phrase:
        if self.form is ReadAs.TEXT:
            return phrase("text")
        return phrase("enlarged x{zoom}", zoom=self.query_one(PagePicture).zoom)
