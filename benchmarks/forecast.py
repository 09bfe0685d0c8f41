"""How good the forecast is, on accounts whose truth is known.

    .venv/bin/python benchmarks/forecast.py [seed ...]

Each account is made up: nine projects of very different size on three backends, with allocations that do not follow
their usage, jobs in office hours, busy and idle days, some projects growing and some winding down; and other accounts,
whose jobs are shorter and whose fairness is another. The fair-share queue of all of them is played for 116 days. The
first 28 fill the window; the next 60 are booked on a fake account, job by job. The forecast reads that account as it
would a real one and sees days only, not jobs, and nothing of the others. The last 28 days are held out: they are played
under the live allocations and under the load balancer's, and compared with what was forecast for each.

``off`` is the factor between forecast and truth (1.5: half as much again, or two thirds), a minute added to both, and
``in`` says whether the truth lies within the range over the resamples.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log
from random import Random
from statistics import median
from time import perf_counter
from typing import Any, Final

from pulumi_ibm_quantum.cloud import connect_from_environment
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.fake import (
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Clock,
    Fake,
    Role,
    Subscription,
    UsageEvent,
    mock_ibm_quantum,
)
from pulumi_ibm_quantum.forecast import Estimate, Terms, Waits, forecast
from pulumi_ibm_quantum.planning import Scope, decide, observe
from pulumi_ibm_quantum.planning.account_history import read_history
from pulumi_ibm_quantum.queue import Backend, Job, PastRun, Run, Share, Simulation, simulate

DAY: Final = 86_400
WARM_UP, SEEN, HELD_OUT = 28, 60, 28
DAYS: Final = WARM_UP + SEEN + HELD_OUT
TODAY: Final = WARM_UP + SEEN
FIRST_DAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
BACKENDS: Final = ("ibm_alpha", "ibm_beta", "ibm_gamma")
WINDOW: Final = 28 * DAY


@dataclass(frozen=True)
class Project:
    """A project: what it has, and how it works."""

    name: str
    allocation_seconds: int
    daily_seconds: float
    mean_job_seconds: float
    backends: Sequence[str]
    growth_a_day: float


@dataclass(frozen=True)
class Truth:
    """Everything about an account and those beside it, past and future."""

    projects: Sequence[Project]
    others: Sequence[Share]
    jobs: Sequence[Job]

    def played(self, jobs: Sequence[Job], allocations: Mapping[str, int], past: Sequence[PastRun]) -> Simulation:
        """Play the queue of everybody."""
        shares = [Share(name, seconds) for name, seconds in allocations.items()]
        backends = [Backend(name) for name in BACKENDS]
        return simulate([*shares, *self.others], backends, jobs, accounting="all_backends", past=past)


@dataclass(frozen=True)
class Row:
    """A project that has jobs: how long they really wait, under each, and what was forecast."""

    name: str
    fairness: float
    new_fairness: float
    live: Sequence[float]
    decided: Sequence[float]
    jobs: float
    live_forecast: Waits
    decided_forecast: Waits

    def pairs(self) -> Iterator[tuple[float, Estimate]]:
        """Yield truth and forecast: the median wait, the 90th percentile, and that under what was decided."""
        yield median(self.live), self.live_forecast.median_seconds
        yield p90(self.live), self.live_forecast.p90_seconds
        yield p90(self.decided), self.decided_forecast.p90_seconds


def main() -> None:
    """Try some accounts: the projects of each, and at the end a line for each account."""
    os.environ["IBMCLOUD_API_KEY"] = DEFAULT_API_KEY
    seeds = [int(argument) for argument in sys.argv[1:]] or range(11, 19)
    lines = []
    for seed in seeds:
        rows, seconds = compared(seed)
        print(f"account {seed}\n{HEADER}", *map(line, rows), "", sep="\n", flush=True)
        lines.append(f"{seed:7}  {summary(rows)}  {seconds:7.1f}")
    print(SUMMARY_HEADER, *lines, sep="\n")


def make(seed: int) -> Truth:
    """Make an account up."""
    chance = Random(seed)
    sizes = [chance.paretovariate(1.1) for _ in range(9)]
    account_load = 0.25 * len(BACKENDS) * DAY
    projects = [
        Project(
            name=f"project-{number}",
            allocation_seconds=round(account_load * 28 / len(sizes) * chance.uniform(0.8, 2.4)),
            daily_seconds=account_load * size / sum(sizes),
            mean_job_seconds=chance.uniform(100, 600),
            backends=chance.sample(BACKENDS, chance.randint(1, len(BACKENDS))),
            growth_a_day=chance.choice([0, 0, 0, 0.008, -0.008]),
        )
        for number, size in enumerate(sizes)
    ]
    load, scale = chance.uniform(0.2, 0.45), chance.choice([0.25, 1, 3])
    fairness = [scale * chance.uniform(0.1, 2) for _ in range(8)]
    used = load * len(BACKENDS) * WINDOW / len(fairness)
    others = [Share(f"other-{number}", used / one) for number, one in enumerate(fairness)]
    jobs = [*(job for one in projects for job in jobs_of(one, chance)), *jobs_of_others(load, len(others), chance)]
    return Truth(projects, others, jobs)


def jobs_of(project: Project, chance: Random) -> Iterator[Job]:
    """Let a project work in office hours, most days."""
    for day in range(DAYS):
        weekend = day % 7 >= 5
        wanted = project.daily_seconds * (0.2 if weekend else 1.3) * max(0.1, 1 + project.growth_a_day * (day - TODAY))
        left = wanted * chance.uniform(0.3, 1.7) * (chance.random() < 0.9)
        while (seconds := chance.lognormvariate(-0.32, 0.8) * project.mean_job_seconds) < 2 * left:
            left -= seconds
            moment = day * DAY + chance.triangular(7, 20, 11) * 3600
            yield Job(project.name, chance.choice(project.backends), moment, seconds)


def jobs_of_others(load: float, instances: int, chance: Random) -> Iterator[Job]:
    """Let others work day and night, in short jobs."""
    for backend in BACKENDS:
        moment = 0.0
        while (moment := moment + chance.expovariate(load / 150)) < DAYS * DAY:
            yield Job(f"other-{chance.randrange(instances)}", backend, moment, chance.expovariate(1 / 150))


def compared(seed: int) -> tuple[Sequence[Row], float]:
    """Return what was true and what was forecast of an account, and the seconds that the forecast took."""
    truth = make(seed)
    runs = truth.played(truth.jobs, {one.name: one.allocation_seconds for one in truth.projects}, []).runs
    with mock_ibm_quantum(booked(truth, runs)) as fake:
        cloud = connect_from_environment()
        project = parse_configuration(configuration(fake)).configuration
        history = read_history(decide(project, observe(cloud, Scope(project))), cloud)
    begun = perf_counter()
    result = forecast(history)
    seconds = perf_counter() - begun
    live, decided = (held_out(truth, runs, terms) for terms in (history.live, history.decided))
    rows = []
    for one in result.instances:
        if one.live is not None and one.decided is not None and one.name in live:
            used = history.history.used_seconds(one.name, history.history.today)
            before, after = (terms[one.name].allocation_seconds for terms in (history.live, history.decided))
            waits = live[one.name], decided[one.name]
            rows.append(Row(one.name, used / before, used / after, *waits, one.jobs, one.live, one.decided))
    return rows, seconds


def booked(truth: Truth, runs: Sequence[Run]) -> Fake:
    """Book on a fake account what its projects ran on the days that may be seen."""
    budget = sum(one.allocation_seconds for one in truth.projects)
    account = Account(
        clock=Clock(FIRST_DAY + timedelta(TODAY)),
        subscriptions=[Subscription("premium", PLAN_IDS["premium"], "premium", budget, None, BACKENDS)],
        api_keys=[ApiKey(DEFAULT_API_KEY, Role.ADMINISTRATOR)],
    )
    events = defaultdict[str, list[UsageEvent]](list)
    for run in runs:
        if run.start_seconds is not None and run.start_seconds < TODAY * DAY:
            when = FIRST_DAY + timedelta(seconds=run.start_seconds)
            waited = run.wait_seconds or 0.0
            events[run.job.project].append(UsageEvent(when, run.held_seconds, waited, backend=run.job.backend))
    for one in truth.projects:
        instance = account.add_instance(one.name, plan="premium", allocation_seconds=one.allocation_seconds)
        account.add_usage(instance.crn, events[one.name])
    return Fake(account)


def configuration(fake: Fake) -> dict[str, Any]:
    """Return a configuration of every instance."""
    instances = fake.account.instances
    return {
        "version": 3,
        "account_id": fake.account.account_id,
        "plan": "premium",
        "minimum_allocation_seconds": 600,
        "instances": [{"name": one.name, "crn": one.crn} for one in instances],
    }


def held_out(truth: Truth, runs: Sequence[Run], terms: Mapping[str, Terms]) -> Mapping[str, Sequence[float]]:
    """Play the held-out days under some terms; return each project's waits in rising order."""
    now = TODAY * DAY
    past = [
        PastRun(run.job.project, run.job.backend, run.start_seconds - now, run.job.duration_seconds)
        for run in runs
        if run.start_seconds is not None and run.end_seconds is not None and now - WINDOW <= run.end_seconds <= now
    ]
    jobs = [
        Job(run.job.project, run.job.backend, float(run.job.submitted_seconds) - now, run.job.duration_seconds)
        for run in runs
        if run.job.submitted_seconds >= now
    ]
    waits = defaultdict[str, list[float]](list)
    for run in truth.played(jobs, {name: one.allocation_seconds for name, one in terms.items()}, past).runs:
        waits[run.job.project].append(run.wait_seconds or 0.0)
    return {name: sorted(some) for name, some in waits.items()}


def p90(waits: Sequence[float]) -> float:
    """Return the 90th percentile of waits in rising order."""
    return waits[-(-9 * len(waits) // 10) - 1]


def off(true: float, estimate: float) -> float:
    """Return the factor between two waits, a minute added to both; 1 is no difference."""
    return exp(abs(log((estimate + 60) / (true + 60))))


def line(row: Row) -> str:
    """Return the line of a project."""
    figures = "".join(
        f"   {true:7.0f} {one.middle:7.0f} {off(true, one.middle):4.1f} {'x' if one.low <= true <= one.high else '':>2}"
        for true, one in row.pairs()
    )
    return f"{row.name:10} {len(row.live):5} /{row.jobs:5.0f}  {row.fairness:4.2f} => {row.new_fairness:4.2f}{figures}"


def summary(rows: Sequence[Row]) -> str:
    """Return the line of an account."""
    pairs = list(zip(*(row.pairs() for row in rows), strict=True))
    errors = [median(off(true, one.middle) for true, one in kind) for kind in pairs]
    ranks = [correlation([true for true, _ in kind], [one.middle for _, one in kind]) for kind in pairs]
    changes = [p90(row.decided) - p90(row.live) for row in rows]
    forecast_changes = [row.decided_forecast.p90_seconds.middle - row.live_forecast.p90_seconds.middle for row in rows]
    right = sum((true > 0) == (found > 0) for true, found in zip(changes, forecast_changes, strict=True))
    inside = sum(one.low <= true <= one.high for kind in pairs for true, one in kind)
    cells = [*(f"{error:6.1f}" for error in errors), *(f"{rank:6.2f}" for rank in ranks)]
    cells += [f"{correlation(changes, forecast_changes):6.2f}", f"{right:3} of {len(rows)}"]
    return "  ".join([*cells, f"{inside / len(pairs) / len(rows):6.0%}"])


def correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation."""
    one, other = ([float(sorted(some).index(value)) for value in some] for some in (first, second))
    count = len(first)
    differences = sum((a - b) * (a - b) for a, b in zip(one, other, strict=True))
    return 1 - 6 * differences / (count * (count * count - 1))


HEADER: Final = (
    f"{'':10} {'jobs':>12}  {'fairness':>12}   {'median wait, live':>22}   {'p90, live':>22}   {'p90, decided':>22}\n"
    f"{'project':10} {'true':>5} /{'fcst':>5}  {'live':>4} => {'new':>4}"
    + f"   {'true':>7} {'fcst':>7} {'off':>4} in"
    * 3
)
SUMMARY_HEADER: Final = (
    f"{'':7}  {'typically off by a factor':^22}  {'rank correlation':^30}  change  {'truth':>6}\n"
    f"account  median     p90  p90 new  median     p90  p90 new  change   right  inside  seconds"
)


if __name__ == "__main__":
    main()
