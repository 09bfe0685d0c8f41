"""A first project configuration from an account: nobody types forty CRNs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import yaml

from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.names import demand_crns, distinct_names
from pulumi_ibm_quantum.planning.observation import ObservedInstance
from pulumi_ibm_quantum.vocabulary import parse_crn

_HEADER = """\
# The quantum instances of one account and plan, and how the load balancer treats them.
# An instance that is not listed here is left as it is, and its allocation is reserved.
# Durations: 96000 (seconds), "10h", "2.5d", "90m", "1qau". limit_seconds: none removes a limit; left out, it stays.
"""


def first_configuration(
    instances: Sequence[ObservedInstance],
    plan: str,
    *,
    account_id: str | None = None,
    region: str | None = None,
    balance_period: tuple[date, date] | None = None,
) -> str:
    """Return a configuration file (version 3, YAML) that lists the account's instances of a plan with their limits.

    With ``region`` only those of it are listed; ``balance_period`` is its first day, and the first day after it.

    Raises:
        PlanningError: the account is not ``account_id``, has no such instance, or one with an unknown kind of CRN.
    """
    listed = [
        one
        for one in instances
        if one.allocation_seconds is not None and not one.is_archived and region in (None, one.region)
    ]
    if not listed:
        where = f" in {region}" if region else ""
        raise PlanningError([f"the account has no active instance of plan {plan}{where}"])
    demand_crns(listed)
    account = parse_crn(listed[0].crn).account_id
    if account_id not in (None, account):
        raise PlanningError([f"the API key is of account {account}, not of {account_id}"])
    document: dict[str, Any] = {"version": 3, "account_id": account, "plan": plan, "minimum_allocation_seconds": 60}
    if balance_period is not None:
        document["balance_period"] = dict(zip(("start_date", "end_date"), balance_period, strict=True))
    names = distinct_names(dict(enumerate(listed)), taken=())
    document["instances"] = [_entry(one, names[place]) for place, one in enumerate(listed)]
    text = _HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    parse_configuration(text)
    return text


def _entry(instance: ObservedInstance, name: str) -> dict[str, Any]:
    limit = instance.limit.seconds
    return {"name": name, "crn": instance.crn, **({} if limit is None else {"limit_seconds": limit})}
