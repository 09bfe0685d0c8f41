"""What is fitted to the waits observed: other accounts' load, and the hours of the day in which jobs come."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from pulumi_ibm_quantum.forecast import History, JobsOfDay, Terms
from pulumi_ibm_quantum.forecast.history import DAY_SECONDS
from pulumi_ibm_quantum.forecast.others import like_ours
from pulumi_ibm_quantum.forecast.parts import one_by_one
from pulumi_ibm_quantum.forecast.play import Scene
from pulumi_ibm_quantum.forecast.streams import jobs_of, last_days, past_runs
from pulumi_ibm_quantum.forecast.surroundings import Surroundings, fit
from tests.support.accounts_with_days import TODAY, snapshot, steady

TERMS = {"a": Terms(400_000), "b": Terms(200_000), "c": Terms(100_000)}
FEW = {name: steady(3, 60) for name in TERMS}
MANY = {name: steady(jobs, 300) for name, jobs in (("a", 5), ("b", 20), ("c", 40))}


def fitted(history: History, terms: dict[str, Terms]) -> Surroundings:
    return fit(history, terms, seed="test", over=one_by_one)


def observed(days: dict[str, list[JobsOfDay]], *, load: float, hours: float) -> History:
    """A history whose waits are those that a queue gives if others hold a part of the backend, or none."""
    history = History(TODAY, days)
    others = replace(like_ours(history, TERMS), loads={"ibm_alpha": load})
    jobs = jobs_of(last_days(history), hours, Random("truth"))
    past = list(past_runs(history, TODAY - timedelta(28)))
    waits = defaultdict(list)
    scene = Scene(list(days), history.backends, past, jobs, others, others.jobs("truth"))
    for job, wait in zip(jobs.jobs(), scene.waits(TERMS), strict=True):
        waits[job.project, int(job.submitted_seconds // DAY_SECONDS)].append(wait)
    mean = {(name, TODAY - timedelta(28 - number)): sum(some) / len(some) for (name, number), some in waits.items()}
    return History(
        TODAY,
        {
            name: [
                JobsOfDay(d.day, d.backend, d.jobs, d.used_seconds, d.longest_seconds, mean.get((name, d.day), 0.0))
                for d in some
            ]
            for name, some in days.items()
        },
    )


@pytest.mark.parametrize("load", [0.0, 0.25, 0.5, 0.75])
def test_what_others_use_is_found(load: float) -> None:
    """Where our few jobs hardly meet each other, waits tell what others use."""
    found = fitted(observed(FEW, load=load, hours=24.0), TERMS)
    assert found.others.loads["ibm_alpha"] == pytest.approx(load, abs=0.1)
    assert found.misfit < 1.3


@pytest.mark.parametrize("hours", [12.0, 24.0])
def test_waits_of_our_own_making_are_not_blamed_on_others(hours: float) -> None:
    """Where our many jobs wait for each other, because all come at the same time of day, others use next to nothing."""
    found = fitted(observed(MANY, load=0.0, hours=hours), TERMS)
    assert found.hours == hours
    assert found.others.loads["ibm_alpha"] < 0.1
    assert found.misfit < 1.3


def test_who_did_not_wait_has_the_systems_alone() -> None:
    """Where nobody waited, other accounts use nothing."""
    history = History(TODAY, {"a": steady(2, 60)})
    assert fitted(history, {"a": Terms(50_000)}).others.loads == {"ibm_alpha": 0.0}


def test_waiting_at_a_limit_is_not_blamed_on_others() -> None:
    """Days on which an instance stood at its limit, and its jobs waited for days, say nothing of other accounts."""
    stuck = steady(10, 300, wait_seconds=200_000)
    used = sum(day.used_seconds for day in stuck[-28:])
    live = {"stuck": Terms(100_000, round(0.9 * used)), "free": Terms(100_000)}
    history = History(TODAY, {"stuck": stuck, "free": steady(2, 60)})
    assert fitted(history, live).others.loads["ibm_alpha"] < 0.1
    unlimited = {**live, "stuck": Terms(100_000)}
    assert fitted(history, unlimited).others.loads["ibm_alpha"] > 0.5


def test_a_limit_of_today_does_not_undo_what_ran_before_it() -> None:
    """Many jobs ran, and others of ours waited for them, although their instance has since been given a low limit."""
    days = {"a": steady(90, 300), "b": steady(20, 300), "c": steady(20, 300)}
    limited = {**TERMS, "a": Terms(400_000, 1000)}
    assert fitted(observed(days, load=0.0, hours=12.0), limited).others.loads["ibm_alpha"] < 0.1


def test_others_have_the_fairness_of_this_account() -> None:
    """The instances of others stand where ours do, by how much of the time is used at which fairness."""
    live = {"little": Terms(600_000), "much": Terms(60_000), "idle": Terms(10_000)}
    days = {"little": steady(4, 300), "much": steady(16, 300), "idle": []}
    others = replace(like_ours(snapshot(live, days).history, live), loads={"ibm_alpha": 0.3})
    little, much = 28 * 4 * 300 / 600_000, 28 * 16 * 300 / 60_000
    assert others.fairness == pytest.approx([little, much, much, much, much])
    used = sum(share.share * fairness for share, fairness in zip(others.shares, others.fairness, strict=True))
    assert used == pytest.approx(0.3 * 28 * DAY_SECONDS)
