"""The child's side of its standard input: a line of settings, one that cancels, and an end: the engine is gone."""

import json
import os
import sys
import threading
from typing import Any

from pulumi_ibm_quantum.cancellation import CANCELLED


def receive_settings() -> dict[str, Any]:
    """Wait for the settings; from then on cancel what goes on at a further line, and end when standard input closes.

    The settings come this way because they may hold secrets, which arguments and environments do not keep.
    """
    stream = sys.stdin.buffer
    line = stream.readline()
    if not line:
        os._exit(1)

    def wait() -> None:
        for _ in stream:
            CANCELLED.set()
        os._exit(1)

    threading.Thread(target=wait, name="end-with-engine", daemon=True).start()
    settings: dict[str, Any] = json.loads(line)
    return settings
