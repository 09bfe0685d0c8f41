"""The ``ibm-quantum`` command: its group, and how it ends when something goes wrong."""

import os
from typing import Any, Final

import click

from pulumi_ibm_quantum.cli.examples import with_examples
from pulumi_ibm_quantum.cli.lazy_group import LazyGroup
from pulumi_ibm_quantum.cli.session import LOG, Session, refuse_key_in, with_verbose

_HERE: Final = "pulumi_ibm_quantum.cli"
_COMMANDS: Final = {
    "analyze": (f"{_HERE}.analyze:analyze", "Show what the load balancer would change, and why."),
    "backends": (f"{_HERE}.backends:backends", "List what an instance may run on, the least busy first."),
    "cancel": (f"{_HERE}.stack_group:cancel", "Remove the lock that a killed run left on a stack."),
    "completion": (f"{_HERE}.completion:completion", "Print the script that completes commands, options and values."),
    "config": (f"{_HERE}.config_group:config", "Read and write the settings of a stack."),
    "configure": (f"{_HERE}.configure:configure", "Write a first project configuration of an account."),
    "create": (f"{_HERE}.create:create", "Add a new instance as code, and show what it would change."),
    "demo": (f"{_HERE}.demo:demo", "Tell the whole story on an account that does not exist."),
    "destroy": (f"{_HERE}.stack_commands:destroy", "Delete what the stack created; leave what it managed."),
    "docs": (f"{_HERE}.docs:docs", "Show a page of the documentation, or list the pages."),
    "doctor": (f"{_HERE}.doctor:doctor", "Find out what the API key may do, and what the account has."),
    "drift": (f"{_HERE}.drift:drift", "Show what somebody changed since the last run."),
    "explain": (f"{_HERE}.explain:explain", "Explain one allocation: every second of it, and what brings more."),
    "fake": (f"{_HERE}.fake:fake", "Serve an IBM Cloud account on 127.0.0.1, until interrupted."),
    "files": (f"{_HERE}.files:files", "List, upload, download and delete files of functions."),
    "fleet": (f"{_HERE}.fleet:fleet", "Run many stacks side by side, and report them in one table."),
    "functions": (f"{_HERE}.functions:functions", "Look at the functions of Qiskit Serverless, and try one out."),
    "history": (f"{_HERE}.history:history", "Print an account's past as simulate plays it."),
    "init": (f"{_HERE}.init:init", "Lay out a Pulumi project with its program and its stack."),
    "instances": (f"{_HERE}.instances:instances", "Show the configured instances as they are."),
    "jobs": (f"{_HERE}.jobs:jobs", "Look at runs of functions, take their results, and stop them."),
    "migrate": (f"{_HERE}.migrate:migrate", "Rewrite a configuration of qauvern as version 3."),
    "optimize": (f"{_HERE}.optimize:optimize", "Work out allocations and limits, and apply them."),
    "preflight": (f"{_HERE}.preflight:preflight", "Tell whether work could run in an instance now, and if not, when."),
    "preview": (f"{_HERE}.stack_commands:preview", "Show what `up` would change; changes nothing."),
    "refresh": (f"{_HERE}.stack_commands:refresh", "Bring the state up to what is really there."),
    "report": (f"{_HERE}.report:report", "Show what a change of the configuration does, without a key."),
    "schema": (f"{_HERE}.schema:schema", "Print the JSON Schema of a configuration, for editors."),
    "show": (f"{_HERE}.show:show", "Show the account's budget and its instances as they are."),
    "simulate": (f"{_HERE}.simulate:simulate", "Play a fair-share queue through: who runs when."),
    "slurm": (f"{_HERE}.slurm:slurm", "Bring instances to Slurm clusters."),
    "snapshot": (f"{_HERE}.snapshot:snapshot", "Write the account and its usage to a file."),
    "stack": (f"{_HERE}.stack_group:stack", "Make or remove a stack, look at its state, or take it elsewhere."),
    "up": (f"{_HERE}.stack_commands:up", "Make the account what the program says."),
    "update": (f"{_HERE}.update:update", "Bring a project configuration up to what the account has."),
}


class _Group(LazyGroup):
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
                raise click.ClickException(str(error)) from error
            raise


def _prepare(name: str, command: click.Command) -> None:
    with_examples(command, name)
    with_verbose(command)


@click.group(
    cls=_Group,
    lazy=_COMMANDS,
    prepare=_prepare,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="pulumi-ibm-quantum")
@click.option("--staging", is_flag=True, help="Use IBM's staging cloud; the same as IBMCLOUD_STAGING=true.")
@click.option(
    "--api-key-file",
    metavar="FILE",
    help="Read the API key from FILE, or from standard input for -; it then counts in place of IBMCLOUD_API_KEY.",
)
@click.option(
    "-v", "--verbose", is_flag=True, help=f"Log each request to IBM Cloud on standard error; the same as {LOG}=debug."
)
@click.pass_context
def ibm_quantum(ctx: click.Context, staging: bool, api_key_file: str | None, verbose: bool) -> None:
    """Put an IBM Quantum account under version control.

    The API key is read from IBMCLOUD_API_KEY or from a file, never from an argument. preview, up, refresh, destroy and
    stack run the same Pulumi program as the pulumi command does, on the same state, where there is no pulumi command.
    """
    ctx.obj = Session.of_options(staging=staging, api_key_file=api_key_file, verbose=verbose)


with_examples(ibm_quantum, "")


def main() -> None:
    """Run the command line; a reader that went away (``| head``) is no error."""
    try:
        ibm_quantum(prog_name="ibm-quantum")
    except BrokenPipeError:
        os._exit(0)


def _is_for_people(error: Exception) -> bool:
    # Here and not above: what a command failed with, it has loaded; a help needs none of it.
    from pulumi_ibm_quantum.cloud import CloudError
    from pulumi_ibm_quantum.config import ConfigurationError
    from pulumi_ibm_quantum.planning import PlanningError
    from pulumi_ibm_quantum.review import ReviewFileError

    mendable = (CloudError, ConfigurationError, PlanningError, ReviewFileError, OSError)
    return isinstance(error, mendable) and not isinstance(error, BrokenPipeError)
