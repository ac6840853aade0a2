"""The archive of seal copies (副本档案): kept by the seal department, two take one out (BK-01)."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult

from airseal.evidence.sealcopies import SealCopy
from airseal.keys.tokenhost import Signer
from airseal.model.registry import SealRecord
from airseal.model.secret import Secret
from airseal.screens.listing import SORTING, Listing
from airseal.screens.own_forms import SecretsScreen
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.entry_fields import SecretField, TextField
from airseal.screens.widgets.fact_table import Fact
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.screens.work import Work
from airseal.station import Station
from airseal.text import Phrase, file_size, mark, phrase, when

Row = tuple[SealRecord, SealCopy | None]

TakeOut = Callable[[str, Secret, str], None]
"""What it takes: the second person, their password, the reason."""


class SealCopiesScreen(Listing, SigningScreen[None]):
    """One line for each seal of the register, with the newest copy that is kept of it."""

    HEADING = mark("Copies of seals")
    HELP = mark(
        "For every seal of the register the copy that is kept of it: its entries in the register,"
        " what they rest on and its impressions, and no key. n keeps a copy of the seal under the"
        " cursor as it is registered now, signed with your PIN. It lies encrypted in this station"
        " and in its backups. When the carrier is damaged and the seal must be made again, e writes"
        " the copy to the medium for the maker; that takes a second person and is recorded."
    )
    OFFERS = ("keep_copy", "take_copy_out", *SORTING, "refresh")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._rows: dict[str, Row] = {}

    def body(self) -> ComposeResult:
        """The list, empty until the query is done."""
        columns = [
            Column(phrase("Seal")),
            Column(phrase("No."), 4),
            Column(phrase("Copy"), 16),
            Column(phrase("Kept at"), 20),
            Column(phrase("Size"), 9),
        ]
        yield RecordList(columns, Listed(()), phrase("No seal is registered."), marking=False)

    def on_screen_resume(self) -> None:
        """Read the list again."""
        self.do_refresh()

    def on_record_list_changed(self) -> None:
        """Another line, other keys."""
        self.update_keys()

    def why_not(self, action: str) -> Phrase | None:
        """A copy needs a seal; only what is kept can be taken out."""
        row = self._current
        if action in ("keep_copy", "take_copy_out") and row is None:
            return phrase("No seal is registered.")
        if action == "take_copy_out" and row is not None and row[1] is None:
            return phrase("No copy of this seal is kept.")
        return None

    def do_refresh(self) -> None:
        """Read the list again."""
        self.look(_read, self._show)

    def do_keep_copy(self) -> None:
        """Keep a copy of the seal under the cursor."""
        if (row := self._current) is None:
            return
        seal = row[0].seal

        def check(station: Station) -> list[Fact]:
            record = station.seals.may_keep_copy(seal)
            return [
                Fact(phrase("Seal"), record.name, strong=True),
                Fact(phrase("Number"), str(record.number)),
            ]

        def keep(station: Station, signer: Signer) -> SealCopy:
            return station.seals.keep_copy(seal, signer)

        self.check_and_sign(
            check,
            phrase("Keep a copy of the seal {seal}", seal=row[0].name),
            keep,
            lambda _: self._done(phrase("The copy is kept, encrypted, in this station.")),
            busy=phrase("Keeping the copy"),
        )

    def do_take_copy_out(self) -> None:
        """Ask the second person and the reason, then write the copy to the medium."""
        if (row := self._current) is None:
            return
        seal, medium = row[0].seal, self.session.medium

        def take_out(second: str, password: Secret, reason: str) -> None:
            with self.session.at_work(Work()) as station:
                station.seals.take_copy_out(seal, second, password, reason, medium)

        def told(done: bool | None) -> None:
            if done:
                self._done(phrase("The copy is on the medium, for the maker of the seal."))

        self.app.push_screen(TakeCopyOutScreen(row[0].name, take_out), told)

    @property
    def _current(self) -> Row | None:
        return self._rows.get(self.query_one(RecordList).current or "")

    def _done(self, words: Phrase) -> None:
        self.say(words)
        self.do_refresh()

    def _show(self, rows: Sequence[Row]) -> None:
        self._rows = {record.seal: (record, copy) for record, copy in rows}
        self.query_one(RecordList).show(Listed(tuple(_record(*row) for row in rows)))
        self.update_keys()


class TakeCopyOutScreen(SecretsScreen):
    """Two people take the copy of a seal out."""

    HEADING = mark("Take out the copy of a seal")
    HELP = mark(
        "The second person is here, knows why the seal is made again, and agrees with their own"
        " password; a custodian cannot be the second. Both and the reason are recorded before the"
        " copy is written to the medium."
    )

    def __init__(self, seal: str, take_out: TakeOut) -> None:
        super().__init__()
        self._seal = seal
        self._take_out = take_out

    def why(self) -> Phrase:
        """Which seal it is about."""
        return phrase("The copy of {seal} is written to the medium.", seal=self._seal)

    def fields(self) -> list[Field]:
        """Why, and who the second is."""
        return [
            TextField("reason", phrase("Reason")),
            TextField("second", phrase("Second person (id)"), longest=64),
            SecretField("password", phrase("Their password")),
        ]

    def act(self, texts: dict[str, str], secrets: dict[str, Secret]) -> None:
        """Take it out."""
        self._take_out(texts["second"], secrets["password"], texts["reason"])


def _read(station: Station) -> list[Row]:
    copies, registry = station.seals.copies(), station.registry
    records = [record for _, record in registry.seals.values()] if registry else []
    return [(record, copies.get(record.seal)) for record in records]


def _record(record: SealRecord, copy: SealCopy | None) -> Record:
    if copy is None:
        return Record(record.seal, (record.name, str(record.number), phrase("NONE"), "", ""))
    state = phrase("of No. {number}", number=copy.number)
    if copy.number != record.number:
        state = phrase("of No. {number}: OLD", number=copy.number)
    cells = (record.name, str(record.number), state, when(copy.at), file_size(copy.size))
    return Record(record.seal, cells)
