"""What the documentation says is there: commands and options, files, pages, and one word for one thing."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pulumi_ibm_quantum.cli.main import ibm_quantum
from tests.support.command_line import run
from tests.support.documentation import ALL_TEXTS, DOCS, GENERATED, PAGES, README, ROOT, commands, without_code

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_NAMES_OF_OTHER_THINGS = {"project", "project.yaml", "service", "system"}
"""Words of the glossary's last column that have a meaning of their own as well."""


def calls(page: Path) -> Iterator[str]:
    """Yield the calls of our command that a page writes out: in its blocks, and as code within its sentences."""
    yield from (command.text for command in commands(page))
    names = ibm_quantum.list_commands(click.Context(ibm_quantum))
    for span in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", page.read_text(encoding="utf-8")):
        words = span.split()
        if words[:1] == ["ibm-quantum"]:
            yield span
        elif words and words[0] in names and any(word.startswith("-") for word in words):
            yield f"ibm-quantum {span}"


def problem(call: str) -> str | None:
    """Return what our command would say of the words of a call, which need not be all that it wants."""
    words = shlex.split(call.removesuffix(')"'))
    ends = [words.index(sign) for sign in (">", "|", "...", "…", "[OPTIONS]") if sign in words]
    words = words[1 : min(ends, default=len(words))]
    command: click.Command = ibm_quantum
    try:
        while isinstance(command, click.Group):
            context = command.make_context("ibm-quantum", list(words), resilient_parsing=True)
            words = [*context._protected_args, *context.args]
            if not words:
                return None
            _, next_command, words = command.resolve_command(context, words)
            assert next_command is not None
            command = next_command
        _, rest, _ = command.make_parser(click.Context(command)).parse_args(list(words))
    except click.UsageError as error:
        return error.format_message()
    return f"too many arguments: {rest}" if rest and not command.params else None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_documented_command_and_option_exists(page: Path) -> None:
    """Nobody copies a line that is refused for its words."""
    ours = [call[call.index("ibm-quantum ") :] for call in calls(page) if "ibm-quantum " in call]

    assert {call: why for call in ours if (why := problem(call))} == {}


@pytest.mark.parametrize("page", ALL_TEXTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """What is not an address is a file or folder of the repository."""
    targets = [link.partition("#")[0] for link in _LINK.findall(page.read_text(encoding="utf-8"))]
    there = [target for target in targets if not target.startswith("https://")]

    assert [target for target in there if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", [page for page in ALL_TEXTS if page not in GENERATED], ids=lambda page: page.stem)
def test_no_line_is_longer_than_a_screen(page: Path) -> None:
    """120 columns, but for the rows of tables."""
    lines = page.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if len(line) > 120 and not line.startswith("|")] == []


def test_the_description_in_an_index_has_no_link_into_the_repository() -> None:
    """An index shows it without the files beside it: what would be a dead link is a name, the picture goes."""
    command = [sys.executable, "-m", "hatch_fancy_pypi_readme"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "pip install" in shown
    assert "docs/permissions.md | what the key needs" in shown
    assert [link for link in _LINK.findall(shown) if not link.startswith("https://")] == []
    assert "page.png" not in shown


def test_the_readme_names_every_page() -> None:
    """Whoever looks for something finds it from the README; the Registry's own page is for the Registry."""
    linked = set(_LINK.findall(README.read_text(encoding="utf-8")))
    pages = {f"docs/{page.name}" for page in DOCS.glob("*.md")} - {"docs/_index.md"}

    assert pages - linked == set()


def test_the_package_shows_the_documentation() -> None:
    """All pages by their titles, one by its name or file name; another name is told those that there are."""
    listed = run("docs").stdout

    assert [page.stem for page in PAGES[1:] if not re.search(rf"^  {page.stem} +\S", listed, re.MULTILINE)] == []
    assert run("docs", "permissions").stdout == (DOCS / "permissions.md").read_text(encoding="utf-8")
    assert run("docs", "docs/permissions.md").stdout == run("docs", "permissions").stdout
    wrong = run("docs", "permission")
    assert wrong.exit_code == 2
    assert "permissions" in wrong.stderr


def test_one_thing_has_one_word() -> None:
    """What the glossary says is called otherwise elsewhere is not called so in these pages."""
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = [row.strip("| ").split(" | ") for row in glossary.splitlines() if row.startswith("| ")][2:]
    others = {other for row in rows if len(row) == 3 for other in row[2].split(", ")} - _NAMES_OF_OTHER_THINGS
    pages = [page for page in PAGES if page.stem not in ("glossary", "qauvern", *(page.stem for page in GENERATED))]
    found = {
        (page.name, other)
        for page in pages
        for other in others
        if re.search(rf"\b{re.escape(other)}\b", without_code(page.read_text(encoding="utf-8")), re.IGNORECASE)
    }

    assert len(others) > 10
    assert found == set()
