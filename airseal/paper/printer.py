"""Printing through CUPS, by its own commands ``lp`` and ``lpstat`` (DESIGN §5).

Only queues of this machine's CUPS; which of them a station may use is for its registration to
say. The paper goes down a pipe: no file of it is made here, and the job has a number for a title.
"""

import re
import shutil
import subprocess
from typing import Final

from airseal.model.problem import Problem

_JOB: Final = re.compile(r"\b(\S{1,127}-\d{1,9}) \(")
_SECONDS: Final = 30.0


def printers() -> tuple[str, ...]:
    """The queues that CUPS has here, by name; none without CUPS.

    Raises ``Problem("PRINTER_FAILED")`` when CUPS does not answer.
    """
    if shutil.which("lpstat") is None:
        return ()
    return tuple(sorted(_run("lpstat", "-e").split()))


def require(printer: str) -> None:
    """Raise ``Problem("PRINTER_UNKNOWN")`` (``printer``) for a queue that is not there."""
    if printer not in printers():
        raise Problem("PRINTER_UNKNOWN", printer=printer)


def print_pdf(pdf: bytes, printer: str, title: str) -> str:
    """Hand a PDF to a queue; returns the id of the job (``queue-12``).

    It is on paper only when the printer says so. ``title`` is seen by whoever lists jobs, so
    it must not tell the content. Raises as :func:`require`, and ``PRINTER_FAILED`` when CUPS
    takes no job.
    """
    require(printer)
    options = ("-d", printer, "-t", title, "-o", "document-format=application/pdf", "-")
    job = _JOB.search(_run("lp", *options, content=pdf))
    if job is None:
        raise Problem("PRINTER_FAILED")
    return job[1]


def _run(command: str, *arguments: str, content: bytes = b"") -> str:
    found = shutil.which(command)
    if found is None:
        raise Problem("PRINTER_FAILED")
    try:
        done = subprocess.run(  # noqa: S603 a program of the system, no shell, a known queue
            [found, *arguments], input=content, capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        raise Problem("PRINTER_FAILED") from None
    return done.stdout.decode("utf-8", "replace")
