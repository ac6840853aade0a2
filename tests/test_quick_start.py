"""The first screen is soon there: what it does not need is not loaded, and nothing is lost."""

import argparse
import gettext
import os
import subprocess
import sys
from pathlib import Path

import pytest

from airseal.catalogue import Catalogue
from airseal.cli.main import MODULES, build_parser

LOCALE = Path(__file__).parents[1] / "airseal" / "locale"

FIRST_PAINT = """
import asyncio, gc, sys
from unittest.mock import patch
from airseal.cli.main import run
from airseal.app import AirsealApp

async def painted(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        print(" ".join(sorted(sys.modules)))
        print("collecting" if gc.isenabled() and gc.get_freeze_count() else "not collecting")

def shown(app, **_):
    assert not gc.isenabled()
    asyncio.run(painted(app))

with patch.object(AirsealApp, "run", shown):
    run(["--home", "nowhere"])
"""

NOT_NEEDED = {
    "airseal.cli.case",
    "airseal.cli.policy",
    "airseal.errors.explaining",
    "airseal.model.machine",
    "airseal.screens.problem",
    "airseal.screens.start",
    "airseal.screens.widgets.record_list",
    "airseal.station",
    "textual.fuzzy",
    "textual.widgets._directory_tree",
    "textual.widgets._option_list",
    "textual.widgets._select",
}


def test_the_login_is_painted_before_anything_is_loaded_that_it_does_not_show():
    loaded, collecting = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "AIRSEAL_LANG": "en"},
        check=True,
    ).stdout.splitlines()
    assert "airseal.screens.login" in loaded.split()
    assert NOT_NEEDED.isdisjoint(loaded.split())
    assert collecting == "collecting"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_catalogue_says_what_gettext_reads_in_it(language):
    path = LOCALE / language / "LC_MESSAGES" / "airseal.mo"
    ours = Catalogue(path)
    with path.open("rb") as file:
        theirs = gettext.GNUTranslations(file)
    entries = theirs._catalog
    plurals = {key[0] for key in entries if isinstance(key, tuple)}
    assert len(entries) > 2_000
    assert plurals
    for msgid in entries:
        if isinstance(msgid, str) and msgid:
            assert ours.gettext(msgid) == theirs.gettext(msgid)
    for msgid in plurals:
        for n in (0, 1, 2, 21):
            assert ours.ngettext(msgid, "?", n) == theirs.ngettext(msgid, "?", n)
    assert ours.gettext("not a sentence of ours") == "not a sentence of ours"
    assert ours.ngettext("not one", "not several", 1) == "not one"
    assert ours.ngettext("not one", "not several", 2) == "not several"


def test_a_catalogue_that_is_missing_or_is_none_is_no_surprise(tmp_path):
    assert Catalogue(tmp_path / "no.mo").gettext("Log in") == "Log in"
    assert Catalogue(tmp_path / "no.mo").ngettext("one", "several", 2) == "several"
    (tmp_path / "bad.mo").write_bytes(b"MZ" * 20)
    with pytest.raises(ValueError, match="no catalogue"):
        Catalogue(tmp_path / "bad.mo")


def _commands(parser):
    found = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return found.choices


def test_a_command_named_alone_is_the_command_of_the_whole_grammar():
    whole = _commands(build_parser())
    assert set(whole) == {name for names in MODULES.values() for name in names}
    for module, names in MODULES.items():
        alone = _commands(build_parser([module]))
        assert tuple(alone) == names
        for name in names:
            assert alone[name].format_help() == whole[name].format_help()


def test_an_unknown_command_is_told_with_every_command_there_is():
    told = subprocess.run(
        [sys.executable, "-m", "airseal", "no-such-command"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 2
    assert "quarantine" in told.stderr
    assert "request" in told.stderr
