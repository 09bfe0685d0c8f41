"""The account's own time."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that moves only when told to, or with real time if asked.

    Args:
        now: The moment it starts from, aware. Not given: the machine's time, once.
        real: Let it run on from there with real time.
    """

    def __init__(self, now: datetime | None = None, *, real: bool = False) -> None:
        start = datetime.now(UTC) if now is None else now
        if start.tzinfo is None:
            raise ValueError(f"the clock needs a moment with a time zone, not {start.isoformat()}")
        self._base = start.astimezone(UTC)
        self._started = time.monotonic() if real else None

    def now(self) -> datetime:
        """Say what time it is, in UTC."""
        if self._started is None:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._started)

    def advance(self, seconds: float | timedelta) -> datetime:
        """Move forward by ``seconds`` (or a ``timedelta``) and return the new time.

        Raises:
            ValueError: Time does not go back.
        """
        step = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        if step < timedelta(0):
            raise ValueError(f"time does not go back: {step.total_seconds():g} seconds")
        self._base += step
        return self.now()


def timestamp(moment: datetime) -> str:
    """Write a moment as the services do: RFC 3339 in UTC, milliseconds, ``Z`` (from client source)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def parse_timestamp(text: str) -> datetime:
    """Read an RFC 3339 moment, which needs an offset; digits past the microsecond are dropped.

    Raises:
        ValueError: It is none, or it has no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no offset in {text!r}")
    return moment.astimezone(UTC)
