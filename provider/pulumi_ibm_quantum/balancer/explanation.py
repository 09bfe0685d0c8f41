"""One instance's new allocation taken apart: seconds that add up to it exactly."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pulumi_ibm_quantum.balancer.activity import activity_terms, base_score
from pulumi_ibm_quantum.balancer.balance import balance
from pulumi_ibm_quantum.balancer.outcome import Balance, Bounds, Outcome
from pulumi_ibm_quantum.balancer.water_fill import Claim, water_fill

PartKind = Literal["floor", "window", "fairness", "weight", "from others", "cap", "threshold"]


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the seconds of an allocation, and where they come from.

    Attributes:
        kind: ``floor``, whatever sets it; ``window`` or ``fairness``, the share of the pool that its own usage earns
            with neither weight nor priority; ``weight``, what these add or take; ``from others``, what capped instances
            could not take of their shares, and ``cap``, what it could not; ``threshold``, a small change left unmade.
        seconds: How many; negative where they are taken away.
        days: Of a window, its length.
    """

    kind: PartKind
    seconds: int
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an instance's new allocation is what it is.

    Attributes:
        outcome: What it is to have.
        parts: Seconds that add up to the allocation.
        share: Its part of the pool before caps, from 0 to 1.
        of_twice_the_weight: The allocation that it would have with twice its weight, all else equal.
    """

    outcome: Outcome
    parts: tuple[Part, ...]
    share: float
    of_twice_the_weight: int


def explain(decided: Balance, name: str) -> Explanation:
    """Take the allocation of an instance apart.

    Raises:
        KeyError: there is none of this name.
    """
    index = next((place for place, one in enumerate(decided.instances) if one.name == name), None)
    if index is None:
        raise KeyError(name)
    outcome = decided.instances[index]
    parts = [Part("floor", outcome.bounds.floor.seconds)]
    if outcome.bounds.takes_part:
        parts += _shares(decided, outcome.bounds)
    unmade = outcome.new_allocation_seconds - sum(part.seconds for part in parts)
    parts.append(Part("threshold", unmade))
    told = tuple(part for part in parts if part.seconds)
    return Explanation(outcome, told, decided.share_of(outcome.bounds), _with_twice_the_weight(decided, index))


def _shares(decided: Balance, bounds: Bounds) -> Iterator[Part]:
    """Yield the parts of what the pool gives, in the order in which they come about."""
    sharing = [one.bounds for one in decided.instances if one.bounds.takes_part]
    pool, place = decided.pool_seconds, sharing.index(bounds)
    award = water_fill(pool, [Claim(one.score, one.room) for one in sharing])[place]
    own = base_score(bounds.state, decided.policy.weighting)
    total = math.fsum(one.score for one in sharing)
    share = int(bounds.score / total * pool)
    # As if neither weight nor priority were there; what an idle instance with a priority gets is the priority's.
    plain = int(own / (total - bounds.score + own) * pool) if own else 0
    if decided.policy.weighting == "fairness":
        yield Part("fairness", plain)
    else:
        for days, seconds in _split(plain, activity_terms(bounds.state.usage)).items():
            yield Part("window", seconds, days)
    yield Part("weight", share - plain)
    yield Part("from others" if award >= share else "cap", award - share)


def _split(seconds: int, weights: Mapping[int, float]) -> dict[int, int]:
    """Divide whole seconds in proportion; what rounding leaves goes to the largest remainders."""
    total = math.fsum(weights.values())
    exact = {key: seconds * weight / total for key, weight in weights.items()} if total else dict.fromkeys(weights, 0.0)
    parts = {key: int(share) for key, share in exact.items()}
    rest = seconds - sum(parts.values()) if total else 0
    for key in sorted(exact, key=lambda key: parts[key] - exact[key])[:rest]:
        parts[key] += 1
    return parts


def _with_twice_the_weight(decided: Balance, index: int) -> int:
    instances = [one.bounds.instance for one in decided.instances]
    instances[index] = replace(instances[index], weight=2 * instances[index].weight)
    again = balance(decided.account, instances, decided.policy, decided.day)
    return again.instances[index].new_allocation_seconds
