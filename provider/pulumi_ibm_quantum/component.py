"""FairShare: the load balancer's decision as declared resources."""

import asyncio
import os
from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import get_config, is_dry_run

from pulumi_ibm_quantum.cloud import Cloud, CloudError, connect_from_environment
from pulumi_ibm_quantum.config import (
    ConfigurationError,
    CreateBlock,
    ProjectConfiguration,
    load_configuration,
    parse_configuration,
)
from pulumi_ibm_quantum.planning import Decision, InstanceDecision, PlanningError, Scope, decide, observe
from pulumi_ibm_quantum.report.text import explanation
from pulumi_ibm_quantum.resources.dynamic import API_KEY_SETTING, Instance, InstanceAllocation


class FairShare(pulumi.ComponentResource):
    """The instances of one account and plan, with allocations and limits computed from live usage.

    Reads the account before anything is registered, works out every allocation and limit, and declares them: the diff
    that Pulumi shows is the decision. Nothing is declared where it would break an invariant. What usage decides
    is only ever a value, never whether a resource exists.
    """

    decision: Decision
    """What was decided, with what it was decided from."""
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
        """Decide on an account and declare the result.

        Args:
            name: The component's name in the stack.
            configuration: The project configuration: a YAML file, relative to the folder of ``Pulumi.yaml``, or its
                content as a mapping.
            forecast: Whether previews show as well how long projects wait now and would wait afterwards. It takes
                some seconds, more than two for most accounts, says how many, and changes nothing in what is decided.
            opts: Pulumi's options.

        Raises:
            pulumi.RunError: the configuration is wrong, it does not fit the account, the account could not be read, or
                the decision would break an invariant; all reasons, a line each.
        """
        super().__init__("ibm-quantum:index:FairShare", name, None, opts)
        project = _loaded(configuration)
        self.decision, cloud = _decided(project)
        pulumi.log.info(explanation(self.decision), self)
        if forecast and is_dry_run():
            _show_forecast(self.decision, cloud, self)
        for warning in self.decision.warnings:
            pulumi.log.warn(warning, self)
        self._declare()
        self.plan = pulumi.Output.from_input(_document(self.decision))
        self.register_outputs({"plan": self.plan})

    def _declare(self) -> None:
        """Declare what is not raised, and then what is, which waits until every decrease is done.

        ``depends_on`` would order them too, but store every decrease in the state of every increase.
        """
        self.instances, self.allocations = {}, {}
        deltas = [(one, one.outcome.allocation_delta_seconds) for one in self.decision.instances]
        for one, delta in deltas:
            if delta <= 0:
                self._declare_one(one, one.outcome.new_allocation_seconds)
        decreases = [self.allocations[one.name] for one, delta in deltas if delta < 0]
        raises = [one for one, delta in deltas if delta > 0]
        if raises and decreases:
            decreased = asyncio.ensure_future(_all_done(decreases))
        for one in raises:
            allocation = one.outcome.new_allocation_seconds
            self._declare_one(one, _after(decreased, allocation) if decreases else allocation)

    def _declare_one(self, one: InstanceDecision, allocation: pulumi.Input[int]) -> None:
        entry = one.entry
        crn: pulumi.Input[str] = entry.crn or ""
        if entry.create is not None:
            self.instances[entry.name] = self._instance(one, entry.create, allocation)
            crn = self.instances[entry.name].id
        self.allocations[entry.name] = InstanceAllocation(
            entry.name,
            crn=crn,
            allocation_seconds=allocation,
            limit_seconds=one.limit.setting,
            backends=entry.backends,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _instance(self, one: InstanceDecision, create: CreateBlock, allocation: pulumi.Input[int]) -> Instance:
        entry = one.entry
        return Instance(
            entry.name,
            name=entry.name,
            plan=self.decision.configuration.plan,
            target=create.target,
            resource_group=create.resource_group,
            allocation_seconds=allocation,
            limit_seconds=one.limit.setting,
            backends=entry.backends,
            tags=entry.tags or None,
            adopt_crn=one.live.crn if one.live else None,
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


def _decided(project: ProjectConfiguration) -> tuple[Decision, Cloud]:
    """Return the decision, and the connection that its account was read by."""
    try:
        cloud = connect_from_environment(fallback_api_key=get_config(API_KEY_SETTING))
        decision = decide(project, observe(cloud, Scope(project)))
    except (CloudError, PlanningError) as error:
        raise pulumi.RunError(f"the account cannot be balanced:\n{error}") from None
    if decision.errors:
        raise pulumi.RunError("\n".join(["this must not be applied:", *decision.errors]))
    return decision, cloud


def _show_forecast(decision: Decision, cloud: Cloud, component: pulumi.Resource) -> None:
    """Log the table of waits; the decision does not rest on it, so where there is none a warning will do."""
    # Loaded here, because most previews do without.
    from pulumi_ibm_quantum.planning.forecasting import forecast_waits
    from pulumi_ibm_quantum.report.waits import table

    try:
        timed = forecast_waits(decision, cloud)
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


def _document(decision: Decision) -> dict[str, Any]:
    """Return what was decided, without the usage it was decided from: an output that moves only with a decision."""
    balance = decision.balance
    limits = {one.name: one.outcome.new_limit.seconds for one in decision.instances}
    return {
        "budget_seconds": balance.account.budget_seconds,
        "unallocated_seconds": balance.account.budget_seconds - balance.total_seconds,
        "unconfigured": sorted(instance.name for instance in decision.unconfigured),
        "allocation_seconds": {one.name: one.outcome.new_allocation_seconds for one in decision.instances},
        "limit_seconds": {name: seconds for name, seconds in limits.items() if seconds is not None},
    }
