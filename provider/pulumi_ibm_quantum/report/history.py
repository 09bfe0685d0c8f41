"""What an instance used day by day in the rolling window, and the limit that it had on each of these days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pulumi_ibm_quantum.balancer import NetGrant, Outcome, first_day_needed, limit_breakdown
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW, ROLLING_WINDOW_DAYS


@dataclass(frozen=True, slots=True)
class History:
    """An instance's rolling window.

    Attributes:
        today: The day of now; it is not among the days, as it is not over.
        days: The days of the window.
        used_seconds: What was used on each of them.
        rolling_seconds: The 28-day usage as each of them began, and last as it is now.
        limit_seconds: The limit at each of these moments, and last the new one; None where there is none.
        net_grants: The configured ones.
    """

    today: date
    days: tuple[date, ...]
    used_seconds: tuple[int, ...]
    rolling_seconds: tuple[int, ...]
    limit_seconds: tuple[int, ...] | None
    net_grants: tuple[NetGrant, ...]

    @classmethod
    def of(cls, outcome: Outcome, by_day: Mapping[date, int], today: date) -> "History":
        """Return the history of an instance, from its seconds by day since ``first_day_shown``."""
        days = tuple(today - timedelta(days=ago) for ago in range(ROLLING_WINDOW_DAYS, 0, -1))
        rolling = [
            sum(by_day.get(day - timedelta(days=ago), 0) for ago in range(1, ROLLING_WINDOW_DAYS + 1)) for day in days
        ]
        return cls(
            today=today,
            days=days,
            used_seconds=tuple(by_day.get(day, 0) for day in days),
            rolling_seconds=(*rolling, outcome.state.usage.last_28_days),
            limit_seconds=_limits(outcome, by_day, days),
            net_grants=outcome.bounds.instance.net_grants,
        )


def first_day_shown(outcome: Outcome, today: date) -> date:
    """Return the first day of usage that an instance's history rests on."""
    window_start = today - ROLLING_WINDOW
    grants_need = first_day_needed(outcome.bounds.instance.net_grants, window_start)
    return min(window_start - ROLLING_WINDOW, grants_need or window_start)


def _limits(outcome: Outcome, by_day: Mapping[date, int], days: tuple[date, ...]) -> tuple[int, ...] | None:
    new = outcome.new_limit.seconds
    if new is None:
        return None
    configured = outcome.bounds.instance
    usage = replace(configured.state.usage, by_day=by_day)
    configured = replace(configured, state=replace(configured.state, usage=usage))
    resolved = [limit_breakdown(configured, day) for day in days]
    return (*(new if each is None else each.total_seconds for each in resolved), new)
