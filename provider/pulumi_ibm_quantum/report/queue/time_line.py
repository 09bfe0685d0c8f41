"""Who ran when on a backend: a lane for each node, jobs as bars, their waits as thin lines before them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pulumi_ibm_quantum.queue import Reservation, Run
from pulumi_ibm_quantum.report.html.figures import bar, bar_label, level, tick_names
from pulumi_ibm_quantum.report.html.markup import Markup, join, svg, tag, titled
from pulumi_ibm_quantum.report.html.row_chart import axis_row, grid, row_name
from pulumi_ibm_quantum.report.queue.lanes import Lanes
from pulumi_ibm_quantum.vocabulary import format_duration

_ROW: Final = 24.0
_BAR: Final = 15.0
_FINEST: Final = 0.13
"""Bars that are nearer to each other than this part of the drawing, in percent, become one."""


def time_line(lanes: Lanes, backend: str, rows: Mapping[str, Sequence[Run]]) -> Markup:
    """Draw the time line of one backend; ``rows`` are its runs by lane."""
    styles = lanes.styles(lanes.nodes)
    bands = join(*(_band(lanes, one) for one in lanes.simulation.reservations if one.backend == backend))
    drawn = (
        tag("li", row_name(node), svg(_ROW, f"{node} on {backend}", bands, *_lane(lanes, node, runs, styles[node])))
        for node, runs in rows.items()
    )
    axis = axis_row(tick_names([(tick.x, tick.name) for tick in lanes.ticks]))
    return tag("ul", *drawn, axis, class_="rows lanes", aria_label=f"Who ran when on {backend}")


def _band(lanes: Lanes, reservation: Reservation) -> Markup:
    start, end = lanes.x(float(reservation.start_seconds)), lanes.x(float(reservation.end_seconds))
    title = f"reserved for {reservation.node}" if reservation.node else "reserved: starts nothing"
    return titled(title, bar(start, end, 0, _ROW, "reserved"))


def _lane(lanes: Lanes, node: str, runs: Sequence[Run], style: str) -> list[Markup]:
    middle = _ROW / 2
    parts = [*grid(_ROW, lanes.ticks), level(_ROW, "grid")]
    waits = [(lanes.x(float(run.job.submitted_seconds)), lanes.x(run.start_seconds or 0.0)) for run in runs]
    parts += [level(middle, f"wait {style}", start, end) for start, end in _merged(sorted(waits)) if end > start]
    for merged, start, end in _bars(lanes, [run for run in runs if (run.start_seconds or 0.0) <= lanes.end]):
        name = merged[0].job.name if len(merged) == 1 else ""
        drawn = bar(start, max(end, start + _FINEST), middle - _BAR / 2, _BAR, style, rx=2)
        label = bar_label(name, start, end, middle + 4, f"on-bar {style}") if name else join()
        parts.append(titled(_sentence(node, merged), drawn, label))
    return parts


def _bars(lanes: Lanes, runs: Sequence[Run]) -> Iterator[tuple[list[Run], float, float]]:
    """Yield runs that are drawn as one bar, and where it is; named runs that are wide enough stay apart."""
    bar: list[Run] = []
    start = end = 0.0
    for run in runs:
        left, right = lanes.x(run.start_seconds or 0.0), lanes.x(run.end_seconds or 0.0)
        if bar and (left - end >= _FINEST or (run.job.name and right - left > 0.26 and end - start > 0.26)):
            yield bar, start, end - (0.1 if left - end < _FINEST else 0.0)
            bar = []
        if not bar:
            start = left
        bar.append(run)
        end = right
    if bar:
        yield bar, start, end


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1] + _FINEST:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _sentence(node: str, runs: Sequence[Run]) -> str:
    if len(runs) > 1:
        held = format_duration(sum(run.held_seconds for run in runs))
        return f"{node}: {len(runs)} jobs, {held} in all"
    run = runs[0]
    name = f" {run.job.name}" if run.job.name else ""
    ended = ", cancelled while it ran" if run.cut_short else ""
    waited, ran = format_duration(run.wait_seconds or 0.0), format_duration(run.held_seconds)
    return f"{run.job.project}{name}: waited {waited}, ran {ran}{ended}"
