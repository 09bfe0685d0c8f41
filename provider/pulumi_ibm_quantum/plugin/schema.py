"""The package's schema for other languages: ``python -m pulumi_ibm_quantum.plugin.schema`` writes it anew.

It is a file, so that serving it costs nothing and a change of it is seen; a test keeps it as the declarations are.
"""

import ast
import inspect
import json
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pulumi_ibm_quantum
from pulumi_ibm_quantum.component import FairShare, FairShareArgs
from pulumi_ibm_quantum.plugin.functions import FUNCTIONS, LIVE_INSTANCE, Function
from pulumi_ibm_quantum.plugin.settings import API_KEY, SETTINGS
from pulumi_ibm_quantum.resources import kinds, serverless_function, slurm_site
from pulumi_ibm_quantum.resources.reference import property_text
from pulumi_ibm_quantum.resources.resource_type import Property, ResourceType
from pulumi_ibm_quantum.resources.table import LIFECYCLES

PACKAGE: Final = "ibm-quantum"
FILE: Final = Path(__file__).with_name("schema.json")

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_SECONDS_OR_TEXT: Final[dict[str, Any]] = {"oneOf": [{"type": "integer"}, _TEXT]}
_GIVEN: Final[dict[kinds.Kind, dict[str, Any]]] = {
    kinds.NAMES: {"type": "array", "items": _TEXT},
    serverless_function.DEPENDENCIES: {"type": "array", "items": _TEXT},
    kinds.TEXTS: {"type": "object", "additionalProperties": _TEXT},
    kinds.BYTES: {"type": "integer"},
    kinds.JSON_OBJECT: {"$ref": "pulumi.json#/Any"},
    kinds.SENTENCES: {"type": "array", "items": _TEXT},
    kinds.TRUTH: {"type": "boolean"},
    slurm_site.FILES: {"type": "object", "additionalProperties": _TEXT},
    kinds.ALLOCATION: _SECONDS_OR_TEXT,
    kinds.LIMIT: _SECONDS_OR_TEXT,
}
_RETURNED: Final[dict[kinds.Kind, dict[str, Any]]] = {
    **_GIVEN,
    kinds.ALLOCATION: {"type": "integer"},
    kinds.JSON_OBJECT: _TEXT,
}
_RETURNED_TEXTS: Final = {kinds.ALLOCATION: "whole seconds", kinds.LIMIT: 'whole seconds, or `"none"`'}


def schema() -> dict[str, Any]:
    """Return the schema, in Pulumi's metaschema."""
    settings = {
        one.name: {
            "type": one.kind,
            "description": one.text,
            **({"secret": True} if one.name == API_KEY else {}),
        }
        for one in SETTINGS
    }
    return {
        "name": PACKAGE,
        "displayName": "IBM Quantum",
        "version": pulumi_ibm_quantum.__version__,
        "description": "An IBM Quantum account under version control.",
        "license": "Apache-2.0",
        "keywords": ["pulumi", "ibm-quantum", "category/cloud"],
        "config": {"variables": settings},
        "provider": {"description": "The provider of IBM Quantum's resources.", "inputProperties": settings},
        "resources": {
            **{f"{PACKAGE}:index:{one.type.name}": _resource(one.type) for one in LIFECYCLES},
            f"{PACKAGE}:index:FairShare": _fair_share(),
        },
        "types": {f"{PACKAGE}:index:{LIVE_INSTANCE.name}": {"type": "object", **_returned(LIVE_INSTANCE)}},
        "functions": {f"{PACKAGE}:index:{one.arguments.name}": _function(one) for one in FUNCTIONS},
        "language": {
            "nodejs": {"respectSchemaVersion": True},
            # A package of the default name would stand in front of this one.
            "python": {
                "packageName": "ibm_quantum_native",
                "respectSchemaVersion": True,
                "pyproject": {"enabled": True},
            },
            # Not given, `pulumi package gen-sdk` writes imports of another folder than its own.
            "go": {"respectSchemaVersion": True, "importBasePath": f"example.com/pulumi-{PACKAGE}/sdk/go/ibmquantum"},
        },
    }


def to_text() -> str:
    """Return the schema as the file has it."""
    return f"{json.dumps(schema(), indent=2, ensure_ascii=False)}\n"


def _resource(declared: ResourceType) -> dict[str, Any]:
    return {
        "description": declared.text,
        "inputProperties": {one.wire_name: _property(one, _GIVEN) for one in declared.parameters},
        "requiredInputs": [one.wire_name for one in declared.parameters if one.required],
        "properties": {one.wire_name: _property(one, _RETURNED) for one in declared.properties},
        "required": [one.wire_name for one in declared.properties if one.required or one.output_only],
        # Dynamic resources of Python programs are taken over as they are.
        "aliases": [{"type": f"pulumi-python:dynamic/{PACKAGE}:{declared.name}"}],
    }


def _function(one: Function) -> dict[str, Any]:
    items = {"$ref": f"#/types/{PACKAGE}:index:{one.result.name}"}
    instances = {"type": "array", "items": items, "description": "The instances."}
    return {
        "description": one.arguments.text,
        "inputs": {
            "properties": {given.wire_name: _property(given, _GIVEN) for given in one.arguments.properties},
            "required": [given.wire_name for given in one.arguments.properties if given.required],
        },
        "outputs": {"properties": {"instances": instances}, "required": ["instances"]}
        if one.is_list
        else _returned(one.result),
    }


def _returned(result: ResourceType) -> dict[str, Any]:
    properties = {one.wire_name: _property(one, _RETURNED) for one in result.properties}
    required = [one.wire_name for one in result.properties if one.required]
    return {"description": result.text, "properties": properties, "required": required}


def _fair_share() -> dict[str, Any]:
    """Describe the component from its own documentation."""
    inputs = attribute_docstrings(FairShareArgs)
    outputs = attribute_docstrings(FairShare)
    any_value = {"$ref": "pulumi.json#/Any"}
    by_site = {"type": "object", "additionalProperties": _GIVEN[slurm_site.FILES]}
    types = {"configuration": any_value, "approved": _TEXT, "snapshot": _TEXT}
    return {
        "isComponent": True,
        "description": inspect.cleandoc(FairShare.__doc__ or ""),
        "inputProperties": {
            name: {**types.get(name, {"type": "boolean"}), "description": text} for name, text in inputs.items()
        },
        "requiredInputs": ["configuration"],
        "properties": {
            "decision": {"type": "object", "additionalProperties": any_value, "description": outputs["decision"]},
            "slurmSites": {**by_site, "description": outputs["slurm_sites"]},
        },
        "required": ["decision", "slurmSites"],
    }


def attribute_docstrings(owner: type) -> dict[str, str]:
    """Return what is written below each annotated attribute of a class."""
    (body,) = (one.body for one in ast.parse(inspect.getsource(owner)).body if isinstance(one, ast.ClassDef))
    return {
        attribute.target.id: inspect.cleandoc(text.value.value)
        for attribute, text in pairwise(body)
        if isinstance(attribute, ast.AnnAssign)
        and isinstance(attribute.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _property(one: Property, types: dict[kinds.Kind, dict[str, Any]]) -> dict[str, Any]:
    kind = _RETURNED_TEXTS.get(one.kind, one.kind.text) if types is _RETURNED else one.kind.text
    described = {**types.get(one.kind, _TEXT), "description": f"{property_text(one)} Is {kind}."}
    described |= {"secret": True} if one.secret else {}
    return {**described, "willReplaceOnChanges": True} if one.replaces and types is _GIVEN else described


if __name__ == "__main__":
    FILE.write_text(to_text(), encoding="utf-8")
