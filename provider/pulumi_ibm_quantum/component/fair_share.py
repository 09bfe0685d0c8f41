"""FairShare: the load balancer's decision as declared resources."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NotRequired, TypedDict, cast, overload

import pulumi
from pulumi.runtime import is_dry_run

from pulumi_ibm_quantum.cloud import Cloud, CloudError
from pulumi_ibm_quantum.component.recorded_state import created_crns, last_run_of
from pulumi_ibm_quantum.component.run_settings import is_observing, read_conditions
from pulumi_ibm_quantum.component.slurm_outputs import slurm_outputs
from pulumi_ibm_quantum.config import (
    ConfigurationError,
    LoadedConfiguration,
    load_configuration,
    parse_configuration,
)
from pulumi_ibm_quantum.planning import Decision, PlanningError
from pulumi_ibm_quantum.report.text import explanation
from pulumi_ibm_quantum.resources.allocation import ALLOCATION
from pulumi_ibm_quantum.resources.connections import CONNECTIONS
from pulumi_ibm_quantum.resources.declarations import Declaration, IdOf, declarations, output_of
from pulumi_ibm_quantum.resources.dynamic import Instance, InstanceAllocation, configured_api_key
from pulumi_ibm_quantum.resources.instance import INSTANCE
from pulumi_ibm_quantum.resources.room import demand_room
from pulumi_ibm_quantum.review import (
    Conditions,
    Guarded,
    HeldDecision,
    LastRun,
    ReviewFileError,
    decide_under,
    demand_no_freeze,
)
from pulumi_ibm_quantum.review.recorded import FAIR_SHARE, LAST_RUN


class FairShareArgs(TypedDict):
    """What a FairShare is made of."""

    configuration: Any
    """The project configuration: a YAML file, relative to the folder of Pulumi.yaml, or its content as a mapping."""
    forecast: NotRequired[bool]
    """Whether previews show as well how long projects wait now and would wait under the decision.

    It takes some seconds, more than two for most accounts, says how many, and changes nothing in what is decided.
    """
    snapshot: NotRequired[str]
    """A file of ``ibm-quantum snapshot`` whose usage decides; without it ``ibm-quantum:snapshot``, else live usage."""
    approved: NotRequired[str]
    """A JSON report of ``ibm-quantum report`` that the effect is held to; without it ``ibm-quantum:approved``."""
    unattended: NotRequired[bool]
    """Whether nobody watches, so that guards hold; without it ``ibm-quantum:unattended``."""
    observe: NotRequired[bool]
    """Whether nothing is written, whatever is decided; without it ``ibm-quantum:observe``."""


class FairShare(pulumi.ComponentResource):
    """The instances of one account and plan, with allocations and limits computed from live usage.

    Reads the account before anything is registered, works out every allocation and limit, and declares them: the diff
    that Pulumi shows is the decision. Nothing is declared where it would break an invariant. What usage decides is only
    ever a value, never whether a resource exists.

    ``instances`` has the instances that are created as code, by name, ``allocations`` the allocation of every
    configured instance.
    """

    # What is annotated here is an output of the component to the SDK's analyser.
    decision: pulumi.Output[Mapping[str, Any]]
    """The decision, in seconds: budget, unallocated, and by instance its allocation and any limit."""
    slurm_sites: pulumi.Output[Mapping[str, Mapping[str, str]]]
    """The files of each Slurm site, by the site's name and the file's path."""

    # What differs where it is declared by programs in other languages.
    _children: ClassVar[Mapping[str, Callable[..., Any]]] = {
        INSTANCE.name: Instance,
        ALLOCATION.name: InstanceAllocation,
    }

    @overload
    def __init__(self, name: str, args: FairShareArgs, opts: pulumi.ResourceOptions | None = None) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        *,
        configuration: str | os.PathLike[str] | Mapping[str, Any],
        forecast: bool = False,
        snapshot: str | None = None,
        approved: str | None = None,
        unattended: bool | None = None,
        observe: bool | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    def __init__(
        self,
        name: str,
        args: FairShareArgs = None,  # type: ignore[assignment]  # the analyser takes no union
        opts: pulumi.ResourceOptions | None = None,
        **given: Any,
    ) -> None:
        """Decide for an account and declare the result.

        Args:
            name: The component's name in the stack.
            args: What it is made of, in one mapping.
            opts: Pulumi's options.
            given: What it is made of, as keywords, in place of the mapping.

        Raises:
            TypeError: there is no configuration, or a keyword that there is not.
            pulumi.RunError: the configuration is wrong, it does not fit the account, the account could not be read, or
                the decision would break an invariant; all reasons, a line each.
        """
        made_of = args or cast(FairShareArgs, given)
        _demand_known(made_of)
        super().__init__(FAIR_SHARE, name, None, opts)
        conditions, observing = read_conditions(made_of), is_observing(made_of)
        project = _load(made_of["configuration"])
        held, cloud = _decide(project, conditions, partial(last_run_of, name), self._fallback_api_key)
        decision = held.decision
        pulumi.log.info("\n".join([*held.notes, explanation(decision, _columns())]), self)
        if observing:
            pulumi.log.info("Observing: nothing is written.", self)
        else:
            _mind_freeze(decision, self)
        if made_of.get("forecast") and is_dry_run():
            _show_forecast(decision, cloud, self)
        for warning in decision.warnings:
            pulumi.log.warn(warning, self)
        self.instances: dict[str, Instance] = {}
        self.allocations: dict[str, InstanceAllocation] = {}
        self._may_raise: asyncio.Future[None] | None = None
        for declaration in declarations(decision, as_found=observing):
            self._declare(declaration, partial(demand_room, cloud, decision))
        # Made of what is in it, it would be an output for each figure.
        self.decision = pulumi.Output.from_input(None).apply(lambda _: output_of(decision))
        created = {instance: resource.id for instance, resource in self.instances.items()}
        self.slurm_sites = slurm_outputs(decision.configuration, created)
        last_run = LastRun.as_found(decision) if observing else held.last_run
        outputs = {"decision": self.decision, LAST_RUN: last_run.to_json()}
        if decision.configuration.slurm_sites:
            outputs["slurm_sites"] = self.slurm_sites
        self.register_outputs(outputs)

    @property
    def plan(self) -> pulumi.Output[Mapping[str, Any]]:
        """The old name of ``decision``, for programs that were written for 0.1.0."""
        return self.decision

    def _fallback_api_key(self) -> str | None:
        """Return the key for where the environment has none."""
        return configured_api_key()

    def _declare(self, declaration: Declaration, before_raising: Callable[[], None]) -> None:
        properties: dict[str, Any] = {
            name: self.instances[value.name].id if isinstance(value, IdOf) else value
            for name, value in declaration.properties.items()
        }
        # A preview raises nothing, and shows its steps in the order of the file.
        if declaration.after and not is_dry_run():
            if self._may_raise is None:
                self._may_raise = asyncio.ensure_future(self._settled(declaration.after, before_raising))
            # `depends_on` would order them too, but store every one of them in the state of every increase.
            raised = _once(self._may_raise, properties["allocation_seconds"])
            properties["allocation_seconds"] = asyncio.ensure_future(raised)
        opts = pulumi.ResourceOptions(parent=self, protect=declaration.protect)
        declared: dict[str, Any] = self.instances if declaration.type is INSTANCE else self.allocations
        declared[declaration.name] = self._children[declaration.type.name](declaration.name, **properties, opts=opts)

    async def _settled(self, names: Sequence[str], before_raising: Callable[[], None]) -> None:
        """Wait until allocations are as decided; raise RunError where they are not, so that nothing is raised."""
        for allocation in (self.allocations[name] for name in names):
            await allocation.urn.future()
            if not await allocation.allocation_seconds.is_known():
                raise pulumi.RunError("an allocation could not be brought to what was decided, so none is raised")
        try:
            await asyncio.to_thread(before_raising)
        except CloudError as error:
            raise pulumi.RunError(str(error)) from None


def _demand_known(made_of: FairShareArgs) -> None:
    if made_of.get("configuration") is None:
        raise TypeError("FairShare needs a configuration")
    if unknown := sorted(made_of.keys() - FairShareArgs.__annotations__.keys()):
        raise TypeError(f"FairShare has no {', '.join(unknown)}; there is {', '.join(FairShareArgs.__annotations__)}")


def _load(configuration: str | os.PathLike[str] | Mapping[str, Any]) -> LoadedConfiguration:
    try:
        if isinstance(configuration, Mapping):
            loaded = parse_configuration(configuration)
        else:
            # Declared by a program in another language, there is no root directory but the working directory.
            path = Path(pulumi.get_root_directory() or "", configuration)
            loaded = load_configuration(path, source=os.fspath(configuration))
    except ConfigurationError as error:
        raise pulumi.RunError(f"the project configuration is not usable:\n{error}") from None
    for warning in loaded.warnings:
        pulumi.log.warn(str(warning))
    return loaded


def _decide(
    project: LoadedConfiguration,
    conditions: Conditions,
    last_run: Callable[[], LastRun | None],
    api_key: Callable[[], str | None],
) -> tuple[HeldDecision, Cloud]:
    """Return the decision, and the connection that its account was read by."""
    try:
        cloud = CONNECTIONS.get(os.environ, api_key())
        held = decide_under(conditions, project, cloud, last_run, created_crns)
    except (CloudError, PlanningError) as error:
        raise pulumi.RunError(f"the account cannot be balanced:\n{error}") from None
    except (Guarded, ReviewFileError) as error:
        raise pulumi.RunError(str(error)) from None
    if held.decision.errors:
        raise pulumi.RunError("\n".join(["this must not be applied:", *held.decision.errors]))
    return held, cloud


def _mind_freeze(decision: Decision, component: pulumi.Resource) -> None:
    """Stop an update of what is frozen; a preview may show what waits."""
    try:
        demand_no_freeze(decision)
    except Guarded as error:
        if not is_dry_run():
            raise pulumi.RunError(str(error)) from None
        pulumi.log.warn(str(error), component)


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
        pulumi.log.info(table(timed.forecast, timed.seconds, _columns()), component)


def _columns() -> int | None:
    """Return how wide messages may be; None where nobody says, as the embedded engine does on a terminal."""
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdecimal() else None


async def _once(settled: Awaitable[None], seconds: int) -> int:
    """Return ``seconds`` after ``settled``: a resource is registered when its inputs are there, and shows them."""
    await settled
    return seconds
