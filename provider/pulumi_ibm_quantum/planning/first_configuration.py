"""A first project configuration from an account: nobody types forty CRNs."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import yaml

from pulumi_ibm_quantum.cloud import Cloud, CloudError, LiveInstance, parse_crn, plan_id_of
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.planning.problems import PlanningError

_HEADER = """\
# The quantum instances of one account and plan, and how the load balancer treats them.
# An instance that is not listed here is left as it is, and its allocation is reserved.
# Durations: 96000 (seconds), "10h", "2.5d", "90m", "1qau". limit_seconds: none removes a limit; left out, it stays.
"""


def first_configuration(
    cloud: Cloud,
    plan: str,
    *,
    account_id: str | None = None,
    region: str | None = None,
    balance_period: tuple[date, date] | None = None,
) -> str:
    """Return a configuration file (version 3, YAML) that lists the account's instances of a plan with their limits.

    Args:
        cloud: The account.
        plan: The plan, by name.
        account_id: The account that is expected; another one is an error.
        region: Only instances of this region are listed.
        balance_period: First day of the balance period, and first day after it.

    Raises:
        PlanningError: the account could not be read, is another one, or has no such instance.
    """
    try:
        live = list(cloud.resource_controller.instances(plan_id_of(plan)))
    except (CloudError, ValueError) as error:
        raise PlanningError([str(error)]) from None
    listed = [
        instance
        for instance in live
        if instance.settings is not None and not instance.is_archived and region in (None, instance.region)
    ]
    if not listed:
        where = f" in {region}" if region else ""
        raise PlanningError([f"the account has no active instance of plan {plan}{where}"])
    found = parse_crn(listed[0].crn).account_id
    if account_id not in (None, found):
        raise PlanningError([f"the API key is of account {found}, not of {account_id}"])
    document: dict[str, Any] = {"version": 3, "account_id": found, "plan": plan, "minimum_allocation_seconds": 60}
    if balance_period is not None:
        document["balance_period"] = dict(zip(("start_date", "end_date"), balance_period, strict=True))
    names = _unique_names(listed)
    document["instances"] = [_entry(instance, name) for instance, name in zip(listed, names, strict=True)]
    text = _HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    parse_configuration(text)
    return text


def _entry(instance: LiveInstance, name: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": name, "crn": instance.crn}
    if instance.settings is not None and instance.settings.limit_seconds is not None:
        entry["limit_seconds"] = instance.settings.limit_seconds
    return entry


def _unique_names(instances: Sequence[LiveInstance]) -> list[str]:
    """Return the instances' names, those that several share or that are empty told apart by the start of their ids."""
    count = Counter(instance.name for instance in instances)
    return [
        instance.name
        if instance.name and count[instance.name] == 1
        else f"{instance.name}-{_short_id(instance)}".strip("-")
        for instance in instances
    ]


def _short_id(instance: LiveInstance) -> str:
    return instance.crn.split(":")[7][:8]
