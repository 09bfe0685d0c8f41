"""One value for all that is shown of a decision; what renders it works nothing out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from pulumi_ibm_quantum.balancer import Account, LimitBreakdown, Outcome, Usage, fairness
from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.report import reasons
from pulumi_ibm_quantum.report.history import History
from pulumi_ibm_quantum.vocabulary import Limit

if TYPE_CHECKING:
    from pulumi_ibm_quantum.forecast import InstanceForecast
    from pulumi_ibm_quantum.planning.forecasting import TimedForecast

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Change(Generic[_T]):
    """A figure before and after."""

    before: _T
    after: _T

    @property
    def is_change(self) -> bool:
        """Whether they differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class InstanceReport:
    """What is decided for an instance, and why.

    Attributes:
        name: Its name in the configuration.
        crn: None where it is to be created.
        allocation: In seconds.
        limit: In force.
        fairness: What it used in the rolling window over its allocation; may be infinite before.
        usage: In the windows that end now.
        score: Of its activity.
        floor_seconds: The least that it could have been given.
        limit_terms: What the limit consists of; None where the configuration sets none.
        limit_reached: Whether it cannot run.
        allocation_reason: Why the allocation changes, in words; None where it does not.
        limit_reason: Why the limit changes, in words; None where it does not.
        waits: How long its jobs wait; None where there is no forecast.
        history: Its rolling window, day by day; None where its days were not read.
    """

    name: str
    crn: str | None
    allocation: Change[int]
    limit: Change[Limit]
    fairness: Change[float]
    usage: Usage
    score: float
    floor_seconds: int
    limit_terms: LimitBreakdown | None
    limit_reached: bool
    allocation_reason: str | None
    limit_reason: str | None
    waits: "InstanceForecast | None" = None
    history: History | None = None

    @property
    def changes(self) -> bool:
        """Whether something is to be written or created."""
        return self.allocation.is_change or self.limit.is_change

    @property
    def reason(self) -> str:
        """Why allocation and limit change, or that they do not."""
        limit = f"limit: {self.limit_reason}" if self.limit_reason else None
        return "; ".join(part for part in (self.allocation_reason, limit) if part) or "no change"

    @property
    def limit_delta_seconds(self) -> int | None:
        """New limit less the live one; None where either is none."""
        before, after = self.limit.before.seconds, self.limit.after.seconds
        return None if before is None or after is None else after - before

    @property
    def is_granted(self) -> bool:
        """Whether a net grant raises its limit."""
        return self.limit_terms is not None and self.limit_terms.is_granted

    @property
    def in_debt(self) -> bool:
        """Whether usage is above the new limit."""
        return self.limit.after.is_passed_by(self.usage.last_28_days)


@dataclass(frozen=True, slots=True)
class Report:
    """A decision as it is shown, in the order of the configuration.

    Attributes:
        account: The account as it is.
        allocated_seconds: All allocations once the decision is applied, those of unconfigured instances included.
        unconfigured_seconds: What instances hold that no entry names.
        reserve_percent: What is withheld, in percent of the budget.
        reserve_seconds: The same in seconds.
        pool_seconds: What could be shared out above the floors.
        moment: As of when usage is, UTC.
        day: For which net grants and limits are resolved, UTC.
        instances: Those that the configuration names.
        unconfigured: The names of those that hold time and that it does not name, in order.
        errors: Why this must not be applied.
        warnings: What deserves notice all the same.
        over_budget_warnings: Those of the warnings that tell which instances a passed budget leaves how.
        forecast: What the decision does to waiting, if that was asked for.
    """

    account: Account
    allocated_seconds: int
    unconfigured_seconds: int
    reserve_percent: float
    reserve_seconds: int
    pool_seconds: int
    moment: datetime
    day: date
    instances: tuple[InstanceReport, ...]
    unconfigured: tuple[str, ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    over_budget_warnings: tuple[str, ...]
    forecast: "TimedForecast | None" = None

    @classmethod
    def of(
        cls,
        decision: Decision,
        forecast: "TimedForecast | None" = None,
        usage: Mapping[str, Mapping[date, int]] | None = None,
    ) -> "Report":
        """Return the report of a decision, with its forecast if there is one.

        ``usage`` has seconds by CRN and day, of each instance from ``first_day_shown`` on; a missing day is 0.
        """
        balance = decision.balance
        waits = {one.name: one for one in forecast.forecast.instances} if forecast else {}
        return cls(
            account=balance.account,
            allocated_seconds=balance.total_seconds,
            unconfigured_seconds=balance.unconfigured_seconds,
            reserve_percent=balance.policy.allocation_reserve_percent,
            reserve_seconds=balance.reserve_seconds,
            pool_seconds=balance.pool_seconds,
            moment=decision.observation.moment,
            day=decision.day,
            instances=tuple(_instance(decision, one, waits.get(one.name), usage) for one in balance.instances),
            unconfigured=tuple(sorted(one.label for one in decision.unconfigured)),
            errors=decision.errors,
            warnings=decision.warnings,
            over_budget_warnings=balance.warnings,
            forecast=forecast,
        )

    @property
    def left_seconds(self) -> int:
        """What is not allocated once the decision is applied, the reserve included."""
        return self.account.budget_seconds - self.allocated_seconds

    @property
    def configured_consumed_seconds(self) -> int:
        """What the configured instances used in the rolling window."""
        return sum(one.usage.last_28_days for one in self.instances)

    @property
    def changes(self) -> tuple[InstanceReport, ...]:
        """The instances that are to be written or created."""
        return tuple(one for one in self.instances if one.changes)

    @property
    def waits_of_others(self) -> "tuple[InstanceForecast, ...]":
        """The waits of instances that no entry names."""
        named = {one.name for one in self.instances}
        everyone = self.forecast.forecast.instances if self.forecast else ()
        return tuple(one for one in everyone if one.name not in named)


def _instance(
    decision: Decision,
    outcome: Outcome,
    waits: "InstanceForecast | None",
    usage: Mapping[str, Mapping[date, int]] | None,
) -> InstanceReport:
    state, bounds, allocation = outcome.state, outcome.bounds, outcome.new_allocation_seconds
    days = None if usage is None or state.crn is None else usage.get(state.crn, {})
    return InstanceReport(
        name=state.name,
        crn=state.crn,
        allocation=Change(state.allocation_seconds, allocation),
        limit=Change(state.limit, outcome.new_limit),
        fairness=Change(state.fairness, fairness(state.usage.last_28_days, allocation)),
        usage=state.usage,
        score=bounds.score,
        floor_seconds=bounds.floor.seconds,
        limit_terms=bounds.breakdown,
        limit_reached=bounds.limit_reached,
        allocation_reason=reasons.of_allocation(decision.balance, outcome),
        limit_reason=reasons.of_limit(outcome),
        waits=waits,
        history=None if days is None else History.of(outcome, days, decision.observation.day),
    )
