"""The limit in force for an instance: its base limit and what net grants add to it.

A net grant is a budget for its whole life. Time that it paid for stays outside the base limit until it has rolled out
of the window, so an instance is never worse off after a grant ends than if the grant had never existed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pulumi_ibm_quantum.balancer.account import ConfiguredInstance, NetGrant
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW


@dataclass(frozen=True, slots=True)
class LimitBreakdown:
    """The terms of an effective limit, in seconds.

    ``boost_start`` is the first day of the earliest grant that is active today, if one is.
    """

    base_seconds: int
    grant_funded_seconds: int = 0
    unspent_grant_seconds: int = 0
    pre_boost_overage_seconds: int = 0
    boost_start: date | None = None

    @property
    def total_seconds(self) -> int:
        """The limit in force."""
        return (
            self.base_seconds + self.grant_funded_seconds + self.unspent_grant_seconds + self.pre_boost_overage_seconds
        )

    @property
    def is_granted(self) -> bool:
        """Whether a net grant raises the limit today."""
        return self.total_seconds > self.base_seconds


@dataclass(frozen=True, slots=True)
class _Attribution:
    """Who paid for the usage: per grant what it paid within the window and has left, per day what no grant paid."""

    funded: list[int]
    unspent: list[int]
    base_by_day: dict[date, int]


def still_credits(grant: NetGrant, today: date) -> bool:
    """Tell whether ``grant`` has begun and days that it may have paid for are still in the rolling window."""
    return grant.start.date() <= today and grant.end.date() > today - ROLLING_WINDOW


def first_day_needed(grants: Sequence[NetGrant], today: date) -> date | None:
    """Return the first day whose usage the effective limit depends on; None where no grant credits."""
    starts = [grant.start.date() for grant in grants if still_credits(grant, today)]
    return min([*starts, today - ROLLING_WINDOW]) if starts else None


def limit_breakdown(instance: ConfiguredInstance, today: date) -> LimitBreakdown | None:
    """Return the configured limit with its grants; None where the configuration sets no number."""
    base = instance.limit.seconds
    if base is None:
        return None
    grants = [grant for grant in instance.net_grants if still_credits(grant, today)]
    if not grants:
        return LimitBreakdown(base_seconds=base)
    attribution = _attribute(grants, instance.state.usage.by_day, today)
    active = [index for index, grant in enumerate(grants) if grant.is_active(today)]
    boost_start = min((grants[index].start.date() for index in active), default=None)
    overage = 0
    if boost_start is not None:
        before = sum(seconds for day, seconds in attribution.base_by_day.items() if day < boost_start)
        overage = max(0, before - base)
    return LimitBreakdown(
        base_seconds=base,
        grant_funded_seconds=sum(attribution.funded),
        unspent_grant_seconds=sum(attribution.unspent[index] for index in active),
        pre_boost_overage_seconds=overage,
        boost_start=boost_start,
    )


def _attribute(grants: Sequence[NetGrant], usage_by_day: Mapping[date, int], today: date) -> _Attribution:
    """Charge each day's usage, in order of days, to the grants active on it; the soonest to end pays first."""
    window_start = today - ROLLING_WINDOW
    payers = sorted(range(len(grants)), key=lambda index: (grants[index].end, grants[index].start, index))
    unspent = [grant.seconds for grant in grants]
    funded = [0] * len(grants)
    base_by_day: dict[date, int] = {}
    for day in sorted(usage_by_day):
        if day > today:
            break
        unpaid = usage_by_day[day]
        for index in payers:
            if unpaid > 0 and grants[index].is_active(day):
                paid = min(unpaid, unspent[index])
                unspent[index] -= paid
                unpaid -= paid
                funded[index] += paid if day >= window_start else 0
        if day >= window_start:
            base_by_day[day] = unpaid
    return _Attribution(funded, unspent, base_by_day)
