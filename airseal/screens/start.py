"""The first page of a demonstration: who there is, and with which passwords and PINs."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult

from airseal.founding.demo_home import DemoPerson
from airseal.model.people import Post
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.text import Phrase, mark, phrase, post_name


class StartScreen(AirsealScreen[None]):
    """Says plainly that this is a demonstration; Enter goes to the login of a person."""

    HEADING = mark("People of the demonstration unit")
    HELP = mark(
        "This station is a demonstration. Choose a person with the arrow keys and press Enter;"
        " the login then asks for the password that stands in the table, and every signature"
        " asks for the PIN."
    )
    OFFERS = ("open",)

    DEFAULT_CSS = """
    StartScreen #warning {
        background: $warning; color: $background; text-style: bold; padding: 0 1;
        margin: 0 0 1 0;
    }
    """

    def __init__(
        self,
        people: Sequence[DemoPerson],
        chosen: Callable[[str], None],
        post: Post | None = None,
        ended: Callable[[], None] | None = None,
    ) -> None:
        """``ended`` is given in practice, which Esc ends; a demonstration is the whole program."""
        super().__init__()
        self._ended = ended
        self._people = tuple(people)
        self._chosen = chosen
        self._post = post

    def body(self) -> ComposeResult:
        """The warning and the table."""
        words = phrase("Demonstration with software keys: what is sealed here has no legal effect.")
        if self._ended is not None:
            words = phrase("Practice with TEST seals: nothing made here counts, or remains.")
        yield Say(words, id="warning")
        columns = [
            Column(phrase("Person id"), 10),
            Column(phrase("Name")),
            Column(phrase("Post"), 17),
            Column(phrase("Password"), 18),
            Column(phrase("PIN"), 8),
        ]
        records = tuple(
            Record(who.id, (who.id, who.name, post_name(who.post), who.password, who.pin))
            for who in self._people
        )
        yield RecordList(columns, Listed(records), phrase("There is nobody here."), marking=False)

    def on_mount(self) -> None:
        """Start at the person of the post that was asked for."""
        posts = [who.post for who in self._people]
        if self._post in posts:
            self.query_one(RecordList).rows.action_move(posts.index(self._post))

    @property
    def heading(self) -> Phrase:
        """Which unit it is."""
        if self._ended is not None:
            return phrase("People of the practice unit")
        return super().heading

    @property
    def _is_first(self) -> bool:
        return self._ended is None and super()._is_first

    def leave(self) -> None:
        """End practice."""
        if self._ended is not None:
            self._ended()
        else:
            super().leave()

    def do_open(self) -> None:
        """Go to the login of the person under the cursor."""
        key = self.query_one(RecordList).current
        if key is not None:
            self._chosen(key)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self._chosen(event.key)
