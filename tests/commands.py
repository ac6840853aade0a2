"""``airseal`` commands as processes of their own, forked from a server that has it imported.

A command by itself spends most of its time on imports; ``test_the_program_itself`` in
``tests/test_process.py`` starts the real one.
"""

import json
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LONGEST = 120
"""How long a command may take (s)."""

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["commands", "airseal.cli.main", "airseal.station"])


@dataclass(frozen=True)
class Ran:
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def airseal(
    arguments: Sequence[object],
    environment: Mapping[str, str],
    secrets: bytes | None = None,
    stdin: bytes = b"",
) -> Ran:
    """Run one command; ``secrets`` come over a pipe, for ``--secrets-fd``."""
    with TemporaryDirectory() as place:
        directory = Path(place)
        (directory / "in").write_bytes(stdin)
        words = [str(argument) for argument in arguments]
        child = _SERVER.Process(
            target=_run, args=(directory, Path.cwd(), words, dict(environment), secrets)
        )
        child.start()
        child.join(LONGEST)
        if child.is_alive():
            child.kill()
            raise TimeoutError(f"{words} takes too long")
        status = child.exitcode
        assert status is not None and status >= 0, f"{words} ended by signal {status}"
        out, err = ((directory / name).read_text() for name in ("out", "err"))
        return Ran(status, out, err)


def _run(
    directory: Path,
    standing: Path,
    arguments: list[str],
    environment: dict[str, str],
    secrets: bytes | None,
) -> None:
    from airseal.cli.main import run
    from airseal.text import DEFAULT_LANGUAGE, use_language

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(standing)
    for number, name in enumerate(("in", "out", "err")):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
        opened = os.open(directory / name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    use_language(environment.get("AIRSEAL_LANG", DEFAULT_LANGUAGE))
    if secrets is not None:
        reader, writer = os.pipe()
        os.write(writer, secrets)
        os.close(writer)
        arguments = ["--secrets-fd", str(reader), *arguments]
    sys.exit(run(arguments))
