"""Which cells are played."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tests.faults.axes import ROUTES, SETTINGS, Cell, cell_named, cells_of

SLICE: Final = (
    "first:instances.update:503:from-2nd",
    "first+shrunk:undisturbed:nothing:ever",
    "changes:iam.token:503:always",
    "changes:usage.get:cut-body:once",
    "changes:instances.update:500-applied:always",
    "changes+unrefreshed:undisturbed:nothing:ever",
    "no-changes+unrefreshed:undisturbed:nothing:ever",
    "create:instances.create:lost-answer:once",
    "create+lagging-4-s:instances.create:lost-answer:once",
    "create+lagging-300-s:instances.create:lost-answer:once",
    "preview:analytics.grouped:malformed:always",
    "refresh:instances.get:html:once",
    "destroy:instances.delete:lost-answer:once",
    "optimize:instances.create:html-applied:once",
)
"""The cells of everyday: every operation and every condition, with faults that tell much."""


def chosen(names: Sequence[str], *, everything: bool) -> dict[str, list[Cell]]:
    """Return the cells to play in one test each, by its name.

    Args:
        names: Cells by name; without any, those of everyday.
        everything: Whether all cells are to be played, a setting and a route together.
    """
    if names or not everything:
        return {name: [cell_named(name)] for name in names or SLICE}
    return {f"{setting}:{route}": list(cells_of(setting, route)) for setting in SETTINGS for route in ROUTES}


def count_cells() -> int:
    """Return how many cells there are."""
    return sum(map(len, chosen([], everything=True).values()))
