"""What the balancer is told: an account's budget, its instances as they are, and the policy for them.

All times are whole seconds of quantum time unless a name says otherwise; all dates are UTC.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pulumi_ibm_quantum.vocabulary import Limit

Weighting = Literal["activity", "fairness"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds that one instance consumed in the windows that end now, and day by day.

    The windows overlap: the last day counts in all five. ``by_day`` holds whole days before today; a missing day is 0.
    """

    last_28_days: int = 0
    last_14_days: int = 0
    last_7_days: int = 0
    last_3_days: int = 0
    last_24_hours: int = 0
    by_day: Mapping[date, int] = field(default_factory=dict)


def fairness(consumed_seconds: int, allocation_seconds: int) -> float:
    """Return consumed / allocation; with an allocation of 0, infinity where anything was consumed, else 0."""
    if allocation_seconds > 0:
        return consumed_seconds / allocation_seconds
    return math.inf if consumed_seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class InstanceState:
    """A live instance and the limit in force. ``crn`` is None for one that is declared but not created yet."""

    crn: str | None
    name: str
    allocation_seconds: int = 0
    limit: Limit = Limit.NONE
    usage: Usage = field(default_factory=Usage)

    @property
    def fairness(self) -> float:
        """Consumed in the rolling window / allocation; the queue serves the lowest first."""
        return fairness(self.usage.last_28_days, self.allocation_seconds)


@dataclass(frozen=True, slots=True)
class NetGrant:
    """A temporary budget above the limit: ``seconds`` for its whole life, from ``start`` to just before ``end``."""

    start: datetime
    end: datetime
    seconds: int

    def is_active(self, day: date) -> bool:
        """Tell whether usage on ``day`` is charged to this grant."""
        return self.start.date() <= day < self.end.date()


@dataclass(frozen=True, slots=True)
class Priority:
    """A weight for some days, from ``start`` to just before ``end``: a paper deadline. It ends by itself."""

    weight: float
    start: datetime
    end: datetime
    reason: str

    def is_active(self, day: date) -> bool:
        """Tell whether the priority counts on ``day``."""
        return self.start.date() <= day < self.end.date()


@dataclass(frozen=True, slots=True)
class Target:
    """What an instance may use in a balance period, in seconds, and what it has used of it so far."""

    seconds: int
    used_seconds: int

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing is left of it."""
        return self.used_seconds >= self.seconds


@dataclass(frozen=True, slots=True)
class ConfiguredInstance:
    """An instance that the configuration lists: its live state and what is wanted for it.

    Attributes:
        state: The instance as it is.
        limit: Its base limit, before net grants.
        net_grants: Temporary budgets above the limit.
        weight: Multiplies its score; 1 leaves it as it is.
        minimum_allocation_seconds: Its own floor in place of the policy's; None has none of its own.
        priority: A weight for some days. An idle instance with one is active.
        hold: Whether it keeps its live allocation.
        ended: Whether its allocation goes back to the pool, down to its floor.
        target: What it may use in the balance period that is running; None where there is none.
        reopens: Whether a live limit of 1 that an exhausted target left behind goes once there is something left of the
            target; only where no limit is configured.
    """

    state: InstanceState
    limit: Limit = Limit.KEEP
    net_grants: tuple[NetGrant, ...] = ()
    weight: float = 1.0
    minimum_allocation_seconds: int | None = None
    priority: Priority | None = None
    hold: bool = False
    ended: bool = False
    target: Target | None = None
    reopens: bool = False

    def priority_on(self, day: date) -> Priority | None:
        """Return the priority if it counts on ``day``."""
        return self.priority if self.priority is not None and self.priority.is_active(day) else None


@dataclass(frozen=True, slots=True)
class Account:
    """The allocation budget that one account has for one plan, and what is used of it.

    ``consumed_seconds`` is the rolling window's usage of *all* instances of the plan, the unconfigured ones included.
    ``limit_seconds`` is the account's own hard cap; it plays no part in the balance. ``unallocated_seconds`` is the
    service's figure, which stops at 0; ``unconfigured_seconds`` is what the unconfigured instances themselves tell that
    they hold.
    """

    account_id: str
    plan: str
    budget_seconds: int
    unallocated_seconds: int
    consumed_seconds: int
    limit_seconds: int | None = None
    unconfigured_seconds: int = 0

    def held_by_unconfigured(self, allocated_seconds: int) -> int:
        """Return what unconfigured instances hold, given the sum of the live allocations of the configured ones.

        That is what the budget has neither unallocated nor with the configured ones. Where more is allocated than the
        budget, the service's figure hides it, and only the instances themselves tell.
        """
        return max(self.unconfigured_seconds, self.budget_seconds - self.unallocated_seconds - allocated_seconds)

    @property
    def over_budget(self) -> bool:
        """Whether usage has reached the budget, which some plans allow; a zero budget always is."""
        return self.consumed_seconds >= self.budget_seconds


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that hold for every instance of a configuration."""

    minimum_allocation_seconds: int = 60
    allocation_reserve_percent: float = 0.0
    change_threshold_percent: float = 0.0
    weighting: Weighting = "activity"
