"""The fields for what goes with a request beside its document: paper, hours, blank forms."""

from contextlib import suppress
from datetime import datetime

from airseal.model.current import Registry
from airseal.model.problem import Problem
from airseal.model.recall import MAX_COPIES
from airseal.model.request import (
    BlankForms,
    BlankKind,
    PaperAttachment,
    Request,
    Window,
    parse_attachment,
)
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import NumberField, TextField
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.text import Phrase, phrase
from airseal.words.cases import BLANK_KINDS

_NONE = "none"
_SEPARATOR = ";"
_HOURS = ("hours_from", "hours_to")


class PaperField(TextField):
    """Attachments on paper (纸质附件), each ``PAGES,COPIES,TITLE`` (DC-15)."""

    @property
    def attachments(self) -> tuple[PaperAttachment, ...]:
        """Those entered; raises ``Problem("FLOW_FORM")``."""
        texts = self.value.replace("\uff1b", _SEPARATOR).replace("\uff0c", ",").split(_SEPARATOR)
        return tuple(parse_attachment(text) for text in texts if text.strip())

    def problem(self) -> Phrase | None:
        """Each must have its three parts."""
        try:
            return None if self.attachments else super().problem()
        except Problem:
            return phrase("Enter pages,copies,title; and so on: 120,2,Atlas.")


class MomentField(TextField):
    """A minute of this station's local time."""

    @property
    def moment(self) -> datetime | None:
        """What was entered, with the local offset, or None."""
        with suppress(ValueError):
            return datetime.strptime(self.value, "%Y-%m-%d %H:%M").astimezone()
        return None

    def problem(self) -> Phrase | None:
        """What is there must be a minute of the calendar."""
        if self.value and self.moment is None:
            return phrase("Enter day and time, for example 2026-11-22 14:30.")
        return super().problem()


class TemplateField(TextField):
    """The template of blank forms (DC-05), which is asked only if there are any."""

    def problem(self) -> Phrase | None:
        """Forms without a template are none."""
        kinds = self.screen.query("#field-forms").results(ChoiceField)
        asked = any(kind.value != _NONE for kind in kinds)
        return phrase("This must be filled in.") if asked and not self.value else None


def beside_fields(registry: Registry | None, person: str) -> list[Field]:
    """Attachments on paper; hours and blank forms only where the pack in force allows them.

    Forms are held by ``person`` unless somebody else is named.
    """
    fields: list[Field] = [PaperField("paper", phrase("On paper beside it"), required=False)]
    pack = registry.policy[1] if registry is not None and registry.policy is not None else None
    if pack is None or registry is None:
        return fields
    if pack.allows_windows:
        labels = phrase("Hours from"), phrase("Hours to")
        fields += [
            MomentField(key, label, required=False)
            for key, label in zip(_HOURS, labels, strict=True)
        ]
    if pack.allows_blanks:
        kinds = [Choice(one, Phrase(words)) for one, words in BLANK_KINDS.items()]
        people = [Choice(who, row.name) for who, (_, row) in registry.people.items() if row.active]
        fields += [
            ChoiceField("forms", phrase("Blank forms"), [Choice(_NONE, phrase("none")), *kinds]),
            TemplateField("template", phrase("Registered template"), required=False),
            NumberField("first", phrase("Numbers from"), 1, 1, MAX_COPIES),
            ChoiceField("holder", phrase("Held by"), people, person),
        ]
    return fields


def values_beside(asked: Request) -> dict[str, str]:
    """What these fields hold for what was asked before; hours are asked for anew each time."""
    paper = (f"{one.pages},{one.copies},{one.title}" for one in asked.paper_attachments)
    values = {"paper": f"{_SEPARATOR} ".join(paper), "emergency": asked.emergency or ""}
    if asked.blanks is not None:
        forms = asked.blanks
        values |= {"forms": forms.kind, "template": forms.template, "holder": forms.holder}
        values |= {"first": str(forms.first)}
    return values


def blanks_in(form: Form) -> BlankForms | None:
    """The numbered forms that are asked for (DC-05); raises ``Problem("FLOW_FORM")``."""
    if not form.query("#field-forms"):
        return None
    kind, holder = (form.field(key, ChoiceField).value or _NONE for key in ("forms", "holder"))
    if kind == _NONE:
        return None
    first = form.field("first", NumberField).number or 0
    try:
        return BlankForms(form.field("template", TextField).value, BlankKind(kind), first, holder)
    except ValueError:
        raise Problem("FLOW_FORM") from None


def attachments_in(form: Form) -> tuple[PaperAttachment, ...]:
    """The attachments on paper."""
    return form.field("paper", PaperField).attachments


def window_in(form: Form) -> Window | None:
    """The hours of an off-site use or a loan (C-07, C-19), if any were entered.

    Raises ``Problem("FLOW_FORM")`` for half of them or an end before the start.
    """
    if not form.query(MomentField):
        return None
    moments = [form.field(key, MomentField).moment for key in _HOURS]
    if not any(moments):
        return None
    try:
        return Window(*(one.isoformat() for one in moments if one is not None))
    except (TypeError, ValueError):
        raise Problem("FLOW_FORM") from None
