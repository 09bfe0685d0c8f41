"""What is made from the declarations of properties: checks, comparison, classes, documentation."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from pulumi_ibm_quantum import Instance, InstanceAllocation, ServerlessFile, ServerlessFunction, SlurmSite
from pulumi_ibm_quantum.config import ConfigurationError, parse_configuration
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.allocation import ALLOCATION
from pulumi_ibm_quantum.resources.instance import INSTANCE
from pulumi_ibm_quantum.resources.reference import reference
from pulumi_ibm_quantum.resources.resource_type import ResourceType
from pulumi_ibm_quantum.resources.serverless_file import FILE
from pulumi_ibm_quantum.resources.serverless_function import FUNCTION
from pulumi_ibm_quantum.resources.slurm_site import SLURM_SITE
from pulumi_ibm_quantum.resources.table import LIFECYCLES
from pulumi_ibm_quantum.resources.unknown import UNKNOWN

CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-55555555555a::"
ON_CRN = {"crn": CRN, "allocation_seconds": 100.0}
CLASSES: Any = [
    (InstanceAllocation, ALLOCATION),
    (Instance, INSTANCE),
    (ServerlessFunction, FUNCTION),
    (ServerlessFile, FILE),
    (SlurmSite, SLURM_SITE),
]
INPUT: Any = pulumi.Input
OUTPUT: Any = pulumi.Output
NEW = {"name": "chemistry", "plan": "premium", "target": "eu-de", "resource_group": "group", "allocation_seconds": 600}


def problems(resource_type: ResourceType, inputs: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the inputs of a new resource."""
    return resource_type.check({}, inputs)[1]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"crn": "team-a"}, "crn"),
        ({"crn": "crn:v1:bluemix:public:cloud-object-storage:global:a/0123:1111::"}, "crn"),
        ({"crn": CRN.replace("us-east", "jp-tok")}, "crn"),
        ({"crn": None}, "crn"),
        ({"allocation_seconds": 0}, "allocation_seconds"),
        ({"allocation_seconds": 1.5}, "allocation_seconds"),
        ({"allocation_seconds": True}, "allocation_seconds"),
        ({"allocation_seconds": None}, "allocation_seconds"),
        ({"limit_seconds": -1}, "limit_seconds"),
        ({"limit_seconds": "unlimited"}, "limit_seconds"),
        ({"backends": "ibm_alpha"}, "backends"),
    ],
)
def test_wrong_properties_are_found_before_anything_is_written(change: dict[str, object], problem: str) -> None:
    """Each wrong property of an InstanceAllocation is reported under its name."""
    assert problems(ALLOCATION, ON_CRN) == {}
    assert list(problems(ALLOCATION, {**ON_CRN, **change})) == [problem]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("plan", "platinum", 'is not a known plan, found "platinum"'),
        ("target", "moon", 'wants us-east or eu-de, found "moon"'),
        ("name", "", "must be given, as text"),
        ("name", None, "must be given"),
        ("tags", [1], "must be a list of names"),
        ("adopt_crn", "chemistry", "is not a CRN"),
    ],
)
def test_wrong_properties_are_found_before_anything_is_created(name: str, value: object, problem: str) -> None:
    """Each wrong property of an Instance is reported under its name."""
    assert problems(INSTANCE, NEW) == {}
    ((found, reason),) = problems(INSTANCE, {**NEW, name: value}).items()
    assert (found, reason[: len(problem)]) == (name, problem)


@pytest.mark.parametrize(
    ("resource_type", "good", "key", "value"),
    [
        (ALLOCATION, ON_CRN, "crn", CRN.replace("us-east", "jp-tok")),
        (ALLOCATION, ON_CRN, "crn", CRN.replace("quantum-computing", "databases")),
        (ALLOCATION, ON_CRN, "crn", CRN.upper()),
        (INSTANCE, NEW, "target", "moon"),
        (INSTANCE, NEW, "plan", "platinum"),
    ],
)
def test_what_yaml_refuses_the_resources_refuse_in_the_same_words(
    resource_type: ResourceType, good: dict[str, Any], key: str, value: str
) -> None:
    """A region, CRN or plan that a project configuration may not have, no resource may have either."""
    entry: dict[str, Any] = {"name": "a", "crn": CRN}
    if key == "target":
        entry = {"name": "a", "create": {"target": value, "resource_group": "group"}}
    elif key == "crn":
        entry["crn"] = value
    document = {"version": 3, "account_id": "0123", "plan": value if key == "plan" else "premium", "instances": [entry]}
    with pytest.raises(ConfigurationError) as refused:
        parse_configuration(document)

    assert problems(resource_type, {**good, key: value})[key] in str(refused.value)


def test_unknown_properties_pass_and_differ() -> None:
    """A CRN that is not known yet is no mistake; where there was one, it means a new instance."""
    unknown = {**ON_CRN, "crn": UNKNOWN}

    assert problems(ALLOCATION, unknown) == {}
    assert [one.name for one in ALLOCATION.diff(ON_CRN, unknown) if one.replaces] == ["crn"]


@pytest.mark.parametrize(
    "change",
    [
        {"allocation_seconds": 100},
        {"crn": CRN.removesuffix("::")},
        {"crn": CRN.replace("55a", "55A")},
        {"crn": f" {CRN}"},
        {"limit_seconds": None},
    ],
)
def test_another_spelling_of_an_allocation_is_no_difference(change: dict[str, object]) -> None:
    """Doubles, capitals and a missing end of a CRN do not show as a change, let alone as a replacement."""
    assert ALLOCATION.diff(ON_CRN, {**ON_CRN, **change}) == []
    assert ALLOCATION.check({}, {**ON_CRN, **change})[0] == {"crn": CRN, "allocation_seconds": 100}


@pytest.mark.parametrize("plan", ["Premium", "7f666d17-7893-47d8-bf9d-2b2389fc4dfc"])
def test_another_spelling_of_a_plan_is_no_difference(plan: str) -> None:
    """A plan's id, or its name in capitals, does not replace the instance that was made by its name."""
    assert INSTANCE.diff(NEW, {**NEW, "plan": plan}) == []


def test_settings_at_birth_make_no_difference_later() -> None:
    """Allocation, limit and backends belong to the InstanceAllocation once there is one."""
    later = {**NEW, "allocation_seconds": 9, "limit_seconds": 9, "backends": ["x"], "adopt_crn": CRN}

    assert INSTANCE.diff(NEW, later) == []
    assert INSTANCE.check(NEW, later)[0] == NEW
    assert INSTANCE.check({}, later)[0] == later


@pytest.mark.parametrize(
    ("name", "value", "replaces"),
    [("name", "other", False), ("plan", "internal", True), ("target", "us-east", True)],
)
def test_what_cannot_change_in_place_replaces(name: str, value: str, replaces: bool) -> None:
    """A name can change; a plan or a region needs a new instance."""
    assert [(one.name, one.replaces) for one in INSTANCE.diff(NEW, {**NEW, name: value})] == [(name, replaces)]


@pytest.mark.parametrize(("resource", "declared"), CLASSES)
def test_a_class_takes_and_offers_what_is_declared(resource: type[Any], declared: ResourceType) -> None:
    """Its parameters are the inputs, required or not as declared, and its outputs the properties, with their types."""
    signature = inspect.signature(resource)
    parameters = {one.name: one for one in signature.parameters.values() if one.kind is one.KEYWORD_ONLY}
    outputs = inspect.get_annotations(resource)

    assert list(parameters) == [*(one.name for one in declared.parameters), "opts"]
    assert list(outputs) == [one.name for one in declared.properties]
    for one in declared.parameters:
        # What stands in a mapping may be another resource's output.
        texts = Mapping[str, INPUT[str]] if one.kind is kinds.TEXTS else None
        given = INPUT[texts or one.kind.given or one.kind.annotation]
        assert parameters[one.name].annotation == (given if one.required else given | None)
        assert (parameters[one.name].default is inspect.Parameter.empty) == one.required
    for one in declared.properties:
        always = one.required or one.output_only or one.computed
        assert outputs[one.name] == OUTPUT[one.kind.annotation if always else one.kind.annotation | None]


@pytest.mark.parametrize(("resource", "declared"), CLASSES)
def test_a_class_explains_itself(resource: type[Any], declared: ResourceType) -> None:
    """`help()` has what the declaration says of the resource and of each input."""
    arguments = inspect.getdoc(resource.__init__) or ""

    assert inspect.getdoc(resource) == declared.text
    assert all(one.text in arguments for one in declared.parameters)


def test_the_documentation_is_current() -> None:
    """`python -m pulumi_ibm_quantum.resources.reference > docs/resources.md` renews docs/resources.md."""
    page = Path(__file__).parents[2] / "docs" / "resources.md"
    assert page.read_text(encoding="utf-8") == reference(one.type for one in LIFECYCLES)
