"""The fractions over time: used in the window over allotted, a line for each node; the lowest with a job runs next."""

from bisect import bisect_left, bisect_right
from math import isfinite
from typing import Final

from pulumi_ibm_quantum.report.html.figures import Scale, axis_top, horizontal_tick, tick_names
from pulumi_ibm_quantum.report.html.markup import Markup, join, stretched, svg, tag, titled
from pulumi_ibm_quantum.report.html.row_chart import grid
from pulumi_ibm_quantum.report.queue.lanes import Lanes

_TOP: Final = 8.0
_BOTTOM: Final = 230.0
_MOST_POINTS: Final = 600


def fraction_lines(lanes: Lanes, nodes: tuple[str, ...], backend: str | None) -> Markup:
    """Draw the fractions of some nodes, on one backend or, where usage counts on all, on all (``backend`` None)."""
    lines = {node: _points(lanes, node, backend) for node in nodes}
    highest = {node: _highest(points) for node, points in lines.items()}
    scale = Scale(axis_top(highest.values()) * 1.04 or 1.0, _BOTTOM, _TOP)
    marks = [horizontal_tick(scale(tick), f"{tick:.4g}") for tick in [0.0, *scale.ticks(5)]]
    dates = tick_names([(tick.x, tick.name) for tick in lanes.ticks], _BOTTOM + 16)
    styles = lanes.styles(nodes)
    drawn = [_line(lanes, node, points, scale, styles[node]) for node, points in lines.items()]
    label = f"Fractions on {'all backends' if backend is None else backend}"
    drawing = svg(
        _BOTTOM + 22, label, *grid(_BOTTOM, lanes.ticks), *marks, dates, stretched(_BOTTOM + 22, *drawn), class_="plot"
    )
    beyond = ", ".join(f"{node} (up to {most:.4g})" for node, most in highest.items() if most > scale.top)
    note = tag("p", f"Goes on above the drawing: {beyond}.", class_="soft note") if beyond else join()
    return join(drawing, note)


def _highest(points: list[tuple[float, float]]) -> float:
    return max((value for _, value in points if isfinite(value)), default=0.0)


def legend(lanes: Lanes, nodes: tuple[str, ...]) -> Markup:
    """Return what the colours of the lines mean."""
    entries = [
        tag("li", tag("i", "", class_=f"stroke {style}"), node)
        for node, style in lanes.styles(nodes).items()
        if node not in lanes.others
    ]
    if not lanes.others.isdisjoint(nodes):
        entries.append(tag("li", tag("i", "", class_="stroke other"), "other accounts"))
    return tag("ul", *entries, class_="legend")


def _line(lanes: Lanes, node: str, points: list[tuple[float, float]], scale: Scale, style: str) -> Markup:
    path = " ".join(f"{lanes.x(moment):.2f},{scale(value):.1f}" for moment, value in points)
    return titled(node, tag("polyline", points=path, class_=f"fraction {style}"))


def _points(lanes: Lanes, node: str, backend: str | None) -> list[tuple[float, float]]:
    """Return the line's corners, or where there are too many, as many points at equal distances."""
    begin, end = lanes.begin, lanes.begin + lanes.axis.top
    corners = lanes.simulation.corners(node, backend)
    within = corners[bisect_left(corners, begin) : bisect_right(corners, end)]
    if len(within) > _MOST_POINTS:
        within = [begin + (end - begin) * step / _MOST_POINTS for step in range(1, _MOST_POINTS)]
    moments = [begin, *within, end]
    return list(zip(moments, lanes.simulation.fractions(node, moments, backend), strict=True))
