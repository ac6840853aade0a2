"""The periodic check of one seal (定期检查): what program and custodian see of it (LC-24)."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual.app import ComposeResult

from airseal.duties.checking_seals import TICKED, Checked
from airseal.model.secret import Secret
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.station import Station
from airseal.station.seals import Looked
from airseal.text import Phrase, mark, phrase
from airseal.words.seals import CHECK_POINTS, holds_words

_YES: Final = "yes"


class SealCheckScreen(SigningScreen[None]):
    """The form, then what was found, point by point."""

    HEADING = mark("Check a seal")
    HELP = mark(
        "The program looks itself whether the USBKey is there, its certificate is valid, its PIN"
        " was chosen by you and the impression is the one of the register. You look whether the"
        " USBKey is stored as it must be and is undamaged. F9 asks for the PIN and records the"
        " check, passed or not; where no PIN opens the USBKey, none is asked. Only a check with"
        " every point in order counts."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    SealCheckScreen FactTable { margin: 0 0 1 0; }
    SealCheckScreen #next { height: auto; }
    """

    def __init__(self, session: Session, seal: str) -> None:
        super().__init__(session)
        self._seal = seal
        self._seen: Looked | None = None
        self._found: Checked | None = None

    def body(self) -> ComposeResult:
        """What the program sees already, the fields, and room for the result."""
        name = self.session.station.seal_name(self._seal)
        yield FactTable([Fact(phrase("Seal"), name, strong=True)], id="about")
        yield Form(_fields())
        yield Say(id="next")

    def on_mount(self) -> None:
        """Look at once: whoever may not check this seal here is told so."""
        self.look(lambda station: station.seals.look(self._seal), self._show)

    def why_not(self, action: str) -> Phrase | None:
        """A check is made once, by who may make it."""
        if action != "confirm":
            return None
        if self._found is not None:
            return phrase("The check is recorded. Esc goes back.")
        return phrase("You cannot check this seal here.") if self._seen is None else None

    def do_confirm(self) -> None:
        """Look again; ask for the PIN where one can open the USBKey; record what was found."""
        form = self.query_one(Form)
        if not form.check():
            return
        ticked = [point for point in TICKED if form.field(point, ChoiceField).value == _YES]
        note, said = form.field("note", TextField).value, form.said()
        busy = phrase("Checking the seal")

        def check(station: Station, pin: Secret | None) -> Checked:
            return station.check_seal(self._seal, pin, ticked, note)

        def go_on(seen: Looked) -> None:
            self._show(seen)
            if seen.openable:
                purpose = phrase("Check the seal {seal}", seal=seen.record.name)
                facts = [*_seen_facts(seen), *said]
                self.with_pin(purpose, check, self._told, busy=busy, facts=facts)
            else:
                self.at_station(lambda station, _: check(station, None), self._told, busy=busy)

        self.at_station(
            lambda station, _: station.seals.look(self._seal),
            go_on,
            busy=phrase("Checking before the PIN is asked"),
        )

    def _show(self, seen: Looked) -> None:
        self._seen = seen
        self.query_one("#about", FactTable).show(
            [Fact(phrase("Seal"), seen.record.name, strong=True), *_seen_facts(seen)]
        )
        self.update_keys()

    def _told(self, found: Checked) -> None:
        """In the place of the form, every point and what to do next."""
        self._found = found
        assert self._seen is not None
        facts = [Fact(phrase("Seal"), self._seen.record.name, strong=True), *_points(found.points)]
        if found.finding:
            facts.append(Fact(phrase("Note"), found.finding))
        self.query_one("#about", FactTable).show(facts)
        self.query_one(Form).remove()
        words = phrase("The check is passed and recorded.")
        if found.failed:
            words = phrase(
                "The check is NOT passed; this is recorded. Do not use the seal. Report it to the"
                " head of the unit and to the seal department, and check again once it is put"
                " right."
            )
        self.query_one("#next", Say).say(words)
        self.update_keys()


def _fields() -> list[Field]:
    choices = [Choice("no", phrase("NOT in order")), Choice(_YES, phrase("in order"))]
    return [
        *(ChoiceField(point, Phrase(CHECK_POINTS[point]), choices) for point in TICKED),
        TextField("note", phrase("Note"), required=False),
    ]


def _seen_facts(seen: Looked) -> list[Fact]:
    looked = (("token", seen.token), ("certificate", seen.certificate))
    return [*_points([*looked, ("impression", seen.impression)])]


def _points(points: Sequence[tuple[str, bool]]) -> Iterator[Fact]:
    for point, holds in points:
        yield Fact(Phrase(CHECK_POINTS[point]), holds_words(holds), strong=not holds)
