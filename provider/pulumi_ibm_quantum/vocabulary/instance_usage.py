"""What the service says of an instance's time, to whoever may use the instance."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class InstanceUsage:
    """An answer about usage, as it was given; seconds, and None for what it does not say.

    Attributes:
        now: The service's clock.
        consumed_seconds: What was used in the time that counts, which is the rolling window for most plans.
        is_limit_reached: Whether the service says that a limit is reached, the instance's own or its account's.
        has_null_limit: Whether the limit is null, and not absent; IBM's clients tell these apart, by failing.
        plan: The name of its plan, "" where the answer has none.
    """

    now: datetime
    consumed_seconds: float | None
    limit_seconds: float | None = None
    allocation_seconds: float | None = None
    is_limit_reached: bool = False
    has_null_limit: bool = False
    plan: str = ""
