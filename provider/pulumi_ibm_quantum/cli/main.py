"""The ``ibm-quantum`` command: its group, and how it ends when something goes wrong."""

import os
from typing import Any

import click

from pulumi_ibm_quantum.cli.analyze import analyze
from pulumi_ibm_quantum.cli.completion import completion
from pulumi_ibm_quantum.cli.configure import configure
from pulumi_ibm_quantum.cli.create import create
from pulumi_ibm_quantum.cli.doctor import doctor
from pulumi_ibm_quantum.cli.examples import with_examples
from pulumi_ibm_quantum.cli.fake import fake
from pulumi_ibm_quantum.cli.init import init
from pulumi_ibm_quantum.cli.instances import instances
from pulumi_ibm_quantum.cli.migrate import migrate
from pulumi_ibm_quantum.cli.optimize import optimize
from pulumi_ibm_quantum.cli.show import show
from pulumi_ibm_quantum.cli.simulate import simulate
from pulumi_ibm_quantum.cli.snapshot import snapshot
from pulumi_ibm_quantum.cli.stack_commands import COMMANDS
from pulumi_ibm_quantum.cli.surroundings import refuse_key_in, surroundings, with_verbose
from pulumi_ibm_quantum.cli.update import update


class _Group(click.Group):
    """A group whose commands end with a sentence, not a traceback, for whatever a person can mend."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Look at the arguments of the whole line before anything repeats them in an error."""
        if not ctx.resilient_parsing:
            refuse_key_in(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that is meant for a person becomes its message and exit status 1."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # A help, or an error that is worded already: nothing of ours has to be loaded to tell.
        except Exception as error:
            if _is_for_people(error):
                raise click.ClickException(str(error)) from None
            raise


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="pulumi-ibm-quantum")
@click.option("--staging", is_flag=True, help="Use IBM's staging cloud; the same as IBMCLOUD_STAGING=true.")
@click.option(
    "--api-key-file",
    metavar="FILE",
    help="Read the API key from FILE, or from standard input for -; it then counts in place of IBMCLOUD_API_KEY.",
)
@click.pass_context
def ibm_quantum(ctx: click.Context, staging: bool, api_key_file: str | None) -> None:
    """Put an IBM Quantum account under version control.

    The API key is read from IBMCLOUD_API_KEY or from a file, never from an argument. preview, up, refresh, destroy and
    stack run the same Pulumi program as the pulumi command does, on the same state, where there is no pulumi command.
    """
    ctx.with_resource(surroundings(staging=staging, api_key_file=api_key_file))


_OURS = (
    analyze,
    completion,
    configure,
    create,
    doctor,
    fake,
    init,
    instances,
    migrate,
    optimize,
    show,
    simulate,
    snapshot,
    update,
)
for command in (*_OURS, *COMMANDS):
    ibm_quantum.add_command(command)
with_examples(ibm_quantum)
with_verbose(ibm_quantum)


def main() -> None:
    """Run the command line; a reader that went away (``| head``) is no error."""
    try:
        ibm_quantum(prog_name="ibm-quantum")
    except BrokenPipeError:
        os._exit(0)


def _is_for_people(error: Exception) -> bool:
    from pulumi_ibm_quantum.cloud import CloudError
    from pulumi_ibm_quantum.config import ConfigurationError
    from pulumi_ibm_quantum.planning import PlanningError

    mendable = (CloudError, ConfigurationError, PlanningError, OSError)
    return isinstance(error, mendable) and not isinstance(error, BrokenPipeError)
