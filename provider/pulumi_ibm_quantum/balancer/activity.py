"""How active an instance has been: the score by which the pool is shared out."""

from pulumi_ibm_quantum.balancer.account import InstanceState, Usage, Weighting


def activity_score(usage: Usage) -> float:
    """Return the daily rates of the five windows, each weighted twice as much as the next longer one.

    ``sum(usage in window / window days * 2**e)`` with (days, e) = (1, 5), (3, 4), (7, 3), (14, 2), (28, 1).
    0 means inactive.
    """
    return (
        usage.last_24_hours * 32.0
        + usage.last_3_days / 3.0 * 16.0
        + usage.last_7_days / 7.0 * 8.0
        + usage.last_14_days / 14.0 * 4.0
        + usage.last_28_days / 28.0 * 2.0
    )


def score(state: InstanceState, weighting: Weighting) -> float:
    """Return what an instance's share of the pool is proportional to; always finite, and 0 means inactive."""
    if weighting == "fairness":
        return state.usage.last_28_days / max(1, state.allocation_seconds)
    return activity_score(state.usage)
