"""The rules by which an instance is created, read, changed and deleted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from .behaviour import Behaviour
from .catalog import PLAN_IDS, PLAN_NAMES, REGIONS
from .clock import parse_timestamp
from .errors import Refused
from .instance import Instance, Operation, State
from .model import Account
from .parameters import PatchMode, configured

_NAME: Final = re.compile(r"[\w\- .:]{1,180}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Rules over one account; every refusal is a :class:`Refused`."""

    account: Account
    behaviour: Behaviour

    def get(self, identity: str, *, reads: bool = True) -> Instance:
        """Get an instance by CRN or GUID; also what was deleted (observed). Reading moves pending work on.

        Raises:
            Refused: 404.
        """
        instance = self.account.find(identity)
        if instance is None:
            raise Refused(404, "RC-InstanceNotFound", f"No resource instance {identity} was found.")
        return self.read(instance) if reads else instance

    def read(self, instance: Instance) -> Instance:
        """See an instance as one read does, counting the reads that pending work takes."""
        if instance.state is State.PROVISIONING:
            return self.account.put(self._provisioned(instance))
        if instance.unseen_reads:
            return self.account.put(replace(instance, unseen_reads=instance.unseen_reads - 1))
        if instance.shown is not None:
            return self.account.put(replace(instance, shown=None, operation=Operation("update")))
        return instance

    def create(self, body: Mapping[str, Any], *, by: str, locked: bool = False) -> Instance:
        """Create an instance (required fields and name rules documented; defaults of the rest assumed).

        Raises:
            Refused: 400, or the over-budget refusal.
        """
        for required in ("name", "target", "resource_group", "resource_plan_id"):
            if not isinstance(body.get(required), str) or not body[required]:
                raise Refused(400, "RC-BadRequest", f"{required} is required and must be a string.")
        check_name(body["name"])
        plan = self._plan(body["resource_plan_id"])
        region = body["target"].rpartition(":")[2].rpartition("%3A")[2]
        if region not in REGIONS:
            raise Refused(400, "RC-BadRequest", f"The target {body['target']} is not one of {', '.join(REGIONS)}.")
        if body["resource_group"] not in self.account.resource_groups:
            raise Refused(400, "RC-BadRequest", f"There is no resource group {body['resource_group']}.")
        parameters = _parameters(body)
        configuration = configured(parameters, None, plan=plan)
        subscription_id = self.account.subscription_of(plan).subscription_id
        self._check_budget(subscription_id, 0, configuration.allocation_seconds or 0)
        return self.account.add_instance(
            body["name"],
            plan=plan,
            region=region,
            subscription_id=subscription_id,
            resource_group_id=body["resource_group"],
            allocation_seconds=configuration.allocation_seconds,
            limit_seconds=configuration.limit_seconds,
            backends=configuration.backends,
            created_by=by,
            updated_by=by,
            parameters=parameters,
            locked=locked,
            allow_cleanup=bool(body.get("allow_cleanup", False)),
            tags=frozenset(str(tag).lower() for tag in body.get("tags") or ()),
            **self._birth(),
        )

    def update(self, instance: Instance, body: Mapping[str, Any], *, by: str) -> Instance:
        """Apply a PATCH of any of ``name``, ``parameters``, ``allow_cleanup`` (documented, the modes are disputed).

        A repeat of the last PATCH's ``parameters`` is answered and ignored (documented).

        Raises:
            Refused: 400 (locked, not active, bad values), 410/422 (deleted), or the over-budget refusal.
        """
        self._check_alive(instance)
        self._check_unlocked(instance)
        if instance.state is not State.ACTIVE:
            raise Refused(400, "RC-BadRequest", f"The instance is {instance.state.value}, not active.")
        if self._plan(body.get("resource_plan_id", PLAN_IDS[instance.plan])) != instance.plan:
            raise Refused(400, "RC-BadRequest", "The fake does not support a change of plan.")
        if "name" in body:
            check_name(body["name"])
        changed = replace(
            instance,
            name=body.get("name", instance.name),
            allow_cleanup=bool(body.get("allow_cleanup", instance.allow_cleanup)),
        )
        if "parameters" in body and not self._repeated(instance, parameters := _parameters(body)):
            changed = self._reconfigured(changed, parameters)
        if changed == instance:
            return instance
        return self._changed(changed, by=by)

    def delete(self, instance: Instance, *, recursive: bool, by: str) -> Instance:
        """Delete; a later GET is 200 with ``removed`` or ``pending_reclamation`` (observed).

        Raises:
            Refused: 400 (locked, or has keys and not ``recursive``), 410 (removed before), 422 (in reclamation).
        """
        self._check_alive(instance)
        self._check_unlocked(instance)
        if instance.service_keys and not recursive:
            raise Refused(400, "RC-BadRequest", "The instance has resource keys; delete them or pass recursive=true.")
        return self._changed(
            instance,
            by=by,
            state=State.PENDING_RECLAMATION if self.behaviour.reclamation else State.REMOVED,
            operation=Operation("reclamation" if self.behaviour.reclamation else "delete"),
            service_keys=0,
            deleted_at=self.account.clock.now(),
            shown=None,
            unseen_reads=0,
        )

    def lock(self, instance: Instance, *, locked: bool, by: str) -> Instance:
        """Lock or unlock; both may be repeated (documented)."""
        self._check_alive(instance)
        return self._changed(instance, by=by, locked=locked, operation=Operation("lock" if locked else "unlock"))

    def cancel(self, instance: Instance, *, by: str) -> Instance:
        """Cancel an asynchronous creation; the instance is then removed (documented).

        Raises:
            Refused: 422, nothing is being created.
        """
        if instance.state is not State.PROVISIONING:
            raise Refused(422, "RC-CancelNotAllowed", "There is no creation in progress to cancel.")
        now = self.account.clock.now()
        return self._changed(instance, by=by, state=State.REMOVED, operation=Operation("cancel"), deleted_at=now)

    def restore(self, instance: Instance, *, by: str) -> Instance:
        """Take an instance out of reclamation, if the plan's budget still holds it."""
        self._check_budget(instance.subscription_id, 0, instance.allocation_seconds or 0)
        operation = Operation("reclamation", description="Restored the instance")
        return self._changed(instance, by=by, state=State.ACTIVE, operation=operation, deleted_at=None)

    def reclaim(self, instance: Instance, *, by: str) -> Instance:
        """End a reclamation for good."""
        return self._changed(instance, by=by, state=State.REMOVED)

    def _changed(self, instance: Instance, *, by: str, **fields: Any) -> Instance:
        """Store what has changed of an instance, and who changed it."""
        return self.account.put(replace(instance, updated_at=self.account.clock.now(), updated_by=by, **fields))

    def _birth(self) -> dict[str, Any]:
        behaviour = self.behaviour
        if not (behaviour.provisioning_polls or behaviour.provisioning_seconds or behaviour.provisioning_fails):
            return {}
        return {
            "state": State.PROVISIONING,
            "operation": Operation("create", "in progress", is_async=True, description="Started create operation"),
            "polls_left": behaviour.provisioning_polls,
            "ready_at": self.account.clock.now() + timedelta(seconds=behaviour.provisioning_seconds),
            "fails": behaviour.provisioning_fails,
        }

    def _provisioned(self, instance: Instance) -> Instance:
        if instance.polls_left:
            return replace(instance, polls_left=instance.polls_left - 1)
        if instance.ready_at is not None and self.account.clock.now() < instance.ready_at:
            return instance
        if instance.fails:
            failed = Operation("create", "failed", is_async=True, description="The broker could not provision it")
            return replace(instance, state=State.FAILED, operation=failed)
        return replace(instance, state=State.ACTIVE, operation=Operation("create", is_async=True))

    def _reconfigured(self, instance: Instance, parameters: Mapping[str, Any]) -> Instance:
        mode = PatchMode(self.behaviour.patch_mode)
        kept = None if mode is PatchMode.REPLACE else instance.configuration
        configuration = configured(parameters, kept, plan=instance.plan)
        effective = configured(parameters, None, plan=instance.plan) if mode is PatchMode.SPLIT else configuration
        before = instance.allocation_seconds or 0
        self._check_budget(instance.subscription_id, before, configuration.allocation_seconds or 0)
        operation, shown, lag = Operation("update"), None, self.behaviour.read_lag
        if lag:
            operation = Operation("update", "in progress", is_async=True, description="Started update operation")
            shown = instance.shown or instance.configuration
        return replace(
            instance,
            configuration=configuration,
            effective=effective,
            parameters=parameters,
            patched=parameters,
            operation=operation,
            shown=shown,
            unseen_reads=lag,
        )

    def _repeated(self, instance: Instance, parameters: Mapping[str, Any]) -> bool:
        if instance.patched is None:
            return False
        if parameters == instance.patched:
            return True
        return self.behaviour.advancing_timestamp and _moment(parameters) <= _moment(instance.patched)

    def _check_budget(self, subscription_id: str, before: int, after: int) -> None:
        subscription = self.account.subscriptions[subscription_id]
        budget = subscription.budget_seconds
        total = self.account.total(subscription.plan, subscription_id) - before + after
        if not self.behaviour.refuse_over_budget or budget is None or after <= before or total <= budget:
            return
        status = self.behaviour.over_budget_status
        message = (
            f"Service Broker returned error status code {status}: "
            f"the allocations of the plan would be {total} seconds, its budget is {budget}."
        )
        raise Refused(status, "RC-ServiceBrokerErrorResponse", message, self.behaviour.over_budget_body)

    def _plan(self, plan_id: object) -> str:
        plan = PLAN_NAMES.get(str(plan_id))
        if plan is None or plan not in {subscription.plan for subscription in self.account.subscriptions.values()}:
            raise Refused(400, "RC-BadRequest", f"The account has no plan {plan_id}.")
        return plan

    def _check_alive(self, instance: Instance) -> None:
        if instance.state is State.PENDING_RECLAMATION:
            raise Refused(422, "RC-InstanceInReclamation", "Instance is in reclamation; restore or reclaim it first.")
        if instance.state is State.REMOVED:
            raise Refused(410, "RC-InstanceGone", "The resource instance was removed.")

    def _check_unlocked(self, instance: Instance) -> None:
        if instance.locked:
            raise Refused(400, "RC-InstanceLocked", "The instance is locked; unlock it first.")


def check_name(name: object) -> None:
    """Check a name: 1 to 180 ASCII letters, digits, spaces and ``- . _ :`` (documented).

    Raises:
        Refused: 400.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Refused(400, "RC-BadRequest", "name must have 1 to 180 letters, digits, spaces or any of - . _ :")


def _parameters(body: Mapping[str, Any]) -> dict[str, Any]:
    parameters = body.get("parameters")
    if parameters is None:
        return {}
    if not isinstance(parameters, dict):
        raise Refused(400, "RC-BadRequest", "parameters must be an object.")
    return parameters


def _moment(parameters: Mapping[str, Any]) -> float:
    """Read the request's ``timestamp`` as seconds since 1970; one that is missing or unreadable is the oldest."""
    try:
        return parse_timestamp(str(parameters.get("timestamp"))).timestamp()
    except ValueError:
        return float("-inf")
