"""How commands name a function: its title, after its provider where it is not one's own."""

from typing import NamedTuple

import click


class FunctionName(NamedTuple):
    """A function's title and provider; the provider is "" for one of one's own."""

    title: str
    provider: str


class _FunctionName(click.ParamType[FunctionName]):
    name = "function"

    def convert(
        self, value: str | FunctionName, param: click.Parameter | None, ctx: click.Context | None
    ) -> FunctionName:
        """Split ``provider/title``."""
        if isinstance(value, FunctionName):
            return value
        provider, _, title = value.rpartition("/")
        if not title or "/" in provider or value.startswith("/"):
            self.fail(f"{value!r} is neither a title nor provider/title", param, ctx)
        return FunctionName(title, provider)


FUNCTION = _FunctionName()
ORIGIN = click.option(
    "--filter",
    "origin",
    type=click.Choice(["serverless", "catalog"]),
    help="Only those of the key's own functions (serverless), or of providers' (catalog).",
)
