"""What an instance used: its rolling 28 days against its limit above, each single day below, net grants behind both."""

from collections.abc import Iterator, Sequence

from pulumi_ibm_quantum.report.history import History
from pulumi_ibm_quantum.report.html.figures import HOUR, Scale, horizontal_tick
from pulumi_ibm_quantum.report.html.markup import Markup, svg, tag, titled
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_DAYS, format_duration

_WIDTH, _HEIGHT = 480.0, 188.0
_LEFT, _RIGHT = 48.0, 474.0
_LABELS, _BAND_TOP = 12.0, 1.0
_LINE_TOP, _LINE_BOTTOM = 20.0, 114.0
_BARS_TOP, _BARS_BOTTOM = 128.0, 168.0
# A limit that is much higher than everything else would press the usage flat; then words say where it is.
_HIGH_LIMIT = 4


def history_chart(name: str, history: History, allocation_seconds: int) -> Markup:
    """Draw an instance's window against its new allocation."""
    limits = history.limit_seconds
    reach = max(*history.rolling_seconds, allocation_seconds)
    limits_drawn = limits if limits is not None and max(limits) <= _HIGH_LIMIT * reach else None
    line = Scale(max(reach, *(limits_drawn or [0])) * 1.0 or 1.0, _LINE_BOTTOM, _LINE_TOP)
    days = Scale(max([1.0, *(used * 1.0 for used in history.used_seconds)]), _BARS_BOTTOM, _BARS_TOP)
    parts = [
        *_grant_bands(history),
        *_axis(line, line.ticks(4, _unit(line))),
        *_axis(days, days.ticks(2, _unit(days))[-1:] if days.top > 1 else []),
        _usage_area(history, line),
        _allocation_line(allocation_seconds, line),
        *([_limit_line(limits_drawn, line)] if limits_drawn else []),
        *_day_bars(history, days),
        *_dates(history),
    ]
    if limits is not None and limits_drawn is None:
        above = f"limit {format_duration(limits[-1], brief=True)}, above"
        parts.append(tag("text", above, x=_RIGHT, y=_LABELS, class_="tick limit-text", text_anchor="end"))
    return svg(_WIDTH, _HEIGHT, f"Usage of {name} over 28 days", *parts)


def _x(days_after_first: float) -> float:
    return _LEFT + days_after_first / ROLLING_WINDOW_DAYS * (_RIGHT - _LEFT)


def _grant_bands(history: History) -> list[Markup]:
    first = history.days[0]
    bands = []
    for grant in history.net_grants:
        begin = max(0, (grant.start.date() - first).days)
        end = min(ROLLING_WINDOW_DAYS, (grant.end.date() - first).days)
        if begin >= end:
            continue
        budget = format_duration(grant.seconds, brief=True)
        title = f"net grant of {budget}, {grant.start.date()} to {grant.end.date()}"
        band = {"x": _x(begin), "y": _BAND_TOP, "width": _x(end) - _x(begin), "height": _BARS_BOTTOM - _BAND_TOP}
        bands.append(titled(title, tag("rect", **band, class_="grant")))
        bands.append(tag("text", f"+ {budget}", x=_x(begin) + 4, y=_LABELS, class_="tick grant-text"))
    return bands


def _unit(scale: Scale) -> float:
    return next((unit for unit in (HOUR, 60) if scale.top >= unit), 1)


def _axis(scale: Scale, ticks: list[float]) -> list[Markup]:
    unit = _unit(scale)
    name = {HOUR: "h", 60: "min"}.get(int(unit), "s")
    marks = [(0.0, "0"), *((tick, f"{tick / unit:g} {name}") for tick in ticks)]
    return [horizontal_tick(scale(tick), label, _LEFT, _RIGHT, 6) for tick, label in marks]


def _usage_area(history: History, scale: Scale) -> Markup:
    points = [f"{_x(index):.1f} {scale(seconds):.1f}" for index, seconds in enumerate(history.rolling_seconds)]
    area = f"M{_LEFT:.1f} {_LINE_BOTTOM:.1f}L{'L'.join(points)}L{_RIGHT:.1f} {_LINE_BOTTOM:.1f}Z"
    now = scale(history.rolling_seconds[-1])
    return titled(
        f"used in 28 days: {format_duration(history.rolling_seconds[-1])}",
        tag("path", d=area, class_="usage-area"),
        tag("path", d="M" + "L".join(points), class_="usage-line"),
        tag("circle", cx=_RIGHT, cy=now, r=3, class_="usage-dot"),
    )


def _allocation_line(seconds: int, scale: Scale) -> Markup:
    line = tag("line", x1=_LEFT, x2=_RIGHT, y1=scale(seconds), y2=scale(seconds), class_="allocation-line")
    return titled(f"new allocation: {format_duration(seconds)}", line)


def _limit_line(limits: Sequence[int], scale: Scale) -> Markup:
    """Draw steps: a limit holds for a whole day."""
    path = f"M{_x(0):.1f} {scale(limits[0]):.1f}"
    for index, seconds in enumerate(limits[1:], start=1):
        path += f"H{_x(index):.1f}V{scale(seconds):.1f}"
    return titled(f"limit: {format_duration(limits[-1])}", tag("path", d=path, class_="limit-line"))


def _day_bars(history: History, scale: Scale) -> Iterator[Markup]:
    width = _x(1) - _x(0) - 2
    for index, (day, seconds) in enumerate(zip(history.days, history.used_seconds, strict=True)):
        if seconds > 0:
            y = scale(seconds)
            bar = tag("rect", x=_x(index) + 1, y=y, width=width, height=_BARS_BOTTOM - y, class_="day")
            yield titled(f"{day:%a %d %b}: {format_duration(seconds)}", bar)


def _dates(history: History) -> list[Markup]:
    marks = [(index, history.days[index], "middle" if index else "start") for index in range(0, ROLLING_WINDOW_DAYS, 7)]
    return [
        tag("text", f"{day.day} {day:%b}", x=_x(index), y=_HEIGHT - 6, class_="tick", text_anchor=anchor)
        for index, day, anchor in [*marks, (ROLLING_WINDOW_DAYS, history.today, "end")]
    ]
