"""The examples in other languages say what the schema has, and run where the CLI has their language."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from pulumi_ibm_quantum.fake import load_scenario
from pulumi_ibm_quantum.plugin import schema
from tests.support.desk import ROOT, bare_desk
from tests.support.pulumi_cli import BIN, pulumi, with_pulumi

EXAMPLES = ROOT / "examples"
CALLS = {
    "typescript": ("index.ts", re.compile(r"quantum\.(\w+?)(?:Output)?\([^{]*\{(.*?)\}", re.DOTALL)),
    "go": ("main.go", re.compile(r"ibmquantum\.(?:New)?(\w+?)(?:Output)?\(ctx[^{]*\{(.*?)\}", re.DOTALL)),
}
HOSTS = {"yaml": "yaml", "typescript": "nodejs", "go": "go"}
SCHEMA = schema.schema()


def described(name: str) -> dict[str, Any]:
    """The inputs of a resource or function as a JSON Schema of them."""
    token = f"ibm-quantum:index:{name}"
    if token in SCHEMA["resources"]:
        resource = SCHEMA["resources"][token]
        inputs = {"properties": resource["inputProperties"], "required": resource["requiredInputs"]}
    else:
        inputs = SCHEMA["functions"][token]["inputs"]
    made: dict[str, Any] = json.loads(json.dumps(inputs).replace('"$ref": "pulumi.json#/Any", ', ""))
    return {**made, "additionalProperties": False}


def yaml_program() -> Iterator[tuple[str, dict[str, Any]]]:
    """What the program in YAML declares and asks, with what it is given."""
    program = yaml.safe_load((EXAMPLES / "yaml/Pulumi.yaml").read_text(encoding="utf-8"))
    for resource in program["resources"].values():
        yield resource["type"].removeprefix("ibm-quantum:"), resource["properties"]
    for variable in program["variables"].values():
        yield variable["fn::invoke"]["function"].removeprefix("ibm-quantum:"), variable["fn::invoke"]["arguments"]


def test_the_yaml_program_fits_the_schema() -> None:
    """The types of resources, the names and kinds of what they are given, and what must be given."""
    for name, given in yaml_program():
        assert [error.message for error in Draft202012Validator(described(name)).iter_errors(given)] == []


@pytest.mark.parametrize("language", CALLS)
def test_a_program_gives_the_same_as_the_yaml_program(language: str) -> None:
    """Under the names of its language."""
    source, calls = CALLS[language]
    text = (EXAMPLES / language / source).read_text(encoding="utf-8")
    given = {name.lower(): {one.lower() for one in re.findall(r"(\w+):", body)} for name, body in calls.findall(text)}

    assert given == {name.lower(): {one.lower() for one in inputs} for name, inputs in yaml_program()}


@pytest.mark.pulumi_cli
@pytest.mark.parametrize("language", HOSTS)
def test_a_program_runs(language: str, tmp_path: Path) -> None:
    """As the documentation has it: the package is added, and a second update has nothing to do."""
    if not (shutil.which("pulumi") and shutil.which(f"pulumi-language-{HOSTS[language]}")):
        pytest.skip(f"there is no pulumi with {HOSTS[language]} on the PATH")
    folder = shutil.copytree(EXAMPLES / language, tmp_path / "examples" / language)
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    fake = load_scenario(ROOT / "provider/pulumi_ibm_quantum/demo/account.yaml")
    with bare_desk(folder, fake) as it:
        at = with_pulumi(it.with_environment(IBMCLOUD_API_KEY=next(iter(fake.account.api_keys))))
        pulumi(at, "package", "add", str(BIN / "pulumi-resource-ibm-quantum"))
        pulumi(at, "up", "--yes", "--skip-preview")
        made = {fake.instance(name).name for name in ("workshop-2026", "optics-design")}
        writes = len(fake.writes)
        pulumi(at, "up", "--yes", "--skip-preview", "--expect-no-changes")
        outputs = json.loads(pulumi(at, "stack", "output", "--json"))

    assert made == {"workshop-2026", "optics-design"}
    assert len(fake.writes) == writes
    assert fake.highest_total() <= 480_000
    assert outputs["workshop"] == fake.instance("workshop-2026").crn
    assert outputs["decision"]["budget_seconds"] == 480_000
    assert outputs["unallocatedSeconds"] == 480_000 - fake.total()


def test_go_imports_what_the_schema_says() -> None:
    """It is the package that `pulumi package add` makes, whatever the CLI would call it by itself."""
    imported = re.findall(r'"(.*/ibmquantum)"', (EXAMPLES / "go/main.go").read_text(encoding="utf-8"))

    assert imported == [SCHEMA["language"]["go"]["importBasePath"]]


def test_the_repository_is_a_plugin() -> None:
    """`pulumi package add` reads this file, and runs the package's own ``__main__``."""
    plugin = yaml.safe_load((ROOT / "PulumiPlugin.yaml").read_text(encoding="utf-8"))

    assert plugin["runtime"]["name"] == "python"
    assert schema.FILE.is_relative_to(ROOT / "provider")
