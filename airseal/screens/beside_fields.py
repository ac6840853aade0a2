"""The fields for what goes with a request beside its document: attachments on paper, hours."""

from contextlib import suppress
from datetime import datetime

from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.request import PaperAttachment, Window, parse_attachment
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.text import Phrase, phrase

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


def beside_fields(pack: PolicyPack | None) -> list[Field]:
    """Attachments on paper; the hours only where the pack lets a seal be lent or taken out."""
    fields: list[Field] = [PaperField("paper", phrase("On paper beside it"), required=False)]
    if pack is not None and pack.allows_windows:
        labels = phrase("Hours from"), phrase("Hours to")
        fields += [
            MomentField(key, label, required=False)
            for key, label in zip(_HOURS, labels, strict=True)
        ]
    return fields


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
