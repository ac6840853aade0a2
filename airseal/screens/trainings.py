"""Trainings (培训、考核): who was trained, when, and until when it holds (SU-05, SU-06)."""

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult

from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.training import Training
from airseal.screens.base import AirsealScreen
from airseal.screens.listing import MARKING, SORTING, Listing
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.training_form import TrainingFormScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.paint import Say
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.station.trainings import Trained
from airseal.text import Phrase, enumerated, mark, phrase, plural, post_name, when, with_id
from airseal.words.training import KINDS, passed_words, result_words, standing_words, until_words


class TrainingsScreen(Listing, SigningScreen[None]):
    """One line for each person of the roster; what is recorded is recorded for those marked."""

    HEADING = mark("Trainings")
    HELP = mark(
        "Everybody on the roster with the newest training or assessment, and until when the newest"
        " training passed holds; how many months that is the policy pack says. Mark those who took"
        " part with Space and press n to record what came of it, signed with your PIN. Who passed"
        " and who failed is recorded one after the other. Enter shows all of one person. p takes it"
        " out with the registry: until then other stations do not know of it."
    )
    OFFERS = ("open", "record_training", "publish", *MARKING, "refresh")

    DEFAULT_CSS = """
    TrainingsScreen #about { height: auto; margin: 1 0 0 0; color: $text-muted; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._people: Mapping[str, Trained] = {}

    def body(self) -> ComposeResult:
        """The list, empty until the query is done."""
        columns = [
            Column(phrase("Name"), 16),
            Column(phrase("Post"), 16, wide=True),
            Column(phrase("Kind"), 10, wide=True),
            Column(phrase("Topic")),
            Column(phrase("Day"), 14),
            Column(phrase("Result"), 6),
            Column(phrase("Holds until"), 14),
        ]
        yield RecordList(columns, Listed(()), phrase("No registry was imported yet."))
        yield Say(id="about")

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def why_not(self, action: str) -> Phrase | None:
        """Somebody must be there."""
        if action in ("open", "record_training") and not self._people:
            return phrase("No registry was imported yet.")
        return None

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(lambda station: station.trainings.people(), self._show)

    def do_open(self) -> None:
        """Everything about the person under the cursor."""
        one = self._people.get(self.query_one(RecordList).current or "")
        if one is not None:
            self.app.push_screen(TrainedScreen(one))

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def on_record_list_changed(self, event: RecordList.Changed) -> None:
        """The row under the cursor in full: the columns have no room for it."""
        event.stop()
        self._tell()

    def do_record_training(self) -> None:
        """Ask what it was and what came of it, then sign it."""
        chosen = sorted(self.query_one(RecordList).chosen)
        people = {key: _name(self._people[key]) for key in chosen if key in self._people}
        screen = TrainingFormScreen(people, self.session.station.now().date())
        self.app.push_screen(screen, self._record)

    def do_publish(self) -> None:
        """Write the registry, and the trainings with it, to the medium."""
        from airseal.screens.export import of_registry

        self.app.push_screen(of_registry(self.session))

    def _record(self, body: Training | None) -> None:
        if body is None:
            return

        def check(station: Station) -> list[Fact]:
            station.trainings.may_record(body)
            return self._about(body)

        def record(station: Station, signer: Signer) -> Signed:
            return station.trainings.record(body, signer)

        self.check_and_sign(
            check,
            phrase("Certify this training"),
            record,
            lambda _: self._done(),
            busy=phrase("Signing"),
        )

    def _about(self, body: Training) -> list[Fact]:
        """What is signed."""
        rows = body.rows
        return [
            Fact(phrase("Kind"), Phrase(KINDS[body.kind]), strong=True),
            Fact(phrase("Topic"), body.topic, strong=True),
            Fact(phrase("Day"), when(body.day), strong=True),
            Fact(phrase("Result"), passed_words(rows[0].passed), strong=True),
            *([Fact(phrase("Remark"), rows[0].remark)] if rows[0].remark else []),
            Fact(
                phrase("People"),
                phrase(
                    "{count}: {names}",
                    count=plural("{n} person", "{n} people", len(rows)),
                    names=enumerated(_name(self._people[row.person]) for row in rows),
                ),
                strong=True,
            ),
        ]

    def _done(self) -> None:
        self.query_one(RecordList).keep_marks(())
        self.say(phrase("Signed. p takes it out, so that the other stations know it."))
        self.do_refresh()

    def _show(self, people: Sequence[Trained]) -> None:
        self._people = {one.person: one for one in people}
        self.query_one(RecordList).show(Listed(tuple(map(_record, people))))
        self._tell()
        self.update_keys()

    def _tell(self) -> None:
        one = self._people.get(self.query_one(RecordList).current or "")
        newest = one.results[0] if one and one.results else None
        self.query_one("#about", Say).say(result_words(newest) if newest else "")


class TrainedScreen(Listing, AirsealScreen[None]):
    """Every training and assessment of one person, the newest first."""

    HEADING = mark("Trainings of a person")
    HELP = mark(
        "Trainings and assessments as the seal department certified them. Only a training that was"
        " passed counts where the policy pack demands one; an assessment is kept beside it. One"
        " that was recorded in error is taken back by recording its topic and day as failed."
    )
    OFFERS = SORTING

    DEFAULT_CSS = """
    TrainedScreen FactTable { margin: 0 0 1 0; }
    """

    def __init__(self, person: Trained) -> None:
        super().__init__()
        self._person = person

    def body(self) -> ComposeResult:
        """Who, and how they stand; then the list."""
        one = self._person
        yield FactTable(
            [
                Fact(phrase("Name"), _name(one), strong=True),
                Fact(phrase("Post"), enumerated(map(post_name, one.posts))),
                Fact(
                    phrase("Training"),
                    standing_words(one.until, holds=one.holds),
                    strong=not one.holds,
                ),
            ]
        )
        columns = [
            Column(phrase("Day"), 14),
            Column(phrase("Kind"), 10),
            Column(phrase("Topic")),
            Column(phrase("Result"), 6),
            Column(phrase("Remark"), 16),
        ]
        records = tuple(
            Record(
                str(number),
                (
                    when(held.day),
                    Phrase(KINDS[held.kind]),
                    held.topic,
                    passed_words(held.passed),
                    held.remark,
                ),
            )
            for number, held in enumerate(one.results)
        )
        yield RecordList(columns, Listed(records), phrase("Nothing was recorded."), marking=False)


def _name(one: Trained) -> Phrase:
    return with_id(one.name, one.person)


def _record(one: Trained) -> Record:
    newest = one.results[0] if one.results else None
    cells = (
        _name(one),
        enumerated(map(post_name, one.posts)),
        Phrase(KINDS[newest.kind]) if newest else "",
        newest.topic if newest else "",
        when(newest.day) if newest else "",
        passed_words(newest.passed) if newest else "",
        until_words(one.until, holds=one.holds),
    )
    return Record(one.person, cells)
