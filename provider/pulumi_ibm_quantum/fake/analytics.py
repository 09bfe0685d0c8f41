"""Quantum Platform analytics (``/v1/analytics``): sums over usage, in milliseconds.

Simplified: all jobs count as individual ones, sessions are always 0.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .clock import parse_timestamp, timestamp
from .errors import Refused
from .instance import Instance
from .messages import Answer
from .model import Account
from .service import Context
from .usage import DAY_MICROSECONDS, Series, Totals, Window, microseconds, moment_of

_GROUPS = ("instance", "backend", "user_id", "plan", "subscription_id")
_NO_SESSIONS = dict.fromkeys(
    (
        "sessions",
        "sessions_usage",
        "avg_sessions_usage",
        "max_sessions_usage",
        "batch_sessions",
        "batch_sessions_usage",
        "avg_batch_sessions_usage",
        "max_batch_sessions_usage",
        "dedicated_sessions",
        "dedicated_sessions_usage",
        "avg_dedicated_sessions_usage",
        "max_dedicated_sessions_usage",
    ),
    0,
)


def usage(context: Context) -> Answer:
    """``GET /v1/analytics/usage``: one sum; the main host covers all regions, another its own (assumed)."""
    window, total = _window(context), Totals()
    for _, pieces in _selected(context, everywhere=context.main):
        for series, _, _ in pieces:
            totals = series.totals(window)
            if totals is not None:
                total.add(totals)
    return Answer(200, _figures(total))


def usage_grouped(context: Context) -> Answer:
    """``GET /v1/analytics/usage_grouped``: a row for each key that has usage, of the host's region only (assumed).

    Raises:
        Refused: 400, ``group_by`` is missing or none of the five (documented).
    """
    group_by = context.request.argument("group_by")
    if group_by not in _GROUPS:
        raise Refused(400, "bad_request", f"group_by must be one of {', '.join(_GROUPS)}.")
    window = _window(context)
    rows: dict[str, Totals] = {}
    apart = group_by in {"backend", "user_id"}
    for instance, pieces in _selected(context, everywhere=context.behaviour.analytics_global, apart=apart):
        keys = {"instance": instance.crn, "plan": instance.plan, "subscription_id": instance.subscription_id}
        for series, user, backend in pieces:
            totals = series.totals(window)
            if totals is None:
                continue
            key = keys.get(group_by) or (user if group_by == "user_id" else backend)
            if key in rows:
                rows[key].add(totals)
            else:
                rows[key] = totals
    return Answer(200, {"data": [{"key": key, **_figures(totals)} for key, totals in rows.items()]})


def usage_grouped_by_date(context: Context) -> Answer:
    """``GET /v1/analytics/usage_grouped_by_date``: a row for each instance and UTC day with usage (documented).

    Days without usage are missing (assumed).

    Raises:
        Refused: 400, ``group_by`` is not ``instance`` (documented).
    """
    if context.request.argument("group_by") != "instance":
        raise Refused(400, "bad_request", "group_by must be instance.")
    window = _window(context)
    rows: dict[tuple[str, int], Totals] = {}
    for instance, pieces in _selected(context, everywhere=context.behaviour.analytics_global):
        for series, _, _ in pieces:
            for day, totals in series.days(window):
                if (instance.crn, day) in rows:
                    rows[instance.crn, day].add(totals)
                else:
                    rows[instance.crn, day] = totals
    data = [
        {
            "key": crn,
            "interval_start": timestamp(moment_of(day)),
            "interval_end": timestamp(moment_of(day + DAY_MICROSECONDS)),
            **_figures(totals),
        }
        for (crn, day), totals in sorted(rows.items())
    ]
    start, end = (context.request.argument(name) for name in ("interval_start", "interval_end"))
    return Answer(200, {"interval_start": start, "interval_end": end, "data": data})


def filters(context: Context) -> Answer:
    """``GET /v1/analytics/filters``: what the other calls can be narrowed down to (documented)."""
    account = context.account
    backend_names: set[str] = set()
    users: set[str] = set()
    for _, pieces in _selected(context, everywhere=context.main, apart=True):
        for _, user, backend in pieces:
            users.add(user)
            backend_names.add(backend)
    wanted = context.request.arguments.get("instance")
    instances = [each for each in account.instances if wanted is None or each.crn in wanted]
    subscriptions = account.subscriptions.values()
    document: dict[str, list[dict[str, Any]]] = {
        "backends": [{"name": name} for name in sorted(backend_names)],
        "instances": [{"id": instance.crn, "deleted": instance.state.gone} for instance in instances],
        "users": [{"id": user} for user in sorted(users)],
        "plans": [{"name": name} for name in sorted({subscription.plan for subscription in subscriptions})],
        "subscriptions": [{"id": each.subscription_id, "name": each.name} for each in subscriptions],
    }
    return Answer(200, document)


def _selected(
    context: Context, *, everywhere: bool, apart: bool = False
) -> Iterator[tuple[Instance, list[tuple[Series, str, str]]]]:
    """Go through the usage that the call's filters select: an instance with its series, their users and backends.

    Unless users and backends must be told apart, an instance has one series, whose user and backend are empty.
    """
    arguments, account = context.request.arguments, context.account
    foreign = context.request.headers.get("account-id", account.account_id).removeprefix("a/") != account.account_id
    if foreign:
        raise Refused(403, "forbidden", "You are not authorized to read the analytics of this account.")
    users, backends = arguments.get("user_id"), arguments.get("backend")
    apart = apart or users is not None or backends is not None
    for instance, series in _in_scope(account, arguments, None if everywhere else context.region):
        if not apart:
            yield instance, [(series, "", "")]
            continue
        pieces = [
            (part, user, backend)
            for (user, backend), part in series.parts().items()
            if (users is None or user in users) and (backends is None or backend in backends)
        ]
        yield instance, pieces


def _in_scope(
    account: Account, arguments: dict[str, list[str]], region: str | None
) -> Iterator[tuple[Instance, Series]]:
    wanted = arguments.get("instance")
    plans = {"paygo" if name == "standard" else name for name in arguments.get("plan", ())}
    subscriptions = arguments.get("subscription_id")
    if wanted is None:
        candidates = account.used()
    else:
        named = (account.find(crn) for crn in dict.fromkeys(wanted))
        candidates = ((each, series) for each in named if each and (series := account.series(each.crn)))
    for instance, series in candidates:
        if (
            region in {None, instance.region}
            and (not plans or instance.plan in plans)
            and (subscriptions is None or instance.subscription_id in subscriptions)
        ):
            yield instance, series


def _window(context: Context) -> Window:
    """Read the half-open interval; it ends no later than analytics is up to date."""
    seen = context.account.clock.now() - timedelta(seconds=context.behaviour.analytics_lag_seconds)
    latest = microseconds(seen) + 1
    start, end = (_moment(context, name) for name in ("interval_start", "interval_end"))
    window = Window(None if start is None else microseconds(start), latest if end is None else microseconds(end))
    if window.start is not None and end is not None and window.end < window.start:
        raise Refused(400, "bad_request", "interval_end is before interval_start.")
    return Window(window.start, min(window.end, latest))


def _moment(context: Context, name: str) -> datetime | None:
    text = context.request.argument(name)
    if text is None:
        return None
    try:
        return parse_timestamp(text)
    except ValueError:
        raise Refused(400, "bad_request", f"{name} must be a date-time with an offset, not {text!r}.") from None


def _figures(totals: Totals) -> dict[str, Any]:
    jobs = totals.jobs
    average = totals.usage_ms / jobs if jobs else 0
    return {
        "usage": totals.usage_ms,
        "jobs": jobs,
        **_NO_SESSIONS,
        "individual_jobs": jobs,
        "individual_jobs_usage": totals.usage_ms,
        "avg_individual_jobs_usage": average,
        "max_individual_jobs_usage": totals.max_usage_ms,
        "queue_time": totals.queue_ms,
        "avg_queue_time": totals.queue_ms / jobs if jobs else 0,
        "max_queue_time": totals.max_queue_ms,
    }
