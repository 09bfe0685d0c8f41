"""One instance created at once, with nothing else touched: what ``create --only`` does."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import load_project
from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.planning import Decision, Scope, decide, observe
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.declarations import declarations
from pulumi_ibm_quantum.resources.instance import INSTANCE, create
from pulumi_ibm_quantum.vocabulary import format_duration


@dataclass(frozen=True, slots=True)
class NewInstance:
    """An instance that is to be created.

    Attributes:
        cloud: The account's services.
        properties: As the declared resource has them.
        sentence: What creating it does.
    """

    cloud: Cloud
    properties: Mapping[str, Any]
    sentence: str

    def create(self) -> str:
        """Create it, wait until it is active, and return its CRN.

        Raises:
            CloudError: the service refused or failed.
        """
        return create(Context(lambda: self.cloud), self.properties)[0]


def plan_new_instance(config: Path, name: str) -> NewInstance:
    """Decide what the instance of an entry is to have, and make sure that there is room for it.

    Raises:
        click.ClickException: it is there already, or there is no room.
        ConfigurationError, PlanningError, CloudError: nothing can be decided.
    """
    loaded, cloud = load_project(config), connect()
    with shown("reading the account") as progress:
        decision = decide(loaded, observe(cloud, Scope(loaded.configuration), progress=progress))
    if decision.errors:
        raise click.ClickException("\n".join(decision.errors))
    properties = next(one.properties for one in declarations(decision) if one.type is INSTANCE and one.name == name)
    if "adopt_crn" in properties:
        raise click.ClickException(
            f"the account has {properties['adopt_crn']} of this name already: the next run takes it over"
        )
    _demand_room(decision, name, properties["allocation_seconds"])
    others = sum(one.name != name for one in decision.changes)
    limit = properties.get("limit_seconds", "none")
    return NewInstance(
        cloud,
        properties,
        f"{name} would be created in {properties['target']}, with an allocation of "
        f"{format_duration(properties['allocation_seconds'])} and "
        f"{'no limit' if limit == 'none' else f'a limit of {format_duration(limit)}'}; "
        f"{others} other instances, which up would change, stay as they are",
    )


def _demand_room(decision: Decision, name: str, seconds: int) -> None:
    balance = decision.balance
    room = balance.account.budget_seconds - balance.reserve_seconds - balance.live_total_seconds
    if seconds > room:
        raise click.ClickException(
            f"instance {name}: there is no room for its allocation of {format_duration(seconds)}, "
            f"{format_duration(max(room, 0))} of the budget less the reserve are unallocated; "
            "without --only others are lowered for it"
        )
