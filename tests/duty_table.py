"""How each duty is driven by the tests that kill it and refuse it the disk.

Every module of ``airseal.duties`` has a row here or a reason in ``LEFT_OUT``; a test says so.
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from duty_kit import Drive, Workplace

from airseal.duties.accounts import Newcomer
from airseal.duties.administering import create_station
from airseal.duties.checking_seals import TICKED
from airseal.duties.drafting import Wish
from airseal.duties.recovering import Lost
from airseal.evidence.enrolled import Compared
from airseal.evidence.records import Account, StationFacts
from airseal.evidence.rejudging import News, newer
from airseal.evidence.signed import Author, author
from airseal.founding.homes import recover
from airseal.keys import ca
from airseal.keys.algorithms import RSA_SHA256
from airseal.keys.roots import root_subject
from airseal.model.case import CaseState
from airseal.model.delegation import Delegation
from airseal.model.digest import Digest, sha256
from airseal.model.flow import Withdrawal
from airseal.model.level import Level
from airseal.model.machine import Act
from airseal.model.people import Post, Role
from airseal.model.problem import Problem
from airseal.model.registry import SeriesHead, Snapshot
from airseal.model.request import Outcome
from airseal.model.seal import SealAct
from airseal.model.secret import Secret
from airseal.model.training import Training, TrainingKind, TrainingRow
from airseal.model.use import UseRight
from airseal.ports import silent
from airseal.station import Result, Station
from airseal.station.keeping import restore_home
from airseal.station.seals import Entry
from airseal.store import Query
from transfer.errors import TransferError

LEFT_OUT = {
    "founding": "makes statements and tokens of a unit; what keeps them is `administering`",
    "foreseeing": "reads what ends soon, and writes nothing",
    "admitting": "judges what a bundle brings; `importing` keeps it",
    "packing": "makes and writes the bundles of `exporting` and `receipting`",
    "returning": "reads a paper and says what it lacks; `flowing` signs what comes of it",
}
"""Duties that write nothing of their own into a home."""

FRESH = Secret("Wide-River-88k")
NEW_PIN = Secret("806153")


@dataclass(frozen=True)
class Ahead:
    """A clock that leapt ahead."""

    by: timedelta = timedelta(days=8)

    def now(self) -> datetime:
        return datetime.now().astimezone() + self.by


def _of(results: list[Result]) -> None:
    for result in results:
        if result.problem is not None:
            raise result.problem


def _case(station: Station, state: CaseState) -> Digest:
    return min(row.id for row in station.cases() if row.state is state)


def _request(place: Workplace, station: Station) -> None:
    wish = Wish("关于测试的通知", "", ("bureau-official",), 1, ("finance",), None, Level.INTERNAL)
    with station.signing(place.pin) as signer, station.take_in(place.letter) as document:
        station.request(document, wish, signer)


def _take_to_decide(place: Workplace, station: Station) -> None:
    station.import_file(place.waiting(0))


def _decide(place: Workplace, station: Station) -> None:
    case = _waiting(station)
    station.read(case)
    with station.signing(place.pin) as signer:
        _of(station.decide([case], Outcome.APPROVE, "同意", signer))


def _waiting(station: Station) -> Digest:
    """The case that waits for the officer, or that they have decided."""
    newest = max(station.cases(), key=lambda row: row.state is CaseState.IN_APPROVAL)
    return newest.id


def _take_to_seal(place: Workplace, station: Station) -> None:
    station.import_file(place.waiting(1))


def _seal(place: Workplace, station: Station) -> None:
    open_cases = [row.id for row in station.cases() if row.state is CaseState.APPROVED]
    if not open_cases:
        raise Problem("CASE_ALREADY_SEALED")
    with station.signing(place.pin) as signer:
        station.seal(open_cases[0], signer)


def _export(place: Workplace, station: Station) -> None:
    with station.signing(place.pin) as signer:
        station.export([_any(station)], place.stick, signer)


def _any(station: Station) -> Digest:
    return min(row.id for row in station.cases())


def _keep_and_take_out(place: Workplace, _: Station) -> None:
    """The seal department at the station where the seal is, and the auditor there."""
    pin, seal = Secret(place.unit.person("authority")["pin"]), "bureau-official"
    with Station.open(place.home, *place.means("authority")) as station:
        with station.signing(pin) as signer:
            station.seals.keep_copy(seal, signer)
        second, password = place.means("auditor")
        station.seals.take_copy_out(seal, second, password, "介质损坏", place.stick)


def _check_seal(place: Workplace, station: Station) -> None:
    station.check_seal("bureau-official", place.pin, TICKED)


def _sum_up(place: Workplace, station: Station) -> None:
    """The month of the demonstration's sealing, which is over on a clock that went on."""
    if station.clock_problem is not None:
        station.accept_clock("假期后启用")
    name = station.summaries.periods()[-1].period.name
    with station.signing(place.pin) as signer:
        station.summaries.make(name, Level.INTERNAL, lambda table: table.number.encode(), signer)
    station.summaries.write(name, place.stick)
    station.summaries.receive(name, "办公室 李", station.now().date().isoformat())


def _export_registry(place: Workplace, station: Station) -> None:
    with station.signing(place.pin) as signer:
        station.export_registry(place.stick, signer)


def _check_file(place: Workplace, station: Station) -> None:
    station.verify_files([place.waiting(2), place.waiting(1)])


def _withdraw(place: Workplace, station: Station) -> None:
    with station.signing(place.pin) as signer:
        case = _any(station)
        _of(station.act([case], Act.WITHDRAW, lambda _: Withdrawal("会议改期"), signer))


def _more_officers(place: Workplace, station: Station) -> None:
    """The officer leads the unit from now on, and has somebody to stand in for them."""
    at, (who, password) = station.now(), place.means("authority")
    pin = Secret(place.unit.person("authority")["pin"])
    there = place.folder / "authority"
    shutil.copytree(place.unit.home("authority"), there)
    with Station.open(there, who, password) as authority, authority.signing(pin) as signer:
        registry = authority._ports.registry
        assert registry.snapshot is not None
        writer = Author(registry.unit, "authority", who, Post.AUTHORITY)
        on = [registry.charter_id]
        changed = []
        for person, more in (("wang", (Role.UNIT_LEADER,)), ("zhao", (Role.SECTION_CHIEF,))):
            old = registry.people[person][1]
            posts = tuple(sorted({*old.posts, Post.OFFICER}))
            new = replace(old, number=old.number + 1, posts=posts, roles=(*old.roles, *more))
            changed.append(author(writer, signer, new, level=Level.INTERNAL, at=at, on=on))
        heads = {head.series: head for head in registry.snapshot.heads}
        for one in changed:
            series, number = one.statement.body.series, one.statement.body.number
            heads[series] = SeriesHead(series, number, one.id)
        snapshot = Snapshot(
            registry.snapshot.number + 1,
            registry.snapshot.next_update,
            tuple(heads[series] for series in sorted(heads)),
        )
        listed = author(writer, signer, snapshot, level=Level.INTERNAL, at=at, on=on)
        authority.hold([*changed, listed], [])
        path = authority.export_registry(place.folder, signer).path
    station.import_file(path)


def _delegate(place: Workplace, station: Station) -> None:
    today = station.now().date()
    body = Delegation(
        delegate="zhao",
        role=Role.UNIT_LEADER,
        seal_types=(),
        kinds=(),
        level=Level.INTERNAL,
        start=today.isoformat(),
        end=(today + timedelta(days=3)).isoformat(),
        reason="出差",
    )
    with station.signing(place.pin) as signer:
        given = station.rules.delegate(body, signer)
        station.rules.end_delegation(given.id, "返回", signer)


def _publish(place: Workplace, station: Station) -> None:
    pack = station.rules.pack
    changed = replace(pack, settings=replace(pack.settings, idle_minutes=3))
    with station.signing(place.pin) as signer:
        station.rules.publish(changed, signer)


def _suspend_seal(place: Workplace, station: Station) -> None:
    entry = Entry("bureau-official", SealAct.SUSPEND, "年检")
    with station.signing(place.pin) as signer:
        station.seals.register(entry, signer)


def _record_training(place: Workplace, station: Station) -> None:
    rows = (TrainingRow("li", True, "优秀"), TrainingRow("wang", False, ""))
    today = station.now().date().isoformat()
    body = Training(TrainingKind.TRAINING, "用印规范", today, rows)
    with station.signing(place.pin) as signer:
        station.trainings.record(body, signer)


def _take_on(place: Workplace, station: Station) -> None:
    with station.signing(place.pin) as signer:
        station.own.take_on("用印登记与核对", signer)


def _sign_receipts(place: Workplace, station: Station) -> None:
    came = [one.bundle for one in station.arrived if one.waits]
    with station.signing(place.pin) as signer:
        station.sign_receipts(came, place.stick, signer)


def _ask(place: Workplace, station: Station) -> None:
    with station.signing(place.pin) as signer:
        station.light.ask(station.cases()[0].id, signer)


def _write_form(place: Workplace, station: Station) -> None:
    station.write_form(station.cases()[0].id, "form.pdf", b"%PDF-1.7", place.stick)


def _keep_template(place: Workplace, station: Station) -> None:
    station.templates.keep("通知", {"copies": "3"})
    station.templates.drop("通知")


def _refuse_one(place: Workplace, station: Station) -> None:
    cut = place.folder / "cut.airseal"
    cut.write_bytes(place.waiting(2).read_bytes()[:-100])
    with suppress(TransferError):
        station.import_file(cut)


def _clear(place: Workplace, station: Station) -> None:
    refused = station.quarantine
    if not refused:
        raise Problem("QUARANTINE_UNKNOWN")
    station.copy_refused(refused[0].file, place.stick)
    station.clear_refused(refused[0].file, "已查明")


@dataclass(frozen=True)
class _Signer:
    """A key of this process."""

    key: rsa.RSAPrivateKey
    algorithm = RSA_SHA256

    def sign(self, tbs: bytes) -> bytes:
        return self.key.sign(tbs, padding.PKCS1v15(), SHA256())


def _trust_stamper(place: Workplace, station: Station) -> None:
    """An authority for time stamps is accepted by two people, and taken back."""
    path = place.unit.trust / "root.pem"
    der = x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)
    typed = sha256(der).removeprefix("sha256:")
    if not any(one.trusted for one in station.trust.stampers()):
        other, password = place.means("auditor")
        station.trust.enrol_stamper(path, typed, Compared(other, typed), password)
    station.trust.revoke_stamper(typed, "密钥遗失")


def _trust(place: Workplace, station: Station) -> None:
    """Another unit's root is accepted by two people, and taken back."""
    path = place.folder / "rival.der"
    if not path.exists():
        key = rsa.generate_private_key(65537, 2048)
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        valid = ca.Validity(station.now() - timedelta(days=1), station.now() + timedelta(days=99))
        subject = root_subject("rival", "别的单位")
        path.write_bytes(ca.self_signed_root(subject, public, _Signer(key), valid))
    typed = sha256(path.read_bytes()).removeprefix("sha256:")
    if not any(one.unit == "rival" and one.trusted for one in station.trust.roots()):
        other, password = place.means("auditor")
        station.trust.enrol(path, typed, Compared(other, typed), password)
    station.trust.revoke("rival", "密钥遗失")


def _hear_of_lists(place: Workplace, station: Station) -> None:
    _take_to_seal(place, station)
    ports = station._ports
    news = News(("bureau",), ("wang",))
    told = newer(news, ports.station.level, ports.store.head.sequence)
    ports.store.commit([ports.event(kind, **facts) for kind, facts in told])


def _judge_again(_: Workplace, station: Station) -> None:
    while station.rejudging.step():
        pass


def _ask_for_stamp(place: Workplace, station: Station) -> None:
    station.stamps.request(_any(station), place.stick)


def _outgoing(place: Workplace, station: Station) -> None:
    statement = place.folder / "statement.p7m"
    statement.write_bytes(station._ports.evidence.get(_any(station)).p7m)  # type: ignore[union-attr]
    leaving = station.light.outgoing(statement)
    station.light.record_showing(leaving, "screen")


def _audit(place: Workplace, station: Station) -> None:
    station.audit.check_chain()
    with station.signing(place.pin) as signer:
        copy = station.audit.export(signer, Query(), place.stick)
    station.audit.compare(copy.path)
    copy.path.unlink()


def _enrol_token(place: Workplace, station: Station) -> None:
    station.own.enrol_token(place.password, place.pin)


def _change_pin(place: Workplace, station: Station) -> None:
    station.own.change_pin(place.pin, NEW_PIN)


def _open_account(place: Workplace, station: Station) -> None:
    station.offices.open_account(Newcomer("sun", "孙新人"))


def _close_account(place: Workplace, station: Station) -> None:
    station.offices.close_account("xu", "调离")


def _back_up(place: Workplace, station: Station) -> None:
    disk = place.folder / "disk"
    disk.mkdir(exist_ok=True)
    station.keeping.back_up(disk)


def _try_restore(place: Workplace, station: Station) -> None:
    _, report = station.keeping.try_restore(place.folder / "disk")
    assert report.problems == ()


def _back_up_and_try(place: Workplace, station: Station) -> None:
    _back_up(place, station)
    _try_restore(place, station)


def _restore(place: Workplace, station: Station) -> None:
    two = (place.means("system-admin"), place.means("security-admin"))
    now = datetime.now().astimezone()
    restore_home(place.folder / "disk", None, place.folder / "new", two, now, silent)


def _create(place: Workplace, station: Station) -> None:
    facts = StationFacts("k2", "新工作站", "bureau", Level.INTERNAL, place="1室", manager="chen")
    posts = {"chen": Post.SYSTEM_ADMIN, "wu": Post.SECURITY_ADMIN}
    create_station(
        place.folder / "new",
        facts,
        [(Account(who, who, post), place.means(post)[1]) for who, post in posts.items()],
        [],
        demo=True,
        at=datetime.now().astimezone(),
        recovery=list(posts),
    )


def _recover(place: Workplace, station: Station) -> None:
    two = (place.means("system-admin"), place.means("security-admin"))
    recover(place.home, *two, Lost("xu", "遗忘"))


def _arrive(place: Workplace, station: Station) -> None:
    with place.station() as station:
        station.own.change_password(place.password, FRESH)


def _register(place: Workplace, station: Station) -> None:
    station.offices.register_station("502室", "chen", ("打印机",), ())


def _grant_use(place: Workplace, station: Station) -> None:
    right = UseRight("zhou", "official", "2026-01-01", "2026-12-31", "授权书1号")
    station.offices.grant_use(right)
    station.offices.end_use("zhou", "official", "收回")


DUTIES = (
    Drive("accounts", "open", "system-admin", _open_account, again=frozenset({"PERSON_EXISTS"})),
    Drive(
        "accounts",
        "reset",
        "system-admin",
        lambda _, station: station.offices.reset_password("xu", "遗忘"),
    ),
    Drive("accounts", "close", "system-admin", _close_account, again=frozenset({"ACCOUNT_CLOSED"})),
    Drive(
        "accounts",
        "appoint",
        "security-admin",
        lambda _, station: station.offices.appoint("xu", Post.PRINTER, Level.PUBLIC),
    ),
    Drive(
        "administering",
        "create",
        "system-admin",
        _create,
        inside=False,
        makes="new",
        again=frozenset({"HOME_EXISTS"}),
    ),
    Drive(
        "approving",
        "decide",
        "officer",
        _decide,
        before=_take_to_decide,
        again=frozenset({"DECISION_MADE"}),
    ),
    Drive(
        "arriving",
        "login",
        "checker",
        _arrive,
        inside=False,
        changes=FRESH,
        again=frozenset({"LOGIN_REFUSED"}),
    ),
    Drive("auditing", "copy", "auditor", _audit),
    Drive("backing", "make", "system-admin", _back_up_and_try),
    Drive("backing", "try", "system-admin", _try_restore, before=_back_up),
    Drive(
        "backing",
        "restore",
        "system-admin",
        _restore,
        before=_back_up,
        inside=False,
        makes="new",
        again=frozenset({"HOME_EXISTS"}),
    ),
    Drive("checking", "files", "checker", _check_file),
    Drive(
        "delegating",
        "give-and-end",
        "officer",
        _delegate,
        before=_more_officers,
        tokens=("authority",),
    ),
    Drive("checking_seals", "check", "custodian", _check_seal),
    Drive(
        "copying",
        "keep-and-take-out",
        "custodian",
        _keep_and_take_out,
        inside=False,
        tokens=("authority",),
    ),
    Drive("drafting", "request", "drafter", _request),
    Drive("enrolling", "again", "custodian", _enrol_token, before=_enrol_token),
    Drive("exporting", "cases", "drafter", _export),
    Drive("exporting", "registry", "authority", _export_registry),
    Drive("formwriting", "case", "drafter", _write_form),
    Drive("flowing", "withdraw", "drafter", _withdraw, again=frozenset({"CASE_WITHDRAWN"})),
    Drive(
        "guarding",
        "clock",
        "security-admin",
        lambda _, station: station.accept_clock("放假"),
        clock=Ahead(),
        again=frozenset({"CLOCK_STEADY"}),
    ),
    Drive("asking", "ask", "custodian", _ask, before=_take_to_seal),
    Drive("importing", "bundle", "custodian", _take_to_seal),
    Drive("light", "show", "drafter", _outgoing),
    # SoftHSM writes a PIN in place: killed in between, its file is no token any more.
    Drive(
        "pins",
        "change",
        "custodian",
        _change_pin,
        again=frozenset({"PIN_WRONG", "TOKEN_ABSENT"}),
    ),
    Drive("posts", "register", "system-admin", _register),
    Drive("posts", "use", "authority", _grant_use),
    Drive(
        "quarantining",
        "clear",
        "security-admin",
        _clear,
        before=_refuse_one,
        again=frozenset({"QUARANTINE_UNKNOWN"}),
    ),
    Drive(
        "receipting",
        "sign",
        "custodian",
        _sign_receipts,
        before=_take_to_seal,
        again=frozenset({"RECEIPT_NOTHING"}),
    ),
    Drive("staffing", "take-on", "custodian", _take_on),
    Drive(
        "summarising",
        "make-and-hand-over",
        "custodian",
        _sum_up,
        clock=Ahead(timedelta(days=40)),
    ),
    Drive("templating", "keep-and-drop", "drafter", _keep_template),
    Drive("trusting", "enrol-and-revoke", "security-admin", _trust),
    Drive(
        "recovering",
        "arrange",
        "system-admin",
        lambda _, station: station.offices.arrange_recovery(),
    ),
    Drive(
        "recovering",
        "recover",
        "system-admin",
        _recover,
        inside=False,
        before=lambda _, station: station.offices.arrange_recovery(),
    ),
    Drive("rejudging", "step", "custodian", _judge_again, before=_hear_of_lists),
    Drive(
        "registering",
        "suspend",
        "authority",
        _suspend_seal,
        again=frozenset({"MOVE_ILLEGAL"}),
    ),
    Drive("ruling", "publish", "authority", _publish, again=frozenset({"PACK_UNCHANGED"})),
    Drive(
        "sealing",
        "seal",
        "custodian",
        _seal,
        before=_take_to_seal,
        again=frozenset({"CASE_ALREADY_SEALED", "SEAL_UNFINISHED"}),
    ),
    Drive("training", "record", "authority", _record_training),
    Drive("trusting", "stamper", "security-admin", _trust_stamper),
    Drive("timestamping", "ask", "drafter", _ask_for_stamp),
)
