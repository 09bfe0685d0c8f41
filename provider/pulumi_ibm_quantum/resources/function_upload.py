"""Sending a whole function: the folder is read again, and must be what was compared."""

import json
from typing import Final

from pulumi_ibm_quantum.cloud import CloudError, NotFound
from pulumi_ibm_quantum.cloud.serverless import LiveFunction, Upload
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.function_outputs import marked
from pulumi_ibm_quantum.resources.function_rules import DEFAULT_ENTRYPOINT
from pulumi_ibm_quantum.resources.function_source import SourceError, archive, demand_unchanged, read_source
from pulumi_ibm_quantum.resources.resource_type import Properties

_PERMISSION_SECONDS: Final = 75.0
"""How long a change of an instance may take to be seen by the gateway, which remembers for 60 seconds."""


def upload(context: Context, properties: Properties) -> LiveFunction:
    """Send the whole function, and return it as the service then has it."""
    folder, expected, content = properties.get("source_dir"), properties["source_digest"], None
    if folder is not None:
        try:
            files = read_source(context.root_folder / folder, properties.get("exclude", ()))
        except SourceError as error:
            raise CloudError(str(error)) from None
        demand_unchanged(files, expected, folder)
        content = archive(files)
    runner = properties.get("runner", "ray")
    function = Upload(
        title=properties["title"],
        provider=properties.get("function_provider", ""),
        entrypoint=properties.get("entrypoint", DEFAULT_ENTRYPOINT),
        artifact=content,
        image=properties.get("image", ""),
        dependencies=tuple(properties.get("dependencies", ())),
        env_vars=properties.get("env_vars", {}),
        description=properties.get("description", ""),
        version=marked(properties.get("version"), expected, mark=properties.get("version_mark", True)),
        runner=runner,
        type=properties.get("type"),
        arguments_schema=json.loads(properties.get("arguments_schema", "{}")),
        sizes=properties.get("sizes", {} if runner == "fleets" else None),
        default_size=properties.get("default_size"),
    )
    functions = context.cloud.serverless(properties["instance"]).functions
    # The gateway remembers for a minute what an instance may do; this run may have just made it, or changed it.
    patience = _PERMISSION_SECONDS if context.cloud.resource_controller.was_changed(properties["instance"]) else 0.0
    for _ in context.clock.poll(patience):
        try:
            functions.upload(function)
            break
        except NotFound as error:
            refused = error
    else:
        raise refused
    live = functions.get(function.title, function.provider)
    if live is None:
        raise CloudError(f"function {function.title!r} was uploaded, but the service does not have it: run again")
    return live
