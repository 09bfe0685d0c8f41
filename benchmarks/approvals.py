"""What of an approval still holds once usage has moved: values, values within a tolerance, effects, named effects.

    .venv/bin/python -m benchmarks.approvals [--seeds 3]

On the demo's account and on made ones of 40 and 300 instances, five kinds of change are approved on one snapshot, and
computed again 1, 6, 24 and 72 hours later. A cell tells how many of the approvals would still hold, by what was
approved:

    values        every allocation as it was
    within        every allocation within 5 percent of it, or 600 s
    effects       the effect on every instance within 5 percent of its allocation, or 600 s
    named         the effect on the instances that the change names, in seconds or as a share, or what they have in the
                  end, within the same, and no payer giving more than ten points above the largest approved share: what
                  `report --approved` asks for
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from pulumi_ibm_quantum.cli.package_data import ACCOUNT, CONFIGURATION
from pulumi_ibm_quantum.cloud import Cloud, Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.fake import (
    PLAN_IDS,
    Account,
    ApiKey,
    Clock,
    Fake,
    Subscription,
    load_scenario,
    mock_ibm_quantum,
)
from pulumi_ibm_quantum.planning import Observation, Scope, decide, observe
from pulumi_ibm_quantum.review import Approval, Effect, Tolerance, effect_of

HOURS = (1, 6, 24, 72)
TOLERANCE = Tolerance()
KEY = "demo-key-not-a-secret"
KINDS: dict[str, Callable[[dict[str, Any]], object]] = {
    "weight": lambda entry: entry.update(weight=2),
    "minimum": lambda entry: entry.update(minimum_allocation_seconds=36_000),
    "limit": lambda entry: entry.update(limit_seconds=200_000),
    "ended": lambda entry: entry.update(state="ended"),
}


def main() -> None:
    """Measure, and print a table."""
    seeds = int(sys.argv[sys.argv.index("--seeds") + 1]) if "--seeds" in sys.argv else 3
    print(f"{'account':>14} {'after':>6} {'approvals':>10} {'values':>7} {'within':>7} {'effects':>8} {'named':>6}")
    for name in ("demo", "40", "300"):
        held: dict[int, Counter[str]] = {hours: Counter() for hours in HOURS}
        for fake, document in accounts(name, seeds):
            for hours, outcome in replayed(fake, document):
                held[hours].update(outcome)
        for hours, counts in held.items():
            cells = (counts[one] for one in ("approvals", "values", "within", "effects", "named"))
            print("{:>14} {:>4} h {:>10} {:>7} {:>7} {:>8} {:>6}".format(name, hours, *cells), flush=True)


def accounts(name: str, seeds: int) -> Iterator[tuple[Fake, dict[str, Any]]]:
    """Yield the demo's account, or some that are made, each with its configuration."""
    if name == "demo":
        yield load_scenario(ACCOUNT), yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
        return
    for seed in range(seeds):
        yield made_account(int(name), random.Random(seed))


def replayed(fake: Fake, document: dict[str, Any]) -> Iterator[tuple[int, Counter[str]]]:
    """Approve each change now, and yield for each of the hours to come what would still hold."""
    base = parse_configuration(document).configuration
    with mock_ibm_quantum(fake):
        cloud = connect(Credentials(KEY), Endpoints.of_ibm_cloud())
        first = observed(cloud, base)
        heads = list(changed(document, first))
        approved = [computed(base, head, first) for head in heads]
        start = fake.now
        for hours in HOURS:
            fake.advance(start + timedelta(hours=hours) - fake.now)
            later = observed(cloud, base)
            counts: Counter[str] = Counter()
            for head, before in zip(heads, approved, strict=True):
                counts.update(compared(before, computed(base, head, later)))
            yield hours, counts


def changed(document: dict[str, Any], observation: Observation) -> Iterator[ProjectConfiguration]:
    """Yield the configuration with each kind of change on the busiest entry, and with a new instance."""
    used = {crn: usage.last_28_days for crn, usage in observation.usage.items()}
    instances = document["instances"]
    busiest = max(range(len(instances)), key=lambda index: used.get(instances[index].get("crn"), 0))
    for change in KINDS.values():
        entries = [dict(entry) for entry in instances]
        change(entries[busiest])
        yield parse_configuration({**document, "instances": entries}).configuration
    new = {
        "name": "a-new-one",
        "create": {"target": "us-east", "resource_group": "group"},
        "minimum_allocation_seconds": 20_000,
    }
    yield parse_configuration({**document, "instances": [*instances, new]}).configuration


def computed(base: ProjectConfiguration, head: ProjectConfiguration, observation: Observation) -> Effect:
    """Return the effect of a change on an observation."""
    return effect_of(decide(base, observation), decide(head, observation))


def compared(approved: Effect, now: Effect) -> Counter[str]:
    """Count what of an approval still holds."""
    counts = Counter(approvals=1)
    pairs = list(zip(approved.instances, now.instances, strict=True))
    values = [(old.head.allocation_seconds, new.head.allocation_seconds) for old, new in pairs]
    counts["values"] += all(old == new for old, new in values)
    counts["within"] += all(abs(new - old) <= TOLERANCE.of(old) for old, new in values)
    counts["effects"] += all(
        abs(new.seconds - old.seconds) <= TOLERANCE.of(new.head.allocation_seconds) for old, new in pairs
    )
    counts["named"] += not list(Approval.of(approved, TOLERANCE).differences(now))
    return counts


def observed(cloud: Cloud, configuration: ProjectConfiguration) -> Observation:
    """Return a snapshot."""
    return observe(cloud, Scope(configuration, whole=True))


def made_account(count: int, rng: random.Random) -> tuple[Fake, dict[str, Any]]:
    """Return an account of so many instances: most work some days a week, a third hardly ever, some all the time."""
    now = datetime(2026, 11, 5, 8, tzinfo=UTC)
    budget = 45_000 * count
    fake = Fake(
        Account(
            clock=Clock(now),
            subscriptions=[Subscription("premium", PLAN_IDS["premium"], "p", budget)],
            api_keys=[ApiKey(KEY)],
        )
    )
    for number in range(count):
        name = f"project-{number:03}"
        fake.add_instance(name, region=rng.choice(["us-east", "eu-de"]), allocation_seconds=rng.randint(600, 40_000))
        daily, chance = rng.choice([(0, 0.0), (100, 0.1), (900, 0.4), (900, 0.4), (2_500, 0.5), (1_500, 1.0)])
        for day in range(-35, 4):
            if rng.random() < chance:
                when = now + timedelta(days=day, hours=rng.uniform(0, 12))
                fake.add_usage(name, round(daily * rng.uniform(0.3, 1.7), 1), when=when)
    instances = [{"name": one.name, "crn": one.crn} for one in fake.account.instances]
    document = {
        "version": 3,
        "account_id": fake.account.account_id,
        "plan": "premium",
        "minimum_allocation_seconds": 600,
        "instances": instances,
    }
    return fake, document


if __name__ == "__main__":
    main()
