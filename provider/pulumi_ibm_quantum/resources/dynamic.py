"""Pulumi's dynamic provider over the lifecycles.

A state refers to the classes ``Allocations`` and ``Instances`` by the path of this module and their names, and by
nothing else: both must stay importable for ever, and must hold nothing when they are declared. What they need they get
inside the provider process, when a call needs it.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from pulumi_ibm_quantum.cloud import Cloud, connect_from_environment
from pulumi_ibm_quantum.resources import allocation, instance
from pulumi_ibm_quantum.resources.properties import Difference, Problem, normalise
from pulumi_ibm_quantum.vocabulary import LimitSetting

API_KEY_SETTING = "ibm-quantum:apiKey"
"""The stack's secret setting that holds the API key where ``IBMCLOUD_API_KEY`` is not set."""

_PROVIDER_KEY = "__provider"
_OUTPUTS_ONLY = frozenset({"crn", "state"})


class _Connection:
    """The process's connection to IBM Cloud, made when the first call needs it."""

    _lock = threading.Lock()
    _cloud: Cloud | None = None

    @classmethod
    def get(cls, fallback_api_key: str | None) -> Cloud:
        with cls._lock:
            if cls._cloud is None:
                cls._cloud = connect_from_environment(fallback_api_key=fallback_api_key)
            return cls._cloud


class _Provider(ResourceProvider):
    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        """Remember the API key of the stack's settings, for where the environment has none."""
        self._api_key = req.config.get(API_KEY_SETTING)

    def _cloud(self) -> Cloud:
        return _Connection.get(getattr(self, "_api_key", None))


class Allocations(_Provider):
    """The provider of InstanceAllocation."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse what can be known to be wrong before anything is written."""
        inputs = normalise(news)
        return _checked(inputs, allocation.check(inputs))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what is with what is wanted."""
        return _diff_result(allocation.diff(normalise(_olds), normalise(_news)))

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Take the instance over, writing only what differs."""
        outputs = allocation.apply(self._cloud(), normalise(props))
        return CreateResult(outputs["crn"], outputs)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Write what differs."""
        return UpdateResult(allocation.apply(self._cloud(), normalise(_news)))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read live values, as outputs and as inputs."""
        outputs = allocation.read(self._cloud(), normalise(props))
        return ReadResult("", {}) if outputs is None else ReadResult(id_, outputs, inputs=dict(outputs))


class Instances(_Provider):
    """The provider of Instance."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse what can be known to be wrong before anything is created."""
        inputs = instance.keep_birth(normalise(_olds), normalise(news))
        return _checked(inputs, instance.check(inputs))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what is with what is wanted."""
        return _diff_result(instance.diff(normalise(_olds), normalise(_news)))

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create the instance and wait until it is active."""
        crn, outputs = instance.create(self._cloud(), _own(props))
        return CreateResult(crn, outputs)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Rename the instance."""
        state = _olds.get("state")
        return UpdateResult({**instance.update(self._cloud(), _id, _own(_news)), "state": state})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read live values, as outputs and as inputs."""
        outputs = instance.read(self._cloud(), id_, _own(props))
        if outputs is None:
            return ReadResult("", {})
        return ReadResult(id_, outputs, inputs={k: v for k, v in outputs.items() if k not in _OUTPUTS_ONLY})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the instance."""
        instance.delete(self._cloud(), _id)


class InstanceAllocation(Resource, module="ibm-quantum", name="InstanceAllocation"):
    """The allocation and limit of an instance that exists.

    Its id is the CRN. Creating it takes the instance over, deleting it leaves the instance as it is.
    """

    crn: pulumi.Output[str]
    """The instance."""
    allocation_seconds: pulumi.Output[int]
    """The time it is meant to consume in the rolling window of 28 days."""
    limit_seconds: pulumi.Output[LimitSetting]
    """Its limit, ``"none"``, or None where it is not managed."""
    backends: pulumi.Output[Sequence[str] | None]
    """The backends that it may use, or None where they are not managed."""

    def __init__(
        self,
        resource_name: str,
        *,
        crn: pulumi.Input[str],
        allocation_seconds: pulumi.Input[int],
        limit_seconds: pulumi.Input[LimitSetting] = None,
        backends: pulumi.Input[Sequence[str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare allocation and limit of an instance.

        Args:
            resource_name: The resource's name in the stack.
            crn: The instance; any CRN output of another provider will do. A change replaces the resource.
            allocation_seconds: At least 1: an allocation of 0 would archive the instance.
            limit_seconds: Seconds, or ``"none"`` for no limit; not given, the live one stays.
            backends: The backends that it may use, ``["ANY"]`` for all; not given, the live ones stay.
            opts: Pulumi's options.
        """
        properties = {
            "crn": crn,
            "allocation_seconds": allocation_seconds,
            "limit_seconds": limit_seconds,
            "backends": backends,
        }
        super().__init__(Allocations(), resource_name, properties, opts)


class Instance(Resource, module="ibm-quantum", name="Instance"):
    """A quantum instance that is created as code. Its id is its CRN: use ``id`` for whatever depends on it."""

    name: pulumi.Output[str]
    """Its name in the account."""
    plan: pulumi.Output[str]
    """The plan it belongs to."""
    target: pulumi.Output[str]
    """The region it is in."""
    crn: pulumi.Output[str]
    """Its CRN; prefer ``id``, which stays known while the instance is updated."""
    state: pulumi.Output[str]
    """What the service says: ``active``, or ``provisioning`` where it took longer than we waited."""

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        plan: pulumi.Input[str],
        target: pulumi.Input[str],
        resource_group: pulumi.Input[str],
        allocation_seconds: pulumi.Input[int],
        limit_seconds: pulumi.Input[LimitSetting] = None,
        backends: pulumi.Input[Sequence[str]] | None = None,
        tags: pulumi.Input[Sequence[str]] | None = None,
        adopt_crn: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an instance.

        Allocation, limit, backends and tags are those at birth; afterwards an InstanceAllocation manages the first
        three, and a change here makes no difference.

        Args:
            resource_name: The resource's name in the stack.
            name: The instance's name; it can change.
            plan: The plan's name or id. A change replaces the instance, as for the next two.
            target: The region, ``us-east`` or ``eu-de``.
            resource_group: The id of the resource group.
            allocation_seconds: At least 1.
            limit_seconds: Seconds, or ``"none"``; not given, there is no limit.
            backends: The backends that it may use; not given, all of the plan.
            tags: Tags to attach.
            adopt_crn: An instance that exists already, to be taken over in place of creating one.
            opts: Pulumi's options; protect what holds people's work.
        """
        properties = {
            "name": name,
            "plan": plan,
            "target": target,
            "resource_group": resource_group,
            "allocation_seconds": allocation_seconds,
            "limit_seconds": limit_seconds,
            "backends": backends,
            "tags": tags,
            "adopt_crn": adopt_crn,
            # The SDK drops what is None, and fills in as outputs only what is named here.
            "crn": None,
            "state": None,
        }
        super().__init__(Instances(), resource_name, properties, opts)


def _own(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties without those of the engine and those that only the service sets."""
    return {k: v for k, v in normalise(properties).items() if k != _PROVIDER_KEY and k not in _OUTPUTS_ONLY}


def _checked(inputs: dict[str, Any], problems: Sequence[Problem]) -> CheckResult:
    return CheckResult(inputs, [CheckFailure(problem.property, problem.reason) for problem in problems])


def _diff_result(difference: Difference) -> DiffResult:
    return DiffResult(changes=bool(difference.changed), replaces=list(difference.replaces))
