"""Instance: a quantum instance that is created as code."""

from typing import Any

from pulumi_ibm_quantum.cloud import ALL_BACKENDS, CloudError, LiveInstance, Refused, Settings, Unreachable
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.lifecycle import InstanceLifecycle
from pulumi_ibm_quantum.resources.resource_type import Properties, Property, ResourceType
from pulumi_ibm_quantum.vocabulary import Limit, find_plan, plan_name_of_id

CREATE_DEADLINE_SECONDS = 600.0
DELETE_DEADLINE_SECONDS = 600.0
LOOK_SECONDS = 60.0

_ATTEMPTS = 3
_PLAIN_REFUSALS = frozenset({429, 503})
"""Statuses by which a service says that it has done nothing and wants to be asked again later."""

INSTANCE = ResourceType(
    "Instance",
    "A quantum instance that is created as code. Its id is its CRN: use `id` for whatever depends on it. Allocation, "
    "limit, backends and tags are those at birth; afterwards an InstanceAllocation manages the first three. Protect "
    "what holds people's work: deleting it deletes the instance.",
    (
        Property("name", kinds.TEXT, "Its name in the account; it can change.", required=True),
        Property("plan", kinds.PLAN, "The plan it belongs to.", required=True, replaces=True),
        Property("target", kinds.REGION, "The region it is in.", required=True, replaces=True),
        Property("resource_group", kinds.TEXT, "The id of its resource group.", required=True, replaces=True),
        Property(
            "allocation_seconds",
            kinds.ALLOCATION,
            "The time it is meant to consume in the rolling window of 28 days.",
            required=True,
            at_birth=True,
        ),
        Property("limit_seconds", kinds.LIMIT, "Its limit; not given, there is none.", at_birth=True),
        Property("backends", kinds.NAMES, "The backends it may use; not given, all of the plan.", at_birth=True),
        Property("tags", kinds.NAMES, "Tags to attach.", at_birth=True),
        Property(
            "adopt_crn",
            kinds.CRN,
            "An instance that exists already, to be taken over in place of creating one.",
            at_birth=True,
        ),
        Property("crn", kinds.CRN, "Its CRN; prefer `id`, which stays known in an update.", output_only=True),
        Property(
            "state",
            kinds.TEXT,
            "What the service says: `active`, or `provisioning` where it took longer than we waited.",
            output_only=True,
        ),
    ),
)


def create(context: Context, properties: Properties) -> tuple[str, dict[str, Any]]:
    """Create the instance, or take over ``adopt_crn``; return its CRN and the outputs.

    Waits until the service says that it is active. Past the deadline, or where the waiting is cancelled, it returns
    what there is, still provisioning: an instance must never be lost from the state.

    Raises:
        CloudError: the service refused, failed, or has an instance of this name, plan and region already.
    """
    adopted = properties.get("adopt_crn")
    if adopted is not None:
        live = _adopt(context, adopted, properties)
    else:
        live = _wait_until_active(context, _request_instance(context, properties))
    return live.crn, outputs(properties, live)


def outputs(properties: Properties, live: LiveInstance) -> dict[str, Any]:
    """Return every input under its own name, those that can drift with live values, and ``crn`` and ``state``."""
    return {
        **INSTANCE.inputs_of(properties),
        "name": live.name,
        "plan": plan_name_of_id(live.plan_id),
        "target": live.region,
        "resource_group": live.resource_group,
        "crn": live.crn,
        "state": live.state,
    }


def update(context: Context, crn: str, old: Properties, new: Properties) -> dict[str, Any]:
    """Rename the instance if its name is another, once it is ready, and return the outputs."""
    controller = context.cloud.resource_controller
    live = controller.instance(crn)
    if live is not None and live.state == "provisioning":
        live = _wait_until_active(context, live)
    if live is None or live.name != new["name"]:
        controller.rename(crn, new["name"])
    return {**INSTANCE.inputs_of(new), "crn": crn, "state": old.get("state") if live is None else live.state}


def unfinished(created: Properties) -> str:
    """Say that the instance was not ready when the waiting ended."""
    if created["state"] == "active":
        return ""
    return (
        f"instance {created['name']!r} ({created['crn']}) has been made but is {created['state']!r} still; "
        "run again to see where it stands"
    )


def delete(context: Context, crn: str, _properties: Properties) -> None:
    """Delete the instance with its keys, and return once it is gone or waits for reclamation.

    Raises:
        CloudError: the service refused, or still has it after ``DELETE_DEADLINE_SECONDS``.
    """
    controller = context.cloud.resource_controller
    controller.delete(crn)
    if not any(controller.instance(crn) is None for _ in context.clock.poll(DELETE_DEADLINE_SECONDS)):
        waited = "" if context.clock.is_cancelled() else f" {DELETE_DEADLINE_SECONDS:.0f} seconds"
        raise CloudError(f"instance {crn} is still there{waited} after it was deleted")


def _adopt(context: Context, crn: str, properties: Properties) -> LiveInstance:
    """Return an instance that exists, and is what is declared: its replacement would delete it."""
    live = context.cloud.resource_controller.instance(crn)
    if live is None:
        raise CloudError(f"instance {properties['name']!r}: there is no {crn} to take over")
    there = outputs(properties, live)
    for name in (one.name for one in INSTANCE.diff(there, properties) if one.replaces):
        raise CloudError(
            f"instance {properties['name']!r}: {crn} cannot be taken over, its {name} is {there[name]!r} and not "
            f"{properties[name]!r}"
        )
    return live


def _request_instance(context: Context, properties: Properties) -> LiveInstance:
    """Send the request; where its answer was lost, look for what it may have made.

    What is not found within a minute may still have been made: it is not asked for again, since it costs money. Another
    run can create an instance of this name between our look and our request: the service does not keep names apart, so
    no client can.
    """
    name, target = properties["name"], properties["target"]
    if existing := _find(context, properties):
        raise CloudError(
            f"an instance {name!r} of this plan is in {target} already; FairShare takes it over in its next run, other "
            f"programs do with adopt_crn={existing.crn!r}; or choose another name"
        )
    for _ in range(_ATTEMPTS):
        try:
            return _send_request(context, properties)
        except (Unreachable, Refused) as error:
            status = error.status if isinstance(error, Refused) else None
            if status is not None and status < 500 and status not in _PLAIN_REFUSALS:
                raise
            failure = error
        try:
            # How far lists lag behind is not documented; a pause that the service asks for is over by then as well.
            for _ in context.clock.poll(LOOK_SECONDS):
                if made := _find(context, properties):
                    return made
        except CloudError:
            break
        if status not in _PLAIN_REFUSALS or context.clock.is_cancelled():
            break
    raise CloudError(
        f"{failure}; whether it was made all the same is not known: run again in some minutes, which looks for it first"
    )


def _find(context: Context, properties: Properties) -> LiveInstance | None:
    """Return the instance of this name, plan and region, as of now; None where there is none."""
    plan_id = find_plan(properties["plan"]).plan_id
    listed = context.cloud.resource_controller.instances(plan_id, name=properties["name"])
    return next((one for one in listed if one.region == properties["target"]), None)


def _send_request(context: Context, properties: Properties) -> LiveInstance:
    return context.cloud.resource_controller.create(
        name=properties["name"],
        target=properties["target"],
        resource_group=properties["resource_group"],
        plan_id=find_plan(properties["plan"]).plan_id,
        settings=Settings(
            allocation_seconds=properties["allocation_seconds"],
            limit=Limit.from_setting(properties.get("limit_seconds")).over(Limit.NONE),
            backends=tuple(properties.get("backends", ALL_BACKENDS)),
        ),
        tags=properties.get("tags", ()),
    )


def _wait_until_active(context: Context, created: LiveInstance) -> LiveInstance:
    """Return the instance once it is active; as it was last seen where that takes too long or cannot be read."""
    controller = context.cloud.resource_controller
    live = created
    for _ in context.clock.poll(CREATE_DEADLINE_SECONDS):
        if live.state == "active":
            return live
        if live.state == "failed" or live.operation_state == "failed":
            controller.delete(live.crn)
            raise CloudError(
                f"the service could not create instance {live.name!r}, and what it left has been deleted: "
                f"{live.operation_description or 'it gives no reason'}"
            )
        try:
            live = controller.instance(created.crn) or live
        except CloudError:
            return live
    return live


LIFECYCLE = InstanceLifecycle(
    type=INSTANCE, create=create, outputs=outputs, update=update, delete=delete, unfinished=unfinished
)
