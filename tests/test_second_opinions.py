"""What poppler (pdfsig) and openssl say of the same files; where they differ, a note says why."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from foreign_pdf import Elsewhere
from pdf_bench import Bench
from test_attacks_pdf import ATTACKS
from test_attacks_shadow import SHADOWS, Prepared

NOTES: Mapping[str, str] = {
    "closed, then signed": "pdfsig does not ask what a certification permits (DocMDP)",
    "covered by a later signature": "pdfsig looks at no picture, only at signed bytes",
}
"""Forgeries in which pdfsig finds nothing wrong, and why we do."""

GENUINE_BUT: Mapping[str, str] = {
    "archived": "pdfsig takes lists and stamps behind the last signature for unsigned contents",
}
"""Genuine documents that pdfsig does not accept as a whole, and why we do."""


@pytest.fixture(scope="module")
def prepared(elsewhere: Elsewhere) -> Prepared:
    return Prepared(elsewhere)


def forged(bench: Bench, prepared: Prepared) -> Iterator[tuple[str, bytes]]:
    for name, attack in ATTACKS.items():
        yield name, attack.forge(getattr(bench, attack.of))
    for name, shadow in SHADOWS.items():
        yield name, shadow.made(prepared)
    covered = prepared.signer.sign(prepared.plain, field="Two", box=(0, 0, 595, 842))
    yield "covered by a later signature", covered


def said(path: Path) -> str:
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, timeout=60)
    return done.stdout.decode(errors="replace")


def accepted(told: str) -> bool:
    """Every signature valid, and the last one over the whole file."""
    validities = re.findall(r"Signature Validation: (.*)", told)
    good = bool(validities) and all(one == "Signature is Valid." for one in validities)
    return good and "- Total document signed" in told.split("Signature #")[-1]


def test_poppler_accepts_the_genuine_and_no_forgery_without_a_note(
    bench: Bench, prepared: Prepared, tmp_path: Path
) -> None:
    genuine = {"once": bench.sealed, "twice": bench.twice, "foreign": prepared.plain}
    differing = {name: getattr(prepared, name) for name in GENUINE_BUT}
    files = {**genuine, **differing, **dict(forged(bench, prepared))}
    paths = [tmp_path / f"{number}.pdf" for number in range(len(files))]
    for path, document in zip(paths, files.values(), strict=True):
        path.write_bytes(document)
    with ThreadPoolExecutor(2) as pool:
        opinions = dict(zip(files, map(accepted, pool.map(said, paths)), strict=True))
    assert {name for name, good in opinions.items() if good} == {*genuine, *NOTES}


def test_openssl_agrees_about_the_signed_bytes(
    bench: Bench, prepared: Prepared, tmp_path: Path
) -> None:
    """The signature value over the byte range: nothing of ours, nothing of pyHanko."""
    for document in (bench.sealed, prepared.plain, prepared.archived, prepared.visible):
        assert openssl(document, tmp_path)
        inside = document.index(b"/MediaBox")
        assert not openssl(document[:inside] + b"\0" + document[inside + 1 :], tmp_path)


def openssl(document: bytes, directory: Path) -> bool:
    found = re.search(rb"/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+)", document)
    assert found is not None
    start, first, second, length = (int(number) for number in found.groups())
    content, container = directory / "content", directory / "container"
    content.write_bytes(document[start:first] + document[second : second + length])
    container.write_bytes(bytes.fromhex(document[first + 1 : second - 1].decode()))
    done = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-noverify", "-inform", "DER"),
            *("-in", container, "-content", content, "-out", directory / "out"),
        ],
        capture_output=True,
        timeout=60,
    )
    return done.returncode == 0
