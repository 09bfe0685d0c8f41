"""A session on a backend, in which jobs run one after another."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it was opened.

    Attributes:
        crn: The instance that it counts for.
        iam_id: Who opened it.
        longest_seconds: Its time to live.
        state: ``open`` (it waits to run), ``active`` or ``closed``.
    """

    session_id: str
    crn: str
    iam_id: str
    backend: str
    mode: str
    longest_seconds: int
    opened: datetime
    state: str = "active"
    accepts_jobs: bool = True
