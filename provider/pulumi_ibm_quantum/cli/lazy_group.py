"""A group of commands whose modules are imported when they are called, so that the group starts at once."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows of each command where it is and what it does in a sentence; the rest comes with its module."""

    def __init__(
        self,
        *args: Any,
        lazy: Mapping[str, tuple[str, str]],
        prepare: Callable[[str, click.Command], None],
        **options: Any,
    ) -> None:
        """Take in, by the name of a command, ``module:attribute`` and its sentence in the group's help.

        ``prepare`` is called with the name of a command and the command, once, when it has been imported.
        """
        super().__init__(*args, **options)
        self._lazy = lazy
        self._prepare = prepare

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names in order."""
        return sorted(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is no such name."""
        if cmd_name not in self.commands and cmd_name in self._lazy:
            module, attribute = self._lazy[cmd_name][0].split(":")
            command: click.Command = getattr(import_module(module), attribute)
            self._prepare(cmd_name, command)
            self.commands[cmd_name] = command
        return self.commands.get(cmd_name)

    def sentence_of(self, name: str) -> str:
        """Return what a command does, as the group's help says it."""
        return self._lazy[name][1]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by the sentences that are known without them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.sentence_of(name)) for name in self.list_commands(ctx)])
