"""The small pages of a policy pack's catalogue: a kind of paper, a seal type, the pack itself."""

from dataclasses import replace

from textual.app import ComposeResult

from airseal.model.catalogue import ArchiveClass, DocumentKind, SealType
from airseal.model.moment import parse_day
from airseal.model.people import Role
from airseal.model.policy import PolicyPack
from airseal.screens.name_lists import all_known, list_field
from airseal.screens.pack_form import YES, PackFormScreen, yes_or_no
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import DayField, TextField
from airseal.screens.widgets.form import Form
from airseal.text import Phrase, mark, phrase, role_name
from airseal.words.policy import ARCHIVE_CLASSES


class KindScreen(PackFormScreen[DocumentKind]):
    """A kind of paper (文种)."""

    HEADING = mark("Kind of paper")
    HELP = mark(
        "The id is what requests and rows name; it never changes. A kind that the law excludes from"
        " electronic signatures bears no seal of any type. Records are kept by the longest of the"
        " pack's years, this class and three years; those kept for ever are never deleted."
    )

    def __init__(self, kind: DocumentKind | None, *, editable: bool) -> None:
        super().__init__(editable=editable)
        self._kind = kind

    def body(self) -> ComposeResult:
        """Four fields."""
        kind = self._kind
        classes = [Choice(one or "", Phrase(words)) for one, words in ARCHIVE_CLASSES.items()]
        archive = kind.archive if kind else None
        yield Form(
            [
                TextField("id", phrase("Id"), kind.id if kind else ""),
                TextField("name", phrase("Called"), kind.name if kind else ""),
                yes_or_no("excluded", phrase("Excluded by law"), bool(kind and kind.excluded)),
                ChoiceField("archive", phrase("Kept"), classes, archive or ""),
            ]
        )

    def made(self) -> DocumentKind:
        """The kind; raises ``ValueError``."""
        chosen = self.chosen("archive")
        return DocumentKind(
            self.text("id"),
            self.text("name"),
            self.chosen("excluded") == YES,
            ArchiveClass(chosen) if chosen else None,
            self._kind.elements if self._kind else (),
        )


class SealTypeScreen(PackFormScreen[SealType]):
    """A type of seal (印章种类), its scope and its forbidden kinds (LC-11, AP-15, AP-16)."""

    HEADING = mark("Seal type")
    HELP = mark(
        "Scope are the kinds of paper this seal is for; an empty one means every kind that is not"
        " forbidden. Write kinds by name or id, separated by commas. Whoever approves its proxy"
        " custody is chosen with the arrow keys."
    )

    def __init__(self, seal_type: SealType | None, pack: PolicyPack, *, editable: bool) -> None:
        super().__init__(editable=editable)
        self._type, self._kinds = seal_type, pack.catalogue.kinds

    def body(self) -> ComposeResult:
        """Five fields."""
        one = self._type
        names = {kind.id: kind.name for kind in self._kinds}
        roles = [Choice(role, role_name(role)) for role in Role]
        approver = one.proxy_approver if one else Role.OFFICE_DIRECTOR
        scope, forbidden = (one.scope, one.forbidden) if one else ((), ())
        yield Form(
            [
                TextField("id", phrase("Id"), one.id if one else ""),
                TextField("name", phrase("Called"), one.name if one else ""),
                list_field("scope", phrase("Scope"), (names[kind] for kind in scope)),
                list_field("forbidden", phrase("Forbidden"), (names[kind] for kind in forbidden)),
                ChoiceField("proxy", phrase("Proxy custody"), roles, approver),
            ]
        )

    def made(self) -> SealType:
        """The type; raises ``ValueError``."""
        kinds = {name: kind.id for kind in self._kinds for name in (kind.name, kind.id)}
        return SealType(
            id=self.text("id"),
            name=self.text("name"),
            scope=all_known(kinds, self.text("scope")),
            forbidden=all_known(kinds, self.text("forbidden")),
            proxy_approver=Role(self.chosen("proxy")),
        )


class PackScreen(PackFormScreen[PolicyPack]):
    """What a pack is called, who answers for it, from when it holds (SU-08)."""

    HEADING = mark("About the policy pack")
    HELP = mark(
        "The title and the basis stand in verdicts and reports. Who answers questions about the"
        " rules is the owner. A pack on trial says so wherever it is shown."
    )

    def __init__(self, pack: PolicyPack, *, editable: bool) -> None:
        super().__init__(editable=editable)
        self._pack = pack

    def body(self) -> ComposeResult:
        """Six fields."""
        pack = self._pack
        yield Form(
            [
                TextField("title", phrase("Title"), pack.title),
                TextField("issuer", phrase("Issued by"), pack.issuer),
                TextField("owner", phrase("Explained by"), pack.owner),
                DayField(
                    "effective", phrase("First day"), parse_day(pack.effective), required=True
                ),
                yes_or_no("trial", phrase("On trial"), pack.trial),
                TextField("legal_basis", phrase("Legal basis"), pack.legal_basis),
            ]
        )

    def made(self) -> PolicyPack:
        """The pack; raises ``ValueError``."""
        return replace(
            self._pack,
            title=self.text("title"),
            issuer=self.text("issuer"),
            owner=self.text("owner"),
            effective=self.query_one(Form).field("effective", DayField).value,
            trial=self.chosen("trial") == YES,
            legal_basis=self.text("legal_basis"),
        )
