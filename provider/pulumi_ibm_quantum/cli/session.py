"""What the global options say, handed to every command: the environment to work in, and connections made from it.

An API key never comes in as an argument: whoever may list the processes of a machine could read it there.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from pulumi_ibm_quantum.cli.examples import walk

API_KEY = "IBMCLOUD_API_KEY"
STAGING = "IBMCLOUD_STAGING"
LOG = "IBM_QUANTUM_LOG"

_KEY_OPTION, _KEY_LETTER = "--api-key", "-k"


@dataclass(slots=True)
class Session:
    """One call of the command line.

    Attributes:
        environment: The process's environment with what the options change; child processes are started in it.
    """

    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)

    @classmethod
    def of_options(cls, *, staging: bool, api_key_file: str | None, verbose: bool) -> "Session":
        """Return the session that the global options ask for.

        Raises:
            click.ClickException: there is no key where one is to be read.
        """
        session = cls()
        if staging:
            session.environment[STAGING] = "true"
        if api_key_file is not None:
            session.environment[API_KEY] = read_api_key(api_key_file)
        if verbose:
            session.environment[LOG] = "debug"
        return session


def current_session() -> Session:
    """Return the session of the command that is running."""
    return click.get_current_context().ensure_object(Session)


def with_verbose(root: click.Command) -> None:
    """Give a command and all below it the option ``--verbose``, so that it may stand anywhere in the line."""
    option = click.Option(
        ["-v", "--verbose"],
        is_flag=True,
        expose_value=False,
        callback=_log_requests,
        help=f"Log each request to IBM Cloud on standard error; the same as {LOG}=debug.",
    )
    for _, command in walk(root):
        command.params.append(option)


def _log_requests(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        ctx.ensure_object(Session).environment[LOG] = "debug"


def read_api_key(path: str) -> str:
    """Read a key from a file, or from standard input for ``-``: the key alone, or the JSON that IBM Cloud offers.

    Raises:
        click.ClickException: the file cannot be read, or there is no key in it.
    """
    source = "standard input" if path == "-" else path
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"--api-key-file: cannot read {source}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"--api-key-file: {source} is not a text") from None
    key = _key_of(text.strip())
    if not key or any(character.isspace() for character in key):
        raise click.ClickException(
            f"--api-key-file: {source} holds no API key; it wants the key alone, or the JSON file that "
            "IBM Cloud offers for download"
        )
    return key


def refuse_key_in(arguments: Sequence[str]) -> None:
    """Refuse an API key among the arguments, with what to do instead and without repeating it."""
    for argument in arguments:
        if argument == "--":
            return
        name = argument.partition("=")[0]
        if name == _KEY_OPTION or (argument.startswith(_KEY_LETTER) and not argument.startswith("--")):
            raise click.UsageError(
                f"an API key among the arguments can be read in the list of processes: set {API_KEY}, or give "
                "--api-key-file FILE before the command (- reads standard input)"
            )


def _key_of(text: str) -> str:
    if not text.startswith("{"):
        return text
    try:
        key = json.loads(text).get("apikey")
    except ValueError:
        return ""
    return key if isinstance(key, str) else ""
