"""``config``: the settings of a stack, in clear or encrypted, as ``pulumi config`` keeps them."""

import json
import re
import sys
from pathlib import Path
from typing import Final

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.cli.stack_commands import API_KEY_SETTING, WHERE, report_errors

_CREDENTIAL: Final = re.compile(r"passw|secret|token|api_?key", re.IGNORECASE)


@click.group()
def config() -> None:
    """Read and write the settings of a stack, in clear or encrypted."""


@config.command("set")
@click.argument("key")
@click.argument("value", required=False)
@click.option("--secret", is_flag=True, help="Encrypt it.")
@click.option("--plaintext", is_flag=True, help="Write it in clear though its key is that of a credential.")
@WHERE
@report_errors
def set_command(key: str, value: str | None, secret: bool, plaintext: bool, stack_name: str | None, cwd: Path) -> None:
    """Write the setting KEY; without VALUE, or with -, it is read from standard input, or asked for.

    KEY is name, or namespace:name. A secret is never taken from the arguments, which others can read in the list of
    processes.
    """
    stack = _open(stack_name, cwd)
    full_key = engine.setting_key(stack, key)
    if secret and value not in (None, "-"):
        raise click.UsageError(
            "a secret among the arguments can be read in the list of processes: leave it out to be asked for it, or "
            "pipe it in"
        )
    if not secret and (full_key == API_KEY_SETTING or (_CREDENTIAL.search(key) and not plaintext)):
        otherwise = "" if full_key == API_KEY_SETTING else ", or --plaintext if it is none"
        raise click.UsageError(
            f"{full_key} is the key of a credential, which must not be in clear: give --secret{otherwise}"
        )
    engine.set_setting(stack, key, _read(full_key, secret=secret) if value in (None, "-") else value, secret=secret)


def _read(key: str, *, secret: bool) -> str:
    if sys.stdin.isatty():
        answer: str = click.prompt(key, hide_input=secret, default="", show_default=False, err=True)
        return answer
    return re.sub(r"\r?\n\Z", "", sys.stdin.read())


@config.command("get")
@click.argument("key")
@WHERE
@report_errors
def get_command(key: str, stack_name: str | None, cwd: Path) -> None:
    """Print the setting KEY in clear, as the program sees it."""
    click.echo(engine.get_setting(_open(stack_name, cwd), key))


@config.command("rm")
@click.argument("key")
@WHERE
@report_errors
def remove_command(key: str, stack_name: str | None, cwd: Path) -> None:
    """Remove the setting KEY."""
    engine.remove_setting(_open(stack_name, cwd), key)


@config.command("ls")
@click.option("--json", "-j", "as_json", is_flag=True, help="Print JSON.")
@WHERE
@report_errors
def list_command(as_json: bool, stack_name: str | None, cwd: Path) -> None:
    """List the settings, of secret ones the keys alone."""
    settings = engine.list_settings(_open(stack_name, cwd))
    if as_json:
        shown = {
            key: {"secret": True} if value is None else {"secret": False, "value": value}
            for key, value in settings.items()
        }
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        for key, value in settings.items():
            click.echo(f"{key}\t{'[secret]' if value is None else value}")


def _open(stack_name: str | None, cwd: Path) -> "engine.Stack":
    return engine.open_stack(cwd, stack_name, current_session().environment)
