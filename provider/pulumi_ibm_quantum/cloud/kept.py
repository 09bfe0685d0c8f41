"""A value that costs calls, made once for all who ask within some seconds."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from pulumi_ibm_quantum.cloud import errors

T = TypeVar("T")

KEPT_SECONDS = 5.0


class Kept(Generic[T]):
    """A value that is made when somebody asks for it, and kept for some ``seconds``. Safe to share between threads.

    That it could not be made is kept as long, so that a service that is down is asked once and not once by each thread.
    """

    def __init__(
        self, make: Callable[[], T], clock: Callable[[], float] = time.monotonic, *, seconds: float = KEPT_SECONDS
    ) -> None:
        self._make, self._clock, self._seconds = make, clock, seconds
        self._lock = threading.Lock()
        self._outcome: Future[T] = Future()
        self._begun = self._ends = float("-inf")

    def get(self, since: float) -> T:
        """Return the value, made at ``since`` (seconds of the clock) or later; raise CloudError where making it did."""
        with self._lock:
            if self._begun < since or self._clock() >= self._ends:
                self._renew()
            return self._outcome.result()

    def _renew(self) -> None:
        begun, outcome = self._clock(), Future[T]()
        try:
            outcome.set_result(self._make())
        except errors.CloudError as error:
            outcome.set_exception(error)
        # Counted from the end: what takes longer to make than it is kept would be made anew for each thread.
        self._begun, self._outcome, self._ends = begun, outcome, self._clock() + self._seconds
