"""The small pages of account work: whom, which post, and a password that is shown once."""

from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult

from airseal.duties.accounts import Newcomer
from airseal.model.account import AccountFacts
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.secret import Secret
from airseal.screens.base import AirsealScreen
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.text import Phrase, level_name, mark, phrase, post_name

_POSTS: Final = tuple(post for post in Post if post is not Post.ROOT)


@dataclass(frozen=True, slots=True)
class Appointment:
    """What was chosen for a person."""

    post: Post
    level: Level


class NewcomerScreen(AirsealScreen[Newcomer]):
    """Hands back whom an account is to be opened for, or None."""

    HEADING = mark("Open an account")
    HELP = mark(
        "The id is what the person types at the login: small letters, digits, hyphens. Name and"
        " telephone are those of the roster; one person has one account. The account has no post"
        " until the security administrator gives it one."
    )
    OFFERS = ("confirm",)

    def body(self) -> ComposeResult:
        """Three fields."""
        yield Form(
            [
                TextField("person", phrase("Person id"), longest=64),
                TextField("name", phrase("Name"), longest=64),
                TextField("phone", phrase("Telephone"), longest=32),
            ]
        )

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        if form.check():
            values = (form.field(key, TextField).value for key in ("person", "name", "phone"))
            self.dismiss(Newcomer(*values))


class AppointScreen(AirsealScreen[Appointment]):
    """Hands back post and clearance for ``account``, or None."""

    HEADING = mark("Post and clearance")
    HELP = mark(
        "Choose with the left and right arrows. What the person was before ends when this is"
        " saved. Posts that are kept apart are refused for one person."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    AppointScreen #who { text-style: bold; margin: 1 0; }
    """

    def __init__(self, account: AccountFacts) -> None:
        super().__init__()
        self._account = account

    def body(self) -> ComposeResult:
        """Who, then two choices."""
        yield Say(self._account.name, id="who")
        posts = [Choice(post, post_name(post)) for post in _POSTS]
        levels = [Choice(level, level_name(level)) for level in Level]
        yield Form(
            [
                ChoiceField("post", phrase("Post"), posts, self._account.post),
                ChoiceField("level", phrase("Clearance"), levels, self._account.clearance),
            ]
        )

    def do_confirm(self) -> None:
        """Hand it back."""
        form = self.query_one(Form)
        post, level = (form.field(key, ChoiceField).value for key in ("post", "level"))
        if post is not None and level is not None:
            self.dismiss(Appointment(Post(post), Level(level)))


class OnceScreen(AirsealScreen[None]):
    """Shows a one-time password; leaving the page wipes it for good."""

    HEADING = mark("Shown once")
    HELP = mark(
        "Hand it to this person alone. It is good for nothing but choosing a new one, and nobody"
        " can show it again."
    )

    DEFAULT_CSS = """
    OnceScreen #once { text-style: bold; margin: 1 0; }
    """

    def __init__(self, person: str, password: Secret, label: Phrase | None = None) -> None:
        super().__init__()
        self._person = person
        self._password = password
        self._label = label or phrase("Password")

    def body(self) -> ComposeResult:
        """Who, and the password."""
        yield Say(phrase("Shown only this once. Hand it over in person; Esc wipes it."), id="once")
        yield FactTable(
            [
                Fact(phrase("Person id"), self._person),
                Fact(self._label, self._password.reveal().decode(), strong=True),
            ]
        )

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        self._password.wipe()
