"""The small pages of the policy pack: a setting, a matrix row, and who would have to approve."""

from textual.app import ComposeResult

from airseal.model.level import Level
from airseal.model.matrix import Row, Step
from airseal.model.matter import Importance, Special, Subject
from airseal.model.people import Role
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.settings import SettingLine, Settings, changed, written
from airseal.screens.base import AirsealScreen
from airseal.screens.matter_fields import matter_fields, matter_in
from airseal.screens.name_lists import all_known, known, list_field, parts_of
from airseal.screens.pack_form import NOT_YOURS, YES, PackFormScreen, yes_or_no
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.text import Phrase, enumerated, level_name, mark, phrase, role_name, special_name
from airseal.words.policy import IMPORTANCES, SETTINGS, SUBJECTS, demand_lines, value_words


class SettingScreen(AirsealScreen[Settings]):
    """Explains one setting; hands back all settings with a new value for it, or None."""

    HEADING = mark("Setting")
    HELP = mark(
        "The clauses are those of the regulations' analysis. A setting with one value is decided"
        " by the law and cannot be changed."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    SettingScreen #what { text-style: bold; margin: 1 0; }
    SettingScreen FactTable { margin: 0 0 1 0; }
    """

    def __init__(self, line: SettingLine, settings: Settings, *, editable: bool) -> None:
        super().__init__()
        self._line, self._settings, self._editable = line, settings, editable

    def body(self) -> ComposeResult:
        """What it decides, where it comes from, its value."""
        line = self._line
        value = written(self._settings, line.field)
        yield Say(Phrase(SETTINGS[line.field]), id="what")
        yield FactTable(
            [
                Fact(phrase("Called"), f"{line.name} {line.key}"),
                Fact(phrase("Clause"), line.clauses),
                Fact(phrase("By default"), value_words(line.field, line.default)),
            ]
        )
        if line.options:
            choices = [Choice(one, value_words(line.field, one)) for one in line.options]
            yield Form([ChoiceField("value", phrase("Value"), choices, value)])
        else:
            yield Form([TextField("value", phrase("Value"), value, required=bool(line.limits))])

    def why_not(self, action: str) -> Phrase | None:
        """Everybody may read."""
        return Phrase(NOT_YOURS) if action == "confirm" and not self._editable else None

    def do_confirm(self) -> None:
        """Hand it back."""
        form, line = self.query_one(Form), self._line
        text = (
            form.field("value", ChoiceField).value
            if line.options
            else form.field("value", TextField).value
        )
        try:
            self.dismiss(changed(self._settings, line.field, text or ""))
        except Problem as problem:
            self.show_problem(problem)


class RowScreen(PackFormScreen[Row]):
    """Hands back a row of the authority matrix, or None."""

    HEADING = mark("Matrix row")
    HELP = mark(
        "Lists are separated by commas, and an empty one means any. Approvers may be written by"
        " name or id, with *2 for two of them; they are asked from the lowest to the highest. If"
        " several rows match a paper, everything any of them asks is asked."
    )

    def __init__(self, row: Row | None, pack: PolicyPack, *, editable: bool) -> None:
        super().__init__(editable=editable)
        self._row, self._pack = row, pack

    def body(self) -> ComposeResult:
        """A field for each part of the row."""
        row, pack = self._row, self._pack
        types = pack.catalogue.seal_type_names
        kinds = pack.catalogue.kind_names
        steps = [_step(one) for one in row.steps] if row else []
        levels = [Choice(one, level_name(one)) for one in Level]
        importances = [Choice(one, Phrase(words)) for one, words in IMPORTANCES.items()]
        yield Form(
            [
                TextField("id", phrase("Called"), row.id if row else ""),
                TextField("clause", phrase("Clause"), row.clause if row else ""),
                list_field("steps", phrase("Approvers"), steps),
                list_field(
                    "aside", phrase("Countersigned"), map(_role, row.countersigners if row else ())
                ),
                list_field(
                    "types", phrase("Seals"), (types[one] for one in row.seal_types) if row else ()
                ),
                list_field(
                    "kinds", phrase("Kinds"), (kinds[one] for one in row.kinds) if row else ()
                ),
                list_field("symbols", phrase("Number begins"), row.symbols if row else ()),
                list_field(
                    "subjects",
                    phrase("Touches"),
                    (str(Phrase(SUBJECTS[one])) for one in row.subjects) if row else (),
                ),
                list_field(
                    "specials",
                    phrase("Special matter"),
                    (str(special_name(one)) for one in row.specials) if row else (),
                ),
                ChoiceField(
                    "importance",
                    phrase("From importance"),
                    importances,
                    row.importance if row else None,
                ),
                ChoiceField("level", phrase("From level"), levels, row.level if row else None),
                yes_or_no("delegable", phrase("Representative"), not row or row.delegable),
                list_field(
                    "confirmers", phrase("Confirmed by"), map(_role, row.confirmers if row else ())
                ),
            ]
        )

    def made(self) -> Row:
        """The row as it was filled in; raises ``ValueError`` that names what is wrong."""
        catalogue, text, chosen = self._pack.catalogue, self.text, self.chosen
        roles = {str(role_name(role)): role for role in Role} | {str(role): role for role in Role}
        types = {name: one.id for one in catalogue.seal_types for name in (one.name, one.id)}
        kinds = {name: one.id for one in catalogue.kinds for name in (one.name, one.id)}
        subjects = {str(Phrase(words)): one for one, words in SUBJECTS.items()}
        specials = {str(special_name(one)): one for one in Special}
        steps = []
        for part in parts_of(text("steps")):
            name, _, count = part.partition("*")
            steps.append(Step(known(roles, name), int(count or 1)))
        return Row(
            id=text("id"),
            clause=text("clause"),
            steps=tuple(steps),
            countersigners=all_known(roles, text("aside")),
            seal_types=all_known(types, text("types")),
            kinds=all_known(kinds, text("kinds")),
            symbols=tuple(parts_of(text("symbols"))),
            subjects=all_known(subjects | {str(s): s for s in Subject}, text("subjects")),
            specials=all_known(specials | {str(s): s for s in Special}, text("specials")),
            importance=Importance(chosen("importance")),
            level=Level(chosen("level")),
            delegable=chosen("delegable") == YES,
            confirmers=all_known(roles, text("confirmers")),
        )


class DryRunScreen(AirsealScreen[None]):
    """Who would have to approve this, by a pack that need not be published."""

    HEADING = mark("Who would have to approve this?")
    HELP = mark("Fill in what the paper is about and press F9; nothing is requested or signed.")
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    DryRunScreen Form { max-height: 60%; }
    DryRunScreen FactTable { margin: 1 0 0 0; }
    """

    def __init__(self, pack: PolicyPack) -> None:
        super().__init__()
        self._pack = pack

    def body(self) -> ComposeResult:
        """The fields, then the answer."""
        types = [Choice(one.id, one.name) for one in self._pack.catalogue.seal_types]
        levels = [Choice(one, level_name(one)) for one in Level]
        yield Form(
            [
                ChoiceField("type", phrase("Seal"), types),
                ChoiceField("level", phrase("Level"), levels, Level.INTERNAL),
                *matter_fields(self._pack),
            ]
        )
        yield FactTable()

    def do_confirm(self) -> None:
        """Ask the pack."""
        form = self.query_one(Form)
        table = self.query_one(FactTable)
        seal_type = form.field("type", ChoiceField).value or ""
        level = Level(form.field("level", ChoiceField).value or Level.INTERNAL)
        try:
            demand = self._pack.route(matter_in(form), level, [seal_type])
        except Problem as problem:
            table.show([])
            self.show_problem(problem)
            return
        self.hush()
        lines = [
            Fact(phrase("{number}.", number=number), line, strong=True)
            for number, line in enumerate(demand_lines(demand), start=1)
        ]
        rows = Fact(phrase("By the rows"), enumerated(demand.rows))
        table.show([*lines, rows])


def _role(role: Role) -> str:
    return str(role_name(role))


def _step(step: Step) -> str:
    return f"{_role(step.role)}*{step.count}" if step.count > 1 else _role(step.role)
