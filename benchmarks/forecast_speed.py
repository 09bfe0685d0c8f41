"""How long a forecast takes, and how much of that the fast queue and a second process save, in one run.

    .venv/bin/python benchmarks/forecast_speed.py [projects ...]

Accounts of so many projects are made up, on three backends that are 40 percent full of their jobs. Each is forecast on
the queue that is written by the rules (`simulate`, on which all forecasts were made before there was `FlatQueue`), on
the fast one, and on that with the work shared by two processes. The figures must be the same to the last bit.

Seconds are of the CPU, so that what else runs on the machine does not count; for two processes those of the one that
is busy longer. ``wall`` is how long that really took.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from math import inf
from random import Random
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Final
from unittest.mock import patch

from pulumi_ibm_quantum.forecast import HISTORY_DAYS, AccountHistory, Forecast, History, JobsOfDay, Terms, forecast
from pulumi_ibm_quantum.forecast.history import DAY_SECONDS
from pulumi_ibm_quantum.forecast.play import Scene
from pulumi_ibm_quantum.processes import Processes
from pulumi_ibm_quantum.queue import Backend, simulate

TODAY: Final = date(2026, 11, 16)
BACKENDS: Final = ("ibm_alpha", "ibm_beta", "ibm_gamma")
LOAD: Final = 0.4


def main() -> None:
    """Print a line for each size."""
    print("projects    jobs   by the rules     fast        two processes     wall")
    for projects in [int(argument) for argument in sys.argv[1:]] or [12, 100, 300]:
        account = made_up(projects)
        jobs = sum(ran.jobs for days in account.history.instances.values() for ran in days)
        with patch.object(Scene, "waits", waits_by_the_rules):
            expected, slow, _ = timed(lambda: forecast(account))  # noqa: B023
        alone, fast, _ = timed(lambda: forecast(account))  # noqa: B023
        shared, longer, wall = timed(lambda: forecast_by_two(account))  # noqa: B023
        assert alone == expected == shared, "the figures differ"
        figures = (
            f"{slow:9.1f} s  {fast:7.2f} s {slow / fast:4.1f}x  {longer:7.2f} s {slow / longer:4.1f}x  {wall:5.1f} s"
        )
        print(f"{projects:8} {jobs:7}   {figures}", flush=True)


def made_up(projects: int) -> AccountHistory:
    """Make an account up: some projects of very different size, idle days, and a decision that changes allocations."""
    chance = Random(projects)
    sizes = [chance.paretovariate(1.1) for _ in range(projects)]
    days, live, decided = dict[str, list[JobsOfDay]](), dict[str, Terms](), dict[str, Terms]()
    for number, size in enumerate(sizes):
        name, daily = f"project-{number}", LOAD * len(BACKENDS) * DAY_SECONDS * size / sum(sizes)
        days[name] = [
            jobs_of_day(TODAY - timedelta(age), chance.choice(BACKENDS), daily * chance.uniform(0.2, 1.8), chance)
            for age in range(HISTORY_DAYS, 0, -1)
            if chance.random() < 0.8
        ]
        allocation = round(28 * daily * chance.uniform(0.6, 3)) + 600
        live[name] = Terms(allocation, 2 * allocation if number % 3 == 0 else None)
        decided[name] = Terms(round(allocation * chance.uniform(0.7, 1.4)), live[name].limit_seconds)
    return AccountHistory("0" * 32, "premium", History(TODAY, days), live, decided)


def jobs_of_day(day: date, backend: str, used: float, chance: Random) -> JobsOfDay:
    """Make up what a project ran on a day."""
    jobs = max(1, round(used / 300))
    return JobsOfDay(day, backend, jobs, used, used / jobs * chance.uniform(1, 1.5), chance.expovariate(1 / 1200))


def waits_by_the_rules(scene: Scene, terms: Mapping[str, Terms]) -> list[float]:
    """Play a scene on the queue that is written by the rules; its jobs are made objects once."""
    jobs = vars(scene).setdefault("jobs_by_the_rules", [*scene.jobs.jobs(), *scene.jobs_of_others.jobs()])
    if not scene.jobs:
        return []
    simulation = simulate(
        scene.shares(terms),
        [Backend(backend) for backend in scene.backends],
        jobs,
        accounting="all_backends",
        past=[*scene.past, *scene.others.past],
    )
    waits = (run.wait_seconds for run in simulation.runs[: len(scene.jobs)])
    return [inf if wait is None else wait for wait in waits]


def forecast_by_two(account: AccountHistory) -> Forecast:
    """Forecast with one more process."""
    with Processes(2) as processes:
        return forecast(account, over=processes)


def timed(work: Callable[[], Forecast]) -> tuple[Forecast, float, float]:
    """Return what comes of work, the CPU seconds of the process that was busy longest, and the seconds it took."""
    before, begun = cpu_seconds(), perf_counter()
    result = work()
    return result, max(after - was for was, after in zip(before, cpu_seconds(), strict=True)), perf_counter() - begun


def cpu_seconds() -> tuple[float, float]:
    """Return the CPU seconds of this process, and of those that it has started and that are over."""
    own, children = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
