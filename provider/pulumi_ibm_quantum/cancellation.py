"""Cancellation of what this process does: set once, when whoever started it has been told to stop.

The engine sets it in the process of the providers, and what waits there gives up waiting.
"""

from threading import Event
from typing import Final

CANCELLED: Final = Event()
"""Whether nothing new is to start and nothing is worth waiting for."""
