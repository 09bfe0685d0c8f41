"""What the balancer is told: an account's budget, its instances as they are, and the policy for them.

All times are whole seconds of quantum time unless a name says otherwise; all dates are UTC.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

LimitSetting = int | Literal["none"] | None
"""A configured limit: seconds, ``"none"`` for no limit, or None where the live limit stays."""

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


@dataclass(frozen=True, slots=True)
class InstanceState:
    """A live instance. ``crn`` is None for one that is declared but not created yet."""

    crn: str | None
    name: str
    allocation_seconds: int = 0
    limit_seconds: int | None = None
    usage: Usage = field(default_factory=Usage)

    @property
    def fairness(self) -> float:
        """Consumed in the rolling window / allocation; the queue serves the lowest first."""
        if self.allocation_seconds > 0:
            return self.usage.last_28_days / self.allocation_seconds
        return math.inf if self.usage.last_28_days > 0 else 0.0


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
class ConfiguredInstance:
    """An instance that the configuration lists: its live state and what is wanted for it."""

    state: InstanceState
    limit_seconds: LimitSetting = None
    net_grants: tuple[NetGrant, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """The allocation budget that one account has for one plan, and what is used of it.

    ``consumed_seconds`` is the rolling window's usage of *all* instances of the plan, the unconfigured ones included.
    ``limit_seconds`` is the account's own hard cap; it plays no part in the balance.
    """

    account_id: str
    plan: str
    budget_seconds: int
    unallocated_seconds: int
    consumed_seconds: int
    limit_seconds: int | None = None

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
