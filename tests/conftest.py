"""What all tests share."""

import sys
from pathlib import Path

from hypothesis import settings

# Test folders hold modules of their own (accounts to balance, programs to run) beside the tests that use them.
sys.path[:0] = [str(folder) for folder in Path(__file__).parent.iterdir() if folder.is_dir()]

settings.register_profile("default", deadline=None, print_blob=True)
settings.load_profile("default")
