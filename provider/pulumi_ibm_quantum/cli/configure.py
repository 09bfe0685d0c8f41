"""``ibm-quantum configure``: a first project configuration from an account."""

from pathlib import Path

import click

from pulumi_ibm_quantum.cli.progress import shown


@click.command()
@click.option("--plan", "-p", required=True, help="The plan, by name: internal, premium or paygo.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; it must not exist. Not given: standard output.",
)
def configure(plan: str, output: Path | None) -> None:
    """Write a first project configuration that lists an account's instances as they are.

    Only reads the account. Archived instances are left out, as are those of other plans.
    """
    from pulumi_ibm_quantum.cloud import connect_from_environment
    from pulumi_ibm_quantum.planning import first_configuration

    if output is not None and output.exists():
        raise click.ClickException(f"{output} exists; choose another file or remove it first")
    with shown("listing the instances"):
        text = first_configuration(connect_from_environment(), plan)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"wrote {output}; look it over, then: ibm-quantum analyze --config {output}", err=True)
