"""``ibm-quantum docs``: the documentation that comes with the package, for who has no repository to look into."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Final

import click

_FOLDER: Final = Path(str(files("pulumi_ibm_quantum").joinpath("docs")))
_TITLE: Final = re.compile(r"^(?:# |title: )(.+)$", re.MULTILINE)


@click.command()
@click.argument("page", required=False)
def docs(page: str | None) -> None:
    """Show a PAGE of the documentation as Markdown; without one, list the pages and the folder that they are in."""
    pages = {path.stem: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.md"))}
    if page is None:
        click.echo(f"{_FOLDER}:")
        for name, text in pages.items():
            title = _TITLE.search(text)
            click.echo(f"  {name:<28}{title[1] if title else ''}")
    elif (name := Path(page).stem) in pages:
        click.echo(pages[name], nl=False)
    else:
        raise click.UsageError(f"There is no page {page!r}; there are: {', '.join(pages)}")
