"""``ibm-quantum demo``: the main job, from start to end, on an IBM Cloud account that does not exist."""

import os
import shlex
import shutil
import subprocess
import sys
import textwrap
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
The page of that decision, with who waits less and who more:
  {page}

What next, in {folder}:
{path}  edit stacks/project.yaml         another weight or limit; it is explained there
  ibm-quantum fake                 serves the account anew: export what it prints
  ibm-quantum analyze              then, in another terminal: your edit's effect
  ibm-quantum simulate queue.yaml  who waits for whom in a fair-share queue
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
        _Story(folder, server.fake, server.environment).tell()


class _Story:
    def __init__(self, folder: Path, fake: Fake, endpoints: Mapping[str, str]) -> None:
        self._folder, self._fake = folder, fake
        self._width = min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns)
        state = folder.resolve() / "state"
        state.mkdir()
        self._environment = {
            **os.environ,
            **endpoints,
            "IBMCLOUD_API_KEY": next(iter(fake.account.api_keys)),
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_STACK": "demo",
            "COLUMNS": str(self._width),
        }

    def tell(self) -> None:
        self._chapter("Eleven projects share one contract. What would change today, and why? Nothing is written yet.")
        self._run("analyze")
        self._say("As a Pulumi program: ten instances are taken over, which buys nothing, and one is new.")
        self._run("preview", pipe="tail -n 2")

        self._chapter("Apply it. What is lowered is lowered first, so the total never passes the contract's budget.")
        self._run("up --yes --skip-preview", pipe="tail -n 2")

        self._fake.advance(_WEEK_SECONDS)
        self._chapter("A week passes: materials and machine learning got busy, chemistry went quiet.")
        self._run("preview", pipe="grep -E '~ update|Resources'")
        self._say("Why that much for materials-simulation? Every second of it:")
        self._run("explain materials-simulation")
        self._say("The whole decision as a page, with a forecast of the waits (some ten seconds), and then the update:")
        self._run("analyze --forecast --format html", to=_PAGE)
        self._run("up --yes --skip-preview", pipe="tail -n 2")

        self._fake.change_instance("quantum-networks", allocation_seconds=30_000)
        self._chapter("Somebody gives quantum-networks 30 000 s in the web console. The next preview sees it.")
        self._run("preview", pipe="grep quantum-networks")
        self._run("up --yes --skip-preview", pipe="tail -n 2")

        self._chapter("The proof: another preview has nothing to change, and the service's own books are in order.")
        self._run("preview --expect-no-changes", pipe="tail -n 2")
        click.echo()
        _print_books(self._fake.summary())
        path = "" if shutil.which("ibm-quantum") else f"  export PATH={Path(sys.executable).parent}:$PATH\n"
        text = _NEXT.format(folder=self._folder, page=self._folder / _PAGE, path=path)
        click.echo(f"\n{'─' * self._width}\n{text}", nl=False)

    def _chapter(self, sentence: str) -> None:
        click.echo(f"\n{'─' * self._width}")
        click.echo(f"{textwrap.fill(sentence, self._width)}\n")

    def _say(self, sentence: str) -> None:
        click.echo(f"\n{textwrap.fill(sentence, self._width)}\n")

    def _run(self, command: str, *, pipe: str = "", to: str = "") -> None:
        """Run a command as a person would, on to a pipe or a file; stop the story where it fails.

        Raises:
            click.ClickException: The command failed, or what it prints is not what the pipe looks for.
        """
        line = f"ibm-quantum {command}" + (f" | {pipe}" if pipe else "") + (f" > {to}" if to else "")
        click.echo(f"$ {line}")
        done = subprocess.run(
            [sys.executable, "-m", "pulumi_ibm_quantum", *command.split()],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            click.echo(done.stdout, nl=False)
            raise click.ClickException(f"{line} ended with status {done.returncode}")
        if to:
            (self._folder / to).write_bytes(done.stdout)
            return
        shown = subprocess.run(shlex.split(pipe or "cat"), input=done.stdout, stdout=subprocess.PIPE, check=False)
        click.echo(shown.stdout, nl=False)
        if not shown.stdout:
            raise click.ClickException(f"{line} printed nothing")


def _print_books(summary: Mapping[str, Any]) -> None:
    """Show what is allocated, and was at the most, against the budget, and how many calls and writes it took."""
    writes, premium = summary["writes"], summary["plans"]["premium"]
    rows = {
        "budget": (premium["budget_seconds"], "s"),
        "allocated": (premium["total_seconds"], "s, what others hold included"),
        "at the most": (premium["highest_total_seconds"], "s at any moment of the story"),
        "writes": (sum(writes.values()), f"on {len(writes)} instances, one for each change"),
        "calls": (sum(summary["calls"].values()), "in all"),
    }
    for name, (number, text) in rows.items():
        click.echo(f"  {name:<12}{f'{number:,}'.replace(',', ' '):>8} {text}")
    if premium["highest_total_seconds"] > premium["budget_seconds"]:
        raise click.ClickException("the budget was passed")
