"""The project configuration: one validated model, whatever dialect it was written in."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool

from pulumi_ibm_quantum.config import rules, slurm_rules
from pulumi_ibm_quantum.config.fields import (
    AccountId,
    CrnText,
    LimitSeconds,
    Moment,
    Percent,
    PlanName,
    RegionName,
    Reserve,
    Seconds,
    SomeSeconds,
    Texts,
    Weight,
)
from pulumi_ibm_quantum.config.slurm_sites import SlurmSite
from pulumi_ibm_quantum.documents import Block, BrokenRule, Context, RuledBlock, Text
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW, Limit


def _one_window_later(fields: dict[str, Any]) -> datetime:
    try:
        return fields["start_date"] + ROLLING_WINDOW  # type: ignore[no-any-return]
    except (KeyError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


class NetGrant(RuledBlock):
    """A temporary time budget above an instance's limit."""

    start_date: Moment = Field(description="First moment of the grant; in UTC.")
    end_date: Moment = Field(
        default_factory=_one_window_later,
        description="First moment after the grant, later than start_date; in UTC. Default: start_date + 28 days.",
    )
    net_grant_seconds: SomeSeconds = Field(
        description="Time above the limit, for the grant's whole life; seconds, more than 0."
    )

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield an end that is not after the start."""
        return rules.in_order("start_date", self.start_date, "end_date", self.end_date)


class CreateBlock(Block):
    """An instance that is created as code; its plan is the configuration's."""

    target: RegionName = Field(description="Region in which the instance is created.")
    resource_group: Text = Field(description="Name or id of the resource group that the instance is created in.")


class Priority(RuledBlock):
    """A weight that ends by itself, such as that of a project with a deadline; an idle one counts as active."""

    weight: Weight = Field(description="Multiplies the activity score while the priority lasts; more than 0.")
    starts: Moment = Field(alias="from", description="First moment of the priority; in UTC.")
    ends: Moment = Field(alias="until", description="First moment after the priority, later than from; in UTC.")
    reason: Text = Field(description="Why, for those who read the report.")

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield an end that is not after the start."""
        return rules.in_order("from", self.starts, "until", self.ends)


class BalancePeriod(RuledBlock):
    """The time over which usage counts towards target_usage_seconds; outside of it no target applies."""

    start_date: Moment = Field(description="First moment of the period; in UTC.")
    end_date: Moment = Field(description="First moment after the period, later than start_date; in UTC.")

    def includes(self, moment: datetime) -> bool:
        """Tell whether the period runs at a moment."""
        return self.start_date <= moment < self.end_date

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield an end that is not after the start."""
        return rules.in_order("start_date", self.start_date, "end_date", self.end_date)


class Contract(Block):
    """What was bought, so that a run stops where the service says otherwise."""

    budget_seconds: Seconds = Field(description="Allocation budget of the account and plan; seconds.")
    ends: Moment | None = Field(
        default=None, description="First moment after the contract, from which on runs warn; in UTC."
    )


class InstanceEntry(RuledBlock):
    """A quantum service instance: one that exists (`crn`) or one that is created as code (`create`)."""

    name: Text = Field(description="Unique in the file; names the resources, and the instance if it is created.")
    crn: CrnText | None = Field(default=None, description="CRN of the instance, if it exists.")
    create: CreateBlock | None = Field(default=None, description="How to create the instance, if it does not exist.")
    limit_seconds: LimitSeconds = Field(
        default=Limit.KEEP,
        description='Hard cap on usage in the rolling window, in seconds; "none" = no limit; not given = the live one.',
    )
    net_grants: tuple[NetGrant, ...] = Field(default=(), description="Time above the limit; needs limit_seconds.")
    target_usage_seconds: SomeSeconds | None = Field(
        default=None,
        description="Usage in the balance period at which the instance is exhausted and may run nothing until the "
        "period ends; seconds, more than 0. Needs balance_period and limit_seconds.",
    )
    balance_period: BalancePeriod | None = Field(
        default=None, description="The instance's own period for its target, in place of the configuration's."
    )
    weight: Weight = Field(
        default=1.0, description="Multiplies the activity score by which unallocated time is shared out; more than 0."
    )
    minimum_allocation_seconds: Seconds | None = Field(
        default=None, description="Its own smallest allocation, in place of the configuration's; seconds."
    )
    priority: Priority | None = Field(default=None, description="A weight that ends by itself.")
    hold: StrictBool = Field(default=False, description="Whether its live allocation is kept as it is.")
    state: Literal["active", "ended"] = Field(
        default="active",
        description="ended: the allocation goes back to the pool down to its floor; the instance stays managed.",
    )
    description: Annotated[str, Field(strict=True)] | None = Field(
        default=None, description="What the instance is for; read by people only."
    )
    backends: Texts | None = Field(
        default=None, description="Names of the backends that may be used; not given = those that it has now."
    )
    protect: StrictBool = Field(default=True, description="Whether a created instance is protected from deletion.")
    tags: Texts = Field(default=(), description="Tags that are attached when the instance is created.")

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield what does not fit together within one instance."""
        return rules.entry_rules(self, context.get("dialect", 3))


class ProjectConfiguration(RuledBlock):
    """The instances of one account and plan, and how the load balancer treats them."""

    account_id: AccountId = Field(description="IBM Cloud account id, without a/.")
    plan: PlanName = Field(description="Plan of all instances: internal, premium or paygo.")
    minimum_allocation_seconds: Seconds = Field(default=60, description="Smallest allocation of an instance; seconds.")
    allocation_reserve_percent: Reserve = Field(
        default=0.0, description="Part of the budget that is not given out; percent, from 0 to below 100."
    )
    change_threshold_percent: Percent = Field(
        default=1.0, description="A smaller change of a live allocation is not made; percent of it, 0 or more."
    )
    max_change_percent: Percent = Field(
        default=25.0,
        description="The part of its allocation that a run that nobody watches may take from an instance; percent.",
    )
    on_drift: Literal["revert", "keep", "stop"] | None = Field(
        default=None,
        description="What becomes of an instance that somebody else changed since the last run: it is brought back, "
        "kept as it is, or the run stops. Not given = it is brought back, but stops a run that nobody watches.",
    )
    freeze: StrictBool = Field(default=False, description="Whether nothing may be changed; runs that would, stop.")
    weighting: Literal["activity", "fairness"] = Field(
        default="activity", description="What the unallocated time is shared out by."
    )
    subscription_id: Text | None = Field(
        default=None, description="Which contract, if the account has the plan in several subscriptions."
    )
    balance_period: BalancePeriod | None = Field(
        default=None, description="Over which usage counts towards the target_usage_seconds of the instances."
    )
    contract: Contract | None = Field(default=None, description="What was bought; a run stops where it differs.")
    reopen_exhausted: StrictBool = Field(
        default=False,
        description="Whether a live limit of 1 second is removed from an instance that has no limit_seconds and is "
        "not exhausted, as files of 0.2.x mean it; target_usage_seconds then needs no limit_seconds.",
    )
    instances: tuple[InstanceEntry, ...] = Field(description="The configured instances, in the order of the file.")
    slurm_sites: tuple[SlurmSite, ...] = Field(
        default=(), description="The Slurm clusters that use the instances; see docs/slurm.md."
    )

    def period_of(self, entry: InstanceEntry) -> BalancePeriod | None:
        """Return the period over which an entry's usage counts towards its target: its own, or the configuration's."""
        return entry.balance_period or self.balance_period

    def with_entries(self, changes: Mapping[str, Mapping[str, Any]]) -> "ProjectConfiguration":
        """Return a copy in which the named entries have other values, by key; no rule is checked again."""
        entries = tuple(
            entry.model_copy(update=changes[entry.name]) if entry.name in changes else entry for entry in self.instances
        )
        return self.model_copy(update={"instances": entries})

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield what does not fit together among the instances, and of them with the account."""
        yield from rules.project_rules(self)
        yield from slurm_rules.site_rules(self)
