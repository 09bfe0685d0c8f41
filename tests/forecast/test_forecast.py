"""What two plans do to waiting."""

from math import inf

import pytest

from pulumi_ibm_quantum.forecast import AccountHistory, Forecast, History, InstanceForecast, Terms, Waits, forecast
from tests.support.accounts_with_days import HOUR, TODAY, snapshot, steady

TERMS = {"busy": Terms(20_000), "calm": Terms(400_000), "small": Terms(200_000)}
DAYS = {"busy": steady(60, 300, wait_seconds=3000), "calm": steady(60, 300, wait_seconds=600), "small": steady(5, 60)}


def run(of: AccountHistory, *, resamples: int = 3, seed: int = 0) -> dict[str, InstanceForecast]:
    return {one.name: one for one in forecast(of, resamples=resamples, seed=seed).instances}


def waits(of: Waits | None) -> Waits:
    assert of is not None
    return of


@pytest.fixture(scope="module")
def raised() -> dict[str, InstanceForecast]:
    """The busy project, which had too little, is given more than the calm one."""
    return run(snapshot(TERMS, DAYS, {"busy": Terms(800_000)}))


def test_who_is_given_more_waits_less_at_somebodys_cost(raised: dict[str, InstanceForecast]) -> None:
    """The project whose allocation is raised waits much less in all figures, and the one that it passes waits more."""
    busy, calm = raised["busy"], raised["calm"]
    for figure in ("median_seconds", "p90_seconds"):
        assert getattr(busy.decided, figure).middle < 0.5 * getattr(busy.live, figure).middle
        assert getattr(calm.decided, figure).middle > 1.5 * getattr(calm.live, figure).middle


def test_ranges_hold_the_figure_and_have_a_width(raised: dict[str, InstanceForecast]) -> None:
    """Each figure lies within its range, and resamples differ."""
    for one in raised.values():
        for plan in (waits(one.live), waits(one.decided)):
            for estimate in (plan.median_seconds, plan.p90_seconds):
                assert estimate.low <= estimate.middle <= estimate.high
            assert plan.p90_seconds.low < plan.p90_seconds.high
            assert plan.median_seconds.middle <= plan.p90_seconds.middle


def test_as_many_jobs_as_there_were(raised: dict[str, InstanceForecast]) -> None:
    """A project that runs the same number of jobs every day runs that number in the days to come."""
    assert {name: one.jobs for name, one in raised.items()} == {"busy": 28 * 60, "calm": 28 * 60, "small": 28 * 5}


def test_a_plan_that_changes_nothing_changes_no_wait() -> None:
    """Both plans meet the same days: where they are the same, so are the waits."""
    for one in run(snapshot(TERMS, DAYS), resamples=2).values():
        assert one.live == one.decided


def test_the_same_seed_gives_the_same_forecast_and_another_another() -> None:
    """A forecast can be repeated."""
    of = snapshot({"a": Terms(50_000)}, {"a": steady(30, 600, wait_seconds=900)})
    assert forecast(of, resamples=3, seed=7) == forecast(of, resamples=3, seed=7)
    assert run(of, seed=7) != run(of, seed=8)


def test_a_limit_that_is_reached_makes_jobs_wait_for_days() -> None:
    """A project at its limit waits from the first day until old usage leaves the window; with room it does not wait."""
    days = {"a": steady(10, 300)}
    tight, wide = Terms(100_000, 60_000), Terms(100_000, 120_000)
    one = run(snapshot({"a": tight}, days, {"a": wide}))["a"]
    assert waits(one.live).median_seconds.middle > 24 * HOUR
    assert waits(one.decided).p90_seconds.middle < HOUR


def test_archived_instances_never_run() -> None:
    """Jobs of an instance that a plan archives wait for ever, and keep nobody from running."""
    one = run(snapshot(TERMS, DAYS, {"busy": Terms(0)}))["busy"]
    assert waits(one.decided).median_seconds.middle == inf
    assert waits(one.live).median_seconds.high < inf


def test_an_instance_without_jobs_has_no_waits() -> None:
    """An idle instance, and one that is to be created, is listed with no jobs and no waits."""
    of = snapshot({**TERMS, "idle": Terms(5000), "new": Terms(0)}, {**DAYS, "idle": [], "new": []}, {"new": Terms(600)})
    found = run(of, resamples=1)
    for name in ("idle", "new"):
        assert found[name] == InstanceForecast(name, 0, None, None)


def test_an_account_without_a_past_has_no_forecast() -> None:
    """Where nothing ever ran there is nothing to say, and no error."""
    found = forecast(AccountHistory("0" * 32, "premium", History(TODAY, {"a": []}), {"a": Terms(10)}, {"a": Terms(20)}))
    assert found.instances == (InstanceForecast("a", 0, None, None),)
    assert found.used_seconds.high == 0


def test_names_may_hold_slashes() -> None:
    """A name that would be a path in the tree of shares is a name."""
    one = run(snapshot({"a/b": Terms(10_000)}, {"a/b": steady(1, 60)}), resamples=1)["a/b"]
    assert one.jobs == 28


def test_progress_reaches_its_end() -> None:
    """Whoever waits sees the runs of the queue counted up to the last."""
    seen: list[tuple[int, int]] = []
    forecast(
        snapshot({"a": Terms(10_000)}, {"a": steady(1, 60)}),
        resamples=2,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, total in seen} == {len(seen)}


def test_what_is_used_is_what_was_used() -> None:
    """The account's use of the days to come is that of days that were."""
    found: Forecast = forecast(snapshot({"a": Terms(50_000)}, {"a": steady(10, 300)}), resamples=2)
    assert found.used_seconds.middle == pytest.approx(28 * 3000)
