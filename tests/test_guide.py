"""The guide is true: its codes are the program's, and what it points to is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "guide"
PAGES = (
    "README.md",
    "drafter.md",
    "officer.md",
    "custodian.md",
    "checker.md",
    "authority.md",
    "administrators.md",
    "new-office.md",
    "practice.md",
    "screens.md",
    "qr-codes.md",
    "command-line.md",
    "when-something-goes-wrong.md",
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")


def stale_pages(guide: Path) -> list[str]:
    """What the script that writes the list of codes would change."""
    script = ROOT / "packaging" / "error_pages.py"
    done = subprocess.run(
        [sys.executable, script, "--check", guide], capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    assert done.returncode == bool(done.stdout)
    return done.stdout.split()


def test_the_list_of_codes_is_the_programs_own():
    assert stale_pages(GUIDE) == [], "run: python packaging/error_pages.py"


def test_a_page_that_says_something_else_is_found(tmp_path):
    guide = tmp_path / "guide"
    shutil.copytree(GUIDE, guide)
    page = guide / "zh" / "when-something-goes-wrong.md"
    page.write_text(page.read_text("utf-8").replace("| `PIN_WRONG` |", "| `PIN_RIGHT` |"), "utf-8")
    assert stale_pages(guide) == [str(page)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_points_only_to_what_is_there(language, name):
    page = GUIDE / language / name
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert links, "a page without a way on"
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_every_page_can_be_reached_from_the_first():
    for language in ("zh", "en"):
        links = set(LINK.findall((GUIDE / language / "README.md").read_text("utf-8")))
        assert set(PAGES) - {"README.md"} <= links


def test_every_picture_is_shown_somewhere():
    pages = [ROOT / "README.md", *GUIDE.rglob("*.md")]
    shown = {
        (page.parent / link).resolve()
        for page in pages
        for link in LINK.findall(page.read_text("utf-8"))
    }
    pictures = ROOT / "docs" / "pictures"
    assert {path for path in pictures.rglob("*.png") if path not in shown} == set()
