"""Pulumi's dynamic provider over the lifecycles of Qiskit Serverless.

As in ``dynamic``, states refer to the classes ``Functions`` and ``Files`` by this module's path and their names: both
must stay importable for ever.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from pulumi_ibm_quantum.resources import serverless_file, serverless_function
from pulumi_ibm_quantum.resources.dynamic import DynamicProvider, DynamicResource


class Functions(DynamicProvider):
    """The provider of ServerlessFunction."""

    lifecycle = serverless_function.LIFECYCLE


class Files(DynamicProvider):
    """The provider of ServerlessFile."""

    lifecycle = serverless_file.LIFECYCLE


class ServerlessFunction(DynamicResource, provider=Functions):
    """A function of Qiskit Serverless."""

    title: pulumi.Output[str]
    instance: pulumi.Output[str]
    function_provider: pulumi.Output[str | None]
    source_dir: pulumi.Output[str | None]
    entrypoint: pulumi.Output[str | None]
    image: pulumi.Output[str | None]
    exclude: pulumi.Output[Sequence[str] | None]
    dependencies: pulumi.Output[Sequence[str] | None]
    env_vars: pulumi.Output[Mapping[str, str] | None]
    description: pulumi.Output[str | None]
    version: pulumi.Output[str | None]
    version_mark: pulumi.Output[bool | None]
    runner: pulumi.Output[str | None]
    type: pulumi.Output[str | None]
    arguments_schema: pulumi.Output[str | None]
    sizes: pulumi.Output[Mapping[str, str] | None]
    default_size: pulumi.Output[str | None]
    adopt: pulumi.Output[bool | None]
    on_delete: pulumi.Output[str | None]
    source_digest: pulumi.Output[str]
    artifact: pulumi.Output[str]
    live_version: pulumi.Output[str]
    taken_over: pulumi.Output[bool]

    def __init__(
        self,
        resource_name: str,
        *,
        title: pulumi.Input[str],
        instance: pulumi.Input[str],
        function_provider: pulumi.Input[str] | None = None,
        source_dir: pulumi.Input[str] | None = None,
        entrypoint: pulumi.Input[str] | None = None,
        image: pulumi.Input[str] | None = None,
        exclude: pulumi.Input[Sequence[str]] | None = None,
        dependencies: pulumi.Input[Sequence[str]] | None = None,
        env_vars: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        description: pulumi.Input[str] | None = None,
        version: pulumi.Input[str] | None = None,
        version_mark: pulumi.Input[bool] | None = None,
        runner: pulumi.Input[str] | None = None,
        type: pulumi.Input[str] | None = None,
        arguments_schema: pulumi.Input[Mapping[str, Any] | str] | None = None,
        sizes: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        default_size: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[bool] | None = None,
        on_delete: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._register(resource_name, locals(), opts)


class ServerlessFile(DynamicResource, provider=Files):
    """A file of a function of Qiskit Serverless."""

    function: pulumi.Output[str]
    instance: pulumi.Output[str]
    function_provider: pulumi.Output[str | None]
    space: pulumi.Output[str | None]
    source: pulumi.Output[str | None]
    text: pulumi.Output[str | None]
    name: pulumi.Output[str | None]
    adopt: pulumi.Output[bool | None]
    verify: pulumi.Output[str | None]
    content_digest: pulumi.Output[str]
    size_bytes: pulumi.Output[int]

    def __init__(
        self,
        resource_name: str,
        *,
        function: pulumi.Input[str],
        instance: pulumi.Input[str],
        function_provider: pulumi.Input[str] | None = None,
        space: pulumi.Input[str] | None = None,
        source: pulumi.Input[str] | None = None,
        text: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        adopt: pulumi.Input[bool] | None = None,
        verify: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._register(resource_name, locals(), opts)
