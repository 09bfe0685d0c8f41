"""What the service saw: every call, and what came of it. Never a header, a body or a key."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from .clock import timestamp


@dataclass(frozen=True, slots=True)
class Call:
    """One call, after it was answered.

    Attributes:
        number: Counted from 1.
        time: The account's time.
        route: Name of the route, ``unknown`` for one that the fake does not answer.
        query: Empty for sign-ins, which may carry the key there.
        status: Status of the answer, 0 if the connection was cut in its place.
        crn: The instance that it was about, None if it was about several or none.
        writes: Whether it is a call that is meant to change something.
        changed: Whether something is different now.
        totals: Total allocation of each plan after it, in seconds.
    """

    number: int
    time: datetime
    method: str
    host: str
    route: str
    path: str
    query: str
    status: int
    crn: str | None
    writes: bool
    changed: bool
    totals: Mapping[str, int]

    def document(self) -> dict[str, Any]:
        """Render for the control API."""
        return {**asdict(self), "time": timestamp(self.time), "totals": dict(self.totals)}
