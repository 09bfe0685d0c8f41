"""``ibm-quantum demo``: the main job, from start to end, on an IBM Cloud account that does not exist."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from pulumi_ibm_quantum.cli.new_project import new_project, write_project
from pulumi_ibm_quantum.cli.package_data import ACCOUNT, CONFIGURATION, QUEUE
from pulumi_ibm_quantum.fake import Fake, load_scenario, serve

_WEEK_SECONDS: Final = 7 * 24 * 3600
_WIDTH: Final = 110
_PAGE: Final = "account.html"
_NEXT: Final = """\
What next, in {folder}:
  open {page}                       the decision and the forecast, as a page
  edit stacks/project.yaml          and look at it with: ibm-quantum analyze --config stacks/project.yaml
  ibm-quantum simulate queue.yaml   who waits for whom in a fair-share queue
  ibm-quantum fake                  serves this account again; it prints what to export
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("ibm-quantum-demo"))
def demo(folder: Path) -> None:
    """Tell the whole story on an account that does not exist: preview, apply, a week later, a change by hand.

    Lays out a project in FOLDER, serves the account on this machine, and runs the commands that an administrator would.
    Needs no account, no key and no network.
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty: remove it, or name another folder")
    project = new_project("ibm-quantum-demo", "demo", CONFIGURATION.read_bytes())
    samples = {path.name: path.read_bytes() for path in (ACCOUNT, QUEUE)}
    write_project(folder, {**project, **samples})
    with serve(load_scenario(folder / ACCOUNT.name)) as server:
        _Story(folder.resolve(), server.fake, server.environment).tell()


class _Story:
    def __init__(self, folder: Path, fake: Fake, endpoints: Mapping[str, str]) -> None:
        self._folder, self._fake = folder, fake
        self._environment = {
            **os.environ,
            **endpoints,
            "IBMCLOUD_API_KEY": next(iter(fake.account.api_keys)),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_STACK": "demo",
            "COLUMNS": os.environ.get("COLUMNS", str(_WIDTH)),
        }
        (folder / "state").mkdir()

    def tell(self) -> None:
        _say("Eleven projects share one contract. What would the load balancer change today? Nothing is written yet.")
        self._run("preview")
        _say("Who will wait less, and who more? The account's own history is run through the fair-share queue.")
        self._run("analyze --config stacks/project.yaml --forecast")
        _say("Apply it. Whatever is lowered is lowered first, so the total never passes the contract's budget.")
        self._run("up --yes --skip-preview")
        _say("Once applied, there is nothing left to do.")
        self._run("preview --expect-no-changes")

        self._fake.advance(_WEEK_SECONDS)
        _say("A week passes: materials and machine learning got busy, chemistry went quiet. The allocations follow.")
        self._run("preview")
        self._run("up --yes --skip-preview")

        self._fake.change_instance("quantum-networks", allocation_seconds=30_000)
        _say("Somebody gives quantum-networks 30 000 s in the web console. The next preview sees it.")
        self._run("preview")
        self._run("up --yes --skip-preview")

        page = self._folder / _PAGE
        with page.open("w", encoding="utf-8") as file:
            self._run("analyze --config stacks/project.yaml --forecast --format html", file)
        _say("What the service saw:")
        _print_summary(self._fake.summary())
        click.echo(_NEXT.format(folder=self._folder, page=_PAGE))

    def _run(self, command: str, output: Any = None) -> None:
        """Run a command as a person would, and stop the story where it fails."""
        click.echo(f"$ ibm-quantum {command}" + (f" > {_PAGE}" if output else "") + "\n")
        done = subprocess.run(
            [sys.executable, "-m", "pulumi_ibm_quantum", *command.split()],
            cwd=self._folder,
            env=self._environment,
            stdout=output,
            check=False,
        )
        if done.returncode:
            raise click.ClickException(f"ibm-quantum {command} ended with status {done.returncode}")


def _say(sentence: str) -> None:
    click.echo(f"\n{'─' * _WIDTH}\n{sentence}\n")


def _print_summary(summary: Mapping[str, Any]) -> None:
    """Show the number of calls and writes, and the highest total against the budget."""
    writes, premium = summary["writes"], summary["plans"]["premium"]
    click.echo(f"  calls         {sum(summary['calls'].values()):7}")
    click.echo(f"  writes        {sum(writes.values()):7}   on {len(writes)} instances, one for each change")
    click.echo(f"  budget        {premium['budget_seconds']:7} s")
    click.echo(f"  highest total {premium['highest_total_seconds']:7} s   of all allocations at any moment\n")
    if premium["highest_total_seconds"] > premium["budget_seconds"]:
        raise click.ClickException("the budget was passed")
