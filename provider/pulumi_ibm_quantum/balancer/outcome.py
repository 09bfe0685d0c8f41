"""What the balancer works out: for each instance its new allocation and limit, and all that led to them."""

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from pulumi_ibm_quantum.balancer.account import Account, ConfiguredInstance, InstanceState, Policy
from pulumi_ibm_quantum.balancer.limits import LimitBreakdown
from pulumi_ibm_quantum.vocabulary import Limit

FloorSource = Literal["usage", "minimum", "hold"]

_FLOOR_LABELS = {"usage": "28-day usage", "minimum": "the minimum", "hold": "its live allocation, as configured"}


@dataclass(frozen=True, slots=True)
class Floor:
    """The least allocation that an instance is given, and what sets it."""

    seconds: int
    source: FloorSource

    @property
    def label(self) -> str:
        """The source, as a person reads it."""
        return _FLOOR_LABELS[self.source]


@dataclass(frozen=True, slots=True)
class Bounds:
    """All that is known of an instance before the pool is shared out.

    ``ceiling_seconds`` is the most that the pool may raise it to: the effective limit, or while the account is over its
    budget the 28-day usage, and what is left of its target; None where nothing caps it. ``minimum_seconds`` is what it
    is to have however idle it is.
    """

    instance: ConfiguredInstance
    minimum_seconds: int
    floor: Floor
    breakdown: LimitBreakdown | None
    effective_limit: Limit
    ceiling_seconds: int | None
    score: float

    @property
    def state(self) -> InstanceState:
        """The live instance."""
        return self.instance.state

    @property
    def limit_reached(self) -> bool:
        """Whether the instance cannot run because its usage has reached the limit that will be in force."""
        return self.effective_limit.is_reached_by(self.state.usage.last_28_days)

    @property
    def exhausted(self) -> bool:
        """Whether the instance has used up its target for the balance period."""
        return self.instance.target is not None and self.instance.target.is_exhausted

    @property
    def is_active(self) -> bool:
        """Whether the instance takes part in sharing out the pool."""
        out = self.limit_reached or self.exhausted or self.instance.ended or self.instance.hold
        return self.score > 0 and not out

    @property
    def takes_part(self) -> bool:
        """Whether the pool gives it anything: it is active, and not at its ceiling already."""
        return self.is_active and self.room != 0

    @property
    def room(self) -> int | None:
        """Seconds between the floor and the ceiling; None where nothing caps it."""
        return None if self.ceiling_seconds is None else max(0, self.ceiling_seconds - self.floor.seconds)

    def permits(self, allocation: int) -> bool:
        """Tell whether ``allocation`` lies between the floor and the most that this instance may have."""
        most = self.ceiling_seconds
        return allocation >= self.floor.seconds and (most is None or allocation <= max(most, self.floor.seconds))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one instance is to have: an allocation, and the limit in force."""

    bounds: Bounds
    new_allocation_seconds: int
    new_limit: Limit

    @property
    def state(self) -> InstanceState:
        """The live instance."""
        return self.bounds.state

    @property
    def name(self) -> str:
        """The instance's name in the configuration."""
        return self.state.name

    @property
    def allocation_delta_seconds(self) -> int:
        """New allocation less the live one."""
        return self.new_allocation_seconds - self.state.allocation_seconds

    @property
    def limit_changes(self) -> bool:
        """Whether the limit is to be written."""
        return self.new_limit != self.state.limit

    @property
    def changes(self) -> bool:
        """Whether the service has to be written to for this instance."""
        return self.allocation_delta_seconds != 0 or self.limit_changes


@dataclass(frozen=True)
class Balance:
    """The outcomes for one account and plan on a day, in the order in which the instances were given.

    ``pool_seconds`` is what could be shared out and ``reserve_seconds`` what was withheld from it. One with ``errors``
    breaks an invariant and must not be applied.
    """

    account: Account
    policy: Policy
    day: date
    instances: tuple[Outcome, ...]
    pool_seconds: int
    reserve_seconds: int
    unconfigured_seconds: int
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @cached_property
    def changes(self) -> tuple[Outcome, ...]:
        """The outcomes that have to be written."""
        return tuple(outcome for outcome in self.instances if outcome.changes)

    @cached_property
    def total_seconds(self) -> int:
        """All allocations once this is applied, those of unconfigured instances included."""
        return sum(outcome.new_allocation_seconds for outcome in self.instances) + self.unconfigured_seconds

    def share_of(self, bounds: Bounds) -> float:
        """Return an instance's part of the pool before caps, from 0 to 1."""
        return bounds.score / self._total_score if bounds.takes_part else 0.0

    @cached_property
    def _total_score(self) -> float:
        return math.fsum(outcome.bounds.score for outcome in self.instances if outcome.bounds.takes_part)

    @cached_property
    def live_total_seconds(self) -> int:
        """All live allocations, those of unconfigured instances included."""
        return sum(outcome.state.allocation_seconds for outcome in self.instances) + self.unconfigured_seconds
