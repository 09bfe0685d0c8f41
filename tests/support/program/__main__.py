"""A program that does what `program.json` says, so that a test can change it by writing a file."""

import json
import os
from pathlib import Path
from typing import Any

import pulumi
import service_provider

plan = json.loads(Path("program.json").read_text())
made: dict[str, Any] = {}


class Group(pulumi.ComponentResource):
    """A component."""

    def __init__(self, name: str, inputs: dict[str, object], opts: pulumi.ResourceOptions) -> None:
        super().__init__("test:Group", name, inputs, opts)


def value(item: object) -> object:
    """Follow a reference to another resource, mark a secret."""
    if isinstance(item, dict) and item.keys() == {"$ref"}:
        name, _, output = item["$ref"].partition(".")
        return made[name].id if output == "id" else getattr(made[name], output)
    if isinstance(item, dict) and item.keys() == {"$secret"}:
        return pulumi.Output.secret(item["$secret"])
    if isinstance(item, dict) and item.keys() == {"$config"}:
        return pulumi.Config().require(item["$config"])
    if isinstance(item, dict) and item.keys() == {"$secret_config"}:
        return pulumi.Config().require_secret(item["$secret_config"])
    if isinstance(item, dict):
        return {key: value(inner) for key, inner in item.items()}
    return [value(inner) for inner in item] if isinstance(item, list) else item


def options(spec: dict[str, Any]) -> pulumi.ResourceOptions:
    """Turn the options of a resource into the SDK's."""
    given = dict(spec.get("opts", {}))
    for key in ("parent", "deleted_with"):
        if key in given:
            given[key] = made[given[key]]
    for key in ("depends_on", "replace_with"):
        if key in given:
            given[key] = [made[name] for name in given[key]]
    if "aliases" in given:
        given["aliases"] = [pulumi.Alias(**alias) if isinstance(alias, dict) else alias for alias in given["aliases"]]
    if "timeouts" in given:
        given["custom_timeouts"] = pulumi.CustomTimeouts(**given.pop("timeouts"))
    return pulumi.ResourceOptions(**given)


for line in plan.get("say", []):
    print(line)  # noqa: T201
for spec in plan.get("resources", []):
    if spec.get("component"):
        made[spec["name"]] = Group(spec["name"], spec.get("props", {}), options(spec))
    else:
        props = {key: value(item) for key, item in spec.get("props", {}).items()}
        made[spec["name"]] = service_provider.Thing(spec["name"], props, options(spec))
for spec in plan.get("resources", []):
    if spec.get("component"):
        made[spec["name"]].register_outputs({key: value(item) for key, item in spec.get("outputs", {}).items()})
for key, item in plan.get("exports", {}).items():
    pulumi.export(key, value(item))
exec(plan.get("code", ""), {"pulumi": pulumi, "os": os, "made": made, "service_provider": service_provider})
