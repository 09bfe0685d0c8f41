"""JSON Schemas of the project configuration (version 3), made from the model so that editors complete and check.

What is checked between fields, such as names that are given twice, is left to the reader; so are odd spellings: a
schema may ask for ``2026-03-01`` where the reader would also take ``20260301``. Write them anew with
``python -m pulumi_ibm_quantum.config.schema stacks``.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.config.dialects import CURRENT
from pulumi_ibm_quantum.config.model import InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.documents import blocks_within

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_VERSION: Final = {"const": CURRENT, "description": "Version of this format."}
_ONE_OF: Final = [{"required": ["crn"]}, {"required": ["create"]}]


def project_schema() -> dict[str, Any]:
    """Return the schema of a file that holds a whole configuration, or its account-wide part."""
    made = _plain(ProjectConfiguration.model_json_schema(by_alias=True))
    parts = made.pop("$defs")
    parts["InstanceEntry"]["oneOf"] = _ONE_OF
    return {
        "$schema": _DIALECT,
        "title": "Project configuration of pulumi-ibm-quantum",
        **made,
        "properties": {"version": _VERSION, **made["properties"]},
        # Not instances: in a folder the file with the account-wide keys need not list any.
        "required": ["version", *(key for key in made["required"] if key != "instances")],
        "$defs": parts,
    }


def instances_schema() -> dict[str, Any]:
    """Return the schema of a file that only lists instances, in a folder of files that are one configuration."""
    whole = project_schema()
    kept = ("version", "instances")
    parts = {name: whole["$defs"][name] for name in sorted(block.__name__ for block in blocks_within(InstanceEntry))}
    return {
        **whole,
        "title": "Instances of a project configuration of pulumi-ibm-quantum",
        "description": "Some of the instances of one account and plan; another file holds the account-wide keys.",
        "properties": {key: whole["properties"][key] for key in kept},
        "required": ["instances"],
        "$defs": parts,
    }


def schema_files() -> Mapping[str, str]:
    """Return the text of each schema file, by its name."""
    schemas = {"project.schema.json": project_schema(), "instances.schema.json": instances_schema()}
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def _plain(value: Any) -> Any:
    """Leave out titles that repeat a key, and the empty values that a file may not have."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _plain(item)
        for key, item in value.items()
        if not (key == "title" and isinstance(item, str)) and not (key == "default" and item is None)
    }
    choices = [choice for choice in kept.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        return {**choices[0], **kept}
    return {**kept, "anyOf": choices} if choices else kept


if __name__ == "__main__":
    for name, text in schema_files().items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
