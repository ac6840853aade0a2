"""What must happen before Textual is imported: forget every variable that steers it.

``TEXTUAL*`` variables can open debug connections, write logs of every key, replay keys or
load another driver. Whoever imports Textual imports this module first.
"""

import os

# The snapshot plugin of the tests keeps a directory there that Textual itself never reads.
_SPARED = "TEXTUAL_SNAPSHOT_TEMPDIR"

for _name in [n for n in os.environ if n.startswith("TEXTUAL") and n != _SPARED]:
    del os.environ[_name]
