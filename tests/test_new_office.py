"""An office from nothing: tokens, unit, formal stations, registry, a sealed paper (AC-11, TX-16).

The tokens here are SoftHSM, registered by the path of its library as a real driver would be. So
the charter must carry the demonstration flag: without it every station refuses to sign, which
the last tests show.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from demo_unit import DemoUnit

from airseal.cli.main import run
from airseal.evidence.packs import ready_pack, write_pack
from airseal.founding.demo import sample_pdf
from airseal.keys import softtoken
from airseal.keys.roots import unit_of_root
from airseal.keys.tokenhost import TokenHost
from airseal.model.digest import sha256
from airseal.store import slots
from airseal.text import use_language

SO_PIN = "20261122"
PINS = {"root": "730159", "issuing": "268401", "zhou": "410417", "li": "135246"}
PINS |= {"wang": "864203", "zhang": "571934"}
POSTS = {"zhou": "authority", "li": "drafter", "wang": "officer", "zhang": "custodian"}
NAMES = {"zhou": "周印管", "li": "李承办", "wang": "王审批", "zhang": "张保管"}


@dataclass
class Site:
    """A folder with soft tokens and what the commands need to be told."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    serials: dict[str, str]
    passwords: dict[tuple[str, str], str] = field(default_factory=dict)
    fingerprint: str = ""

    def run(self, *arguments: object, secrets: tuple[str, ...] = ()) -> tuple[int, Any]:
        reader, writer = os.pipe()
        os.write(writer, "\n".join(secrets).encode())
        os.close(writer)
        self.capture.readouterr()
        status = run(["--secrets-fd", str(reader), *map(str, arguments), "--json"])
        if not secrets:
            # Nobody asked for a secret, so nobody has read and closed it.
            os.close(reader) if _is_open(reader) else None
        return status, json.loads(self.capture.readouterr().out)

    def at(self, home: str, who: str, *arguments: object, more: tuple[str, ...] = ()) -> Any:
        secrets = (self.passwords[home, who], *(more or (PINS.get(who, "-"),)))
        status, told = self.run(
            "--home", self.folder / home, "--as", who, *arguments, secrets=secrets
        )
        assert status == 0, told
        return told

    def refused(self, home: str, who: str, *arguments: object, more: tuple[str, ...] = ()) -> str:
        secrets = (self.passwords[home, who], *(more or (PINS.get(who, "-"),)))
        status, told = self.run(
            "--home", self.folder / home, "--as", who, *arguments, secrets=secrets
        )
        assert status == 1
        return str(told["code"])

    def change(self, home: str, who: str) -> None:
        """Everybody chooses an own password first."""
        new = f"Wide-River-{len(self.passwords)}k-{home}"
        self.at(home, who, "password", more=(new,))
        self.passwords[home, who] = new

    def plan(self, *, demo: bool) -> Path:
        policy = json.loads(write_pack(ready_pack("bureau")))
        policy["settings"] |= {"require_flow_ref": False, "checks_before_sealing": False}
        path = self.folder / "plan.json"
        told = {
            "unit": "bureau",
            "name": "示范市数据局",
            "authority": "zhou",
            "root": self.serials["root"],
            "issuing": self.serials["issuing"],
            "people": [
                {
                    "person": who,
                    "name": NAMES[who],
                    "token": self.serials[who],
                    "posts": [post],
                    "clearance": "internal",
                    "roles": ["section-chief"] if post == "officer" else [],
                }
                for who, post in POSTS.items()
            ],
            "seals": [
                {
                    "seal": "bureau-official",
                    "name": "示范市数据局公章",
                    "type": "official",
                    "text": "示范市数据局",
                    "diameter_um": 42000,
                    "custodians": ["zhang"],
                    "station": "seal-room",
                    "until": "",
                }
            ],
            "partners": [{"number": 1, "unit": "finance", "name": "示范市财政局"}],
            "policy": policy,
            "demo": demo,
        }
        path.write_text(json.dumps(told), encoding="utf-8")
        return path

    def found(self, *, demo: bool) -> None:
        status, told = self.run(
            *("unit", "found", self.plan(demo=demo), "--module", softtoken.module()),
            *("--out", self.folder / "founding"),
            secrets=tuple(PINS.values()),
        )
        assert status == 0, told
        self.fingerprint = told["fingerprint"]

    def create(self, home: str, *more: object, **changed: str) -> tuple[int, Any]:
        options = {
            "id": home,
            "name": "用印工作站",
            "unit": "bureau",
            "level": "internal",
            "root": str(self.folder / "founding" / "root.pem"),
            "place": "501室",
            "manager": "chen",
            "module": str(softtoken.module()),
            "system-admin": "chen=陈系统",
            "security-admin": "wu=吴保密",
            "auditor": "zheng=郑审计",
            "medium": "stick",
        } | changed
        words = [word for name, text in options.items() for word in (f"--{name}", text)]
        compared = [] if more else [f"wu={self.fingerprint}", f"zhou={spaced(self.fingerprint)}"]
        words += [word for one in compared for word in ("--compared", one)]
        return self.run("--home", self.folder / home, "station", "create", *words, *more)

    def created(self, home: str) -> None:
        status, told = self.create(home)
        assert status == 0, told
        for row in told["people"]:
            self.passwords[home, row["person"]] = row["password"]
        assert self.refused(home, "chen", "station", "show") == "PASSWORD_MUST_CHANGE"
        for row in told["people"][:2]:
            self.change(home, row["person"])

    def let_in(self, home: str, who: str) -> None:
        told = self.at(home, "chen", "account", "open", who, "--name", NAMES[who])
        self.passwords[home, who] = told["password"]
        appointed = ("--post", POSTS[who], "--level", "internal")
        self.at(home, "wu", "account", "appoint", who, *appointed)
        self.change(home, who)


def spaced(fingerprint: str) -> str:
    digits = fingerprint.removeprefix("sha256:").upper()
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


@pytest.fixture
def site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    monkeypatch.setattr("airseal.cli.main.harden_process", lambda: None)
    # Real homes, but at a cost that lets forty logins pass in seconds.
    monkeypatch.setattr("airseal.store.slots.FORMAL", slots.DEMO)
    conf = softtoken.create_store(tmp_path / "tokens")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    for label, pin in PINS.items():
        softtoken.init_token(conf, label, SO_PIN, pin)
    with TokenHost() as tokens:
        serials = {one.label: one.serial for one in tokens.tokens()}
    (tmp_path / "stick").mkdir()
    yield Site(tmp_path, capsys, serials)
    use_language("zh_CN")


def test_an_office_from_nothing_with_soft_tokens_under_a_demonstration_charter(
    site: Site,
) -> None:
    stick = site.folder / "stick"
    site.found(demo=True)
    site.created("office")
    site.let_in("office", "zhou")
    signed = site.at(
        "office", "zhou", "unit", "publish", site.folder / "plan.json", site.folder / "founding"
    )
    assert len(signed["statements"]) == 9
    registry = site.at("office", "zhou", "unit", "export", "--out", stick)["bundle"]

    site.created("seal-room")
    for who in ("li", "wang", "zhang"):
        site.let_in("seal-room", who)
    site.at("seal-room", "chen", "import", registry)
    show = site.at("seal-room", "chen", "station", "show")
    assert show["registered"] and show["module"] == str(softtoken.module())
    assert "module" not in site.at("seal-room", "zhang", "station", "show")

    paper = site.folder / "公文.pdf"
    paper.write_bytes(sample_pdf("关于测试的通知"))
    asked = site.at(
        *("seal-room", "li", "request", paper, "--title", "关于测试的通知"),
        *("--seal", "bureau-official", "--copies", 1, "--to", "finance", "--out", stick),
    )
    site.at("seal-room", "wang", "decide", asked["case"], "--approve")
    site.at("seal-room", "zhang", "seal", asked["case"], "--checked", "all")
    sealed = site.at("seal-room", "zhang", "export", asked["case"], "--out", stick)
    verdict = site.at("seal-room", "zhang", "verify", sealed["bundle"])
    assert (verdict["overall"], verdict["demo"]) == ("valid", True)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"place": " "}, "STATION_FORM"),
        ({"manager": "nobody"}, "PERSON_UNKNOWN"),
        ({"auditor": "chen=陈系统"}, "ADMINISTRATORS_THREE"),
        ({"auditor": "郑=郑审计"}, "ACCOUNT_FORM"),
        ({"unit": "other"}, "ROOT_OTHER_UNIT"),
        ({"module": "/usr/lib/nothing.so"}, "TOKEN_MODULE_MISSING"),
        ({"module": "relative.so"}, "TOKEN_MODULE_MISSING"),
        ({"level": "high"}, "LEVEL_UNKNOWN"),
    ],
)
def test_a_station_that_is_not_told_all_is_not_made(
    founded: Site, changed: dict[str, str], code: str
) -> None:
    status, told = founded.create("office", **changed)
    assert (status, told["code"]) == (1, code)
    assert not (founded.folder / "office").exists()


@pytest.fixture
def founded(built_demo: DemoUnit, site: Site) -> Site:
    """A root without the rest: what a refusal needs."""
    (site.folder / "founding").mkdir()
    root = (built_demo.trust / "root.pem").read_bytes()
    (site.folder / "founding" / "root.pem").write_bytes(root)
    site.fingerprint = sha256(unit_of_root(root)[1])
    return site


@pytest.mark.parametrize(
    ("compared", "code"),
    [
        (("wu={right}",), "WITNESSES_TWO"),
        (("wu={right}", "wu={right}"), "WITNESSES_TWO"),
        (("wu={right}", "zhou=sha256:00"), "ROOT_FINGERPRINT"),
        (("wu={right}", "zhou="), "ROOT_FINGERPRINT"),
    ],
)
def test_two_people_must_have_compared_the_root(
    founded: Site, compared: tuple[str, ...], code: str
) -> None:
    words = [
        word for text in compared for word in ("--compared", text.format(right=founded.fingerprint))
    ]
    status, told = founded.create("office", *words)
    assert (status, told["code"]) == (1, code)
    assert not (founded.folder / "office").exists()


def test_without_the_demonstration_flag_a_soft_token_signs_nothing(site: Site) -> None:
    site.found(demo=False)
    site.created("office")
    site.let_in("office", "zhou")
    made = (site.folder / "plan.json", site.folder / "founding")
    assert site.refused("office", "zhou", "unit", "publish", *made) == "TOKEN_SOFT"
