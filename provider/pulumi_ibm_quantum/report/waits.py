"""A forecast as a table for people and as plain data for scripts, with what it assumes and what it cannot know."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any, Final

from pulumi_ibm_quantum.forecast import (
    HISTORY_DAYS,
    WINDOW_DAYS,
    Comparison,
    Estimate,
    Forecast,
    InstanceComparison,
    InstanceForecast,
    Waits,
)
from pulumi_ibm_quantum.forecast.surroundings import Surroundings
from pulumi_ibm_quantum.report.layout import table as set_table
from pulumi_ibm_quantum.report.layout import wrap
from pulumi_ibm_quantum.vocabulary import format_duration

CANNOT_KNOW: Final = (
    "other accounts' jobs, which share the backends: they are taken to stay as busy as the observed waits suggest",
    "the future: days to come are drawn from days that were, so new work and work that was never submitted are missing",
    "when in a day jobs come: only sums of whole days are reported",
)
"""What the figures rest on and nobody can tell."""

NOTHING_RAN: Final = f"No forecast: no jobs in the last {HISTORY_DAYS} days."
"""All that is to be said where nobody has jobs."""

HEADER: Final = ("WAITS", "JOBS", "MEDIAN", "RANGE", "90TH PERCENTILE", "RANGE")


def table(forecast: Forecast, seconds: float, width: int | None = None) -> str:
    """Return a row for each instance that has jobs, and what the figures mean; ``seconds`` is what it took."""
    rows = list(wait_rows(forecast))
    sentences = "\n".join(notes(forecast, seconds))
    return "\n".join(
        [*([set_table([HEADER, *rows], width, figures=range(1, len(HEADER)))] if rows else []), wrap(sentences, width)]
    )


def wait_rows(forecast: Forecast) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each instance that has jobs, under ``HEADER``."""
    for one in forecast.instances:
        if one.live is None or one.decided is None:
            continue
        medians = one.live.median_seconds, one.decided.median_seconds
        p90s = one.live.p90_seconds, one.decided.p90_seconds
        yield (
            one.name,
            f"{one.jobs:.0f}",
            _change(map(format_middle, medians)),
            _change(map(format_range, medians)),
            _change(map(format_middle, p90s)),
            _change(map(format_range, p90s)),
        )


def notes(forecast: Forecast, seconds: float) -> Iterator[str]:
    """Yield which instances have no jobs, and the sentences that belong to the figures, if there are any."""
    idle = [one.name for one in forecast.instances if one.live is None]
    if len(idle) == len(forecast.instances):
        yield NOTHING_RAN
        return
    if idle:
        yield f"No jobs in the last {HISTORY_DAYS} days: {', '.join(idle)}."
    yield (
        f"Forecast for {WINDOW_DAYS} days, as it is => as decided: the middle of {forecast.resamples} resamples of the "
        f"last {HISTORY_DAYS} days, and in the ranges the lowest and the highest. It took {seconds:.1f} s."
    )
    assumed = forecast.surroundings
    yield (
        f"Fitted to the waits of the last {WINDOW_DAYS} days (off by a factor of {assumed.misfit:.1f}): "
        f"jobs come within {assumed.hours:g} hours of a day; other accounts use {loads_of_others(assumed)}."
    )
    used = forecast.used_seconds
    middle, low, high = (format_duration(each, brief=True) for each in (used.middle, used.low, used.high))
    yield (
        f"All together use {middle} ({low} to {high}) if nothing stops them; the account's own limit is not simulated."
    )
    yield f"It cannot know {'; '.join(CANNOT_KNOW)}."


def loads_of_others(assumed: Surroundings) -> str:
    """Say how much of each backend other accounts are taken to use: ``ibm_fez 53%, ibm_kyiv 7%``."""
    return ", ".join(f"{backend} {load:.0%}" for backend, load in assumed.others.loads.items())


def document(forecast: Forecast, seconds: float) -> dict[str, Any]:
    """Return what belongs to all instances, as plain data."""
    return {**assumptions(forecast), "took_seconds": round(seconds, 3)}


def assumptions(found: Forecast | Comparison[InstanceComparison]) -> dict[str, Any]:
    """Return what the figures rest on, as plain data."""
    assumed = found.surroundings
    return {
        "days": WINDOW_DAYS,
        "history_days": HISTORY_DAYS,
        "resamples": found.resamples,
        "seed": found.seed,
        "used_seconds": asdict(found.used_seconds),
        "assumed": {
            "hours_of_day": assumed.hours,
            "load_of_others": dict(assumed.others.loads),
            "misfit_factor": assumed.misfit,
        },
        "cannot_know": list(CANNOT_KNOW),
    }


def instance_document(one: InstanceForecast) -> dict[str, Any]:
    """Return an instance's waits as plain data: null where it has no jobs, and for a wait that never ends."""
    return {"jobs": one.jobs, "live": waits_document(one.live), "proposed": waits_document(one.decided)}


def columns(one: InstanceForecast) -> Mapping[str, float | None]:
    """Return an instance's waits as cells by column: None where it has no jobs, infinite for a wait that never ends."""
    cells: dict[str, float | None] = {"forecast_jobs": one.jobs}
    for terms, waits in (("live", one.live), ("proposed", one.decided)):
        estimates = (None, None) if waits is None else (waits.median_seconds, waits.p90_seconds)
        for name, estimate in zip(("median", "p90"), estimates, strict=True):
            for figure in ("middle", "low", "high"):
                value = None if estimate is None else round(getattr(estimate, figure), 3)
                cells[f"{terms}_{name}_wait_{figure}"] = value
    return cells


def format_range(estimate: Estimate) -> str:
    """Write the lowest and the highest wait, once where they read alike."""
    low, high = format_duration(estimate.low, brief=True), format_duration(estimate.high, brief=True)
    return low if low == high else f"{low} to {high}"


def format_middle(estimate: Estimate) -> str:
    """Write the middle of the resamples."""
    return format_duration(estimate.middle, brief=True)


def _change(pair: Iterable[str]) -> str:
    live, decided = pair
    return live if live == decided else f"{live} => {decided}"


def waits_document(waits: Waits | None) -> dict[str, Any] | None:
    """Return waits as plain data: null where there are none, and for a wait that never ends."""
    if waits is None:
        return None
    return {"median_seconds": _estimate(waits.median_seconds), "p90_seconds": _estimate(waits.p90_seconds)}


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {
        name: round(value, 3) if isfinite(value) else None
        for name, value in (("middle", estimate.middle), ("low", estimate.low), ("high", estimate.high))
    }
