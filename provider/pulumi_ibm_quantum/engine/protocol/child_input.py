"""The child's side of its standard input: one line of settings, and an end that means that the engine is gone."""

import json
import os
import sys
import threading
from typing import Any


def receive_settings() -> dict[str, Any]:
    """Wait for the settings; from then on end this process when standard input closes.

    The settings come this way because they may hold secrets, which arguments and environments do not keep.
    """
    stream = sys.stdin.buffer
    line = stream.readline()
    if not line:
        os._exit(1)

    def wait() -> None:
        while stream.read(4096):
            pass
        os._exit(1)

    threading.Thread(target=wait, name="end-with-engine", daemon=True).start()
    settings: dict[str, Any] = json.loads(line)
    return settings
