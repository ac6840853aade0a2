"""The fields in which a drafter says what a paper is about, for the authority matrix (AP-04)."""

from collections.abc import Sequence

from airseal.model.matter import (
    MAX_REFERENCE,
    ORDINARY_KIND,
    Importance,
    Matter,
    Origin,
    Special,
    Subject,
    Way,
)
from airseal.model.policy import PolicyPack
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.text import Phrase, Shown, enumerated, phrase, special_name
from airseal.words.policy import IMPORTANCES, ORIGINS, SUBJECTS, WAYS

_NONE = "none"
_SUBJECTS: Sequence[tuple[Subject, ...]] = (
    (),
    (Subject.FINANCE,),
    (Subject.LEGAL,),
    (Subject.FINANCE, Subject.LEGAL),
)


def matter_fields(pack: PolicyPack | None) -> list[Field]:
    """One field for each key of the matrix; what comes first is the usual choice.

    Special matters are offered only where a row of the matrix allows one (AP-20).
    """
    kinds = sorted(pack.catalogue.kinds if pack else (), key=lambda one: one.id != ORDINARY_KIND)
    fields: list[Field] = [
        ChoiceField(
            "kind",
            phrase("Kind of paper"),
            [Choice(one.id, one.name) for one in kinds if not one.excluded],
        ),
        ChoiceField(
            "importance",
            phrase("Importance"),
            [Choice(one, Phrase(words)) for one, words in IMPORTANCES.items()],
        ),
        ChoiceField(
            "subjects",
            phrase("Touches"),
            [Choice("+".join(some) or _NONE, _words(some)) for some in _SUBJECTS],
        ),
        ChoiceField(
            "way", phrase("Way"), [Choice(one, Phrase(words)) for one, words in WAYS.items()]
        ),
        ChoiceField(
            "origin", phrase("Text"), [Choice(one, Phrase(words)) for one, words in ORIGINS.items()]
        ),
        TextField("symbol", phrase("Document number"), required=False, longest=MAX_REFERENCE),
        TextField("flow", phrase("Flow number"), required=False, longest=MAX_REFERENCE),
    ]
    allowed = {one for row in pack.matrix for one in row.specials} if pack else set()
    if allowed:
        offered = [Choice(_NONE, phrase("none"))]
        offered += [Choice(one, special_name(one)) for one in Special if one in allowed]
        fields.append(ChoiceField("special", phrase("Special matter"), offered))
    return fields


def values_of(matter: Matter) -> dict[str, str]:
    """What the fields of ``matter_fields`` hold for ``matter``."""
    return {
        "kind": matter.kind,
        "importance": matter.importance,
        "subjects": "+".join(matter.subjects) or _NONE,
        "way": matter.way,
        "origin": matter.origin,
        "symbol": matter.symbol,
        "flow": matter.flow_ref,
        "special": matter.special or _NONE,
    }


def matter_in(form: Form) -> Matter:
    """What was chosen in the fields of ``matter_fields``."""

    def chosen(key: str) -> str:
        return form.field(key, ChoiceField).value or _NONE

    special = chosen("special") if form.query("#field-special") else _NONE
    subjects = chosen("subjects")
    return Matter(
        kind=chosen("kind"),
        symbol=form.field("symbol", TextField).value,
        importance=Importance(chosen("importance")),
        subjects=() if subjects == _NONE else tuple(map(Subject, subjects.split("+"))),
        way=Way(chosen("way")),
        special=None if special == _NONE else Special(special),
        flow_ref=form.field("flow", TextField).value,
        origin=Origin(chosen("origin")),
    )


def _words(some: Sequence[Subject]) -> Shown:
    if not some:
        return phrase("nothing special")
    return enumerated(Phrase(SUBJECTS[one]) for one in some)
