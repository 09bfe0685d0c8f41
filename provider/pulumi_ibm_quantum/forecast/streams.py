"""Streams of jobs made of days: what analytics sums up by day, taken apart into jobs again. Time 0 begins a day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import log
from random import Random
from typing import Final

from pulumi_ibm_quantum.forecast.history import DAY_SECONDS, WINDOW_DAYS, History, JobsOfDay
from pulumi_ibm_quantum.queue import PastRun, Stream

_HALF_LIFE_DAYS: Final = 28

Day = Sequence[tuple[str, JobsOfDay]]
"""What ran on one day: the instances, and what each ran on one backend."""


def resampled_days(history: History, chance: Random) -> list[Day]:
    """Draw a window of days to come from the days that were.

    Whole days are drawn, so that what is busy together stays together. A working day comes from the working days and a
    day of a weekend from the weekends; a day that is 28 days older is half as likely.
    """
    drawn: list[Day] = []
    for number in range(WINDOW_DAYS):
        weekend = _is_weekend(history.today + timedelta(number))
        candidates = [day for day in history.by_day if _is_weekend(day) == weekend]
        weights = [0.5 ** ((history.today - day).days / _HALF_LIFE_DAYS) for day in candidates]
        drawn.append(history.by_day[chance.choices(candidates, weights)[0]] if candidates else [])
    return drawn


def last_days(history: History) -> list[Day]:
    """Return the days of the last window as they were."""
    return [history.by_day.get(history.today - timedelta(age), []) for age in range(WINDOW_DAYS, 0, -1)]


def jobs_of(days: Sequence[Day], hours: float, chance: Random) -> Stream:
    """Take days apart into jobs, which come at any time within ``hours`` around each noon."""
    jobs, draw = Stream(), chance.random
    for number, day in enumerate(days):
        for name, ran in day:
            durations = spread(ran.used_seconds, ran.longest_seconds, ran.jobs, chance)
            jobs.projects.extend([project_of(name)] * len(durations))
            jobs.backends.extend([ran.backend] * len(durations))
            jobs.duration_seconds.extend(durations)
            jobs.submitted_seconds.extend(
                [(number + 0.5 + (draw() - 0.5) * hours / 24) * DAY_SECONDS for _ in durations]
            )
    return jobs


def past_runs(history: History, begin: date) -> Iterator[PastRun]:
    """Return what counts where the day ``begin`` starts; a day's usage lies around its noon."""
    for name, days in history.instances.items():
        for ran in days:
            age = (begin - ran.day).days
            if 0 < age <= WINDOW_DAYS and ran.used_seconds:
                start = (0.5 - age) * DAY_SECONDS - ran.used_seconds / 2
                yield PastRun(project_of(name), ran.backend, min(start, -ran.used_seconds), ran.used_seconds)


def spread(total: float, longest: float, count: int, chance: Random) -> list[float]:
    """Return ``count`` random positive numbers with a given sum and a given largest.

    The others vary as exponential draws do, or as much less as the largest allows. A largest that cannot be is replaced
    by the nearest that can.
    """
    if count == 1 or total <= 0:
        return [total / count] * count
    longest = min(max(longest, total / count), total)
    mean = (total - longest) / (count - 1)
    draws = [exponential(chance) for _ in range(count - 1)]
    average = sum(draws) / len(draws)
    excess = max(draws) / average - 1
    reach = 1.0 if mean * (1 + excess) <= longest else (longest / mean - 1) / excess
    return [longest, *(mean * (1 + reach * (draw / average - 1)) for draw in draws)]


def exponential(chance: Random) -> float:
    """Draw from the exponential distribution of mean 1, as `Random.expovariate` does, in a third of the time."""
    return -log(1.0 - chance.random())


def project_of(instance: str) -> str:
    """Return the instance's name in the queue, where a slash would stand between levels of the tree."""
    return instance.replace("/", "\N{DIVISION SLASH}")


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5
