"""What must happen before Textual is imported: forget every variable that steers it.

``TEXTUAL*`` variables can open debug connections, write logs of every key, replay keys or
load another driver. Whoever imports Textual imports this module first.
"""

import os

for _name in [name for name in os.environ if name.startswith("TEXTUAL")]:
    del os.environ[_name]
