"""docs/commands.md, from the commands themselves: ``python -m pulumi_ibm_quantum.cli.reference > docs/commands.md``."""

import inspect
from collections.abc import Iterator

import click

from pulumi_ibm_quantum.cli.examples import walk

_NAME = "ibm-quantum"
_INTRODUCTION = """\
# Commands

Written by `python -m pulumi_ibm_quantum.cli.reference`; a test keeps it as the commands are.

Data goes to standard output, everything else to standard error. Exit status: 0, all went well; 1, something failed or
must not be applied; 2, called wrongly; 7, changes where none were expected (`--expect-no-changes`). What takes longer
than a second shows its progress on a terminal, and nothing in a pipe or where `CI` is set. Tables fit the terminal, or
as many columns as `COLUMNS` says; in a pipe they are as wide as they need to be.
"""


def reference(root: click.Command) -> str:
    """Return the reference of a command and all below it as Markdown."""
    sections = (_section(path, command) for path, command in walk(root) if not command.hidden)
    return "\n".join([_INTRODUCTION, *sections])


def _section(path: str, command: click.Command) -> str:
    name = f"{_NAME} {path}".strip()
    ctx = click.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(ctx)])
    parts = [f"## {name}", f"`{usage}`", *_paragraphs(command), _options(ctx, command)]
    examples = (command.epilog or "").partition("\n")[2]
    if examples:
        lines = "\n".join(line.strip() for line in examples.splitlines()[1:])
        parts.append(f"```sh\n{lines}\n```")
    return "\n\n".join(part for part in parts if part) + "\n"


def _paragraphs(command: click.Command) -> Iterator[str]:
    for paragraph in inspect.cleandoc(command.help or "").replace("\b\n", "").split("\n\n"):
        yield " ".join(paragraph.split())


def _options(ctx: click.Context, command: click.Command) -> str:
    """Return a table of the options; ``--help``, which all have, and arguments without a text are left out."""
    records = [
        parameter.get_help_record(ctx) or ("", "")
        for parameter in command.get_params(ctx)
        if "--help" not in parameter.opts
    ]
    rows = [f"| `{_cell(name)}` | {_cell(text)} |" for name, text in records if text]
    return "\n".join(["| option | |", "| --- | --- |", *rows]) if rows else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    from pulumi_ibm_quantum.cli.main import ibm_quantum

    click.echo(reference(ibm_quantum), nl=False)
