"""``ibm-quantum functions``: what is uploaded to Qiskit Serverless, looked at and tried out."""

import json

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.chosen_instance import ChosenInstance, of_instance
from pulumi_ibm_quantum.cli.function_name import FUNCTION, ORIGIN, FunctionName
from pulumi_ibm_quantum.cli.function_run import run_command
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.report.serverless import function_document, function_table, functions_table


@click.group()
def functions() -> None:
    """Look at the functions of Qiskit Serverless, and try one out.

    Functions belong to whoever's key it is, not to an instance: the instance authorises, and what runs counts for it.
    FUNCTION is a title, or provider/title where it is not one's own.
    """


@functions.command("list")
@ORIGIN
@click.option("--provider", metavar="NAME", help="Only those of a provider.")
@options.table_or_json
@of_instance
def list_command(instance: ChosenInstance, origin: str | None, provider: str | None, output_format: str) -> None:
    """List the functions that the key may see."""
    with shown("listing the functions"):
        found = instance.serverless.functions.list(filter=origin, provider=provider)
    if output_format == "json":
        click.echo(json.dumps({"functions": [function_document(one) for one in found]}, indent=2))
    elif found:
        click.echo(functions_table(found, output_width()))
    else:
        click.echo("There is no such function that this key may see", err=True)


@functions.command("show")
@click.argument("function", type=FUNCTION)
@options.table_or_json
@of_instance
def show_command(instance: ChosenInstance, function: FunctionName, output_format: str) -> None:
    """Show a function as the service has it: neither its code nor its environment can be read back."""
    with shown("reading the function"):
        found = instance.serverless.functions.get(function.title, function.provider)
    if found is None:
        raise click.ClickException(
            f"there is no function {'/'.join(filter(None, reversed(function)))!r} that this key may see"
        )
    if output_format == "json":
        click.echo(json.dumps(function_document(found), indent=2))
    else:
        click.echo(function_table(found, output_width()))


functions.add_command(run_command)
