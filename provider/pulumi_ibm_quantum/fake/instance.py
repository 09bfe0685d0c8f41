"""One service instance and the document in which the Resource Controller shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from .catalog import PLAN_IDS, SERVICE_ID
from .clock import timestamp
from .parameters import Configuration


class State(StrEnum):
    """State of an instance (documented)."""

    ACTIVE = "active"
    PROVISIONING = "provisioning"
    FAILED = "failed"
    REMOVED = "removed"
    PENDING_RECLAMATION = "pending_reclamation"

    @property
    def gone(self) -> bool:
        """Return whether it has been deleted."""
        return self in {State.REMOVED, State.PENDING_RECLAMATION}

    @property
    def counts(self) -> bool:
        """Return whether its allocation counts against the plan's budget."""
        return self in {State.ACTIVE, State.PROVISIONING}


@dataclass(frozen=True, slots=True)
class Operation:
    """The last thing that was done to an instance, as ``last_operation`` (documented)."""

    type: str
    state: str = "succeeded"
    is_async: bool = False
    description: str = ""

    def document(self) -> dict[str, Any]:
        """Render it."""
        return {
            "type": self.type,
            "state": self.state,
            "async": self.is_async,
            "description": self.description or f"Completed {self.type} instance operation",
            "cancelable": self.type == "create" and self.state == "in progress",
            "poll": self.state == "in progress",
        }


@dataclass(frozen=True, slots=True)
class Instance:
    """A service instance; the account replaces it by a new one at each change.

    Attributes:
        configuration: What ``extensions`` shows.
        effective: What the runtime enforces; differs from ``configuration`` only in the patch mode ``split``.
        shown: What reads still show while ``unseen_reads`` lasts, the configuration before the last PATCH.
        unseen_reads: Reads that still show the old configuration.
        parameters: ``parameters`` of the last request that was applied.
        patched: ``parameters`` of the last PATCH, which a repeat must differ from; None if there was none.
        polls_left: Reads that still see ``provisioning``.
        ready_at: Moment of the account's clock from which provisioning is over, or None.
        fails: Whether provisioning will end in ``failed``.
        service_keys: Number of resource keys, without whose removal a delete needs ``recursive``.
        sequence: Order of creation; paging follows it.
    """

    crn: str
    guid: str
    name: str
    account_id: str
    region: str
    plan: str
    subscription_id: str
    resource_group_id: str
    target_crn: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    sequence: int
    configuration: Configuration
    effective: Configuration
    parameters: Mapping[str, Any] = field(default_factory=dict)
    patched: Mapping[str, Any] | None = None
    shown: Configuration | None = None
    unseen_reads: int = 0
    state: State = State.ACTIVE
    operation: Operation = Operation("create")
    polls_left: int = 0
    ready_at: datetime | None = None
    fails: bool = False
    locked: bool = False
    allow_cleanup: bool = False
    service_keys: int = 0
    tags: frozenset[str] = frozenset()
    deleted_at: datetime | None = None

    @property
    def allocation_seconds(self) -> int | None:
        """Return the allocation that ``extensions`` shows, in seconds."""
        return self.configuration.allocation_seconds

    @property
    def limit_seconds(self) -> int | None:
        """Return the limit that ``extensions`` shows, in seconds."""
        return self.configuration.limit_seconds

    @property
    def backends(self) -> tuple[str, ...]:
        """Return the backends that ``extensions`` shows."""
        return self.configuration.backends

    @property
    def archived(self) -> bool:
        """Return whether its allocation is 0 (documented)."""
        return self.allocation_seconds == 0

    @property
    def budgeted_seconds(self) -> int:
        """Return what it takes from the plan's budget, in seconds: nothing once it is gone or archived."""
        return (self.allocation_seconds or 0) if self.state.counts else 0

    def document(self) -> dict[str, Any]:
        """Render it as the Resource Controller does (fields documented; ``extensions`` follows the read lag)."""
        path = f"/v2/resource_instances/{quote(self.crn, safe='')}"
        account = f"crn:v1:bluemix:public:resource-controller::a/{self.account_id}"
        plan_id = PLAN_IDS[self.plan]
        created = timestamp(self.created_at)
        deleted = timestamp(self.deleted_at) if self.deleted_at else None
        reclaimed = deleted if self.state is State.PENDING_RECLAMATION else None
        return {
            "id": self.crn,
            "guid": self.guid,
            "crn": self.crn,
            "url": path,
            "name": self.name,
            "account_id": self.account_id,
            "region_id": self.region,
            "resource_group_id": self.resource_group_id,
            "resource_group_crn": f"{account}::resource-group:{self.resource_group_id}",
            "resource_id": SERVICE_ID,
            "resource_plan_id": plan_id,
            "target_crn": self.target_crn,
            "type": "service_instance",
            "sub_type": "",
            "state": self.state.value,
            "parameters": dict(self.parameters),
            "extensions": (self.shown or self.configuration).extensions(),
            "last_operation": self.operation.document(),
            "plan_history": [{"resource_plan_id": plan_id, "start_date": created}],
            "allow_cleanup": self.allow_cleanup,
            "locked": self.locked,
            "migrated": False,
            "onetime_credentials": False,
            "controlled_by": "",
            "dashboard_url": None,
            "created_at": created,
            "created_by": self.created_by,
            "updated_at": timestamp(self.updated_at),
            "updated_by": self.updated_by,
            "deleted_at": deleted,
            "deleted_by": self.updated_by if deleted else "",
            "scheduled_reclaim_at": reclaimed,
            "scheduled_reclaim_by": self.updated_by if reclaimed else "",
            "restored_at": None,
            "restored_by": "",
            "resource_keys_url": f"{path}/resource_keys",
        }
