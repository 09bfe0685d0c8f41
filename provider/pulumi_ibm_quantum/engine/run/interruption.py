"""Ctrl-C and SIGTERM: the first lets a run wind up, the second, or some seconds, end the waiting for what still runs.

A cancelled job of a pipeline gets SIGINT, SIGTERM after 7.5 seconds and SIGKILL after 10 (GitHub's runner); a stopped
container gets SIGTERM, and SIGKILL after 10. So what a run leaves is in order before that, whatever still runs.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Final, Self

from pulumi_ibm_quantum.engine.events import Interrupted
from pulumi_ibm_quantum.engine.run.run import Run
from pulumi_ibm_quantum.engine.state.deployment import PendingOperation
from pulumi_ibm_quantum.engine.state.urn import split_type_and_name

WAIT_SECONDS: Final = 7.0
_LOOK_SECONDS: Final = 0.05
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_OVER: Final = 0


class Interruption:
    """Takes note of the signals instead of letting them break in anywhere; in the main thread only, as Python wants."""

    def __init__(self) -> None:
        # A handler may run in the middle of anything; this is what may be called there.
        self._signals: SimpleQueue[int] = SimpleQueue()
        self._handlers: dict[signal.Signals, signal.Handlers | Callable[..., object] | int] = {}

    def __enter__(self) -> Self:
        """Begin to take note of signals, but for those that are ignored."""
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                before = signal.getsignal(number)
                if before not in (None, signal.SIG_IGN):
                    self._handlers[number] = before
                    signal.signal(number, lambda number, _: self._signals.put(number))
        return self

    def __exit__(self, *_: object) -> None:
        """Put the handlers back that were there."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    @contextmanager
    def stopping(self, run: Run, cancel: Callable[[], None], give_up: Callable[[], None]) -> Iterator[None]:
        """Let signals stop a run.

        Args:
            run: The run.
            cancel: Called at the first signal; what runs is to come to an end.
            give_up: Called when nothing is waited for any more; what still runs is to fail with `Stopped`.
        """
        watcher = threading.Thread(target=self._watch, args=(run, cancel, give_up), name="signals", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._signals.put(_OVER)
            watcher.join()

    def _watch(self, run: Run, cancel: Callable[[], None], give_up: Callable[[], None]) -> None:
        if self._signals.get() == _OVER:
            return
        run.stop()
        run.log.add(Interrupted("error", _message(run.recorder.in_flight())))
        cancel()
        deadline = time.monotonic() + WAIT_SECONDS
        while run.recorder.in_flight() and time.monotonic() < deadline:
            try:
                again = self._signals.get(timeout=_LOOK_SECONDS)
            except Empty:
                continue
            if again == _OVER:
                return
            break
        give_up()


def _message(in_flight: tuple[PendingOperation, ...]) -> str:
    text = "Interrupted: nothing new is started"
    if in_flight:
        calls = ", ".join(f"{item.kind} {split_type_and_name(item.resource.urn)[1]}" for item in in_flight)
        text += f"; waiting up to {WAIT_SECONDS:.0f} seconds for {calls} (interrupt again to stop waiting)"
    return text
