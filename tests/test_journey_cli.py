"""The whole journey by command line, judged by tools we did not write."""

import base64
import subprocess
import zipfile
from pathlib import Path

import bagit
import pytest
from commands import Ran, airseal
from demo_unit import DemoUnit
from pki import pem

from airseal.evidence.signed import read
from airseal.model.digest import to_hex
from airseal.model.registry import Charter


def made(ran: Ran) -> dict[str, object]:
    assert ran.status == 0, ran
    result = ran.json
    assert isinstance(result, dict)
    assert result["demo"] is True
    return result


def request(unit: DemoUnit, out: Path, *more: str) -> dict[str, object]:
    return made(
        unit.run(
            "drafter",
            *("request", unit.document()),
            *("--title", "关于测试的通知", "--seal", "示范市数据局公章", "--copies", "3"),
            *("--to", "finance", "--to", "示范市档案局", "--out", out, *more),
        )
    )


def to_sealed(unit: DemoUnit, stick: Path) -> tuple[str, Path]:
    """Request, approve, seal; returns the case and the sealed bundle."""
    asked = request(unit, stick)
    case = str(asked["case"])
    made(unit.run("officer", "import", str(asked["bundle"])))
    made(unit.run("officer", "decide", case, "--approve", "--reason", "同意"))
    approved = made(unit.run("officer", "export", case, "--out", stick))
    made(unit.run("custodian", "import", str(approved["bundle"])))
    sealed = made(unit.run("custodian", "seal", case))
    assert len(sealed["statements"]) == 1  # type: ignore[arg-type]
    exported = made(unit.run("custodian", "export", case, "--out", stick))
    return case, Path(str(exported["bundle"]))


def unzip(bundle: Path, target: Path) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(target)
    (top,) = target.iterdir()
    return top


def test_the_whole_journey(demo_unit: DemoUnit, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    case, bundle = to_sealed(demo_unit, stick)

    made(demo_unit.run("checker", "import", bundle))
    rows = demo_unit.run("checker", "cases").json
    assert [(row["id"], row["title"], row["state"]) for row in rows] == [
        (case, "关于测试的通知", "sealed")
    ]
    ran = demo_unit.run("checker", "verify", bundle)
    assert (ran.status, ran.json["overall"], ran.json["demo"]) == (0, "valid", True)
    (items,) = ran.json["items"]
    assert (items["signer"], items["seal"]) == ("张保管", "示范市数据局公章")
    assert items["document"] == "关于测试的通知"
    for check in ran.json["checks"]:
        assert check["verdict"] in ("pass", "note"), check

    top = unzip(bundle, tmp_path / "unzipped")
    assert bagit.Bag(str(top)).validate()
    check_statements_with_openssl(demo_unit, top, tmp_path)
    check_pdf_with_pdfsig(demo_unit, top, tmp_path)


def trust_pem(unit: DemoUnit, top: Path, tmp_path: Path) -> Path:
    """Root and issuing CA; the issuing certificate stands in the charter."""
    read_all = (read(path.read_bytes()) for path in (top / "data" / "statements").iterdir())
    (charter,) = (s.statement.body for s in read_all if s.statement.kind == "charter")
    assert isinstance(charter, Charter)
    both = tmp_path / "trust.pem"
    issuers = [pem(base64.b64decode(text)) for text in charter.issuers]
    both.write_bytes(b"".join([(unit.trust / "root.pem").read_bytes(), *issuers]))
    return both


def check_statements_with_openssl(unit: DemoUnit, top: Path, tmp_path: Path) -> None:
    trust = trust_pem(unit, top, tmp_path)
    statements = sorted((top / "data" / "statements").iterdir())
    assert len(statements) >= 8
    for statement in statements:
        subprocess.run(
            [
                *("openssl", "cms", "-verify", "-inform", "DER", "-in", str(statement)),
                *("-CAfile", str(trust), "-out", "/dev/null"),
            ],
            check=True,
            capture_output=True,
        )
    subprocess.run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-binary"),
            *("-in", str(top / "tagmanifest-sha256.txt.p7s")),
            *("-content", str(top / "tagmanifest-sha256.txt")),
            *("-CAfile", str(trust), "-out", "/dev/null"),
        ],
        check=True,
        capture_output=True,
    )


def check_pdf_with_pdfsig(unit: DemoUnit, top: Path, tmp_path: Path) -> None:
    (document,) = (top / "data" / "documents").iterdir()
    database = tmp_path / "nss"
    database.mkdir()
    certutil = ["certutil", "-d", f"sql:{database}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True, capture_output=True)
    subprocess.run(
        [*certutil, "-A", "-n", "root", "-t", "CT,C,C", "-i", str(unit.trust / "root.pem")],
        check=True,
        capture_output=True,
    )
    told = subprocess.run(
        ["pdfsig", "-nssdir", f"sql:{database}", str(document)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "Signature Validation: Signature is Valid." in told, told
    assert "Certificate Validation: Certificate is Trusted." in told, told
    assert "Total document signed" in told, told
    assert told.count("Signature #") == 1, told


def test_a_bare_sealed_pdf_lacks_its_basis(demo_unit: DemoUnit, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    _, bundle = to_sealed(demo_unit, stick)
    (document,) = (unzip(bundle, tmp_path / "out") / "data" / "documents").iterdir()
    ran = demo_unit.run("checker", "verify", document)
    assert (ran.status, ran.json["overall"]) == (2, "unknown")
    assert "BASIS_MISSING" in {check["reason_code"] for check in ran.json["checks"]}


def test_trust_is_given_by_a_directory(demo_unit: DemoUnit) -> None:
    bundle = demo_unit.waiting(-1)
    for arguments, status in ((["--trust", str(demo_unit.trust)], 0), ([], 2)):
        ran = airseal(["verify", bundle, "--json", *arguments], demo_unit.environment)
        assert ran.status == status, ran


@pytest.mark.parametrize(
    ("outcome", "state", "code"),
    [("--deny", "denied", "CASE_DENIED"), ("--return", "returned", "CASE_RETURNED")],
)
def test_what_is_not_approved_cannot_be_sealed(
    demo_unit: DemoUnit, tmp_path: Path, outcome: str, state: str, code: str
) -> None:
    asked = request(demo_unit, tmp_path)
    case = str(asked["case"])
    made(demo_unit.run("officer", "import", str(asked["bundle"])))
    assert demo_unit.run("officer", "decide", case, outcome).json["code"] == "REASON_MISSING"
    made(demo_unit.run("officer", "decide", case, outcome, "--reason", "依据不足"))
    exported = made(demo_unit.run("officer", "export", case, "--out", tmp_path))
    made(demo_unit.run("custodian", "import", str(exported["bundle"])))
    assert demo_unit.run("custodian", "cases").json[0]["state"] == state
    ran = demo_unit.run("custodian", "seal", case)
    assert (ran.status, ran.json["code"]) == (1, code)


def test_an_unapproved_request_cannot_be_sealed(demo_unit: DemoUnit, tmp_path: Path) -> None:
    asked = request(demo_unit, tmp_path)
    made(demo_unit.run("custodian", "import", str(asked["bundle"])))
    ran = demo_unit.run("custodian", "seal", str(asked["case"]))
    assert (ran.status, ran.json["code"]) == (1, "APPROVAL_MISSING")


def test_two_seals_at_given_places(demo_unit: DemoUnit, tmp_path: Path) -> None:
    asked = request(
        demo_unit, tmp_path, "--seal", "bureau-official@p1,60,60", "--until", "2099-12-31"
    )
    case = str(asked["case"])
    made(demo_unit.run("officer", "import", str(asked["bundle"])))
    made(demo_unit.run("officer", "decide", case, "--approve"))
    approved = made(demo_unit.run("officer", "export", case, "--out", tmp_path))
    made(demo_unit.run("custodian", "import", str(approved["bundle"])))
    made(demo_unit.run("custodian", "seal", case))
    sealed = made(demo_unit.run("custodian", "export", case, "--out", tmp_path))
    ran = demo_unit.run("checker", "verify", str(sealed["bundle"]))
    assert (ran.status, len(ran.json["items"])) == (0, 2), ran


def test_a_wrong_pin_is_spent_once_and_said(demo_unit: DemoUnit, tmp_path: Path) -> None:
    asked = request(demo_unit, tmp_path)
    made(demo_unit.run("officer", "import", str(asked["bundle"])))
    ran = demo_unit.run("officer", "decide", str(asked["case"]), "--approve", pin="000000")
    assert (ran.status, ran.json["code"]) == (1, "PIN_WRONG")
    assert demo_unit.run("officer", "cases").json[0]["state"] == "in-approval"


def test_ids_are_the_digests_of_what_they_name(demo_unit: DemoUnit, tmp_path: Path) -> None:
    asked = request(demo_unit, tmp_path)
    top = unzip(Path(str(asked["bundle"])), tmp_path / "out")
    names = {path.stem for path in (top / "data" / "statements").iterdir()}
    assert {to_hex(one) for one in asked["statements"]} == names  # type: ignore[attr-defined]
