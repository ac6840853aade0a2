"""The settings of a policy pack: one line for each rule a unit decides for itself (SU-08).

The table *is* the dataclass: each field has its type (which values there are), its default,
its name in the regulations' analysis (C-01 to C-30, or the requirement it comes from) and
the clauses it follows. The sentence that explains a setting to a person, and the words for
its values, are in ``airseal.settings_words``. C-02 and C-16 are kept per seal type in the
catalogue and C-05 in the authority matrix; ``ELSEWHERE`` says so.

A setting with one allowed value is a conflict that the law has decided: it is listed, so that
nobody has to wonder, and cannot be changed.
"""

from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.use import Operator

MOST: Final = 10_000
"""No number in the settings is larger, unless its own line says so."""


def _of(name: str, key: str, clauses: str, least: int = 1, most: int = MOST) -> dict[str, Any]:
    """What a line says beside its type and default."""
    return {"name": name, "key": key, "clauses": clauses, "least": least, "most": most}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; the columns of each line are those of ``_of``.

    Times are in the unit the field's name says, lengths in µm. Raises ``ValueError`` for a
    number outside its limits; the message names the field.
    """

    blank_forms: Literal["forbid", "registered"] = field(
        default="forbid", metadata=_of("C-01", "blank_form.mode", "S1-4.3, S0-A1.2, S0-3")
    )
    require_flow_ref: bool = field(
        default=True, metadata=_of("C-03", "source.require_flow_ref", "S0-2")
    )
    allow_party_docs: bool = field(
        default=False, metadata=_of("C-03", "source.allow_party_docs", "S0-2")
    )
    standalone_kinds: tuple[str, ...] = field(
        default=(), metadata=_of("C-04", "standalone.scope", "S0-14")
    )
    double_director: Literal["off", "outside", "always"] = field(
        default="outside", metadata=_of("C-04", "standalone.double_director", "S0-14")
    )
    operator: Operator = field(
        default=Operator.CUSTODIAN,
        metadata=_of("C-06", "sealing.operator", "S0-11, S1-4.4, S3J-9, S3E-3.2"),
    )
    lending: Literal["forbid", "approved-loan"] = field(
        default="forbid", metadata=_of("C-07", "lending.mode", "S1-3.2, S3E-3.4, S3A-4.3")
    )
    printing_operator: Literal["printer", "custodian"] = field(
        default="printer", metadata=_of("C-08", "printing.operator", "S0-11, S0-A1.1")
    )
    over_quota_issuing: Literal["block"] = field(
        default="block", metadata=_of("C-09", "print.over_quota", "S0-11, S0-A5")
    )
    over_quota_receiving: Literal["degrade", "block"] = field(
        default="degrade", metadata=_of("C-09", "print.over_quota", "S2-11")
    )
    password_min_length: int = field(
        default=8, metadata=_of("C-10", "password.min_len", "S0-8, S2-36, X-13", most=128)
    )
    password_max_age_days: int = field(
        default=60, metadata=_of("C-10", "password.max_age", "S0-8, S2-36, X-13")
    )
    pin_unlock: Literal["two-persons"] = field(
        default="two-persons", metadata=_of("C-11", "pin.unlock", "S0-8, S1-5.1")
    )
    key_backup: Literal["none"] = field(
        default="none", metadata=_of("C-12", "key.backup", "S1-3.2, S3J-6")
    )
    pin_handover: Literal["reset-before-both"] = field(
        default="reset-before-both", metadata=_of("C-13", "pin.handover", "S4-3.3, S1-3.2")
    )
    witnesses: int = field(
        default=3, metadata=_of("C-14", "witness.min", "S2-22, S1-5.3, S4-2.1", least=1, most=9)
    )
    makers: tuple[str, ...] = field(
        default=(), metadata=_of("C-15", "maker.trust_list", "S0-5, S1-2.2, S3H-4")
    )
    converted_copies: Literal["marked"] = field(
        default="marked", metadata=_of("C-17", "conversion.after_sealing", "S0-4, S2-3")
    )
    seal_transform: Literal["locked"] = field(
        default="locked", metadata=_of("C-18", "seal.transform", "S3B-7, S0-12")
    )
    offsite: Literal["forbid", "carry-out"] = field(
        default="forbid", metadata=_of("C-19", "offsite.mode", "S1-4.8, S4-3.1")
    )
    paper: Literal["with-reason"] = field(
        default="with-reason", metadata=_of("C-20", "paper.mode", "S2-15, S2-31")
    )
    deletion: Literal["tombstone"] = field(
        default="tombstone", metadata=_of("C-21", "deletion", "S2-9, S0-A4")
    )
    retention_years: int = field(
        default=10, metadata=_of("C-22", "retention", "S3E-6.3, S2-38, X-20", least=3, most=100)
    )
    seal_string: Literal["second-check"] = field(
        default="second-check", metadata=_of("C-23", "seal.string", "S3I-1.3")
    )
    late_hours: int = field(default=24, metadata=_of("C-24", "receipt.late_hours", "S2-14, S2-10"))
    channel_qr: Level = field(
        default=Level.INTERNAL, metadata=_of("C-25", "channel.max_level", "S2-34, S0-13, X-19")
    )
    channel_network: Level = field(
        default=Level.INTERNAL, metadata=_of("C-25", "channel.max_level", "S2-34, S0-13, X-19")
    )
    attachment_medium_mb: int = field(
        default=256, metadata=_of("DC-15", "channel.max_size", "S2-11", most=256)
    )
    attachment_network_mb: int = field(
        default=50, metadata=_of("DC-15", "channel.max_size", "S2-11", most=256)
    )
    impression_after_make: Literal["keep-sealed", "destroy-with-witness"] = field(
        default="keep-sealed", metadata=_of("C-26", "impression.after_make", "S2-28, X-26")
    )
    after_use: Literal["clear-login"] = field(
        default="clear-login", metadata=_of("C-27", "token.after_use", "S3J-8")
    )
    approver_may_seal: bool = field(
        default=False, metadata=_of("C-28", "sod.approver_may_seal", "S3J-9, S0-9")
    )
    batch_checks: Literal["each-item"] = field(
        default="each-item", metadata=_of("C-29", "batch.checks", "S0-A1.2, S1-4.4")
    )
    lost_token: Literal["cancel"] = field(
        default="cancel", metadata=_of("C-30", "token.lost", "S4-3.5, S2-27")
    )
    # beyond C-30
    checks_before_sealing: bool = field(
        default=False, metadata=_of("DC-12", "sealing.two_checks", "S0-A1.1, S0-A1.3")
    )
    ticks_before_sealing: bool = field(
        default=True, metadata=_of("SE-01", "sealing.ticks", "S1-4.4, S0-11")
    )
    consent_to_void: bool = field(
        default=False, metadata=_of("FL-08", "void.consent", "S0-A4, S3H-11")
    )
    seal_department_review: bool = field(
        default=False, metadata=_of("AP-14", "approval.review", "S3J-8")
    )
    placement_tolerance_um: int = field(
        default=15_000, metadata=_of("SE-04", "placement.tolerance", "S0-12", least=0, most=100_000)
    )
    one_pin_decisions: bool = field(
        default=True, metadata=_of("AC-04", "pin.batch_decisions", "S0-A1.2")
    )
    one_pin_sealings: Level | None = field(
        default=Level.INTERNAL, metadata=_of("SE-13", "pin.batch_sealings", "S0-A1.2, S1-4.4")
    )
    acknowledgement: Literal["remind", "demand"] = field(
        default="remind", metadata=_of("SU-10", "rules.acknowledgement", "S1-1.2, S2-6, S3J-2")
    )
    idle_minutes: int = field(default=10, metadata=_of("SC-03", "session.idle", "S2-36", most=240))
    filing_before_enabling: bool = field(
        default=False, metadata=_of("LC-15", "seal.filing", "S4-2.1, S1-3.1")
    )
    check_cycle_months: int = field(
        default=12, metadata=_of("SU-01", "check.cycle", "S1-6.2, S4-3.6", most=60)
    )
    check_overdue: Literal["remind", "block"] = field(
        default="remind", metadata=_of("LC-24", "check.overdue", "S1-3.3, S4-3.6, S3D-4.4")
    )
    lead_days: int = field(default=30, metadata=_of("LC-12", "expiry.lead_days", "S3J-5", most=365))
    summary_months: int = field(
        default=1, metadata=_of("RE-04", "summary.period", "S0-11", most=60)
    )
    training_months: int = field(
        default=12, metadata=_of("SU-05", "training.valid", "S1-6.3, S3D-5", most=60)
    )

    training: Literal["remind", "demand"] = field(
        default="remind", metadata=_of("SU-05", "training.demanded", "S1-6.3, S3I-1.4, S3D-5")
    )

    def __post_init__(self) -> None:
        for one in _lines():
            value = getattr(self, one.name)
            number = isinstance(value, int) and not isinstance(value, bool)
            if number and not one.metadata["least"] <= value <= one.metadata["most"]:
                raise ValueError(f"a number outside its limits: {one.name}")


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A line of the table: where it comes from, and what may stand there.

    ``options`` are the allowed values as text, empty where text or a number is entered;
    ``limits`` are those of a number, inclusive.
    """

    field: str
    name: str
    key: str
    clauses: str
    default: str
    options: tuple[str, ...]
    limits: tuple[int, int] | None


ADDED: Final = (
    *("acknowledgement", "ticks_before_sealing", "consent_to_void"),
    *("attachment_medium_mb", "attachment_network_mb", "check_overdue", "training"),
)
"""Settings that came later: a pack that was signed before says nothing of them, and its acts are
judged as if it had the default."""

ELSEWHERE: Final = {"C-02": "catalogue", "C-05": "matrix", "C-16": "catalogue"}
"""Settings that are tables of their own in the pack."""

_NONE: Final = "none"
_YES, _NO = "yes", "no"


def table() -> tuple[SettingLine, ...]:
    """Every setting, in the order of the regulations' analysis."""
    return tuple(_line(one) for one in _lines())


def written(settings: Settings, name: str) -> str:
    """The value of the field ``name`` as text; ``changed`` reads it back."""
    return _text(getattr(settings, name))


def changed(settings: Settings, name: str, text: str) -> Settings:
    """``settings`` with another value; raises ``Problem("SETTING_VALUE")`` (``setting``)."""
    one = next((line for line in table() if line.field == name), None)
    if one is None:
        raise Problem("SETTING_UNKNOWN", setting=name)
    kind = _TYPES[name]
    text = text.strip()
    try:
        if one.options:
            if text not in one.options:
                raise ValueError
            value = _value(kind, text)
        elif one.limits is not None:
            value = int(text)
        else:
            value = tuple(part.strip() for part in text.split(",") if part.strip())
        more: dict[str, Any] = {name: value}
        return replace(settings, **more)
    except ValueError:
        raise Problem("SETTING_VALUE", setting=one.key) from None


def _lines() -> Iterator[Field[Any]]:
    yield from fields(Settings)


def _line(one: Field[Any]) -> SettingLine:
    kind = _TYPES[one.name]
    about = one.metadata
    return SettingLine(
        field=one.name,
        name=about["name"],
        key=about["key"],
        clauses=about["clauses"],
        default=_text(one.default),
        options=tuple(_options(kind)),
        limits=(about["least"], about["most"]) if kind is int else None,
    )


def _options(kind: Any) -> Iterator[str]:
    if kind is bool:
        yield from (_YES, _NO)
    elif get_origin(kind) is Literal:
        yield from get_args(kind)
    elif kind in (Level, Operator):
        yield from kind
    elif kind == Level | None:
        yield from (_NONE, *Level)


def _value(kind: Any, text: str) -> object:
    if kind is bool:
        return text == _YES
    if get_origin(kind) is Literal:
        return text
    if kind is Operator:
        return Operator(text)
    return None if text == _NONE else Level(text)


def _text(value: object) -> str:
    match value:
        case bool():
            return _YES if value else _NO
        case None:
            return _NONE
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)


_TYPES: Final = get_type_hints(Settings)

__all__ = ["ADDED", "ELSEWHERE", "MOST", "SettingLine", "Settings", "changed", "table", "written"]
