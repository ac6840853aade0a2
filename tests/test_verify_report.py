"""Verifying from the command line and the library: many files, reports, and what they say."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Ran
from commands import airseal as command
from demo_unit import DemoUnit
from hostile_pdf import HOSTILE, TINY

import airseal
from airseal.model.verdict import Copy, Overall


def offline(unit: DemoUnit, *arguments: str | Path, **environment: str) -> Ran:
    return command(
        ["verify", "--trust", unit.trust, *arguments], {**unit.environment, **environment}
    )


def text_of(pdf: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, timeout=30
    )
    return done.stdout.decode()


def pages_of(pdf: Path) -> int:
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, check=True, timeout=30)
    line = next(row for row in done.stdout.decode().splitlines() if row.startswith("Pages:"))
    return int(line.split()[1])


@pytest.fixture(scope="module")
def stick(built_demo: DemoUnit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stick with one genuine bundle, in many copies, among what is none."""
    directory = tmp_path_factory.mktemp("stick")
    for number in range(4):
        shutil.copy(built_demo.waiting(2), directory / f"a{number}.airseal")
    (directory / "below").mkdir()
    (directory / "below" / "cut.airseal").write_bytes(built_demo.waiting(2).read_bytes()[:-9])
    for number, content in enumerate((TINY, *HOSTILE.values())):
        (directory / f"b{number}.pdf").write_bytes(content)
    (directory / "notes.txt").write_text("not to be checked")
    return directory


class TestReport:
    def test_is_one_page_signed_by_the_checker(self, demo_unit: DemoUnit, tmp_path: Path) -> None:
        report = tmp_path / "report.pdf"
        bundle = demo_unit.waiting(2)
        ran = demo_unit.run("checker", "verify", bundle, "--report", report, "--sign")
        assert (ran.status, ran.json["overall"]) == (0, "valid"), ran.err
        assert ran.json["kind"] == "original"
        assert pages_of(report) == 1
        told = text_of(report)
        for sentence in (
            "This sheet is not itself evidence",
            "DEMONSTRATION",
            "Electronic Signature Law Art. 13",
            "张保管",
            "Original: the sealed electronic document",
            "GM/T 0031",
            "Legal basis",
        ):
            assert sentence in told, sentence
        assert "33481" not in told
        # Signed with the checker's own token, and anybody can check it.
        signature = tmp_path / "report.pdf.p7s"
        checked = subprocess.run(
            [
                *("openssl", "cms", "-verify", "-inform", "DER", "-binary", "-noverify"),
                *("-in", str(signature), "-content", str(report), "-out", os.devnull),
            ],
            capture_output=True,
            timeout=30,
        )
        assert checked.returncode == 0, checked.stderr
        # The sheet names the digest of the same as JSON, so the signature covers both.
        told = (tmp_path / "report.pdf.json").read_bytes()
        assert hashlib.sha256(told).hexdigest() in "".join(text_of(report).split())
        data = json.loads(told)
        (document,) = data["documents"]
        assert (document["overall"], document["kind"]) == ("valid", "original")
        assert data["checker"] == "赵核验" and data["number"] in text_of(report)
        assert document["legal_basis"] and len(document["article_13"]) == 4
        assert [row["verdict"] for row in document["article_13"]] == ["pass"] * 4

    def test_of_a_changed_document_says_so(self, demo_unit: DemoUnit, tmp_path: Path) -> None:
        cut = tmp_path / "cut.airseal"
        cut.write_bytes(demo_unit.waiting(2).read_bytes()[:-1])
        report = tmp_path / "report.pdf"
        ran = offline(demo_unit, cut, "--report", report, "--json")
        assert (ran.status, ran.json["stopped_at"]) == (1, "format")
        told = text_of(report)
        assert "Verdict: Invalid" in told and "Legal basis" not in told

    def test_needs_a_station_to_be_signed(self, built_demo: DemoUnit, tmp_path: Path) -> None:
        ran = offline(built_demo, built_demo.waiting(2), "--sign", "--json")
        assert (ran.status, ran.json["code"]) == (2, "SIGN_NEEDS_STATION")

    def test_that_cannot_be_written_is_said(self, built_demo: DemoUnit, tmp_path: Path) -> None:
        nowhere = tmp_path / "missing" / "report.pdf"
        ran = offline(built_demo, built_demo.waiting(2), "--report", nowhere, "--json")
        assert (ran.status, ran.json["code"]) == (2, "REPORT_NOT_WRITTEN")


class TestMany:
    def test_a_stick_is_judged_in_order_with_one_summary(
        self, built_demo: DemoUnit, stick: Path, tmp_path: Path
    ) -> None:
        report = tmp_path / "summary.pdf"
        ran = offline(built_demo, stick, "--json", "--report", report)
        rows = {row["subject"]: row["overall"] for row in ran.json}
        assert ran.status == 1
        assert len(rows) == 6 + len(HOSTILE)
        assert [rows[f"a{number}.airseal"] for number in range(4)] == ["valid"] * 4
        assert "valid" not in {word for name, word in rows.items() if not name.startswith("a")}
        told = text_of(report)
        assert f"4 of {len(rows)} valid" in told and "cut.airseal" in told

    def test_at_a_station_it_is_recorded(self, demo_unit: DemoUnit, stick: Path) -> None:
        ran = demo_unit.run("checker", "verify", stick)
        assert ran.status == 1
        assert len(ran.json) == 6 + len(HOSTILE)

    def test_nothing_to_check_is_said(self, built_demo: DemoUnit, tmp_path: Path) -> None:
        ran = offline(built_demo, tmp_path, "--json")
        assert (ran.status, ran.json["code"]) == (2, "NOTHING_TO_VERIFY")

    def test_a_file_that_is_gone_is_unknown_and_stops_nobody(
        self, built_demo: DemoUnit, tmp_path: Path
    ) -> None:
        ran = offline(built_demo, tmp_path / "gone.pdf", built_demo.waiting(2), "--json")
        assert [row["overall"] for row in ran.json] == ["unknown", "valid"]
        assert ran.status == 2


class TestLibrary:
    def test_gives_typed_verdicts(self, built_demo: DemoUnit, stick: Path) -> None:
        verdict = airseal.verify(stick / "a0.airseal", trust=built_demo.trust)
        assert (verdict.overall, verdict.kind) == (Overall.VALID, Copy.ORIGINAL)
        verdicts = list(
            airseal.verify_all([stick / "b0.pdf", stick / "a1.airseal"], trust=built_demo.trust)
        )
        assert [one.kind for one in verdicts] == [Copy.UNSEALED, Copy.ORIGINAL]

    def test_from_a_program_of_somebody_else(self, built_demo: DemoUnit, tmp_path: Path) -> None:
        program = tmp_path / "theirs.py"
        program.write_text(
            "import sys\n"
            "from airseal import verify, verify_all\n"
            "bundle, trust = sys.argv[1:]\n"
            "one = verify(bundle, trust=trust)\n"
            "print(one.overall.value, [check.code for check in one.checks if check.reason])\n"
            "print([verdict.kind.value for verdict in verify_all([bundle] * 2, trust=trust)])\n"
        )
        done = subprocess.run(
            [sys.executable, program, built_demo.waiting(2), built_demo.trust],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("valid ") and "['original', 'original']" in done.stdout

    def test_importing_it_imports_nothing_else(self) -> None:
        asked = "import airseal, sys, json; print(json.dumps(sorted(sys.modules)))"
        done = subprocess.run(
            [sys.executable, "-c", asked], capture_output=True, check=True, timeout=30
        )
        loaded = set(json.loads(done.stdout))
        assert not {name for name in loaded if name.startswith(("airseal.", "pyhanko", "asn1"))}

    def test_what_it_does_not_have_is_an_attribute_error(self) -> None:
        with pytest.raises(AttributeError):
            airseal.seal  # noqa: B018  # the attribute access is the test


def test_without_bubblewrap_it_says_that_it_is_unconfined(
    built_demo: DemoUnit, tmp_path: Path
) -> None:
    report = tmp_path / "report.pdf"
    bundle = built_demo.waiting(2)
    ran = offline(built_demo, bundle, "--json", "--report", report, PATH=str(tmp_path))
    assert (ran.status, ran.json["confined"]) == (0, False)
    assert "unconfined" in ran.err and "without bubblewrap" in " ".join(text_of(report).split())
    confined = offline(built_demo, bundle, "--json")
    assert confined.json["confined"] and "unconfined" not in confined.err
