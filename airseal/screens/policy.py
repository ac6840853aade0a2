"""The policy pack (制度包): read by everybody, changed and published by the seal department."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from textual.app import ComposeResult

from airseal.evidence.signed import Signed
from airseal.keys.tokenhost import Signer
from airseal.model.catalogue import DocumentKind, SealType
from airseal.model.matrix import Row
from airseal.model.policy import PolicyPack
from airseal.model.policydiff import Change, Part, differences
from airseal.model.problem import Problem
from airseal.model.rights import Right, may
from airseal.model.settings import Settings, table, written
from airseal.screens.base import AirsealScreen
from airseal.screens.catalogue_forms import KindScreen, PackScreen, SealTypeScreen
from airseal.screens.listing import SORTING, Listing
from airseal.screens.policy_forms import DryRunScreen, RowScreen, SettingScreen
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.record_list import RecordList
from airseal.screens.widgets.records import Column, Listed, Record
from airseal.station import Station
from airseal.text import Phrase, Shown, enumerated, labelled, mark, phrase, plural, when
from airseal.words.policy import (
    PARTS,
    SETTINGS,
    change_words,
    demand_words,
    keys_words,
    kind_words,
    value_words,
)

Thing = TypeVar("Thing")


class PolicyScreen(Listing, SigningScreen[None]):
    """One list of settings and matrix rows; changes are kept here until they are published."""

    HEADING = mark("Policy pack of the unit")
    HELP = mark(
        "What the pack is called, then its settings, each with the clause it follows, the kinds of"
        " paper, the seal types with their scope, and the rows of the authority matrix. Enter"
        " explains one and, for the seal department, changes it; n, k and t add a row, a kind or a"
        " seal type, x removes one. y tries out who would have to approve something. d shows what"
        " differs from the pack in force; p signs it as the next number. Nothing changes for"
        " anybody before that, and older packs never come back."
    )
    OFFERS = (
        "open",
        "try_out",
        "changes",
        "add_row",
        "add_kind",
        "add_type",
        "drop_row",
        "publish_pack",
        *SORTING,
    )

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
            Column(phrase("Provision")),
            Column(phrase("Rule"), 24),
            Column(phrase("Clause"), 20, wide=True),
        ]
        yield RecordList(columns, self._lines(), phrase("Nothing."), marking=False)

    def why_not(self, action: str) -> Phrase | None:
        """What cannot be done with this line, or with a pack that is as it was."""
        if action in ("changes", "publish_pack") and not self._changes:
            return phrase("Nothing was changed.")
        if action == "drop_row" and self._thing is None:
            return phrase("Choose a row, a kind of paper or a seal type.")
        return None

    def do_open(self) -> None:
        """Explain the line under the cursor, and change it."""
        editable = may(self.post, Right.PUBLISH)
        match self._thing:
            case Row() as row:
                self._edit_row(row, editable)
            case DocumentKind() as kind:
                self._edit_kind(kind, editable)
            case SealType() as one:
                self._edit_type(one, editable)
            case None:
                self._open_other(self.query_one(RecordList).current, editable)

    def on_record_list_opened(self, event: RecordList.Opened) -> None:
        """Enter in the list."""
        event.stop()
        self.do_open()

    def do_add_row(self) -> None:
        """A new row of the matrix."""
        self._edit_row(None, True)

    def do_add_kind(self) -> None:
        """A new kind of paper."""
        self._edit_kind(None, True)

    def do_add_type(self) -> None:
        """A new seal type."""
        self._edit_type(None, True)

    def do_drop_row(self) -> None:
        """Without the row, kind or type under the cursor."""
        match self._thing:
            case Row() as row:
                self._put_row(row, None)
            case DocumentKind() as kind:
                self._put_kind(kind, None)
            case SealType() as one:
                self._put_type(one, None)
            case None:
                pass

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
    def _thing(self) -> Row | DocumentKind | SealType | None:
        """The row, kind or type under the cursor; None on any other line."""
        part, _, name = (self.query_one(RecordList).current or "").partition("/")
        found: dict[str, Iterable[Row | DocumentKind | SealType]] = {
            Part.ROW: self._pack.matrix,
            Part.KIND: self._pack.catalogue.kinds,
            Part.SEAL_TYPE: self._pack.catalogue.seal_types,
        }
        return next((one for one in found.get(part, ()) if one.id == name), None)

    def _open_other(self, line: str | None, editable: bool) -> None:
        """A setting, or the pack itself."""
        if line == Part.ABOUT:
            self.app.push_screen(PackScreen(self._pack, editable=editable), self._take_pack)
        elif line is not None:
            setting = next(one for one in table() if one.field == line)
            self.app.push_screen(
                SettingScreen(setting, self._pack.settings, editable=editable),
                self._take_settings,
            )

    def _edit_row(self, old: Row | None, editable: bool) -> None:
        self.app.push_screen(
            RowScreen(old, self._pack, editable=editable),
            lambda made: self._put_row(old, made) if made else None,
        )

    def _edit_kind(self, old: DocumentKind | None, editable: bool) -> None:
        self.app.push_screen(
            KindScreen(old, editable=editable),
            lambda made: self._put_kind(old, made) if made else None,
        )

    def _edit_type(self, old: SealType | None, editable: bool) -> None:
        self.app.push_screen(
            SealTypeScreen(old, self._pack, editable=editable),
            lambda made: self._put_type(old, made) if made else None,
        )

    def _put_row(self, old: Row | None, made: Row | None) -> None:
        self._change(lambda pack: replace(pack, matrix=_put(pack.matrix, old, made)))

    def _put_kind(self, old: DocumentKind | None, made: DocumentKind | None) -> None:
        def changed(pack: PolicyPack) -> PolicyPack:
            kinds = _put(pack.catalogue.kinds, old, made)
            return replace(pack, catalogue=replace(pack.catalogue, kinds=kinds))

        self._change(changed)

    def _put_type(self, old: SealType | None, made: SealType | None) -> None:
        def changed(pack: PolicyPack) -> PolicyPack:
            types = _put(pack.catalogue.seal_types, old, made)
            return replace(pack, catalogue=replace(pack.catalogue, seal_types=types))

        self._change(changed)

    def _take_settings(self, settings: Settings | None) -> None:
        if settings is not None:
            self._change(lambda pack: replace(pack, settings=settings))

    def _take_pack(self, made: PolicyPack | None) -> None:
        if made is not None:
            self._change(lambda _: made)

    def _change(self, changed: Callable[[PolicyPack], PolicyPack]) -> None:
        """Take a change over if the pack as a whole still holds together."""
        try:
            self._pack = changed(self._pack)
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


def _put(all_: tuple[Thing, ...], old: Thing | None, made: Thing | None) -> tuple[Thing, ...]:
    """``made`` in the place of ``old``, or last without one; ``old`` away without ``made``."""
    new = () if made is None else (made,)
    at = len(all_) if old is None else all_.index(old)
    return all_[:at] + new + all_[at + 1 :]


def _lines(pack: PolicyPack) -> Iterator[Record]:
    part = Phrase(PARTS[Part.ABOUT])
    yield Record(Part.ABOUT, (part, pack.title, pack.issuer, pack.legal_basis))
    for line in table():
        value = value_words(line.field, written(pack.settings, line.field))
        about = Phrase(SETTINGS[line.field])
        yield Record(line.field, (line.name, about, value, line.clauses))
    names = pack.catalogue.kind_names
    for kind in pack.catalogue.kinds:
        cells = (Phrase(PARTS[Part.KIND]), kind.name, kind_words(kind), kind.id)
        yield Record(f"{Part.KIND}/{kind.id}", cells)
    for one in pack.catalogue.seal_types:
        cells = (Phrase(PARTS[Part.SEAL_TYPE]), one.name, _scope_words(one, names), one.id)
        yield Record(f"{Part.SEAL_TYPE}/{one.id}", cells)
    for row in pack.matrix:
        key, asked = labelled(row.id, keys_words(row, pack)), demand_words(row.demand)
        yield Record(f"{Part.ROW}/{row.id}", (Phrase(PARTS[Part.ROW]), key, asked, row.clause))


def _scope_words(one: SealType, names: Mapping[str, str]) -> Phrase:
    """What a seal of this type is for, and what it is never put on."""
    scope: Shown = enumerated(names[kind] for kind in one.scope) or phrase("any kind of paper")
    if not one.forbidden:
        return phrase("for {kinds}", kinds=scope)
    never = enumerated(names[kind] for kind in one.forbidden)
    return phrase("for {kinds}; never for {never}", kinds=scope, never=never)


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
            Column(phrase("Kind"), 8),
            Column(phrase("Called"), 26),
            Column(phrase("Before")),
            Column(phrase("After")),
        ]
        records = tuple(
            Record(str(number), change_words(one)) for number, one in enumerate(self._changes)
        )
        yield RecordList(columns, Listed(records), phrase("Nothing."), marking=False)
