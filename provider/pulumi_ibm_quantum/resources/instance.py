"""Instance: a quantum instance that is created as code.

Properties: ``name``, ``plan`` (name or id), ``target`` (region), ``resource_group`` (id), ``tags`` at birth,
``adopt_crn`` (an instance that exists and is taken over in place of creating one), and ``allocation_seconds``,
``limit_seconds`` and ``backends`` at birth: afterwards those belong to an InstanceAllocation and make no difference
here. Plan, target and resource group replace; the name can change. Its id is its CRN.
"""

import time
from collections.abc import Mapping
from typing import Any

from pulumi_ibm_quantum.cloud import (
    ALL_BACKENDS,
    Cloud,
    CloudError,
    LiveInstance,
    Refused,
    Settings,
    Unreachable,
)
from pulumi_ibm_quantum.resources import properties as props
from pulumi_ibm_quantum.resources.properties import Difference, Problem
from pulumi_ibm_quantum.resources.settling import until
from pulumi_ibm_quantum.vocabulary import Limit, find_plan

CREATE_DEADLINE_SECONDS = 600.0
DELETE_DEADLINE_SECONDS = 600.0

_REPLACING = ("plan", "target", "resource_group")
_COMPARED = ("name", *_REPLACING)
_AT_BIRTH = ("allocation_seconds", "limit_seconds", "backends", "tags", "adopt_crn")
_ATTEMPTS = 3
_PAUSE_SECONDS = 1.0
_PASSING_STATUSES = frozenset({429, 500, 502, 503, 504})

Properties = Mapping[str, Any]


def check(properties: Properties) -> list[Problem]:
    """Return everything that is wrong with normalised properties, as far as they are known."""
    problems = props.problems_of_text(properties, _COMPARED)
    plan = properties.get("plan")
    if isinstance(plan, str) and plan and not props.is_unknown(plan):
        try:
            find_plan(plan)
        except ValueError as error:
            problems.append(Problem("plan", str(error)))
    problems += props.problems_of_settings(properties)
    problems += props.problems_of_names("tags", properties.get("tags"))
    if properties.get("adopt_crn") is not None:
        problems += props.problems_of_crn("adopt_crn", properties["adopt_crn"])
    return problems


def keep_birth(old: Properties, new: Properties) -> dict[str, Any]:
    """Return ``new`` with what counted only at birth as it was then, where there is an instance already."""
    if not old:
        return dict(new)
    later = {name: value for name, value in new.items() if name not in _AT_BIRTH}
    return later | {name: old[name] for name in _AT_BIRTH if name in old}


def diff(old: Properties, new: Properties) -> Difference:
    """Compare the outputs of before with the properties that are wanted now; settings at birth make no difference."""
    return props.difference(old, new, compared=_COMPARED, replacing=_REPLACING)


def create(cloud: Cloud, properties: Properties) -> tuple[str, dict[str, Any]]:
    """Create the instance, or take over ``adopt_crn``; return its CRN and the outputs.

    Waits until the service says that it is active. Past the deadline it returns what there is, still provisioning:
    an instance must never be lost from the state.

    Raises:
        CloudError: the service refused, failed, or has an instance of this name, plan and region already.
    """
    adopted = properties.get("adopt_crn")
    if adopted is not None:
        live = _adopt(cloud, adopted, properties)
    else:
        live = _await_active(cloud, _create(cloud, properties))
    return live.crn, outputs(properties, live)


def read(cloud: Cloud, crn: str, properties: Properties) -> dict[str, Any] | None:
    """Return the outputs with live values; None where the instance is gone."""
    live = cloud.resource_controller.instance(crn)
    return None if live is None else outputs(properties, live)


def update(cloud: Cloud, crn: str, properties: Properties) -> dict[str, Any]:
    """Rename the instance and return the outputs."""
    cloud.resource_controller.rename(crn, properties["name"])
    return {**properties, "crn": crn}


def delete(cloud: Cloud, crn: str) -> None:
    """Delete the instance with its keys, and return once it is gone or waits for reclamation.

    Raises:
        CloudError: the service refused, or still has it after ``DELETE_DEADLINE_SECONDS``.
    """
    cloud.resource_controller.delete(crn)
    if not any(cloud.resource_controller.instance(crn) is None for _ in until(DELETE_DEADLINE_SECONDS)):
        raise CloudError(f"instance {crn} is still there {DELETE_DEADLINE_SECONDS:.0f} seconds after it was deleted")


def outputs(properties: Properties, live: LiveInstance) -> dict[str, Any]:
    """Return every property under its own name, those that can drift with live values, and ``crn`` and ``state``."""
    plan = properties["plan"]
    return {
        **properties,
        "name": live.name,
        "plan": plan if find_plan(plan).plan_id == live.plan_id else live.plan_id,
        "target": live.region,
        "resource_group": live.resource_group,
        "crn": live.crn,
        "state": live.state,
    }


def _adopt(cloud: Cloud, crn: str, properties: Properties) -> LiveInstance:
    live = cloud.resource_controller.instance(crn)
    if live is None:
        raise CloudError(f"instance {properties['name']!r}: there is no {crn} to take over")
    found = outputs(properties, live)
    for name in _REPLACING:
        if found[name] != properties[name]:
            raise CloudError(
                f"instance {properties['name']!r}: {crn} cannot be taken over, its {name} is {found[name]!r} and not "
                f"{properties[name]!r}"
            )
    return live


def _create(cloud: Cloud, properties: Properties) -> LiveInstance:
    """Send the request; where its answer was lost, look for what it may have made before sending it again."""
    name, target = properties["name"], properties["target"]
    plan_id = find_plan(properties["plan"]).plan_id
    failure: CloudError | None = None
    pause = 0.0
    for _ in range(_ATTEMPTS):
        time.sleep(pause)
        found = [i for i in cloud.resource_controller.instances(plan_id, name=name) if i.region == target]
        if found and failure is None:
            raise CloudError(
                f"an instance {name!r} of this plan is in {target} already; take it over with "
                f"adopt_crn={found[0].crn!r}, or choose another name"
            )
        if found:
            return found[0]
        try:
            return cloud.resource_controller.create(
                name=name,
                target=target,
                resource_group=properties["resource_group"],
                plan_id=plan_id,
                settings=Settings(
                    allocation_seconds=properties["allocation_seconds"],
                    limit=props.limit_of(properties).over(Limit.NONE),
                    backends=props.backends_of(properties, ALL_BACKENDS),
                ),
                tags=properties.get("tags") or (),
            )
        except Unreachable as error:
            failure, pause = error, _PAUSE_SECONDS
        except Refused as error:
            if error.status not in _PASSING_STATUSES:
                raise
            failure, pause = error, error.retry_after_seconds or _PAUSE_SECONDS
    raise failure or CloudError(f"could not create instance {name!r}")


def _await_active(cloud: Cloud, created: LiveInstance) -> LiveInstance:
    live = created
    for _ in until(CREATE_DEADLINE_SECONDS):
        if live.state == "active":
            return live
        if live.state == "failed" or live.operation_state == "failed":
            cloud.resource_controller.delete(live.crn)
            raise CloudError(
                f"the service could not create instance {live.name!r}, and what it left has been deleted: "
                f"{live.operation_description or 'it gives no reason'}"
            )
        live = cloud.resource_controller.instance(created.crn) or live
    return live
