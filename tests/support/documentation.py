"""The documentation as a test reads it: its pages, and the commands that it tells people to type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = (README, *sorted(DOCS.glob("*.md")))
GENERATED = (DOCS / "commands.md", DOCS / "configuration.md", DOCS / "resources.md")
ALL_TEXTS = (
    *PAGES,
    *sorted(DOCS.glob("*/*.md")),
    *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
)

_FENCE = re.compile(r"^```(\w*)")
_COMMENT = re.compile(r"\s+# .*")


@dataclass(frozen=True)
class Command:
    """A line that a page tells people to type."""

    page: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}: {self.text}"


def commands(page: Path) -> Iterator[Command]:
    """Yield the commands of a page's blocks: each line of shell, and what follows a prompt on a console."""
    language = ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if fence := _FENCE.match(line):
            language = "" if language else fence[1] or "text"
        elif (language == "sh" and line.strip()) or (language == "console" and line.startswith("$ ")):
            yield Command(page, number, _COMMENT.sub("", line.removeprefix("$ ")))


def consoles(page: Path) -> list[str]:
    """Return what a page shows that was printed: the lines of its consoles, without prompts and what is left out."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip("$. ") and not line.startswith("$")]


def without_code(text: str) -> str:
    """Return a page's prose: neither its blocks nor code within its sentences."""
    return re.sub(r"`[^`]+`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
