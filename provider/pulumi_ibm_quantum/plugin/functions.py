"""The functions of the package: small questions to the account, which write nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_ibm_quantum.cloud import Cloud, CloudError, LiveInstance, NotFound
from pulumi_ibm_quantum.planning.preflight_reading import read_preflight
from pulumi_ibm_quantum.report.preflight import preflight_document, preflight_line
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.resource_type import Properties, Property, ResourceType
from pulumi_ibm_quantum.vocabulary import find_plan, plan_name_of_id

LIVE_INSTANCE: Final = ResourceType(
    "LiveInstance",
    "An instance as it is. Where its plan has no allocations, it has none of the last three.",
    (
        Property("crn", kinds.CRN, "Its CRN.", required=True),
        Property("name", kinds.TEXT, "Its name in the account.", required=True),
        Property("plan", kinds.TEXT, "The name of its plan.", required=True),
        Property("target", kinds.TEXT, "The region it is in.", required=True),
        Property("resource_group", kinds.TEXT, "The id of its resource group.", required=True),
        Property("state", kinds.TEXT, "What the service says: `active`, for instance.", required=True),
        Property("allocation_seconds", kinds.ALLOCATION, "Its allocation in the rolling window of 28 days."),
        Property("limit_seconds", kinds.LIMIT, 'Its limit, `"none"` where it has none.'),
        Property("backends", kinds.NAMES, 'The backends it may use, `["ANY"]` for all of the plan.'),
    ),
)
CONTRACT: Final = ResourceType(
    "Account",
    "What was bought of a plan.",
    (
        Property("budget_seconds", kinds.ALLOCATION, "What the rolling window of 28 days may hold.", required=True),
        Property("allocated_seconds", kinds.ALLOCATION, "What of it the instances have.", required=True),
        Property("unallocated_seconds", kinds.ALLOCATION, "What of it no instance has.", required=True),
    ),
)

PREFLIGHT: Final = ResourceType(
    "Preflight",
    "Whether work could run at this moment: an export or a gate, and no input of a resource, as it moves with usage.",
    (
        Property("state", kinds.TEXT, "`ok`, `low`, `empty` or `unknown`.", required=True),
        Property(
            "reason",
            kinds.TEXT,
            "`instance_limit`, `account`, `archived`, `backend`, `missing` or `unreadable`; `none` where it can.",
            required=True,
        ),
        Property("message", kinds.TEXT, "The same as a sentence.", required=True),
        Property("qiskit_serverless", kinds.TEXT, "What IBM's check does: `runs`, `warns`, `refuses`.", required=True),
        Property("remaining_seconds", kinds.ALLOCATION, "What is left of its limit, where it has one."),
        Property("returns_from", kinds.TEXT, "The day on which enough time begins to return, where that is known."),
        Property("returns_by", kinds.TEXT, "The day at whose beginning it has returned, if nothing runs until then."),
    ),
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the package.

    Attributes:
        arguments: Its name, what it does and what it takes.
        result: What it returns.
        answer: Asks the account; raises CloudError where that fails.
        is_list: Whether it returns a list ``instances`` of such results.
    """

    arguments: ResourceType
    result: ResourceType
    answer: Callable[[Cloud, Properties], Any]
    is_list: bool = False

    def invoke(self, cloud: Cloud, arguments: Properties) -> dict[str, Any]:
        """Return the result in the names of the wire."""
        answer = self.answer(cloud, arguments)
        if self.is_list:
            return {"instances": [self.result.to_wire(one) for one in answer]}
        return self.result.to_wire(answer)


def _get_instance(cloud: Cloud, arguments: Properties) -> Mapping[str, Any]:
    crn, name = arguments.get("crn"), arguments.get("name")
    if (crn is None) == (name is None):
        raise CloudError("getInstance wants either crn or name")
    if crn is not None:
        live = cloud.resource_controller.instance(crn)
        found = [] if live is None else [live]
    else:
        found = list(cloud.resource_controller.instances(None, name=name))
    if not found:
        raise NotFound(f"there is no instance {crn or name}, or it has been deleted", 404)
    if len(found) > 1:
        crns = ", ".join(one.crn for one in found)
        raise CloudError(f"{len(found)} instances are called {name!r}; name one by its crn: {crns}")
    return _properties(found[0])


def _get_instances(cloud: Cloud, arguments: Properties) -> list[Mapping[str, Any]]:
    plan = arguments.get("plan")
    listed = cloud.resource_controller.instances(None if plan is None else find_plan(plan).plan_id)
    return [_properties(one) for one in sorted(listed, key=lambda one: (one.name, one.crn))]


def _get_account(cloud: Cloud, arguments: Properties) -> Mapping[str, Any]:
    plan, subscription = find_plan(arguments["plan"]), arguments.get("subscription_id")
    contracts = cloud.quantum_platform.account(cloud.identity().account_id, plan.plan_id).contracts
    chosen = [one for one in contracts if subscription in (None, one.subscription_id)]
    if len(chosen) != 1:
        known = ", ".join(one.subscription_id for one in contracts) or "none"
        raise CloudError(f"getAccount wants one subscription of plan {plan.name} by its subscriptionId; it has {known}")
    budget, unallocated = chosen[0].budget_seconds, chosen[0].unallocated_seconds
    return {
        "budget_seconds": budget,
        "allocated_seconds": budget - unallocated,
        "unallocated_seconds": unallocated,
    }


def _get_preflight(cloud: Cloud, arguments: Properties) -> Mapping[str, Any]:
    crn, needed, backends = arguments["crn"], arguments.get("needed_seconds", 0), arguments.get("backends", ())
    found = read_preflight(cloud, crn, needed_seconds=needed, backends=backends)
    left = found.remaining_seconds
    return {
        **preflight_document(found, crn),
        "message": preflight_line(found, crn),
        "remaining_seconds": None if left is None else int(left),
    }


def _properties(live: LiveInstance) -> Mapping[str, Any]:
    settings = live.settings
    return {
        "crn": live.crn,
        "name": live.name,
        "plan": plan_name_of_id(live.plan_id),
        "target": live.region,
        "resource_group": live.resource_group,
        "state": live.state,
        "allocation_seconds": None if settings is None else settings.allocation_seconds,
        "limit_seconds": None if settings is None else settings.limit.setting,
        "backends": None if settings is None else list(settings.backends),
    }


FUNCTIONS: Final = (
    Function(
        ResourceType(
            "getInstance",
            "An instance as it is, by its CRN or by its name.",
            (Property("crn", kinds.CRN, "Its CRN."), Property("name", kinds.TEXT, "Its name in the account.")),
        ),
        LIVE_INSTANCE,
        _get_instance,
    ),
    Function(
        ResourceType(
            "getInstances",
            "The account's instances as they are, by name.",
            (Property("plan", kinds.PLAN, "The plan; not given, all."),),
        ),
        LIVE_INSTANCE,
        _get_instances,
        is_list=True,
    ),
    Function(
        ResourceType(
            "getAccount",
            "What was bought of a plan, and what of it the instances have.",
            (
                Property("plan", kinds.PLAN, "The plan.", required=True),
                Property("subscription_id", kinds.TEXT, "The subscription, where the plan has several."),
            ),
        ),
        CONTRACT,
        _get_account,
    ),
    Function(
        ResourceType(
            "getPreflight",
            "Whether work could run in an instance now, and if not, when; needs no right but to use it.",
            (
                Property("crn", kinds.CRN, "Its CRN.", required=True),
                Property("needed_seconds", kinds.ALLOCATION, "How much is to run; not given, anything."),
                Property("backends", kinds.NAMES, "What is to be used."),
            ),
        ),
        PREFLIGHT,
        _get_preflight,
    ),
)
