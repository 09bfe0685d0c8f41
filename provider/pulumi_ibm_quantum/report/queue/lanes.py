"""Which nodes a drawing shows, in which colour, on which stretch of time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import ceil, floor
from typing import Final

from pulumi_ibm_quantum.queue import Run, Simulation
from pulumi_ibm_quantum.report.html.figures import HOUR, Scale
from pulumi_ibm_quantum.report.html.row_chart import Tick

MOST_LANES: Final = 24
COLOURS: Final = 8
_DASHES: Final = ("", " dashed", " dotted")
_DAY: Final = 86_400
_UNITS: Final = ((_DAY, "d"), (HOUR, "h"), (60, "m"), (1, "s"), (1e-3, "ms"), (1e-6, "µs"))
_WEEK: Final = 7 * _DAY


@dataclass(frozen=True)
class Lanes:
    """The nodes that have a lane of their own, in the order of the tree, and the time axis that all drawings share.

    Projects, if there are few enough; else the top nodes; else those of them whose jobs held the backends longest.

    Attributes:
        simulation: what is drawn.
        others: nodes that stand for other accounts, and are grey.
        first_day: the day that begins at 0, where the drawing begins; None where time has no date.
        end_seconds: where the drawing ends; None where the last job does.
    """

    simulation: Simulation
    others: frozenset[str] = frozenset()
    first_day: date | None = None
    end_seconds: float | None = None

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The paths of the nodes shown."""
        level = self._level
        if len(level) <= MOST_LANES:
            return level
        used: defaultdict[str, float] = defaultdict(float)
        for run in self.simulation.runs:
            used[run.job.project.split("/")[0]] += run.held_seconds
        busiest = set(sorted(level, key=lambda path: -used[path])[:MOST_LANES])
        return tuple(path for path in level if path in busiest)

    @cached_property
    def left_out(self) -> int:
        """How many nodes of the level that is shown have no lane."""
        return len(self._level) - len(self.nodes)

    @cached_property
    def _level(self) -> tuple[str, ...]:
        tree = self.simulation.tree
        level = tree.projects if len(tree.projects) <= MOST_LANES else tree.children[0]
        return tuple(tree.paths[node] for node in level)

    @cached_property
    def begin(self) -> float:
        """The first submission, or where time has dates, the beginning of the first day."""
        if self.first_day is not None:
            return 0.0
        return min((float(run.job.submitted_seconds) for run in self.simulation.runs), default=0.0)

    @cached_property
    def end(self) -> float:
        """The last end, or where the drawing is to end."""
        ends = (run.end_seconds for run in self.simulation.runs if run.end_seconds is not None)
        return max(ends, default=self.begin) if self.end_seconds is None else self.end_seconds

    @cached_property
    def axis(self) -> Scale:
        """Time since `begin`, up to `end`."""
        return Scale(self.end - self.begin or 1.0)

    def styles(self, nodes: Sequence[str]) -> Mapping[str, str]:
        """Return the class of each node's bars and lines; of one colour, lines differ in how they are dashed."""
        own = (node for node in nodes if node not in self.others)
        numbered = {node: f"c{number % COLOURS}{_DASHES[number // COLOURS % 3]}" for number, node in enumerate(own)}
        return {node: numbered.get(node, "other") for node in nodes}

    def x(self, seconds: float) -> float:
        """Return where a moment is drawn."""
        return self.axis(max(0.0, seconds - self.begin))

    def by_lane(self, backend: str) -> dict[str, list[Run]]:
        """Return the runs on a backend in the order of their starts, by the node whose lane they are in.

        A node that ran nothing there has no lane.
        """
        lanes: dict[str, list[Run]] = {node: [] for node in self.nodes}
        lane_of = {path: self._lane_of(path) for path in self.simulation.tree.paths}
        for run in self.simulation.in_order(backend):
            lane = lane_of[run.job.project]
            if lane is not None:
                lanes[lane].append(run)
        return {node: runs for node, runs in lanes.items() if runs}

    def _lane_of(self, path: str) -> str | None:
        while path and path not in self.nodes:
            path = path.rpartition("/")[0]
        return path or None

    @cached_property
    def ticks(self) -> list[Tick]:
        """What stands along the axis: figures or dates."""
        unit, name = next((one for one in _UNITS if self.axis.top >= 3 * one[0]), _UNITS[-1])
        step = next(iter(self.axis.ticks(8, unit)), self.axis.top)
        if 2 * _WEEK <= self.axis.top <= 9 * _WEEK:
            step = _WEEK
        elif self.first_day is not None and unit == _DAY:
            step = max(step, _DAY)
        first, last = ceil(self.begin / step), floor((self.begin + self.axis.top) / step)
        moments = (number * step for number in range(first, last + 1))
        return [Tick(self.x(one), self._label(one, unit, name)) for one in moments]

    def _label(self, moment: float, unit: float, name: str) -> str:
        if self.first_day is not None and unit == _DAY:
            day = self.first_day + timedelta(seconds=moment)
            return f"{day.day} {day:%b}"
        return f"{moment / unit:.6g}{name}" if moment else "0"
