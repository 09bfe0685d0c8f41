"""The terminal that standard output goes to."""

import os
import shutil
import sys


def output_width() -> int | None:
    """Return how many columns there are; None where nobody counts them: no terminal, and COLUMNS is not set."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS"):
        return None
    return shutil.get_terminal_size().columns
