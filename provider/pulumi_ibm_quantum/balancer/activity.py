"""How active an instance has been: the score by which the pool is shared out."""

import math
from collections.abc import Sequence
from datetime import date

from pulumi_ibm_quantum.balancer.account import ConfiguredInstance, InstanceState, Usage, Weighting


def activity_score(usage: Usage) -> float:
    """Return the daily rates of the five windows, each weighted twice as much as the next longer one.

    ``sum(usage in window / window days * 2**e)`` with (days, e) = (1, 5), (3, 4), (7, 3), (14, 2), (28, 1).
    0 means inactive.
    """
    return sum(activity_terms(usage).values())


def activity_terms(usage: Usage) -> dict[int, float]:
    """Return what each window adds to the activity score, by its length in days."""
    return {
        1: usage.last_24_hours * 32.0,
        3: usage.last_3_days / 3.0 * 16.0,
        7: usage.last_7_days / 7.0 * 8.0,
        14: usage.last_14_days / 14.0 * 4.0,
        28: usage.last_28_days / 28.0 * 2.0,
    }


def base_score(state: InstanceState, weighting: Weighting) -> float:
    """Return what an instance's share is proportional to before weights; always finite, and 0 means inactive."""
    if weighting == "fairness":
        return state.usage.last_28_days / max(1, state.allocation_seconds)
    return activity_score(state.usage)


def scores(instances: Sequence[ConfiguredInstance], weighting: Weighting, today: date) -> list[float]:
    """Return what each instance's share of the pool is proportional to, weights and priorities included.

    An idle instance with a priority counts as if it were as active as the average active one.
    """
    bases = [base_score(instance.state, weighting) for instance in instances]
    active = [base for base in bases if base > 0]
    average = math.fsum(active) / len(active) if active else 1.0
    return [_weighted(instance, base, average, today) for instance, base in zip(instances, bases, strict=True)]


def _weighted(instance: ConfiguredInstance, base: float, average: float, today: date) -> float:
    priority = instance.priority_on(today)
    if priority is None:
        return base * instance.weight
    return (base or average) * instance.weight * priority.weight
