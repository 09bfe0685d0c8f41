"""Pulumi's dynamic provider over the lifecycles.

A state refers to the classes ``Allocations``, ``Instances`` and ``SlurmSites`` by the path of this module and their
names, and by nothing else: they must stay importable for ever, and must hold nothing when they are declared. What they
need they get inside the provider process, when a call needs it.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import Any, ClassVar, ParamSpec, TypeVar

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
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.config import get_config, is_config_secret

from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.resources import allocation, instance, slurm_site
from pulumi_ibm_quantum.resources.connections import API_KEY_SETTING, CONNECTIONS
from pulumi_ibm_quantum.resources.context import Context, demand_not_cancelled, project_folder
from pulumi_ibm_quantum.resources.lifecycle import Lifecycle
from pulumi_ibm_quantum.resources.notices import write_drift, write_notice_once
from pulumi_ibm_quantum.resources.reference import docstring
from pulumi_ibm_quantum.vocabulary import LimitSetting

_Arguments = ParamSpec("_Arguments")
_T = TypeVar("_T")


def _briefly(call: Callable[_Arguments, _T]) -> Callable[_Arguments, _T]:
    """Let what fails say so without the trace to it, which the SDK sends on: engines take no message of any length."""

    @wraps(call)
    def brief(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> _T:
        try:
            return call(*arguments, **named)
        except CloudError as error:
            raise error.with_traceback(None) from None

    return brief


class _Provider(ResourceProvider):
    """Puts a lifecycle behind Pulumi's calls: properties in their one form in, what the lifecycle returns out."""

    serialize_as_secret_always = False
    lifecycle: ClassVar[Lifecycle]
    _reference: ClassVar[str]
    _api_key: str | None = None

    @classmethod
    def reference(cls) -> str:
        """Return what a state holds of the provider; serialised once, and not for each of its resources."""
        if "_reference" not in cls.__dict__:
            cls._reference = serialize_provider(cls())
        return cls._reference

    def configure(self, req: ConfigureRequest) -> None:
        """Remember the API key of the stack's settings, for where the environment has none."""
        self._api_key = req.config.get(API_KEY_SETTING)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse what can be known to be wrong before anything is written."""
        if self.lifecycle.note and not _olds:
            write_notice_once(self.lifecycle.note)
        inputs, problems = self.lifecycle.type.check(_olds, news)
        return CheckResult(inputs, [CheckFailure(*problem) for problem in problems.items()])

    @_briefly
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what is wanted with the state and, where they agree, with the service.

        Whatever was planned was planned before the first comparison, and may rest on what a listing of before lacks.
        """
        first_comparison: float = self.__dict__.setdefault("_first_comparison", time.monotonic())
        comparison = self.lifecycle.compare(self._context, _id, _olds, _news, first_comparison)
        write_drift(comparison)
        changed = comparison.changed
        # A state of native resources names no provider; only an update adds it, and without it none can be read.
        was_native = "__provider" in _news and "__provider" not in _olds
        return DiffResult(changes=bool(changed) or was_native, replaces=[one.name for one in changed if one.replaces])

    @_briefly
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make what is declared."""
        return CreateResult(*self.lifecycle.create(self._context(), self._inputs(props)))

    @_briefly
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change what differs."""
        return UpdateResult(self.lifecycle.update(self._context(), _id, _olds, self._inputs(_news)))

    @_briefly
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read live values, as outputs and as inputs."""
        outputs = self.lifecycle.read(self._context(), id_, props)
        return ReadResult("", {}) if outputs is None else ReadResult(id_, outputs, inputs=self._inputs(outputs))

    @_briefly
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete it, where deleting touches anything; a key is needed only then."""
        if self.lifecycle.delete is not None:
            self.lifecycle.delete(self._context(), _id, _props)

    def _inputs(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        return self.lifecycle.type.inputs_of(properties)

    def _context(self) -> Context:
        demand_not_cancelled()
        return Context(partial(CONNECTIONS.get, os.environ, self._api_key), project_folder(Path.cwd()))


class Allocations(_Provider):
    """The provider of InstanceAllocation."""

    lifecycle = allocation.LIFECYCLE


class Instances(_Provider):
    """The provider of Instance."""

    lifecycle = instance.LIFECYCLE


class SlurmSites(_Provider):
    """The provider of SlurmSite."""

    lifecycle = slurm_site.LIFECYCLE


class _NotGiven:
    """The output of an input that was not given: made only where somebody asks for it."""

    def __get__(self, resource: object, _: type) -> object:
        return self if resource is None else pulumi.Output.from_input(None)


class _Resource(Resource):
    """Makes a class from the declaration of its provider's resource type."""

    _made_by: ClassVar[type[_Provider]]

    def __init_subclass__(cls, provider: type[_Provider] | None = None, **options: Any) -> None:
        if provider is None:  # A program's own subclass of one of ours is declared as that one is.
            super().__init_subclass__(**options)
            return
        declared = provider.lifecycle.type
        super().__init_subclass__(module="ibm-quantum", name=declared.name)
        cls._made_by = provider
        cls.__doc__, cls.__init__.__doc__ = docstring(declared)
        for one in declared.inputs:
            if not one.required:
                setattr(cls, one.name, _NotGiven())

    def _register(self, name: str, given: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        """Do what the SDK's constructor does, which serialises the provider anew for each resource."""
        configured_api_key()
        properties = {
            one.name: given.get(one.name)
            for one in self._made_by.lifecycle.type.properties
            # The SDK makes outputs of what is named here; what only the service sets has no value yet.
            if one.output_only or given[one.name] is not None
        }
        properties["__provider"] = self._made_by.reference()
        # A native resource of a program in another language is taken over as it is.
        native = pulumi.Alias(type_=f"ibm-quantum:index:{self._made_by.lifecycle.type.name}")
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[native]))
        pulumi.CustomResource.__init__(self, f"pulumi-python:{self._resource_type_name}", name, properties, opts)


# Parameters and annotations are written out, because editors and mypy read source and not what is made from it; a test
# holds that they agree with the declarations, from which everything else is made.
class InstanceAllocation(_Resource, provider=Allocations):
    """The allocation and limit of an instance that exists."""

    crn: pulumi.Output[str]
    allocation_seconds: pulumi.Output[int]
    limit_seconds: pulumi.Output[LimitSetting]
    backends: pulumi.Output[Sequence[str] | None]

    def __init__(
        self,
        resource_name: str,
        *,
        crn: pulumi.Input[str],
        allocation_seconds: pulumi.Input[int | str],
        limit_seconds: pulumi.Input[LimitSetting | str] = None,
        backends: pulumi.Input[Sequence[str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._register(resource_name, locals(), opts)


class Instance(_Resource, provider=Instances):
    """A quantum instance that is created as code."""

    name: pulumi.Output[str]
    plan: pulumi.Output[str]
    target: pulumi.Output[str]
    resource_group: pulumi.Output[str]
    allocation_seconds: pulumi.Output[int]
    limit_seconds: pulumi.Output[LimitSetting]
    backends: pulumi.Output[Sequence[str] | None]
    tags: pulumi.Output[Sequence[str] | None]
    adopt_crn: pulumi.Output[str | None]
    crn: pulumi.Output[str]
    state: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        plan: pulumi.Input[str],
        target: pulumi.Input[str],
        resource_group: pulumi.Input[str],
        allocation_seconds: pulumi.Input[int | str],
        limit_seconds: pulumi.Input[LimitSetting | str] = None,
        backends: pulumi.Input[Sequence[str]] | None = None,
        tags: pulumi.Input[Sequence[str]] | None = None,
        adopt_crn: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._register(resource_name, locals(), opts)


class SlurmSite(_Resource, provider=SlurmSites):
    """The files of a Slurm site, kept in a folder."""

    folder: pulumi.Output[str]
    files: pulumi.Output[Mapping[str, str]]
    adopt: pulumi.Output[bool | None]
    drift: pulumi.Output[Sequence[str]]

    def __init__(
        self,
        resource_name: str,
        *,
        folder: pulumi.Input[str],
        files: pulumi.Input[Mapping[str, str]],
        adopt: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._register(resource_name, locals(), opts)


def configured_api_key() -> str | None:
    """Return the API key of the stack's settings, None where they have none.

    Raises:
        pulumi.RunError: it is not encrypted: the state would have it in clear as well.
    """
    key: str | None = get_config(API_KEY_SETTING)
    if key is not None and not is_config_secret(API_KEY_SETTING):
        raise pulumi.RunError(
            f"{API_KEY_SETTING} is not encrypted in the stack's settings, and would be in clear in its state as well: "
            f"`pulumi config set --secret {API_KEY_SETTING}`, or set IBMCLOUD_API_KEY in its place"
        )
    return key
