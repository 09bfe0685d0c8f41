"""The ``ibm-quantum`` command: its group, and how it ends when something goes wrong."""

import os
from typing import Any

import click

from pulumi_ibm_quantum.cli.analyze import analyze
from pulumi_ibm_quantum.cli.configure import configure
from pulumi_ibm_quantum.cli.fake import fake
from pulumi_ibm_quantum.cli.stack_commands import COMMANDS


class _Group(click.Group):
    """A group whose commands end with a sentence, not a traceback, for whatever a person can mend."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that is meant for a person becomes its message and exit status 1."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if _is_for_people(error):
                raise click.ClickException(str(error)) from None
            raise


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="pulumi-ibm-quantum")
def ibm_quantum() -> None:
    """Put an IBM Quantum account under version control.

    The API key is read from IBMCLOUD_API_KEY. preview, up, refresh, destroy and stack run the same Pulumi program as
    the pulumi command does, on the same state, where there is no pulumi command.
    """


for command in (analyze, configure, fake, *COMMANDS):
    ibm_quantum.add_command(command)


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

    return isinstance(error, (CloudError, ConfigurationError, PlanningError, OSError))
