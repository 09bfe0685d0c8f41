"""Whether there is room to raise: the account as it is when all that is not raised should be as decided."""

from pulumi_ibm_quantum.cloud import Cloud, CloudError, LiveInstance
from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.vocabulary import find_plan


def demand_room(cloud: Cloud, decision: Decision) -> None:
    """Make sure that the budget is kept in whatever order the rest is written.

    An engine may have been told to leave some resources as they are, and others may have written meanwhile.

    Raises:
        CloudError: configured instances hold too much above what was decided, or could not be read.
    """
    controller = cloud.resource_controller
    listed = {one.crn: one for one in controller.instances(find_plan(decision.configuration.plan).plan_id)}
    room = decision.balance.account.budget_seconds - decision.balance.total_seconds
    above = []
    for one in decision.instances:
        wanted = one.outcome.new_allocation_seconds
        if one.live is None or _allocation(listed.get(one.live.crn)) <= wanted:
            continue
        # A list may lag behind what has just been lowered.
        held = _allocation(controller.instance(one.live.crn))
        if held > wanted:
            room -= held - wanted
            above.append(f"{one.name} has {held} s and not {wanted} s")
    if room < 0:
        raise CloudError(
            f"nothing is raised, because the budget would be passed by {-room} s: {', '.join(above)}; run again for "
            "all resources"
        )


def _allocation(live: LiveInstance | None) -> int:
    return live.settings.allocation_seconds if live is not None and live.settings is not None else 0
