"""``ibm-quantum fake``: an IBM Cloud to try things on, on this machine."""

from pathlib import Path

import click

from pulumi_ibm_quantum.fake import run_server


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="any free one")
@click.option(
    "--scenario",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="The account that it serves; examples/demo/account.yaml is one.",
)
@click.option("--quiet", is_flag=True, help="Do not log the calls.")
def fake(port: int, scenario: Path, quiet: bool) -> None:
    """Serve an IBM Cloud account on 127.0.0.1, until interrupted.

    Prints the variables that point this tool, Pulumi programs and IBM's SDKs at it.
    """
    run_server(port, scenario, quiet=quiet)
