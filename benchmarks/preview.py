"""What a preview costs: the time of the embedded engine, as a ratio to the same engine on as many trivial resources.

    .venv/bin/python benchmarks/preview.py [300 1000 ...]

Both programs are previewed in turn, several times, in one run on one machine; the ratio of their medians is what
compares between machines. The trivial program declares dynamic resources that do nothing; ours reads an account of that
many instances over loopback, plans it, and declares their allocations.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import yaml

from pulumi_ibm_quantum.engine import Options, open_stack, operate
from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Fake,
    Subscription,
    serve,
)

ROOT = Path(__file__).parents[1]
RUNS = 3
TRIVIAL_PROVIDER = """
from pulumi.dynamic import CreateResult, ResourceProvider
class Trivial(ResourceProvider):
    serialize_as_secret_always = False
    def create(self, props):
        return CreateResult("id", props)
"""
TRIVIAL_PROGRAM = """
from pulumi.dynamic import Resource
from trivial_provider import Trivial
class TrivialResource(Resource):
    pass
for index in range({count}):
    TrivialResource(Trivial(), f"trivial-{{index}}", {{"crn": f"crn-{{index}}", "allocation_seconds": index}})
"""


def main() -> None:
    """Measure, and print a table."""
    counts = [int(argument) for argument in sys.argv[1:]] or [300, 1000]
    print(f"{'resources':>9}  {'trivial':>9}  {'fair share':>10}  {'ratio':>5}  calls")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder, serve(account(count)) as server:
            environment = {
                **os.environ,
                **server.environment,
                "IBMCLOUD_API_KEY": DEFAULT_API_KEY,
                "PULUMI_CONFIG_PASSPHRASE": "",
                "PULUMI_BACKEND_URL": f"file://{folder}",
            }
            trivial, ours = trivial_project(Path(folder), count), fair_share_project(Path(folder), server.fake)
            times: dict[Path, list[float]] = {trivial: [], ours: []}
            for _ in range(RUNS):
                for project, seconds in times.items():
                    seconds.append(preview(project, environment))
            calls = len(server.fake.calls) // RUNS
            base, full = statistics.median(times[trivial]), statistics.median(times[ours])
            print(f"{count:9}  {base:7.2f} s  {full:8.2f} s  {full / base:5.2f}  {calls}", flush=True)


def account(count: int) -> Fake:
    """Make an account of ``count`` instances with four weeks of usage each."""
    subscription = Subscription("premium", PLAN_IDS["premium"], "premium", count * 10_000)
    fake = Fake(Account(subscriptions=[subscription], api_keys=[ApiKey(DEFAULT_API_KEY)]))
    for index in range(count):
        name = f"team-{index}"
        region = "eu-de" if index % 3 == 0 else "us-east"
        fake.add_instance(name, region=region, allocation_seconds=5_000 + index)
        for days_ago in range(1, 28, 3):
            fake.add_usage(name, 10 + index % 97, when=fake.now - timedelta(days=days_ago))
    return fake


def trivial_project(folder: Path, count: int) -> Path:
    """Lay out the program to compare with."""
    project = folder / "trivial"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: trivial\nruntime: python\n", encoding="utf-8")
    (project / "trivial_provider.py").write_text(TRIVIAL_PROVIDER, encoding="utf-8")
    (project / "__main__.py").write_text(TRIVIAL_PROGRAM.format(count=count), encoding="utf-8")
    return project


def fair_share_project(folder: Path, fake: Fake) -> Path:
    """Lay out the repository's own program, with every instance of the account configured."""
    project = folder / "fair-share"
    (project / "stacks").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", project)
    shutil.copy(ROOT / "stacks" / "__main__.py", project / "stacks")
    configuration = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "instances": [{"name": one.name, "crn": one.crn} for one in fake.account.instances],
    }
    (project / "stacks" / "project.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    return project


def preview(project: Path, environment: Mapping[str, str]) -> float:
    """Preview a first run, and return the seconds it took."""
    begun = time.perf_counter()
    result = operate(open_stack(project, "bench", environment), "update", Options(dry_run=True))
    if not result.ok:
        sys.exit(f"the preview of {project.name} failed")
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
