"""Runs in a packaged Miauflix before anything else: programs that it starts get the system's environment back.

The boot loader makes the bundle's libraries known to the whole process. The user's browser would load them too.
"""

import os

for variable in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    original = os.environ.pop(f"{variable}_ORIG", None)
    os.environ.pop(variable, None)
    if original is not None:
        os.environ[variable] = original
