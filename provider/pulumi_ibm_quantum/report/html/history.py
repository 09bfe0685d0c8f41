"""What an instance used: its rolling 28 days against its limit above, each single day below, net grants behind both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from pulumi_ibm_quantum.balancer import Outcome, limit_breakdown
from pulumi_ibm_quantum.report.html.figures import HOUR, Scale, brief
from pulumi_ibm_quantum.report.html.markup import Markup, svg, tag, together
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_DAYS, format_duration

_WIDTH, _HEIGHT = 480.0, 188.0
_LEFT, _RIGHT = 48.0, 474.0
_LABELS, _BAND_TOP = 12.0, 1.0
_LINE_TOP, _LINE_BOTTOM = 20.0, 114.0
_BARS_TOP, _BARS_BOTTOM = 128.0, 168.0
# A limit that is much higher than everything else would press the usage flat; then words say where it is.
_HIGH_LIMIT = 4


@dataclass(frozen=True)
class History:
    """An instance and its days: those of the rolling window, and those before that its first rolling sum needs."""

    instance: Outcome
    by_day: Mapping[date, int]
    today: date

    @cached_property
    def days(self) -> list[date]:
        """The days of the window; today is not among them, as it is not over."""
        return [self.today - timedelta(days=ago) for ago in range(ROLLING_WINDOW_DAYS, 0, -1)]

    @cached_property
    def rolling(self) -> list[int]:
        """The 28-day usage as each day of the window began, and last as it is now."""
        sums = [
            sum(self.by_day.get(day - timedelta(days=ago), 0) for ago in range(1, ROLLING_WINDOW_DAYS + 1))
            for day in self.days
        ]
        return [*sums, self.instance.state.usage.last_28_days]

    @cached_property
    def limits(self) -> list[int] | None:
        """The configured limit at each of these moments, and last the new one; None where there is none."""
        new = self.instance.new_limit.seconds
        if new is None:
            return None
        configured = self.instance.bounds.instance
        usage = replace(configured.state.usage, by_day=self.by_day)
        configured = replace(configured, state=replace(configured.state, usage=usage))
        resolved = [limit_breakdown(configured, day) for day in self.days]
        return [*(new if each is None else each.total_seconds for each in resolved), new]


def history_chart(history: History) -> Markup:
    """Draw an instance's window."""
    limits = history.limits
    reach = max(*history.rolling, history.instance.new_allocation_seconds)
    shown_limits = limits if limits is not None and max(limits) <= _HIGH_LIMIT * reach else None
    line = Scale(max(reach, *(shown_limits or [0])) * 1.0 or 1.0, _LINE_BOTTOM, _LINE_TOP)
    days = Scale(max([1.0, *(history.by_day.get(day, 0) * 1.0 for day in history.days)]), _BARS_BOTTOM, _BARS_TOP)
    parts = [
        *_grant_bands(history),
        *_axis(line, line.ticks(4, _unit(line))),
        *_axis(days, days.ticks(2, _unit(days))[-1:] if days.top > 1 else []),
        _usage_area(history, line),
        *_allocation_line(history, line),
        *([_limit_line(shown_limits, line)] if shown_limits else []),
        *_day_bars(history, days),
        *_dates(history),
    ]
    if limits is not None and shown_limits is None:
        above = f"limit {brief(limits[-1])}, above"
        parts.append(tag("text", above, x=_RIGHT, y=_LABELS, class_="tick limit-text", text_anchor="end"))
    return svg(_WIDTH, _HEIGHT, f"Usage of {history.instance.name} over 28 days", *parts)


def _x(days_after_first: float) -> float:
    return _LEFT + days_after_first / ROLLING_WINDOW_DAYS * (_RIGHT - _LEFT)


def _grant_bands(history: History) -> list[Markup]:
    first = history.days[0]
    bands = []
    for grant in history.instance.bounds.instance.net_grants:
        begin = max(0, (grant.start.date() - first).days)
        end = min(ROLLING_WINDOW_DAYS, (grant.end.date() - first).days)
        if begin >= end:
            continue
        said = f"net grant of {brief(grant.seconds)}, {grant.start.date()} to {grant.end.date()}"
        band = {"x": _x(begin), "y": _BAND_TOP, "width": _x(end) - _x(begin), "height": _BARS_BOTTOM - _BAND_TOP}
        bands.append(tag("g", tag("title", said), tag("rect", **band, class_="grant")))
        bands.append(tag("text", f"+ {brief(grant.seconds)}", x=_x(begin) + 4, y=_LABELS, class_="tick grant-text"))
    return bands


def _unit(scale: Scale) -> float:
    return next((unit for unit in (HOUR, 60) if scale.top >= unit), 1)


def _axis(scale: Scale, ticks: list[float]) -> list[Markup]:
    unit = _unit(scale)
    name = {HOUR: "h", 60: "min"}.get(int(unit), "s")
    marks = [(0.0, "0"), *((tick, f"{tick / unit:g} {name}") for tick in ticks)]
    return [
        together(
            tag("line", x1=_LEFT, x2=_RIGHT, y1=scale(tick), y2=scale(tick), class_="grid"),
            tag("text", label, x=_LEFT - 6, y=scale(tick) + 4, class_="tick", text_anchor="end"),
        )
        for tick, label in marks
    ]


def _usage_area(history: History, scale: Scale) -> Markup:
    points = [f"{_x(index):.1f} {scale(seconds):.1f}" for index, seconds in enumerate(history.rolling)]
    area = f"M{_LEFT:.1f} {_LINE_BOTTOM:.1f}L{'L'.join(points)}L{_RIGHT:.1f} {_LINE_BOTTOM:.1f}Z"
    now = scale(history.rolling[-1])
    return tag(
        "g",
        tag("title", f"used in 28 days: {format_duration(history.rolling[-1])}"),
        tag("path", d=area, class_="usage-area"),
        tag("path", d="M" + "L".join(points), class_="usage-line"),
        tag("circle", cx=_RIGHT, cy=now, r=3, class_="usage-dot"),
    )


def _allocation_line(history: History, scale: Scale) -> list[Markup]:
    new = history.instance.new_allocation_seconds
    y = scale(new)
    title = tag("title", f"new allocation: {format_duration(new)}")
    return [tag("g", title, tag("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, class_="allocation-line"))]


def _limit_line(limits: list[int], scale: Scale) -> Markup:
    """Draw steps: a limit holds for a whole day."""
    path = f"M{_x(0):.1f} {scale(limits[0]):.1f}"
    for index, seconds in enumerate(limits[1:], start=1):
        path += f"H{_x(index):.1f}V{scale(seconds):.1f}"
    title = tag("title", f"limit: {format_duration(limits[-1])}")
    return tag("g", title, tag("path", d=path, class_="limit-line"))


def _day_bars(history: History, scale: Scale) -> list[Markup]:
    width = _x(1) - _x(0) - 2
    return [
        tag(
            "g",
            tag("title", f"{day:%a %d %b}: {format_duration(seconds)}"),
            tag(
                "rect",
                x=_x(index) + 1,
                y=scale(seconds),
                width=width,
                height=_BARS_BOTTOM - scale(seconds),
                class_="day",
            ),
        )
        for index, day in enumerate(history.days)
        if (seconds := history.by_day.get(day, 0)) > 0
    ]


def _dates(history: History) -> list[Markup]:
    marks = [(index, history.days[index], "middle" if index else "start") for index in range(0, ROLLING_WINDOW_DAYS, 7)]
    return [
        tag("text", f"{day.day} {day:%b}", x=_x(index), y=_HEIGHT - 6, class_="tick", text_anchor=anchor)
        for index, day, anchor in [*marks, (ROLLING_WINDOW_DAYS, history.today, "end")]
    ]
