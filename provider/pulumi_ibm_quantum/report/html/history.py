"""What an instance used: its rolling 28 days against its limit above, each single day below, net grants behind both."""

from collections.abc import Iterator, Sequence

from pulumi_ibm_quantum.balancer import NetGrant
from pulumi_ibm_quantum.report.history import History
from pulumi_ibm_quantum.report.html.figures import (
    HOUR,
    Scale,
    axis_top,
    bar,
    dot,
    horizontal_tick,
    level,
    sign,
    tick_names,
)
from pulumi_ibm_quantum.report.html.markup import Markup, join, stretched, svg, tag, titled
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_DAYS, format_duration

_HEIGHT = 182.0
_BAND_TOP = 1.0
_LINE_TOP, _LINE_BOTTOM = 10.0, 108.0
_BARS_TOP, _BARS_BOTTOM = 122.0, 162.0
# A limit that is much higher than everything else would press the usage flat; then words say where it is.
_HIGH_LIMIT = 4


def history_chart(name: str, history: History, allocation_seconds: int) -> Markup:
    """Draw an instance's window against its new allocation."""
    limits = history.limit_seconds
    reach = max(*history.rolling_seconds, allocation_seconds)
    limits_drawn = limits if limits is not None and max(limits) <= _HIGH_LIMIT * reach else None
    line = Scale(max(reach, *(limits_drawn or [0])) * 1.0 or 1.0, _LINE_BOTTOM, _LINE_TOP)
    days = Scale(max(1.0, axis_top(history.used_seconds)), _BARS_BOTTOM, _BARS_TOP)
    parts = [
        *_grant_bands(history),
        *_axis(line, line.ticks(4, _unit(line))),
        *_axis(days, days.ticks(2, _unit(days))[-1:] if days.top > 1 else []),
        _usage_area(history, line),
        _allocation_line(allocation_seconds, line),
        *([_limit_line(limits_drawn, line)] if limits_drawn else []),
        *_day_bars(history, days),
        _dates(history),
    ]
    drawing = svg(_HEIGHT, f"Usage of {name} over 28 days", *parts, class_="plot")
    words = [_grant_in_words(grant) for grant, _, _ in _grants_shown(history)]
    if limits is not None and limits_drawn is None:
        words.append(f"limit {format_duration(limits[-1], brief=True)}, above the drawing")
    words += [
        f"{format_duration(seconds, brief=True)} on {day.day} {day:%b}, above the drawing"
        for day, seconds in zip(history.days, history.used_seconds, strict=True)
        if seconds > days.top
    ]
    return join(tag("p", "; ".join(words)) if words else join(), drawing)


def _x(days_after_first: float) -> float:
    return days_after_first / ROLLING_WINDOW_DAYS * 100


def _grants_shown(history: History) -> Iterator[tuple[NetGrant, int, int]]:
    """Yield the grants that reach into the drawing, with the days after its first on which they begin and end."""
    first = history.days[0]
    for grant in history.net_grants:
        begin = max(0, (grant.start.date() - first).days)
        end = min(ROLLING_WINDOW_DAYS, (grant.end.date() - first).days)
        if begin < end:
            yield grant, begin, end


def _grant_in_words(grant: NetGrant) -> str:
    seconds = format_duration(grant.seconds, brief=True)
    return f"net grant of {seconds}, {grant.start.date()} to {grant.end.date()}"


def _grant_bands(history: History) -> Iterator[Markup]:
    for grant, begin, end in _grants_shown(history):
        band = bar(_x(begin), _x(end), _BAND_TOP, _BARS_BOTTOM - _BAND_TOP, "grant")
        yield titled(_grant_in_words(grant), band)


def _unit(scale: Scale) -> float:
    return next((unit for unit in (HOUR, 60) if scale.top >= unit), 1)


def _axis(scale: Scale, ticks: list[float]) -> list[Markup]:
    unit = _unit(scale)
    name = {HOUR: "h", 60: "m"}.get(int(unit), "s")
    marks = [(0.0, "0"), *((tick, f"{tick / unit:g}{name}") for tick in ticks)]
    return [horizontal_tick(scale(tick), label) for tick, label in marks]


def _usage_area(history: History, scale: Scale) -> Markup:
    points = [f"{_x(index):.1f} {scale(seconds):.1f}" for index, seconds in enumerate(history.rolling_seconds)]
    line = "L".join(points)
    area = f"M0 {_LINE_BOTTOM:.1f}L{line}V{_LINE_BOTTOM:.1f}Z"
    return titled(
        f"used in 28 days: {format_duration(history.rolling_seconds[-1])}",
        stretched(_HEIGHT, tag("path", d=area, class_="usage-area"), tag("path", d=f"M{line}", class_="usage-line")),
        dot(100, scale(history.rolling_seconds[-1]), 3, "usage-dot"),
    )


def _allocation_line(seconds: int, scale: Scale) -> Markup:
    return titled(f"new allocation: {format_duration(seconds)}", level(scale(seconds), "allocation-line"))


def _limit_line(limits: Sequence[int], scale: Scale) -> Markup:
    """Draw steps: a limit holds for a whole day."""
    path = f"M{_x(0):.1f} {scale(limits[0]):.1f}"
    for index, seconds in enumerate(limits[1:], start=1):
        path += f"H{_x(index):.1f}V{scale(seconds):.1f}"
    line = stretched(_HEIGHT, tag("path", d=path, class_="limit-line"))
    return titled(f"limit: {format_duration(limits[-1])}", line)


def _day_bars(history: History, scale: Scale) -> Iterator[Markup]:
    for index, (day, seconds) in enumerate(zip(history.days, history.used_seconds, strict=True)):
        if seconds > 0:
            y = scale(seconds)
            drawn = bar(_x(index + 0.1), _x(index + 0.9), y, _BARS_BOTTOM - y, "day")
            beyond = sign(_x(index + 0.5), f"M-7 {y + 9:g}l14 -4m-14 9l14 -4", "cut") if seconds > scale.top else join()
            yield titled(f"{day:%a %d %b}: {format_duration(seconds)}", drawn, beyond)


def _dates(history: History) -> Markup:
    marks = [(index, history.days[index]) for index in range(0, ROLLING_WINDOW_DAYS, 7)]
    named = [(_x(index), f"{day.day} {day:%b}") for index, day in [*marks, (ROLLING_WINDOW_DAYS, history.today)]]
    return tick_names(named, _HEIGHT - 6)
