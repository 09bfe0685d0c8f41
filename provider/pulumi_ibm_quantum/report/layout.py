"""Text in columns: tables and paragraphs that fit into a number of columns, as a terminal counts them."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final
from unicodedata import category, east_asian_width

_GAP: Final = "  "
_LEAST_PROSE: Final = 40
"""A last column of prose that would be narrower than this, and than a third of the line, moves below its row."""
_LEAST_NAME: Final = 20
"""Names are not shortened to less than this to save a line."""
_NARROWEST: Final = 30
"""What is set in fewer columns than this cannot be read: the terminal may break it where it likes."""
_BREAKS: Final = re.compile(r" (?==> |\()|(?<=,) ")
"""Where a cell may go on in the next line: before an arrow and a bracket, after a comma."""
_FIGURE: Final = re.compile(r"(?:(.*) => )?(.*?)( \(.*\)|[!+])?")
"""A cell of figures: perhaps one before an arrow, the figure itself, perhaps a mark or a note behind it."""


def display_width(text: str) -> int:
    """Return how many columns a text takes: wide characters two, combining and invisible ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def shorten(text: str, most: int, head: int | None = None) -> str:
    """Return a text of at most ``most`` columns, without its middle: names often differ at the end.

    Of one that is longer, ``head`` columns of its beginning stay; half, unless told otherwise.
    """
    if display_width(text) <= most:
        return text
    head = most // 2 if head is None else head
    end = _beginning(text[::-1], most - 1 - head)[::-1]
    return f"{_beginning(text, head)}…{end}"


def wrap(text: str, width: int | None) -> str:
    """Break lines at blanks where they are too long; None leaves them as they are."""
    if width is None:
        return text
    return "\n".join(part for line in text.splitlines() for part in _wrapped(line, width))


def table(
    rows: Sequence[Sequence[str]],
    width: int | None = None,
    *,
    prose: bool = False,
    figures: Collection[int] = (),
    whole_names: bool = False,
) -> str:
    """Set rows of equal length in columns, two spaces apart; the first row is the header.

    ``figures`` are the positions of columns that end at the right, their arrows and notes below each other.

    Where they do not fit, titles go on in the next line, and it is the first of these that fits: the last column, if it
    is ``prose``, goes on below itself, or moves below its row, and names, which are the first column, lose their
    middle, unless they are to stay whole; a name stands above its row; cells go on in the next line; each cell has a
    line of its own. Without a ``width`` all rows fit.
    """
    aligned = _aligned(rows, figures)
    widths = _widths(aligned)
    if width is None or sum(widths) + len(_GAP) * (len(widths) - 1) <= width:
        return "\n".join(_line(row, widths, figures) for row in aligned)
    width = max(width, _NARROWEST)
    room = width - sum(widths[:-1]) - len(_GAP) * (len(widths) - 1)
    if prose and room >= min(_LEAST_PROSE, width // 3):
        return "\n".join(
            _line((*cells, part), widths, figures)
            for row in aligned
            for *cells, part in zip_longest(*([cell] for cell in row[:-1]), _wrapped(row[-1], room), fillvalue="")
        )
    narrowed = (
        _narrowed(rows, width, figures, prose=prose, above=above, broken=broken)
        for broken in (False, True)
        for above in ((True,) if whole_names else (False, True))
    )
    lines = next((lines for lines in narrowed if lines is not None), None)
    return "\n".join(_cell_by_cell(rows, width) if lines is None else lines)


def _aligned(rows: Sequence[Sequence[str]], figures: Collection[int]) -> list[list[str]]:
    """Return rows in which the figures of a column end at one place, with what is before and behind them."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    for position in figures:
        title, *cells = columns[position]
        parts = [match.groups("") for match in map(_FIGURE.fullmatch, cells) if match]
        before, figure, note = (
            (max(map(display_width, column)) for column in zip(*parts, strict=True)) if parts else 3 * (0,)
        )
        columns[position] = [title]
        for old, new, behind in parts:
            arrow = f"{_right(old, before)} => " if old else " " * (before + 4 if before else 0)
            columns[position].append(arrow + _right(new, figure) + _left(behind, note))
    return [list(row) for row in zip(*columns, strict=True)]


def _narrowed(
    rows: Sequence[Sequence[str]], width: int, figures: Collection[int], *, prose: bool, above: bool, broken: bool
) -> list[str] | None:
    """Set rows with names ``above`` or before them, cells whole or ``broken``; None where that does not fit."""
    header, *body = [row[1 : -1 if prose else None] for row in (rows if broken else _aligned(rows, figures))]
    parts = [[_BREAKS.split(cell) if broken else [cell] for cell in row] for row in body]
    parts = [_titles(header, parts), *parts]
    widths = _widths([line for row in parts for line in zip_longest(*row, fillvalue="")])
    room = width - sum(widths) - len(_GAP) * len(widths)
    longest = max(display_width(row[0]) for row in rows)
    if room < (0 if above else min(longest, _LEAST_NAME)):
        return None
    widths = [0 if above else min(longest, room), *widths]
    lines: list[str] = []
    for row, row_parts in zip(rows, parts, strict=True):
        lines += [shorten(row[0], width)] if above else []
        name = "" if above else shorten(row[0], widths[0])
        lines += [_line(line, widths, figures) for line in zip_longest([name], *row_parts, fillvalue="")]
        lines += [f"{_GAP}{part}" for part in _wrapped(row[-1], width - len(_GAP))] if prose else []
    return [line for line in lines if line]


def _titles(header: Sequence[str], parts: Sequence[Sequence[Sequence[str]]]) -> list[list[str]]:
    """Return the lines of each title, as long as the cells below want, or its longest word."""
    longest = [max(map(display_width, title.split())) for title in header]
    below = _widths([line for row in parts for line in zip_longest(*row, fillvalue="")]) or longest
    return [list(_wrapped(title, max(pair))) for title, *pair in zip(header, longest, below, strict=True)]


def _cell_by_cell(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    (_, *titles), *body = rows
    label = max(map(display_width, titles))
    for name, *cells in body:
        yield shorten(name, width)
        for title, cell in zip(titles, cells, strict=True):
            parts = _wrapped(cell, width - label - 2 * len(_GAP))
            yield from (_line(("", *line), (0, label, 0)) for line in zip_longest([title], parts, fillvalue=""))


def _line(cells: Iterable[str], widths: Iterable[int], figures: Collection[int] = ()) -> str:
    padded = (
        _right(cell, width) if position in figures else _left(cell, width)
        for position, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return _GAP.join(padded).rstrip()


def _left(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _right(text: str, width: int) -> str:
    return " " * (width - display_width(text)) + text


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(display_width, column)) for column in zip(*rows, strict=True)]


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Yield lines of at most ``width`` columns, one at least; a word that is longer is broken."""
    line = ""
    for word in text.split(" "):
        if display_width(longer := f"{line} {word}" if line else word) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while display_width(line) > width:
            yield (head := _beginning(line, width))
            line = line[len(head) :]
    yield line


def _beginning(text: str, most: int) -> str:
    taken = 0
    for end, character in enumerate(text):
        taken += _columns_of(character)
        if taken > most:
            return text[:end]
    return text


def _columns_of(character: str) -> int:
    if category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
