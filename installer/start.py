"""Where a packaged Miauflix starts: the words are the same as those of ``./run``."""

import sys

from app.__main__ import start

sys.exit(start(sys.argv[1:]))
