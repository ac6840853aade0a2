"""The request (用印申请): a document, what is asked for it, the declaration, the PIN (DC-01)."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeVar

from textual.app import ComposeResult

from airseal.duties.drafting import Prepared, Wish
from airseal.duties.sealing import Position
from airseal.model.case import Facts
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.registry import SealRecord
from airseal.model.request import PlaceRule
from airseal.screens import export
from airseal.screens.asking import Asking, declared, found_in, place_text, to_correct
from airseal.screens.beside_fields import (
    attachments_in,
    beside_fields,
    blanks_in,
    values_beside,
    window_in,
)
from airseal.screens.draft import Draft, take_in
from airseal.screens.files import FilesScreen
from airseal.screens.matter_fields import matter_fields, matter_in, values_of
from airseal.screens.pages import DraftPages, impression_of
from airseal.screens.place import Placed, PlaceScreen
from airseal.screens.reading import ReadingScreen
from airseal.screens.recipients import RecipientsScreen
from airseal.screens.session import Session
from airseal.screens.templates import TemplateNameScreen, TemplatesScreen
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.document_view import ReadAs
from airseal.screens.widgets.entry_fields import DayField, NumberField, TextField
from airseal.screens.widgets.fact_table import FactTable
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.level_banner import LevelBanner
from airseal.screens.widgets.page_picture import Outline
from airseal.screens.widgets.pick_field import PickField
from airseal.station import Station
from airseal.station.queries import CaseView
from airseal.station.templates import Template
from airseal.text import Phrase, Shown, enumerated, level_name, mark, millimetres, phrase

Kind = TypeVar("Kind", bound=Field)

_MOST_COPIES: Final = 9_999
_TERM: Final = timedelta(days=30)
_DAYS: Final = "days"
"""Under which a template keeps the term: so many days, not until a day."""
_FEW_DIGITS: Final = 5


class RequestScreen(ReadingScreen[None]):
    """Begins with choosing the document; ends with the signed request going to the stick."""

    HEADING = mark("New request")
    HELP = mark(
        "Choose the document with F4; it is checked at once. Fill in the fields: Enter goes on to"
        " the next one. F6 fills them from a template, F8 keeps them as one. F7 shows the seal on"
        " the page, where it can be moved. Kind, importance and what the paper touches decide who"
        " must approve; F9 tells who, and signs: from then on not one byte of the document may"
        " change."
    )
    OFFERS = ("choose_file", "templates", "preview", "confirm", "keep_template")

    DEFAULT_CSS = """
    RequestScreen Form { max-height: 1000; }
    RequestScreen #facts { margin: 0 0 1 0; }
    """

    def __init__(self, session: Session, replaces: CaseView | None = None) -> None:
        """``replaces`` is the case of which this asks for the corrected version (FL-03)."""
        super().__init__(session)
        self._replaces = replaces
        self._draft: Draft | None = None
        self._placed: Placed | None = None
        self._recipients: tuple[str, ...] = ()
        registry = session.station.registry
        self._seals = (
            {} if registry is None else {row.seal: row for _, row in registry.seals.values()}
        )
        held = registry.policy if registry is not None else None
        self._pack = held[1] if held is not None else None
        self._units = (
            {} if registry is None else {row.unit: row.name for _, row in registry.units.values()}
        )

    def beside(self) -> ComposeResult:
        """What was found in the document, then the fields."""
        yield FactTable(id="facts")
        yield Form(self._fields())

    def _fields(self) -> list[Field]:
        station = self.session.station
        today = station.now().date()
        seals = [Choice(row.seal, row.name) for row in self._usable_seals(today)]
        levels = [level for level in Level if station.facts.level.covers(level)]
        usual = Level.INTERNAL if Level.INTERNAL in levels else levels[0]
        return [
            PickField("file", phrase("Document")),
            TextField("title", phrase("Title")),
            TextField("purpose", phrase("Purpose")),
            ChoiceField("seal", phrase("Seal"), seals),
            PickField("place", phrase("Place"), phrase("on the signature block")),
            NumberField("copies", phrase("Copies"), None, 1, _MOST_COPIES),
            PickField("recipients", phrase("Recipients")),
            DayField("until", phrase("Use until"), today + _TERM),
            ChoiceField(
                "level",
                phrase("Level"),
                [Choice(level, level_name(level)) for level in levels],
                usual,
            ),
            *matter_fields(self._pack),
            TextField("emergency", phrase("Emergency, why"), required=False),
            TextField("source", phrase("Source file (path)"), required=False),
            *beside_fields(station.registry, station.account.person),
        ]

    def _usable_seals(self, today: date) -> list[SealRecord]:
        return [row for row in self._seals.values() if row.valid_on(today.isoformat())]

    @property
    def heading(self) -> Phrase:
        """A corrected version says which paper it takes the place of: that one is banned."""
        if self._replaces is None:
            return super().heading
        return phrase("Corrected version of: {title}", title=self._replaces.facts.asked.title)

    def on_mount(self) -> None:
        """The document comes first."""
        self.document.show_as(ReadAs.PICTURE)
        if self._replaces is not None:
            self._begin_from(self._replaces.facts)
        self.do_choose_file()

    def on_unmount(self) -> None:
        """Forget the document."""
        if self._draft is not None:
            self._draft.close()

    def why_not(self, action: str) -> Phrase | None:
        """Nothing without a document that may be sealed."""
        if action in ("preview", "confirm"):
            if self._draft is None:
                return phrase("Choose the document first, with F4.")
            if self._draft.report.first_block is not None:
                return phrase("This document cannot be sealed; choose another one with F4.")
            if not self._seals:
                return phrase("No seal is registered here; import the registry first.")
        return None

    # picking

    def on_pick_field_asked(self, event: PickField.Asked) -> None:
        """Open the screen on which the field's value is picked."""
        event.stop()
        match event.field.key:
            case "file":
                self.do_choose_file()
            case "place":
                self.action_act("preview")
            case "recipients":
                self.app.push_screen(
                    RecipientsScreen(self._units, self._recipients), self._take_recipients
                )
            case key:
                raise ValueError(key)

    def on_choice_line_changed(self) -> None:
        """The banner says the level that was chosen for the document (SC-01)."""
        if self._draft is not None:
            self.query_one(LevelBanner).open_document(self._level)

    def do_choose_file(self) -> None:
        """Choose the document."""
        self.app.push_screen(FilesScreen(self._directory(), self.session.medium), self._take_file)

    def do_templates(self) -> None:
        """Fill the fields from a template."""
        self.app.push_screen(TemplatesScreen(self.session), self._fill)

    def do_keep_template(self) -> None:
        """Keep what is the same next time."""
        self.app.push_screen(TemplateNameScreen(), self._keep)

    def _begin_from(self, old: Facts) -> None:
        """What was asked for the earlier version is asked again, until somebody changes it."""
        asked = old.asked
        said = {"title": asked.title, "purpose": asked.purpose, "copies": str(asked.grant.copies)}
        seals = [place.seal for one in asked.grant.documents for place in one.seals]
        self._put({**said, "seal": seals[0], "level": old.request.level})
        self._put(values_of(asked.matter) | values_beside(asked))
        self._show_recipients(tuple(one.unit for one in asked.grant.recipients))

    def _put(self, values: Mapping[str, str]) -> None:
        for field in self.query_one(Form).query(Field):
            value = values.get(field.key)
            if value is not None and isinstance(field, TextField | ChoiceField):
                field.value = value

    def _fill(self, template: Template | None) -> None:
        if template is None:
            return
        self._put(template.values)
        days = template.values.get(_DAYS, "")
        if days.isdecimal() and len(days) < _FEW_DIGITS:
            until = self.session.station.now().date() + timedelta(days=int(days))
            self._field("until", DayField).value = until.isoformat()
        units = template.values.get("recipients", "").split()
        self._take_recipients(tuple(unit for unit in units if unit in self._units))
        self.say(phrase("Filled from the template {name}; check every field.", name=template.name))

    def _keep(self, name: str | None) -> None:
        if name is None:
            return
        values = {
            field.key: field.value or ""
            for field in self.query_one(Form).query(Field)
            if isinstance(field, TextField | ChoiceField)
        }
        values["recipients"] = " ".join(self._recipients)
        until = self._field("until", DayField).day
        for once in ("until", "hours_from", "hours_to", "first"):
            values.pop(once, None)
        if until is not None:
            values[_DAYS] = str((until - self.session.station.now().date()).days)

        def kept(template: Template) -> None:
            self.say(phrase("Kept as the template {name}.", name=template.name))

        self.at_station(
            lambda station, _: station.templates.keep(name, values),
            kept,
            busy=phrase("Keeping the template"),
        )

    def do_preview(self) -> None:
        """See the seal on the page, and move it."""
        draft, seal = self._draft, self._seal
        if draft is None or seal is None:
            return
        on_block = self._placed is None or self._placed.rule is PlaceRule.SIGNATURE_BLOCK
        start = None if on_block or self._placed is None else self._placed.position
        self.app.push_screen(
            PlaceScreen(self.session, draft.document, draft.report.page_sizes, seal, start),
            self._take_place,
        )

    def _directory(self) -> Path:
        return self.session.medium if self.session.medium.is_dir() else Path.home()

    def _take_file(self, path: Path | None) -> None:
        if path is not None:
            self.at_station(
                lambda station, _: take_in(station, path),
                self._show_draft,
                busy=phrase("Checking the document"),
            )

    def _show_draft(self, draft: Draft) -> None:
        if self._draft is not None:
            self._draft.close()
        self._draft, self._placed = draft, None
        self.query_one(LevelBanner).open_document(self._level)
        self.query_one("#facts", FactTable).show([*to_correct(self._replaces), *draft.facts()])
        self._field("file", PickField).show(draft.name)
        self._field("place", PickField).show(phrase("on the signature block"))
        title = self._field("title", TextField)
        title.value = self._replaces.facts.asked.title if self._replaces else draft.title
        title.enter()
        if draft.report.page_sizes:
            pages = DraftPages(self.session, draft.document, draft.report.page_sizes)
            self.document.lay_nothing()
            self.document.open(pages, draft.report.pages)
        if (blocked := draft.report.first_block) is not None:
            self.show_problem(blocked)

    def _take_place(self, placed: Placed | None) -> None:
        if placed is None:
            return
        self._placed = placed
        words: Shown = phrase("on the signature block")
        if placed.rule is PlaceRule.COORDINATES:
            words = phrase(
                "page {page}, {x} from the left, {y} from the top",
                page=placed.position.page,
                x=millimetres(placed.position.x_um),
                y=millimetres(placed.position.y_um),
            )
        self._field("place", PickField).show(words)
        if (seal := self._seal) is not None:
            self.document.go_to(placed.position.page)
            self.look(
                lambda station: _outline(station, seal, placed.position),
                lambda outline: self.document.lay(placed.position.page, outline),
            )
        self._field("copies", NumberField).enter()

    def _take_recipients(self, chosen: tuple[str, ...] | None) -> None:
        if chosen is not None:
            self._show_recipients(chosen)
            self._field("until", DayField).enter()

    def _show_recipients(self, chosen: tuple[str, ...]) -> None:
        self._recipients = tuple(unit for unit in chosen if unit in self._units)
        names = enumerated(self._units[unit] for unit in self._recipients)
        self._field("recipients", PickField).show(names)

    # signing

    def do_confirm(self) -> None:
        """Declare and sign."""
        draft = self._draft
        if draft is None:
            return
        if not self.query_one(Form).check():
            self.show_problem(Problem("FORM_INCOMPLETE"))
            return
        try:
            wish = self._wish()
        except Problem as problem:
            self.show_problem(problem)
            return

        asking = Asking(draft.document, wish, self._field("source", TextField).value)
        # Whatever speaks against it is said here, before anybody gives a PIN (AP-04).
        self.at_station(
            lambda station, _: asking.check(station),
            lambda prepared: self._declare(asking, prepared),
            busy=phrase("Checking the request"),
        )

    def _declare(self, asking: Asking, prepared: Prepared) -> None:
        """What is declared and who will have to approve; then the PIN (DC-14)."""
        draft, seal = self._draft, self._seal
        assert draft is not None and seal is not None
        old = self._replaces.facts if self._replaces else None
        self.sign(
            phrase("I declare that this document is final, true, lawful and complete:"),
            asking.sign,
            self._requested,
            busy=phrase("Freezing the document and signing the request"),
            facts=declared(draft, asking.wish, prepared, seal, self._units, old),
        )

    def _wish(self) -> Wish:
        seal, until = self._seal, self._field("until", DayField).day
        assert seal is not None
        return Wish(
            title=self._field("title", TextField).value,
            purpose=self._field("purpose", TextField).value,
            seals=(f"{seal.seal}@{place_text(self._placed)}",),
            copies=self._field("copies", NumberField).number or 1,
            recipients=self._recipients,
            until=until.isoformat() if until else None,
            level=self._level,
            matter=matter_in(self.query_one(Form)),
            replaces=self._replaces.facts.case if self._replaces else None,
            emergency=self._field("emergency", TextField).value,
            confirmed=found_in(self._draft),
            paper_attachments=attachments_in(self.query_one(Form)),
            window=window_in(self.query_one(Form)),
            blanks=blanks_in(self.query_one(Form)),
        )

    def _requested(self, case: Digest) -> None:
        self.app.switch_screen(export.of_cases(self.session, [case]))

    # how it works

    @property
    def _level(self) -> Level:
        return Level(self._field("level", ChoiceField).value or Level.INTERNAL)

    @property
    def _seal(self) -> SealRecord | None:
        return self._seals.get(self._field("seal", ChoiceField).value or "")

    def _field(self, key: str, kind: type[Kind]) -> Kind:
        return self.query_one(Form).field(key, kind)


def _outline(station: Station, seal: SealRecord, at: Position) -> Outline:
    return Outline(at.x_um, at.y_um, seal.width_um, impression_of(station, seal))
