"""An account of many instances, served by ``ibm-quantum fake`` in a process of its own: its work does not count."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

import yaml

API_KEY: Final = "benchmark-key-not-a-secret"
_ACCOUNT_ID: Final = "0123456789abcdef0123456789abcdef"
_NOW: Final = datetime.now(UTC)
"""The account's time; the machine's, because the peer looks at no other clock."""
_COMMAND: Final = Path(sys.executable).with_name("ibm-quantum")
_LAST_VARIABLE: Final = "IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT"


def write_scenario(path: Path, count: int, *, latency_seconds: float = 0.0) -> None:
    """Write an account of ``count`` instances in two regions, with four weeks of usage each."""
    histories = [_history(10 + number) for number in range(97)]
    instances = [
        {
            "name": f"team-{index}",
            "guid": _guid(index),
            "region": _region(index),
            "allocation_seconds": 5_000 + index,
            "usage": histories[index % len(histories)],
        }
        for index in range(count)
    ]
    scenario = {
        "now": _NOW.isoformat(),
        "account_id": _ACCOUNT_ID,
        "api_keys": [{"key": API_KEY}],
        "plans": {"premium": {"budget_seconds": count * 10_000}},
        "instances": instances,
        "behaviour": {"latency_seconds": latency_seconds},
    }
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")


def write_configuration(path: Path, count: int, **changes: Any) -> None:
    """List every instance in a file that the peer reads too; every fifth has a limit and a net grant."""
    grant = {"start_date": (_NOW - timedelta(days=10)).isoformat(), "net_grant_seconds": 1_000}
    limited = {"limit_seconds": 8_000, "net_grants": [grant]}
    instances = [
        {"name": f"team-{index}", "crn": _crn(index), **(limited if index % 5 == 0 else {})} for index in range(count)
    ]
    configuration = {
        "account_id": _ACCOUNT_ID,
        "plan": "premium",
        "minimum_allocation_seconds": 60,
        "instances": instances,
        **changes,
    }
    path.write_text(yaml.safe_dump(configuration), encoding="utf-8")


@contextmanager
def served(scenario: Path) -> Iterator[Mapping[str, str]]:
    """Serve a scenario, and give the environment variables that point clients at it."""
    server = subprocess.Popen(
        [_COMMAND, "fake", "--quiet", "--scenario", scenario], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert server.stdout is not None
    try:
        variables = {"IBMCLOUD_API_KEY": API_KEY}
        while _LAST_VARIABLE not in variables:
            name, _, value = server.stdout.readline().removeprefix("export ").strip().partition("=")
            if not name:
                sys.exit("the fake did not start")
            variables[name] = value
        yield variables
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def count_calls(variables: Mapping[str, str]) -> int:
    """Return the number of calls since the last count."""
    url = f"{variables['IBMCLOUD_IAM_API_ENDPOINT'].removesuffix('/iam')}/_fake/"
    with urlopen(f"{url}summary") as answer:
        calls: Mapping[str, int] = json.load(answer)["calls"]
    with urlopen(Request(f"{url}calls", method="DELETE")):
        return sum(calls.values())


def _history(seconds: int) -> list[dict[str, Any]]:
    """Use so many seconds every third day, two hours from the edge of every window."""
    moments = [_NOW - timedelta(days=days_ago, hours=2) for days_ago in range(0, 27, 3)]
    return [
        {"day": (moment.date() - _NOW.date()).days, "at": f"{moment:%H:%M}", "seconds": seconds} for moment in moments
    ]


def _region(index: int) -> str:
    return "eu-de" if index % 3 == 0 else "us-east"


def _guid(index: int) -> str:
    return f"11111111-2222-4333-8444-{index:012x}"


def _crn(index: int) -> str:
    return f"crn:v1:bluemix:public:quantum-computing:{_region(index)}:a/{_ACCOUNT_ID}:{_guid(index)}::"
