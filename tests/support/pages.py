"""Pages of accounts and queues of any size, with what is hard to draw: an outlier, a long name, one with markup."""

from datetime import UTC, date, datetime, timedelta
from math import inf
from typing import Final

from pulumi_ibm_quantum.balancer import Account, ConfiguredInstance, InstanceState, NetGrant, Policy, Usage, balance
from pulumi_ibm_quantum.forecast import Estimate, Forecast, InstanceForecast, Surroundings, Waits
from pulumi_ibm_quantum.forecast.others import Others
from pulumi_ibm_quantum.planning.forecasting import TimedForecast
from pulumi_ibm_quantum.queue import Backend, Job, PastRun, Reservation, Share, simulate
from pulumi_ibm_quantum.report.html.account_page import account_page
from pulumi_ibm_quantum.report.queue.account_run import AccountRun
from pulumi_ibm_quantum.report.queue.queue_page import queue_page
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.accounts import TODAY
from tests.support.reports import report_of

MARKUP: Final = "<script>alert('1')</script> \"&amp; <img src=x>"
LONG: Final = "department-of-computational-materials-science_" * 4
HOUR: Final = 3600


def names(count: int) -> list[str]:
    """As many names; the second is very long, the third has markup in it."""
    return ["outlier", LONG, MARKUP, *(f"team-{number:03}" for number in range(3, count))][:count]


def account_page_of(count: int, *, forecast: bool = False, refused: bool = False) -> str:
    """The page of an account with so many instances, of which the first has about 100 times as much as any other."""
    instances, usage = zip(*map(_instance, range(count), names(count)), strict=True)
    allocated = sum(one.state.allocation_seconds for one in instances)
    consumed = sum(one.state.usage.last_28_days for one in instances) + 5 * HOUR
    account = Account("acc", "premium", int(allocated * 1.15), int(allocated * 0.05), consumed)
    policy = Policy(allocation_reserve_percent=4.0, minimum_allocation_seconds=allocated // 2 if refused else 60)
    result = balance(account, instances, policy, TODAY)
    by_crn = {one.state.crn: days for one, days in zip(instances, usage, strict=True) if one.state.crn}
    return account_page(report_of(result, usage=by_crn, forecast=_forecast(count) if forecast else None))


def queue_page_of(count: int, *, dated: bool = False) -> str:
    """The page of a queue of so many projects on two backends, of which the first used 100 times its share."""
    shares = tuple(
        Share(name.replace("/", "|"), 60 if number == 0 else HOUR) for number, name in enumerate(names(count))
    )
    jobs = [
        Job(
            share.name,
            f"ibm_{'fez' if (number + turn) % 2 else 'kyiv'}",
            turn * 4000 + number * 90,
            300 + number % 7 * 60,
        )
        for number, share in enumerate(shares)
        for turn in range(6)
    ]
    jobs += [Job(shares[0].name, "ibm_fez", 50 * HOUR + turn * HOUR, 1800, name=f"job-{turn}") for turn in range(5)]
    simulation = simulate(
        shares=shares,
        backends=(Backend("ibm_fez"), Backend("ibm_kyiv")),
        jobs=jobs,
        window_seconds=28 * 24 * HOUR,
        accounting="each_backend" if dated else "all_backends",
        reservations=[Reservation("ibm_fez", 8 * HOUR, 9 * HOUR)],
        past=[PastRun(shares[0].name, "ibm_fez", -HOUR, 600)],
    )
    run = AccountRun(simulation, TODAY, 3 * 24 * HOUR, frozenset({shares[-1].name}), "Assumed: nothing.")
    return queue_page(simulation, "queue.yaml", run if dated else None)


def _instance(number: int, name: str) -> tuple[ConfiguredInstance, dict[date, int]]:
    size = 100 if number == 0 else 1
    daily = size * (60 + number * 37 % 160) * (number % 5 != 4)
    days = {TODAY - timedelta(days=ago): daily * (ago * (number + 3) % 7) for ago in range(1, 57)}
    if number % 6 == 1:
        days[TODAY - timedelta(days=9)] = daily * 500
    month, fortnight, week, three, day = (
        sum(days[TODAY - timedelta(days=ago)] for ago in range(1, most + 1)) for most in (28, 14, 7, 3, 1)
    )
    start = datetime.combine(TODAY - timedelta(days=10), datetime.min.time(), UTC)
    grants = (NetGrant(start, start + timedelta(days=28), 20_000),) if number % 4 == 1 else ()
    limit = Limit.of(50_000 * size) if number % 4 in {1, 2} else None
    crn = None if number % 10 == 9 else f"crn:{number}"
    if crn is None:
        return ConfiguredInstance(InstanceState(None, name)), {}
    state = InstanceState(
        crn,
        name,
        size * (9_000 + number * 7919 % 9_000),
        limit or Limit.NONE,
        Usage(month, fortnight, week, three, day),
    )
    return ConfiguredInstance(state, limit or Limit.KEEP, grants), days


def _forecast(count: int) -> TimedForecast:
    entries = []
    for number, name in enumerate([*names(count), "nobody's"]):
        median = 20.0 * (1 + number * 37 % 400)
        live = Waits(Estimate(median, median / 2, median * 3), Estimate(median * 30, median * 9, median * 90))
        worse = 0.4 + number % 5 * 0.3
        p90 = inf if number % 11 == 5 else median * 30 * worse
        decided = Waits(Estimate(median * worse, median / 3, median * 3), Estimate(p90, median * 9, inf))
        entries.append(InstanceForecast(name, 1500.0 / (number + 1), live, decided))
    surroundings = Surroundings(Others({"ibm_fez": 0.41}, {"ibm_fez": 300.0}, [1.0]), 12.0, 1.4)
    return TimedForecast(Forecast(tuple(entries), surroundings, Estimate(900.0, 900.0, 900.0), 20, 0), 3.2)
