"""FairShare: the load balancer's decision as declared resources."""

import asyncio
import os
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import get_config, is_dry_run

from pulumi_ibm_quantum import balancer
from pulumi_ibm_quantum.balancer import InstancePlan
from pulumi_ibm_quantum.cloud import Cloud, CloudError, connect_from_environment
from pulumi_ibm_quantum.config import (
    ConfigurationError,
    CreateBlock,
    InstanceEntry,
    ProjectConfiguration,
    load_configuration,
    parse_configuration,
)
from pulumi_ibm_quantum.planning import PlannedAccount, PlanningError, plan_account
from pulumi_ibm_quantum.resources.dynamic import API_KEY_SETTING, Instance, InstanceAllocation
from pulumi_ibm_quantum.resources.properties import NO_LIMIT, LimitInput


class FairShare(pulumi.ComponentResource):
    """The instances of one account and plan, with allocations and limits computed from live usage.

    Reads the account before anything is registered, works out every allocation and limit, and declares them: the diff
    that Pulumi shows is the decision. Nothing is declared where the plan would break an invariant. What usage decides
    is only ever a value, never whether a resource exists.
    """

    planned: PlannedAccount
    """The plan with what it was made from."""
    instances: dict[str, Instance]
    """The instances that are created as code, by name."""
    allocations: dict[str, InstanceAllocation]
    """The allocation of every configured instance, by name."""
    plan: pulumi.Output[Mapping[str, Any]]
    """The decision as data, in seconds: budget, unallocated, and by instance its allocation and any limit."""

    def __init__(
        self,
        name: str,
        *,
        configuration: str | os.PathLike[str] | Mapping[str, Any],
        forecast: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Plan an account and declare the result.

        Args:
            name: The component's name in the stack.
            configuration: The project configuration: a YAML file, relative to the folder of ``Pulumi.yaml``, or its
                content as a mapping.
            forecast: Whether previews show as well how long projects wait now and would wait under the plan. It takes
                some seconds, more than two for most accounts, says how many, and changes nothing in the plan.
            opts: Pulumi's options.

        Raises:
            pulumi.RunError: the configuration is wrong, it does not fit the account, the account could not be read, or
                the plan would break an invariant; all reasons, a line each.
        """
        super().__init__("ibm-quantum:index:FairShare", name, None, opts)
        project = _loaded(configuration)
        self.planned, cloud = _planned(project)
        pulumi.log.info(_explanation(self.planned), self)
        if forecast and is_dry_run():
            _show_forecast(self.planned, cloud, self)
        for warning in (*self.planned.warnings, *self.planned.plan.warnings):
            pulumi.log.warn(warning, self)
        self._declare(project)
        self.plan = pulumi.Output.from_input(_decision(self.planned))
        self.register_outputs({"plan": self.plan})

    def _declare(self, project: ProjectConfiguration) -> None:
        """Declare what is not raised, and then what is, which waits until every decrease is done.

        ``depends_on`` would order them too, but store every decrease in the state of every increase.
        """
        self.instances, self.allocations = {}, {}
        plans = self.planned.plan.instances
        for plan in plans:
            if plan.allocation_delta_seconds <= 0:
                self._declare_one(project, plan, plan.new_allocation_seconds)
        decreases = [self.allocations[plan.name] for plan in plans if plan.allocation_delta_seconds < 0]
        raises = [plan for plan in plans if plan.allocation_delta_seconds > 0]
        if raises and decreases:
            decreased = asyncio.ensure_future(_all_done(decreases))
        for plan in raises:
            value = _after(decreased, plan.new_allocation_seconds) if decreases else plan.new_allocation_seconds
            self._declare_one(project, plan, value)

    def _declare_one(self, project: ProjectConfiguration, plan: InstancePlan, allocation: pulumi.Input[int]) -> None:
        entry = self.planned.entries[plan.name]
        crn: pulumi.Input[str] = entry.crn or ""
        if entry.create is not None:
            self.instances[entry.name] = self._instance(project, entry, entry.create, plan, allocation)
            crn = self.instances[entry.name].id
        self.allocations[entry.name] = InstanceAllocation(
            entry.name,
            crn=crn,
            allocation_seconds=allocation,
            limit_seconds=_limit_input(project, entry, plan),
            backends=entry.backends,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _instance(
        self,
        project: ProjectConfiguration,
        entry: InstanceEntry,
        create: CreateBlock,
        plan: InstancePlan,
        allocation: pulumi.Input[int],
    ) -> Instance:
        return Instance(
            entry.name,
            name=entry.name,
            plan=project.plan,
            target=create.target,
            resource_group=create.resource_group,
            allocation_seconds=allocation,
            limit_seconds=_limit_input(project, entry, plan),
            backends=entry.backends,
            tags=entry.tags or None,
            adopt_crn=plan.state.crn,
            opts=pulumi.ResourceOptions(parent=self, protect=entry.protect),
        )


def _loaded(configuration: str | os.PathLike[str] | Mapping[str, Any]) -> ProjectConfiguration:
    try:
        if isinstance(configuration, Mapping):
            loaded = parse_configuration(configuration)
        else:
            path = Path(pulumi.get_root_directory(), configuration)
            loaded = load_configuration(path, source=os.fspath(configuration))
    except ConfigurationError as error:
        raise pulumi.RunError(f"the project configuration is not usable:\n{error}") from None
    for warning in loaded.warnings:
        pulumi.log.warn(str(warning))
    return loaded.configuration


def _planned(project: ProjectConfiguration) -> tuple[PlannedAccount, Cloud]:
    """Return the plan, and the connection that its account was read by."""
    try:
        cloud = connect_from_environment(fallback_api_key=get_config(API_KEY_SETTING))
        planned = plan_account(project, cloud)
    except (CloudError, PlanningError) as error:
        raise pulumi.RunError(f"the account cannot be balanced:\n{error}") from None
    if planned.plan.errors:
        raise pulumi.RunError("\n".join(["the plan must not be applied:", *planned.plan.errors]))
    return planned, cloud


def _show_forecast(planned: PlannedAccount, cloud: Cloud, component: pulumi.Resource) -> None:
    """Log the table of waits; the plan does not rest on it, so where there is none a warning will do."""
    # Loaded here, because most previews do without.
    from pulumi_ibm_quantum.forecast.report import table
    from pulumi_ibm_quantum.planning.forecasting import forecast_waits

    try:
        timed = forecast_waits(planned, cloud)
    except PlanningError as error:
        pulumi.log.warn(f"no waits are forecast: {error}", component)
    else:
        pulumi.log.info(table(timed.forecast, timed.seconds), component)


async def _all_done(decreases: Sequence[InstanceAllocation]) -> None:
    for decrease in decreases:
        await decrease.urn.future()
        if not is_dry_run() and not await decrease.allocation_seconds.is_known():
            raise pulumi.RunError("an allocation could not be lowered, so none is raised")


def _after(done: Awaitable[None], value: int) -> pulumi.Output[int]:
    """Return ``value``, which is known once ``done`` is; a preview still shows it."""

    async def wait() -> int:
        await done
        return value

    return pulumi.Output.from_input(wait())


def _limit_input(project: ProjectConfiguration, entry: InstanceEntry, plan: InstancePlan) -> LimitInput:
    """Return the limit to declare; None, which leaves the live one, where the configuration says nothing of it."""
    manages_limit = (
        entry.limit_seconds is not None or entry.target_usage_seconds is not None or project.reopen_exhausted
    )
    if not manages_limit:
        return None
    return NO_LIMIT if plan.new_limit_seconds is None else plan.new_limit_seconds


def _explanation(planned: PlannedAccount) -> str:
    """Say what the preview's operations mean, and give the table of what changes and why."""
    existing = sum(live is not None for live in planned.live.values())
    created = len(planned.live) - existing
    writes = sum(plan.state.crn is not None for plan in planned.plan.changes)
    lines = [
        f"{existing} instances managed, {writes} to be written, {created} to be created.",
        "Creating an InstanceAllocation takes over an instance that exists; it buys nothing.",
        balancer.summary(planned.plan, changes_only=True),
    ]
    if planned.unconfigured:
        names = ", ".join(sorted(instance.name for instance in planned.unconfigured))
        lines.append(f"Unconfigured, left as they are: {names}")
    return "\n".join(lines)


def _decision(planned: PlannedAccount) -> dict[str, Any]:
    """Return what was decided, without the usage it was decided from: an output that moves only with a decision."""
    plan = planned.plan
    return {
        "budget_seconds": plan.account.budget_seconds,
        "unallocated_seconds": plan.account.budget_seconds - plan.total_seconds,
        "unconfigured": sorted(instance.name for instance in planned.unconfigured),
        "allocation_seconds": {instance.name: instance.new_allocation_seconds for instance in plan.instances},
        "limit_seconds": {
            instance.name: instance.new_limit_seconds
            for instance in plan.instances
            if instance.new_limit_seconds is not None
        },
    }
