"""docs/configuration.md, from the schema: ``python -m pulumi_ibm_quantum.config.reference > docs/configuration.md``."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_ibm_quantum.config.schema import project_schema

_INTRODUCTION: Final = """\
# The project configuration

Written by `python -m pulumi_ibm_quantum.config.reference`; a test keeps it as the model is. One YAML file, or a folder
of files of which one holds the account-wide keys and each may list instances. An [example](../stacks/project.yaml) is
explained line by line, [how-it-decides.md](how-it-decides.md) what becomes of it. A key that is not here is
refused, with the one that was likely meant. Files of qauvern are read too: [qauvern.md](qauvern.md).

A **duration** is a whole number of seconds, or text such as `45s`, `1h 30m`, `2.5d` or `1qau` (96 000 s). A **moment**
is a date, from its midnight in UTC, or a time with its offset.
"""

_SECTIONS: Final = {
    "": "The account",
    "InstanceEntry": "`instances[]`",
    "CreateBlock": "`create`",
    "NetGrant": "`net_grants[]`",
    "Priority": "`priority`",
    "BalancePeriod": "`balance_period`",
    "Contract": "`contract`",
    "SlurmSite": "`slurm_sites[]`",
    "SlurmProject": "`slurm_sites[].projects[]`",
}

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "": {
        "version": 3,
        "account_id": "7d1f6a0c9b3e4a52a8c64f0e2b91d375",
        "plan": "premium",
        "minimum_allocation_seconds": "10m",
        "allocation_reserve_percent": 5,
        "change_threshold_percent": 1,
        "max_change_percent": 25,
        "on_drift": "keep",
        "freeze": False,
        "weighting": "activity",
        "subscription_id": "7f666d17-7893-47d8-bf9d-2b2389fc4dfc",
        "reopen_exhausted": False,
    },
    "InstanceEntry": {
        "name": "finance-portfolio",
        "crn": "crn:v1:bluemix:public:quantum-computing:us-east:a/7d1f6a0c9b3e4a52a8c64f0e2b91d375:"
        "3e9c6f85-a174-4c3d-a04f-5d81bea23f43::",
        "limit_seconds": "10h",
        "target_usage_seconds": "100h",
        "weight": 1.5,
        "minimum_allocation_seconds": "1h",
        "hold": False,
        "state": "active",
        "description": "Pricing with the partner bank",
        "backends": ["ibm_fez"],
        "protect": True,
        "tags": ["team:optics"],
    },
    "CreateBlock": {"target": "eu-de", "resource_group": "5c1e0b7a94d24d7fb6a1c3e8f2907d46"},
    "NetGrant": {"start_date": "2026-10-22", "end_date": "2026-11-19", "net_grant_seconds": "8h 20m"},
    "Priority": {"weight": 2, "from": "2026-11-01", "until": "2026-11-30", "reason": "paper deadline"},
    "BalancePeriod": {"start_date": "2026-01-01", "end_date": "2027-01-01"},
    "Contract": {"budget_seconds": "5qau", "ends": "2027-01-01"},
    "SlurmSite": {
        "name": "cluster-a",
        "backends": ["ibm_fez"],
        "session_mode": "batch",
        "session_max_ttl_seconds": "1h",
        "names": "current",
        "plugin": "/usr/lib64/slurm/spank_qrmi.so",
        "qrmi_config": "/etc/slurm/qrmi_config.json",
    },
    "SlurmProject": {
        "instance": "finance-portfolio",
        "accounts": ["finance"],
        "backends": ["ibm_fez"],
        "key_file": "/etc/slurm/qpu-keys/finance",
        "licenses": 2,
    },
}
"""A value of each key that holds no block, by the name of its block."""


def reference() -> str:
    """Return the reference as Markdown."""
    whole = project_schema()
    blocks = {"": whole, **whole["$defs"]}
    return "\n".join([_INTRODUCTION, *(_section(blocks[name], name) for name in _SECTIONS)])


def _section(block: Mapping[str, Any], name: str) -> str:
    rows = [_row(key, one, key in block["required"], EXAMPLES[name]) for key, one in block["properties"].items()]
    text = f"{block['description']}\n\n" if name else ""
    table = "\n".join(["| key | is | default | meaning | example |", "| --- | --- | --- | --- | --- |", *rows])
    return f"## {_SECTIONS[name]}\n\n{text}{table}\n"


def _row(key: str, one: Mapping[str, Any], is_required: bool, examples: Mapping[str, Any]) -> str:
    # Instances may be left to the other files of a folder.
    is_given = one.get("default", []) != []
    default = "required" if is_required else f"`{json.dumps(one['default'])}`" if is_given else ""
    example = f"`{json.dumps(examples[key])}`" if key in examples else "below"
    return f"| `{key}` | {', or '.join(_kinds(one))} | {default} | {one['description']} | {example} |"


def _kinds(one: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a value may be, in words."""
    if "const" in one:
        yield f"`{one['const']}`"
    elif "anyOf" in one:
        yield "duration"
        yield from (f"`{value}`" for form in one["anyOf"] for value in form.get("enum", ()))
    elif "enum" in one:
        yield from (f"`{value}`" for value in one["enum"])
    elif "$ref" in one:
        yield _SECTIONS[one["$ref"].rpartition("/")[2]]
    elif one["type"] == "array":
        yield f"list of {' or '.join(_kinds(one['items']))}"
    elif "examples" in one:
        yield "moment"
    else:
        yield {"string": "text", "number": "number", "integer": "whole number", "boolean": "`true` or `false`"}[
            one["type"]
        ]


if __name__ == "__main__":
    sys.stdout.write(reference())
