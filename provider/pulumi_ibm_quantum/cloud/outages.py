"""Which services are down: what one call after another has found out, the next need not find out again."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

SHARED_SECONDS: Final = 30.0
"""How long a failure is shared: calls of that time fail as the one before did, and nothing is sent."""

_CALLS_IN_A_ROW: Final = 2


@dataclass(slots=True)
class _Service(Generic[T]):
    """What is known of a service; moments by the clock, in seconds."""

    succeeded_at: float = float("-inf")
    failures: int = 0
    down_until: float = float("-inf")
    failure: T | None = None


class Outages(Generic[T]):
    """Remembers failures by service. Safe to share between threads.

    A service counts as down when two calls in a row have used up all their tries, and none has succeeded since they
    began: one instance that cannot be read is no outage.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._services: dict[str, _Service[T]] = {}

    def failure(self, service: str) -> T | None:
        """Return how calls to a service fail at the moment; None where it is not down."""
        with self._lock:
            known = self._services.get(service)
            return known.failure if known and self.clock() < known.down_until else None

    def note_success(self, service: str) -> None:
        """Note that the service has answered."""
        with self._lock:
            self._services[service] = _Service(succeeded_at=self.clock())

    def note_failure(self, service: str, failure: T, begun: float) -> T:
        """Note a call that began at ``begun`` and has used up its tries; return how it fails, as others do by now."""
        with self._lock:
            known, now = self._services.setdefault(service, _Service()), self.clock()
            if known.failure is not None and now < known.down_until:
                return known.failure
            if known.succeeded_at >= begun:
                return failure
            known.failures += 1
            if known.failure is None or known.failures != _CALLS_IN_A_ROW:
                known.failure = failure
            if known.failures >= _CALLS_IN_A_ROW:
                known.down_until = now + SHARED_SECONDS
            return known.failure
