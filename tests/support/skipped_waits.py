"""Time that passes only while somebody waits, for the processes of a run and the service that they speak to.

Where a process waits for some seconds, it goes on at once, its clock says that they have passed, and the fake is told
to let as much of the account's time pass: so ten minutes of patience are seen in milliseconds, and a list that lags
behind for four seconds lags behind for exactly so many.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

SWITCH: Final = "TEST_SKIP_WAITS"
"""The variable that switches it on for a process and its children."""

_sleep, _monotonic = time.sleep, time.monotonic
_REAL_PAUSE_SECONDS: Final = 0.001


class _Skipped:
    """The seconds that have been skipped in this process."""

    def __init__(self) -> None:
        self.on = False
        self.seconds = 0.0
        self._fake = ""
        self._lock = threading.Lock()

    def begin(self, environment: Mapping[str, str]) -> None:
        self.on = SWITCH in environment
        self._fake = urlsplit(environment.get("IBMCLOUD_IAM_API_ENDPOINT", "")).netloc

    def sleep(self, seconds: float) -> None:
        if not self.on:
            _sleep(seconds)
            return
        until = time.monotonic() + seconds
        _sleep(_REAL_PAUSE_SECONDS)
        with self._lock:
            missing = until - time.monotonic()
            if missing > 0:
                self.seconds += missing
                self._tell(missing)

    def _tell(self, seconds: float) -> None:
        connection = http.client.HTTPConnection(self._fake, timeout=10)
        connection.request("POST", "/_fake/clock", json.dumps({"advance_seconds": seconds}))
        connection.getresponse().read()
        connection.close()


_SKIPPED = _Skipped()
begin = _SKIPPED.begin


class _Event(threading.Event):
    """An event for which nobody waits long."""

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is None or not _SKIPPED.on:
            return super().wait(timeout)
        if not self.is_set():
            _SKIPPED.sleep(timeout)
        return self.is_set()


def install() -> None:
    """Put this in the place of the clock that waits are measured by; to be called before anything takes it for its own.

    The time of day is as it is: gRPC measures by it how long the operating system is to wait.
    """
    time.sleep = _SKIPPED.sleep  # type: ignore[assignment]
    time.monotonic = lambda: _monotonic() + _SKIPPED.seconds
    from pulumi_ibm_quantum import cancellation

    cancellation.CANCELLED = _Event()  # type: ignore[misc]
