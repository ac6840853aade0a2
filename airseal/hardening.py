"""What must happen before anything secret is typed or read, and before Textual is imported.

``TEXTUAL*`` variables can open debug connections, write logs of every key, replay keys or
load another driver. Whoever imports Textual imports this module first.
"""

import ctypes
import os
import resource

from airseal import no_palette as no_palette

# The snapshot plugin of the tests keeps a directory there that Textual itself never reads.
_SPARED = "TEXTUAL_SNAPSHOT_TEMPDIR"
_PR_SET_DUMPABLE = 4

for _name in [n for n in os.environ if n.startswith("TEXTUAL") and n != _SPARED]:
    del os.environ[_name]

# Textual gathers what is to be painted for so long: at its 60 a second, a key would wait for up
# to 16 ms of the 30 it has (bench keys). Nothing is painted when nothing changed.
os.environ["TEXTUAL_FPS"] = "240"


def harden_process() -> None:
    """New files are the owner's only; memory is neither dumped nor readable by another process.

    Called once, by the command line, before it reads its arguments.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
