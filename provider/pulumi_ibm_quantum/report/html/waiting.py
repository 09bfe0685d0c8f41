"""How long every instance's jobs wait now and as decided, as a forecast has it: drawn, as a table, and in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite, log
from typing import Final

from pulumi_ibm_quantum.forecast import Estimate, Forecast, Waits
from pulumi_ibm_quantum.planning.forecasting import TimedForecast
from pulumi_ibm_quantum.report.html.figures import bar, dot
from pulumi_ibm_quantum.report.html.markup import Markup, join, table, tag
from pulumi_ibm_quantum.report.html.row_chart import Tick, grid, row, row_chart, row_name
from pulumi_ibm_quantum.report.waits import format_range, notes
from pulumi_ibm_quantum.vocabulary import format_duration

_COLUMNS: Final = ("Instance", "Jobs", "Median wait", "New median", "90th percentile", "New 90th percentile")
_DIRECTIONS: Final = {"raised": "shorter", "lowered": "longer", "same": "as before"}

_SHORTEST: Final = 10.0
_SHORTEST_AXIS: Final = 60.0
_TICKS: Final = {
    60.0: "1m",
    600.0: "10m",
    3600.0: "1h",
    6 * 3600.0: "6h",
    86_400.0: "24h",
    7 * 86_400.0: "7 days",
    28 * 86_400.0: "28 days",
}
_ROOM_FOR_NEVER: Final = 16.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """An instance whose jobs wait; ``jobs`` is their number in 28 days, on average over the resamples."""

    name: str
    jobs: float
    configured: bool
    live: Waits
    decided: Waits

    @property
    def number(self) -> str:
        """The number of jobs in words."""
        return f"{round(self.jobs):,}" if round(self.jobs) else "under 1"

    @property
    def remark(self) -> str:
        """What stands below the name: ``42 jobs, unconfigured``."""
        jobs = "job" if round(self.jobs) <= 1 else "jobs"
        return f"{self.number} {jobs}{'' if self.configured else ', unconfigured'}"


@dataclass(frozen=True, slots=True)
class WaitScale:
    """A logarithmic axis from ten seconds to ``top`` seconds, drawn up to ``end`` of 100; ``never`` is at its edge."""

    top: float
    end: float

    def __call__(self, seconds: float) -> float:
        """Return where a wait is drawn; what is shorter than ten seconds is drawn at the beginning."""
        if not isfinite(seconds):
            return 100.0
        return self.end * log(max(seconds, _SHORTEST) / _SHORTEST) / log(self.top / _SHORTEST)

    @property
    def ticks(self) -> Iterator[tuple[float, str]]:
        """What stands along the axis: waits in seconds and their names."""
        yield _SHORTEST, f"≤ {_wait(_SHORTEST)}"
        yield from ((tick, name) for tick, name in _TICKS.items() if tick <= self.top)
        if self.end < 100:
            yield inf, _wait(inf)


def instances_that_wait(forecast: Forecast, configured: Sequence[str]) -> list[Waiting]:
    """Return the instances that have jobs, in the order of ``configured``; those that it does not name come last."""
    places = {name: place for place, name in enumerate(configured)}
    waiting = [
        Waiting(one.name, one.jobs, one.name in places, one.live, one.decided)
        for one in forecast.instances
        if one.live is not None and one.decided is not None
    ]
    return sorted(waiting, key=lambda one: (places.get(one.name, len(places)), -one.jobs, one.name))


def wait_tracks(instances: Sequence[Waiting]) -> Markup:
    """Draw two tracks an instance, median and below it 90th percentile: a ring for now, a dot for what is decided.

    There must be an instance.
    """
    scale = _scale(instances)
    ticks = [Tick(scale(tick), name, "grid" if isfinite(tick) else "grid never") for tick, name in scale.ticks]
    return row_chart("Waits now and as decided", ticks, instances, lambda one: _rows(one, scale, ticks), "tracks")


def wait_table(instances: Sequence[Waiting]) -> Markup:
    """Return the drawn figures with their ranges as a table."""
    return table(_COLUMNS, map(_cells, instances), "waits")


def wait_notes(timed: TimedForecast) -> Markup:
    """Return which instances have no jobs, and what the figures rest on: nothing, if there are no figures."""
    sentences = notes(timed.forecast, timed.seconds)
    return tag("div", *(tag("p", sentence) for sentence in sentences), class_="soft notes")


def _scale(instances: Sequence[Waiting]) -> WaitScale:
    values = [
        seconds
        for one in instances
        for waits in (one.live, one.decided)
        for estimate in (waits.median_seconds, waits.p90_seconds)
        for seconds in (estimate.middle, estimate.low, estimate.high)
    ]
    longest = max([_SHORTEST_AXIS, *filter(isfinite, values)])
    return WaitScale(longest, 100.0 if all(map(isfinite, values)) else 100 - _ROOM_FOR_NEVER)


@dataclass(frozen=True, slots=True)
class _Style:
    """What a track shows and how: its height, and how large its marks are."""

    name: str
    figure: Callable[[Waits], Estimate]
    height: float
    ring: float
    dot: float
    text: str
    prefix: str


_WIDE: Final = _Style("median wait", lambda waits: waits.median_seconds, 24.0, 6.0, 4.8, "", "")
_NARROW: Final = _Style("90th percentile", lambda waits: waits.p90_seconds, 20.0, 4.6, 3.6, "small ", "90th: ")


def _rows(instance: Waiting, scale: WaitScale, ticks: Sequence[Tick]) -> Markup:
    return join(
        _track(instance, row_name(instance.name), scale, ticks, _WIDE),
        _track(instance, row_name(instance.remark, "name remark"), scale, ticks, _NARROW),
    )


def _track(instance: Waiting, label: Markup, scale: WaitScale, ticks: Sequence[Tick], style: _Style) -> Markup:
    """Draw ranges as bars, and before them the figures; the title says them in words.

    Who waits less, as far as the written figures tell, is served earlier: that is ``raised``.
    """
    y, live, decided = style.height / 2, style.figure(instance.live), style.figure(instance.decided)
    before, after = _wait(live.middle), _wait(decided.middle)
    direction = "same" if before == after else "raised" if decided.middle < live.middle else "lowered"
    title = f"{instance.name}, {style.name}: now {_with_range(live)}, as decided {_with_range(decided)}"
    return row(
        label,
        style.prefix + (after if before == after else f"{before} → {after}"),
        style.height,
        f"{title}: {_DIRECTIONS[direction]}",
        *grid(style.height, ticks),
        _range(live, scale, y, style.ring + 1, "range"),
        _range(decided, scale, y, style.ring / 2, f"{direction} new-range"),
        dot(scale(live.middle), y, style.ring, "ring"),
        dot(scale(decided.middle), y, style.dot, f"{direction} dot"),
        style=f"{style.text}{direction}-text",
    )


def _wait(seconds: float) -> str:
    return format_duration(seconds, brief=True)


def _range(estimate: Estimate, scale: WaitScale, y: float, height: float, style: str) -> Markup:
    return bar(scale(estimate.low), scale(estimate.high), y - height / 2, height, style, rx=height / 2)


def _cells(instance: Waiting) -> Iterator[Markup]:
    remark = join() if instance.configured else tag("span", " unconfigured", class_="soft")
    yield join(instance.name, remark)
    yield join(instance.number)
    live, decided = instance.live, instance.decided
    yield from map(wait_cell, (live.median_seconds, decided.median_seconds, live.p90_seconds, decided.p90_seconds))


def wait_cell(estimate: Estimate) -> Markup:
    """Return a figure with its range."""
    middle, between = _wait(estimate.middle), format_range(estimate)
    return join(middle, tag("span", f" {between}", class_="soft") if between != middle else join())


def _with_range(estimate: Estimate) -> str:
    middle, between = _wait(estimate.middle), format_range(estimate)
    return middle if middle == between else f"{middle} ({between})"
