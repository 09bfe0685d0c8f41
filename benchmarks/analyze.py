"""What `analyze` costs beside the peer's: qauvern 0.14.0 and ours in turn, on one fake account at 20 ms a call.

    .venv/bin/python benchmarks/analyze.py [10 100 500 ...]

Both run in this process on the same account and file, and give the same allocations, which is checked. What compares
between machines are the ratios.
"""

import json
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import click
import yaml
from click.testing import CliRunner
from qauvern.cli import main as qauvern

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Fake,
    Subscription,
    mock_ibm_quantum,
)

LATENCY_SECONDS = 0.02


def main() -> None:
    """Measure, and print a table."""
    counts = [int(argument) for argument in sys.argv[1:]] or [10, 100, 500]
    print(f"{'instances':>9}  {'qauvern':>9} {'calls':>6}  {'ours':>8} {'calls':>6}  {'time':>7} {'calls':>6}")
    for count in counts:
        fake = account(count)
        with tempfile.TemporaryDirectory() as folder, mock_ibm_quantum(fake):
            path = Path(folder, "account.yaml")
            path.write_text(yaml.safe_dump(configuration(fake)), encoding="utf-8")
            theirs, their_seconds, their_calls = run(qauvern, path, fake)
            ours, our_seconds, our_calls = run(ibm_quantum, path, fake)
        if theirs != ours:
            sys.exit(f"the allocations of {count} instances differ")
        print(
            f"{count:9}  {their_seconds:7.2f} s {their_calls:6}  {our_seconds:6.2f} s {our_calls:6}"
            f"  {their_seconds / our_seconds:6.1f}x {our_calls / their_calls:6.0%}",
            flush=True,
        )


def account(count: int) -> Fake:
    """Make an account of ``count`` instances in two regions, with four weeks of usage each."""
    subscription = Subscription("premium", PLAN_IDS["premium"], "premium", count * 10_000)
    fake = Fake(Account(subscriptions=[subscription], api_keys=[ApiKey(DEFAULT_API_KEY)]))
    for index in range(count):
        name = f"team-{index}"
        fake.add_instance(name, region="eu-de" if index % 3 == 0 else "us-east", allocation_seconds=5_000 + index)
        for days_ago in range(27):
            fake.add_usage(name, 10 + index % 97, when=fake.now - timedelta(days=days_ago, hours=2))
    fake.behaviour.latency_seconds = LATENCY_SECONDS
    return fake


def configuration(fake: Fake) -> dict[str, object]:
    """List every instance in a file that both read; every fifth has a net grant."""
    start = (fake.now - timedelta(days=10)).isoformat()
    grants = {"limit_seconds": 8_000, "net_grants": [{"start_date": start, "net_grant_seconds": 1_000}]}
    return {
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "minimum_allocation_seconds": 60,
        "instances": [
            {"name": one.name, "crn": one.crn, **(grants if index % 5 == 0 else {})}
            for index, one in enumerate(fake.account.instances)
        ],
    }


def run(command: click.Command, path: Path, fake: Fake) -> tuple[dict[str, int], float, int]:
    """Analyze, and return the new allocations by CRN, the seconds and the number of calls."""
    fake.forget_calls()
    begun = time.perf_counter()
    result = CliRunner().invoke(
        command, ["analyze", "--config", str(path), "--format", "json"], env={"IBMCLOUD_API_KEY": DEFAULT_API_KEY}
    )
    seconds = time.perf_counter() - begun
    if result.exit_code:
        sys.exit(f"{command.name} failed: {result.stderr}")
    rows = json.loads(result.stdout)["instances"]
    return {row["crn"]: row["new_allocation_seconds"] for row in rows}, seconds, len(fake.calls)


if __name__ == "__main__":
    main()
