"""The Quantum Platform: budgets and usage.

Source of the calls and fields: IBM's published OpenAPI description and clients. Analytics count milliseconds, which
become whole seconds by truncation; ``/v1/instances/usage`` counts seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar

import requests

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.answers import moment_of
from pulumi_ibm_quantum.cloud.endpoints import Endpoints
from pulumi_ibm_quantum.cloud.plausibility import Implausible, figure, guid_of, text
from pulumi_ibm_quantum.cloud.transport import Transport, json_of, understanding
from pulumi_ibm_quantum.vocabulary import MAIN_REGION, Contract, InstanceUsage, parse_crn, plan_name_of_id, printable

API_VERSION = "2026-04-15"
FAKE_CLOCK: Final = "X-Fake-Clock"
"""The header by which our fake says that it lives at a time of its own; that time then counts as this machine's."""
FARTHEST_CLOCK: Final = timedelta(days=1)
"""How far the service's clock may be from this machine's: it decides the day as of which everything is planned."""

_T = TypeVar("_T")

_ANALYTICS_PERMISSION = "quantum-computing.account-analytics-usage.read"
_ACCOUNT_PERMISSION = "quantum-computing.account-configuration.read"


@dataclass(frozen=True, slots=True)
class AccountReading:
    """What the account has for a plan, and the moment at which the service said so."""

    contracts: tuple[Contract, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class JobTotals:
    """What an instance ran in some time: its jobs, their time and the longest one's, and their mean wait, in seconds.

    A session counts as one job (it waits once, and then holds its backend).
    """

    jobs: int
    used_seconds: float
    longest_seconds: float
    mean_wait_seconds: float


@dataclass(frozen=True, slots=True)
class Backend:
    """A backend as an instance sees it.

    Attributes:
        operational: Whether it takes jobs and runs them.
        queue_length: How many jobs wait for it.
    """

    name: str
    operational: bool
    qubits: int
    queue_length: int


class QuantumPlatform:
    """The calls that we make of the Quantum Platform; each raises CloudError where it fails."""

    def __init__(self, transport: Transport, endpoints: Endpoints) -> None:
        self._transport = transport
        self._endpoints = endpoints

    def account(self, account_id: str, plan_id: str) -> AccountReading:
        """Return the account's contracts for a plan; none where it does not have the plan."""
        purpose = f"read the budget of account {account_id}"
        answer = self._transport.request(
            "GET",
            f"{self._endpoints.quantum_of(MAIN_REGION)}/v1/accounts/{account_id}",
            params={"plan_id": plan_id},
            headers=_headers(),
            purpose=purpose,
            permission=_ACCOUNT_PERMISSION,
        )
        with understanding(purpose):
            contracts = tuple(_contract(plan, plan_id) for plan in json_of(answer, purpose)["plans"])
            return AccountReading(contracts, _moment(answer))

    def instance_usage(self, crn: str) -> int:
        """Return the whole seconds that an instance consumed in the rolling window of 28 days."""
        usage, _ = self._usage(crn)
        with understanding(_purpose_of_usage(crn)):
            consumed = _figure_or_none(usage, "usage_consumed_seconds")
            if consumed is None:
                raise errors.CloudError("the service reports none", purpose=_purpose_of_usage(crn))
            return int(consumed)

    def usage_answer(self, crn: str) -> InstanceUsage:
        """Return all that the service says of an instance's time; no right on the account is needed."""
        usage, answer = self._usage(crn)
        with understanding(_purpose_of_usage(crn)):
            return InstanceUsage(
                now=_moment(answer),
                consumed_seconds=_figure_or_none(usage, "usage_consumed_seconds"),
                limit_seconds=_figure_or_none(usage, "usage_limit_seconds"),
                allocation_seconds=_figure_or_none(usage, "usage_allocation_seconds"),
                is_limit_reached=usage.get("usage_limit_reached") is True,
                has_null_limit="usage_limit_seconds" in usage and usage["usage_limit_seconds"] is None,
                plan=plan_name_of_id(text(usage.get("plan_id"))),
            )

    def _usage(self, crn: str) -> tuple[Mapping[str, Any], requests.Response]:
        asked, purpose = parse_crn(crn), _purpose_of_usage(crn)
        answer = self._transport.request(
            "GET",
            f"{self._endpoints.quantum_of(asked.region)}/v1/instances/usage",
            headers=_headers(crn=crn),
            purpose=purpose,
            permission="quantum-computing.instance-usage.read",
        )
        with understanding(purpose):
            usage: Mapping[str, Any] = json_of(answer, purpose)
            answered = text(usage.get("instance_id"))
            # A CRN; whether it may be the guid alone is not documented.
            if answered and asked.guid not in answered.lower():
                raise Implausible(f"it is about another instance, {guid_of(answered)}")
            return usage, answer

    def backends(self, crn: str) -> list[str]:
        """Return the names of the backends that an instance may use; no right on the account is needed."""
        return sorted(one.name for one in self.live_backends(crn))

    def plan_usage(self, account_id: str, plan: str, start: datetime, end: datetime) -> int:
        """Return the whole seconds that all instances of a plan consumed in [start, end), in every region."""
        usage = self._analytics(MAIN_REGION, "usage", account_id, plan=plan, **_interval(start, end))
        with understanding(_purpose_of_analytics(account_id, MAIN_REGION)):
            return _seconds(usage["usage"], "usage")

    def usage_by_instance(
        self, account_id: str, plan: str, region: str, start: datetime, end: datetime
    ) -> Mapping[str, int]:
        """Return whole seconds by CRN for the instances of a plan in [start, end), as one region's host knows them.

        Instances without usage may be missing.
        """
        query = {"group_by": "instance", "plan": plan, **_interval(start, end)}
        answer = self._analytics(region, "usage_grouped", account_id, **query)
        with understanding(_purpose_of_analytics(account_id, region)):
            return {row["key"]: _usage_of(row) for row in answer["data"] if row["key"]}

    def usage_by_day(
        self, account_id: str, region: str, crns: Iterable[str], start: date, end: date
    ) -> Mapping[str, Mapping[date, int]]:
        """Return whole seconds by CRN and day for some instances of one region, for the days in [start, end)."""
        rows = self._days(account_id, region, crns, start, end)
        with understanding(_purpose_of_analytics(account_id, region)):
            return _by_crn_and_day((row, _usage_of(row)) for row in rows)

    def usage_of_days(self, crn: str, start: datetime, end: datetime) -> Mapping[date, float]:
        """Return the seconds that one instance used in [start, end) by UTC day, to the millisecond."""
        asked = parse_crn(crn)
        query = {"group_by": "instance", "instance": [crn], **_interval(start, end)}
        answer = self._analytics(asked.region, "usage_grouped_by_date", asked.account_id, **query)
        with understanding(_purpose_of_analytics(asked.account_id, asked.region)):
            rows = ((row, figure(row["usage"] or 0, "usage") / 1000) for row in answer["data"] if row["key"] == crn)
            return _by_crn_and_day(rows).get(crn, {})

    def jobs_by_day(
        self, account_id: str, region: str, crns: Iterable[str], *, backend: str, start: date, end: date
    ) -> Mapping[str, Mapping[date, JobTotals]]:
        """Return what some instances of one region ran on one backend by CRN and day, for the days in [start, end)."""
        rows = self._days(account_id, region, crns, start, end, backend=backend)
        with understanding(_purpose_of_analytics(account_id, region)):
            return _by_crn_and_day((row, totals) for row in rows if (totals := _job_totals(row)).jobs)

    def backends_used(self, account_id: str, plan: str, region: str, start: date, end: date) -> list[str]:
        """Return the backends that instances of a plan used on the days in [start, end), by one region's host."""
        query = {"group_by": "backend", "plan": plan, **_interval(_midnight(start), _midnight(end))}
        answer = self._analytics(region, "usage_grouped", account_id, **query)
        with understanding(_purpose_of_analytics(account_id, region)):
            return sorted(row["key"] for row in answer["data"] if row["key"])

    def live_backends(self, crn: str) -> list[Backend]:
        """Return the backends that an instance may use, the least busy first."""
        purpose = f"read the backends of instance {crn}"
        answer = self._transport.get_json(
            f"{self._endpoints.quantum_of(parse_crn(crn).region)}/v1/backends",
            headers=_headers(crn=crn),
            purpose=purpose,
            permission="quantum-computing.device.read",
        )
        with understanding(purpose):
            backends = [_backend(device) for device in answer["devices"]]
        return sorted(backends, key=lambda one: (one.queue_length, one.name))

    def _days(
        self, account_id: str, region: str, crns: Iterable[str], start: date, end: date, **query: Any
    ) -> Sequence[Mapping[str, Any]]:
        query |= {"group_by": "instance", "instance": list(crns), **_interval(_midnight(start), _midnight(end))}
        answer = self._analytics(region, "usage_grouped_by_date", account_id, **query)
        with understanding(_purpose_of_analytics(account_id, region)):
            return [row for row in answer["data"] if row["key"]]

    def _analytics(self, region: str, call: str, account_id: str, **query: Any) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._transport.get_json(
            f"{self._endpoints.quantum_of(region)}/v1/analytics/{call}",
            params=query,
            headers=_headers(account_id=account_id),
            purpose=_purpose_of_analytics(account_id, region),
            permission=_ANALYTICS_PERMISSION,
        )
        return answer


def _purpose_of_usage(crn: str) -> str:
    return f"read the usage of instance {crn}"


def _purpose_of_analytics(account_id: str, region: str) -> str:
    return f"read the usage of account {account_id} in {region}"


def _headers(*, crn: str | None = None, account_id: str | None = None) -> dict[str, str]:
    headers = {"IBM-API-Version": API_VERSION, "Accept": "application/json"}
    if crn is not None:
        headers["Service-CRN"] = crn
    if account_id is not None:
        headers["Account-Id"] = account_id
    return headers


def _interval(start: datetime, end: datetime) -> dict[str, str]:
    return {"interval_start": start.isoformat(), "interval_end": end.isoformat()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _seconds(milliseconds: float | None, name: str) -> int:
    return int(figure(milliseconds or 0, name) / 1000)


def _figure_or_none(usage: Mapping[str, Any], name: str) -> float | None:
    """Return a figure; None where it is null, or absent and not what was asked for."""
    value = usage[name] if name == "usage_consumed_seconds" else usage.get(name)
    return None if value is None else figure(value, name)


def _usage_of(row: Mapping[str, Any]) -> int:
    return _seconds(row["usage"], f"the usage of {row['key']}")


def _by_crn_and_day(rows: Iterable[tuple[Mapping[str, Any], _T]]) -> Mapping[str, Mapping[date, _T]]:
    found: dict[str, dict[date, _T]] = defaultdict(dict)
    for row, value in rows:
        found[row["key"]][date.fromisoformat(row["interval_start"][:10])] = value
    return found


def _job_totals(row: Mapping[str, Any]) -> JobTotals:
    def number(name: str, value: float | None) -> float:
        return figure(value or 0, f"{name} of {row['key']}")

    alone = row.get("individual_jobs")
    longest = (number(name, row.get(name)) for name in ("max_individual_jobs_usage", "max_sessions_usage"))
    return JobTotals(
        jobs=int(number("jobs", row["jobs"] if alone is None else alone) + number("sessions", row.get("sessions"))),
        used_seconds=number("usage", row["usage"]) / 1000,
        longest_seconds=max(longest) / 1000,
        mean_wait_seconds=number("avg_queue_time", row["avg_queue_time"]) / 1000,
    )


def _backend(device: Mapping[str, Any]) -> Backend:
    name = text(device["name"])
    return Backend(
        name=name,
        operational=text(device["status"]["name"]) == "online",
        qubits=int(figure(device.get("qubits") or 0, f"qubits of {name}")),
        queue_length=int(figure(device.get("queue_length") or 0, f"queue_length of {name}")),
    )


def _contract(plan: Mapping[str, Any], plan_id: str) -> Contract:
    if plan.get("plan_id") not in (None, plan_id):
        raise Implausible(f"it is about plan {plan_name_of_id(plan['plan_id'])}, not {plan_name_of_id(plan_id)}")
    limit = plan.get("usage_limit_seconds")
    return Contract(
        subscription_id=text(plan.get("subscription_id")),
        name=printable(text(plan.get("subscription_name"))),
        budget_seconds=int(figure(plan.get("usage_allocation_seconds") or 0, "usage_allocation_seconds")),
        unallocated_seconds=int(figure(plan.get("unallocated_usage_seconds") or 0, "unallocated_usage_seconds")),
        limit_seconds=None if limit is None else int(figure(limit, "usage_limit_seconds")),
        starts=text(plan.get("start_time")),
        ends=text(plan.get("end_time")),
    )


def _moment(answer: requests.Response) -> datetime:
    """Read the service's clock, so that everything of a run happens at one moment; the machine's where it has none."""
    now = moment_of(answer, FAKE_CLOCK) or datetime.now(UTC)
    moment = moment_of(answer) or now
    if abs(moment - now) > FARTHEST_CLOCK:
        raise Implausible(f"it is of {moment:%Y-%m-%d %H:%M} UTC, and this machine's clock says {now:%Y-%m-%d %H:%M}")
    return moment
