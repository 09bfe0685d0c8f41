"""The Stacks and the Program for the Kubernetes operator, held to its published schemas."""

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from pulumi_ibm_quantum.config import parse_configuration
from tests.support.desk import ROOT
from tests.support.pipelines import GITOPS

SCHEMAS = ROOT.parent / "shared" / "operator"
MANIFESTS: dict[str, dict[str, Any]] = {
    f"{path.stem}-{document['kind']}": document
    for path in sorted((GITOPS / "kubernetes").glob("*.yaml"))
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
}


def strict(schema: Any) -> Any:
    """Refuse what a schema does not name; the service would drop it without a word."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(one) for key, one in schema.items()}
    is_open = made.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in made
    if isinstance(made.get("properties"), dict) and "type" in made and not is_open:
        made["additionalProperties"] = False
    return made


@cache
def validator(kind: str) -> Draft202012Validator:
    """What the operator's definition of a kind says, and nothing else."""
    path = SCHEMAS / f"pulumi.com_{kind.lower()}s.yaml"
    if not path.exists():
        pytest.skip("the operator's schemas are not here")
    definition = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    version = next(one for one in definition["spec"]["versions"] if one["name"] == "v1")
    schema = strict(version["schema"]["openAPIV3Schema"])
    schema["properties"]["metadata"].pop("additionalProperties", None)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=MANIFESTS)
def test_every_manifest_is_as_the_operator_wants_it(manifest: dict[str, Any]) -> None:
    """By the schema of its kind."""
    assert [error.message for error in validator(manifest["kind"]).iter_errors(manifest)] == []


@pytest.mark.parametrize("name", [name for name, one in MANIFESTS.items() if one["kind"] == "Stack"])
def test_a_mistake_in_a_stack_is_found(name: str) -> None:
    """A misspelt key, or a setting of another kind: the check above would see them."""
    misspelt, mistyped = deepcopy(MANIFESTS[name]), deepcopy(MANIFESTS[name])
    misspelt["spec"]["resyncFrequencySecond"] = misspelt["spec"].pop("resyncFrequencySeconds")
    mistyped["spec"]["envRefs"]["IBMCLOUD_API_KEY"]["secret"].pop("key")
    assert "resyncFrequencySecond" in next(validator("Stack").iter_errors(misspelt)).message
    assert "'key' is a required property" in next(validator("Stack").iter_errors(mistyped)).message


def test_the_program_has_a_configuration_and_a_stack() -> None:
    """The configuration is one, the component is given what it takes, and a mistake in the Program is found."""
    program, stack = deepcopy(MANIFESTS["program-Program"]), MANIFESTS["program-Stack"]
    (account,) = program["program"]["resources"].values()
    assert account["properties"].keys() == {"configuration"}
    parse_configuration(account["properties"]["configuration"])
    assert stack["spec"]["programRef"]["name"] == program["metadata"]["name"]
    assert stack["spec"]["stack"].split("/")[1] == program["metadata"]["name"], "the operator names the project so"

    account["propertys"] = account.pop("properties")
    assert "propertys" in next(validator("Program").iter_errors(program)).message


def test_the_twin_reads_and_is_the_same_otherwise() -> None:
    """It previews the stack of production with a reader's key, and nothing makes it write."""
    preview, production = (MANIFESTS[f"{name}-Stack"]["spec"] for name in ("preview", "production"))
    same = ("stack", "projectRepo", "branch", "backend", "config", "workspaceTemplate")

    assert {key: preview[key] for key in same} == {key: production[key] for key in same}
    assert preview["preview"] is True
    assert "preview" not in production
    keys = [one["envRefs"]["IBMCLOUD_API_KEY"]["secret"]["name"] for one in (preview, production)]
    assert keys == ["quantum-reader", "quantum-writer"]
