"""The first screen is soon there: what it does not need is not loaded, and nothing is lost."""

import argparse
import os
import subprocess
import sys

from airseal.cli.main import MODULES, build_parser

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
