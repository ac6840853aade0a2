"""The demonstration unit: real parts, soft tokens, and a charter that says it is a demo.

Everything here goes through the same duties as at a real unit; only the blank tokens come
from SoftHSM, and passwords and PINs are known to everybody (TK-01).
"""

import base64
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from airseal.duties import administering, founding
from airseal.duties.drafting import Wish
from airseal.duties.founding import Founded, Newcomer, TokenAccess
from airseal.duties.sealing import CHECKS
from airseal.evidence.packs import ready_pack
from airseal.evidence.records import Account, StationFacts
from airseal.evidence.signed import Author
from airseal.founding.demo_home import TOLD, DemoPerson
from airseal.keys import softtoken
from airseal.keys.tokenhost import Signer, TokenHost
from airseal.model.digest import Digest, sha256
from airseal.model.level import Level
from airseal.model.people import Post, Role
from airseal.model.policy import PolicyPack
from airseal.model.problem import Problem
from airseal.model.registry import (
    Appointment,
    RegistryBody,
    RevocationList,
    SealRecord,
    UnitRecord,
)
from airseal.model.request import Outcome
from airseal.model.secret import Secret
from airseal.paper.forms import sample_document
from airseal.paper.impression import draw_round_seal
from airseal.paper.jail import Jail
from airseal.ports import Progress, silent
from airseal.station import Station

UNIT = "bureau"
UNIT_NAME = "示范市数据局"
SEAL = "bureau-official"
SEAL_NAME = "示范市数据局公章"
TEST_SEAL_NAME = "示范市数据局测试章"
SEAL_TYPE = "official"
SEAL_DIAMETER_UM = 42_000
UNITS = {UNIT: UNIT_NAME, "finance": "示范市财政局", "archives": "示范市档案局"}
SO_PIN = "20261122"
DRAFT_TITLE = "关于印发值班安排的通知"
WAITING_TITLES = (
    "关于启用新版办公系统的通知",
    "关于开展数据安全检查的通知",
    "关于公布政务数据目录的函",
)
"""What waits on the stick: to decide, to seal, to check."""

BUILDING = ("demo-keys", "demo-stations", "demo-registry", "demo-work")
"""The steps of :func:`build`, as it reports them."""

PEOPLE = (
    DemoPerson("zhou", "周印管", Post.AUTHORITY, "Seal-Office-2026", "410417"),
    DemoPerson("li", "李承办", Post.DRAFTER, "Draft-Desk-2026", "135246"),
    DemoPerson("wang", "王审批", Post.OFFICER, "Sign-Room-2026", "864203"),
    DemoPerson("zhang", "张保管", Post.CUSTODIAN, "Keep-Safe-2026", "571934"),
    DemoPerson("zhao", "赵核验", Post.CHECKER, "Check-Well-2026", "902718"),
)
"""Who works at the station of their own post."""

ADMINISTRATORS = (
    DemoPerson("chen", "陈系统", Post.SYSTEM_ADMIN, "Run-Things-2026", "318462"),
    DemoPerson("wu", "吴保密", Post.SECURITY_ADMIN, "Watch-Doors-2026", "640295"),
    DemoPerson("zheng", "郑审计", Post.AUDITOR, "Read-Ledgers-2026", "759013"),
)
"""三员 (X-17); they have their accounts at the custodian's station."""

CLERK = DemoPerson("xu", "许文书", Post.CLERK, "Read-Twice-2026", "473920")
"""The clerk works at the custodian's station too."""

LEADER = DemoPerson("sun", "孙局长", Post.OFFICER, "Last-Word-2026", "285039")
"""The leader approves important papers at the officer's station, or lets the officer do it."""

DIRECTOR = DemoPerson("yang", "杨主任", Post.OFFICER, "Front-Office-2026", "637051")
"""The office director, without whom no seal is lent (AP-18); decides for the officer too."""

EVERYBODY = (*PEOPLE, CLERK, *ADMINISTRATORS, LEADER, DIRECTOR)

_GUESTS = {Post.CUSTODIAN: (CLERK, *ADMINISTRATORS, PEOPLE[0]), Post.OFFICER: (LEADER, DIRECTOR)}
"""Who works at a station beside the person whose post it is for.

Use rights are granted, and tokens unlocked, where the seal is.
"""

_ROLES = {
    "wang": (Role.SECTION_CHIEF, Role.DIVISION_LEADER),
    LEADER.id: (Role.WORKGROUP_DIRECTOR, Role.DIVISION_LEADER, Role.UNIT_LEADER),
    DIRECTOR.id: (Role.SECTION_CHIEF, Role.FINANCE, Role.LEGAL, Role.OFFICE_DIRECTOR),
}
"""Who approves as what; the officer and the leader agree to deletions too (DC-11)."""


STATION_NAMES = {
    Post.AUTHORITY: "印章管理工作站",
    Post.DRAFTER: "承办工作站",
    Post.OFFICER: "审批工作站",
    Post.CUSTODIAN: "用印工作站",
    Post.CHECKER: "核验工作站",
}


def build(
    directory: Path, *, practice: bool = False, progress: Progress = silent
) -> dict[str, Any]:
    """Build the unit in ``directory`` (which must be empty or absent).

    Returns what ``airseal demo build`` prints: homes, people, passwords, PINs. For
    ``practice`` its seal is a TEST seal (LC-37). ``progress`` hears of each step and may end
    the building, which leaves a half-made ``directory``. Raises ``Problem("DEMO_EXISTS")``
    when something is there already.
    """
    directory = directory.absolute()
    if directory.exists() and any(directory.iterdir()):
        raise Problem("DEMO_EXISTS")
    for folder in (directory, directory / "usb", directory / "trust"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    conf = softtoken.create_store(directory / "tokens")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    now = datetime.now().astimezone()
    with TokenHost() as tokens:
        progress(0, len(BUILDING), BUILDING[0])
        founded = _found(conf, tokens, now)
        progress(1, len(BUILDING), BUILDING[1])
        _create_stations(directory, founded, now)
        _publish(directory, tokens, founded, now, practice=practice)
    told = _describe(directory, conf)
    (directory / TOLD).write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    with closing(Jail(formal=False)) as jail:
        site = _Site(directory, jail)
        progress(2, len(BUILDING), BUILDING[2])
        _export_registry(site, founded)
        progress(3, len(BUILDING), BUILDING[3])
        _leave_work_waiting(site)
    return told


@dataclass(frozen=True, slots=True)
class _Site:
    """The demo's directory, and one jail for all its stations while it is being built."""

    directory: Path
    jail: Jail

    @contextmanager
    def at(self, post: Post) -> Iterator[tuple[Station, Secret]]:
        """The station of ``post``, opened by its person, and that person's PIN."""
        one = next(person for person in PEOPLE if person.post is post)
        home, password = self.directory / post.value, Secret(one.password)
        with Station.open(home, one.id, password, jail=self.jail) as station:
            yield station, Secret(one.pin)


def sample_pdf(title: str) -> bytes:
    """A one-page 公文 of the demo unit, dated today."""
    return sample_document(UNIT_NAME, title, datetime.now().astimezone().date())


def _home(directory: Path, post: Post) -> Path:
    """The station where ``post`` logs in."""
    stays = any(one.post is post for one in PEOPLE)
    return directory / (post if stays else Post.CUSTODIAN).value


def _describe(directory: Path, conf: Path) -> dict[str, Any]:
    return {
        "demo": True,
        "SOFTHSM2_CONF": str(conf),
        "usb": str(directory / "usb"),
        "trust": str(directory / "trust"),
        "stations": {one.post.value: str(_home(directory, one.post)) for one in EVERYBODY},
        "people": [
            {
                "id": one.id,
                "name": one.name,
                "post": one.post.value,
                "password": one.password,
                "pin": one.pin,
            }
            for one in EVERYBODY
        ],
        "seals": [{"id": SEAL, "name": SEAL_NAME}],
        "units": [{"id": unit, "name": name} for unit, name in UNITS.items()],
    }


def _found(conf: Path, tokens: TokenHost, now: datetime) -> Founded:
    """Blank tokens from SoftHSM, then the authority's own duty."""
    pins = {"root": "730159", "issuing": "268401"} | {one.id: one.pin for one in EVERYBODY}
    for label, pin in pins.items():
        softtoken.init_token(conf, label, SO_PIN, pin)
    serials = {token.label: token.serial for token in tokens.tokens()}
    access = {label: TokenAccess(serials[label], Secret(pin)) for label, pin in pins.items()}
    plan = founding.Plan(
        unit=UNIT,
        name=UNIT_NAME,
        authority=PEOPLE[0].id,
        people=tuple(Newcomer(one.id, one.name, access[one.id]) for one in EVERYBODY),
        demo=True,
    )
    return founding.found_unit(tokens, plan, access["root"], access["issuing"], now)


def _create_stations(directory: Path, founded: Founded, now: datetime) -> None:
    for one in PEOPLE:
        people = (one, *_GUESTS.get(one.post, ()))
        administering.create_station(
            _home(directory, one.post),
            StationFacts(
                one.post.value,
                STATION_NAMES[one.post],
                UNIT,
                Level.INTERNAL,
                place="示范市政务大楼 501 室",
                manager=one.id,
                printers=("演示打印机",),
            ),
            [(_account(who), Secret(who.password)) for who in people],
            [(founded.anchor, (PEOPLE[0].id, one.id))],
            demo=True,
            at=now,
        )


def _account(one: DemoPerson) -> Account:
    """With a mobile number that nobody has, so that the people can be filed (PE-02)."""
    return Account(one.id, one.name, one.post, phone=f"138000000{EVERYBODY.index(one):02}")


def _publish(
    directory: Path, tokens: TokenHost, founded: Founded, now: datetime, *, practice: bool
) -> None:
    """The first registry, signed by the authority and held at its station."""
    authority = PEOPLE[0]
    overprint = "测试" if practice else "演示"
    impression = draw_round_seal(UNIT_NAME, SEAL_DIAMETER_UM, overprint=overprint)
    who = Author(UNIT, Post.AUTHORITY.value, authority.id, Post.AUTHORITY)
    certificate = founded.certificates[authority.id]
    with tokens.login(certificate, Secret(authority.pin)) as signer:
        signed = founding.publish(
            who,
            signer,
            founded.charter.id,
            _registry(founded, impression, TEST_SEAL_NAME if practice else SEAL_NAME, now),
            1,
            now,
        )
    home = directory / Post.AUTHORITY.value
    with Station.open(home, authority.id, Secret(authority.password)) as station:
        station.hold([founded.charter, *signed], [impression])


def _registry(
    founded: Founded, impression: bytes, seal_name: str, now: datetime
) -> list[RegistryBody]:
    day = now.date()
    custodian = next(one for one in PEOPLE if one.post is Post.CUSTODIAN)
    documents: list[RegistryBody] = [
        RevocationList(1, tuple(base64.b64encode(crl).decode() for crl in founded.crls)),
        _pack(day),
        SealRecord(
            number=1,
            seal=SEAL,
            name=seal_name,
            type=SEAL_TYPE,
            unit=UNIT,
            unit_name=UNIT_NAME,
            width_um=SEAL_DIAMETER_UM,
            height_um=SEAL_DIAMETER_UM,
            impression=sha256(impression),
            custodians=(sha256(founded.certificates[custodian.id]),),
            station=Post.CUSTODIAN.value,
            enabled_from=day.isoformat(),
            enabled_until=(day + timedelta(days=5 * 365)).isoformat(),
            enabled=True,
        ),
    ]
    documents += [UnitRecord(1, unit, name) for unit, name in UNITS.items()]
    for one in EVERYBODY:
        certificate = founded.certificates[one.id]
        documents.append(
            Appointment(
                number=1,
                person=one.id,
                name=one.name,
                posts=(one.post,),
                certificate=base64.b64encode(certificate).decode(),
                fingerprint=sha256(certificate),
                clearance=Level.INTERNAL,
                active=True,
                roles=_ROLES.get(one.id, ()),
            )
        )
    return documents


def _pack(day: date) -> PolicyPack:
    """The bureau's pack, without what would lengthen the demonstration: flow system, two checks."""
    pack = ready_pack("bureau")
    return replace(
        pack,
        title="示范市数据局电子印章管理办法（演示）",
        issuer=UNIT_NAME,
        effective=day.isoformat(),
        trial=True,
        settings=replace(
            pack.settings,
            require_flow_ref=False,
            checks_before_sealing=False,
            ticks_before_sealing=False,
        ),
    )


def _export_registry(site: _Site, founded: Founded) -> None:
    """The registry goes to every station by the stick, like everything else."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    root = x509.load_der_x509_certificate(founded.anchor.root)
    (site.directory / "trust" / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    with site.at(Post.AUTHORITY) as (station, pin), station.signing(pin) as signer:
        on_stick = station.export_registry(site.directory / "usb", signer).path
        station.export_registry(site.directory / "trust", signer)
    for one in PEOPLE:
        if one.post is not Post.AUTHORITY:
            with site.at(one.post) as (station, _):
                station.import_file(on_stick)


def _leave_work_waiting(site: _Site) -> None:
    """On the stick: a document to draft with, one request to decide, one to seal, one to check."""
    usb = site.directory / "usb"
    (usb / f"{DRAFT_TITLE}.pdf").write_bytes(sample_pdf(DRAFT_TITLE))
    with tempfile.TemporaryDirectory() as courier_name:
        courier = Path(courier_name)
        with site.at(Post.DRAFTER) as (station, pin), station.signing(pin) as signer:
            requested, approved, sealed = (
                _request(station, signer, title, courier) for title in WAITING_TITLES
            )
            station.export([requested], usb, signer)
            station.export([approved, sealed], courier, signer)
        _carry(site, Post.OFFICER, courier)
        with site.at(Post.OFFICER) as (station, pin), station.signing(pin) as signer:
            station.decide([approved, sealed], Outcome.APPROVE, "同意用印。", signer)
            station.export([approved], usb, signer)
            onward = station.export([sealed], courier, signer).path
        with site.at(Post.CUSTODIAN) as (station, pin):
            station.import_file(onward)
            with station.signing(pin) as signer:
                station.seal(sealed, signer, checked=CHECKS)
                station.export([sealed], usb, signer)


def _carry(site: _Site, post: Post, medium: Path) -> None:
    with site.at(post) as (station, _):
        for found in station.bundles_on(medium):
            station.import_file(medium / found.name)


def _request(station: Station, signer: Signer, title: str, folder: Path) -> Digest:
    """A request for a sealed letter named ``title``; its PDF passes through ``folder``."""
    day = station.now().date()
    source = folder / "document.pdf"
    source.write_bytes(sample_pdf(title))
    wish = Wish(
        title=title,
        purpose="印发有关单位执行",
        seals=(SEAL,),
        copies=3,
        recipients=("finance", "archives"),
        until=(day + timedelta(days=30)).isoformat(),
        level=Level.INTERNAL,
    )
    with station.take_in(source) as held:
        return station.request(held, wish, signer).id
