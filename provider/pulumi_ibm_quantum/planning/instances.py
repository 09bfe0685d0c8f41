"""What a configuration wants for its instances, as the balancer takes it."""

from dataclasses import dataclass
from datetime import date, datetime

from pulumi_ibm_quantum import balancer
from pulumi_ibm_quantum.config import BalancePeriod, InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.planning.matching import Match
from pulumi_ibm_quantum.planning.observation import Observation
from pulumi_ibm_quantum.vocabulary import Limit


def net_grants(entry: InstanceEntry) -> tuple[balancer.NetGrant, ...]:
    """Return an entry's net grants."""
    return tuple(balancer.NetGrant(g.start_date, g.end_date, g.net_grant_seconds) for g in entry.net_grants)


def period_in_force(
    configuration: ProjectConfiguration, entry: InstanceEntry, moment: datetime
) -> BalancePeriod | None:
    """Return the balance period in which an entry's usage counts towards its target at a moment, if it does."""
    period = configuration.period_of(entry)
    if entry.target_usage_seconds is None or period is None:
        return None
    return period if period.includes(moment) else None


@dataclass(frozen=True, slots=True)
class UsageNeeded:
    """What a decision needs of an instance's usage beside the windows.

    ``days_from`` is the first day, for net grants; ``since`` the start of the balance period; each None where it is
    not needed.
    """

    days_from: date | None
    since: datetime | None


def usage_needed(
    configuration: ProjectConfiguration, entry: InstanceEntry, moment: datetime, day: date | None = None
) -> UsageNeeded:
    """Return what a decision at a moment needs, for a day if it is not that of the moment."""
    period = period_in_force(configuration, entry, moment)
    first = balancer.first_day_needed(net_grants(entry), day or moment.date())
    # Seen from a day to come, all of the window may lie ahead: there is no such usage yet.
    days_from = first if first is not None and first < moment.date() else None
    return UsageNeeded(days_from, None if period is None else period.start_date)


def policy_of(configuration: ProjectConfiguration) -> balancer.Policy:
    """Return the rules that hold for every instance."""
    return balancer.Policy(
        minimum_allocation_seconds=configuration.minimum_allocation_seconds,
        allocation_reserve_percent=configuration.allocation_reserve_percent,
        change_threshold_percent=configuration.change_threshold_percent,
        weighting=configuration.weighting,
    )


def configured_instance(
    configuration: ProjectConfiguration, match: Match, observation: Observation
) -> balancer.ConfiguredInstance:
    """Return an entry with its live state and usage."""
    entry, priority = match.entry, match.entry.priority
    return balancer.ConfiguredInstance(
        state=_state(match, observation),
        limit=entry.limit_seconds,
        net_grants=net_grants(entry),
        weight=entry.weight,
        minimum_allocation_seconds=entry.minimum_allocation_seconds,
        priority=None
        if priority is None
        else balancer.Priority(priority.weight, priority.starts, priority.ends, priority.reason),
        hold=entry.hold,
        ended=entry.state == "ended",
        target=_target(configuration, match, observation),
        reopens=configuration.reopen_exhausted and entry.limit_seconds == Limit.KEEP,
    )


def _state(match: Match, observation: Observation) -> balancer.InstanceState:
    if match.live is None:
        return balancer.InstanceState(crn=None, name=match.entry.name)
    used = observation.usage[match.live.crn]
    windows = used.by_window
    return balancer.InstanceState(
        crn=match.live.crn,
        name=match.entry.name,
        allocation_seconds=match.live.allocation_seconds or 0,
        limit=match.live.limit,
        usage=balancer.Usage(windows[28], windows[14], windows[7], windows[3], windows[1], by_day=used.by_day),
    )


def _target(configuration: ProjectConfiguration, match: Match, observation: Observation) -> balancer.Target | None:
    """Return the target of a period that is running; an instance that is not there yet has used nothing of it."""
    period = period_in_force(configuration, match.entry, observation.moment)
    if period is None or match.live is None or match.entry.target_usage_seconds is None:
        return None
    used = observation.usage[match.live.crn].since[period.start_date]
    return balancer.Target(match.entry.target_usage_seconds, used)
