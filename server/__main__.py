"""Runs the command line without Qt: ``python -m server``."""

import sys
from pathlib import Path

from server.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], resources=Path(__file__).resolve().parent.parent / "resources"))
