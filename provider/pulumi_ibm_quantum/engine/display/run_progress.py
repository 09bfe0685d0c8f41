"""One line on a terminal that says what goes on while steps run."""

import threading
import time
from types import TracebackType
from typing import Final, Self, TextIO

from pulumi_ibm_quantum.engine.events import Event, Step, StepDone, StepFailed
from pulumi_ibm_quantum.engine.state.urn import is_provider_type, split_type_and_name

_EVERY_SECONDS: Final = 0.2
_CLEAR: Final = "\r\x1b[2K"


class Progress:
    """Shows the steps that run; prints nothing but this one line, and takes it away at the end."""

    def __init__(self, stream: TextIO, width: int) -> None:
        """Show progress on a terminal.

        Args:
            stream: The terminal.
            width: Its columns.
        """
        self._stream = stream
        self._width = width
        self._running: dict[Step, float] = {}
        self._done = 0
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._painter = threading.Thread(target=self._paint_until_over, daemon=True)

    def watch(self, event: Event) -> None:
        """Take note of an event of the run."""
        with self._lock:
            if isinstance(event, Step):
                self._running[event] = time.monotonic()
            elif isinstance(event, StepDone | StepFailed):
                self._running.pop(event.step, None)
                self._done += 1

    def __enter__(self) -> Self:
        """Begin to show."""
        self._painter.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away."""
        self._over.set()
        self._painter.join()
        self._stream.write(_CLEAR)
        self._stream.flush()

    def _paint_until_over(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            self._stream.write(_CLEAR + self._line()[: self._width - 1])
            self._stream.flush()

    def _line(self) -> str:
        with self._lock:
            shown = [(step, since) for step, since in self._running.items() if not is_provider_type(_type(step))]
            done = self._done
        if not shown:
            return f"{done} done" if done else f"starting ({time.monotonic() - self._begun:.0f} s)"
        step, since = shown[0]
        others = f" and {len(shown) - 1} more" if len(shown) > 1 else ""
        return f"{done} done; {step.op} {split_type_and_name(step.urn)[1]} ({time.monotonic() - since:.0f} s){others}"


def _type(step: Step) -> str:
    return split_type_and_name(step.urn)[0]
