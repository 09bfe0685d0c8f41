"""The Stacks for the Kubernetes operator, held to its published schemas."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.support.desk import ROOT
from tests.support.pipelines import GITOPS

SCHEMAS = ROOT.parent / "shared" / "operator"
MANIFESTS = sorted((GITOPS / "kubernetes").glob("*.yaml"))


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


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


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """What the operator's definition of a Stack says, and nothing else."""
    path = SCHEMAS / "pulumi.com_stacks.yaml"
    if not path.exists():
        pytest.skip("the operator's schemas are not here")
    definition = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    version = next(one for one in definition["spec"]["versions"] if one["name"] == "v1")
    schema = strict(version["schema"]["openAPIV3Schema"])
    schema["properties"]["metadata"].pop("additionalProperties", None)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_every_stack_is_as_the_operator_wants_it(validator: Draft202012Validator, path: Path) -> None:
    """And a misspelt key, or a setting of another kind, is found."""
    manifest = load(path)
    assert [error.message for error in validator.iter_errors(manifest)] == []

    misspelt, mistyped = deepcopy(manifest), deepcopy(manifest)
    misspelt["spec"]["resyncFrequencySecond"] = misspelt["spec"].pop("resyncFrequencySeconds")
    mistyped["spec"]["envRefs"]["IBMCLOUD_API_KEY"]["secret"].pop("key")
    assert "resyncFrequencySecond" in next(validator.iter_errors(misspelt)).message
    assert "'key' is a required property" in next(validator.iter_errors(mistyped)).message


def test_the_twin_reads_and_is_the_same_otherwise() -> None:
    """It previews the stack of production with a reader's key, and nothing makes it write."""
    preview, production = (load(GITOPS / "kubernetes" / f"{name}.yaml")["spec"] for name in ("preview", "production"))
    same = ("stack", "projectRepo", "branch", "backend", "config", "workspaceTemplate")

    assert {key: preview[key] for key in same} == {key: production[key] for key in same}
    assert preview["preview"] is True
    assert "preview" not in production
    keys = [one["envRefs"]["IBMCLOUD_API_KEY"]["secret"]["name"] for one in (preview, production)]
    assert keys == ["quantum-reader", "quantum-writer"]
