"""What a run is doing, on one line."""

import threading
import time

from pulumi_ibm_quantum.engine.events import Event, Step, StepDone, StepFailed
from pulumi_ibm_quantum.engine.state.urn import split_type_and_name


class RunProgress:
    """Takes note of the events of a run as they come; thread-safe."""

    def __init__(self) -> None:
        self._running: dict[Step, float] = {}
        self._done = 0
        self._begun = time.monotonic()
        self._lock = threading.Lock()

    def watch(self, event: Event) -> None:
        """Take note of an event of the run."""
        with self._lock:
            if isinstance(event, Step):
                self._running[event] = time.monotonic()
            elif isinstance(event, StepDone | StepFailed):
                self._running.pop(event.step, None)
                self._done += 1

    def line(self) -> str:
        """Return how many steps are done, and what has been running for how many seconds."""
        with self._lock:
            running = [(step, since) for step, since in self._running.items() if not step.resource.is_provider]
            done = self._done
        if not running:
            return f"{done} done" if done else f"starting ({time.monotonic() - self._begun:.0f} s)"
        step, since = running[0]
        others = f" and {len(running) - 1} more" if len(running) > 1 else ""
        return f"{done} done; {step.op} {split_type_and_name(step.urn)[1]} ({time.monotonic() - since:.0f} s){others}"
