"""Which nodes a drawing shows, in which colour, on which stretch of time."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from typing import Final

from pulumi_ibm_quantum.cli.page.figures import HOUR, Scale
from pulumi_ibm_quantum.cli.page.markup import Markup, tag, together
from pulumi_ibm_quantum.queue import Run, Simulation

MOST_LANES: Final = 24
COLOURS: Final = 8
LEFT, RIGHT, WIDTH = 230.0, 984.0, 1008.0
_LONGEST_NAME: Final = 30
_UNITS: Final = ((86_400, "d"), (HOUR, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True)
class Lanes:
    """The nodes that have a lane of their own, in the order of the tree, and the time axis that all drawings share.

    Providers, if there are few enough; else the top nodes; else those of them whose jobs held the systems longest.
    """

    simulation: Simulation

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The paths of the nodes shown."""
        tree = self.simulation.tree
        providers = [tree.paths[node] for node in tree.providers]
        top = [tree.paths[node] for node in tree.children[0]]
        shown = providers if len(providers) <= MOST_LANES else top
        if len(shown) <= MOST_LANES:
            return tuple(shown)
        used: defaultdict[str, float] = defaultdict(float)
        for run in self.simulation.runs:
            used[run.job.provider.split("/")[0]] += run.held_seconds
        busiest = set(sorted(shown, key=lambda path: -used[path])[:MOST_LANES])
        return tuple(path for path in shown if path in busiest)

    @cached_property
    def left_out(self) -> int:
        """How many nodes of the level that is shown have no lane."""
        tree = self.simulation.tree
        level = len(tree.providers) if len(tree.providers) <= MOST_LANES else len(tree.children[0])
        return level - len(self.nodes)

    @cached_property
    def begin(self) -> float:
        """The first submission."""
        return min((float(run.job.submitted_seconds) for run in self.simulation.runs), default=0.0)

    @cached_property
    def axis(self) -> Scale:
        """Time since `begin`, up to the last end."""
        end = max((run.end_seconds for run in self.simulation.runs if run.end_seconds is not None), default=self.begin)
        return Scale(end - self.begin or 1.0, LEFT, RIGHT)

    def x(self, seconds: float) -> float:
        """Return where a moment is drawn."""
        return self.axis(max(0.0, seconds - self.begin))

    def by_lane(self, system: str) -> dict[str, list[Run]]:
        """Return the runs on a system in the order of their starts, by the node whose lane they are in."""
        lanes: dict[str, list[Run]] = {node: [] for node in self.nodes}
        lane_of = {path: self._lane_of(path) for path in self.simulation.tree.paths}
        for run in self.simulation.in_order(system):
            lane = lane_of[run.job.provider]
            if lane is not None:
                lanes[lane].append(run)
        return lanes

    def _lane_of(self, path: str) -> str | None:
        while path and path not in self.nodes:
            path = path.rpartition("/")[0]
        return path or None

    def time_axis(self, top: float, bottom: float) -> Markup:
        """Draw the grid of time, with figures below."""
        unit, name = next((one for one in _UNITS if self.axis.top >= 3 * one[0]), _UNITS[-1])
        step = next(iter(self.axis.ticks(8, unit)), self.axis.top)
        first, last = ceil(self.begin / step), floor((self.begin + self.axis.top) / step)
        marks = []
        for moment in (number * step for number in range(first, last + 1)):
            x = self.x(moment)
            label = f"{moment / unit:.6g} {name}" if moment else "0"
            marks.append(tag("line", x1=x, x2=x, y1=top, y2=bottom, class_="grid"))
            marks.append(tag("text", label, x=x, y=bottom + 15, class_="tick", text_anchor="middle"))
        return together(*marks)


def shortened(path: str) -> str:
    """Return a path that fits beside a lane; what is in the middle goes."""
    return path if len(path) <= _LONGEST_NAME else path[:12] + "…" + path[13 - _LONGEST_NAME :]
