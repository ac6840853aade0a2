"""The station's own records: what its ledger says, and the desk that follows from it.

``project`` is the third fold of DESIGN §1: the desk (TinyDB) is exactly the fold of the
ledger with it, so it can always be rebuilt and never says what the ledger does not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from airseal.evidence.accounts import all_accounts, project_accounts
from airseal.evidence.backups import project_backups
from airseal.evidence.doorlog import project_door
from airseal.evidence.partners import project_partners
from airseal.evidence.quarantine import project_quarantine
from airseal.evidence.questions import project_questions, question_facts
from airseal.evidence.receipts import project_receipts, receipt_facts
from airseal.evidence.rejudging import project_rejudging
from airseal.evidence.roots import project_roots
from airseal.evidence.sealchecks import project_checks
from airseal.evidence.sealcopies import project_copies
from airseal.evidence.signed import Signed
from airseal.evidence.staff import project_staff, staff_facts
from airseal.evidence.stamps import project_stamps
from airseal.evidence.summaries import project_summaries
from airseal.evidence.tombstones import project_tombstones
from airseal.model.account import AccountState
from airseal.model.channel import Device, devices_among
from airseal.model.checkpoint import Checkpoint
from airseal.model.clock import raised
from airseal.model.delivery import DELIVERY_MACHINE, SENDERS, DeliveryAct, DeliveryState
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.people import Post
from airseal.model.question import Answer, Question
from airseal.model.receipt import Receipt
from airseal.model.request import Request, Sealing
from airseal.model.staff import Responsibility, StaffList
from airseal.store import DeskView, DeskWrite, Entry, EntryIn, JsonValue, Store

STATEMENT = "statement"
STATION_REGISTERED = "station-registered"
IMPORTED = "imported"
DOCUMENT_READ = "document-read"
PIN_REFUSED = "pin-refused"
SEAL_INTENT = "seal-intent"
SEAL_OUTPUT = "seal-output"
SEAL_ABANDONED = "seal-abandoned"
EXPORT_PREPARED = "export-prepared"
LIGHT_SHOWN = "light-shown"
EXPORT_DONE = "export-done"
FORM_WRITTEN = "form-written"
EXPORT_FAILED = "export-failed"
VERIFIED = "verified"
CLOCK_ACCEPTED = "clock-accepted"
LOG_EXPORTED = "log-exported"
LOG_COMPARED = "log-compared"
LOG_TAKEN = "log-taken"

RECEIPT_BOOK = frozenset({IMPORTED, EXPORT_PREPARED, EXPORT_DONE, EXPORT_FAILED, "receipt"})
"""The entries that change the register of bundles and their receipts."""

TEMPLATE_KEPT = "template-kept"
TEMPLATE_DROPPED = "template-dropped"

TEMPLATES = "templates"
"""The desk's table of request templates, by name."""

LOGS = "logs"
"""The desk's table of the newest copy of each other station's ledger."""

PARKED = "parked"
"""The desk's table of statements that waited when they came: id, and place in the ledger."""


@dataclass(frozen=True, slots=True)
class StationFacts:
    """Which station this is (工作站登记, AC-11, SC-05).

    ``place`` is where it stands, ``manager`` the person who answers for it; ``printers`` and
    ``media`` are the names of those that may be used with it, ``devices`` its cameras and
    scanners with the level of each (E-10). ``module`` is the path of the PKCS#11 library of its
    tokens; empty for the soft token of a demonstration.
    """

    id: str
    name: str
    unit: str
    level: Level
    place: str = ""
    manager: str = ""
    printers: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    module: str = ""
    devices: tuple[Device, ...] = ()

    @property
    def registered(self) -> bool:
        """Whether the registration is complete enough to seal here."""
        return bool(self.place and self.manager)

    def told(self) -> dict[str, JsonValue]:
        """The registration as the ledger keeps it."""
        return {
            "id": self.id,
            "name": self.name,
            "unit": self.unit,
            "level": self.level,
            "place": self.place,
            "manager": self.manager,
            "printers": list(self.printers),
            "media": list(self.media),
            "module": self.module,
            "devices": [{"name": one.name, "level": one.level} for one in self.devices],
        }


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may log in here, the post they log in with, how far they are cleared."""

    person: str
    name: str
    post: Post
    clearance: Level = Level.INTERNAL
    phone: str = ""


def statement_entry(signed: Signed, by: str, at: datetime, *, parked: bool = False) -> EntryIn:
    """The ledger entry that holds a statement; ``by`` wrote or imported it.

    ``parked`` says that something it relies on is not held yet.
    """
    statement = signed.statement
    facts: dict[str, JsonValue] = {
        "kind": statement.kind,
        "case": statement.case or (statement.id if statement.kind == "request" else None),
    }
    if parked:
        facts["parked"] = True
    match statement.body:
        case Request(title=title) if not statement.level.is_state_secret:
            # Facts are for everybody at the station (SC-04).
            facts["title"] = title
        case Sealing(document=document, order=order, output=output):
            facts |= {"document": document, "order": order, "output": output}
        case Checkpoint(size=size, root=root):
            facts |= {
                "unit": statement.unit,
                "station": statement.station,
                "size": size,
                "root": root,
            }
        case Responsibility() | StaffList():
            facts |= staff_facts(statement)
        case Receipt():
            facts |= receipt_facts(statement)
        case Question() | Answer():
            facts |= question_facts(statement)
        case _:
            pass
    return EntryIn(
        kind=STATEMENT,
        by=by,
        at=at.replace(microsecond=0).isoformat(),
        facts=facts,
        statement=signed.p7m,
        statement_id=signed.id,
        # The registry is for everybody, whatever they are cleared for.
        level=None if facts["case"] is None else statement.level,
    )


def place_key(case: str, document: str, order: int) -> str:
    """The desk key of one seal place of one case."""
    return f"{case} {document} {order}"


def project(desk: DeskView, entry: Entry) -> Iterable[DeskWrite]:
    """What one ledger entry changes on the desk."""
    yield from project_accounts(desk, entry)
    yield from _clock_raised(desk, entry)
    yield from project_partners(desk, entry)
    yield from project_stamps(desk, entry)
    yield from project_roots(desk, entry)
    yield from project_backups(entry)
    yield from project_copies(entry)
    yield from project_checks(entry)
    yield from project_summaries(desk, entry)
    yield from project_tombstones(entry)
    yield from project_quarantine(entry)
    yield from project_staff(desk, entry)
    yield from project_receipts(desk, entry)
    yield from project_rejudging(desk, entry)
    yield from project_questions(desk, entry)
    facts = dict(entry.facts)
    match entry.kind:
        case "station-registered":
            yield DeskWrite("station", "facts", facts)
        case "statement":
            yield from _statement_written(desk, entry)
        case "login" | "login-refused":
            yield from project_door(entry)
        case "imported":
            settled = facts.pop("settled", [])
            yield DeskWrite("imports", str(facts["bundle"]), {**facts, "at": entry.at})
            assert isinstance(settled, list)
            yield from (DeskWrite(PARKED, str(one), None) for one in settled)
        case "log-taken":
            key = f"{facts['unit']}/{facts['station']}"
            yield DeskWrite(LOGS, key, facts)
        case "template-kept":
            row = {"by": entry.by, "values": facts["values"]}
            yield DeskWrite(TEMPLATES, str(facts["name"]), row)
        case "template-dropped":
            yield DeskWrite(TEMPLATES, str(facts["name"]), None)
        case "document-read":
            yield DeskWrite("read", str(facts["case"]), {"by": entry.by, "at": entry.at})
        case "seal-intent":
            yield DeskWrite("intents", _intent_key(facts), {**facts, "by": entry.by})
        case "seal-output":
            intent = desk.get("intents", _intent_key(facts))
            known = intent if isinstance(intent, dict) else {}
            yield DeskWrite("intents", _intent_key(facts), {**known, **facts})
        case "seal-abandoned":
            yield DeskWrite("intents", _intent_key(facts), None)
        case "export-prepared":
            begun = {**facts, "state": DeliveryState.PREPARED}
            yield DeskWrite("exports", str(facts["bundle"]), begun)
        case "export-done" | "export-failed":
            held = desk.get("exports", str(facts["bundle"]))
            before = held if isinstance(held, dict) else {}
            act = DeliveryAct.SEND if entry.kind == EXPORT_DONE else DeliveryAct.FAIL_TO_WRITE
            state = _delivered(delivery_state(desk, str(facts["bundle"])), act)
            yield DeskWrite(
                "exports", str(facts["bundle"]), {**before, **facts, "state": state, "at": entry.at}
            )
        case "light-shown":
            held = desk.get("exports", str(facts["name"]))
            if isinstance(held, dict) and held["state"] == "prepared":
                shown = {**held, "state": "shown", "at": entry.at}
                yield DeskWrite("exports", str(facts["name"]), shown)
        case _:
            return


def delivery_state(desk: DeskView, bundle: str) -> DeliveryState:
    """Where the delivery of one bundle stands here (REQUIREMENTS 2.5)."""
    row = desk.get("exports", bundle)
    state = row.get("state") if isinstance(row, dict) else None
    return DeliveryState(str(state)) if state in tuple(DeliveryState) else DeliveryState.PREPARED


def _delivered(state: DeliveryState, act: DeliveryAct) -> DeliveryState:
    """Where ``act`` leads; a ledger that says what the table does not have moves nothing."""
    return next(iter(DELIVERY_MACHINE.targets(state, act, SENDERS[0])), state)


def _clock_raised(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """The mark of the clock rises with every entry, and moves to a time a person confirmed."""
    mark, at = clock_mark(desk), datetime.fromisoformat(entry.at)
    new = at if entry.kind == CLOCK_ACCEPTED else raised(mark, at)
    if new != mark:
        yield DeskWrite("clock", "mark", entry.at)


def _statement_written(desk: DeskView, entry: Entry) -> Iterator[DeskWrite]:
    """A case row appears with its statements; a sealing closes the intent it completes."""
    facts = dict(entry.facts)
    case = facts.get("case")
    if facts.get("parked"):
        yield DeskWrite(PARKED, str(entry.statement_id), entry.sequence)
    if case is None:
        return
    row = desk.get("cases", str(case))
    known = row if isinstance(row, dict) else {"since": entry.at}
    title = {"title": facts["title"]} if "title" in facts else {}
    yield DeskWrite("cases", str(case), {**known, **title, "last": entry.at})
    if facts["kind"] == "sealing":
        # An imported statement must not make this station forget what it has begun itself.
        intent = desk.get("intents", _intent_key(facts))
        if isinstance(intent, dict) and intent.get("output") == facts["output"]:
            yield DeskWrite("intents", _intent_key(facts), None)


def _intent_key(facts: dict[str, JsonValue]) -> str:
    order = facts["order"]
    assert isinstance(order, int)
    return place_key(str(facts["case"]), str(facts["document"]), order)


def station_facts(desk: DeskView) -> StationFacts:
    """Which station this home is."""
    row = desk.get("station", "facts")
    assert isinstance(row, dict)
    media, level = _texts(row["media"]), Level(str(row["level"]))
    return StationFacts(
        id=str(row["id"]),
        name=str(row["name"]),
        unit=str(row["unit"]),
        level=level,
        place=str(row["place"]),
        manager=str(row["manager"]),
        printers=_texts(row["printers"]),
        media=media,
        module=str(row["module"]),
        devices=_devices(row["devices"]) if "devices" in row else devices_among(media, level),
    )


def accounts(desk: DeskView) -> Iterator[Account]:
    """Everybody who was appointed to a post here and whose account is open."""
    for one in all_accounts(desk):
        if one.post is not None and one.state is not AccountState.CLOSED:
            yield Account(one.person, one.name, one.post, one.clearance, one.phone)


def clock_mark(desk: DeskView) -> datetime | None:
    """The highest time in the ledger that is believed (E-04)."""
    row = desk.get("clock", "mark")
    return None if row is None else datetime.fromisoformat(str(row))


def held_statements(store: Store) -> Iterator[tuple[Digest, bytes]]:
    """Every statement in the ledger: id and ``.p7m`` bytes."""
    for entry in store.entries():
        if entry.statement is not None and entry.statement_id is not None:
            yield entry.statement_id, entry.statement


def _row(desk: DeskView, table: str, key: str) -> dict[str, str]:
    row = desk.get(table, key)
    assert isinstance(row, dict)
    return {name: str(value) for name, value in row.items()}


def _devices(value: JsonValue) -> tuple[Device, ...]:
    assert isinstance(value, list)
    rows = [row for row in value if isinstance(row, dict)]
    return tuple(Device(str(row["name"]), Level(str(row["level"]))) for row in rows)


def _texts(value: JsonValue) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(str(each) for each in value)
