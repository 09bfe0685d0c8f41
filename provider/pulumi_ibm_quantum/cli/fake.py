"""``ibm-quantum fake``: an IBM Cloud to try things on, on this machine."""

from pathlib import Path

import click

from pulumi_ibm_quantum.cli.package_data import ACCOUNT
from pulumi_ibm_quantum.fake import run_server


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="any free one")
@click.option(
    "--scenario",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=ACCOUNT,
    show_default="the demo's",
    help="The account that it serves.",
)
@click.option("--quiet", is_flag=True, help="Do not log the calls.")
@click.pass_context
def fake(ctx: click.Context, port: int, scenario: Path, quiet: bool) -> None:
    """Serve an IBM Cloud account on 127.0.0.1, until interrupted.

    Prints the variables that point this tool, Pulumi programs and IBM's SDKs at it, with an API key of the account.
    """
    ctx.exit(run_server(port, scenario, quiet=quiet))
