"""The JSON Schemas: current, and of one mind with the reader."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.config.schema import instances_schema, project_schema, schema_files
from tests.support.command_line import run
from tests.support.configurations import ACCOUNT, configuration_mapping, crn, models, problems

ROOT = Path(__file__).parents[2]
Schema = dict[str, Any]
WHOLE: Schema = project_schema()
LIST: Schema = instances_schema()

NUMBER = (int, float)
TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, NUMBER) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, NUMBER) and not isinstance(value, bool) and value == int(value),
}


def fits(value: Any, schema: Schema, whole: Schema) -> bool:
    """Whether a value is valid: the meaning, after JSON Schema 2020-12, of exactly the words that ours use."""
    judged: dict[str, Callable[[Any], bool]] = {
        "$ref": lambda ref: fits(value, whole["$defs"][ref.removeprefix("#/$defs/")], whole),
        "type": lambda name: TYPES[name](value),
        "const": lambda only: value == only,
        "enum": lambda some: value in some,
        "anyOf": lambda ways: any(fits(value, way, whole) for way in ways),
        "oneOf": lambda ways: sum(fits(value, way, whole) for way in ways) == 1,
        "pattern": lambda pattern: not isinstance(value, str) or re.search(pattern, value) is not None,
        "minLength": lambda least: not isinstance(value, str) or len(value) >= least,
        "minimum": lambda least: not isinstance(value, NUMBER) or value >= least,
        "exclusiveMinimum": lambda least: not isinstance(value, NUMBER) or value > least,
        "maximum": lambda most: not isinstance(value, NUMBER) or value <= most,
        "exclusiveMaximum": lambda most: not isinstance(value, NUMBER) or value < most,
        "items": lambda item: not isinstance(value, list) or all(fits(one, item, whole) for one in value),
        "uniqueItems": lambda _: not isinstance(value, list) or len({repr(one) for one in value}) == len(value),
        "required": lambda keys: not isinstance(value, dict) or set(keys) <= set(value),
        "additionalProperties": lambda _: not isinstance(value, dict) or set(value) <= set(schema["properties"]),
        "properties": lambda keys: (
            not isinstance(value, dict) or all(fits(value[key], keys[key], whole) for key in keys if key in value)
        ),
    }
    said = schema.keys() - {"$schema", "$defs", "title", "description", "default", "examples"}
    return all(judged[word](schema[word]) for word in said)


def as_json(text: str) -> Any:
    """Read YAML as an editor does, with dates as text."""
    return yaml.load(text, Loader=_Editor)


class _Editor(yaml.SafeLoader):
    pass


_Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in ways if not tag.endswith("timestamp")]
    for first, ways in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("name", schema_files())
def test_the_schema_is_that_of_the_model(name: str) -> None:
    """The file in stacks/ says what the model says: `python -m pulumi_ibm_quantum.config.schema stacks` writes it."""
    assert (ROOT / "stacks" / name).read_text(encoding="utf-8") == schema_files()[name]


@pytest.mark.parametrize(("option", "name"), [((), "project"), (("--instances",), "instances")])
def test_the_schema_is_printed_where_there_is_only_the_package(option: tuple[str, ...], name: str) -> None:
    """It is what the repository has."""
    assert run("schema", *option).stdout == (ROOT / "stacks" / f"{name}.schema.json").read_text(encoding="utf-8")


def test_the_schema_explains_itself() -> None:
    """An editor finds a sentence on every key, and the unit wherever a number counts something."""
    parts = [WHOLE, *WHOLE["$defs"].values()]
    keys = {key: value for part in parts for key, value in part["properties"].items()}
    assert len(keys) > 30
    for key, value in keys.items():
        assert value["description"].endswith("."), key
        assert not key.endswith("_seconds") or "second" in value["description"], key
        assert not key.endswith("_percent") or "percent" in value["description"], key


def test_the_example_is_valid() -> None:
    """The configuration that the project is shown with is valid, as a whole and as instances of a folder."""
    example = as_json((ROOT / "stacks" / "project.yaml").read_text(encoding="utf-8"))
    assert fits(example, WHOLE, WHOLE)
    fragment = {key: example[key] for key in ("version", "instances")}
    assert fits(fragment, LIST, LIST)
    assert not fits(example, LIST, LIST)


@given(models())
def test_every_configuration_is_valid(model: ProjectConfiguration) -> None:
    """Whatever is written as version 3 is valid for an editor too."""
    assert fits(configuration_mapping(model), WHOLE, WHOLE)


TOP: dict[str, dict[Any, bool]] = {
    "minimum_allocation_seconds": {"10h": True, "1 QAU": True, "0.5d": True, 5: True, "10x": False, -1: False},
    "allocation_reserve_percent": {99.5: True, 100: False, "5%": False},
    "change_threshold_percent": {0: True, -0.1: False},
    "plan": {"premium": True, "standard": True, "flex": False},
    "weighting": {"fairness": True, "usage": False},
    "account_id": {"a/0123": False, "": False},
    "subscription_id": {"c": True, "": False},
    "reopen_exhausted": {True: True, "yes please": False},
    "version": {4: False},
    "projects": {"x": False},
}
ENTRY: dict[str, list[tuple[Any, bool]]] = {
    "limit_seconds": [("none", True), ("2.5d", True), ("never", False), (None, False)],
    "weight": [(0.5, True), (0, False), (2_000_000, False)],
    "target_usage_seconds": [(0, False), (None, False)],
    "state": [("ended", True), ("over", False)],
    "backends": [(["a"], True), (["a", "a"], False), ("a", False)],
    "crn": [(crn(1)[:-2], True), (crn(1, region="us-south"), False), ("x", False)],
    "create": [({"target": "eu-de", "resource_group": "r"}, False)],
    "net_grants": [
        ([{"start_date": "2026-03-01", "net_grant_seconds": "1h"}], True),
        ([{"start_date": "2026-03-01T09:00", "net_grant_seconds": "1h"}], False),
        ([{"start_date": "2026-03-01 09:00:00 +01:00", "net_grant_seconds": 0}], False),
    ],
    "priority": [
        ({"weight": 2, "from": "2026-03-01", "until": "2026-03-02T09:00:00Z", "reason": "r"}, True),
        ({"weight": 2, "starts": "2026-03-01", "until": "2026-03-02", "reason": "r"}, False),
        ({"weight": 2, "from": "2026-03-01", "until": "2026-03-02"}, False),
    ],
    "limit_secnds": [(5, False)],
}

SITE: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"name": "../etc"}, False),
    ({"backends": ["ibm-fez"]}, False),
    ({"backends": ["ibm_fez", "ibm_fez"]}, False),
    ({"session_mode": "exclusive"}, False),
    ({"session_max_ttl_seconds": "1h"}, True),
    ({"session_max_ttl_seconds": 0}, False),
    ({"names": "old"}, False),
    ({"plugin": "spank_qrmi.so"}, False),
    ({"qrmi_config": "/etc/my slurm/q.json"}, False),
    ({"site": "a"}, False),
]
AT_SITE: list[tuple[dict[str, Any], bool]] = [
    ({"backends": ["ibm_fez"], "key_file": "/etc/keys/a", "licenses": 1}, True),
    ({"accounts": ["a b"]}, False),
    ({"accounts": ["a", "a"]}, False),
    ({"accounts": "a"}, False),
    ({"key_file": "keys/a"}, False),
    ({"licenses": 0}, False),
    ({"licenses": True}, False),
]


def at_site(site: Schema, project: Schema) -> Schema:
    projects = [{"instance": "a", "accounts": ["chem"], **project}]
    return {"slurm_sites": [{"name": "alps", "backends": ["ibm_fez"], "projects": projects, **site}]}


def configured(top: Schema, entry: Schema) -> Schema:
    fields = {"name": "a", "crn": crn(1), "limit_seconds": 5, **entry}
    return {"version": 3, "account_id": ACCOUNT, "plan": "premium", "instances": [fields], **top}


@pytest.mark.parametrize(
    ("mapping", "valid"),
    [(configured({key: value}, {}), valid) for key, ways in TOP.items() for value, valid in ways.items()]
    + [(configured({}, {key: value}), valid) for key, ways in ENTRY.items() for value, valid in ways]
    + [(configured(at_site(site, {}), {}), valid) for site, valid in SITE]
    + [(configured(at_site({}, project), {}), valid) for project, valid in AT_SITE],
    ids=str,
)
def test_schema_and_reader_are_of_one_mind(mapping: Schema, valid: bool) -> None:
    """An editor objects to what the reader refuses, and to nothing that it takes."""
    assert fits(mapping, WHOLE, WHOLE) is valid
    assert (problems(mapping) == []) is valid
