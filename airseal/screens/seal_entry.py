"""One seal of the register (印章登记): how it stands, and what the seal department enters of it."""

from typing import Final

from textual.app import ComposeResult

from airseal.keys.tokenhost import Signer
from airseal.model.digest import Digest
from airseal.model.registry import SealRecord, Witness
from airseal.model.rights import Right, may
from airseal.model.seal import WITNESSED, SealAct, SealState, entries_from
from airseal.screens.session import Session
from airseal.screens.signing import SigningScreen
from airseal.screens.widgets.choice_field import Choice, ChoiceField
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.fact_table import Fact, FactTable
from airseal.screens.widgets.field import Field
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.station import Station
from airseal.station.seals import Entry
from airseal.text import Phrase, enumerated, mark, millimetres, phrase, when
from airseal.words.seals import SEAL_ENTRIES, SEAL_STATES

_FULL_WIDTH: Final = str.maketrans({"\uff1b": ";", "\uff1d": "="})


class WitnessField(TextField):
    """Witnesses (见证人), each ``NAME=WHAT FOR`` (C-14)."""

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        """Those entered; raises ``ValueError``."""
        texts = self.value.translate(_FULL_WIDTH).split(";")
        pairs = [text.partition("=") for text in texts if text.strip()]
        return tuple(Witness(person.strip(), part.strip()) for person, _, part in pairs)

    def problem(self) -> Phrase | None:
        """Each must have its two parts."""
        try:
            return None if self.witnesses else super().problem()
        except ValueError:
            return phrase("Enter name=department; and so on: Wu=secrecy; Li=office.")


class SealEntryScreen(SigningScreen[bool]):
    """Everybody may read it; hands back whether something was entered."""

    HEADING = mark("A seal of the register")
    HELP = mark(
        "How the seal stands by the register. The seal department enters here what became of it:"
        " one act, why, the filing number; for a change or a destruction also who saw it, each as"
        " name=department. F9 checks, shows what follows and asks for the PIN. A seal that was"
        " replaced, deregistered or destroyed never comes back. Export the registry afterwards:"
        " nobody else knows of it before. The custodian checks the seal with F8 at its station."
    )
    OFFERS = ("enter_seal", "check_seal")
    COMPLETES = "enter_seal"

    DEFAULT_CSS = """
    SealEntryScreen Field { margin: 0; }
    SealEntryScreen #about { margin: 0 0 1 0; }
    SealEntryScreen #last { margin: 0 0 1 0; color: $text-muted; }
    """

    def __init__(self, session: Session, seal: str) -> None:
        super().__init__(session)
        self._seal = seal

    def body(self) -> ComposeResult:
        """The entry in force, then the fields of the next one."""
        yield FactTable(self._facts(), id="about")
        if not self._acts:
            yield Say(phrase("Nothing can be entered of this seal as it stands."), id="last")
        elif may(self.post, Right.PUBLISH):
            yield Form(self._fields())

    def _fields(self) -> list[Field]:
        acts = [Choice(act, Phrase(SEAL_ENTRIES[act])) for act in self._acts]
        fields: list[Field] = [
            ChoiceField("act", phrase("What is entered"), acts),
            TextField("reason", phrase("Reason")),
            TextField("filing", phrase("Filing number"), self._entry[1].filing, required=False),
        ]
        if WITNESSED & set(self._acts):
            fields.append(WitnessField("witnesses", phrase("Witnesses"), required=False))
        return fields

    def why_not(self, action: str) -> Phrase | None:
        """What is over is over."""
        if action == "enter_seal" and not self._acts:
            return phrase("Nothing can be entered of this seal as it stands.")
        return None

    def do_check_seal(self) -> None:
        """Check the seal, as its custodian."""
        from airseal.screens.seal_check import SealCheckScreen

        self.app.push_screen(SealCheckScreen(self.session, self._seal))

    def do_enter_seal(self) -> None:
        """Check, show what follows, then ask for the PIN."""
        form = self.query_one(Form)
        if not form.check():
            return
        entry = Entry(
            seal=self._seal,
            act=SealAct(form.field("act", ChoiceField).value or ""),
            reason=form.field("reason", TextField).value,
            filing=form.field("filing", TextField).value,
            witnesses=tuple(one for field in form.query(WitnessField) for one in field.witnesses),
        )
        self.at_station(
            lambda station, _: station.seals.may_register(entry),
            lambda record: self._sign(entry, form.said(), record),
            busy=phrase("Checking before the PIN is asked"),
        )

    def _sign(self, entry: Entry, said: list[Fact], record: SealRecord) -> None:
        words = phrase(
            "{before}, then {after}",
            before=Phrase(SEAL_STATES[self._state]),
            after=Phrase(SEAL_STATES[record.state_on(self._today)]),
        )
        facts = [
            Fact(phrase("Seal"), record.name, strong=True),
            Fact(phrase("State"), words, strong=True),
            *said,
        ]

        def act(station: Station, signer: Signer) -> None:
            station.seals.register(entry, signer)

        purpose = phrase("Enter this in the seal register")
        self.sign(purpose, act, lambda _: self._entered(), busy=phrase("Signing"), facts=facts)

    def _entered(self) -> None:
        self.dismiss(True)

    @property
    def _entry(self) -> tuple[Digest, SealRecord]:
        registry = self.session.station.registry
        assert registry is not None
        return registry.seal(self._seal)

    @property
    def _today(self) -> str:
        return self.session.station.now().date().isoformat()

    @property
    def _state(self) -> SealState:
        return self._entry[1].state_on(self._today)

    @property
    def _acts(self) -> tuple[SealAct, ...]:
        return tuple(entries_from(self._state))

    def _facts(self) -> list[Fact]:
        station, (key, record) = self.session.station, self._entry
        registry = station.registry
        assert registry is not None
        keepers = [
            row.name for _, row in registry.people.values() if row.fingerprint in record.custodians
        ]
        days = phrase(
            "{start} to {end}", start=when(record.enabled_from), end=when(record.enabled_until)
        )
        signed = phrase(
            "No. {number} of {day}", number=record.number, day=when(station.signed_on(key))
        )
        facts = [
            Fact(phrase("Seal"), record.name, strong=True),
            Fact(phrase("State"), Phrase(SEAL_STATES[self._state]), strong=True),
            Fact(phrase("Seal size"), millimetres(record.width_um)),
            Fact(phrase("Seal custodian"), enumerated(keepers)),
            Fact(phrase("Sealing station"), record.station),
            Fact(phrase("Enabled"), days),
            Fact(phrase("Filing number"), record.filing or phrase("none")),
            Fact(phrase("Last register entry"), signed),
            *self._check_facts(),
        ]
        if record.reason:
            facts.append(Fact(phrase("Reason"), record.reason))
        if record.witnesses:
            present = enumerated(f"{one.person}={one.part}" for one in record.witnesses)
            facts.append(Fact(phrase("Witnesses"), present))
        return facts

    def _check_facts(self) -> list[Fact]:
        """By when it must be checked, where it is kept (LC-24)."""
        if not may(self.post, Right.READ):
            return []
        rows = self.session.station.seals.checks()
        return [
            Fact(phrase("Check due by"), when(row.until), strong=row.until < self._today)
            for row in rows
            if row.record.seal == self._seal
        ]
