"""The plan of an account: its live list, its usage and its configuration, balanced.

All of a plan happens at one moment: the one at which the service answered the first call about the account.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime

from pulumi_ibm_quantum import balancer
from pulumi_ibm_quantum.balancer import Plan
from pulumi_ibm_quantum.cloud import AccountReading, Cloud, CloudError, LiveInstance, Subscription, plan_id_of
from pulumi_ibm_quantum.config import InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.planning.matching import Match, Matching, choose_subscription, match
from pulumi_ibm_quantum.planning.problems import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.planning.usage import AccountUsage, Metered, read_usage


@dataclass(frozen=True, slots=True)
class PlannedAccount:
    """A plan, the moment it was made for, and what it was made from.

    ``live`` holds the instance of each entry by name, None for one that is to be created. ``warnings`` do not keep the
    plan from being applied; ``plan.errors`` do.
    """

    plan: Plan
    now: datetime
    entries: Mapping[str, InstanceEntry]
    live: Mapping[str, LiveInstance | None]
    unconfigured: tuple[LiveInstance, ...]
    warnings: tuple[str, ...]

    @property
    def today(self) -> date:
        """The day of the plan, UTC."""
        return self.now.date()


def plan_account(
    configuration: ProjectConfiguration, cloud: Cloud, *, progress: Progress = silent, today: date | None = None
) -> PlannedAccount:
    """Read the account and balance it.

    ``today`` resolves net grants and limits as of another day; usage stays that of now.

    Raises:
        PlanningError: configuration and account do not fit, or some of the account could not be read: all reasons.
    """
    reading, live = survey(configuration, cloud)
    subscription = choose_subscription(configuration, reading.subscriptions)
    matching = match(configuration, live)
    day = today or reading.now.date()
    metered = [
        _metered(configuration, m.entry, m.live, day, reading.now) for m in matching.matches if m.live is not None
    ]
    usage = read_usage(cloud, configuration.account_id, configuration.plan, metered, now=reading.now, progress=progress)
    plan = balancer.balance(
        _account(configuration, subscription, usage),
        [_configured_instance(configuration, m, usage) for m in matching.matches],
        balancer.Policy(
            minimum_allocation_seconds=configuration.minimum_allocation_seconds,
            allocation_reserve_percent=configuration.allocation_reserve_percent,
            change_threshold_percent=configuration.change_threshold_percent,
            weighting=configuration.weighting,
        ),
        day,
    )
    return _planned(plan, reading.now, matching)


def survey(configuration: ProjectConfiguration, cloud: Cloud) -> tuple[AccountReading, list[LiveInstance]]:
    """Ask for the budget and the list of instances at the same time.

    Raises:
        PlanningError: one of them could not be read.
    """
    plan_id = plan_id_of(configuration.plan)
    with ThreadPoolExecutor(2) as pool:
        reading = pool.submit(cloud.quantum_platform.account, configuration.account_id, plan_id)
        live = pool.submit(lambda: list(cloud.resource_controller.instances(plan_id)))
        try:
            return reading.result(), live.result()
        except CloudError as error:
            raise PlanningError([str(error)]) from None


def _metered(
    configuration: ProjectConfiguration, entry: InstanceEntry, live: LiveInstance, day: date, now: datetime
) -> Metered:
    first_day = balancer.first_day_needed(_net_grants(entry), day)
    period = configuration.period_of(entry)
    counts = (
        entry.target_usage_seconds is not None and period is not None and period.start_date <= now < period.end_date
    )
    return Metered(
        entry.name,
        live.crn,
        live.region,
        # Seen from a day to come, all of the window may lie ahead: there is no such usage yet.
        first_day=first_day if first_day and first_day < now.date() else None,
        period_start=period.start_date if period is not None and counts else None,
    )


def _net_grants(entry: InstanceEntry) -> tuple[balancer.NetGrant, ...]:
    return tuple(balancer.NetGrant(g.start_date, g.end_date, g.net_grant_seconds) for g in entry.net_grants)


def _account(configuration: ProjectConfiguration, subscription: Subscription, usage: AccountUsage) -> balancer.Account:
    return balancer.Account(
        account_id=configuration.account_id,
        plan=configuration.plan,
        budget_seconds=subscription.budget_seconds,
        unallocated_seconds=subscription.unallocated_seconds,
        consumed_seconds=usage.consumed_seconds,
        limit_seconds=subscription.limit_seconds,
    )


def _configured_instance(
    configuration: ProjectConfiguration, matched: Match, usage: AccountUsage
) -> balancer.ConfiguredInstance:
    entry, priority = matched.entry, matched.entry.priority
    return balancer.ConfiguredInstance(
        state=_state(matched, usage),
        limit_seconds=entry.limit_seconds,
        net_grants=_net_grants(entry),
        weight=entry.weight,
        minimum_allocation_seconds=entry.minimum_allocation_seconds,
        priority=None
        if priority is None
        else balancer.Priority(priority.weight, priority.starts, priority.ends, priority.reason),
        hold=entry.hold,
        ended=entry.state == "ended",
        target=_target(entry, usage),
        reopens=configuration.reopen_exhausted and entry.limit_seconds is None,
    )


def _state(matched: Match, usage: AccountUsage) -> balancer.InstanceState:
    name, live = matched.entry.name, matched.live
    if live is None or live.settings is None:
        return balancer.InstanceState(crn=None, name=name)
    return balancer.InstanceState(
        crn=live.crn,
        name=name,
        allocation_seconds=live.settings.allocation_seconds,
        limit_seconds=live.settings.limit_seconds,
        usage=usage.by_name[name],
    )


def _target(entry: InstanceEntry, usage: AccountUsage) -> balancer.Target | None:
    """Return the target of a period that is running; an instance that is not there yet has used nothing of it."""
    if entry.target_usage_seconds is None or entry.name not in usage.in_period:
        return None
    return balancer.Target(entry.target_usage_seconds, usage.in_period[entry.name])


def _planned(plan: Plan, now: datetime, matching: Matching) -> PlannedAccount:
    return PlannedAccount(
        plan=plan,
        now=now,
        entries={m.entry.name: m.entry for m in matching.matches},
        live={m.entry.name: m.live for m in matching.matches},
        unconfigured=matching.unconfigured,
        warnings=matching.warnings,
    )
