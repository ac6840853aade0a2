"""The guided first tour of practice (SU-05): step by step, what to do next on each screen.

Each post has its own way, as a table: the screen, the words, and the keys they speak of, so
that a test can press them and see that the tour leads where it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from airseal.model.people import Post
from airseal.text import Phrase, mark, phrase

PASSWORD: Final = "'password"
PIN: Final = "'pin"
"""Among the keys of a step: the password or PIN of the person is typed."""


@dataclass(frozen=True, slots=True)
class Step:
    """On ``screen``: ``words``, a message id that may name {password} and {pin}; and its keys."""

    screen: str
    words: str
    keys: tuple[str, ...]


_LOGIN: Final = Step(
    "LoginScreen", mark("Type the password {password} and press Enter."), (PASSWORD, "enter")
)
_TAKE_IN: Final = (
    Step(
        "HomeScreen",
        mark("This page shows what waits for you. Press i to see what is on the stick."),
        ("i",),
    ),
    Step(
        "MediaScreen",
        mark("* marks every bundle, i imports them; then Esc goes back."),
        ("asterisk", "i", "escape"),
    ),
)
_SIGN: Final = Step(
    "PinScreen",
    mark("Read once more what you sign. Type the PIN {pin} and press Enter."),
    (PIN, "enter"),
)
_WRITE: Final = (
    Step("ExportScreen", mark("Enter signs the bundle and writes it to the stick."), ("enter",)),
    _SIGN,
    Step(
        "ExportScreen",
        mark("It lies on the stick for the next station. F10 locks; then choose the next person."),
        ("f10",),
    ),
)
_END: Final = Step(
    "HomeScreen",
    mark("That was the round of this post. F10 locks; then choose the next person."),
    ("f10",),
)

FIRST: Final = (
    Step(
        "StartScreen",
        mark(
            "A paper goes from drafter to officer to custodian to checker. Choose a person with"
            " the arrow keys and press Enter; Esc ends practice."
        ),
        ("enter",),
    ),
)
"""Before a person is chosen."""

TOURS: Final[Mapping[Post, tuple[Step, ...]]] = {
    Post.DRAFTER: (
        _LOGIN,
        Step("HomeScreen", mark("Press n to begin a request for the seal."), ("n",)),
        Step(
            "FilesScreen",
            mark("Choose the document with the arrow keys and press Enter."),
            ("down", "enter"),
        ),
        Step(
            "RequestScreen",
            mark(
                "Enter takes the title over. Type the purpose, then press Enter until the place"
                " of the seal is asked."
            ),
            ("enter", "'练习用印", "enter", "enter", "enter"),
        ),
        Step(
            "PlaceScreen",
            mark("The seal stands on the signature block; the arrow keys move it. F9 takes it."),
            ("f9",),
        ),
        Step(
            "RequestScreen",
            mark("Type the number of copies and press Enter; Enter again asks who receives them."),
            ("'3", "enter", "enter"),
        ),
        Step(
            "RecipientsScreen",
            mark("Space marks a unit, Enter takes the marked ones."),
            ("space", "enter"),
        ),
        Step("RequestScreen", mark("F9 shows what you declare by signing."), ("f9",)),
        _SIGN,
        *_WRITE,
    ),
    Post.OFFICER: (
        _LOGIN,
        *_TAKE_IN,
        Step("HomeScreen", mark("1 opens the pile of requests to decide."), ("1",)),
        Step("CasesScreen", mark("Enter opens the request under the cursor."), ("enter",)),
        Step(
            "CaseScreen",
            mark("Read who asks for what; t shows the document. Then a approves."),
            ("t", "t", "t", "a"),
        ),
        Step(
            "DecideScreen",
            mark("Write your opinion, or keep this one, and press Enter."),
            ("enter",),
        ),
        _SIGN,
        Step("CaseScreen", mark("Your decision is signed. e takes it out on the stick."), ("e",)),
        *_WRITE,
    ),
    Post.CUSTODIAN: (
        _LOGIN,
        *_TAKE_IN,
        Step("HomeScreen", mark("1 opens the pile of approved requests to seal."), ("1",)),
        Step("CasesScreen", mark("s puts the request under the cursor on the table."), ("s",)),
        Step(
            "SealScreen",
            mark(
                "Check content, copies and approvals and tick them with 1, 2 and 3; t shows the"
                " page. Then s seals."
            ),
            ("1", "2", "3", "s"),
        ),
        _SIGN,
        Step(
            "VerdictScreen",
            mark(
                "The sealed paper was checked at once; the seal is overprinted 测试. Esc goes back."
            ),
            ("escape",),
        ),
        Step("SealScreen", mark("e takes the sealed paper out on the stick."), ("e",)),
        *_WRITE,
    ),
    Post.CHECKER: (
        _LOGIN,
        Step("HomeScreen", mark("Press i to see what is on the stick."), ("i",)),
        Step("MediaScreen", mark("y checks everything on it, without importing."), ("y",)),
        Step(
            "VerdictsScreen", mark("One line for each file; Enter shows one in full."), ("enter",)
        ),
        Step(
            "VerdictScreen",
            mark("d shows what each answer rests on. Esc, three times, goes back."),
            ("d", "escape", "escape", "escape"),
        ),
        _END,
    ),
    Post.CLERK: (
        _LOGIN,
        *_TAKE_IN,
        Step("HomeScreen", mark("1 holds what you have to verify; 5 opens all cases."), ("5",)),
        Step("CasesScreen", mark("Enter opens the request under the cursor."), ("enter",)),
        Step(
            "CaseScreen",
            mark("k confirms the file once the drafter has; it now says why not. Esc twice."),
            ("k", "escape", "escape"),
        ),
        _END,
    ),
    Post.AUTHORITY: (
        _LOGIN,
        Step("HomeScreen", mark("g opens the registry: people, seals, units, rules."), ("g",)),
        Step("AuthorityScreen", mark("r opens the policy pack."), ("r",)),
        Step("PolicyScreen", mark("y tries out who would have to approve what."), ("y",)),
        Step(
            "DryRunScreen",
            mark("Choose with the arrow keys; F9 tells who. Esc, three times, goes back."),
            ("f9", "escape", "escape", "escape"),
        ),
        _END,
    ),
    Post.SYSTEM_ADMIN: (
        _LOGIN,
        Step("HomeScreen", mark("u shows the accounts of this station."), ("u",)),
        Step(
            "AccountsScreen",
            mark("n would open an account; other administrators give it a post. Esc goes back."),
            ("escape",),
        ),
        Step("HomeScreen", mark("b shows the backups."), ("b",)),
        Step(
            "BackupsScreen",
            mark("n makes a backup on the stick, t restores it for a test. Esc goes back."),
            ("n", "t", "escape"),
        ),
        _END,
    ),
    Post.SECURITY_ADMIN: (
        _LOGIN,
        Step("HomeScreen", mark("u shows the accounts of this station."), ("u",)),
        Step(
            "AccountsScreen",
            mark("a gives the account under the cursor a post and a clearance. Esc goes back."),
            ("escape",),
        ),
        _END,
    ),
    Post.AUDITOR: (
        _LOGIN,
        Step("HomeScreen", mark("l opens the ledger."), ("l",)),
        Step(
            "AuditScreen",
            mark("k reads the whole ledger and checks it. Enter shows one entry."),
            ("k", "enter"),
        ),
        Step(
            "EntryScreen",
            mark("Everything the ledger says of this act. Esc goes back."),
            ("escape",),
        ),
        Step(
            "AuditScreen",
            mark("s searches, e copies the ledger to the stick. Esc goes back."),
            ("escape",),
        ),
        _END,
    ),
}
"""The way of each post, from the login on."""


class Tour:
    """Where somebody stands on their way; all screens share one. ``hidden``: put away for now."""

    def __init__(self) -> None:
        self.hidden = False
        self.begin(FIRST)

    def begin(self, steps: tuple[Step, ...], password: str = "", pin: str = "") -> None:
        """From now on the tour goes these ``steps``."""
        self._steps = steps
        self._secrets = {"password": password, "pin": pin}
        self._at = 0
        self._here: Step | None = steps[0]

    def arrive(self, screen: str) -> None:
        """The person came to ``screen``: the next step there, else the last one there."""
        there = [at for at, step in enumerate(self._steps) if step.screen == screen]
        if there:
            self._at = next((at for at in there if at >= self._at), there[-1])
            self._here = self._steps[self._at]
        else:
            self._here = FIRST[0] if screen == FIRST[0].screen else None

    @property
    def progress(self) -> Phrase:
        """How far the tour is."""
        return phrase("Tour {at}/{steps}", at=self._at + 1, steps=len(self._steps))

    @property
    def words(self) -> Phrase:
        """What to do next."""
        if self._here is None:
            return phrase("This page is not on the way of the tour. Esc goes back.")
        return phrase(self._here.words, **self._secrets)
