"""Who ran when on a backend: a lane for each node, jobs as bars, their waits as thin lines before them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pulumi_ibm_quantum.queue import Reservation, Run
from pulumi_ibm_quantum.report.html.markup import Markup, join, svg, tag, titled
from pulumi_ibm_quantum.report.layout import shorten
from pulumi_ibm_quantum.report.queue.lanes import HEAD_OF_PATH, LEFT, LONGEST_PATH, RIGHT, WIDTH, Lanes
from pulumi_ibm_quantum.vocabulary import format_duration

_ROW: Final = 24.0
_BAR: Final = 15.0
_TOP: Final = 6.0
_FINEST: Final = 1.0
"""Bars that are nearer to each other than this many units of the drawing become one."""


def time_line(lanes: Lanes, backend: str, rows: Mapping[str, Sequence[Run]]) -> Markup:
    """Draw the time line of one backend; ``rows`` are its runs by lane."""
    styles = lanes.styles(lanes.nodes)
    bottom = _TOP + len(rows) * _ROW
    drawn = [
        _lane(lanes, node, runs, styles[node], _TOP + number * _ROW) for number, (node, runs) in enumerate(rows.items())
    ]
    bands = [_band(lanes, one, bottom) for one in lanes.simulation.reservations if one.backend == backend]
    return svg(WIDTH, bottom + 22, f"Who ran when on {backend}", lanes.time_axis(_TOP, bottom), *bands, *drawn)


def _band(lanes: Lanes, reservation: Reservation, bottom: float) -> Markup:
    start, end = lanes.x(float(reservation.start_seconds)), lanes.x(float(reservation.end_seconds))
    title = f"reserved for {reservation.node}" if reservation.node else "reserved: starts nothing"
    band = tag("rect", x=start, y=_TOP, width=end - start, height=bottom - _TOP, class_="reserved")
    return titled(title, band)


def _lane(lanes: Lanes, node: str, runs: Sequence[Run], style: str, y: float) -> Markup:
    middle = y + _ROW / 2
    parts = [
        tag(
            "text",
            shorten(node, LONGEST_PATH, HEAD_OF_PATH),
            x=LEFT - 12,
            y=middle + 4.5,
            class_="row-label",
            text_anchor="end",
        ),
        tag("line", x1=LEFT, x2=RIGHT, y1=y + _ROW, y2=y + _ROW, class_="grid"),
    ]
    waits = [(lanes.x(float(run.job.submitted_seconds)), lanes.x(run.start_seconds or 0.0)) for run in runs]
    parts += [
        tag("line", x1=start, x2=end, y1=middle, y2=middle, class_=f"wait {style}")
        for start, end in _merged(sorted(waits))
        if end > start
    ]
    for merged, start, end in _bars(lanes, [run for run in runs if (run.start_seconds or 0.0) <= lanes.end]):
        bar = tag("rect", x=start, y=middle - _BAR / 2, width=max(end - start, 1.0), height=_BAR, rx=2, class_=style)
        parts.append(titled(_sentence(node, merged), bar, *_label(merged, start, end, middle)))
    return join(*parts)


def _label(runs: Sequence[Run], start: float, end: float, middle: float) -> list[Markup]:
    name = runs[0].job.name
    if len(runs) > 1 or not name or end - start < 7 * len(name) + 4:
        return []
    return [tag("text", name, x=(start + end) / 2, y=middle + 4, class_="on-bar", text_anchor="middle")]


def _bars(lanes: Lanes, runs: Sequence[Run]) -> Iterator[tuple[list[Run], float, float]]:
    """Yield runs that are drawn as one bar, and where it is; named runs that are wide enough stay apart."""
    bar: list[Run] = []
    start = end = 0.0
    for run in runs:
        left, right = lanes.x(run.start_seconds or 0.0), lanes.x(run.end_seconds or 0.0)
        if bar and (left - end >= _FINEST or (run.job.name and right - left > 2 and end - start > 2)):
            yield bar, start, end - (0.8 if left - end < _FINEST else 0.0)
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
