"""Usage: events, and sums over any window of time by bisection.

All times inside are whole microseconds since 1970 and all durations whole milliseconds, so that sums are exact
whatever the order in which they are made.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from operator import attrgetter
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
DAY_MICROSECONDS: Final = 86_400_000_000


def microseconds(moment: datetime) -> int:
    """Turn an aware moment into whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(instant: int) -> datetime:
    """Turn microseconds since 1970 into a moment in UTC."""
    return _EPOCH + instant * _MICROSECOND


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """Quantum time that was used, booked at one moment.

    Attributes:
        when: The moment it counts from, aware.
        seconds: Quantum time; kept to the millisecond.
        queue_seconds: Time its jobs waited before they ran.
        jobs: Number of jobs it stands for, one or more.
        user: Who ran it (an IAM id).
    """

    when: datetime
    seconds: float
    queue_seconds: float = 0.0
    jobs: int = 1
    user: str = "IBMid-1000"
    backend: str = "ibm_alpha"

    def __post_init__(self) -> None:
        if self.when.tzinfo is None:
            raise ValueError(f"a usage event needs a moment with a time zone, not {self.when.isoformat()}")
        if self.seconds < 0 or self.queue_seconds < 0 or self.jobs < 1:
            raise ValueError("a usage event needs seconds >= 0, queue_seconds >= 0 and jobs >= 1")

    @property
    def milliseconds(self) -> int:
        """Return the quantum time in whole milliseconds."""
        return round(self.seconds * 1000)


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of time ``[start, end)`` in microseconds since 1970; ``start`` None is the beginning."""

    start: int | None
    end: int


@dataclass(slots=True)
class Totals:
    """What happened in a window: sums in milliseconds, the largest values for one job."""

    usage_ms: int = 0
    jobs: int = 0
    queue_ms: int = 0
    max_usage_ms: float = 0
    max_queue_ms: float = 0

    def add(self, other: "Totals") -> None:
        """Take in the totals of another series over the same window."""
        self.usage_ms += other.usage_ms
        self.jobs += other.jobs
        self.queue_ms += other.queue_ms
        self.max_usage_ms = max(self.max_usage_ms, other.max_usage_ms)
        self.max_queue_ms = max(self.max_queue_ms, other.max_queue_ms)


class Series:
    """Events of one instance (or one plan, user, backend) in order of time, with running sums.

    Adding is cheap; the first question after it sorts and sums anew.
    """

    __slots__ = ("_events", "_job_queue", "_job_usage", "_jobs", "_parts", "_queue", "_settled", "_times", "_usage")

    def __init__(self, events: Iterable[UsageEvent] = ()) -> None:
        self._events = list(events)
        self._settled = False
        self._times: list[int] = []
        self._usage: list[int] = []
        self._jobs: list[int] = []
        self._queue: list[int] = []
        self._job_usage: list[float] = []
        self._job_queue: list[float] = []
        self._parts: dict[tuple[str, str], Series] | None = None

    def __iter__(self) -> Iterator[UsageEvent]:
        self._settle()
        return iter(self._events)

    def extend(self, events: Iterable[UsageEvent]) -> None:
        """Add events, in any order, of the past or the future."""
        self._events.extend(events)
        self._settled = False
        self._parts = None

    def usage_ms(self, window: Window) -> int:
        """Sum the usage of a window, in milliseconds."""
        low, high = self._bounds(window)
        return self._usage[high] - self._usage[low]

    def totals(self, window: Window) -> Totals | None:
        """Sum a window up, or None if nothing happened in it."""
        low, high = self._bounds(window)
        if low >= high:
            return None
        return Totals(
            self._usage[high] - self._usage[low],
            self._jobs[high] - self._jobs[low],
            self._queue[high] - self._queue[low],
            max(self._job_usage[low:high]),
            max(self._job_queue[low:high]),
        )

    def days(self, window: Window) -> Iterator[tuple[int, Totals]]:
        """Sum each UTC day of a window that has usage: (start of the day in microseconds, its totals)."""
        low, high = self._bounds(window)
        while low < high:
            day = self._times[low] // DAY_MICROSECONDS * DAY_MICROSECONDS
            within = Window(
                day if window.start is None else max(day, window.start), min(day + DAY_MICROSECONDS, window.end)
            )
            totals = self.totals(within)
            assert totals is not None
            yield day, totals
            low = bisect_left(self._times, day + DAY_MICROSECONDS)

    def parts(self) -> "dict[tuple[str, str], Series]":
        """Split by (user, backend)."""
        if self._parts is None:
            split: dict[tuple[str, str], list[UsageEvent]] = {}
            for event in self:
                split.setdefault((event.user, event.backend), []).append(event)
            self._parts = {key: Series(events) for key, events in split.items()}
        return self._parts

    def _bounds(self, window: Window) -> tuple[int, int]:
        self._settle()
        low = 0 if window.start is None else bisect_left(self._times, window.start)
        return low, max(low, bisect_left(self._times, window.end))

    def _settle(self) -> None:
        if self._settled:
            return
        self._events.sort(key=attrgetter("when"))
        self._times = [microseconds(event.when) for event in self._events]
        self._usage = list(accumulate((event.milliseconds for event in self._events), initial=0))
        self._jobs = list(accumulate((event.jobs for event in self._events), initial=0))
        self._queue = list(accumulate((round(event.queue_seconds * 1000) for event in self._events), initial=0))
        self._job_usage = [event.milliseconds / event.jobs for event in self._events]
        self._job_queue = [event.queue_seconds * 1000 / event.jobs for event in self._events]
        self._settled = True
