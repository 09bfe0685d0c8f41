"""What the global options put into the environment, where every command and every child process looks.

An API key never comes in as an argument: whoever may list the processes of a machine could read it there.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click

from pulumi_ibm_quantum.cli.examples import walk

API_KEY = "IBMCLOUD_API_KEY"
STAGING = "IBMCLOUD_STAGING"
LOG = "IBM_QUANTUM_LOG"

_KEY_OPTION, _KEY_LETTER = "--api-key", "-k"


def surroundings(*, staging: bool, api_key_file: str | None) -> AbstractContextManager[None]:
    """Set the environment as the options say, and put it back in the end."""
    wanted = {STAGING: "true"} if staging else {}
    if api_key_file is not None:
        wanted[API_KEY] = read_api_key(api_key_file)
    return _changed_environment(wanted)


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
        ctx.with_resource(_changed_environment({LOG: "debug"}))


@contextmanager
def _changed_environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


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
