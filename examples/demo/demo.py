"""The main job, from start to end, on an IBM Cloud account that does not exist.

Starts a fake IBM Cloud on this machine, and runs the commands that an administrator would: preview, up, preview again;
a week later; and after somebody has changed an allocation by hand. Needs no account, no key and no network.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("ibm-quantum")
STATE = ROOT / ".demo"
WEEK_SECONDS = 7 * 24 * 3600


def main() -> None:
    """Tell the story."""
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir()
    with fake_ibm_cloud() as variables:
        environment = {
            **os.environ,
            **variables,
            "IBMCLOUD_API_KEY": "demo-key-not-a-secret",
            "PULUMI_BACKEND_URL": f"file://{STATE}",
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_STACK": "demo",
        }
        service = variables["IBMCLOUD_IAM_API_ENDPOINT"].removesuffix("/iam")

        chapter(
            "Eleven projects share one contract. What would the load balancer change today? Nothing is written yet."
        )
        run("preview", environment)
        chapter("Who will wait less, and who more? The account's own history is run through the fair-share queue.")
        run("analyze --config stacks/project.yaml --forecast", environment)
        chapter("Apply it. Whatever is lowered is lowered first, so the total never passes the contract's budget.")
        run("up --yes --skip-preview", environment)
        chapter("Once applied, there is nothing left to do.")
        run("preview --expect-no-changes", environment)

        control(service, "POST", "clock", {"advance_seconds": WEEK_SECONDS})
        chapter("A week passes: materials and machine learning got busy, chemistry went quiet. The allocations follow.")
        run("preview", environment)
        run("up --yes --skip-preview", environment)

        control(service, "PATCH", "instances/quantum-networks", {"allocation_seconds": 30_000})
        chapter("Somebody gives quantum-networks 30 000 s in the web console. The next preview sees it.")
        run("preview", environment)
        run("up --yes --skip-preview", environment)

        chapter("What the service saw:")
        print_summary(control(service, "GET", "summary"))


@contextmanager
def fake_ibm_cloud() -> Iterator[dict[str, str]]:
    """Serve the demo's account on a free port; give the variables that point everything at it."""
    scenario = ROOT / "examples" / "demo" / "account.yaml"
    server = subprocess.Popen(
        [COMMAND, "fake", "--quiet", "--scenario", scenario], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert server.stdout is not None
    try:
        variables = {}
        for line in server.stdout:
            name, _, value = line.removeprefix("export ").strip().partition("=")
            variables[name] = value
            if name == "IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT":
                break
        yield variables
    finally:
        server.terminate()
        server.wait()


def chapter(sentence: str) -> None:
    """Say what comes next."""
    print(f"\n{'─' * 110}\n{sentence}\n", flush=True)


def run(command: str, environment: Mapping[str, str]) -> None:
    """Run a command as a person would, and stop the demo where it fails."""
    print(f"$ ibm-quantum {command}\n", flush=True)
    done = subprocess.run([COMMAND, *command.split()], cwd=ROOT, env=environment, check=False)
    if done.returncode:
        sys.exit(f"ibm-quantum {command} ended with status {done.returncode}")


def control(service: str, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, object]:
    """Tell the fake something that no client could: that time passes, or that somebody else changed something."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"{service}/_fake/{path}", data=data, method=method)) as answer:
        result: dict[str, object] = json.load(answer)
    return result


def print_summary(summary: dict[str, object]) -> None:
    """Show the number of calls and writes, and the highest total against the budget."""
    calls, writes, plans = summary["calls"], summary["writes"], summary["plans"]
    assert isinstance(calls, dict)
    assert isinstance(writes, dict)
    assert isinstance(plans, dict)
    premium = plans["premium"]
    print(f"  calls         {sum(calls.values()):7}")
    print(f"  writes        {sum(writes.values()):7}   on {len(writes)} instances, one for each change")
    print(f"  budget        {premium['budget_seconds']:7} s")
    print(f"  highest total {premium['highest_total_seconds']:7} s   of all allocations at any moment")
    if premium["highest_total_seconds"] > premium["budget_seconds"]:
        sys.exit("the budget was passed")


if __name__ == "__main__":
    main()
