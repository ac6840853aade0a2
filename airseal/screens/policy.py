"""The policy pack (制度包): read by everybody, changed and published by the seal department."""

from collections.abc import Iterator
from dataclasses import replace

from textual.app import ComposeResult

from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.matrix import Row
from airseal.model.policy import PolicyPack
from airseal.model.policydiff import Change, Part, differences
from airseal.model.problem import Problem
from airseal.model.rights import Right, may
from airseal.model.settings import Settings, table, written
from airseal.screens.base import AirsealScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.policy_forms import DryRunScreen, RowScreen, SettingScreen
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, mark, phrase, plural, when
from airseal.words.policy import (
    PARTS,
    SETTINGS,
    change_words,
    demand_words,
    keys_words,
    value_words,
)


class PolicyScreen(Listing, SigningScreen[None]):
    """One list of settings and matrix rows; changes are kept here until they are published."""

    HEADING = mark("Policy pack of the unit")
    HELP = mark(
        "Settings first, each with the clause it follows, then the rows of the authority matrix."
        " Enter explains one and, for the seal department, changes it. y tries out who would have"
        " to approve something. d shows what differs from the pack in force; p signs it as the"
        " next number. Nothing changes for anybody before that, and older packs never come back."
    )
    OFFERS = ("open", "try_out", "changes", "add_row", "drop_row", "publish_pack", *SORTING)

    DEFAULT_CSS = """
    PolicyScreen FactTable { margin: 0 0 1 0; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._held = session.station.rules.pack
        self._pack = self._held

    def body(self) -> ComposeResult:
        """What it is, then its lines."""
        yield FactTable(list(self._facts()))
        columns = [
            Column(phrase("Kind"), 8),
            Column(phrase("About")),
            Column(phrase("Rule"), 24),
            Column(phrase("Clause"), 20, wide=True),
        ]
        yield RecordList(columns, self._lines(), phrase("Nothing."), marking=False)

    def why_not(self, action: str) -> Phrase | None:
        """What cannot be done with this line, or with a pack that is as it was."""
        if action in ("changes", "publish_pack") and not self._changes:
            return phrase("Nothing was changed.")
        if action == "drop_row" and self._row is None:
            return phrase("Choose a row of the matrix.")
        return None

    def do_open(self) -> None:
        """Explain the line under the cursor, and change it."""
        editable = may(self.post, Right.PUBLISH)
        if (row := self._row) is not None:
            self.app.push_screen(
                RowScreen(row, self._pack, editable=editable),
                lambda made: self._take_row(row, made),
            )
        elif (field := self.query_one(RecordList).current) is not None:
            line = next(line for line in table() if line.field == field)
            self.app.push_screen(
                SettingScreen(line, self._pack.settings, editable=editable), self._take_settings
            )

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_add_row(self) -> None:
        """A new row of the matrix."""
        self.app.push_screen(
            RowScreen(None, self._pack, editable=True), lambda made: self._take_row(None, made)
        )

    def do_drop_row(self) -> None:
        """Without the row under the cursor."""
        row = self._row
        self._change(matrix=tuple(one for one in self._pack.matrix if one != row))

    def do_try_out(self) -> None:
        """Try out who would have to approve something."""
        self.app.push_screen(DryRunScreen(self._pack))

    def do_changes(self) -> None:
        """What differs from the pack in force."""
        self.app.push_screen(ChangesScreen(self._changes))

    def do_publish_pack(self) -> None:
        """Sign it as the next number."""
        pack = self._pack

        def publish(station: Station, signer: Signer) -> tuple[Signed, ...]:
            return station.rules.publish(pack, signer)

        self.at_station(
            lambda station, _: station.rules.check(pack),
            lambda made: self.sign(
                phrase("Publish policy pack No. {number}", number=made.number),
                publish,
                lambda _: self._published(),
                busy=phrase("Signing the policy pack"),
                facts=[
                    Fact(phrase("Policy pack"), made.title, strong=True),
                    Fact(phrase("Changes"), str(len(self._changes))),
                ],
            ),
            busy=phrase("Checking before the PIN is asked"),
        )

    def _published(self) -> None:
        self._held = self._pack = self.session.station.rules.pack
        self._show()
        self.say(phrase("Published. Export the registry, so that the other stations get it."))

    @property
    def _changes(self) -> tuple[Change, ...]:
        return differences(self._held, self._pack)

    @property
    def _row(self) -> Row | None:
        """The matrix row under the cursor."""
        current = self.query_one(RecordList).current or ""
        name = current.removeprefix("row/")
        return next((r for r in self._pack.matrix if current != name and r.id == name), None)

    def _take_settings(self, settings: Settings | None) -> None:
        if settings is not None:
            self._change(settings=settings)

    def _take_row(self, old: Row | None, made: Row | None) -> None:
        if made is None:
            return
        rows = [made if one == old else one for one in self._pack.matrix]
        self._change(matrix=tuple(rows if old else [*rows, made]))

    def _change(self, **changes: object) -> None:
        """Take a change over if the pack as a whole still holds together."""
        try:
            self._pack = replace(self._pack, **changes)  # type: ignore[arg-type] # two fields
        except ValueError as error:
            self.show_problem(Problem("PACK_FORM", why=str(error)))
            return
        self._show()

    def _show(self) -> None:
        self.query_one(FactTable).show(list(self._facts()))
        self.query_one(RecordList).show(self._lines())
        self.update_keys()

    def _facts(self) -> Iterator[Fact]:
        pack = self._held
        trial = phrase("on trial") if pack.trial else phrase("in force")
        yield Fact(phrase("Policy pack"), pack.title, strong=True)
        number = phrase(
            "No. {number}, {state} from {day}",
            number=pack.number,
            state=trial,
            day=when(pack.effective),
        )
        yield Fact(phrase("Version"), number)
        if changes := len(self._changes):
            words = plural("{n} change not published", "{n} changes not published", changes)
            yield Fact(phrase("Changes"), words, strong=True)

    def _lines(self) -> Listed:
        return Listed(tuple(_lines(self._pack)))


def _lines(pack: PolicyPack) -> Iterator[Record]:
    for line in table():
        value = value_words(line.field, written(pack.settings, line.field))
        about = Phrase(SETTINGS[line.field])
        yield Record(line.field, (line.name, about, value, line.clauses))
    for row in pack.matrix:
        key, asked = f"{row.id}: {keys_words(row, pack)}", demand_words(row.demand)
        yield Record(f"row/{row.id}", (Phrase(PARTS[Part.ROW]), key, asked, row.clause))


class ChangesScreen(AirsealScreen[None]):
    """What a pack would change, line by line."""

    HEADING = mark("Changes against the pack in force")
    HELP = mark("Each line is one change: what it was, and what it would be.")

    def __init__(self, changes: tuple[Change, ...]) -> None:
        super().__init__()
        self._changes = changes

    def body(self) -> ComposeResult:
        """One line for each change."""
        columns = [
            Column(phrase("Kind"), 12),
            Column(phrase("Called"), 26),
            Column(phrase("Before")),
            Column(phrase("After")),
        ]
        records = tuple(
            Record(str(number), change_words(one)) for number, one in enumerate(self._changes)
        )
        yield RecordList(columns, Listed(records), phrase("Nothing."), marking=False)
