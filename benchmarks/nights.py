"""Thirty nights that nobody watches: what is written, what is taken at most, which guards stop, what has drifted.

    .venv/bin/python -m benchmarks.nights

Each night at two o'clock an account is decided on under guards, and the decision is applied. Where a guard stops a
night, somebody looks in the morning and applies what is decided then. Every tenth night somebody has changed an
instance by hand the day before. The accounts are the demo's and a made one of 40 instances whose projects work in
bursts, with the change threshold at 0 and at 5 percent, and with ``max_change_percent`` at 25 and at 75.
"""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from benchmarks.approvals import KEY, accounts
from pulumi_ibm_quantum.cloud import Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.fake import Fake, mock_ibm_quantum
from pulumi_ibm_quantum.review import Conditions, Guarded, HeldDecision, LastRun, decide_under

NIGHTS = 30
OURS = "IBMid-5500ADMIN"


def main() -> None:
    """Let the nights pass, and print a table."""
    heads = (
        "account",
        "threshold",
        "guard",
        "writes a night",
        "stopped",
        "by hand",
        "largest cut",
        "highest",
        "budget",
    )
    print("{:>8} {:>9} {:>6} {:>14} {:>8} {:>8} {:>12} {:>9} {:>9}".format(*heads))
    for name in ("demo", "40"):
        for threshold, guard in ((0, 25), (5, 25), (5, 75)):
            fake, document = next(accounts(name, 1))
            settings = {"change_threshold_percent": threshold, "max_change_percent": guard}
            print(f"{name:>8} {threshold:>8}% {guard:>5}% {nights(fake, {**document, **settings})}", flush=True)


def nights(fake: Fake, document: dict[str, Any]) -> str:
    """Return what came of the nights on an account, as the rest of a line."""
    configuration = parse_configuration(document).configuration
    rng, counts, largest_cut, highest_total = random.Random(0), Counter[str](), 0.0, 0
    last: LastRun | None = None
    with mock_ibm_quantum(fake):
        cloud = connect(Credentials(KEY), Endpoints.of_ibm_cloud())

        def decided(*, unattended: bool) -> HeldDecision:
            return decide_under(Conditions(unattended=unattended), configuration, cloud, lambda: last)

        last = applied(fake, decided(unattended=False))
        for night in range(NIGHTS):
            fake.advance(timedelta(days=1))
            if night % 10 == 9:
                fake.change_instance(rng.choice(configuration.instances).name, allocation_seconds=5_000)
            try:
                held = decided(unattended=True)
                largest_cut = max([largest_cut, *map(cut, held.decision.instances)])
            except Guarded as stopped:
                counts["stopped"] += 1
                counts["by hand"] += "was changed by" in str(stopped)
                held = decided(unattended=False)
            counts["writes"] += len(held.decision.changes)
            last = applied(fake, held)
            highest_total = max(highest_total, held.decision.balance.total_seconds)
    budget = held.decision.balance.account.budget_seconds
    cells = (counts["writes"] / NIGHTS, counts["stopped"], counts["by hand"], largest_cut, highest_total, budget)
    return "{:>14.1f} {:>8} {:>8} {:>12.0%} {:>9} {:>9}".format(*cells)


def cut(one: Any) -> float:
    """Return how much of its own an instance loses."""
    before = one.outcome.state.allocation_seconds
    return max(0.0, -one.outcome.allocation_delta_seconds / before) if before else 0.0


def applied(fake: Fake, held: HeldDecision) -> LastRun:
    """Give every instance what was decided, make what is new, and return what the state keeps."""
    for one in held.decision.instances:
        outcome = one.outcome
        settings = {"allocation_seconds": outcome.new_allocation_seconds, "limit_seconds": outcome.new_limit.seconds}
        if one.live is None:
            fake.add_instance(one.name, region=one.entry.create.target, **settings) if one.entry.create else None
        else:
            fake.change_instance(one.live.crn, updated_by=OURS, **settings)
    return held.last_run


if __name__ == "__main__":
    main()
